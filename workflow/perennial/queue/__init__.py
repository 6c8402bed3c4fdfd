"""What waits for a person: in which order, until when, and what the rules may have missed."""
