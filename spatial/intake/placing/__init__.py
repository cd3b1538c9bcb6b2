"""Placing: which coordinate system a layer is in, confirmed against known ground."""
