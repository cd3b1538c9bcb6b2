"""Alerts: what changed is told to whoever is responsible, at least once, with an id."""
