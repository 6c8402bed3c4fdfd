"""Editions: the published states of a review, kept for good, and what differs between two."""
