"""Writes ADF as a strict reader wants it: every required element there, in the order of the grammar."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from qibu.intake.adf.grammar import CONTENT, Attribute, Child, Contact, Phone, Prospect, parts

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<?adf version="1.0"?>\n'
_FORBIDDEN = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write(prospects: Iterable[Prospect]) -> str:
    body = "".join(f"{line}\n" for one in prospects for line in _element("prospect", one, 1))
    return f"{HEAD}<adf>\n{body}</adf>\n"


def _element(tag: str, value: Any, depth: int) -> Iterator[str]:
    pad = "  " * depth
    if isinstance(value, Contact) and value.email is None and not value.phones:
        # The grammar wants a way to reach every contact: an empty one is invented by nobody.
        value = replace(value, phones=(Phone(),))
    if isinstance(value, str):
        yield f"{pad}<{tag}>{_clean(value)}</{tag}>"
        return
    attributes = "".join(_attributes(value))
    own = next((getattr(value, each.name) for each, part in parts(type(value)) if part == CONTENT), None)
    if own is not None:
        yield f"{pad}<{tag}{attributes}>{_clean(own)}</{tag}>"
        return
    yield f"{pad}<{tag}{attributes}>"
    for each, part in parts(type(value)):
        if isinstance(part, Child):
            yield from _children(part, getattr(value, each.name), depth + 1)
    yield f"{pad}</{tag}>"


def _attributes(value: Any) -> Iterator[str]:
    for each, part in parts(type(value)):
        if isinstance(part, Attribute) and (said := getattr(value, each.name)):
            # A quality of a person's name that libraries have and the grammar doesn't.
            said = "last" if (part.name, said) == ("part", "suffix") else said
            yield f" {part.name}={quoteattr(_legal(said))}"


def _children(part: Child, value: Any, depth: int) -> Iterator[str]:
    values = list(value) if part.many else [value] if value not in ("", None) else []
    if not values and part.required:
        values = ["" if part.of is None else part.of()]
    for one in values:
        yield from _element(part.tag, one, depth)


def _clean(text: str) -> str:
    return escape(_legal(text))


def _legal(text: str) -> str:
    """Without signs that XML doesn't have; one way of ending lines."""
    return _FORBIDDEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
