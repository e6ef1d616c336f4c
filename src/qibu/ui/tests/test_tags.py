import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import pytest
from django import forms, template
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation
from django_cotton.compiler_regex import CottonCompiler

from qibu.kernel import times
from qibu.ui import assets, clocks, formats
from qibu.ui.filters import Column
from qibu.ui.templatetags import qibu as tags

UI = Path(__file__).resolve().parents[1]
NOW = datetime(2026, 11, 18, 2, 24, tzinfo=UTC)  # 10:24 in the store


@pytest.mark.parametrize(
    ("minutes", "state", "words"),
    [
        (0.75, "soon", "剩 45 秒"),
        (26, "soon", "剩 26 分"),
        (108, "soon", "剩 1 时 48 分"),
        (120, "soon", "剩 2 时"),
        (276, "running", "今天 15:00"),
        (24 * 60 + 396, "running", "明天 17:00"),
        (12 * 24 * 60, "running", "剩 12 天"),
        (-0.5, "overdue", "刚刚逾期"),
        (-12, "overdue", "逾期 12 分"),
        (-84, "overdue", "逾期 1 时 24 分"),
        (-819, "overdue", "逾期 13 时"),
        (-29 * 24 * 60, "overdue", "逾期 29 天"),
    ],
)
def test_a_clock_says_what_is_left(minutes: float, state: str, words: str) -> None:
    face = clocks.read(NOW + timedelta(minutes=minutes), NOW)
    assert (face.state, face.text) == (state, words)


def test_soon_is_the_last_quarter_but_at_most_four_hours() -> None:
    start = NOW - timedelta(minutes=90)
    assert clocks.read(NOW + timedelta(minutes=30), NOW, start=start).state == "soon"
    assert clocks.read(NOW + timedelta(minutes=31), NOW, start=start).state == "running"
    long_ago = NOW - timedelta(days=30)
    assert clocks.read(NOW + timedelta(hours=5), NOW, start=long_ago).state == "running"


def test_a_day_is_soon_for_thirty_days() -> None:
    today = date(2026, 11, 18)
    words = {0: "今天到期", 1: "明天到期", 30: "剩 30 天", -2: "逾期 2 天"}
    assert {n: clocks.read(today + timedelta(days=n), NOW).text for n in words} == words
    assert clocks.read(today + timedelta(days=31), NOW).state == "running"


def test_a_clock_without_end_has_not_begun() -> None:
    assert clocks.read(None, NOW).state == "closed"


def test_days_and_moments_in_the_zone_of_the_store(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(times, "now", lambda: NOW)
    late = datetime(2026, 11, 17, 17, 30, tzinfo=UTC)  # past midnight in the store
    assert formats.day(late) == "2026-11-18"
    assert formats.moment(late) == "11-18 01:30"
    assert formats.moment(late, "full") == "2026-11-18 01:30"
    assert formats.day(date(2025, 3, 1), "short") == "2025-03-01"
    assert formats.day(date(2026, 11, 18), "words") == "11月18日 周三"
    with translation.override("en"):
        assert formats.day(date(2026, 11, 18), "words") == "Wed 18 Nov"


def test_one_of_a_kind_is_a_singular_in_english() -> None:
    told = [("exports", 1), ("exports", 2), ("people", 1), ("repair orders", 1)]
    with translation.override("en"):
        assert [formats.counted(*one) for one in told] == ["export", "exports", "person", "repair order"]
    assert formats.counted("次导出", 1) == "次导出"


def test_lunar_day_only_in_chinese() -> None:
    assert formats.lunar(date(2026, 11, 18)) == "农历十月初十"
    with translation.override("en"):
        assert formats.lunar(date(2026, 11, 18)) == ""


def test_money_and_numbers() -> None:
    assert formats.money(Decimal("1286")) == "¥1,286.00"
    assert formats.money(Decimal("-12.5")) == "-¥12.50"
    assert formats.money(Decimal("129900"), "wan") == "¥13.0 万"
    assert formats.money(9999, "wan") == "¥9,999"
    assert formats.money(None) == ""
    assert formats.number(12846) == "12,846"


@pytest.mark.parametrize(
    ("raw", "shown", "new_energy"),
    [("皖B12345", "皖B·12345", False), ("皖B·D60218", "皖B·D60218", True), ("皖b 7k306", "皖B·7K306", False)],
)
def test_plates(raw: str, shown: str, new_energy: bool) -> None:
    assert tags.plate(raw) == shown
    assert tags.is_new_energy(raw) is new_energy


def test_an_unknown_icon_is_refused() -> None:
    with pytest.raises(template.TemplateSyntaxError):
        tags.icon("phnoe")


def test_every_icon_that_is_named_exists() -> None:
    text = "".join(p.read_text() for p in (UI / "templates").rglob("*.html"))
    named = set(re.findall(r'{% icon "([\w-]+)"', text)) | set(re.findall(r'\sicon="([\w-]+)"', text))
    assert named <= tags.icon_names()


def test_every_style_sheet_exists_and_is_listed() -> None:
    found = {p.name for p in (UI / "static/ui/css").glob("*.css")} - {"styleguide.css"}
    assert found == set(assets.STYLES)


def test_query_set_changes_and_removes() -> None:
    request = RequestFactory().get("/customers/?view=mine&grade=A&drawer=1")
    page = Template('{% load qibu %}{% query_set grade="" sort="-due" %}')
    assert page.render(Context({"request": request})) == "/customers/?view=mine&amp;sort=-due"


def test_no_inline_styles_or_scripts() -> None:
    for path in (UI / "templates").rglob("*.html"):
        text = path.read_text()
        assert not re.search(r"\sstyle=|\son\w+=\"|<style|<script(?![^>]*src=)", text), path


def test_a_cell_of_its_own_gets_the_value_itself_and_others_its_short_form() -> None:
    row = SimpleNamespace(due=SimpleNamespace(on=date(2026, 11, 18)))
    assert Column("due", "", "due.on", cell="cells/due.html").read(row) == date(2026, 11, 18)
    assert Column("due", "", "due.on").read(row) == "11-18"
    assert Column("due", "", lambda found: found.due.on, cell="cells/due.html").read(row) == date(
        2026, 11, 18
    )
    assert Column("gone", "", "due.nobody.name").read(row) == ""


def test_mistakes_lead_to_their_fields_also_in_a_group_of_boxes() -> None:
    class Choosing(forms.Form):
        name = forms.CharField()
        days = forms.MultipleChoiceField(
            choices=[("1", "一"), ("2", "二")], widget=forms.CheckboxSelectMultiple
        )

    page = Template(CottonCompiler().process('<c-errors :form="form" />')).render(
        Context({"form": Choosing({})})
    )
    assert re.findall(r'href="#(\w*)"', page) == ["id_name", "id_days_0"]
