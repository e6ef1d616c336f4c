"""Pieces, sequences and the numbers of nurturing among the content that is inherited."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qibu.kernel.actors import Actor
from qibu.network.inherited import Below, Content, Kind, register, said_below
from qibu.network.rules import Capability
from qibu.nurturing import selectors
from qibu.nurturing.services import library

PIECE, SEQUENCE, RULES = "piece", "sequence", "nurturing_rules"
BELOW = "nurturing_overridden_below"


def of_pieces(actor: Actor) -> list[Content]:
    return [
        Content(
            code,
            str(one.row),
            reverse("nurturing:piece", args=[code]),
            one.source_id,
            (),
            one.own and one.overrides,
        )
        for code, one in selectors.resolved_pieces(actor).items()
    ]


def of_sequences(actor: Actor) -> list[Content]:
    return [
        Content(
            code, str(one.row), reverse("nurturing:sequence", args=[code]), one.source_id, (), one.own and one.overrides
        ) for code, one in selectors.resolved_sequences(actor).items()
    ]  # fmt: skip


def of_rules(actor: Actor) -> list[Content]:
    source, own, _above = selectors.rules_source(actor)
    return [Content("rules", _("培育的频率"), reverse("nurturing:rules"), source, (), own)]


def restore_piece(actor: Actor, key: str) -> None:
    library.inherit_piece_again(actor=actor, code=key)


def restore_sequence(actor: Actor, key: str) -> None:
    library.inherit_sequence_again(actor=actor, code=key)


def restore_rules(actor: Actor, key: str) -> None:
    library.inherit_rules_again(actor=actor)


def effect_of_piece(actor: Actor, key: str) -> list[str]:
    return [_("以后发的按上级的来；已经发给客户的，客户看到的不变。")]


def effect_of_sequence(actor: Actor, key: str) -> list[str]:
    return [_("正在走的客户接着按上级的步骤走，发过的不会再发。")]


def effect_of_rules(actor: Actor, key: str) -> list[str]:
    return [_("从下一次排计划开始按上级的频率。")]


def pieces_below(actor: Actor) -> Below:
    return said_below(BELOW, PIECE)


def sequences_below(actor: Actor) -> Below:
    return said_below(BELOW, SEQUENCE)


def rules_below(actor: Actor) -> Below:
    return said_below(BELOW, RULES)


MAY = Capability.SALES_MANAGE
register(
    Kind(
        PIECE,
        gettext_lazy("培育内容"),
        MAY,
        of_pieces,
        restore_piece,
        effect_of_piece,
        pieces_below,
        order=70,
    )
)
register(
    Kind(
        SEQUENCE, gettext_lazy("培育序列"), MAY, of_sequences, restore_sequence, effect_of_sequence, sequences_below,
        order=71,
    )
)  # fmt: skip
register(
    Kind(
        RULES,
        gettext_lazy("培育的频率"),
        MAY,
        of_rules,
        restore_rules,
        effect_of_rules,
        rules_below,
        order=72,
    )
)
