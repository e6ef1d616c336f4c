"""What the demo network gives people to read who may buy a car: pieces, sequences, and pictures painted for them."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass, field
from math import sin

WIDE, HIGH = 640, 280
OPEN, RETRY = "open", "retry"


@dataclass(frozen=True)
class Reading:
    """`until`: days from now on which it ends, where it does; `of`: series that it is about."""

    code: str
    kind: str
    title: str
    summary: str
    body: str
    sky: tuple[int, int, int]
    of: tuple[str, ...] = ()
    interests: tuple[str, ...] = ()
    until: int | None = None


@dataclass(frozen=True)
class Course:
    code: str
    name: str
    audience: str
    after_days: int
    steps: tuple[tuple[int, str, str], ...]  # day, piece, words
    grades: tuple[str, ...] = ()
    of: tuple[str, ...] = ()
    interests: tuple[str, ...] = field(default=())


PIECES = (
    Reading(
        "compare-tingsong", "comparison", "听松和云驰 PLUS，差在哪几处", "三张表看完，不用自己翻配置单",
        """两台都是纯电 SUV，价格也挨着。差别主要在三处：续航怎么算、后排和后备厢、冬天。

# 续航和充电
| 项目 | 听松 650km | 云驰 PLUS |
| 官方续航 | 650 公里（CLTC） | 620 公里（CLTC） |
| 快充 30%–80% | 约 24 分钟 | 约 31 分钟 |
| 热泵空调 | 全系标配 | 高配才有 |

# 空间
| 项目 | 听松 650km | 云驰 PLUS |
| 轴距 | 2865 mm | 2830 mm |
| 后备厢 | 520 升 | 468 升 |
| 前备厢 | 有 | 没有 |

# 我们自己的建议
- 家里能装充电桩、常跑高速：听松更省心。
- 只在市区开、预算更紧：两台都够用，先去各试一次。
- 别只看官方续航，请销售顾问给您看本地车主冬天的实测。""",
        (92, 132, 150), of=("听松",),
    ),
    Reading(
        "model-yuanxiu", "model", "远岫混动：平时用电，出远门加油", "一周充一次电，通勤几乎不加油",
        """上下班来回 40 公里的话，充一次电能开四五天。周末出远门，油电一起用，中途不用找充电桩。

# 花多少钱
- 家里充电：百公里大约 9 块钱。
- 亏电在高速上：百公里 5.6 升左右，92 号汽油就行。
- 保养：第一年和燃油车差不多，之后因为刹车用得少，刹车片能用得更久。

# 谁适合
家里有地方充电、每天跑得不远、又常常出城的人。要是一年也出不了两次城，纯电的听松更划算。""",
        (120, 148, 118), of=("远岫混动",),
    ),
    Reading(
        "care-winter", "care", "冬天开电车，续航为什么少一截", "三个习惯，能省回一半",
        """气温到零度，续航少两三成是正常的：一半花在暖风上，一半是电池自己冷了。

# 三个习惯
- 出门前十分钟用手机开空调，趁还插着充电枪，用的是家里的电。
- 开座椅加热，空调调低两度，人不觉得冷。
- 停车就充，别等快没电了再充：电池是热的，充得更快。

# 不用担心的
冷的时候续航少，不伤电池，天暖了就回来。需要留意的是胎压：冷了会低，每个月看一次。""",
        (150, 164, 176), of=("听松", "远岫混动", "青禾混动"),
    ),
    Reading(
        "first-car", "finance", "第一次买车，落地价怎么算", "除了车价，还有这几笔",
        """宣传页上的价格是车价。开回家要花的钱，再加上下面几笔。

# 一笔一笔算
| 项目 | 怎么算 | 10 万元的燃油车大约 |
| 购置税 | 不含税价的一成 | 8,850 元 |
| 交强险 | 六座以下家用车 | 950 元 |
| 商业险 | 看保额和人 | 3,000 元上下 |
| 上牌 | 各店不同 | 500 元 |

新能源车的购置税有减免，每年不一样，请以报价单为准。

# 三句话
- 让销售顾问把每一项都写在报价单上，少一项都问清楚。
- 贷款看总共还多少，不只看月供。
- 送的东西折成钱再比。""",
        (178, 142, 108),
    ),
    Reading(
        "trade-in", "finance", "旧车置换，估价看这五样", "带齐东西，一趟就能估完",
        """- 车龄和公里数：差一年、差两万公里，价格能差一截。
