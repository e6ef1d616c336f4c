"""Backups: one encrypted file each, consistent, verified, and the way back. See docs/decisions/backups.md."""
