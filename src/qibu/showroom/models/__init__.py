from qibu.showroom.models.visitor import TurnChange, TurnPlace, Visitor

__all__ = ["TurnChange", "TurnPlace", "Visitor"]
