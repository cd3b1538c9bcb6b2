"""OGC API – Features and Tiles, for desktop systems and other programs."""
