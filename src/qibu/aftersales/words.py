"""What stores call kinds of work, as their sheets say it; the usual words read in the language of the reader."""

from __future__ import annotations

from typing import Any

from django.utils.translation import pgettext_lazy

KINDS: dict[str, Any] = {
    "保养": pgettext_lazy("业务类型", "保养"),
    "首保": pgettext_lazy("业务类型", "首保"),
    "维修": pgettext_lazy("业务类型", "维修"),
    "事故": pgettext_lazy("业务类型", "事故"),
    "保修": pgettext_lazy("业务类型", "保修"),
    "索赔": pgettext_lazy("业务类型", "索赔"),
    "召回": pgettext_lazy("业务类型", "召回"),
    "返修": pgettext_lazy("业务类型", "返修"),
    "美容": pgettext_lazy("业务类型", "美容"),
}


def of_kind(kind: str) -> str:
    """A word of the store's own stays as it is."""
    return str(KINDS.get(kind, kind))
