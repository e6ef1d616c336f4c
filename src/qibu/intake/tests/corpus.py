# ruff: noqa: E501  (documents are as long as they are)
"""Documents as they come: written by us after what portals, marketers and hostile people send. Each says what it is.

`GOOD`: prospects that can be read, with what must come of each: the draft's facts, and why it would wait.
`BAD`: documents that can't be read, with the code that says why.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from qibu.intake.rules import Reason

XML = '<?xml version="1.0" encoding="UTF-8"?>'
ADF = '<?adf version="1.0"?>'


@dataclass(frozen=True)
class Expected:
    facts: dict[str, str] = field(default_factory=dict)
    reasons: tuple[Reason, ...] = ()
    keys: tuple[tuple[str, str], ...] | None = None


@dataclass(frozen=True)
class Document:
    content: bytes
    expected: tuple[Expected, ...]
    charset: str = ""


def vehicle(body: str = "<year>2026</year><make>星辰</make><model>追光</model>", more: str = "") -> str:
    return f"<vehicle {more}>{body}</vehicle>"


def customer(body: str = '<name part="full">方雅雯</name><phone>13855530001</phone>', after: str = "") -> str:
    return f"<customer><contact>{body}</contact>{after}</customer>"


def prospect(*parts: str, more: str = "", key: str = '<id source="portal">K1</id>') -> str:
    return f"<prospect{more}>{key}<requestdate>2026-11-25T10:30:00+08:00</requestdate>{''.join(parts)}</prospect>"


def document(*prospects: str, head: str = XML + ADF) -> bytes:
    return f"{head}<adf>{''.join(prospects)}</adf>".encode()


FANG = {"name": "方雅雯", "phone": "13855530001", "brand": "星辰", "series": "追光", "model": "2026款"}
VENDOR = "<vendor><vendorname>弋江店</vendorname><contact><name>弋江店</name><phone>05533830001</phone></contact></vendor>"
PLAIN = prospect(vehicle(), customer(), VENDOR)


def one(content: bytes, charset: str = "", **facts: Any) -> Document:
    reasons, keys = facts.pop("reasons", ()), facts.pop("keys", None)
    return Document(content, (Expected({**FANG, **facts}, reasons, keys),), charset)


GOOD: dict[str, Document] = {
    "as the grammar has it": one(document(PLAIN), keys=(("portal", "K1"),)),
    "GBK that says so": one(
        document(PLAIN, head='<?xml version="1.0" encoding="GBK"?>' + ADF).decode().encode("gbk")
    ),
    "GB2312 in its old name": one(
        document(PLAIN, head="<?xml version='1.0' encoding='gb2312'?>" + ADF).decode().encode("gb2312")
    ),
    "GBK that says it is UTF-8": one(document(PLAIN).decode().encode("gbk")),
    "GBK that says nothing": one(document(PLAIN, head=ADF).decode().encode("gbk")),
    "UTF-8 that says it is GBK": one(document(PLAIN, head='<?xml version="1.0" encoding="GBK"?>')),
    "UTF-8 with a mark at the beginning": one(b"\xef\xbb\xbf" + document(PLAIN)),
    "UTF-16 with a mark": one(document(PLAIN, head=ADF).decode().encode("utf-16")),
    "GB18030 with a rare name": one(
        document(prospect(vehicle(), customer("<name>𠮷田</name><phone>13855530001</phone>"), VENDOR), head=ADF)
        .decode().encode("gb18030"), name="𠮷田",
    ),
    "instructions the other way round": one(document(PLAIN, head=ADF + XML)),
    "instruction in capitals": one(document(PLAIN, head=XML + '<?ADF VERSION="1.0"?>')),
    "blank lines before everything": one(b"\r\n\r\n  " + document(PLAIN)),
    "no instructions at all": one(document(PLAIN, head="")),
    "a prospect without adf around it": one(PLAIN.encode()),
    "tags in capitals and a namespace": one(
        document(PLAIN, head="").decode().replace("<adf>", '<ADF xmlns:a="urn:x">').replace("</adf>", "</ADF>")
        .replace("<prospect>", "<a:Prospect>").replace("</prospect>", "</a:Prospect>").encode()
    ),
    "elements in any order": one(document(
        "<prospect>" + VENDOR + "<customer><comments>白色的</comments><contact><phone>13855530001</phone>"
        "<name>方雅雯</name></contact></customer>" + vehicle("<model>追光</model><make>星辰</make><year>2026</year>")
        + "<requestdate>2026-11-25</requestdate></prospect>"), remark="白色的", keys=()),
    "no vendorname": one(document(prospect(
        vehicle(), customer(), "<vendor><contact><name>弋江店</name></contact></vendor>"))),
    "no vendor": one(document(prospect(vehicle(), customer()))),
    "telephone of a type the grammar doesn't have": one(document(prospect(vehicle(), customer(
        '<name>方雅雯</name><phone type="work">0553-3830002</phone><phone type="Mobile">13855530001</phone>')))
        , phone="13855530001、0553-3830002"),
    "the preferred telephone first": one(document(prospect(vehicle(), customer(
        '<name>方雅雯</name><phone type="fax">0553-3830003</phone><phone type="cellphone">13855530001</phone>'
        '<phone preferredcontact="yes">0553-3830002</phone>'))), phone="0553-3830002、13855530001"),
    "name and telephone right below the customer": one(document(prospect(
        vehicle(), "<customer><name>方雅雯</name><phone>13855530001</phone></customer>"))),
    "a name in parts": one(document(prospect(vehicle(), customer(
        '<name part="last">Fang</name><name part="first">Yawen</name><phone>13855530001</phone>'))), name="Yawen Fang"),
    "a Chinese name in parts": one(document(prospect(vehicle(), customer(
        '<name part="first">雅雯</name><name part="last">方</name><phone>13855530001</phone>')))),
    "e-mail alone": one(document(prospect(vehicle(), customer(
        "<name>方雅雯</name><email>yawen@example.com</email>"))), phone="", email="yawen@example.com"),
    "unknown elements": one(document(prospect(
        vehicle("<year>2026</year><make>星辰</make><model>追光</model><warp>9</warp>"), customer(), "<xyz><a>1</a></xyz>"))),
    "a bare ampersand and an entity of the web": one(document(prospect(vehicle(
        "<year>2026</year><make>星辰</make><model>追光</model><trim>R&D&nbsp;版</trim>"), customer())),
        model="2026款 R&D 版"),
    "a sign that XML doesn't have": one(document(prospect(vehicle(), customer(after="<comments>你\x0b好</comments>"))),
                                        remark="你好"),
    "a year that no model has": one(document(prospect(vehicle(
        "<year>2099</year><make>星辰</make><model>追光</model><trim>豪华版</trim>"), customer())), model="豪华版",
        remark="year 2099"),
    "no year but a word": one(document(prospect(vehicle(
        "<year>any</year><make>星辰</make><model>追光</model>", 'interest="buy"'), customer(after="<comments>急</comments>"))),
        model="", remark="急\nyear any"),
    "a trade-in of year nought": one(document(prospect(
        vehicle("<year>0</year><make>大众</make><model>朗逸</model>", "interest='trade-in' status='used'"), vehicle(),
        customer())), trade_in="大众 朗逸", trade_in_note="year 0"),
    "text in CDATA": one(document(prospect(vehicle(), customer(after="<comments><![CDATA[<b>急</b> & 要现车]]></comments>"))),
                         remark="<b>急</b> & 要现车"),
    "a comment in between": one(document(prospect("<!-- von Hand -->", vehicle(), customer()))),
    "a budget, a loan and a time": one(document(prospect(vehicle(
        "<year>2026</year><make>星辰</make><model>追光</model><colorcombination><exteriorcolor>黑</exteriorcolor>"
        "<preference>2</preference></colorcombination><colorcombination><exteriorcolor>白</exteriorcolor>"
        "<preference>1</preference></colorcombination><finance><method>Finance</method>"
        '<amount type="monthly">4000</amount><amount type="total" currency="CNY">180000</amount></finance>'),
        customer(after="<timeframe><description>一周内</description></timeframe>"))),
        budget="180000", payment="loan", buys_by="一周内", colour="白"),
    "a trade-in beside the wish": one(document(prospect(
        vehicle("<year>2019</year><make>大众</make><model>朗逸</model><odometer units='km'>62000</odometer>",
                "interest='trade-in' status='used'"), vehicle(), customer())), trade_in="2019 大众 朗逸 62000 km",
        trade_in_km="62000"),
    "a trade-in alone": one(document(prospect(
        vehicle("<year>2019</year><make>大众</make><model>朗逸</model><vin>LSVAB2BR5EN100001</vin>"
                "<odometer units='miles'>38,000</odometer><condition>Good</condition><comments>一手车</comments>",
                "interest='tradein' status='used'"), customer())), brand="", series="", model="",
        interest="trade_in", trade_in="2019 大众 朗逸 38,000 mi LSVAB2BR5EN100001", trade_in_km="38,000 mi",
        trade_in_vin="LSVAB2BR5EN100001", trade_in_condition="Good", trade_in_note="一手车"),
    "a test drive alone, at a time": one(document(prospect(
        vehicle(more='interest="test-drive"'),
        customer(after="<timeframe><earliestdate>2026-11-28T10:00:00+08:00</earliestdate></timeframe>"))),
        interest="test_drive", drive="2026-11-28T10:00:00+08:00", buys_by=""),
    "a test drive in the car that is wanted": one(document(prospect(
        vehicle(), vehicle(more='interest="test-drive"'), customer())), interest="test_drive"),
    "two cars": one(document(prospect(
        vehicle(), vehicle("<year>2026</year><make>星辰</make><model>远航</model>"), customer())), remark="2026 星辰 远航"),
    "sent again": one(document(prospect(vehicle(), customer(), more=' status="RESEND"'))),
    "several prospects": Document(document(
        PLAIN, prospect(vehicle(), customer("<name>李</name><phone>13855530002</phone>"), key='<id source="portal">K2</id>')),
        (Expected(FANG), Expected({**FANG, "name": "李", "phone": "13855530002"}))),
    "nothing to reach them by": one(document(prospect(vehicle(), customer("<name>方雅雯</name>"))), phone="",
                                    reasons=(Reason.WAY,)),
    "a telephone that is none": one(document(prospect(vehicle(), customer(
        "<name>方雅雯</name><phone>打我微信</phone>"))), phone="打我微信", reasons=(Reason.PHONE,)),
    "no car": one(document(prospect(customer())), brand="", series="", model="", reasons=(Reason.CAR,)),
    "an empty prospect": one(b"<adf><prospect/></adf>", name="", phone="", brand="", series="", model="",
                             reasons=(Reason.WAY, Reason.CAR)),
    "words as long as a novel": one(document(prospect(vehicle(), customer(f"<name>{'长' * 999}</name>"
                                                                         "<phone>13855530001</phone>"))), name="长" * 80),
}  # fmt: skip

LAUGHS = """<?xml version="1.0"?>
<!DOCTYPE adf [
 <!ENTITY a0 "ha">
 %s
]>
<adf><prospect><customer><contact><name>&a9;</name></contact></customer></prospect></adf>
""" % "\n ".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))  # noqa: UP031 - braces are in the text

BAD: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "empty"),
    "blanks": (b" \r\n ", "empty"),
    "a page": (b"<html><body>moved</body></html>", "no_prospect"),
    "words": ("您好，我想看车，电话 13855530001".encode(), "not_xml"),
    "JSON": (b'{"name": "x"}', "not_xml"),
    "cut off": (document(PLAIN)[:-40], "not_xml"),
    "tags that cross": (b"<adf><prospect><customer></prospect></customer></adf>", "not_xml"),
    "two roots": (document(PLAIN) + document(PLAIN, head=""), "not_xml"),
    "a thousand million laughs": (LAUGHS.encode(), "doctype"),
    "a file of this machine": (
        b'<!DOCTYPE adf [<!ENTITY x SYSTEM "file:///etc/passwd">]><adf><prospect><id>&x;</id></prospect></adf>', "doctype"),
    "an address of elsewhere": (
        b'<!DOCTYPE adf [<!ENTITY x SYSTEM "http://127.0.0.1:1/x">]><adf><prospect><id>&x;</id></prospect></adf>',
        "doctype"),
    "a parameter entity": (
        b'<!DOCTYPE adf [<!ENTITY % x SYSTEM "http://127.0.0.1:1/x.dtd"> %x;]><adf><prospect/></adf>', "doctype"),
    "a document type from elsewhere": (b'<!DOCTYPE adf SYSTEM "http://127.0.0.1:1/adf.dtd"><adf><prospect/></adf>', "doctype"),
    "quadratic blow-up": (
        b'<!DOCTYPE a [<!ENTITY x "' + b"x" * 50_000 + b'">]><adf>' + b"&x;" * 5_000 + b"</adf>", "doctype"),
    "a document type in GBK": (
        '<?xml version="1.0" encoding="gbk"?><!DOCTYPE 线索 [<!ENTITY 甲 "乙">]><adf>&甲;</adf>'.encode("gbk"), "doctype"),
    "a document type in UTF-16": (
        '<!DOCTYPE adf [<!ENTITY x "y">]><adf>&x;</adf>'.encode("utf-16"), "doctype"),
    "deeper than anybody writes": (b"<adf>" + b"<x>" * 5_000 + b"</x>" * 5_000 + b"</adf>", "too_deep"),
    "more elements than anybody writes": (b"<adf><prospect>" + b"<x/>" * 30_000 + b"</prospect></adf>", "too_many"),
    "more prospects than anybody sends": (b"<adf>" + b"<prospect/>" * 300 + b"</adf>", "too_many"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4, "encoding"),
    "bigger than it may be": (b"<adf>" + b" " * 2**20 + b"</adf>", "too_big"),
}  # fmt: skip
