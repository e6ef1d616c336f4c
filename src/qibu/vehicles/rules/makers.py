"""World manufacturer identifiers (GB 16737, ISO 3780) of makers seen at Chinese dealers.

Compiled by hand; unknown identifiers are no error, and no rule depends on the maker alone.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Maker:
    """A maker: a code for rules, the name as it is on the vehicle licence."""

    code: str
    name: str


def _makers(rows: str) -> dict[str, Maker]:
    table: dict[str, Maker] = {}
    for row in rows.strip().splitlines():
        code, name, *identifiers = row.split()
        table.update(dict.fromkeys(identifiers, Maker(code, name)))
    return table


# code, name, identifiers
MAKERS: dict[str, Maker] = _makers("""
chery           奇瑞汽车        LVV LVT LVU LNN
chery_jlr       奇瑞捷豹路虎    L2C
saic_vw         上汽大众        LSV
faw_vw          一汽-大众       LFV
saic_gm         上汽通用        LSG
saic_gm_wuling  上汽通用五菱    LZW LK6
saic            上汽乘用车      LSJ
saic_maxus      上汽大通        LSK LSF
dongfeng        东风汽车        LGB LGJ
dongfeng_honda  东风本田        LVH
gac_honda       广汽本田        LHG
gac_toyota      广汽丰田        LVG
faw_toyota      一汽丰田        LTV LFM
faw             中国一汽        LFP LFB LFW
dongfeng_psa    神龙汽车        LDC
kia             悦达起亚        LJD
beijing_hyundai 北京现代        LBE
bmw_brilliance  华晨宝马        LBV
beijing_benz    北京奔驰        LE4
changan_ford    长安福特        LVS
changan_mazda   长安马自达      LVR
changan         长安汽车        LS5 LS4 LS6
geely           吉利汽车        LB3 LB2 L6T
volvo           沃尔沃          LYV LVY
great_wall      长城汽车        LGW
byd             比亚迪          LGX LC0
gac             广汽乘用车      LMG
gac_aion        广汽埃安        LNA
baic            北京汽车        LNB
jac             江淮汽车        LJ1
haima           海马汽车        LMV LH1
dongfeng_sokon  东风小康        LVZ
seres           赛力斯          LM8
liuzhou         东风柳汽        LGG
zhengzhou       郑州日产        LJN
jmc             江铃汽车        LEF LJX
foton           北汽福田        LVA LVB LVC
tesla           特斯拉上海      LRW
xpeng           小鹏汽车        L1N
li_auto         理想汽车        LW4 HLX
leapmotor       零跑汽车        LFZ
neta            哪吒汽车        LUZ
polestar        极星            LPS
smart           智马达          HES
yutong          宇通客车        LZY
soueast         东南汽车        LDN
brilliance      华晨汽车        LSY
lifan           力帆汽车        LLV
zotye           众泰汽车        LJ8
volkswagen_de   大众（进口）    WVW WVG
audi_de         奥迪（进口）    WAU WA1
bmw_de          宝马（进口）    WBA WBS WBY
benz_de         奔驰（进口）    WDD WDC W1K W1N
porsche         保时捷          WP0 WP1
lexus           雷克萨斯        JTH JTJ
tesla_us        特斯拉（美国）  5YJ 7SA
""")
