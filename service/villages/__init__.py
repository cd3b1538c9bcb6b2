"""Villages: the units that answer for cases."""
