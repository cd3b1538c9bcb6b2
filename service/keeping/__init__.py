"""Keeping: the whole state in one archive, and back again."""
