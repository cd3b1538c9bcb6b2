"""Fields: source headings to canonical columns, their values read, the rest kept as JSON."""
