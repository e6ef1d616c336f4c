from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qibu.customers import rules
from qibu.customers.rules import (
    Gender,
    IdentityFault,
    LostDigits,
    PhoneFault,
    PhoneKind,
    UnusableIdentity,
    UnusablePhone,
)

MOBILES = st.from_regex(r"1[3-9][0-9]{8}[1-9]", fullmatch=True).filter(
    lambda digits: len(set(digits[-8:])) > 1
)
HAN = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=80)


def identity(body: str) -> str:
    check = (12 - sum(int(digit) * pow(2, 17 - at, 11) for at, digit in enumerate(body))) % 11
    return body + "0123456789X"[check]


@pytest.mark.parametrize(
    "value",
    [
        "19997061301", 19997061301, 19997061301.0, "199 9706 1301", "199-9706-1301", "+86 19997061301",
        "008619997061301", "8619997061301", "019997061301", "１９９９７０６１３０１", "'19997061301",
        "本人19997061301",
        "(+86)19997061301", "19997061301.0",
    ],
)  # fmt: skip
def test_a_mobile_is_read_however_it_is_written(value: object) -> None:
    assert rules.read_phone(value) == rules.Phone("19997061301", PhoneKind.MOBILE)


@pytest.mark.parametrize(
    ("value", "number"),
    [
        ("0553-4441234", "05534441234"),
        ("(0553)4441234", "05534441234"),
        ("+86 553 4441234", "05534441234"),
        ("010-65551234", "01065551234"),
        ("0553-4441234-801", "05534441234"),
        ("0553-4441234转801", "05534441234"),
        ("400-810-1234", "4008101234"),
    ],
)
def test_landlines_keep_their_area_code(value: str, number: str) -> None:
    assert rules.read_phone(value) == rules.Phone(number, PhoneKind.LANDLINE)


def test_a_local_landline_is_completed_by_the_stores_area_code() -> None:
    assert rules.read_phone("4441234", area_code="0553") == rules.Phone("05534441234", PhoneKind.LANDLINE)


def test_only_mainland_mobiles_take_messages() -> None:
    hong_kong = rules.read_phone("+852 6123 4567")
    assert hong_kong and hong_kong.number == "+85261234567" and not hong_kong.takes_sms
    mainland = rules.read_phone("19997061301")
    assert mainland and mainland.takes_sms


@pytest.mark.parametrize("value", [None, "", "-", "无", "/", " ", float("nan")])
def test_blank_is_no_phone(value: object) -> None:
    assert rules.read_phone(value) is None


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("00000000000", PhoneFault.FILLER),
        ("13800000000", PhoneFault.FILLER),
        ("11111111111", PhoneFault.FILLER),
        ("12345678901", PhoneFault.FILLER),
        ("13800138000", PhoneFault.FILLER),
        ("1395555666", PhoneFault.TOO_SHORT),
        ("1.38E+10", PhoneFault.LOST_DIGITS),
        ("1.39553e10", PhoneFault.LOST_DIGITS),
        ("139555566667", PhoneFault.TOO_LONG),
        ("12045678903", PhoneFault.UNKNOWN_RANGE),
        ("123", PhoneFault.TOO_SHORT),
        ("微信联系", PhoneFault.NOT_A_NUMBER),
        ("13955556666/13955556667", PhoneFault.SEVERAL),
    ],
)
def test_what_nobody_can_call_is_refused_with_its_reason(value: str, code: PhoneFault) -> None:
    with pytest.raises(UnusablePhone) as refused:
        rules.read_phone(value)
    assert refused.value.code is code
    assert "139" not in str(refused.value)


@pytest.mark.parametrize(
    "value",
    [
        "13955556666/0553-4441234", "13955556666、05534441234", "13955556666，0553-4441234",
        "13955556666;05534441234",
        "13955556666 0553-4441234", "13955556666\n0553 4441234", "13955556666/0553-4441234/13955556666",
    ],
)  # fmt: skip
def test_several_numbers_in_one_cell_are_parted(value: str) -> None:
    assert [phone.number for phone in rules.read_phones(value)] == ["13955556666", "05534441234"]


def test_a_bad_second_number_is_reported_beside_the_good_first() -> None:
    phones, faults = rules.read_phone_cell("13955556666/1380")
    assert [phone.number for phone in phones] == ["13955556666"]
    assert faults == [PhoneFault.TOO_SHORT]


@settings(deadline=None)
@given(MOBILES, st.sampled_from(["", "+86", "86", "0086", "0"]), st.sampled_from(["", " ", "-"]))
def test_every_mobile_survives_prefix_and_grouping(digits: str, prefix: str, gap: str) -> None:
    phone = rules.read_phone(prefix + gap.join([digits[:3], digits[3:7], digits[7:]]))
    assert phone and phone.number == digits


