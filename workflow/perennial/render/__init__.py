"""Rendering: a review becomes the files that people read.

Nothing is imported here: who wants a word of ``wording`` should not wait for the typesetter.
"""
