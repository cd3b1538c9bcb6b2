"""The catalogue of scenes: STAC API, core and item search, each caller's own part of it."""