@settings(deadline=None)
@given(st.one_of(st.text(max_size=40), st.floats(), st.integers()))
def test_any_cell_is_phones_or_a_reason(value: object) -> None:
    phones, faults = rules.read_phone_cell(value)
    assert all(phone.number for phone in phones) and all(isinstance(fault, PhoneFault) for fault in faults)


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("13812345678", "138****5678"),
        ("05534441210", "0553****210"),
        ("01065551234", "010****234"),
        ("+85261234567", "+852****567"),
        ("4441", "****"),
    ],
)
def test_phones_are_masked(number: str, shown: str) -> None:
    assert rules.mask_phone(number) == shown


def test_an_identity_number_tells_birthday_and_gender() -> None:
    read = rules.read_identity(" 11010519491231002x ")
    assert read == rules.Identity("11010519491231002X")
    assert (read.born_on, read.gender) == (date(1949, 12, 31), Gender.FEMALE)


def test_an_old_identity_number_is_lengthened() -> None:
    read = rules.read_identity("110105491231002")
    assert read and read.number == "11010519491231002X"
    assert rules.read_identity(110105491231002.0) == read


@pytest.mark.parametrize(
    "value", [3.40223198501011e17, 340223198501011000, "3.40223E+17", "340223198501011000"]
)
def test_an_identity_number_that_went_through_a_float_is_refused(value: object) -> None:
    with pytest.raises(LostDigits):
        rules.read_identity(value)


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("110105194912310021", IdentityFault.CHECK_DIGIT),
        ("11010519491231002", IdentityFault.LENGTH),
        ("E12345678", IdentityFault.LENGTH),
        ("A1010519491231002X", IdentityFault.FORMAT),
        (identity("11010519491331002"), IdentityFault.BIRTH_DATE),
        (identity("11010510491231002"), IdentityFault.BIRTH_DATE),
    ],
)
def test_a_wrong_identity_number_is_refused_with_its_reason(value: str, code: IdentityFault) -> None:
    with pytest.raises(UnusableIdentity) as refused:
        rules.read_identity(value)
    assert refused.value.code is code


@settings(deadline=None)
@given(st.dates(date(1900, 1, 1), date(2025, 12, 31)), st.integers(1, 999))
def test_every_well_formed_identity_number_is_read(born_on: date, order: int) -> None:
    read = rules.read_identity(identity(f"340223{born_on:%Y%m%d}{order:03d}"))
    assert read and read.born_on == born_on
    assert read.gender is (Gender.MALE if order % 2 else Gender.FEMALE)


def test_identity_numbers_are_masked() -> None:
    assert rules.mask_identity("11010519491231002X") == "110***********002X"


def test_company_codes_are_checked() -> None:
    assert rules.read_company_code("9111 0000 6000 3734 1l") == "91110000600037341L"
    assert rules.read_company_code("无") is None
    for value, code in [
        ("91110000600037341A", IdentityFault.CHECK_DIGIT),
        ("340200000012345", IdentityFault.LENGTH),
        ("O1110000600037341L", IdentityFault.FORMAT),
    ]:
        with pytest.raises(UnusableIdentity) as refused:
            rules.read_company_code(value)
        assert refused.value.code is code


@pytest.mark.parametrize(
    ("value", "name", "gender"),
    [
        (" 张 三 ", "张三", None),
        ("张三先生", "张三", Gender.MALE),
        ("李女士", "李", Gender.FEMALE),
        ("买买提•吐尔逊", "买买提·吐尔逊", None),
        ("John   Smith", "John Smith", None),
        ("芜湖 某某汽车 有限公司", "芜湖某某汽车有限公司", None),
        ("先生", None, None),
        ("无", None, None),
        ("未知", None, None),
        ("测试", None, None),
        ("N/A", None, None),
        ("-", None, None),
        (123, None, None),
        ("13955556666", None, None),
        (None, None, None),
    ],
)
def test_names_are_tidied_and_fillers_are_no_names(
    value: object, name: str | None, gender: Gender | None
) -> None:
    assert rules.read_name_and_gender(value) == (name, gender)
    assert rules.read_name(value) == name


@pytest.mark.parametrize(
    ("name", "company"),
    [
        ("芜湖顺达物流有限公司", True),
        ("安徽省人民医院", True),
        ("芜湖市第一棉纺织厂", True),
        ("芜湖市公安局交警支队", True),
        ("Bosch Trading Co., Ltd.", True),
        ("张三", False),
        ("欧阳建厂", False),
        ("买买提·吐尔逊", False),
        ("Nicole Smith", False),
    ],
)
def test_companies_are_told_from_people(name: str, company: bool) -> None:
    assert rules.looks_like_company(name) is company


@pytest.mark.parametrize(
    ("name", "pinyin"),
    [
        ("单雄信", "shan xiong xin"), ("仇英", "qiu ying"), ("曾国藩", "zeng guo fan"), ("区天", "ou tian"),
        ("解缙", "xie jin"), ("查良镛", "zha liang yong"), ("尉迟恭", "yu chi gong"), ("万俟卨", "mo qi xie"),
        ("长孙无忌", "zhang sun wu ji"), ("缪斯", "miao si"), ("盖叫天", "ge jiao tian"),
        ("朴树", "piao shu"),
        ("翟天临", "zhai tian lin"), ("乐毅", "yue yi"), ("召平", "shao ping"), ("尹正", "yin zheng"),
        ("吕布", "lv bu"), ("张三丰", "zhang san feng"), ("John Smith", "john smith"),
        ("重庆长安汽车有限公司", "chong qing chang an qi che you xian gong si"),
    ],
)  # fmt: skip
def test_names_are_read_as_families_read_them(name: str, pinyin: str) -> None:
    assert " ".join(rules.pinyin_of(name)) == pinyin


