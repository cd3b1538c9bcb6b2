"""Text: which encoding a layer's bytes are in, and its cells decoded."""
