"""Cases: one place, one case, from the sighting to the closing."""
