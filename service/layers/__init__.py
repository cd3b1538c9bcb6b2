"""Versions of base layers: every import makes a new one, nothing is overwritten."""
