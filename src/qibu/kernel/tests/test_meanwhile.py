"""Two people edit at once, and nobody's words are lost."""

from datetime import date, time

import pytest

from qibu.kernel.meanwhile import Disputed, merged, plain

SEEN = {"name": "弋江店", "city": "芜湖", "roles": ["advisor"]}


def test_changes_in_different_fields_are_both_kept():
    now = {**SEEN, "name": "弋江旗舰店"}
    assert merged(seen=SEEN, mine={**SEEN, "city": "合肥"}, now=now) == {**now, "city": "合肥"}


def test_where_both_changed_the_same_the_second_is_told():
    with pytest.raises(Disputed) as disputed:
        merged(seen=SEEN, mine={**SEEN, "name": "乙", "city": "合肥"}, now={**SEEN, "name": "甲", "roles": ["x"]})
    assert disputed.value.theirs == {"name": "甲"}


def test_who_knows_it_and_saves_again_holds():
    now = {**SEEN, "name": "甲"}
    assert merged(seen={**SEEN, "name": "甲"}, mine={**SEEN, "name": "乙"}, now=now)["name"] == "乙"


def test_the_same_change_twice_is_no_dispute():
    now = {**SEEN, "name": "甲"}
    assert merged(seen=SEEN, mine=now, now=now) == now


def test_a_command_saw_nothing_and_holds():
    assert merged(seen=None, mine={"name": "乙"}, now={"name": "甲"}) == {"name": "乙"}


def test_what_came_back_from_a_page_compares_with_what_is_stored():
    stored = (time(18, 0), date(2026, 12, 1), ("a", "b"), None, True, 15)
    assert [plain(value) for value in stored] == ["18:00", "2026-12-01", ["a", "b"], None, True, 15]
