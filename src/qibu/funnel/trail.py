"""How the funnel's own acts read in the audit trail."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from qibu.contracts.funnel import SourceCostsChanged
from qibu.kernel.actors import Actor
from qibu.leads import selectors as leads
from qibu.network import trail


def _sources(actor: Actor) -> dict[str, str]:
    return {one.code: str(one) for one in leads.sources(actor, all_of_them=True)}


trail.say(SourceCostsChanged, gettext_lazy("填写了 {month} 的线索成本：{changes}"), changes=_sources)
