"""Intake: any file that people send, opened, decoded, placed, named, repaired, in batches."""
