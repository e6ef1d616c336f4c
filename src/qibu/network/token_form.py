from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from qibu.kernel.actors import Actor
from qibu.network import words
from qibu.network.forms import Form
from qibu.network.tokens import Scope, may_give


class TokenForm(Form):
    """A new token: for whom, good for what. Offered is what the person may give away."""

    name = forms.CharField(
        label=gettext_lazy("给谁用"), max_length=60,
        widget=forms.TextInput(attrs={"placeholder": gettext_lazy("例如：官网、垂直媒体"), "autocomplete": "off"}),
    )
    scopes = forms.MultipleChoiceField(label=gettext_lazy("可以做什么"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["scopes"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [
            (one.value, words.SCOPES[one]) for one in Scope if may_give(one, actor.capabilities)
        ]
        field.initial = [Scope.LEADS_WRITE.value]
