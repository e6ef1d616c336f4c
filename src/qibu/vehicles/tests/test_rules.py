from datetime import date

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from qibu.vehicles import rules
from qibu.vehicles.rules import IllegalVin, MileageFault, PlateKind, UnreadableMileage, VinFault, parts

LEGAL = "ABCDEFGHJKLMNPRSTUVWXYZ0123456789"
VINS = st.text(st.sampled_from(LEGAL), min_size=17, max_size=17)


@pytest.mark.parametrize(
    "value",
    [
        "LRW3E7FS5PC695355",
        " lrw3e7fs5pc695355 ",
        "ＬＲＷ３Ｅ７ＦＳ５ＰＣ６９５３５５",
        "*LRW3E7FS5PC695355*",
        "LRW3E7FS 5PC695355",
    ],
)
def test_a_vin_is_read_however_it_is_written(value: str) -> None:
    vin = rules.read_vin(value)
    assert vin and vin.text == "LRW3E7FS5PC695355"
    assert vin.maker and vin.maker.code == "tesla"
    assert vin.is_checked


@pytest.mark.parametrize("value", [None, "", " ", "-", "无"])
def test_blank_is_no_vin(value: object) -> None:
    assert rules.read_vin(value) is None


@pytest.mark.parametrize(
    ("value", "code", "length", "characters"),
    [
        ("LVVDB11B2RD12345", VinFault.LENGTH, 16, ""),
        ("LVVDB11B2RD1234567", VinFault.LENGTH, 18, ""),
        ("LVVDB11B2RDO23456", VinFault.CONFUSED_LETTER, 17, "O"),
        ("LVVDBIIB2QD123456", VinFault.CONFUSED_LETTER, 17, "IQ"),
        ("LVVDB11B2RD-23456", VinFault.ILLEGAL_CHARACTER, 17, "-"),
        ("车架号见行驶证", VinFault.LENGTH, 7, "车架号见行驶证"),
    ],
)
def test_what_can_be_no_vin_is_refused_with_its_facts(
    value: str, code: VinFault, length: int, characters: str
) -> None:
    with pytest.raises(IllegalVin) as refused:
        rules.read_vin(value)
    fault = refused.value
    assert (fault.code, fault.length, fault.characters) == (code, length, characters)


@pytest.mark.parametrize("vin", ["1M8GDM9AXKP042788", "11111111111111111", "LRW3E7FS5PC695355"])
def test_known_check_digits_fit(vin: str) -> None:
    assert rules.check_digit_ok(vin)


@settings(deadline=None)
@given(VINS)
def test_exactly_one_check_digit_fits(vin: str) -> None:
    variants = [vin[:8] + digit + vin[9:] for digit in "0123456789X"]
    assert sum(map(rules.check_digit_ok, variants)) == 1


@settings(deadline=None)
@given(VINS)
def test_every_legal_text_is_a_vin(vin: str) -> None:
    read = rules.read_vin(vin.lower())
    assert read and read.text == vin


@pytest.mark.parametrize(
    ("code", "years"),
    [
        ("A", (2010, 1980)),
        ("R", (2024, 1994)),
        ("Y", (2030, 2000)),
        ("1", (2031, 2001)),
        ("9", (2039, 2009)),
        ("0", ()),
    ],
)
def test_the_tenth_character_is_the_model_year(code: str, years: tuple[int, ...]) -> None:
    assert rules.model_years(f"LVVDB11B2{code}D123456") == years


def test_the_model_year_is_not_in_the_future() -> None:
    assert rules.model_year("LVVDB11B28D123456", 2027) == 2008
    assert rules.model_year("LVVDB11B2RD123456", 2027) == 2024


@pytest.mark.parametrize(
    ("vin", "maker"),
    [
        ("LVVDB11B2RD123456", "chery"),
        ("LVTDB11A5ND000937", "chery"),
        ("LFV2A21K8G4123456", "faw_vw"),
        ("ZZZ", None),
    ],
)
def test_the_maker_is_known_by_the_first_three(vin: str, maker: str | None) -> None:
    found = rules.maker_of(vin)
    assert (found.code if found else None) == maker


def test_every_maker_identifier_is_three_legal_characters() -> None:
    assert all(len(wmi) == 3 and set(wmi) <= set(LEGAL) for wmi in rules.MAKERS)


@pytest.mark.parametrize(
    ("value", "text", "kind"),
    [
        ("皖B12345", "皖B12345", PlateKind.ORDINARY),
        ("皖b·12345", "皖B12345", PlateKind.ORDINARY),
        ("皖B-3A871", "皖B3A871", PlateKind.ORDINARY),
        (" 皖Ｂ．１２３４５ ", "皖B12345", PlateKind.ORDINARY),
        ("皖B12345(蓝)", "皖B12345", PlateKind.ORDINARY),
        ("皖B·D08817", "皖BD08817", PlateKind.NEW_ENERGY_SMALL),
        ("粤BF12345", "粤BF12345", PlateKind.NEW_ENERGY_SMALL),
        ("京AAA1234", "京AAA1234", PlateKind.NEW_ENERGY_SMALL),
        ("粤B12345D", "粤B12345D", PlateKind.NEW_ENERGY_LARGE),
        ("皖B1234挂", "皖B1234挂", PlateKind.TRAILER),
        ("皖B1234学", "皖B1234学", PlateKind.COACH),
        ("皖B1234警", "皖B1234警", PlateKind.POLICE),
        ("粤Z1234港", "粤Z1234港", PlateKind.HONG_KONG_MACAU),
        ("粤Z1234澳", "粤Z1234澳", PlateKind.HONG_KONG_MACAU),
        ("使014578", "使014578", PlateKind.EMBASSY),
        ("沪A1234领", "沪A1234领", PlateKind.CONSULATE),
        ("WJ皖1234X", "WJ皖1234X", PlateKind.ARMED_POLICE),
        ("VA12345", "VA12345", PlateKind.MILITARY),
    ],
)
def test_plates_are_read_and_told_apart(value: str, text: str, kind: PlateKind) -> None:
    assert rules.read_plate(value) == rules.Plate(text, kind, odd=False)


