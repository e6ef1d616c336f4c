"""What comes of a call in the demo: mostly somebody is reached, and says what people say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from random import Random

from qibu.kernel import times
from qibu.tasks.models import Task

Outcome = Task.Outcome
REACHED = {
    "visit_followup": (
        "开着挺好，异响没有了，谢谢你们师傅。", "说洗车洗得干净，等的时间有点长。", "一切正常，下次保养还来。",
        "空调凉了，满意。", "说接待很客气，价格讲得明白。", "高速上跑过了，没问题。", "胎压灯又亮过一次，约周末来看。",
        "说玻璃水没加满，已道歉，下次到店免费补。", "孩子睡着了，简单说了句没问题。",
        "比上一家修得仔细，介绍了同事来。",
    ),
    "maintenance_due": (
        "现在跑了不到四千公里，说月底再来。", "约了周六上午，要小保养。", "想先问问价格，已报小保养三百八。",
        "出差在外地，下周回来就做。", "已经在高速服务区外面做过了，记下里程。", "这个月没怎么开，愿意先来检查一下。",
        "想连空调滤芯一起换，约周三下午。", "问能不能上门取车，答应先问清楚。", "说听说有工时活动，等活动再来。",
    ),
    "insurance_end": (
        "今年还在店里续，让把报价发微信。", "已经在别家报过价，想比一比。", "想加三者到三百万，要新报价。",
        "去年出过一次险，问保费涨多少。", "妻子在管，晚上让她回电。", "说电销便宜两百，问店里送什么。",
    ),
    "inspection": (
        "不知道要年检，谢谢提醒，周末来办。", "想让店里代办，问要带什么证件。", "已经自己在网上申领了。",
        "有两个违章没处理，处理完再约。", "行驶证在公司，下周带来。",
    ),
    "promise": (
        "已回复客户：配件明天到货，约后天来装。", "技师确认是胶套老化，客户同意更换。",
        "已说明在质保范围内，客户放心了。",
        "代步车安排好了，客户表示感谢。", "理赔款已到账，客户知道了。", "发票已开，电子版发到微信。",
    ),
    "todo": ("已办好。", "已和客户说定，周末来店里看。", "资料已补齐。", "已确认，没有问题。", "客户说再考虑两天。"),
}  # fmt: skip
CALL_BACK = ("正在开会，约了时间再打。", "在开车，让晚点打。", "手上有活，约了再聊。", "孩子刚睡，让换个时间。")
WRONG = ("接电话的说不认识车主。", "号码已经换人了。")
REFUSED = ("客户说以后不要再打电话，有事发短信。", "客户明确说不愿再接回访电话，已道歉。")
SHARES = ((0.72, Outcome.REACHED), (0.90, Outcome.NOT_REACHED), (0.975, Outcome.CALL_BACK),
          (0.992, Outcome.WRONG_NUMBER), (1.0, Outcome.DO_NOT_CALL))  # fmt: skip
# By days before today.
RARE_DAYS = {2: Outcome.WRONG_NUMBER, 4: Outcome.DO_NOT_CALL, 6: Outcome.WRONG_NUMBER, 9: Outcome.DO_NOT_CALL}
OPENS, EVENING = time(8, 50), time(19, 40)


@dataclass(frozen=True)
class Result:
    outcome: str
    note: str = ""
    next_at: datetime | None = None


def result(rng: Random, kind: str, at: datetime) -> Result:
    """Of a call about a task of this kind, made at a time. Promises and things to do are done."""
    about = topic(kind)
    pick = rng.random()
    outcome = next(outcome for share, outcome in SHARES if pick <= share)
    if about in ("promise", "todo") or outcome == Outcome.REACHED:
        return Result(Outcome.REACHED, rng.choice(REACHED[about]))
    if outcome == Outcome.CALL_BACK:
        return Result(outcome, rng.choice(CALL_BACK), _agreed(rng, at))
    notes = {Outcome.WRONG_NUMBER: WRONG, Outcome.DO_NOT_CALL: REFUSED}.get(outcome, ("",))
    return Result(outcome, rng.choice(notes))


RARE = {
    days: Result(outcome, (WRONG if outcome == Outcome.WRONG_NUMBER else REFUSED)[days // 2 % 2])
    for days, outcome in RARE_DAYS.items()
}


def topic(kind: str) -> str:
    """The plan a task comes from, or what else it is."""
    plan = kind.partition("/")[0]
    known = "inspection" if plan.startswith("inspection") else plan
    return known if known in REACHED else "todo"


def _agreed(rng: Random, at: datetime) -> datetime:
    """Some hours later, or the next morning: at a quarter of an hour, while people are awake."""
    later = at + timedelta(minutes=rng.choice((45, 90, 150, 240)))
    day = times.day_of(later)
    if later > times.at_time(day, EVENING):
        later = times.at_time(day + timedelta(days=1), OPENS) + timedelta(minutes=rng.choice((25, 70, 130)))
    return later.replace(minute=later.minute // 15 * 15, second=0, microsecond=0) + timedelta(minutes=15)
