"""Intake: any file that people send, opened, decoded, placed, named, repaired, in batches."""

from spatial.intake.upload import OpenUpload, open_upload

__all__ = ["OpenUpload", "open_upload"]
