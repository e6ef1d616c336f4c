"""Where the files of an import lie: `imports/<organisation>/<import>/` below the product's files.

They hold personal data: folders are 0700 and files 0600. The original is kept as the evidence of what was loaded;
its rows as lines of JSON are only there while the import is at work.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.files import File
from django.core.files.storage import default_storage


@dataclass(frozen=True)
class Folder:
    organisation_id: int
    import_id: int

    @property
    def name(self) -> str:
        return f"imports/{self.organisation_id}/{self.import_id}"

    @property
    def path(self) -> Path:
        return Path(default_storage.path(self.name))

    @property
    def original(self) -> Path:
        return self.path / "original"

    @property
    def rows(self) -> Path:
        return self.path / "rows.jsonl"

    @property
    def problems(self) -> Path:
        return self.path / "problems.jsonl"

    @property
    def preview(self) -> Path:
        return self.path / "preview.json"

    @property
    def rejected(self) -> Path:
        return self.path / "rejected.xlsx"

    def make(self) -> None:
        """Empty, for rows that came without a file."""
        for folder in (self.path.parent.parent, self.path.parent, self.path):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def keep(self, file: File[Any]) -> str:
        """Store the file piece by piece; gives its digest."""
        self.remove()  # what lies there is of a database that is no more: the number is new
        default_storage.save(f"{self.name}/original", file)
        with self.original.open("rb") as stored:
            return hashlib.file_digest(stored, "sha256").hexdigest()

    def private(self, path: Path) -> Path:
        """An empty file that only the product reads, to be filled by whoever opens it."""
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
        return path

    def drop(self, paths: Iterable[Path]) -> None:
        for path in paths:
            path.unlink(missing_ok=True)

    def remove(self) -> None:
        shutil.rmtree(self.path, ignore_errors=True)
