"""Scenes: images of the ground, taken in, listed, shown as tiles and as chips of cases."""
