"""Parted: tables of many rows, cut where a digest says, so that a change touches its own part."""
