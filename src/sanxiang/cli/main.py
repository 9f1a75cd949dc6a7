"""Which command was meant, and how does it end? Exit status 0 done, 1 input, 2 usage, 3 surroundings."""

from __future__ import annotations

import argparse
import importlib
import os
import sys

from sanxiang import __version__
from sanxiang.cli.output import CommandError, emit

#: command -> (module, what it does); modules are imported only when their command is called
COMMANDS = {
    "up": ("sanxiang.cli.up", "启动整套热线"),
    "agents": ("sanxiang.cli.agents", "坐席：列出、新增、改状态、一次性登录"),
    "calls": ("sanxiang.cli.calls", "来电与其事实、判定、录音"),
    "registration": ("sanxiang.cli.registration", "登记签名"),
    "promises": ("sanxiang.cli.promises", "回复承诺"),
    "promise": ("sanxiang.cli.promise", "答复一个承诺"),
    "clock": ("sanxiang.cli.clock", "拨快测试时钟"),
    "demo": ("sanxiang.cli.demo", "合成语音的来电者拨打热线"),
    "doctor": ("sanxiang.cli.doctor", "检查安装，逐条说明毛病与办法"),
    "pack": ("sanxiang.cli.pack", "规范包：列出、检查、试例、比较、覆盖"),
    "judge": ("sanxiang.cli.judge", "判定对话"),
    "report": ("sanxiang.cli.report", "报表"),
    "replay": ("sanxiang.cli.replay", "重放全部事实并核对"),
    "bench": ("sanxiang.cli.bench", "测速，与对照同场比较"),
}

#: what a command may be asked for besides text and json
MORE_FORMATS = {"report": ["csv", "xlsx", "pdf", "html"]}


def build_parser(only: str | None = None) -> argparse.ArgumentParser:
    """The parser; only the named command's module is imported."""
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--data", metavar="DIR", default=argparse.SUPPRESS, help="数据文件夹（默认 $SANXIANG_DATA 或 ./data）")
    shared.add_argument("--format", choices=["text", "json", *MORE_FORMATS.get(only or "", [])], default=argparse.SUPPRESS)
    parser = argparse.ArgumentParser(prog="sanxiang", description="三响：把服务规范变成程序的热线系统", parents=[shared])
    parser.add_argument("--version", action="version", version=f"sanxiang {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="命令")
    for name, (module, text) in COMMANDS.items():
        sub = commands.add_parser(name, help=text, description=text, parents=[shared])
        if name == only:
            importlib.import_module(module).arguments(sub, shared)
    return parser


def main(argv: list[str] | None = None) -> int:
    """Runs a command and gives its exit status."""
    argv = sys.argv[1:] if argv is None else argv
    only = next((a for a in argv if a in COMMANDS), None)
    try:
        parser = build_parser(only)
        args = parser.parse_args(argv)
        if not args.command:
            parser.print_help()
            return 2
        args.data, args.format = getattr(args, "data", None), getattr(args, "format", "text")
        status = importlib.import_module(COMMANDS[args.command][0]).run(args) or 0
        sys.stdout.flush()  # a reader that went away is noticed here, not at the interpreter's end
        return status
    except CommandError as error:
        if error.document is not None:
            emit(args, error.document, "")
        for line in error.lines:
            print(line, file=sys.stderr)
        return error.status
    except BrokenPipeError:  # `sanxiang calls | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
