"""One invented customer: a person or a firm."""

from __future__ import annotations

from calendar import isleap
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from random import Random

from lunar_python import Lunar, Solar

from qibu.demo import names
from qibu.demo.brand import PLACES, SERIES
from qibu.demo.records import STORE_ZONE, Consent, Customer, LunarDay, Organisation, Stage

_STAGES = (Stage.OWNER, Stage.LOST, Stage.POTENTIAL, Stage.INTENDING, Stage.BASE, Stage.INFLUENCER)
_STAGE_SHARES = (0.63, 0.72, 0.81, 0.91, 0.97, 1.0)
_OCCUPATIONS = (
    "教师",
    "医生",
    "公务员",
    "个体经营",
    "工程师",
    "工人",
    "自由职业",
    "销售",
    "司机",
    "财务",
    "学生",
    "退休",
    "务农",
)
_INDUSTRIES = (
    "教育",
    "医疗",
    "政府机关",
    "批发零售",
    "制造业",
    "软件信息",
    "金融",
    "建筑",
    "运输物流",
    "餐饮",
    "农业",
)
_EDUCATIONS = ("高中", "大专", "本科", "本科", "硕士", "")
_INCOMES = ("5万以下", "5-10万", "10-20万", "20-40万", "40万以上", "")
_FAMILIES = ("单身", "已婚无孩", "三口之家", "四口之家", "三代同堂", "")
_HOBBIES = (
    "钓鱼",
    "自驾游",
    "摄影",
    "羽毛球",
    "露营",
    "书法",
    "烹饪",
    "广场舞",
    "足球",
    "登山",
    "音乐",
    "亲子活动",
    "茶道",
    "骑行",
)
_TABOOS = (
    "不接推销电话",
    "午休时间勿扰",
    "不喝冰饮",
    "车内勿喷香水",
    "不要调整座椅",
    "勿谈价格",
    "不吸烟",
    "对花粉过敏",
)
_HABITS = ("市区通勤", "高速为主", "短途接送", "偶尔用车", "山路较多", "长途出差")
SOURCES = (
    "自然到店",
    "老客户介绍",
    "老客户增换购",
    "垂直网站",
    "短视频",
    "搜索",
    "车展",
    "电话咨询",
    "异业合作",
    "企业团购",
)
_TIMES = ("上午", "午休", "下午", "晚上", "周末", "")
_CHANNELS = ("电话", "电话", "微信", "微信", "短信")
_TAGS = (
    "价格敏感",
    "注重品质",
    "准时",
    "常带孩子",
    "转介绍多",
    "关注油耗",
    "爱改装",
    "女车主",
    "新手",
    "曾投诉",
)
_LOST = ("搬离本市", "已卖车", "价格原因", "服务态度", "改去他处保养", "产品问题")
_LEAP_YEARS = (1976, 1980, 1984, 1988, 1992, 1996, 2000)


@dataclass(frozen=True, slots=True)
class Desk:
    """A store with those who look after its customers."""

    store: Organisation
    index: int
    today: date
    sellers: tuple[str, ...]
    advisors: tuple[str, ...]
    technicians: tuple[str, ...]
    agents: tuple[str, ...]


