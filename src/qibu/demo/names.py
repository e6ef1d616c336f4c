"""Invented people and firms. Surnames are as frequent as in the census; nobody in particular is meant.

Phones start with 154. The numbering plan has given that range to no operator (libphonenumber, too, has no
subscriber range 154), so a printed number looks like a mobile and rings nobody. Identity numbers carry the
district code 99, which GB/T 2260 doesn't use, with a right check digit.
"""

from __future__ import annotations

from datetime import date
from itertools import accumulate
from random import Random

from qibu.demo.vin import shuffled

PHONE_RANGE = "154"
_PHONE_ROOM = 10**8

_COMMON = (
    "王725李719张683刘538陈453杨309赵229黄223周212吴205徐167孙154胡131朱126高121林118何117郭115马113罗106"
    "梁82宋81郑80谢73韩70唐69冯64于62董60萧59程57曹56袁55邓54许53傅51沈50曾50彭49吕47苏46卢46蒋46蔡45"
    "贾44丁42魏40薛39叶39阎38余38潘37杜36戴35夏34钟34汪34田34任33姜33范32方32石32姚31谭31廖30邹30"
    "熊29金29陆28郝27孔27白27崔26康26毛25邱25秦25江24史24顾23侯23邵22孟22龙22万21段20雷20钱20汤19"
    "尹18黎17易16常15武15乔15贺14赖14龚14文13施12洪12单6仇4区4解5华8查4盖2缪4"
)
_COMPOUND = "欧阳6司马1诸葛1上官2夏侯1皇甫1尉迟1令狐1"


def _read(table: str) -> tuple[list[str], list[int]]:
    names, weights, word, digits = [], [], "", ""
    for char in table + "末":
        if char.isdigit():
            digits += char
            continue
        if digits:
            names.append(word)
            weights.append(int(digits))
            word, digits = "", ""
        word += char
    return names, list(accumulate(weights))


SURNAMES, _SURNAME_WEIGHTS = _read(_COMMON + _COMPOUND)
_SURNAME_TOTAL = _SURNAME_WEIGHTS[-1]
_MALE = "伟强磊军勇杰涛明超刚平辉鹏斌波宇浩凯健俊帆志文建国海林东峰博晨睿轩泽昊铭毅恒川远舟"
_FEMALE = "芳娜敏静丽艳娟霞秀燕玲桂莉倩雪琳颖慧婷瑶萍红玉洁云蕾欣怡佳琪梦涵诗雨晴岚舒宁薇芸"
_OLD_MALE = ("建国", "国强", "志明", "永福", "德华", "爱民", "卫东", "长根", "家富", "金宝")
_OLD_FEMALE = ("秀英", "桂兰", "玉珍", "凤英", "淑芬", "春梅", "秀兰", "菊香", "美华", "爱萍")
_YOUNG_MALE = ("子轩", "浩然", "宇航", "梓豪", "俊熙", "一鸣", "嘉树", "亦辰")
_YOUNG_FEMALE = ("梓涵", "雨桐", "思琪", "可欣", "诗涵", "一诺", "若曦", "语嫣")

_FIRM_FIRST = "禾拓锦澄皓砚徽筑栖泓垚沐峻昱璟闻"
_FIRM_SECOND = "程汇川辰远达聚航源拓翎屿越衡瑞铎"
_FIRM_TRADE = (
    ("物流", "运输物流"), ("商贸", "批发零售"), ("建筑工程", "建筑"), ("电子科技", "电子制造"),
    ("餐饮管理", "餐饮"), ("汽车租赁", "租赁"), ("装饰工程", "建筑"), ("农业发展", "农业"),
    ("医疗器械", "医药"), ("信息技术", "软件信息"),
)  # fmt: skip
_ESTATES = (
    "栖湖花园",
    "望舒苑",
    "桐荫里",
    "云锦府",
    "听雨台",
    "书香名邸",
    "朗诗庭",
    "锦瑟园",
    "半山雅居",
    "和光新村",
)
STREETS = (
    "采薇路",
    "临川街",
    "鸣鹤路",
    "文澜巷",
    "晴岚大道",
    "柳堤路",
    "澄怀路",
    "银杏东街",
    "小渡口路",
    "望月街",
)


def surname(rng: Random) -> str:
    pick = rng.random() * _SURNAME_TOTAL
    low, high = 0, len(_SURNAME_WEIGHTS) - 1
    while low < high:
        middle = (low + high) // 2
        if _SURNAME_WEIGHTS[middle] > pick:
            high = middle
        else:
            low = middle + 1
    return SURNAMES[low]


def given_name(rng: Random, gender: str, birth_year: int) -> str:
    male = gender == "男"
    if birth_year < 1970 and rng.random() < 0.6:
        return rng.choice(_OLD_MALE if male else _OLD_FEMALE)
    if birth_year > 1996 and rng.random() < 0.5:
        return rng.choice(_YOUNG_MALE if male else _YOUNG_FEMALE)
    chars = _MALE if male else _FEMALE
    first = rng.choice(chars)
    return first if rng.random() < 0.3 else first + rng.choice(chars.replace(first, ""))


def firm(rng: Random, city: str) -> tuple[str, str]:
    """Name and industry."""
    trade, industry = rng.choice(_FIRM_TRADE)
    name = (
        f"{city}{rng.choice(_FIRM_FIRST)}{rng.choice(_FIRM_SECOND)}{rng.choice(_FIRM_SECOND)}{trade}有限公司"
    )
    return name, industry


def address(rng: Random, district: str) -> str:
    street = f"{district}{rng.choice(STREETS)}{rng.randrange(1, 400)}号"
    flat = f"{rng.choice(_ESTATES)}{rng.randrange(1, 40)}栋{rng.randrange(1, 33)}0{rng.randrange(1, 5)}室"
    return street + flat


def phone(number: int) -> str:
    return f"{PHONE_RANGE}{shuffled(number % _PHONE_ROOM, _PHONE_ROOM, 20_417_733):08d}"


_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def identity_number(area: str, birthday: date, sequence: int, gender: str) -> str:
    """Eighteen characters, the last by ISO 7064 MOD 11-2 (GB 11643)."""
    order = sequence % 500 * 2 + (1 if gender == "男" else 0)
    body = f"{area}99{birthday:%Y%m%d}{order:03d}"
    rest = sum(int(digit) * weight for digit, weight in zip(body, _ID_WEIGHTS, strict=True)) % 11
    return body + "10X98765432"[rest]
