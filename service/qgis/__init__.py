"""QGIS as the analyst's seat: database logins, styles, projects, and edits by every door."""
