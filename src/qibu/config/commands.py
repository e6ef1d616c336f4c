"""The command line: one table of commands, each a module with `add_arguments(parser)` and `run(args)`.

`run` returns the exit code or nothing. A command that needs the database is imported after Django is set up
and runs with the engine running and the migrations done, whether `serve` runs beside it or not.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

from qibu.config import everyday
from qibu.config.home import Home
from qibu.config.loading import set_up_django
from qibu.config.postgres import Engine, EngineError

PORT = 8000


@dataclass(frozen=True)
class Command:
    """A line of the table; `database` says that the module needs Django and a migrated database."""

    module: str
    help: str
    database: bool = True
    shown: bool = True


COMMANDS = {
    "serve": Command("qibu.config.processes", "启动七步 · start Qibu", database=False),
    "stop": Command("qibu.config.stopping", "停止七步并等它结束 · stop Qibu and wait", database=False),
    "demo": Command("qibu.config.demo", "载入演示数据并启动 · load demo data and start", database=False),
    "init": Command("qibu.network.command", "建立门店和店长账号 · create a store and its manager"),
    "import": Command("qibu.connect.command", "导入维修、客户、车辆表格 · load spreadsheets"),
    "token": Command("qibu.network.token_command", "接口令牌：新建、列出、撤销 · tokens of other systems"),
    "plan": Command("qibu.care.command", "生成到期的关怀任务 · plan what is due"),
    "audit": Command("qibu.network.chain_command", "核对操作记录的校验链 · verify the chain over the journal"),
    "retry": Command("qibu.config.retrying", "再试没能处理的记录 · try parked entries again"),
    "keys": Command("qibu.config.keys_command", "加密密钥和恢复文件 · keys and the recovery file", database=False),
    "backup": Command("qibu.config.backups.command", "备份 · back up, verify", database=False),
    "restore": Command("qibu.config.backups.restore_command", "从备份恢复到新目录 · restore", database=False),
    "doctor": Command("qibu.config.doctor", "检查这套系统是否正常 · check this installation", database=False),
    "migrate": Command("qibu.config.migrating", "升级数据库 · bring the database up to date", database=False),
    "messages": Command("qibu.config.messages", "收集和编译翻译 · translations", database=False),
    "plant": Command("qibu.demo.planting", "放入演示数据 · plant the demo network", shown=False),
    "worker": Command("qibu.config.worker", "后台任务进程 · background work", shown=False),
}


def main(arguments: Sequence[str]) -> int:
    """Run one command; mistakes and engine trouble end in one sentence, not in a traceback."""
    try:
        return _run(list(arguments))
    except EngineError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        if not (said := everyday.sentence(error, Home.from_environment().path, named=_paths(arguments))):
            raise
        print(said, file=sys.stderr)
        return 1


def _paths(arguments: Sequence[str]) -> list[str]:
    """What of a command may be a path that the person typed, and the home that was chosen."""
    typed = [one.rpartition("=")[2] for one in arguments if not one.startswith("--") or "=" in one]
    return [*typed, os.environ.get("QIBU_HOME", "")]


def _run(arguments: list[str]) -> int:
    # Taken out first, so that they may also stand after a command's own commands.
    known, arguments = _options(argparse.SUPPRESS).parse_known_args(arguments)
    _choose(known)
    name = next((argument for argument in arguments if argument in COMMANDS), None)
    parser, sub = _parser()
    if name is None:
        parser.parse_args(arguments)
        parser.print_help()
        return 2
    home = Home.from_environment()
    if COMMANDS[name].database:
        _set_up_django(home, asking={"-h", "--help"} & set(arguments) != set())
    module = _module(name)
    if module is None:
        print(f"这个版本还没有 {name} 命令。", file=sys.stderr)
        return 2
    module.add_arguments(sub[name])
    args = parser.parse_args(arguments)
    args.home, args.port = home, _port()
    with ExitStack() as stack:
        if COMMANDS[name].database:
            stack.enter_context(Engine(home, report=say).used())
            import_module("qibu.config.migrating").bring_up_to_date(say)
        return int(module.run(args) or 0)


def say(text: str) -> None:
    """Progress goes beside the output, which may be piped."""
    print(text, file=sys.stderr, flush=True)


def _options(default: object) -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(add_help=False, argument_default=default)
    group = options.add_argument_group("通用选项 · common options")
    group.add_argument("--home", help="数据目录 · home folder (QIBU_HOME)")
    group.add_argument("--port", type=int, help=f"端口 · port (QIBU_PORT, {PORT})")
    group.add_argument("--database", help="另用一个 PostgreSQL · another PostgreSQL (QIBU_DATABASE_URL)")
    return options


def _parser() -> tuple[argparse.ArgumentParser, dict[str, argparse.ArgumentParser]]:
    parser = argparse.ArgumentParser(
        prog="qibu", description="七步：汽车经销商客户关系系统 · customer relations for car dealerships",
        parents=[_options(None)],
    )  # fmt: skip
    commands = parser.add_subparsers(dest="command", metavar="命令", title="命令 · commands")
    sub = {}
    for name, command in COMMANDS.items():
        # Suppressed defaults, or an option given before the command would be lost.
        parents = [_options(argparse.SUPPRESS)]
        text = command.help
        if command.shown:
            sub[name] = commands.add_parser(name, description=text, parents=parents, help=text)
        else:
            sub[name] = commands.add_parser(name, description=text, parents=parents)
    return parser, sub


def _choose(known: argparse.Namespace) -> None:
    """Options become the environment, which the settings and every child read."""
    if "home" in known:
        os.environ["QIBU_HOME"] = str(Path(known.home).expanduser().resolve())
    if "port" in known:
        os.environ["QIBU_PORT"] = str(known.port)
    if "database" in known:
        os.environ["QIBU_DATABASE_URL"] = known.database
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qibu.config.settings")


def _port() -> int:
    chosen = os.environ.get("QIBU_PORT") or str(PORT)
    if not chosen.isdecimal() or not 0 < int(chosen) < 65536:
        raise EngineError(f"端口 {chosen} 不对：--port 或 QIBU_PORT 应是 1 到 65535 的数字。")
    return int(chosen)


def _set_up_django(home: Home, *, asking: bool) -> None:
    if not asking:
        # The settings read the passwords once.
        home.prepare()
    set_up_django()


def _module(name: str) -> ModuleType | None:
    module = COMMANDS[name].module
    package = module.rpartition(".")[0]
    if find_spec(package) is None or find_spec(module) is None:
        return None
    return import_module(module)
