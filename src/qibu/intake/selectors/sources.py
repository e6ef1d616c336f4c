"""Which source somebody means who names one."""

from __future__ import annotations

from qibu.kernel.actors import Actor
from qibu.leads import selectors as leads


def source_for(actor: Actor, words: str) -> str:
    """The code of the source that is called so, by code or by name; empty where nobody is."""
    wanted = words.strip().casefold()
    if not wanted:
        return ""
    for one in leads.sources(actor, all_of_them=True):
        if wanted in {one.code.casefold(), one.name.casefold(), one.name_en.casefold()}:
            return one.code
    return ""
