"""How names are read and found: pinyin, order, and the tokens of the search table."""

import re
from collections.abc import Iterator
from functools import lru_cache

from qibu.customers.rules.names import looks_like_company, without_legal_form
from qibu.kernel.cells import cell_text
from qibu.kernel.spelling import spelled

TOKEN_LENGTH = 32
LONGEST_KEY = 160  # what the column holds
MAX_SUFFIXES = 20
_LONGEST_NAME = 60
_LONGEST_PERSON = 4
_NOT_SEARCHED = re.compile(r"[\W_]+")
_ALL_HAN = re.compile("[\u3400-\u9fff]+")

# Surnames read otherwise than the same character elsewhere (after 现代汉语词典, entries marked 姓).
SURNAMES: dict[str, str] = {
    "单": "shan", "仇": "qiu", "曾": "zeng", "区": "ou", "解": "xie", "查": "zha", "缪": "miao", "盖": "ge",
    "朴": "piao", "翟": "zhai", "乐": "yue", "召": "shao", "尹": "yin", "任": "ren", "华": "hua",
    "冼": "xian",
    "洗": "xian", "员": "yun", "贠": "yun", "折": "she", "黑": "he", "秘": "bi", "繁": "po", "牟": "mou",
    "覃": "qin", "宓": "mi", "莘": "shen", "燕": "yan", "葛": "ge", "那": "na", "尉": "wei", "祭": "zhai",
    "晁": "chao", "呙": "guo", "郇": "xun", "谌": "chen", "逄": "pang", "隗": "wei", "种": "chong",
    "重": "chong",
    "沈": "shen", "薄": "bo", "瞿": "qu", "阚": "kan", "郗": "xi", "车": "che", "都": "du", "褚": "chu",
    "宁": "ning", "占": "zhan", "应": "ying", "於": "yu", "干": "gan", "令": "ling", "过": "guo",
    "相": "xiang",
    "盛": "sheng", "石": "shi", "贾": "jia", "哈": "ha", "谷": "gu", "亓": "qi", "佴": "nai", "訾": "zi",
    "纪": "ji", "要": "yao", "幺": "yao", "么": "yao", "撒": "sa", "句": "gou", "台": "tai", "万": "wan",
    "曲": "qu", "仉": "zhang", "强": "qiang", "系": "xi", "粘": "nian", "角": "jue", "阿": "a", "昝": "zan",
    "眭": "sui", "钭": "tou", "乜": "nie", "厍": "she", "叶": "ye", "宿": "su", "卜": "bu", "柏": "bai",
    "洪": "hong", "臧": "zang", "藏": "zang", "邵": "shao", "尧": "yao", "余": "yu", "俞": "yu", "庞": "pang",
    "行": "xing", "长": "chang", "兴": "xing", "会": "gui", "奇": "qi", "冯": "feng", "参": "shen",
    "降": "jiang",
    "晟": "cheng", "赵": "zhao", "曹": "cao",
}  # fmt: skip
COMPOUND_SURNAMES: dict[str, str] = {
    "石抹": "shi mo", "尉迟": "yu chi", "万俟": "mo qi", "长孙": "zhang sun", "单于": "chan yu",
    "令狐": "ling hu",
    "澹台": "tan tai", "淳于": "chun yu", "鲜于": "xian yu", "公冶": "gong ye", "宗政": "zong zheng",
    "闾丘": "lv qiu", "亓官": "qi guan", "拓跋": "tuo ba", "夹谷": "jia gu", "乐正": "yue zheng",
    "漆雕": "qi diao", "欧阳": "ou yang", "司马": "si ma", "上官": "shang guan", "诸葛": "zhu ge",
    "东方": "dong fang", "皇甫": "huang fu", "公孙": "gong sun", "慕容": "mu rong", "宇文": "yu wen",
    "司徒": "si tu", "司空": "si kong", "轩辕": "xuan yuan", "夏侯": "xia hou", "申屠": "shen tu",
    "独孤": "du gu", "南宫": "nan gong", "西门": "xi men", "百里": "bai li", "呼延": "hu yan",
    "闻人": "wen ren", "钟离": "zhong li", "端木": "duan mu", "太史": "tai shi", "濮阳": "pu yang",
    "赫连": "he lian", "公羊": "gong yang", "东郭": "dong guo", "梁丘": "liang qiu", "羊舌": "yang she",
    "左丘": "zuo qiu", "南门": "nan men", "东门": "dong men", "完颜": "wan yan", "叶赫": "ye he",
    "耶律": "ye lv", "纳兰": "na lan", "贺兰": "he lan", "宰父": "zai fu", "谷梁": "gu liang",
    "第五": "di wu",
}  # fmt: skip
# Families that read the same character differently: both are found, the first orders.
SECOND_READINGS: dict[str, str] = {
    "覃": "tan", "牟": "mu", "谌": "shen", "隗": "kui", "宓": "fu", "郇": "huan", "莘": "xin", "郗": "chi",
    "乐": "le", "解": "jie", "缪": "mou", "行": "hang", "单": "dan", "曾": "ceng", "翟": "di", "盖": "gai",
}  # fmt: skip


