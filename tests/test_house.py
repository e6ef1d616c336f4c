"""The rules of the house that a machine can hold."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState
from django.template.loader import get_template
from django.utils.translation import override

from qibu.network.models import InheritedModel, TenantModel

CHECKOUT = Path(__file__).resolve().parents[1]
SOURCE = CHECKOUT / "src" / "qibu"
TEMPLATES = sorted(SOURCE.glob("*/templates/**/*.html"))
PYTHON = sorted(SOURCE.rglob("*.py"))
PRODUCT = [path for path in PYTHON if "tests" not in path.parts and "migrations" not in path.parts]
TESTS = sorted([*SOURCE.rglob("tests/*.py"), *(CHECKOUT / "tests").rglob("*.py")])

# Constants of the product itself, never what somebody typed.
MAY_MARK_SAFE = {"ui/assets.py", "ui/templatetags/qibu.py", "ui/cursor.py"}
ADDRESSES = re.compile(r"https?://|--(extra-)?index-url|--find-links")
INLINE = re.compile(r"<style\b|\sstyle=|\son[a-z]+=\"|<script\b(?![^>]*\bsrc=)|javascript:", re.IGNORECASE)
# A letter is no page: mail programs know styles at the elements alone, and no policy of ours.
LETTERS = "contact/mail/"
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
# Their rows are looked at through the acts that write them, not by name.
SEEN_BY_ACTS = {"customers.Tag", "care.Reckoned", "connect.Change"}
# A component for pages to come.
OFFERED = {"cotton/icon.html"}
# Addresses of pages that are made of a word at run time.
COMPOSED = ("customers/", "network/staff_", "ui/styleguide/", "cotton/")


def relative(path: Path) -> str:
    return path.relative_to(SOURCE if path.is_relative_to(SOURCE) else CHECKOUT).as_posix()


@pytest.mark.parametrize("template", TEMPLATES, ids=relative)
def test_a_template_is_plain(template: Path) -> None:
    text = template.read_text(encoding="utf-8")
    code = re.sub(r"\{#.*?#\}|\{% comment %\}.*?\{% endcomment %\}", "", text, flags=re.DOTALL)
    assert LETTERS in relative(template) or not INLINE.search(code), INLINE.search(code)
    assert not re.search(r"\|\s*safe\b|autoescape off", code)
    assert not UNFINISHED.search(text)
    assert not re.search(r"(src|href)=\"(https?:)?//", code), "nothing comes from elsewhere"
    get_template(template.relative_to(next(p for p in template.parents if p.name == "templates")).as_posix())


def test_every_template_is_used() -> None:
    """By name, in Python or in another template."""
    sources = "".join(path.read_text(encoding="utf-8") for path in [*PRODUCT, *TEMPLATES])
    names = [
        path.relative_to(next(p for p in path.parents if p.name == "templates")).as_posix()
        for path in TEMPLATES
    ]
    unused = [name for name in names if not is_named(name, sources)]
    assert set(unused) <= OFFERED, unused


def is_named(name: str, sources: str) -> bool:
    if name.startswith("cotton/"):
        tag = name.removeprefix("cotton/").removesuffix(".html").replace("/", ".").replace("_", "-")
        return f"<c-{tag}" in sources
    if name in sources or re.fullmatch(r"\d{3}\.html", name):
        return True
    return (
        name.startswith(COMPOSED)
        and name.rpartition("/")[2].removesuffix(".html").rpartition("_")[2] in sources
    )


def test_nothing_is_left_to_do_and_nothing_is_marked_safe_by_the_way() -> None:
    unfinished = [
        relative(path)
        for path in [*PYTHON, *TESTS]
        if path != Path(__file__).resolve() and UNFINISHED.search(path.read_text())
    ]
    assert not unfinished
    marked = {
        relative(path) for path in PRODUCT if re.search(r"\bmark_safe\b|\bSafeString\(", path.read_text())
    }
    assert marked <= MAY_MARK_SAFE, marked - MAY_MARK_SAFE


def test_scripts_and_styles_come_from_here() -> None:
    files = [*SOURCE.glob("*/static/**/*.js"), *SOURCE.glob("*/static/**/*.css")]
    elsewhere = [
        relative(path)
        for path in files
        if re.search(r"(import|url\(|fetch\()\s*['\"]?https?://", path.read_text())
    ]
    assert files
    assert not elsewhere
    written = re.compile(
        r"\beval\(|innerHTML\s*=(?! start;)|insertAdjacentHTML"
    )  # `start` is what the server sent
    assert not [relative(path) for path in files if written.search(path.read_text())]


def test_requirements_name_no_registry() -> None:
    files = sorted((CHECKOUT / "requirements").iterdir())
    assert files
    assert not [file.name for file in files if ADDRESSES.search(file.read_text())]


def test_every_business_table_is_under_test() -> None:
    tests = "".join(path.read_text(encoding="utf-8") for path in TESTS)
    tables = [model for model in apps.get_models() if issubclass(model, TenantModel | InheritedModel)]
    assert len(tables) > 20
    untested = [
        model._meta.label
        for model in tables
        if model._meta.label not in SEEN_BY_ACTS and not re.search(rf"\b{model.__name__}\b", tests)
    ]
    assert not untested


def test_migrations_are_in_line_with_the_models() -> None:
    """Compared with each other only; no database is asked."""
    files = MigrationLoader(None).project_state()
    with override(None):  # names that Django itself translates
        changes = MigrationAutodetector(files, ProjectState.from_apps(apps)).changes(
            graph=MigrationLoader(None).graph
        )
    ours = {
        label: found
        for label, found in changes.items()
        if apps.get_app_config(label).name.startswith("qibu.")
    }
    assert not ours, {label: [m.operations for m in found] for label, found in ours.items()}


def test_no_path_of_a_machine_and_no_file_outside_is_named() -> None:
    files = [*PYTHON, *TESTS, *TEMPLATES, *sorted((CHECKOUT / "docs").rglob("*.md"))]
    outside = re.compile(r"/work/(main|shared)|/home/\w+/|/Users/\w+")
    assert not [
        relative(path)
        for path in files
        if path != Path(__file__).resolve() and outside.search(path.read_text())
    ]
