from qibu.contact.models.account import MailAccount, Wish
from qibu.contact.models.hold import SendingHold
from qibu.contact.models.message import Message, Told

__all__ = ["MailAccount", "Message", "SendingHold", "Told", "Wish"]
