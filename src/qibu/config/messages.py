"""Translations: `messages update` collects the sentences, `messages compile` makes them usable (Babel).

The source language is Chinese. Each app keeps its English in `locale/en/LC_MESSAGES/django.po`.
"""

from __future__ import annotations

import argparse
import io
from collections.abc import Iterator
from pathlib import Path

from babel.messages import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

SOURCE = Path(__file__).resolve().parents[1]
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None, "lazy": None, "gettext": None, "gettext_lazy": None, "gettext_noop": None,
    "ngettext": (1, 2), "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2), "pgettext_lazy": ((1, "c"), 2), "npgettext": ((1, "c"), 2, 3),
}  # fmt: skip
# Written out, so that it says nothing that changes from day to day: an update that finds nothing new has no diff.
HEADER = b"""msgid ""
msgstr ""
"Project-Id-Version: qibu\\n"
"Language: en\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("act", choices=["update", "compile", "missing"])


def run(args: argparse.Namespace) -> int:
    if args.act == "missing":
        missing = [line for app in apps() for line in untranslated(app)]
        print("\n".join(missing))
        return 1 if missing else 0
    for app in apps():
        compile_app(app) if args.act == "compile" else update_app(app)
    return 0


def apps() -> list[Path]:
    return sorted(path.parent for path in SOURCE.glob("*/__init__.py"))


def catalogue_path(app: Path) -> Path:
    return app / "locale" / "en" / "LC_MESSAGES" / "django.po"


def read_catalogue(app: Path) -> Catalog:
    path = catalogue_path(app)
    if not path.exists():
        return Catalog(locale="en", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale="en")


def update_app(app: Path) -> None:
    """Bring the app's English catalogue in line with its sentences; translations that stand are kept."""
    wanted = collect(app)
    if not wanted:
        return
    catalogue = read_catalogue(app)
    catalogue.update(wanted, no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    write_catalogue(app, catalogue)


def write_catalogue(app: Path, catalogue: Catalog) -> None:
    path = catalogue_path(app)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.write(HEADER)
        write_po(file, catalogue, width=0, no_location=True, omit_header=True, sort_output=True)


def compile_app(app: Path) -> None:
    path = catalogue_path(app)
    if path.exists():
        with path.with_suffix(".mo").open("wb") as file:
            write_mo(file, read_catalogue(app))


def untranslated(app: Path) -> list[str]:
    """Sentences of the app's code and templates that have no English."""
    catalogue = read_catalogue(app)
    return [f"{app.name}: {m.id}" for m in collect(app) if m.id and not _translated(catalogue, m)]


def _translated(catalogue: Catalog, message: Message) -> bool:
    found = catalogue.get(message.id, message.context)
    if found is None or found.fuzzy:
        return False
    return all(found.string) if isinstance(found.string, tuple | list) else bool(found.string)


def collect(app: Path) -> Catalog:
    """All sentences of an app: Python sources, and templates turned into Python-like source by Django."""
    catalogue = Catalog(locale="en", project="Qibu", fuzzy=False)
    for name, source in _sources(app):
        for _line, message, _comments, context in extract("python", io.BytesIO(source), KEYWORDS):
            if message and _chinese(message):
                catalogue.add(message, locations=[(name, 0)], context=context)
    return catalogue


def _sources(app: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(app.rglob("*.py")):
        if "tests" not in path.parts and "migrations" not in path.parts:
            yield path.name, path.read_bytes()
    for path in sorted((app / "templates").rglob("*")):
        if path.suffix in {".html", ".txt"}:
            text = path.read_text(encoding="utf-8")
            yield path.name, templatized(text, str(path))


def templatized(text: str, origin: str) -> bytes:
    """A template's sentences as calls in Python, whose reader trips over indentation; that says nothing here."""
    from django.utils.translation.template import templatize

    return "\n".join(line.lstrip() for line in templatize(text, origin=origin).splitlines()).encode()


def _chinese(message: object) -> bool:
    text = message if isinstance(message, str) else "".join(part or "" for part in message)  # type: ignore[attr-defined]
    return any("\u3000" <= char <= "\u9fff" or "\uff00" <= char <= "\uffef" for char in text)
