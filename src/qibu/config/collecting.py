"""Collect the static files, named by their content, into `build/static`."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from pathlib import Path

import django
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management import call_command
from whitenoise.storage import CompressedManifestStaticFilesStorage  # type: ignore[import-untyped]  # has no types

from qibu.ui import assets

STORAGE = "qibu.config.collecting.Storage"
UNUSED = ["django_htmx/ext/*"]  # extensions for bundlers: they import what only a bundler finds


class Storage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # has no types
    """Modules import each other by the names of their content, too: a page never mixes two releases."""

    support_js_module_import_aggregation = True


def main() -> None:
    """Collect beside the old files and swap at the end, so that a running server never sees half of them."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qibu.config.settings")
    place = settings.STATIC_ROOT
    draft, old = place.with_suffix(".new"), place.with_suffix(".old")
    # Until there is a manifest, the settings serve files under their plain names.
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": STORAGE}}
    settings.STATIC_ROOT = draft
    with tempfile.TemporaryDirectory() as made:
        settings.STATICFILES_DIRS = [made]
        django.setup()
        bundle(Path(made) / assets.BUNDLE)
        shutil.rmtree(draft, ignore_errors=True)
        call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=UNUSED)
    keep_served(place, draft)
    shutil.rmtree(old, ignore_errors=True)
    if place.exists():
        place.rename(old)
    draft.rename(place)
    shutil.rmtree(old, ignore_errors=True)


def bundle(place: Path) -> None:
    """The style sheets of every page as one file: thirty small ones take longer to fetch than to read."""
    place.parent.mkdir(parents=True)
    sheets = [Path(str(finders.find(f"ui/css/{name}"))) for name in assets.BUNDLED]
    place.write_text("\n".join(sheet.read_text() for sheet in sheets))


def keep_served(place: Path, draft: Path) -> None:
    """What a running server and open pages still name: the files of the collection before this one."""
    try:
        names = json.loads((place / "staticfiles.json").read_text())["paths"].values()
    except (OSError, ValueError, KeyError):
        return
    for name in (f"{name}{ending}" for name in names for ending in ("", ".gz")):
        if (place / name).exists() and not (draft / name).exists():
            (draft / name).parent.mkdir(parents=True, exist_ok=True)
            os.link(place / name, draft / name)


if __name__ == "__main__":
    main()
