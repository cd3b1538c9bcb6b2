"""Counts, areas and rates of cases, by village, department and period."""
