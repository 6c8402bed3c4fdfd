"""The baseline: all of PubMed as files, sifted for what a search wants."""
