from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qibu.deliveries import rules
from qibu.deliveries.rules import BadImage, Fault, Granted, Lack, Readiness, Term
from qibu.kernel.tests.pictures import GPS, jpeg, png

READY = Readiness(counts=True, has_car=True, arrived=True, due=Decimal(0), steps=0, signed=True, advisor=True)


# Pictures ---------------------------------------------------------------------------------------
@pytest.mark.parametrize(("data", "extension"), [(jpeg(), "jpg"), (png(), "png")])
def test_what_a_picture_tells_of_its_place_is_taken_out(data: bytes, extension: str) -> None:
    assert GPS in data
    kept = rules.read_picture(data)
    assert (GPS in kept.content, kept.extension) == (False, extension)
    assert rules.read_picture(kept.content).content == kept.content


def test_a_picture_stays_the_way_up_it_was_taken() -> None:
    kept = rules.read_picture(jpeg(6)).content
    assert b"Exif" in kept and GPS not in kept
    assert rules.read_picture(kept).content == kept
    assert b"Exif" not in rules.read_picture(jpeg(1)).content


@pytest.mark.parametrize(("data", "fault"), [
    (b"", Fault.EMPTY), (b"GIF89a....", Fault.OTHER_KIND), (b"<svg onload=alert(1)>", Fault.OTHER_KIND),
    (jpeg()[:40], Fault.BROKEN), (png()[:40], Fault.BROKEN), (b"\xff\xd8\xff", Fault.BROKEN),
    (b"\xff\xd8\xff" + b"\0" * (8 * 2**20), Fault.TOO_LARGE),
])  # fmt: skip
def test_what_is_no_picture_is_refused_by_its_name(data: bytes, fault: Fault) -> None:
    with pytest.raises(BadImage) as refused:
        rules.read_picture(data)
    assert refused.value.fault == fault


@given(st.binary(max_size=400), st.sampled_from([b"\xff\xd8\xff\xe1", b"\x89PNG\r\n\x1a\n", b""]))
def test_no_bytes_make_it_fall(data: bytes, start: bytes) -> None:
    try:
        assert rules.read_picture(start + data).content
    except BadImage as refused:
        assert refused.fault in Fault


# Warranty ---------------------------------------------------------------------------------------
def test_a_warranty_ends_the_day_before_its_months_are_round() -> None:
    term = Term(months=36, km=100_000, battery_months=96, battery_km=150_000)
    on = date(2026, 3, 5)
    assert rules.granted(term, on, "electric") == Granted(date(2029, 3, 4), 100_000, date(2034, 3, 4), 150_000)
    assert rules.granted(term, on, "petrol") == Granted(date(2029, 3, 4), 100_000)
    assert rules.granted(None, on, "electric") == Granted()


def test_the_last_day_of_a_leap_february() -> None:
    assert rules.granted(Term(months=12), date(2028, 2, 29), "").warranty_until == date(2029, 2, 27)


def test_of_several_terms_the_one_that_says_most_of_the_car_counts() -> None:
    all_cars, brand, series = Term(months=36), Term("星辰", months=48), Term("星辰", "追光", months=60)
    assert rules.narrowest([all_cars, brand, series], "星辰", "追光 Pro") == series
    assert rules.narrowest([all_cars, brand, series], "星辰", "远航") == brand
    assert rules.narrowest([brand, series], "别家", "追光") is None


# Readiness --------------------------------------------------------------------------------------
@pytest.mark.parametrize(("change", "found"), [
    ({}, ()), ({"due": Decimal("0.01")}, (Lack.MONEY,)), ({"arrived": False}, (Lack.NOT_THERE,)),
    ({"has_car": False, "arrived": False}, (Lack.CAR,)), ({"steps": 2, "signed": False}, (Lack.STEPS, Lack.SIGNATURE)),
    ({"advisor": False}, (Lack.ADVISOR,)), ({"counts": False}, (Lack.CONTRACT,)),
])  # fmt: skip
def test_what_a_delivery_lacks_is_named(change: dict[str, object], found: tuple[Lack, ...]) -> None:
    values = {name: getattr(READY, name) for name in Readiness.__dataclass_fields__} | change
    assert rules.lacks(Readiness(**values)) == found


@pytest.mark.parametrize(("start", "clashes"), [("08:30", False), ("09:00", True), ("10:29", True), ("10:30", False)])
def test_one_may_begin_when_the_other_ends(start: str, clashes: bool) -> None:
    other = datetime.fromisoformat("2026-11-26 09:30")
    one = datetime.fromisoformat(f"2026-11-26 {start}")
    assert rules.clash(one, 60, other, 60) is clashes
