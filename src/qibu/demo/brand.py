"""The fictional manufacturer 朔川, its cars, its three stores and their people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from qibu.demo import names
from qibu.demo.records import Energy, Model, Organisation, Role, Series, Staff

# L is China (GB 16737); a digit in second place has not been given to a car maker known to us.
MAKER_CODE = "L0S"

_PETROL = (7500, 6, 5000, 6, 36, 100_000, None, None)
_HYBRID = (10_000, 12, 5000, 6, 72, 150_000, 96, 150_000)
_ELECTRIC = (20_000, 12, 10_000, 12, 72, 150_000, 96, 160_000)

SERIES = (
    Series("QH", "青禾", Energy.PETROL, "轿车", *_PETROL),
    Series("YX", "远岫", Energy.PETROL, "SUV", *_PETROL),
    Series("CT", "长汀", Energy.PETROL, "MPV", *_PETROL),
    Series("YXH", "远岫混动", Energy.HYBRID, "SUV", *_HYBRID),
    Series("QHH", "青禾混动", Energy.HYBRID, "轿车", *_HYBRID),
    Series("LY", "流萤", Energy.ELECTRIC, "小型车", *_ELECTRIC),
    Series("TS", "听松", Energy.ELECTRIC, "SUV", *_ELECTRIC),
)
_BY_CODE = {series.code: series for series in SERIES}
MODELS = tuple(
    Model(code, _BY_CODE[series], name, price, MAKER_CODE + attributes, year)
    for code, series, name, price, attributes, year in (
        ("QH15M", "QH", "青禾 1.5L 手动畅行型", 69_800, "AA1B1", 2014),
        ("QH15C", "QH", "青禾 1.5L CVT 雅致型", 82_800, "AA2B1", 2014),
        ("QH15T", "QH", "青禾 1.5T 双离合 尊雅型", 98_800, "AB3B1", 2018),
        ("YX15T", "YX", "远岫 1.5T 双离合 探索型", 112_800, "SB3B1", 2014),
        ("YX20T", "YX", "远岫 2.0T 四驱 巅峰型", 156_800, "SC5B4", 2016),
        ("CT20T", "CT", "长汀 2.0T 七座 商务型", 178_800, "MC5B1", 2016),
        ("YXH110", "YXH", "远岫混动 110km 远行型", 149_800, "SH7D1", 2020),
        ("YXH200", "YXH", "远岫混动 200km 四驱 旗舰型", 189_800, "SH8D4", 2022),
        ("QHH80", "QHH", "青禾混动 80km 悦享型", 109_800, "AH7D1", 2021),
        ("LY300", "LY", "流萤 300km 萤火版", 59_800, "EE1K1", 2019),
        ("LY400", "LY", "流萤 400km 星光版", 74_800, "EE2K1", 2021),
        ("TS520", "TS", "听松 520km 静享版", 159_800, "TE3K1", 2021),
        ("TS650", "TS", "听松 650km 四驱 雪松版", 209_800, "TE4K4", 2023),
    )
)
COLOURS = ("霜天白", "玄武灰", "曜夜黑", "烟雨青", "落霞红", "沧浪蓝", "月光银")

MANUFACTURER = Organisation(
    "SC",
    "manufacturer",
    "朔川汽车有限公司",
    "朔川汽车",
    None,
    "安徽省",
    "芜湖市",
    "皖B",
    "芜湖市鸠江区晴岚大道1号",
    "0553-0000100",
)
REGION = Organisation(
    "SC-HD",
    "region",
    "朔川汽车华东大区",
    "华东大区",
    "SC",
    "安徽省",
    "合肥市",
    "皖A",
    "合肥市包河区澄怀路66号",
    "0551-0000100",
)


@dataclass(frozen=True, slots=True)
class Place:
    """What a store's surroundings lend to its customers."""

    area: str  # first four digits of identity numbers
    districts: tuple[str, ...]
    other_offices: tuple[str, ...]  # plates of neighbouring cities in the province


def _store(
    code: str, city: str, short: str, province: str, office: str, address: str, phone: str
) -> Organisation:
    name = f"{city}朔川{short[-3:-1]}汽车销售服务有限公司"
    return Organisation(code, "dealer", name, short, "SC-HD", province, f"{city}市", office, address, phone)


# Area codes are right; local numbers starting with 0 are never given out.
STORES = (
    _store("WH01", "芜湖", "芜湖·弋江店", "安徽省", "皖B", "芜湖市弋江区柳堤路18号", "0553-0000118"),
    _store("HF01", "合肥", "合肥·包河店", "安徽省", "皖A", "合肥市包河区鸣鹤路209号", "0551-0000209"),
    _store("NJ01", "南京", "南京·江宁店", "江苏省", "苏A", "南京市江宁区文澜巷77号", "025-00000077"),
)
PLACES = {
    "WH01": Place("3402", ("弋江区", "镜湖区", "鸠江区", "湾沚区", "繁昌区", "南陵县"), ("皖P", "皖E")),
    "HF01": Place("3401", ("包河区", "蜀山区", "庐阳区", "瑶海区", "肥西县", "肥东县"), ("皖N", "皖C")),
    "NJ01": Place("3201", ("江宁区", "秦淮区", "雨花台区", "建邺区", "玄武区", "溧水区"), ("苏L", "苏M")),
}

