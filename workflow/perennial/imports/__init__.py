"""Imports: what other databases exported, read as records of the same ledger."""
