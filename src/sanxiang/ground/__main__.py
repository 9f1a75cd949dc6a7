"""The ground by hand: `python -m sanxiang.ground obtain NAME… | where NAME | assets | node | unpack FOLDER PACKAGE…`.

Needs nothing but Python itself, since it also helps to make the environment that holds the rest.
"""

import argparse
import sys
from pathlib import Path

from sanxiang.ground import assets, places, tools
from sanxiang.ground.errors import EXIT_STATUS, GroundError
from sanxiang.ground.node import obtain_node
from sanxiang.ground.progress import to_stderr


def main(argv: list[str] | None = None) -> int:
    """Exit status: 0 done; 1 `where` found nothing; 2 wrong usage; 3 the surroundings fail."""
    args = _parser().parse_args(argv)
    try:
        return int(args.run(args))
    except GroundError as error:
        print(error, file=sys.stderr)
        return EXIT_STATUS
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m sanxiang.ground", description="获取程序，构建网页资源")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    names = " ".join(tools.NAMES)

    obtain = commands.add_parser("obtain", help="获取程序（这台机器已有的直接使用）")
    obtain.add_argument("names", nargs="+", choices=tools.NAMES, metavar="NAME", help=names)
    obtain.set_defaults(run=_obtain)

    where = commands.add_parser("where", help="程序在哪里")
    where.add_argument("name", choices=tools.NAMES, metavar="NAME", help=names)
    where.set_defaults(run=_where)

    commands.add_parser("assets", help="构建网页资源").set_defaults(run=_assets)

    commands.add_parser("node", help="用哪个 Node.js（需要时安装）").set_defaults(run=_node)

    unpack = commands.add_parser("unpack", help="把这台机器缺少的软件包解开到一个文件夹")
    unpack.add_argument("folder", type=Path, metavar="FOLDER")
    unpack.add_argument("packages", nargs="+", metavar="PACKAGE")
    unpack.set_defaults(run=_unpack)
    return parser


def _obtain(args: argparse.Namespace) -> int:
    for name in args.names:
        print(tools.obtain(name))
    return 0


def _where(args: argparse.Namespace) -> int:
    found = tools.find(args.name)
    if found is None:
        print(f"没有 {args.name}；获取：python -m sanxiang.ground obtain {args.name}", file=sys.stderr)
        return 1
    print(found)
    return 0


def _assets(_: argparse.Namespace) -> int:
    assets.build()
    return 0


def _node(_: argparse.Namespace) -> int:
    print(obtain_node(places.repo_root() or Path.cwd(), to_stderr).node)
    return 0


def _unpack(args: argparse.Namespace) -> int:
    tools.unpack_packages(args.packages, args.folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
