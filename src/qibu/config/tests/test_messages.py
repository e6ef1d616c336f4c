"""The tool of the catalogues: one English for one sentence, files that only change when sentences do."""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages import Catalog
from babel.messages.extract import extract

from qibu.config import messages


def sentences() -> Iterator[tuple[str | None, str, list[str]]]:
    for app in messages.apps():
        for message in messages.read_catalogue(app):
            if message.id:
                source = message.id[0] if isinstance(message.id, list | tuple) else message.id
                english = list(message.string) if isinstance(message.string, list | tuple) else [message.string]
                yield message.context, source, english


def test_a_sentence_is_told_alike_in_all_apps() -> None:
    told: dict[tuple[str | None, str], set[tuple[str, ...]]] = defaultdict(set)
    for context, source, english in sentences():
        told[context, source].add(tuple(english))
    assert {key: found for key, found in told.items() if len(found) > 1} == {}


def test_update_leaves_a_current_catalogue_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(messages, "catalogue_path", lambda app: tmp_path / app.name / "django.po")
    catalogue = Catalog(locale="en")
    catalogue.add("客户 {id}", "customer {id}")
    catalogue.add(("{n} 秒", "{n} 秒"), ("{n} second", "{n} seconds"))
    app = tmp_path / "app"
    messages.write_catalogue(app, catalogue)
    first = messages.catalogue_path(app).read_bytes()
    messages.write_catalogue(app, messages.read_catalogue(app))
    assert messages.catalogue_path(app).read_bytes() == first
    assert b"Date" not in first


def test_templates_with_odd_indentation_are_read() -> None:
    template = '<p>\n    {% translate "客户" %}\n  {% translate "车辆" context "栏目" %}</p>'
    source = messages.templatized(template, "a.html")
    found = list(extract("python", io.BytesIO(source), messages.KEYWORDS))
    assert [(message, context) for _line, message, _comments, context in found] == [("客户", None), ("车辆", "栏目")]
