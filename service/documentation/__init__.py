"""The description of the API under ``/api`` as a page for people."""
