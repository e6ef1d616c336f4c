"""Collected files: one bundle of sheets, modules by content, and what a running server still names."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

from qibu.config import collecting
from qibu.ui import assets

COLLECT = """
from pathlib import Path
from django.conf import settings
settings.STATIC_ROOT = Path({place!r})
from qibu.config import collecting
collecting.main()
"""


def test_pages_get_one_sheet_and_modules_named_by_their_content(tmp_path: Path) -> None:
    place = tmp_path / "static"
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "qibu.config.settings"}
    subprocess.run([sys.executable, "-c", COLLECT.format(place=str(place))], check=True, env=environment)
    named = json.loads((place / "staticfiles.json").read_text())["paths"]
    bundle = (place / named[assets.BUNDLE]).read_text()
    # The order of the layers is said first; the dark values are not for everyone.
    assert bundle.index("@layer reset, tokens") < bundle.index("{")
    assert ".drawer" in bundle and "color-scheme: dark" not in bundle
    imported = re.findall(r'import\s*"\./(\S+?)"', (place / named["ui/js/main.js"]).read_text())
    assert imported and all(re.search(r"\.[0-9a-f]{12}\.js$", name) for name in imported)


def test_a_running_server_keeps_the_files_it_names(tmp_path: Path) -> None:
    place, draft = tmp_path / "static", tmp_path / "static.new"
    for folder, mark in ((place, "old"), (draft, "new")):
        (folder / "js").mkdir(parents=True)
        (folder / "js" / f"main.{mark}.js").write_text(mark)
        (folder / "staticfiles.json").write_text(json.dumps({"paths": {"js/main.js": f"js/main.{mark}.js"}}))
    (place / "js" / "main.older.js").write_text("older")  # kept once, not for ever
    collecting.keep_served(place, draft)
    assert sorted(path.name for path in (draft / "js").iterdir()) == ["main.new.js", "main.old.js"]


def test_without_an_earlier_collection_there_is_nothing_to_keep(tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    collecting.keep_served(tmp_path / "none", tmp_path / "new")
    assert not list((tmp_path / "new").iterdir())
