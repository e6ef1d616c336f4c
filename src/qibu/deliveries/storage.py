"""Where photos and signatures lie: `deliveries/<organisation>/<id>.<ending>` below the product's files."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from qibu.deliveries.models import DeliveryFile


def name_of(file: DeliveryFile) -> str:
    return f"deliveries/{file.organisation_id}/{file.pk}.{file.extension}"


def path_of(file: DeliveryFile) -> Path:
    return Path(default_storage.path(name_of(file)))


def keep(file: DeliveryFile, content: bytes) -> None:
    path_of(file).unlink(missing_ok=True)  # of a database that is no more: the number is new
    default_storage.save(name_of(file), ContentFile(content))


def drop_later(file: DeliveryFile) -> None:
    """Once it is sure that the row is gone."""
    transaction.on_commit(partial(path_of(file).unlink, missing_ok=True))
