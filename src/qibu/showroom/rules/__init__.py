"""The rules of the show-room: plain Python."""

from qibu.showroom.rules.purposes import LEADING, Purpose, may_lead, takes_a_turn
from qibu.showroom.rules.turn import Stand, next_in_turn, queue

__all__ = ["LEADING", "Purpose", "Stand", "may_lead", "next_in_turn", "queue", "takes_a_turn"]