def test_names_sort_like_a_directory() -> None:
    names = ["张三丰", "曾强", "张", "张三", "单于飞", "阿明"]
    assert sorted(names, key=rules.sort_key) == ["阿明", "单于飞", "曾强", "张", "张三", "张三丰"]


def test_a_name_is_found_by_characters_pinyin_and_initials() -> None:
    assert rules.name_tokens("张三丰") == {
        "张三丰", "三丰", "丰", "zhangsanfeng", "sanfeng", "feng", "zsf", "sf",
    }  # fmt: skip


def test_a_surname_of_two_readings_is_found_by_both() -> None:
    assert {"qinwei", "tanwei"} <= rules.name_tokens("覃伟")


def test_a_company_is_found_without_its_legal_form() -> None:
    tokens = rules.name_tokens("芜湖顺达物流有限公司")
    assert {"芜湖顺达物流有限公司", "顺达物流", "wuhushundawuliu", "shundawuliu", "sdwl"} <= tokens
    assert not any(token.startswith(("有限", "youxian")) for token in tokens)


def test_what_is_typed_is_spelled_like_the_tokens() -> None:
    assert rules.search_token(" ZHANG　San ") == "zhangsan"
    assert rules.search_token("长" * 50) == "长" * rules.TOKEN_LENGTH


@settings(deadline=None)
@given(HAN)
def test_tokens_are_bounded_and_start_with_what_is_typed(name: str) -> None:
    tokens = rules.name_tokens(name)
    assert len(tokens) <= 103
    assert all(0 < len(token) <= rules.TOKEN_LENGTH and token == token.lower() for token in tokens)
    assert any(token.startswith(rules.search_token(name[:2])) for token in tokens)


@settings(deadline=None)
@given(st.text(max_size=80))
def test_no_text_breaks_the_tokens(name: str) -> None:
    assert "" not in rules.name_tokens(name)


@pytest.mark.parametrize(
    ("birthday", "lunar", "after", "expected"),
    [
        (date(1985, 6, 1), False, date(2026, 5, 31), date(2026, 6, 1)),
        (date(1985, 6, 1), False, date(2026, 6, 1), date(2027, 6, 1)),
        (date(1988, 2, 29), False, date(2026, 1, 1), date(2026, 2, 28)),
        (date(1988, 2, 29), False, date(2028, 2, 28), date(2028, 2, 29)),
        # Lunar new year's day: 1990-01-27 and 2026-02-17.
        (date(1990, 1, 27), True, date(2026, 1, 1), date(2026, 2, 17)),
        # Mid-autumn (8/15): 1990-10-03 and 2026-09-25.
        (date(1990, 10, 3), True, date(2026, 1, 1), date(2026, 9, 25)),
        # Leap second month 2023 (from 2023-03-22): ordinary second month in 2026 (from 2026-03-19).
        (date(2023, 3, 22), True, date(2026, 1, 1), date(2026, 3, 19)),
        # Leap sixth month 2017 (from 2017-07-23): 2025 has it again (from 2025-07-25).
        (date(2017, 7, 23), True, date(2025, 1, 1), date(2025, 7, 25)),
        # Twelfth month, which falls into the next civil year: 12/29 of 2024 was 2025-01-28.
        (date(2025, 1, 28), True, date(2026, 1, 1), date(2026, 2, 16)),
    ],
)
def test_birthdays_return(birthday: date, lunar: bool, after: date, expected: date) -> None:
    assert rules.next_birthday(birthday, lunar, after) == expected


@settings(max_examples=60, deadline=None)
@given(
    st.dates(date(1930, 1, 1), date(2020, 12, 31)),
    st.booleans(),
    st.dates(date(2021, 1, 1), date(2060, 12, 31)),
)
def test_the_next_birthday_is_within_thirteen_months(birthday: date, lunar: bool, after: date) -> None:
    found = rules.next_birthday(birthday, lunar, after)
    assert after < found <= after + timedelta(days=385)


@settings(deadline=None)
@given(st.dates(date(1931, 1, 1), date(2090, 12, 31)))
def test_lunar_days_turn_back_into_the_same_civil_day(day: date) -> None:
    year, month, number, leap = rules.lunar_of_solar(day)
    assert rules.solar_of_lunar(year, month, number, leap=leap) == day


def test_a_lunar_day_that_no_year_has_is_refused() -> None:
    for month, day in [(13, 1), (1, 31), (0, 1), (1, 0)]:
        with pytest.raises(ValueError, match="lunar_day"):
            rules.solar_of_lunar(2026, month, day)
