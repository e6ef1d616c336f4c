import pytest
from django.utils.translation import override

from qibu.aftersales import rules, words
from qibu.aftersales.rules import MaintenanceKind


@pytest.mark.parametrize(
    ("job", "kind", "sort"),
    [
        ("首次保养", "", MaintenanceKind.FIRST),
        ("首保", "", MaintenanceKind.FIRST),
        ("常规保养(机油机滤)", "", MaintenanceKind.REGULAR),
        ("更换机油、机滤", "", MaintenanceKind.REGULAR),
        ("大保养", "", MaintenanceKind.MAJOR),
        ("二级保养", "", MaintenanceKind.MAJOR),
        ("空调保养;常规保养", "", MaintenanceKind.REGULAR),
        ("更换空调滤芯 保养", "", MaintenanceKind.REGULAR),
        ("常规保养\n首保", "", MaintenanceKind.FIRST),
        ("更换雨刮", "定期保养", MaintenanceKind.REGULAR),
        ("４００００ＫＭ维护", "", MaintenanceKind.REGULAR),
        ("空调系统保养", "一般维修", None),
        ("内饰护理", "", None),
        ("保养灯复位", "", None),
        ("建议保养,客户拒绝", "", None),
        ("续保咨询", "保险", None),
        ("延保", "最大保障", None),
        ("事故钣喷", "事故", None),
        (None, None, None),
    ],
)
def test_maintenance_is_told_from_other_jobs(job: object, kind: object, sort: MaintenanceKind | None) -> None:
    assert rules.read_maintenance(job, kind) is sort
    assert rules.is_maintenance(job, kind) is (sort is not None)


@pytest.mark.parametrize(
    ("kind", "english"), [("首保", "First service"), ("保养", "Maintenance"), ("深度清洗", "深度清洗"), ("", "")]
)
def test_the_usual_kinds_of_work_read_in_the_language_of_the_reader(kind: str, english: str) -> None:
    with override("en"):
        assert words.of_kind(kind) == english
    with override("zh-hans"):
        assert words.of_kind(kind) == kind
