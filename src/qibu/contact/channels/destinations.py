"""Which addresses a store's mail server may have (see docs/decisions/outbound-mail.md)."""

from __future__ import annotations

import socket
from collections.abc import Collection
from dataclasses import dataclass

from django.conf import settings

from qibu.contact.channels import Problem, Refused
from qibu.kernel.addresses import Address, Reach, parsed, reach, within

MAIL_PORTS = frozenset({25, 465, 587, 2525})


@dataclass(frozen=True)
class Destination:
    """An address that was looked at; exactly this one is connected to, whatever the name says a moment later."""

    address: Address
    named: bool  # by the operator

    @property
    def text(self) -> str:
        return str(self.address)


def find(host: str, port: int, ports: Collection[int] = MAIL_PORTS) -> Destination:
    """The first address of the name that may be connected to, at one of the ports of that kind of server."""
    found = [_judged(address) for address in _addresses(host, port)]
    allowed = [one for one in found if isinstance(one, Destination)]
    if not allowed:
        worst = Problem.FORBIDDEN if Problem.FORBIDDEN in found else Problem.CLOSED_NETWORK
        raise Refused(worst, temporary=False)
    chosen = allowed[0]
    if port not in ports and not chosen.named:
        raise Refused(Problem.PORT, temporary=False)
    return chosen


def _addresses(host: str, port: int) -> list[Address]:
    try:
        rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Refused(Problem.NO_NAME, temporary=True) from error
    return [address for row in rows if (address := parsed(str(row[4][0]))) is not None]


def _judged(address: Address) -> Destination | Problem:
    named = within(address, settings.QIBU_MAIL_NETWORKS)
    match reach(address):
        case Reach.FORBIDDEN:
            return Problem.FORBIDDEN
        case Reach.PRIVATE if not named:
            return Problem.CLOSED_NETWORK
    return Destination(address, named)
