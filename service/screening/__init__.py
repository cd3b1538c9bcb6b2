"""Screening: overlay a batch of patches, classify, raise or join cases."""

from service.screening.base_changes import base_changed
from service.screening.batches import screen_again, screen_batch
from service.screening.occasions import ScreeningCounts

__all__ = ["ScreeningCounts", "base_changed", "screen_again", "screen_batch"]
