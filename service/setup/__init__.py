"""What a machine needs before Plotwatch can run: system packages and the built page."""
