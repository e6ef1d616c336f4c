"""Who comes while there are no pages is told so, and since when."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from http.client import HTTPConnection

import pytest

from qibu.config import waiting
from qibu.config.processes import answers, refuse_taken_port
from qibu.config.tests.test_processes import free_port
from qibu.config.waiting import Phase, Waiting

ADDRESS = "127.0.0.1"


@pytest.fixture
def door() -> Iterator[Waiting]:
    one = Waiting(ADDRESS, free_port())
    one.open(Phase.STARTING)
    yield one
    one.close()


Answer = tuple[int, dict[str, str], str]


def ask(door: Waiting, path: str = "/customers/", method: str = "GET", **headers: str) -> Answer:
    connection = HTTPConnection(*door.place, timeout=10)
    body = "name=余利".encode() if method == "POST" else None
    connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
    answer = connection.getresponse()
    page = answer.read().decode()
    connection.close()
    return answer.status, dict(answer.getheaders()), page


def test_a_page_says_what_is_going_on_and_asks_again_by_itself(door: Waiting) -> None:
    status, headers, page = ask(door)
    assert (status, headers["Retry-After"]) == (503, "2")
    assert "七步正在启动" in page and 'http-equiv="refresh"' in page and "已等 0 秒" in page
    door.phase = Phase.RECOVERING
    assert "数据库正在恢复" in ask(door)[2]


@pytest.mark.parametrize("headers", [{"Accept_Language": "en-GB,en"}, {"Cookie": "a=b; qibu_language=en"}])
def test_it_speaks_english_to_who_does(door: Waiting, headers: dict[str, str]) -> None:
    assert "Qibu is starting" in ask(door, **headers)[2]
    assert "七步正在启动" in ask(door, Cookie="qibu_language=zh-hans", Accept_Language="en")[2]


def test_a_form_is_not_asked_for_again_as_a_page(door: Waiting) -> None:
    page = ask(door, method="POST")[2]
    assert "http-equiv" not in page
    assert "还在浏览器里" in page


def test_a_part_of_a_page_gets_no_page(door: Waiting) -> None:
    assert ask(door, HX_Request="true")[2] == ""


def test_a_whole_sentence_for_machines_and_for_doctor(door: Waiting) -> None:
    assert json.loads(ask(door, "/healthz")[2])["status"] == "starting"
    assert waiting.said(*door.place).startswith("七步正在启动")
    door.phase = Phase.TROUBLE
    assert waiting.said(*door.place).startswith("数据库起不来")


def test_its_answer_is_not_taken_for_the_product_s(door: Waiting) -> None:
    assert not answers(door.place[1])


def test_the_web_server_may_come_beside_it_and_nobody_else(door: Waiting) -> None:
    with socket.socket() as web:
        web.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        web.bind(door.place)
        web.listen()
    with pytest.raises(Exception, match="--port"):
        refuse_taken_port(door.place[1])


def test_what_it_answered_does_not_keep_the_port(door: Waiting) -> None:
    assert ask(door)[0] == 503
    door.close()
    refuse_taken_port(door.place[1])


def test_where_it_left_nobody_stands(door: Waiting) -> None:
    door.close()
    with pytest.raises(ConnectionRefusedError):
        ask(door)
    assert waiting.said(*door.place) == ""
    door.open(Phase.WEB)  # and it may come back
    assert ask(door)[0] == 503
