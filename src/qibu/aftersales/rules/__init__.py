"""The rules of after-sales: plain Python, one file a subject, one door."""

from qibu.aftersales.rules.jobs import MaintenanceKind, is_maintenance, read_maintenance

__all__ = ["MaintenanceKind", "is_maintenance", "read_maintenance"]
