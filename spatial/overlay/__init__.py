"""The overlay kernel: patches against villages, plots and zones, as arrays in and arrays out."""
