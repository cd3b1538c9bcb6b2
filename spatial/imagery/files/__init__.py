"""Images as files: opened safely, put together, copied into cloud-optimised ones."""
