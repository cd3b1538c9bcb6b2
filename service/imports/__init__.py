"""Imports: from an upload to published rows, with a receipt for each."""
