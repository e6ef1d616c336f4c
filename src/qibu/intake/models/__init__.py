from qibu.intake.models.arrival import Arrival
from qibu.intake.models.form import ConsentWording, WebForm
from qibu.intake.models.mailbox import Mailbox, TakenLetter
from qibu.intake.models.sheet import LeadSheet

__all__ = ["Arrival", "ConsentWording", "LeadSheet", "Mailbox", "TakenLetter", "WebForm"]
