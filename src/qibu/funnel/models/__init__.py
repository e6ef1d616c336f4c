from qibu.funnel.models.forecast import Forecast
from qibu.funnel.models.source_cost import SourceCost

__all__ = ["Forecast", "SourceCost"]