def pinyin_of(name: str) -> tuple[str, ...]:
    """The syllables of a name without tones; ü is written v, as it is typed. Foreign words stay whole."""
    text = _folded(name)
    return _person(text) if _reads_as_person(text) else _plain(text)


def sort_key(name: str) -> str:
    """A text that orders names as a Chinese directory does: by syllables, then by characters; of names longer than
    people have, the beginning."""
    # Two blanks sort before any further syllable, so 张 comes before 张三.
    return f"{' '.join(pinyin_of(name))}  {_folded(name)}"[:LONGEST_KEY]


def search_token(text: str) -> str:
    """What a searcher typed, spelled like the stored tokens; look for tokens that start with it."""
    return _NOT_SEARCHED.sub("", _folded(text))[:TOKEN_LENGTH]


def name_tokens(name: str) -> set[str]:
    """The tokens under which a name is found: characters, pinyin, initials, each from several starts.

    At most 3 × MAX_SUFFIXES + 3 tokens of TOKEN_LENGTH characters, doubled for surnames of two readings.
    """
    full = _folded(name)
    tokens = {search_token(full)}
    core = without_legal_form(full) if looks_like_company(full) else full
    characters = _NOT_SEARCHED.sub("", core)
    tokens.update(characters[at : at + TOKEN_LENGTH] for at in range(min(len(characters), MAX_SUFFIXES)))
    for syllables in _readings(core):
        tokens.update(_pinyin_tokens(syllables))
    return tokens - {""}


def _pinyin_tokens(syllables: tuple[str, ...]) -> Iterator[str]:
    initials = "".join(syllable[0] for syllable in syllables)
    for at in range(min(len(syllables), MAX_SUFFIXES)):
        yield "".join(syllables[at : at + TOKEN_LENGTH])[:TOKEN_LENGTH]
        if at == 0 or len(initials) - at > 1:
            yield initials[at : at + TOKEN_LENGTH]


def _readings(core: str) -> Iterator[tuple[str, ...]]:
    first = tuple(filter(None, (_NOT_SEARCHED.sub("", syllable) for syllable in pinyin_of(core))))
    yield first
    second = SECOND_READINGS.get(core[:1])
    if second and _reads_as_person(core) and core[:2] not in COMPOUND_SURNAMES:
        yield (second, *first[1:])


@lru_cache(maxsize=4096)
def _folded(name: str) -> str:
    return cell_text(name).lower()[:_LONGEST_NAME]


def _reads_as_person(text: str) -> bool:
    return len(text) <= _LONGEST_PERSON and bool(_ALL_HAN.fullmatch(text)) and not looks_like_company(text)


def _person(text: str) -> tuple[str, ...]:
    if text[:2] in COMPOUND_SURNAMES:
        return (*COMPOUND_SURNAMES[text[:2]].split(), *_plain(text[2:]))
    if text[:1] in SURNAMES:
        return (SURNAMES[text[:1]], *_plain(text[1:]))
    return (*_plain(text[:1]), *_plain(text[1:]))


@lru_cache(maxsize=65536)
def _plain(text: str) -> tuple[str, ...]:
    """pypinyin takes some 20 µs a call; the same given names come again and again."""
    return tuple(word for part in spelled(text) for word in part.lower().split())
