"""The watched folder: a file that arrives there complete is imported by itself."""
