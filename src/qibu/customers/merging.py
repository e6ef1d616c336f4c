"""What is special about the rows of this area when two files become one."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qibu.customers import merge_parts
from qibu.customers.models import Consent, ContactPoint, Customer, Hold, Relation, SearchToken, Tagging
from qibu.customers.rules import Stated, customer_tokens, newest
from qibu.customers.rules.merging import stricter
from qibu.customers.services import points, search
from qibu.customers.services.ledger import Ledger
from qibu.customers.services.resealing import Book
from qibu.kernel import sealed

SENDER = "sender"  # somebody else's number, who once brought the car
ALL_CHANNELS = (Consent.Channel.PHONE, Consent.Channel.SMS, Consent.Channel.WECHAT, Consent.Channel.EMAIL)

# Taking back compares sealed values with the book: neither gets a new key meanwhile.
merge_parts.lock("sealed", lambda actor, _ids: sealed.hold_still(actor.organisation_id))
sealed.add_copies(Book())

merge_parts.once(ContactPoint, "customer_id", same=("kind", "hash"))
merge_parts.once(Tagging, "customer_id", same=("tag_id",))
merge_parts.once(Relation, "customer_id", same=("other_id", "kind"))
merge_parts.once(Relation, "other_id", same=("customer_id", "kind"))


# Contact points -------------------------------------------------------------------------------------
def _one_first_number(book: Ledger) -> None:
    """The survivor's first number stays the first; a number that is the customer's own on one side is so on both."""
    twin = """FROM customers_contactpoint m WHERE m.organisation_id = %(org)s AND m.customer_id = %(merged)s
              AND m.kind = t.kind AND m.hash = t.hash"""
    own = f"t.customer_id = %(survivor)s AND t.role = '{SENDER}' AND EXISTS (SELECT {twin} AND m.role <> '{SENDER}')"
    for column in ("person", "role"):  # the role last: it says which rows these are
        book.change(ContactPoint, column, f"(SELECT m.{column} {twin})", own)
    book.change(
        ContactPoint, "primary", "false",
        """t.customer_id = %(merged)s AND t."primary" AND t.kind = 'phone' AND EXISTS (
             SELECT FROM customers_contactpoint s WHERE s.organisation_id = %(org)s AND s.customer_id = %(survivor)s
                AND s.kind = 'phone' AND s."primary")""",
    )  # fmt: skip


def _first_numbers(book: Ledger) -> None:
    for customer_id in (book.survivor_id, book.merged_id):
        points.promote(customer_id)


# Consents and holds ---------------------------------------------------------------------------------
def _strictest(book: Ledger) -> None:
    """What one of the two refused or took back stays so, whenever the other said yes."""
    told = {pk: _statements(pk) for pk in (book.survivor_id, book.merged_id)}
    fresh = [
        Consent(
            organisation_id=book.actor.organisation_id, customer_id=book.survivor_id, purpose=purpose,
            channel=channel, state=state, basis=Consent.Basis.CONSENT, evidence=_("合并档案：按更严的一份"),
            by_id=book.actor.staff_id,
        )
        for purpose in Consent.Purpose.values for channel in ALL_CHANNELS
        if (state := _narrowed(told[book.survivor_id], told[book.merged_id], purpose, channel))
    ]  # fmt: skip
    made = Consent.objects.bulk_create(fresh)
    book.made(Consent, [one.pk for one in made])


def _narrowed(ours: list[Stated], theirs: list[Stated], purpose: str, channel: str) -> str:
    """The stricter statement where the newest of both together would be a yes; else nothing has to be said."""
    each = [found for rows in (ours, theirs) if (found := newest(rows, purpose, channel))]
    strict = stricter([found.state for found in each])
    together = newest([*ours, *theirs], purpose, channel)
    return strict if strict != Consent.State.GIVEN and together and together.state == Consent.State.GIVEN else ""


def _statements(customer_id: int) -> list[Stated]:
    rows = Consent.objects.filter(customer_id=customer_id).values(*Stated._fields)
    return [Stated(**row) for row in rows]


def _noes_for_both(book: Ledger) -> None:
    """Nobody knows any more who of the two said no while they were one: both are left in peace."""
    holds = Hold.objects.filter(customer_id=book.survivor_id, pk__gt=book.mark(Hold), lifted_at__isnull=True)
    Hold.objects.bulk_create([_copy(hold, book.merged_id) for hold in holds.order_by("pk")])
    said = Consent.objects.filter(customer_id=book.survivor_id, pk__gt=book.mark(Consent))
    noes = said.exclude(state=Consent.State.GIVEN)
    Consent.objects.bulk_create([_copy(no, book.merged_id) for no in noes.order_by("pk")])


def _copy(row: Hold | Consent, customer_id: int) -> Any:
    fields = {field.attname: getattr(row, field.attname) for field in row._meta.local_fields if not field.primary_key}
    return type(row)(**{**fields, "customer_id": customer_id})


# Relations and search -------------------------------------------------------------------------------
def _no_relation_to_oneself(book: Ledger) -> None:
    ids = book.rows(
        """SELECT id FROM customers_relation WHERE organisation_id = %(org)s
              AND ((customer_id = %(survivor)s AND other_id = %(merged)s)
                   OR (customer_id = %(merged)s AND other_id = %(survivor)s))"""
    )
    book.remove(Relation, [pk for (pk,) in ids])


def _forget_tokens(book: Ledger) -> None:
    """What a customer is found by is made anew from the facts; nothing of it has to be kept."""
    SearchToken.objects.filter(customer_id=book.merged_id).delete()


def _found_by_both_names(book: Ledger) -> None:
    search.refresh(actor=book.actor, customer_ids=[book.survivor_id])
    names = Customer.objects.filter(pk=book.merged_id).values_list("name", flat=True)
    rows = [(book.survivor_id, _source(book), one.token) for name in names for one in customer_tokens(name, (), ())]
    search.replace(actor=book.actor, rows=rows)


def _found_again(book: Ledger) -> None:
    search.replace(actor=book.actor, rows=(), cleared=[(book.survivor_id, _source(book))])
    search.refresh(actor=book.actor, customer_ids=[book.survivor_id, book.merged_id])


def _source(book: Ledger) -> str:
    return f"merged:{book.merged_id}"


merge_parts.special("customers.points", merged=_one_first_number, undone=_first_numbers)
merge_parts.special("customers.consents", merged=_strictest, undone=_noes_for_both)
merge_parts.special("customers.relations", merged=_no_relation_to_oneself)
merge_parts.special("customers.tokens", merged=_forget_tokens, settled=_found_by_both_names, undone=_found_again)
merge_parts.called(ContactPoint, gettext_lazy("联系方式"))
merge_parts.called(Tagging, gettext_lazy("标签"))
merge_parts.called(Relation, gettext_lazy("关系"))
merge_parts.called(Consent, gettext_lazy("授权记录"))
merge_parts.called(Hold, gettext_lazy("暂停联系"))
