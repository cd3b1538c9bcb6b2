"""Evidence: photos and documents, kept by their hash, read for when and where they were made."""
