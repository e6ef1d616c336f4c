"""Whom a rung of a ladder names, in words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qibu.network.words import ROLES
from qibu.tasks.rules import SUPERIOR

OFFICES: dict[str, Any] = {SUPERIOR: gettext_lazy("直接上级"), **ROLES}


def offices_in_words(names: Iterable[str]) -> str:
    wanted = set(names)
    return _("、").join(str(label) for key, label in OFFICES.items() if key in wanted)
