"""What lies under `files/`, and to which rows it belongs: so that a backup takes the files of its rows, no others.

An app says in its `holdings.py`, found at start-up, what it keeps:

    holdings.keep("imports", "SELECT format('imports/%s/%s', organisation_id, id) FROM connect_import")

The statement gives a file or a folder for each row, below `files/`. It is asked without a scope, by a role that may
read everything. Everything under `files/` is written through Django's default storage, under the name of its area.
"""

from __future__ import annotations

_areas: dict[str, str] = {}


def keep(area: str, statement: str) -> None:
    _areas[area] = statement


def areas() -> dict[str, str]:
    """First folder → the statement that names what its rows have."""
    return dict(sorted(_areas.items()))
