"""Fields of the organisation's own as columns of an owners' sheet: what they are called, how their cells are read."""

from __future__ import annotations

from collections.abc import Callable

from qibu.connect.mapping import CAR_OWN, OWN
from qibu.network import custom

Read = Callable[[object], str]
PREFIXES = {"customer": OWN, "vehicle": CAR_OWN}


def labels(organisation_id: int) -> dict[str, tuple[str, ...]]:
    """Target of the mapping → what its column may be called, the first one being its name."""
    return {
        prefix + field.row.code: tuple(filter(None, (field.label, field.row.label, field.row.label_en)))
        for record, prefix in PREFIXES.items()
        for field in custom.fields_of(organisation_id, record)
    }


def readers(organisation_id: int) -> dict[str, Read]:
    """Target → how a cell becomes a value; raises `UnreadableValue`."""
    return {
        prefix + field.row.code: field.read
        for record, prefix in PREFIXES.items()
        for field in custom.fields_of(organisation_id, record)
    }


def spoken(organisation_id: int) -> dict[str, str]:
    """What a change of the field is called in the journal: by its label of the day."""
    return {
        OWN + field.row.code: OWN + field.row.label
        for record in PREFIXES
        for field in custom.fields_of(organisation_id, record)
    }
