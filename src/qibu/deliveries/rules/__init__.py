"""The rules of deliveries: plain Python, one file a subject, one door."""

from qibu.deliveries.rules.readiness import Lack, Readiness, lacks
from qibu.deliveries.rules.times import clash
from qibu.deliveries.rules.warranties import Granted, Term, granted, narrowest
from qibu.kernel.images import BadImage, Fault, Picture, read_picture

__all__ = [
    "BadImage", "Fault", "Granted", "Lack", "Picture", "Readiness", "Term", "clash", "granted", "lacks", "narrowest",
    "read_picture",
]  # fmt: skip
