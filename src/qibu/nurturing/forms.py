"""Pieces, sequences and sendings as people write them, refused in sentences."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from qibu.catalog import selectors as catalog
from qibu.kernel import times
from qibu.kernel.actors import Actor
from qibu.leads import selectors as leads
from qibu.leads.models import Lead
from qibu.nurturing import selectors
from qibu.nurturing.models import Piece
from qibu.nurturing.models import Sequence as Row
from qibu.nurturing.models.content import Channel
from qibu.nurturing.rules import PLACES, Step, read_markup, unknown_places
from qibu.ui.meanwhile import Remembering
from qibu.vehicles.forms import day, line

MOST_STEPS, FURTHER = 24, 3
LONGEST_BODY = 8_000
LONGEST_WORDS = 500
LAST_DAY = 365
RESERVED = frozenset({"new", "preview"})  # pages of their own stand at these addresses (`urls.py`)


def _several(label: Any, help_text: Any = "") -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label, required=False, widget=forms.CheckboxSelectMultiple, help_text=help_text
    )


def whole(label: Any, least: int, most: int, help_text: Any = "", **options: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label, min_value=least, max_value=most, help_text=help_text,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages={
            "invalid": gettext_lazy("请填整数。"), "required": gettext_lazy("请填一个数。"),
            "min_value": gettext_lazy("太小了，请再看一遍。"), "max_value": gettext_lazy("太大了，请再看一遍。"),
        },
        **options,
    )  # fmt: skip


def cars_by_series(actor: Actor) -> list[tuple[str, list[tuple[str, str]]]]:
    """Cars on sale, in groups of their series."""
    rows = catalog.on_sale(actor)
    return [
        (series, [(car.code, str(car)) for car in cars])
        for series, cars in groupby(rows, lambda car: car.series)
    ]


class _AboutCars(Remembering):
    """What names cars and interests; what was named and is no longer sold stays to be seen."""

    use_required_attribute = False
    FIELDS: tuple[str, ...] = ()

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        offered = cars_by_series(actor)
        known = {code for _series, cars in offered for code, _name in cars}
        gone = [(code, code) for code in self.initial.get("cars", []) if code not in known]
        self._choose("cars", [*offered, *([(_("已停售"), gone)] if gone else [])])
        self._choose("interests", Lead.Interest.choices)

    def _choose(self, name: str, choices: Iterable[Any]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]  # fields of choices alone are named

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.FIELDS}


class PieceForm(_AboutCars):
    title = line(gettext_lazy("标题"), 60)
    kind = forms.ChoiceField(label=gettext_lazy("类型"), choices=Piece.Kind.choices)
    summary = line(gettext_lazy("一句话摘要"), 120)
    body = forms.CharField(
        label=gettext_lazy("正文"), max_length=LONGEST_BODY, widget=forms.Textarea(attrs={"rows": 14}),
        help_text=gettext_lazy("空一行另起一段；「# 」开头是小标题，「- 」开头是列表，「| 甲 | 乙 |」是表格"),
        error_messages={"required": gettext_lazy("请写正文，客户点开就看这个。")},
    )  # fmt: skip
    picture = forms.FileField(
        label=gettext_lazy("选一张图片"), required=False,
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png"}),
        help_text=gettext_lazy("JPG 或 PNG，最大 8 MB；照片里的位置和时间会去掉"),
    )  # fmt: skip
    no_picture = forms.BooleanField(label=gettext_lazy("不要图片"), required=False)
    cars = _several(gettext_lazy("关于哪些车"), gettext_lazy("一辆不选就是哪辆都合适"))
    interests = _several(gettext_lazy("给谁看"), gettext_lazy("一项不选就是谁都合适"))
    valid_from = day(gettext_lazy("从哪天起"))
    valid_until = day(gettext_lazy("到哪天为止"), help_text=gettext_lazy("优惠和活动写上，过了这天就不再发"))
    active = forms.BooleanField(label=gettext_lazy("启用"), required=False)

    FIELDS = ("title", "kind", "summary", "body", "cars", "interests", "valid_from", "valid_until", "active")

    def __init__(self, *args: Any, pictured: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["title"].required = True
        self.fields["title"].error_messages["required"] = _("请写一个标题，客户会看到。")
        if pictured:
            self.fields["picture"].label = _("换一张图片")

    def clean_body(self) -> str:
        body: str = self.cleaned_data["body"].replace("\r\n", "\n").strip()
        if not read_markup(body):
            raise forms.ValidationError(_("请写正文，客户点开就看这个。"))
        return body

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        since, until = said.get("valid_from"), said.get("valid_until")
        if since and until and until < since:
            self.add_error("valid_until", _("结束的日子比开始还早，请改一下。"))
        if said.get("kind") == Piece.Kind.OFFER and not until and "valid_until" not in self.errors:
            self.add_error("valid_until", _("优惠要写到哪天为止，过期的优惠客户会当真。"))
        return said


class _Coded(forms.Form):
    code = forms.SlugField(
        label=gettext_lazy("编号"), max_length=40,
        help_text=gettext_lazy("字母、数字和短横，如 spring-offer；以后不改"),
        error_messages={"invalid": gettext_lazy("编号只用字母、数字和短横，如 spring-offer。"),
                        "required": gettext_lazy("请写一个编号。")},
    )  # fmt: skip

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        if code.lower() in RESERVED:
            raise forms.ValidationError(_("{code} 是系统自己用的，请换一个编号。").format(code=code))
        return code


class NewPieceForm(PieceForm, _Coded):
    pass


class SequenceForm(_AboutCars):
    name = line(gettext_lazy("名称"), 60)
    audience = forms.ChoiceField(
        label=pgettext_lazy("培育", "给谁"), choices=Row.Audience.choices, widget=forms.RadioSelect
    )
    after_days = whole(
        gettext_lazy("几天以后加入"), 0, LAST_DAY, gettext_lazy("从进线、战败或该再联系的那天算起")
    )
    grades = _several(gettext_lazy("意向级别"))
    stages = _several(gettext_lazy("走到哪一步"))
    sources = _several(gettext_lazy("来源"))
    interests = _several(gettext_lazy("想做什么"))
    cars = _several(gettext_lazy("意向车型"))
    active = forms.BooleanField(
        label=gettext_lazy("启用"), required=False, help_text=gettext_lazy("启用后，合适的线索每天自动加入")
    )

    FIELDS = ("name", "audience", "after_days", "grades", "stages", "sources", "interests", "cars", "active")

    def __init__(self, *args: Any, steps: Sequence[Step] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._choose("grades", Lead.Grade.choices)
        self._choose("stages", _stages(self.actor))
        self._choose("sources", [(one.code, str(one)) for one in leads.sources(self.actor)])
        self.fields["name"].required = True
        self.fields["name"].error_messages["required"] = _("请写一个名称，同事认得出。")
        self.lines = StepLines(self.data if self.is_bound else None, self.actor, steps)

    def get_initial_for_field(self, field: forms.Field, field_name: str) -> Any:
        """The steps are no field of the form, and yet somebody may have changed them meanwhile."""
        found = super().get_initial_for_field(field, field_name)
        return (
            json.dumps({**json.loads(found), "steps": self.initial.get("steps", [])})
            if field_name == "seen"
            else found
        )

    def dispute(self, theirs: Mapping[str, Any]) -> None:
        super().dispute({name: value for name, value in theirs.items() if name != "steps"})
        if "steps" in theirs:
            self._have_seen({"steps": theirs["steps"]})
            self.add_error(None, _("步骤刚被别人改过。再保存一次就用您写的，或先在另一个窗口看看改了什么。"))

    def is_valid(self) -> bool:
        sound, steps = super().is_valid(), self.lines.is_valid()
        if not steps:
            self.add_error(None, _("有一步没填对，看下面标出来的地方。"))
        return sound and steps

    def values(self) -> dict[str, Any]:
        return {**super().values(), "steps": [one.written() for one in self.lines.steps()]}


class NewSequenceForm(SequenceForm, _Coded):
    pass


def _stages(actor: Actor) -> list[tuple[str, str]]:
    return [(one.code, str(one)) for one in leads.stages_for(actor)]


class StepForm(forms.Form):
    """One step; a line without a piece is none."""

    use_required_attribute = False
    day = whole(gettext_lazy("第几天"), 0, LAST_DAY, required=False)
    piece = forms.ChoiceField(label=pgettext_lazy("培育", "内容"), required=False)
    channel = forms.ChoiceField(label=gettext_lazy("用什么发"), choices=Channel.choices, required=False)
    words = forms.CharField(
        label=gettext_lazy("附的话"), required=False, max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("可用 {customer} {car} {store} {consultant} {title}；不写就用通用的"),
    )  # fmt: skip

    def __init__(self, *args: Any, pieces: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["piece"].choices = [("", _("不用这一步")), *pieces]  # type: ignore[attr-defined]  # a choice field

    def clean_words(self) -> str:
        return sound_words(self.cleaned_data["words"])

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("piece") and said.get("day") is None and "day" not in self.errors:
            self.add_error("day", _("请写加入后的第几天发，当天写 0。"))
        return said

    def step(self) -> Step | None:
        said = self.cleaned_data
        if not said.get("piece"):
            return None
        channel = said["channel"] or Channel.WECHAT.value
        return Step(day=said["day"], piece=said["piece"], channel=channel, words=said["words"])


class StepLines:
    """The steps of a sequence as numbered lines, with a few empty ones behind."""

    def __init__(self, data: Any, actor: Actor, steps: Sequence[Step]) -> None:
        pieces = _named(actor, [one.piece for one in steps])
        self.count = min(max(len(steps) + FURTHER, _number(data)), MOST_STEPS)
        blank = [None] * (self.count - len(steps))
        self.forms = [
            StepForm(
                data,
                prefix=f"s{number}",
                pieces=pieces,
                initial=one.written() if one else {"channel": "wechat"},
            )
            for number, one in enumerate([*steps, *blank])
        ]

    def __iter__(self) -> Any:
        return iter(self.forms)

    def is_valid(self) -> bool:
        checked = [form.is_valid() for form in self.forms]  # each of them, so that each says what is wrong
        sound, seen = all(checked), set[str]()
        for form in self.forms if sound else ():
            piece = form.cleaned_data.get("piece")
            if piece and piece in seen:
                form.add_error("piece", _("同一篇不会给一个人发两次，请换一篇。"))
                sound = False
            seen.add(piece or "")
        return sound

    def steps(self) -> list[Step]:
        found = [step for form in self.forms if (step := form.step()) is not None]
        return sorted(found, key=lambda one: one.day)


def _number(data: Any) -> int:
    """How many lines were shown when the form was sent."""
    asked = data.get("lines", "") if data is not None else ""
    return int(asked) if asked.isdecimal() and len(asked) < 4 else 0


def _named(actor: Actor, used: Sequence[str]) -> list[tuple[str, str]]:
    """Pieces in use, and those that a step names already."""
    found = selectors.resolved_pieces(actor)
    return [(code, one.row.title) for code, one in found.items() if one.row.active or code in used]


def sound_words(words: str) -> str:
    words = words.replace("\r\n", "\n").strip()
    if unknown := unknown_places(words):
        raise forms.ValidationError(
            _("不认识 {places}，客户会原样看到。只能用 {known}。").format(
                places=" ".join("{" + one + "}" for one in unknown),
                known=" ".join("{" + one + "}" for one in PLACES),
            )
        )
    return words


class RulesForm(Remembering):
    gap_days = whole(gettext_lazy("两份资料之间至少隔"), 1, 60)
    most_a_day = whole(gettext_lazy("一位顾问一天最多新增"), 1, 200)
    link_days = whole(gettext_lazy("链接能打开多久"), 1, 365)

    use_required_attribute = False


class SendForm(forms.Form):
    """One piece for one lead; what fits them comes first."""

    use_required_attribute = False
    piece = forms.ChoiceField(
        label=pgettext_lazy("培育", "内容"), error_messages={"required": gettext_lazy("请选一篇内容。")}
    )
    channel = forms.ChoiceField(
        label=gettext_lazy("用什么发"), choices=Channel.choices, widget=forms.RadioSelect
    )
    words = forms.CharField(
        label=gettext_lazy("附的话"), required=False, max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("不写就用通用的；链接会自动加在后面"),
    )  # fmt: skip
    asked = forms.BooleanField(
        label=gettext_lazy("客户自己要的"), required=False, help_text=gettext_lazy("客户主动要的资料不算营销")
    )

    def __init__(self, *args: Any, actor: Actor, lead: Lead, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["piece"].choices = _for(actor, lead)  # type: ignore[attr-defined]  # a choice field

    def clean_words(self) -> str:
        return sound_words(self.cleaned_data["words"])


def _for(actor: Actor, lead: Lead) -> list[Any]:
    pieces = selectors.offered(actor, times.today())
    serieses = {code: one.row.series for code, one in catalog.resolved(actor).items()}
    fitting = [(code, one.title) for code, one in pieces.items() if selectors.fits(one, lead, serieses)]
    others = [(code, one.title) for code, one in pieces.items() if not selectors.fits(one, lead, serieses)]
    groups = [(_("适合这位客户"), fitting), (_("其他"), others)]
    return [("", _("请选择")), *[(name, rows) for name, rows in groups if rows]]


class EnterForm(forms.Form):
    use_required_attribute = False
    sequence = forms.ChoiceField(
        label=gettext_lazy("序列"), widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("请选一条序列。")},
    )  # fmt: skip

    def __init__(self, *args: Any, sequences: Mapping[str, Row], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sequence"].choices = [  # type: ignore[attr-defined]  # a choice field
            (code, one.name) for code, one in sequences.items()
        ]


class ReplyForm(forms.Form):
    """What a customer says on the page of a piece."""

    use_required_attribute = False
    text = forms.CharField(
        required=False, max_length=500,
        error_messages={"max_length": gettext_lazy("写得太长了，请留 500 字以内。")},
    )  # fmt: skip
