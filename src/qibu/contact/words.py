"""What is said of letters that did not go out, and of what was changed."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qibu.contact.channels import Problem
from qibu.contact.models import Message

PROBLEMS: dict[str, Any] = {
    Problem.FORBIDDEN: gettext_lazy("这个服务器地址不允许连接，请核对服务器名。"),
    Problem.CLOSED_NETWORK: gettext_lazy(
        "服务器在内网里。要用内网的邮件服务器，请系统运维在 QIBU_MAIL_NETWORKS 里写上它的地址。"
    ),
    Problem.PORT: gettext_lazy("这个端口不是邮件端口。常用的是 465、587、25、2525。"),
    Problem.NO_NAME: gettext_lazy("找不到这个服务器名，请核对拼写，或检查网络。"),
    Problem.UNREACHABLE: gettext_lazy("连不上服务器。请核对服务器名和端口，或检查网络。"),
    Problem.CERTIFICATE: gettext_lazy("和服务器建立不了加密连接：端口和加密方式要相配，服务器的证书要有效。"),
    Problem.NO_STARTTLS: gettext_lazy("服务器不支持 STARTTLS。请改用 TLS，端口一般是 465。"),
    Problem.OPEN_LINE: gettext_lazy("不加密只能用于内网服务器。请选 TLS 或 STARTTLS。"),
    Problem.SIGN_IN: gettext_lazy("服务器不接受用户名或密码。许多邮箱要用单独的「授权码」，不是登录密码。"),
    Problem.REFUSED: gettext_lazy("服务器没有收下这封信。"),
    Problem.LOST: gettext_lazy("发出之前连接断了。"),
    Problem.NO_ANSWER: gettext_lazy("信交出去以后没有等到答复，对方可能已经收到。"),
    Problem.GONE: gettext_lazy("邮件已停用，或这位同事已离职。"),
    Problem.BROKEN: gettext_lazy("这封信写不出来，请核对发件人和收件人的地址。"),
}


def outcome(message: Message) -> str:
    """How it stands with a message, in a sentence, with the server's own words."""
    if message.state == Message.State.SENT:
        return _("服务器已收下：{answer}").format(answer=message.answer)
    reason = str(PROBLEMS.get(message.problem, ""))
    said = _("服务器说：{answer}").format(answer=message.answer) if message.answer else ""
    return " ".join(filter(None, [reason, said]))
