"""Sentences that the scripts show, so that they are translated like all others."""

from django.utils.translation import gettext_lazy as _

SCRIPT = {
    "network_gone": _("连不上服务器。写的内容都在，网络恢复后再按一次。"),
    "forbidden": _("您没有做这件事的权限。需要的话请找店长开通。"),
    "conflict": _("这条记录刚被别人改过。请刷新后再改，您写的内容还在。"),
    "not_found": _("这条记录不在了，可能已被合并或删除。"),
    "too_large": _("文件太大，请拆分后再上传。"),
    "server": _("系统出错了，已记录。请再试一次；还不行请联系管理员。"),
    "signed_out": _("登录已过期。请在新窗口登录，再回到这里继续，您写的内容还在。"),
    "sign_in": _("去登录"),
    "away": _("数据库正在恢复，几秒后再试。您写的内容还在。"),
    "busy_server": _("系统正忙，请稍等几秒再试。"),
    "draft_found": _("已恢复 {t} 的草稿。"),
    "draft_saved": _("草稿 {t} 已存"),
    "draft_drop": _("不要草稿"),
    "chosen": _("已选 {n} 项"),
    "retry": _("再试一次"),
    "file_size": _("{name}，{size}"),
    "file_too_large": _("{name} 有 {size}，超过上限 {max}，请拆分后再传。"),
    "hide_in": _("{n} 秒后收起"),
    "copied": _("已复制"),
    "undo": _("撤销"),
    "confirm": _("确认"),
    "key_palette": _("搜索客户、车辆、命令"),
    "key_help": _("看这一页的按键"),
    "key_rows": _("上一行、下一行"),
    "key_open": _("打开整页"),
    "key_close": _("关闭侧栏或窗口"),
    "key_results": _("记录结果，到下一件"),
}
