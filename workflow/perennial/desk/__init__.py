"""The desk: one local page on which people edit criteria, decide, and correct the evidence.

It shows what the stages wrote under results/, and writes three files of config/ by the same
functions as the command line; nothing else is kept anywhere.
"""
