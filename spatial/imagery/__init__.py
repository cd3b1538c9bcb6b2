"""Imagery: scenes opened safely, changes between two of them, pictures of a place."""
