"""How care's own acts read in the audit trail."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from qibu.care.words import CALLS
from qibu.contracts.care import CalleeChosen
from qibu.network import trail

trail.spell("trigger", {trigger.value: words for trigger, words in CALLS.items()})
trail.say(CalleeChosen, gettext_lazy("指定车辆 {vehicle} 的{trigger}找谁：{customer}"))
