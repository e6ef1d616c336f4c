"""What may happen to anybody's command, as a sentence: a full disk, a lacking right, a mistyped path."""

from __future__ import annotations

import errno
from collections.abc import Iterable
from pathlib import Path

from qibu.config import room

EVERYDAY = {
    errno.EACCES: "没有权限，请用建立数据目录的用户运行",
    errno.EPERM: "没有权限，请用建立数据目录的用户运行",
    errno.EROFS: "磁盘是只读的",
    errno.EISDIR: "这是一个文件夹，要的是里面的文件",
}
# Told like this where the person named the path: of a path of ours it would be a fault.
MISTYPED = {
    errno.ENOENT: "没有这个文件或文件夹",
    errno.ENOTDIR: "这个路径中间有一段不是文件夹",
    errno.EEXIST: "已经有一个同名的文件",
}


def sentence(error: BaseException, home: Path, *, named: Iterable[str | Path] = ()) -> str:
    """Nothing for what is a fault of ours. `named`: paths that the person gave; what lies below them is meant, too."""
    if room.lacking(error):
        return room.sentence(Path(getattr(error, "filename", None) or home), "这一步没有做完")
    if not isinstance(error, OSError) or error.errno is None:
        return ""
    said = EVERYDAY.get(error.errno) or (MISTYPED.get(error.errno) if _below(error.filename, named) else None)
    return f"{said}：{error.filename or error}" if said else ""


def _below(path: str | None, named: Iterable[str | Path]) -> bool:
    if not path:
        return False
    places = [Path(one).expanduser().absolute() for one in named if one]
    return any(Path(path).absolute().is_relative_to(place) for place in places)