@pytest.mark.parametrize(
    "value", [None, "", "-", "未上牌", "临时", "临时牌照", "无牌", "皖B临123", "新车", "暂无"]
)
def test_a_car_without_plate_has_none(value: object) -> None:
    assert rules.read_plate(value) is None


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("皖BO2345", PlateKind.ORDINARY),
        ("皖BL12345", PlateKind.NEW_ENERGY_SMALL),
        ("B12345", PlateKind.UNKNOWN),
        ("皖B1234", PlateKind.UNKNOWN),
        ("abc", PlateKind.UNKNOWN),
        (12345.0, PlateKind.UNKNOWN),
    ],
)
def test_an_odd_plate_is_kept_and_marked(value: object, kind: PlateKind) -> None:
    plate = rules.read_plate(value)
    assert plate and plate.odd and plate.kind is kind


@pytest.mark.parametrize(
    ("value", "shown"), [("皖b12345", "皖B·12345"), ("皖BD08817", "皖B·D08817"), ("WJ皖1234X", "WJ皖1234X")]
)
def test_plates_are_shown_with_their_dot(value: str, shown: str) -> None:
    plate = rules.read_plate(value)
    assert plate and plate.display == shown


@settings(deadline=None)
@example("A¯")
@given(st.text(max_size=20))
def test_reading_a_plate_twice_changes_nothing(value: str) -> None:
    plate = rules.read_plate(value)
    if plate and plate.text:
        assert rules.read_plate(plate.text) == plate


@pytest.mark.parametrize(
    ("value", "km"),
    [
        ("38,642 km", 38642),
        ("38642公里", 38642),
        ("3.8万公里", 38000),
        ("3.86w", 38600),
        ("３８６４２", 38642),
        (38642.0, 38642),
        (38642.9, 38642),
        (38642, 38642),
        ("0", 0),
        (None, None),
        ("-", None),
    ],
)
def test_mileage_is_read(value: object, km: int | None) -> None:
    assert rules.read_mileage(value) == km


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (-5, MileageFault.NEGATIVE),
        (2_000_001, MileageFault.TOO_LARGE),
        ("300万", MileageFault.TOO_LARGE),
        ("很多", MileageFault.NOT_A_NUMBER),
        ("38642英里", MileageFault.NOT_A_NUMBER),
        (1e30, MileageFault.NOT_A_NUMBER),
    ],
)
def test_unreadable_mileage_is_refused(value: object, code: MileageFault) -> None:
    with pytest.raises(UnreadableMileage) as refused:
        rules.read_mileage(value)
    assert refused.value.code is code


@settings(deadline=None)
@given(st.one_of(st.text(max_size=30), st.floats(), st.integers()))
def test_any_cell_is_mileage_or_blank_or_refused(value: object) -> None:
    try:
        km = rules.read_mileage(value)
    except UnreadableMileage:
        return
    assert km is None or 0 <= km <= rules.LARGEST_MILEAGE


# Privacy ------------------------------------------------------------------------------------------
def test_a_row_names_who_is_there_today_and_others_only_to_those_who_came_to_them() -> None:
    assert rules.shows_person(7, {7, 8})
    assert not rules.shows_person(9, {7, 8})
    assert rules.shows_person(9, {7, 8}, [9])
    assert rules.shows_person(None, set())


@pytest.mark.parametrize(
    ("day", "owner"),
    [
        (date(2024, 3, 10), 1),  # it is bought ahead
        (date(2024, 3, 12), 1),
        (date(2025, 4, 30), 1),
        (date(2025, 5, 1), 2),  # the day it went over is the next one's
        (date(2026, 7, 1), 1),  # it came back
    ],
)
def test_a_contract_is_whose_the_car_was_on_its_first_day(day: date, owner: int) -> None:
    owned = [
        rules.Owned(1, date(2024, 3, 12), date(2025, 5, 1)),
        rules.Owned(2, date(2025, 5, 1), date(2026, 6, 30)),
        rules.Owned(1, date(2026, 6, 30), None),
    ]
    assert rules.owner_on(owned, day) == owner
    assert rules.owner_on([], day) is None


@pytest.mark.parametrize(
    ("bought", "owned", "first"),
    [
        (date(2019, 5, 1), [date(2019, 5, 3)], date(2019, 5, 1)),
        (date(2019, 5, 1), [date(2017, 2, 1), None], date(2017, 2, 1)),
        (None, [date(2017, 2, 1)], date(2017, 2, 1)),
        (None, [None], date(1924, 2, 29)),
    ],
)
def test_nobody_has_a_part_in_a_car_before_there_is_one(
    bought: date | None, owned: list[date | None], first: date
) -> None:
    assert parts.earliest(bought, owned, date(2024, 2, 29)) == first


def test_a_last_day_lies_within_a_cars_life() -> None:
    assert parts.latest(date(2024, 2, 29)) == date(2054, 2, 28)
