"""The year's assessment of villages and departments: points, reasons, and flags for a person."""
