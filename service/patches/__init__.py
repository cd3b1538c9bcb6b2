"""Patches: incoming change polygons."""
