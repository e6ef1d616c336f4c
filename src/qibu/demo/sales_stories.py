"""How the leads of a quarter went, drawn for one store: when they came, by which way, how far, and how they ended.

Nothing is written here. A story is the same for the same store, seed and day.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from qibu.demo import brand, sales_cars
from qibu.demo.records import Model
from qibu.demo.shop import at
from qibu.kernel import times

QUARTER = 91  # days
STAGES = ("new", "contacted", "visited", "driven", "quoted", "ordered")
# Source, door, how many of a hundred come by it, and how much better or worse than most they end.
SOURCES = (
    ("walk-in", "showroom", 24, 1.5), ("vertical", "api", 24, 0.6), ("short-video", "form", 14, 0.5),
    ("call-in", "phone", 10, 1.0), ("website", "form", 6, 0.9), ("form", "form", 5, 0.7),
    ("exhibition", "sheet", 6, 0.6), ("referral", "hand", 6, 2.6), ("wechat", "hand", 4, 1.1),
    ("partner", "sheet", 1, 0.8),
)  # fmt: skip
AT_THE_HOUSE = frozenset({"walk-in", "call-in", "referral", "wechat"})
CAMPAIGNS = {"exhibition": "秋季车展", "short-video": "双十一直播", "form": "周末试驾会"}
LOSSES = (
    ("price", "discount", 16), ("price", "budget", 9), ("price", "waiting", 8), ("competitor", "product", 13),
    ("competitor", "offer", 11), ("competitor", "brand", 5), ("elsewhere", "price", 7), ("elsewhere", "near", 3),
    ("car", "space", 4), ("car", "range", 4), ("supply", "delivery", 4), ("finance", "refused", 3),
    ("trade-in", "offer", 4), ("plans", "postponed", 9), ("plans", "family", 5), ("contact", "no_answer", 8),
)  # fmt: skip
INVALID = (("wrong_number", ""), ("test", ""), ("no_intent", ""), ("trade", ""))
RIVALS = (("江岚", "云驰"), ("江岚", "云驰 PLUS"), ("北陆", "山行"), ("泽野", "E5"), ("泽野", "E7"), ("拓界", "旅者"))
NEXT = {
    "new": ("首次联系",), "contacted": ("邀约到店", "发车型资料", "再次联系"),
    "visited": ("约试驾", "回访到店感受", "发金融方案"), "driven": ("发报价", "问试驾感受", "置换评估"),
    "quoted": ("确认贷款方案", "谈成交价", "等家人商量后再联系"), "ordered": ("催厂家排产", "通知付尾款", "准备交车"),
}  # fmt: skip
SAID = {
    "contacted": ("加了微信，发了车型资料。", "周末想带家人来看。", "在比两三款车，先看配置。", "预算紧，想等活动。"),
    "visited": ("看了展车，喜欢内饰，嫌后排有点低。", "全家来看的，孩子喜欢天窗。", "主要问油耗和保养。"),
    "driven": ("试驾后说比想的安静。", "试了高速一段，满意。", "觉得方向偏轻，其余都好。"),
    "quoted": ("报了全款和三年贷款两个方案。", "要求再送一次保养。", "回去和家里商量。"),
    "ordered": ("交了定金，选好颜色。",),
}  # fmt: skip
REMARKS = ("家里第一辆车", "给爱人买", "上下班代步", "要装儿童座椅", "公司用车", "周末自驾多", "", "", "", "")
TRADE_INS = ("2015 款紧凑型轿车，9 万公里", "2017 款小型 SUV，11 万公里", "2013 款轿车，15 万公里")


@dataclass(frozen=True)
class Step:
    """The lead came to a stage, with a word about it."""

    stage: str
    at: datetime
    said: str


@dataclass(frozen=True)
class Story:
    number: int
    source: str
    door: str
    received_at: datetime
    model: Model
    colour: str
    seller: int  # which of the consultants; -1 is the pool
    steps: tuple[Step, ...]  # after the first stage
    state: str  # open, won, lost, invalid
    closed_at: datetime | None = None
    loss: tuple[str, str] = ("", "")
    rival: tuple[str, str] = ("", "")
    retry_on: date | None = None
    buys_by: date | None = None
    next_what: str = ""
    next_at: datetime | None = None
    payment: str = ""
    trade_in: str = ""
    remark: str = ""

    @property
    def stage(self) -> str:
        return self.steps[-1].stage if self.steps else STAGES[0]

    @property
    def answered_at(self) -> datetime | None:
        if self.source in AT_THE_HOUSE:
            return self.received_at
        return self.steps[0].at if self.steps else None


def of_prospects(rng: Random, now: datetime, count: int, sellers: int) -> Iterator[Story]:
    """People who came in the quarter: most of the early ones are lost by now, most of the late ones are open."""
    for number in range(count):
        days = QUARTER * number // count
        received = _moment(rng, times.day_of(now) - timedelta(days=days), now)
        source, door, _share, luck = rng.choices(SOURCES, [share / luck**0.5 for _s, _d, share, luck in SOURCES])[0]
        patience = rng.expovariate(1 / 30) * luck**0.5
        open_still = days < patience
        yield _prospect(rng, now, _Drawn(number, source, door, received, sellers), open_still=open_still)


def of_buyer(rng: Random, number: int, model: Model, colour: str, handed_over: datetime) -> Story:
    """Somebody who took their car home: the story that led there."""
    source, door, _share, _luck = rng.choices(SOURCES, [share * luck for _s, _d, share, luck in SOURCES])[0]
    took = timedelta(days=rng.randrange(9, 48))
    received = _moment(rng, times.day_of(handed_over - took), handed_over)
    ways = [stage for stage in STAGES[1:] if stage != "driven" or rng.random() < 0.82]
    steps = _steps(rng, ways, received, handed_over - timedelta(days=rng.randrange(2, 7)))
    return Story(
        number, source, door, received, model, colour, 0, steps, "won", handed_over,
        buys_by=rng.choice((None, times.day_of(handed_over))), payment=rng.choice(("full", "loan", "loan")),
        trade_in=rng.choice(TRADE_INS) if rng.random() < 0.2 else "", remark=rng.choice(REMARKS),
    )  # fmt: skip


@dataclass(frozen=True)
class _Drawn:
    number: int
    source: str
    door: str
    received: datetime
    sellers: int


def _prospect(rng: Random, now: datetime, drawn: _Drawn, *, open_still: bool) -> Story:
    reach = _reach(rng, drawn, now, open_still=open_still)
    end = now if open_still else _end(rng, drawn.received, now)
    steps = _steps(rng, STAGES[1:reach], drawn.received, end)
    model = rng.choice(list(sales_cars.on_sale()))
    seller = rng.randrange(drawn.sellers)
    by = times.day_of(drawn.received) + timedelta(days=rng.choice((12, 25, 40, 70)))
    base: dict[str, Any] = {
        "number": drawn.number, "source": drawn.source, "door": drawn.door, "received_at": drawn.received,
        "model": model, "colour": rng.choice(brand.COLOURS) if reach > 3 else "", "steps": steps,
        "payment": rng.choice(("", "full", "loan", "loan")) if reach > 3 else "",
        "trade_in": rng.choice(TRADE_INS) if rng.random() < 0.15 else "", "remark": rng.choice(REMARKS),
    }  # fmt: skip
    if open_still:
        waits = rng.random() < (0.06 if steps else 0.5) and drawn.source not in AT_THE_HOUSE
        return Story(**base, seller=-1 if waits else seller, state="open", **_plans(rng, now, steps))
    return Story(**base, seller=seller, buys_by=rng.choice((None, by)), **_loss(rng, end, reached=bool(steps)))


def _reach(rng: Random, drawn: _Drawn, now: datetime, *, open_still: bool) -> int:
    """How many stages the lead has seen; who stands in the show-room has been there."""
    first = 3 if drawn.source == "walk-in" else 2
    if not open_still:
        return min(len(STAGES) - 1, first + rng.choices((0, 1, 2, 3), (45, 25, 18, 12))[0])
    age = (now - drawn.received).days
    if age < 2:
        return first if drawn.source == "walk-in" else rng.choice((1, 1, 2))
    most = min(len(STAGES), first + 1 + age // 4)
    return rng.randrange(first, most + 1)


def _end(rng: Random, received: datetime, now: datetime) -> datetime:
    """Some weeks after it came, in the hours of work."""
    span = min(now - received, timedelta(days=40))
    latest = now - timedelta(minutes=rng.randrange(40, 400))
    return min(_in_hours(rng, received + span * rng.uniform(0.25, 0.9)), latest)


def _steps(rng: Random, stages: Sequence[str], begin: datetime, end: datetime) -> tuple[Step, ...]:
    """Spread over the time there was, each in the hours of work and none before the one before."""
    found: list[Step] = []
    latest, span = begin, max(end - begin, timedelta(hours=1))
    for place, stage in enumerate(stages):
        share = ((place + rng.random() * 0.8) / max(len(stages), 1)) ** 1.3
        wanted = _in_hours(rng, begin + span * share)
        moment = min(max(wanted, latest + timedelta(minutes=rng.randrange(4, 25))), end)
        found.append(Step(stage, moment, rng.choice(SAID[stage])))
        latest = moment
    return tuple(found)


def _plans(rng: Random, now: datetime, steps: Sequence[Step]) -> dict[str, Any]:
    today, stage = times.day_of(now), steps[-1].stage if steps else STAGES[0]
    ahead = rng.choices((rng.randrange(1, 8), rng.randrange(8, 16), rng.randrange(16, 31), 0), (15, 25, 30, 30))[0]
    buys_by = today + timedelta(days=ahead) if ahead else rng.choice((None, today + timedelta(days=75)))
    pick = rng.random()
    if stage == STAGES[0]:
        due = now + timedelta(minutes=rng.randrange(-90, 28))
    elif pick < 0.12:
        due = now - timedelta(minutes=rng.randrange(20, 1500))
    elif pick < 0.28:
        due = now + timedelta(minutes=rng.randrange(10, 115))
    else:
        days = min(ahead or 12, 12)
        due = at(today + timedelta(days=rng.randrange(1, max(2, days))), rng.randrange(9, 18), rng.choice((0, 30)))
    return {"buys_by": buys_by, "next_what": rng.choice(NEXT[stage]), "next_at": due}


def _loss(rng: Random, end: datetime, *, reached: bool) -> dict[str, Any]:
    if not reached or rng.random() < 0.08:
        return {"state": "invalid", "closed_at": end, "loss": rng.choice(INVALID)}
    reason, detail, _share = rng.choices(LOSSES, [share for _r, _d, share in LOSSES])[0]
    away = reason == "competitor" or (reason == "price" and rng.random() < 0.4)
    later = reason == "plans" or detail == "waiting"
    return {
        "state": "lost", "closed_at": end, "loss": (reason, detail), "rival": rng.choice(RIVALS) if away else ("", ""),
        "retry_on": times.day_of(end) + timedelta(days=rng.choice((60, 90, 120))) if later else None,
    }  # fmt: skip


def _moment(rng: Random, day: date, latest: datetime) -> datetime:
    drawn = at(day, rng.choices(range(9, 18), (9, 14, 12, 5, 8, 12, 14, 15, 9))[0], rng.randrange(60))
    return min(drawn, latest - timedelta(minutes=rng.randrange(6, 26)))


def _in_hours(rng: Random, moment: datetime) -> datetime:
    """The same day, while the store is open."""
    local = moment.astimezone(times.ZONE)
    return moment if 9 <= local.hour < 18 else at(local.date(), rng.randrange(9, 18), rng.randrange(60))
