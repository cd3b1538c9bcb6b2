"""Geometry: valid polygons from what files hold, with every mending noted."""
