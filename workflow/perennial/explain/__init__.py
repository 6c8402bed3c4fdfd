"""Why: the way of a record through the criteria, and what a strategy would miss."""
