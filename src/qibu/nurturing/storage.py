"""Where the pictures of pieces lie: `nurturing/<organisation>/<id>.<ending>` below the product's files."""

from __future__ import annotations

from pathlib import Path

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from qibu.nurturing.models import Illustration

MIMES = {"jpg": "image/jpeg", "png": "image/png"}


def name_of(image: Illustration) -> str:
    return f"nurturing/{image.organisation_id}/{image.pk}.{image.extension}"


def path_of(image: Illustration) -> Path:
    return Path(default_storage.path(name_of(image)))


def keep(image: Illustration, content: bytes) -> None:
    path_of(image).unlink(missing_ok=True)  # of a database that is no more: the number is new
    default_storage.save(name_of(image), ContentFile(content))
