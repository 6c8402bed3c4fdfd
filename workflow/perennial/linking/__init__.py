"""Linking: what two records have in common, and the rules that judge it."""
