"""What is sent is written down as it is sent."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable

from qibu.kernel.actors import Actor
from qibu.nurturing.models import Edition, Piece

FIELDS = ("kind", "title", "summary", "body", "image", "valid_until")


def digest_of(piece: Piece) -> bytes:
    said = [piece.code, *(str(getattr(piece, name) or "") for name in FIELDS)]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).digest()


def keep(actor: Actor, pieces: Iterable[Piece]) -> dict[str, Edition]:
    """For acts that have asked: the editions of pieces as they are now, by code; the same content is kept once."""
    wanted = {digest_of(piece): piece for piece in pieces}
    rows = [
        Edition(
            organisation_id=actor.organisation_id, piece=piece.code, digest=digest,
            **{name: getattr(piece, name) for name in FIELDS},
        ) for digest, piece in wanted.items()
    ]  # fmt: skip
    Edition.objects.bulk_create(rows, ignore_conflicts=True)
    found = Edition.objects.filter(digest__in=list(wanted))
    return {one.piece: one for one in found}
