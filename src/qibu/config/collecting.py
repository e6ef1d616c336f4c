"""Collect the static files, named by their content, into `build/static`."""

from __future__ import annotations

import os
import shutil

import django
from django.conf import settings
from django.core.management import call_command

STORAGE = "whitenoise.storage.CompressedManifestStaticFilesStorage"


def main() -> None:
    """Collect beside the old files and swap at the end, so that a running server never sees half of them."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qibu.config.settings")
    place = settings.STATIC_ROOT
    draft, old = place.with_suffix(".new"), place.with_suffix(".old")
    # Until there is a manifest, the settings serve files under their plain names.
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": STORAGE}}
    settings.STATIC_ROOT = draft
    django.setup()
    shutil.rmtree(draft, ignore_errors=True)
    call_command("collectstatic", interactive=False, verbosity=0)
    shutil.rmtree(old, ignore_errors=True)
    if place.exists():
        place.rename(old)
    draft.rename(place)
    shutil.rmtree(old, ignore_errors=True)


if __name__ == "__main__":
    main()
