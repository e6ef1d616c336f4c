"""After a restore: letters that wait stay where they are until a person has looked at them."""

from qibu.contact.services import holding
from qibu.kernel import restored

restored.settle("contact.letters", holding.begin)
