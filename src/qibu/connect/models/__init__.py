from qibu.connect.models.imports import Change, Difference, Import, SavedMapping
from qibu.connect.models.search import SheetSearch

__all__ = ["Change", "Difference", "Import", "SavedMapping", "SheetSearch"]
