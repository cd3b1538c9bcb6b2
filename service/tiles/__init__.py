"""Vector tiles of villages, plots, zones, patches and cases, written by PostGIS."""
