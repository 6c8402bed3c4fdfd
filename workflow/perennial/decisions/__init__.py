"""What people decide: rows of config/decisions.tsv, and what they add up to."""
