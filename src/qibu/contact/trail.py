"""How what happens with letters reads in the audit trail."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from qibu.contracts import contact
from qibu.network import trail

trail.say(contact.MailAccountChanged, gettext_lazy("修改了邮件设置：{changes}"))
trail.say(contact.MessageSettled, gettext_lazy("给 {staff_name} 的{letter}：{ended}"))
trail.say(contact.MessageSentAgain, gettext_lazy("让给 {staff_name} 的{letter}再发一次"))
trail.say(contact.WishChanged, gettext_lazy("改了要收哪些邮件：{letters}"))
trail.say(contact.SendingHeld, gettext_lazy("系统从备份恢复，暂停发信，有 {letters} 封在等"))
trail.say(contact.SendingResumed, gettext_lazy("恢复发信：发出 {released} 封，{dropped} 封决定不发"))
