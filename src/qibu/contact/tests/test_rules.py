from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import pytest

from qibu.contact.rules import MOST_TRIES, PAUSES, morning_window, next_try, without_numbers
from qibu.kernel.addresses import Reach, reach

NOW = datetime(2026, 11, 18, 0, 30, tzinfo=UTC)
LATER = NOW + timedelta(days=9)


def test_pauses_grow_and_end():
    waits = [next_try(tries, NOW, LATER) for tries in range(1, MOST_TRIES + 1)]
    assert [at - NOW for at in waits[:-1] if at] == list(PAUSES) and waits[-1] is None
    assert sorted(PAUSES) == list(PAUSES)


def test_nothing_is_tried_that_nobody_would_want_any_more():
    assert next_try(1, NOW, NOW + timedelta(minutes=1)) is None
    assert next_try(1, NOW, NOW + timedelta(minutes=2)) == NOW + timedelta(minutes=1)


def test_the_morning_begins_before_the_store_opens():
    begin, end = morning_window(NOW, timedelta(minutes=15))
    assert (NOW - begin, end - NOW) == (timedelta(minutes=15), timedelta(hours=3))


@pytest.mark.parametrize(("text", "left"), [
    ("回电 13805531234 谢谢", "回电 **** 谢谢"),
    ("回电 138-0553-1234", "回电 ****"),
    ("打 +86 138 0553 1234", "打 ****"),
    ("座机 0553-3838110 或 3838110", "座机 **** 或 ****"),
    ("400-820-1234", "****"),
    ("身份证340203198001011234", "身份证****"),
    ("身份证34020319800101123X。", "身份证****。"),
    ("约 2026-12-01 10:30 试驾", "约 2026-12-01 10:30 试驾"),
    ("20261201 前交车", "20261201 前交车"),
    ("皖B·A1234 保养 5000 公里，¥12860.00", "皖B·A1234 保养 5000 公里，¥12860.00"),
    ("VIN LVVDB11B8LD012345", "VIN LVVDB11B8LD012345"),
])  # fmt: skip
def test_numbers_of_people_stay_in_the_house(text, left):
    assert without_numbers(text) == left


@pytest.mark.parametrize(("address", "far"), [
    ("203.119.25.1", Reach.WORLD), ("2400:3200::1", Reach.WORLD),
    ("127.0.0.1", Reach.PRIVATE), ("::1", Reach.PRIVATE), ("10.1.2.3", Reach.PRIVATE), ("172.31.0.9", Reach.PRIVATE),
    ("192.168.1.10", Reach.PRIVATE), ("100.64.0.1", Reach.PRIVATE), ("fd00::25", Reach.PRIVATE),
    ("169.254.169.254", Reach.FORBIDDEN), ("169.254.1.1", Reach.FORBIDDEN), ("fe80::1", Reach.FORBIDDEN),
    ("100.100.100.200", Reach.FORBIDDEN), ("fd00:ec2::254", Reach.FORBIDDEN), ("0.1.2.3", Reach.FORBIDDEN),
    ("::", Reach.FORBIDDEN), ("224.0.0.1", Reach.FORBIDDEN), ("ff02::1", Reach.FORBIDDEN),
    ("255.255.255.255", Reach.FORBIDDEN), ("240.0.0.1", Reach.FORBIDDEN), ("192.0.0.192", Reach.FORBIDDEN),
    ("198.18.0.1", Reach.FORBIDDEN), ("192.0.2.1", Reach.FORBIDDEN), ("2001:db8::1", Reach.FORBIDDEN),
    ("fec0::1", Reach.FORBIDDEN),
    ("::ffff:169.254.169.254", Reach.FORBIDDEN), ("::ffff:10.0.0.1", Reach.PRIVATE),
    ("64:ff9b::a9fe:a9fe", Reach.FORBIDDEN), ("64:ff9b::a00:1", Reach.PRIVATE), ("64:ff9b::cb77:1901", Reach.WORLD),
    ("2002:a9fe:a9fe::1", Reach.FORBIDDEN), ("2002:7f00:1::", Reach.PRIVATE),
])  # fmt: skip
def test_how_far_an_address_is(address, far):
    assert reach(ip_address(address)) == far
