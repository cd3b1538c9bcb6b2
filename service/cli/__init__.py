"""The command ``plotwatch``: each module holds the commands of one subject."""

from service.cli.main import main

__all__ = ["main"]