def at(day: date, minutes: int) -> datetime:
    return datetime.combine(day, time(minutes // 60, minutes % 60), STORE_ZONE)


def stage(rng: Random) -> Stage:
    pick = rng.random()
    return next(stage for stage, share in zip(_STAGES, _STAGE_SHARES, strict=True) if pick < share)


@lru_cache(maxsize=512)
def _lunar_day(day: date) -> LunarDay:
    lunar = Solar.fromYmd(day.year, day.month, day.day).getLunar()
    # A leap month's birthday is kept in its plain month, and the thirtieth on the day every month has.
    return LunarDay(abs(lunar.getMonth()), min(lunar.getDay(), 29))


@lru_cache(maxsize=32_768)
def _solar_day(year: int, lunar: LunarDay) -> date:
    solar = Lunar.fromYmd(year, lunar.month, lunar.day).getSolar()
    return date(solar.getYear(), solar.getMonth(), solar.getDay())


def birthday(rng: Random, today: date, number: int, soon: int | None) -> tuple[date, LunarDay | None]:
    """The date of birth, and the lunar day where that is the one to congratulate on."""
    age = min(78, max(20, int(rng.gauss(39, 11))))
    lunar = rng.random() < 0.08
    ahead = rng.randrange(365) if soon is None else soon
    if number % 97 == 5:
        return date(_LEAP_YEARS[number // 97 % len(_LEAP_YEARS)], 2, 29), None
    anniversary = today + timedelta(days=ahead)
    year = today.year - age
    if lunar:
        day = _lunar_day(anniversary)
        return _solar_day(year, day), day
    if (anniversary.month, anniversary.day) == (2, 29) and not isleap(year):
        return date(year, 2, 28), None
    return anniversary.replace(year=year), None


def _few(rng: Random, choices: tuple[str, ...], chance: float) -> tuple[str, ...]:
    if rng.random() > chance:
        return ()
    first = rng.choice(choices)
    second = rng.choice(choices)
    return (first,) if first == second or rng.random() < 0.6 else (first, second)


def _consents(rng: Random, created: date, today: date) -> tuple[Consent, ...]:
    evidence = rng.choice(("纸质签字", "电子协议", "电话录音", "公众号勾选"))
    consents = [Consent("service", "any", created, evidence)]
    if rng.random() < 0.66:
        gone = created + timedelta(days=rng.randrange(30, 900)) if rng.random() < 0.08 else None
        withdrawn = gone if gone and gone < today else None
        consents.append(
            Consent("marketing", rng.choice(("sms", "wechat", "any")), created, evidence, withdrawn)
        )
    if rng.random() < 0.2:
        consents.append(Consent("sharing", "any", created, evidence))
    return tuple(consents)


@dataclass(frozen=True, slots=True)
class Outline:
    """What is settled about a customer before the details are drawn."""

    number: int
    stage: Stage
    is_company: bool
    days_known: int
    birthday_in: int | None = None
    surname: str | None = None
    remark: str = ""


def customer(rng: Random, desk: Desk, outline: Outline) -> Customer:
    place, today, number = PLACES[desk.store.code], desk.today, outline.number
    gender = "男" if rng.random() < 0.62 else "女"
    born, lunar = birthday(rng, today, number, outline.birthday_in)
    name = (outline.surname or names.surname(rng)) + names.given_name(rng, gender, born.year)
    industry = rng.choice(_INDUSTRIES)
    contact = ""
    if outline.is_company:
        contact = name
        name, industry = names.firm(rng, desk.store.city.removesuffix("市"))
    district = rng.choice(place.districts)
    created = today - timedelta(days=outline.days_known)
    open_lead = outline.stage in (Stage.POTENTIAL, Stage.INTENDING)
    lost = outline.stage is Stage.LOST
    phone_number = (desk.index * 10_000_000 + number) * 2
    return Customer(
        number=f"{desk.store.code}-C{number + 1:06d}",
        store=desk.store.code,
        stage=outline.stage,
        is_company=outline.is_company,
        name=name,
        contact_name=contact,
        gender="" if outline.is_company else gender,
        birthday=None if outline.is_company else born,
        lunar_birthday=None if outline.is_company else lunar,
        phone=names.phone(phone_number),
        second_phone=names.phone(phone_number + 1) if rng.random() < 0.12 else "",
        id_number=""
        if outline.is_company or open_lead
        else names.identity_number(place.area, born, number, gender),
        preferred_channel=rng.choice(_CHANNELS),
        preferred_time=rng.choice(_TIMES),
        province=desk.store.province,
        city=desk.store.city,
        district=district,
        address="" if open_lead and rng.random() < 0.6 else names.address(rng, district),
        occupation="" if outline.is_company else rng.choice(_OCCUPATIONS),
        industry=industry,
        education="" if outline.is_company else rng.choice(_EDUCATIONS),
        income_band="" if outline.is_company else rng.choice(_INCOMES),
        family="" if outline.is_company else rng.choice(_FAMILIES),
        hobbies=_few(rng, _HOBBIES, 0.45),
        taboos=_few(rng, _TABOOS, 0.15),
        driving_habit="" if open_lead else rng.choice(_HABITS),
        source=rng.choice(SOURCES),
        tags=("大客户",) if outline.is_company else _few(rng, _TAGS, 0.4),
        card_tier=""
        if open_lead or lost
        else rng.choice(("普通卡", "普通卡", "普通卡", "银卡", "银卡", "金卡", "")),
        consents=_consents(rng, created, today),
        seller=rng.choice(desk.sellers),
        advisor="" if open_lead else rng.choice(desk.advisors),
        created_on=created,
        intent_grade=rng.choice("HAABBBC") if outline.stage is Stage.INTENDING else "",
        interest=rng.choice(SERIES).code if open_lead else "",
        next_contact_at=at(today + timedelta(days=rng.randrange(-2, 9)), rng.randrange(18, 36) * 30)
        if open_lead
        else None,
        lost_on=today - timedelta(days=rng.randrange(1, max(2, outline.days_known // 2))) if lost else None,
        lost_reason=rng.choice(_LOST) if lost else "",
        remark=outline.remark,
    )
