"""Everything that needs the database or HTTP; one folder per subject."""
