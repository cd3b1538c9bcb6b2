"""Screening: overlay a batch of patches, classify, raise or join cases."""
