from qibu.connect.models.imports import Change, Difference, Import, SavedMapping

__all__ = ["Change", "Difference", "Import", "SavedMapping"]
