"""What an edited protocol would change, before it does."""
