"""What must be filled in is marked, where it isn't all of the form."""

from __future__ import annotations

import pytest
from django import forms

from qibu.ui.templatetags.qibu import control, marked


class Some(forms.Form):
    name = forms.CharField(label="姓名")
    city = forms.CharField(label="城市", required=False)
    sex = forms.ChoiceField(choices=[("m", "男"), ("f", "女")], widget=forms.RadioSelect)
    kind = forms.ChoiceField(choices=[("a", "甲"), ("b", "乙")], widget=forms.RadioSelect, initial="a")
    vip = forms.BooleanField(required=False)


class Whole(forms.Form):
    name = forms.CharField()
    agreed = forms.BooleanField(required=False)
    hidden = forms.CharField(required=False, widget=forms.HiddenInput)


class Quiet(Some):
    use_required_attribute = False


@pytest.mark.parametrize(
    ("name", "expected"), [("name", True), ("city", False), ("sex", True), ("kind", False), ("vip", False)]
)
def test_what_is_required_and_not_chosen_yet_is_marked(name: str, expected: bool) -> None:
    assert marked(Some()[name]) is expected


def test_where_everything_is_required_nothing_is_marked() -> None:
    assert not marked(Whole()["name"])


@pytest.mark.parametrize("form", [Some(), Quiet()])
def test_ears_hear_from_the_control_that_it_is_required(form: Some) -> None:
    assert "required" in control(form["name"])
    assert "required" not in control(form["city"])