TITLES = {
    Role.STORE_MANAGER: "店长", Role.SALES_MANAGER: "销售经理", Role.SALES_CONSULTANT: "销售顾问",
    Role.SERVICE_MANAGER: "服务经理", Role.SERVICE_ADVISOR: "服务顾问", Role.TECHNICIAN: "技师",
    Role.CARE_MANAGER: "客服经理", Role.CALL_AGENT: "回访员", Role.MARKETING: "市场专员",
    Role.TRAINER: "培训师",
    Role.FINANCE: "财务", Role.MANUFACTURER_ANALYST: "主机厂分析员", Role.NETWORK_MANAGER: "售后运营经理",
    Role.SYSTEM_ADMIN: "系统管理员", Role.SECURITY_ADMIN: "安全管理员", Role.AUDITOR: "审计员",
}  # fmt: skip
_POSTS = (
    Role.STORE_MANAGER, Role.SALES_MANAGER, *[Role.SALES_CONSULTANT] * 3, Role.SERVICE_MANAGER,
    *[Role.SERVICE_ADVISOR] * 3, *[Role.TECHNICIAN] * 2, Role.CARE_MANAGER, *[Role.CALL_AGENT] * 2,
    Role.MARKETING, Role.TRAINER, Role.FINANCE,
)  # fmt: skip
# In the order of _POSTS: name, sign-in name, gender. Surnames with a reading of their own are meant.
_PEOPLE = {
    "WH01": (
        "沈亦舟 shenyizhou 男,解远 xieyuan 男,曾佳琪 zengjiaqi 女,陆鹏 lupeng 男,"
        "方晴 fangqing 女,仇志恒 qiuzhiheng 男,"
        "周婷 zhouting 女,单磊 shanlei 男,欧阳慧 ouyanghui 女,汪东 wangdong 男,"
        "丁海川 dinghaichuan 男,孟舒 mengshu 女,"
        "何雨薇 heyuwei 女,夏宁 xianing 女,区文博 ouwenbo 男,顾岚 gulan 女,查玉洁 zhayujie 女"
    ),
    "HF01": (
        "韩毅 hanyi 男,唐莉 tangli 女,吴凯 wukai 男,谢芸 xieyun 女,许浩 xuhao 男,邵建峰 shaojianfeng 男,"
        "林欣怡 linxinyi 女,高斌 gaobin 男,任颖 renying 女,石勇 shiyong 男,万超 wanchao 男,秦蕾 qinlei 女,"
        "叶琳 yelin 女,姜梦 jiangmeng 女,崔宇 cuiyu 男,白帆 baifan 男,钱敏 qianmin 女"
    ),
    "NJ01": (
        "诸葛明 zhugeming 男,蒋倩 jiangqian 女,杜俊 dujun 男,贺晨 hechen 男,尹佳 yinjia 女,龚平 gongping 男,"
        "严瑶 yanyao 女,侯波 houbo 男,洪雪 hongxue 女,段刚 duangang 男,施健 shijian 男,乔静 qiaojing 女,"
        "薛诗涵 xueshihan 女,金燕 jinyan 女,毛睿 maorui 男,常琪 changqi 女,邹萍 zouping 女"
    ),
}  # fmt: skip
_OFFICE = (
    ("傅远舟", "fuyuanzhou", "男", Role.MANUFACTURER_ANALYST),
    ("温铭", "wenming", "男", Role.SYSTEM_ADMIN),
    ("康玲", "kangling", "女", Role.SECURITY_ADMIN),
    ("史正言", "shizhengyan", "男", Role.AUDITOR),
    ("程望舒", "chengwangshu", "女", Role.NETWORK_MANAGER),
)
_REGION = (("骆清扬", "luoqingyang", "男", Role.NETWORK_MANAGER),)


def staff(today: date) -> tuple[Staff, ...]:
    people: list[tuple[str, str, str, Role, str]] = []
    for store in STORES:
        rows = (person.split() for person in _PEOPLE[store.code].split(","))
        for (name, login, gender), role in zip(rows, _POSTS, strict=True):
            people.append((name, login, gender, role, store.code))
    people += [(*row, MANUFACTURER.code) for row in _OFFICE] + [(*row, REGION.code) for row in _REGION]
    return tuple(
        Staff(login, name, gender, role, organisation, names.phone(99_000_000 + place),
              today - timedelta(days=400 + place * 37), TITLES[role])
        for place, (name, login, gender, role, organisation) in enumerate(people)
    )  # fmt: skip
