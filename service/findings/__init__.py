"""Findings: what a run of the overlay said of each patch, with the ground it is said of."""
