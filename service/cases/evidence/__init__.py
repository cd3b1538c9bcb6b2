"""Photos and documents that are given to a case."""
