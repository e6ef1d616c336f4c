"""What the fictional manufacturer sells this year: its price list, which every store inherits."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qibu.catalog.models import CarModel
from qibu.demo import brand
from qibu.demo.records import Energy, Model
from qibu.kernel.scoping import scope
from qibu.network.models import Organisation
from qibu.network.services import actors

BRAND = "朔川"
ENERGIES = {
    Energy.PETROL: CarModel.Energy.PETROL, Energy.HYBRID: CarModel.Energy.PLUG_IN,
    Energy.ELECTRIC: CarModel.Energy.ELECTRIC,
}  # fmt: skip
SEATS = {"CT": 7}
OF_AN_ENGINE = {"1.5": 1499, "2.0": 1998}  # cubic centimetres
GONE = frozenset({"QH15M"})  # sold no more


def plant(manufacturer: Organisation, year: int) -> None:
    with scope(actors.system(manufacturer)):
        CarModel.objects.bulk_create(_row(manufacturer, model, year) for model in brand.MODELS)


def on_sale() -> Iterator[Model]:
    return (model for model in brand.MODELS if model.code not in GONE)


def trim(model: Model) -> str:
    """The name of the trim without that of the series."""
    return model.name.removeprefix(model.series.name).strip()


def _row(manufacturer: Organisation, model: Model, year: int) -> CarModel:
    engine = re.search(r"(\d\.\d)[LT]", model.name)
    plug = re.search(r"(\d+)km", model.name)
    has_engine = model.series.energy is not Energy.ELECTRIC
    return CarModel(
        organisation=manufacturer, code=model.code, brand=BRAND, series=model.series.name, name=trim(model), year=year,
        energy=ENERGIES[model.series.energy], seats=SEATS.get(model.series.code, 5),
        displacement=OF_AN_ENGINE[engine.group(1) if engine else "1.5"] if has_engine else None,
        electric_range=int(plug.group(1)) if plug else None, price=model.price, on_sale=model.code not in GONE,
    )  # fmt: skip
