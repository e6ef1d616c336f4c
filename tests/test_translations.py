"""Two languages, both complete: every sentence has its English, and English pages speak English."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Message
from babel.messages.mofile import write_mo
from django.conf import settings

from crawling import walk, words_of
from personas import World
from qibu.config import messages

CHINESE = re.compile(r"[㐀-鿿]+")
PLACEHOLDERS = re.compile(r"%\((\w+)\)[sd]|\{(\w+)[^{}]*\}")
# Names and shipped data that are the same in every language.
NAMES = {"七步", "中文"}
APPS = messages.apps()


def named(app: Path) -> str:
    return app.name


@pytest.mark.parametrize("app", APPS, ids=named)
def test_every_sentence_has_its_english(app: Path) -> None:
    missing = messages.untranslated(app)
    assert not missing, f"{len(missing)} without English:\n" + "\n".join(str(line) for line in missing)


@pytest.mark.parametrize("app", APPS, ids=named)
def test_the_catalogue_compiles_and_keeps_the_placeholders(app: Path) -> None:
    catalogue = messages.read_catalogue(app)
    write_mo(io.BytesIO(), catalogue)
    assert not catalogue.obsolete
    wrong = [
        f"{message.id} → {message.string}" for message in catalogue if message.id and not same_places(message)
    ]
    assert not wrong, "\n".join(wrong)


def same_places(message: Message) -> bool:
    chinese = places(message.id if isinstance(message.id, str) else message.id[-1])
    english = [message.string] if isinstance(message.string, str) else list(message.string)
    # A singular may leave its number out: "one customer".
    *singular, last = [places(text) for text in english if text] or [chinese]
    return last == chinese and all(one <= chinese for one in singular)


def places(text: str) -> set[str]:
    return {first or second for first, second in PLACEHOLDERS.findall(text)}


def test_a_word_has_one_english_in_all_catalogues() -> None:
    """The product merges them into one: of two a reader would see either. What means something else has a context."""
    said: dict[Any, set[Any]] = {}
    for app in APPS:
        for message in messages.read_catalogue(app):
            if message.id:
                said.setdefault((message.id, message.context), set()).add(message.string)
    assert not {word: english for word, english in said.items() if len(english) > 1}


@pytest.mark.parametrize("app", APPS, ids=named)
def test_english_holds_chinese_only_as_what_is_to_be_typed(app: Path) -> None:
    """“write 男 or 女”: a word or two of the sentence itself."""
    for message in messages.read_catalogue(app):
        texts = message.string if isinstance(message.string, list | tuple) else [message.string]
        quoted = [part for text in texts for part in CHINESE.findall(text or "")] if message.id else []
        assert all(len(part) <= 3 and part in str(message.id) for part in quoted), message.id


# Where a store writes its own words, what was signed in them, and what is said to customers in their language.
OWN_WORDS = {"care:plan", "drives:agreement", "drives:agreement-text", "spotchecks:standard", "nurturing:sending"}


def test_english_pages_speak_english(world: World) -> None:
    """Names, plates and what people typed stay as they are; all other words are English."""
    client = world.a.manager.client(**{"accept-language": "en"})
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    data = typed_in(world)
    wrong = [
        f"{page.address}: {text}"
        for page in walk(client, of_a_kind=1)
        if not page.name.startswith("ui:") and page.name not in OWN_WORDS
        for text in words_of(page.html)
        if CHINESE.search(without(text, data))
    ]
    assert not wrong, f"{len(wrong)} Chinese words:\n" + "\n".join(sorted(set(wrong)))


def typed_in(world: World) -> list[str]:
    organisations = [world.manufacturer, world.region, *(store.organisation for store in world.stores)]
    own = {text for one in organisations for text in (one.name, one.city)} | world.a.marks | NAMES
    own |= {
        "三日回访", "保养", "更换机油机滤", "展厅", "邻居", "平安", "星辰", "远航", "调岗", "交车时签字", "购车合同",
        "纯电", "秦PLUS", "宋PLUS",  # series, as their maker calls them
        "皖", "客户满意", "姓名", "车牌号", "送修车费用的答复", "核对钥匙登记",
    }  # fmt: skip
    names = [name for name in world.a.marks if 2 <= len(name) <= 5]
    own |= {name[0] + "*" * max(len(name) - 2, 1) + name[-1:] * (len(name) > 2) for name in names}  # masked
    return sorted(own, key=len, reverse=True) + [
        name[0] for name in [*names, "核对钥匙"]
    ]  # and the first letter, on an avatar


def without(text: str, data: list[str]) -> str:
    for word in data:
        text = text.replace(word, "")
    return text