- 事故：动过骨架的要如实说，查得出来。
- 保养记录：有完整记录的更好卖。
- 颜色和配置：本地好卖的颜色估得高。
- 手续：行驶证、登记证书、两把钥匙都在。

# 带什么来
行驶证、登记证书、身份证和车。评估二十分钟左右，报价七天内有效，厂家的置换补贴另算。""",
        (140, 122, 142), interests=("trade_in",),
    ),
    Reading(
        "story-family", "story", "带两个孩子的一家，为什么换了青禾混动", "车主自己说的，好的坏的都有",
        """家里原来是一台开了八年的小车，装上两个儿童座椅，大人就坐不下了。

# 看中的
后排能并排放两个儿童座椅，中间还能坐半个人。接送加买菜，一个月加一次油。

# 不太满意的
后备厢放下婴儿车就满了。车机的语音有时听不懂老人说话。

# 一年以后
跑了一万四千公里，花了大约三千块油钱和电钱。要是再选一次，会多看一眼远岫混动的后备厢。""",
        (168, 150, 124), of=("青禾混动",),
    ),
)  # fmt: skip
OFFERS = (
    Reading(
        "year-end", "offer", "岁末到店礼：试驾送保养，置换多三千", "每天限十位，先约先得",
        """# 这个月到店
- 试驾任一款车，送一次小保养（本店使用，半年内有效）。
- 旧车置换，在评估价之外再补 3,000 元。
- 现车订车，免费装行车记录仪。

# 说明
和其他优惠不能同时用。以门店当天登记为准，每天前十位。""",
        (186, 126, 104), until=26,
    ),
    Reading(
        "autumn", "event", "秋季露营试驾会", "已经办完了，谢谢大家",
        """周六上午十点，在城西河滩。试驾三款混动，中午一起吃烧烤，孩子有沙池玩。

- 先报名，每家最多四位。
- 带驾照，试驾的人要满一年驾龄。""",
        (156, 138, 92), until=-12,
    ),
)  # fmt: skip
COURSES = (
    Course(
        "still-looking", "还在看的客户", OPEN, 4,
        ((0, "first-car", ""), (4, "story-family", "{customer}，上次您说想装两个儿童座椅，这位车主的情况和您有点像："),
         (9, "year-end", ""), (15, "trade-in", "")), grades=("B", "C"),
    ),
    Course(
        "electric", "想买电车的客户", OPEN, 2,
        ((0, "compare-tingsong", "{customer}您好，我是{store}的{consultant}。您问到的那两台车，差别整理在这里："),
         (5, "care-winter", ""), (10, "year-end", "")), of=("听松",),
    ),
    Course(
        "try-again", "战败客户再聊聊", RETRY, 0, ((0, "year-end", ""), (12, "model-yuanxiu", "")),
    ),
)  # fmt: skip


def painted(reading: Reading) -> bytes:
    """Hills under a sky in the colour of the piece, as a PNG (ISO/IEC 15948); the same each time."""
    red, green, blue = reading.sky
    seed = sum(map(ord, reading.code)) % 60
    layers = [_ridge(seed, *hills) for hills in ((0.58, 26, 110), (0.72, 20, 74), (0.86, 14, 160))]
    rows = []
    for y in range(HIGH):
        light = 1.28 - 0.3 * y / HIGH
        shades = [_shade(red, green, blue, light)] + [_shade(red, green, blue, dark) for dark in (0.86, 0.68, 0.5)]
        rows.append(b"\0" + b"".join(shades[sum(y >= layer[x] for layer in layers)] for x in range(WIDE)))
    return _png(b"".join(rows))


def _ridge(seed: int, base: float, swing: int, width: int) -> list[int]:
    """How far down the hills begin, from left to right."""
    waves = (swing * sin((x + seed * 7) / width) + swing / 3 * sin((x + seed) / 23) for x in range(WIDE))
    return [int(HIGH * base - wave) for wave in waves]


def _shade(red: int, green: int, blue: int, light: float) -> bytes:
    return bytes(min(255, int(part * light + 255 * max(light - 1, 0) * 0.4)) for part in (red, green, blue))


def _png(raw: bytes) -> bytes:
    head = struct.pack(">IIBBBBB", WIDE, HIGH, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(raw, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in parts
    )
