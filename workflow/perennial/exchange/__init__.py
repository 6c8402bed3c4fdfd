"""Exchange: records to the tools that reviewers use, and what they decided there back again."""
