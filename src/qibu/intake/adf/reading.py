"""Reads ADF as it comes: elements in any order, names of tags in any case, GBK as well as UTF-8.

The parser is the standard library's expat. A document type is refused the moment it begins, so that nothing can be
declared that a parser would have to expand or fetch; what no person writes by hand (depth, number of elements) is
bounded, too. What is merely untidy (a bare &, the web's &nbsp;) is put right once and read again.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field
from html.entities import name2codepoint
from typing import Any
from xml.parsers import expat
from xml.sax.saxutils import escape

from qibu.intake.adf.grammar import CONTENT, Attribute, Child, Contact, Prospect, parts

MOST_BYTES = 2**20
MOST_PROSPECTS = 200
MOST_ELEMENTS = 20_000
DEEPEST = 40
ENCODINGS = {  # what a document may say of itself → what reads it; GBK and GB 2312 are parts of GB 18030
    "gbk": "gb18030", "gb2312": "gb18030", "gb18030": "gb18030", "gb_2312-80": "gb18030", "cp936": "gb18030",
    "big5": "big5", "utf-16": "utf-16", "iso-8859-1": "cp1252", "latin1": "cp1252", "windows-1252": "cp1252",
}  # fmt: skip
BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_SAID = re.compile(rb"""encoding\s*=\s*["']([\w.-]{1,20})["']""")
_DECLARATION = re.compile(r"<\?xml\b[^>]*\?>", re.IGNORECASE)
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_AMPERSAND = re.compile(r"&(#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|\w{1,32})?(;?)")
_OF_XML = {"amp", "lt", "gt", "quot", "apos"}


class Unreadable(ValueError):
    """The document can't be read. Codes: empty, too_big, encoding, not_xml (facts `line`, `column`), doctype, too_deep,
    too_many, no_prospect. The sentences belong to whoever answers."""

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(code)
        self.code, self.facts = code, facts


@dataclass(frozen=True)
class Found:
    """A prospect, and its part of the document as it came."""

    prospect: Prospect
    raw: str


def read(content: bytes, charset: str = "") -> list[Found]:
    """All prospects of a document. `charset` is what the way of transport says; what is there counts more."""
    if not content.strip():
        raise Unreadable("empty")
    if len(content) > MOST_BYTES:
        raise Unreadable("too_big", limit=MOST_BYTES)
    text = _DECLARATION.sub("", decoded(content, charset).lstrip("\ufeff"), count=3).strip()
    tree = _tree(text)
    found = [Found(_prospect(node), raw) for node, raw in tree]
    if not found:
        raise Unreadable("no_prospect")
    return found


def decoded(content: bytes, charset: str = "") -> str:
    """UTF-8 where it is UTF-8: nothing else looks like it by chance. Then what it says of itself, then GB 18030."""
    bom = next((encoding for mark, encoding in BOMS if content.startswith(mark)), "")
    said = _SAID.search(content[:300])
    named = [said[1].decode() if said else "", charset]
    wide = ["utf-16-le" if content[1:2] == b"\0" else "utf-16-be"] if b"\0" in content[:4] else []
    for encoding in (bom, *wide, "utf-8", *(ENCODINGS.get(name.lower(), "") for name in named), "gb18030"):
        try:
            if encoding:
                return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Unreadable("encoding")


# The tree ---------------------------------------------------------------------------------------
@dataclass
class Node:
    name: str
    attributes: dict[str, str]
    children: list[Node] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    begins: int = 0

    @property
    def text(self) -> str:
        return "".join(self.said).replace("\r", "\n").strip()

    def written(self) -> str:
        within = "".join(child.written() for child in self.children)
        return f"<{self.name}>{escape(self.text)}{within}</{self.name}>"


def _tree(text: str) -> list[tuple[Node, str]]:
    try:
        return _Parser(text).prospects
    except expat.ExpatError as first:
        try:
            return _Parser(_mended(text)).prospects
        except expat.ExpatError:
            raise Unreadable("not_xml", line=first.lineno, column=first.offset + 1) from first


def _mended(text: str) -> str:
    """Bare ampersands, entities of web pages, signs that XML doesn't have."""

    def one(found: re.Match[str]) -> str:
        name, end = found[1] or "", found[2]
        if end and name in _OF_XML:
            return found[0]
        if end and name in name2codepoint:
            return escape(chr(name2codepoint[name]))
        if end and name.startswith("#"):
            number = int(name[2:], 16) if name[1] in "xX" else int(name[1:])
            return escape(chr(number)) if number < 0x110000 and not _FORBIDDEN.match(chr(number)) else ""
        return "&amp;" + found[0][1:]

    return _FORBIDDEN.sub("", _AMPERSAND.sub(one, text))


class _Parser:
    """Elements by their plain, small names; of a document the prospects, wherever they stand."""

    def __init__(self, text: str) -> None:
        self.content = text.encode("utf-8", "replace")
        self.open: list[Node] = []
        self.count = 0
        self.prospects: list[tuple[Node, str]] = []
        # The encoding given here counts more than any that the document names.
        self.parser = expat.ParserCreate("utf-8")
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._refuse
        self.parser.EntityDeclHandler = self._refuse
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.Parse(self.content, True)

    def _refuse(self, *_args: object) -> None:
        raise Unreadable("doctype")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self.count += 1
        if self.count > MOST_ELEMENTS:
            raise Unreadable("too_many", limit=MOST_PROSPECTS)
        if len(self.open) >= DEEPEST:
            raise Unreadable("too_deep")
        told = {_plain(key): value.strip() for key, value in attributes.items()}
        node = Node(_plain(name), told, begins=self.parser.CurrentByteIndex)
        if self.open:
            self.open[-1].children.append(node)
        self.open.append(node)

    def _text(self, data: str) -> None:
        if self.open:
            self.open[-1].said.append(data)

    def _end(self, name: str) -> None:
        node = self.open.pop()
        if node.name != "prospect" or any(above.name == "prospect" for above in self.open):
            return
        if len(self.prospects) >= MOST_PROSPECTS:
            raise Unreadable("too_many", limit=MOST_PROSPECTS)
        ends = self.content.find(b">", self.parser.CurrentByteIndex) + 1
        self.prospects.append((node, self.content[node.begins : ends].decode("utf-8", "replace")))


def _plain(name: str) -> str:
    return name.rpartition(":")[2].lower()


# From the tree to what it means -----------------------------------------------------------------
def _prospect(node: Node) -> Prospect:
    unknown: list[tuple[str, str]] = []
    for part in node.children:
        if part.name in {"customer", "vendor"}:
            _gather_contact(part)
    found: Prospect = _read(Prospect, node, "", unknown)
    object.__setattr__(found, "unknown", tuple(unknown))  # known only once everything else is
    return found


def _gather_contact(node: Node) -> None:
    """Some write name and telephone right below the customer; a vendor may be called by its contact's name alone."""
    tags = {part.tag for _field, part in parts(Contact) if isinstance(part, Child)}
    loose = [child for child in node.children if child.name in tags]
    contact = next((child for child in node.children if child.name == "contact"), None)
    if contact is None and loose:
        contact = Node("contact", {})
        node.children = [child for child in node.children if child not in loose] + [contact]
        contact.children = loose
    named = any(child.name == "vendorname" and child.text for child in node.children)
    if node.name == "vendor" and contact is not None and not named:
        names = [child.text for child in contact.children if child.name == "name" and child.text]
        node.children = [child for child in node.children if child.name != "vendorname"]
        node.children.append(Node("vendorname", {}, said=names[:1]))


def _read(of: type[Any], node: Node, place: str, unknown: list[tuple[str, str]]) -> Any:
    values: dict[str, Any] = {}
    known = set[str]()
    for each, part in parts(of):
        if isinstance(part, Attribute):
            values[each.name] = _chosen(part, node.attributes.get(part.name, ""), each.default)
        elif isinstance(part, Child):
            known.add(part.tag)
            below = [child for child in node.children if child.name == part.tag]
            values |= _below(each.name, part, below, f"{place}{part.tag}/", unknown)
        elif part == CONTENT:
            values[each.name] = node.text
    unknown += [(f"{place}{child.name}", child.written()) for child in node.children if child.name not in known]
    return of(**values)


def _below(
    name: str, part: Child, nodes: list[Node], place: str, unknown: list[tuple[str, str]]
) -> dict[str, Any]:
    """What the children of one kind say; where one is wanted the first that says something counts."""
    filled = [node for node in nodes if node.text or node.children or (part.of is not None and node.attributes)]
    read = [node.text if part.of is None else _read(part.of, node, place, unknown) for node in filled]
    says = [value for value in read if not _says_nothing(value)]
    if part.many:
        return {name: tuple(says)}
    unknown += [(place.rstrip("/"), node.written()) for node in filled[1:]]
    return {name: says[0]} if says else {}


def _says_nothing(value: Any) -> bool:
    """An element with default attributes alone, as the writer leaves one where a strict reader wants it."""
    if isinstance(value, str):
        return not value
    return all(
        (isinstance(part, Attribute) and part.choices) or getattr(value, each.name) in ("", (), None)
        or (isinstance(part, Child) and part.of is not None and not part.many
            and _says_nothing(getattr(value, each.name)))
        for each, part in parts(type(value))
    )  # fmt: skip


def _chosen(part: Attribute, said: str, default: Any) -> str:
    if not part.choices:
        return said or str(default)
    small = said.lower().strip()
    small = part.alias.get(small, small)
    return small if small in part.choices else str(default)
