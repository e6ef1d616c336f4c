"""Addresses of the network: from where a request came, and how far away one is that is to be connected to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


def networks(text: str) -> tuple[Network, ...]:
    """Addresses and networks between commas; raises `ValueError` naming the one that is none."""
    found = []
    for part in filter(None, (part.strip() for part in text.split(","))):
        try:
            found.append(ip_network(part, strict=False))
        except ValueError:
            raise ValueError(f"{part!r} is neither an address nor a network like 10.0.0.0/8.") from None
    return tuple(found)


def parsed(text: str) -> Address | None:
    """An address as proxies write it: in quotes, in brackets, with a port; None for `unknown` and made-up names."""
    text = text.strip().strip('"')
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        found = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return (found.ipv4_mapped or found) if isinstance(found, IPv6Address) else found


def within(address: Address, nets: Iterable[Network]) -> bool:
    return any(address.version == net.version and address in net for net in nets)


def source(peer: str, hops: Sequence[str], proxies: Sequence[Network]) -> str:
    """Who asks: of the chain of those that handed the request on, the last one that is none of our proxies.

    Each proxy adds whom it was asked by at the right end, so only what one of ours wrote is believed; what stands
    further left may be invented (RFC 7239 8.1). Where ours wrote no address, it is the proxy itself.
    """
    nearest = parsed(peer)
    if nearest is None:
        return peer
    for hop in reversed(hops):
        if not within(nearest, proxies):
            break
        before = parsed(hop)
        if before is None:
            break
        nearest = before
    return str(nearest)


def forwarded_for(header: str) -> list[str]:
    """The `for` of each element of a Forwarded header (RFC 7239 4), "" where an element has none."""
    return [_for(element) for element in header.split(",")] if header else []


def _for(element: str) -> str:
    for pair in element.split(";"):
        name, _equals, value = pair.partition("=")
        if name.strip().lower() == "for":
            return value.strip()
    return ""


class Reach(StrEnum):
    """How far an address is away."""

    FORBIDDEN = "forbidden"  # nothing of a store's is there: the machine's own neighbourhood, metadata, multicast
    PRIVATE = "private"  # this machine or a network of the house
    WORLD = "world"


# Cloud providers hand out credentials at these: AWS and most others are link-local, Alibaba and Tencent are not.
METADATA = networks("169.254.0.0/16, 100.100.100.200, 100.100.100.100, 192.0.0.192, fd00:ec2::254, fe80::/10")
NAT64 = IPv6Network("64:ff9b::/96")
HOUSE = networks("10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 100.64.0.0/10, 127.0.0.0/8, ::1, fc00::/7")


def reach(address: Address) -> Reach:
    """`is_private` alone lets 100.100.100.200 through, and an address within an IPv6 one hides the one it leads to."""
    inner = _inner(address)
    if inner is not None:
        return reach(inner)
    if within(address, METADATA) or address.is_multicast or address.is_link_local:
        return Reach.FORBIDDEN
    if within(address, HOUSE):
        return Reach.PRIVATE
    odd = address.is_reserved or (isinstance(address, IPv6Address) and address.is_site_local)
    return Reach.WORLD if address.is_global and not odd else Reach.FORBIDDEN


def _inner(address: Address) -> IPv4Address | None:
    """The IPv4 address that a mapped, 6to4 or NAT64 one leads to (RFC 4291, 3056, 6052)."""
    if isinstance(address, IPv4Address):
        return None
    if address in NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour
