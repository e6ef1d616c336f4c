"""The mail account that counts: store ← those above it. Nothing is shipped."""

from __future__ import annotations

from dataclasses import dataclass

from qibu.contact.channels import Account
from qibu.contact.models import MailAccount
from qibu.kernel.actors import Actor
from qibu.kernel.scoping import scope
from qibu.network.inheritance import lineage, resolve


@dataclass(frozen=True)
class Living:
    """The account that counts for an organisation; `is_own`: it has one itself."""

    row: MailAccount | None = None
    is_own: bool = False

    @property
    def own(self) -> MailAccount | None:
        return self.row if self.is_own else None

    @property
    def inherited(self) -> MailAccount | None:
        return None if self.is_own else self.row

    @property
    def sends(self) -> bool:
        return self.row is not None and self.row.active


def living(organisation_id: int) -> Living:
    found = resolve(MailAccount.objects.all(), lineage(organisation_id), lambda row: "mail").get("mail")
    return Living(found.row, found.own) if found else Living()


def of_channel(actor: Actor) -> Account | None:
    """What the channel needs, the password open; None when nothing is sent from here."""
    with scope(actor):
        found = living(actor.organisation_id)
        return channel_account(found.row) if found.row and found.sends else None


def channel_account(row: MailAccount) -> Account:
    return Account(
        host=row.host, port=row.port, security=row.security, username=row.username, password=row.password or "",
        sender=row.sender, sender_name=row.sender_name,
    )  # fmt: skip
