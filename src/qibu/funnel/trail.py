"""How the funnel's own acts read in the audit trail."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from qibu.contracts.funnel import SourceCostsChanged
from qibu.network import trail

trail.say(SourceCostsChanged, gettext_lazy("填写了 {month} 的线索成本：{changes}"))
