"""Init: a whole review, ready to run, from the answers to a few questions."""
