"""How changes of the catalogue read in the audit trail."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from qibu.catalog.forms import CarForm, ExtraForm
from qibu.contracts import catalog as events
from qibu.network import trail
from qibu.ui.labels import labels

trail.say(
    events.CatalogueChanged,
    gettext_lazy("修改了车型、精品和费率里的「{code}」：{changes}"),
    changes=labels(CarForm, ExtraForm),
)
trail.say(
    events.PricesTaken,
    gettext_lazy("导入了价格表 {file_name}：新增 {new} 款，改动 {changed} 款，{same} 款没有变"),
)
