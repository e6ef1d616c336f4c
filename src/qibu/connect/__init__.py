"""Doors for files: import of spreadsheets."""
