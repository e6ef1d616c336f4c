"""Forms that carry what stood in their fields when they were opened (see `kernel.meanwhile`)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from qibu.kernel.meanwhile import plain

LONGEST = 20_000


class Remembering(forms.Form):
    """A form of values that others may change meanwhile. Its template draws `{{ form.seen }}`."""

    seen = forms.CharField(required=False, max_length=LONGEST, widget=forms.HiddenInput)

    def get_initial_for_field(self, field: forms.Field, field_name: str) -> Any:
        if field_name != "seen":
            return super().get_initial_for_field(field, field_name)
        known = {name: plain(self.initial.get(name)) for name in self.fields if name != "seen"}
        return json.dumps(known, ensure_ascii=False)

    def clean_seen(self) -> dict[str, Any] | None:
        """None where nothing came along: what is sent then holds."""
        try:
            found = json.loads(self.cleaned_data["seen"] or "null")
        except ValueError:
            return None
        return found if isinstance(found, dict) else None

    def dispute(self, theirs: Mapping[str, Any]) -> None:
        """Say at each field what stands there now. Sent again, the form holds, since it has seen it."""
        self._have_seen(theirs)
        for name, value in theirs.items():
            self.add_error(name, told(self._words(name, value)))

    def _have_seen(self, theirs: Mapping[str, Any]) -> None:
        known = {**(self.cleaned_data.get("seen") or {}), **{name: plain(value) for name, value in theirs.items()}}
        data = self.data.copy()  # type: ignore[attr-defined]  # a QueryDict, which is not to be changed itself
        data["seen"] = json.dumps(known, ensure_ascii=False)
        self.data = data

    def _words(self, name: str, value: Any) -> str:
        offered = dict(getattr(self.fields[name], "choices", ()))
        several = plain(value) if isinstance(value, list | tuple) else [plain(value)]
        return _("、").join(str(offered.get(one, one)) for one in several if one not in ("", None))


def told(theirs: str) -> str:
    sentence = _("刚被别人改成「{theirs}」。再保存一次就用您写的，或改回去。")
    return sentence.format(theirs=theirs or _("空"))
