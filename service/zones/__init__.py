"""Zones: protecting and exempting layers."""
