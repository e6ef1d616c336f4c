"""What stands in a letter: leads in ADF, as its plain body or as attachments, else words for a person to read."""

from __future__ import annotations

import email
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.message import EmailMessage
from email.utils import parseaddr, parsedate_to_datetime

MOST_PARTS = 50
MOST_WORDS = 20_000
ADF_TYPES = ("application/x-adf+xml", "application/adf+xml", "application/xml", "text/xml")
MARKS = (b"<adf", b"<prospect", b"<?adf", b"<!doctype adf")


@dataclass(frozen=True)
class Letter:
    name: str  # its Message-ID; a digest where it has none
    sender: str
    subject: str
    at: datetime | None
    documents: tuple[tuple[bytes, str], ...]  # content and charset of what looks like ADF
    words: str


def read(content: bytes) -> Letter:
    """Whatever the letter is like: what can't be read is left out, never the letter."""
    message = email.message_from_bytes(content, policy=policy.default)
    documents, words = list[tuple[bytes, str]](), list[str]()
    for body, charset, kind in _parts(message):
        if kind in ADF_TYPES or _looks_like_adf(body):
            documents.append((_document(body), charset))
        elif kind == "text/plain":
            words.append(_decoded(body, charset))
    said = "\n".join(words).strip()[:MOST_WORDS]
    return Letter(
        name=_header(message, "Message-ID") or hashlib.sha256(content).hexdigest(),
        sender=parseaddr(_header(message, "From"))[1][:80], subject=_header(message, "Subject")[:200],
        at=_date(message), documents=tuple(documents), words=said,
    )  # fmt: skip


def _parts(message: EmailMessage) -> Iterator[tuple[bytes, str, str]]:
    for number, part in enumerate(message.walk()):
        if number > MOST_PARTS:
            return
        if part.is_multipart():
            continue
        try:
            body = part.get_payload(decode=True)
        except (ValueError, LookupError, AssertionError):
            continue
        if isinstance(body, bytes) and body:
            yield body, str(part.get_param("charset") or ""), part.get_content_type()


def _looks_like_adf(body: bytes) -> bool:
    """Portals send it as text, as an attachment without a type, in UTF-16: by what stands at its beginning."""
    start = body[:2000].replace(b"\0", b"").lower()
    return any(mark in start for mark in MARKS)


_BEGINS = re.compile(rb"<\?xml|<\?adf|<!doctype|<adf|<prospect", re.IGNORECASE)
_ENDS = re.compile(rb"</adf\s*>|</prospect\s*>", re.IGNORECASE)


def _document(body: bytes) -> bytes:
    """Without greetings before it and signatures after it; UTF-16 is left as it is."""
    begins, ends = _BEGINS.search(body), [found.end() for found in _ENDS.finditer(body)]
    return body[begins.start() : ends[-1]] if begins and ends else body


def _decoded(body: bytes, charset: str) -> str:
    for encoding in filter(None, ("utf-8", charset, "gb18030")):
        try:
            return body.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    return body.decode("utf-8", "replace")


def _header(message: EmailMessage, name: str) -> str:
    """Headers of strangers are often against all rules."""
    try:
        return " ".join(str(message.get(name, "")).split())
    except Exception:
        return ""


def _date(message: EmailMessage) -> datetime | None:
    try:
        found = parsedate_to_datetime(_header(message, "Date"))
    except (ValueError, TypeError, IndexError):
        return None
    return found if found.tzinfo else None
