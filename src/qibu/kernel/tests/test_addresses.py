"""Who asks, behind proxies: nobody can make himself another one."""

import pytest

from qibu.kernel.addresses import forwarded_for, networks, source

OURS = networks("10.0.0.5, 192.168.7.0/24, fd00::/8")


@pytest.mark.parametrize(("peer", "header", "who"), [
    ("203.0.113.9", "", "203.0.113.9"),  # nobody between
    ("10.0.0.5", "203.0.113.9", "203.0.113.9"),
    ("10.0.0.5", "203.0.113.9, 192.168.7.3", "203.0.113.9"),  # two of ours in a row
    ("10.0.0.5", "1.2.3.4, 203.0.113.9", "203.0.113.9"),  # the left one is invented by the guest
    ("10.0.0.5", "192.168.7.9, 203.0.113.9", "203.0.113.9"),  # even as one of ours
    ("203.0.113.9", "1.2.3.4", "203.0.113.9"),  # not from our proxy: nothing is believed
    ("203.0.113.9", "10.0.0.5", "203.0.113.9"),
    ("10.0.0.6", "1.2.3.4", "10.0.0.6"),  # a neighbour of the proxy is not the proxy
    ("10.0.0.5", "", "10.0.0.5"),
    ("10.0.0.5", "unknown", "10.0.0.5"),
    ("10.0.0.5", "1.2.3.4, _hidden", "10.0.0.5"),
    ("10.0.0.5", "1.2.3.4, ", "10.0.0.5"),
    ("10.0.0.5", "192.168.7.3", "192.168.7.3"),  # somebody at the proxy itself
    ("10.0.0.5", "203.0.113.9:51234", "203.0.113.9"),
    ("10.0.0.5", "[2001:db8::7]:443", "2001:db8::7"),
    ("10.0.0.5", '"[2001:db8::7]"', "2001:db8::7"),
    ("::ffff:10.0.0.5", "::ffff:203.0.113.9", "203.0.113.9"),
    ("fd00::1", "2001:db8::7", "2001:db8::7"),
    ("", "1.2.3.4", ""),  # a socket without an address
])  # fmt: skip
def test_the_right_most_one_that_is_not_our_proxy(peer, header, who):
    assert source(peer, header.split(",") if header else [], OURS) == who


def test_without_named_proxies_nothing_is_believed():
    assert source("127.0.0.1", ["1.2.3.4"], ()) == "127.0.0.1"


@pytest.mark.parametrize(("header", "hops"), [
    ("", []),
    ("for=203.0.113.9;proto=https;by=10.0.0.5", ["203.0.113.9"]),
    ('For="[2001:db8::7]:80", for=192.168.7.3', ['"[2001:db8::7]:80"', "192.168.7.3"]),
    ("proto=https", [""]),
])  # fmt: skip
def test_forwarded_is_read_too(header, hops):
    assert forwarded_for(header) == hops


def test_a_network_that_is_none_is_named():
    with pytest.raises(ValueError, match=r"10\.0\.0\.300"):
        networks("10.0.0.1,10.0.0.300")
    assert networks(" ") == ()
