from qibu.nurturing.models.content import Illustration, NurturingRules, Piece, Sequence
from qibu.nurturing.models.sending import Edition, Run, Sending

__all__ = ["Edition", "Illustration", "NurturingRules", "Piece", "Run", "Sending", "Sequence"]
