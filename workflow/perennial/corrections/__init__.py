"""Corrections: what people say of single statements, and what becomes of it."""
