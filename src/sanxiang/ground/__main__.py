"""`python -m sanxiang.ground obtain NAME… | where NAME | assets`"""

import argparse
import sys

from sanxiang.ground import assets, tools
from sanxiang.ground.errors import EXIT_STATUS, GroundError


def main(argv: list[str] | None = None) -> int:
    """Exit status: 0 done; 1 `where` found nothing; 2 wrong usage; 3 the surroundings fail."""
    parser = argparse.ArgumentParser(prog="python -m sanxiang.ground", description="获取程序，构建网页资源")
    commands = parser.add_subparsers(dest="command", required=True)
    obtain = commands.add_parser("obtain", help="获取程序（这台机器已有的直接使用）")
    obtain.add_argument("names", nargs="+", choices=tools.NAMES, metavar="NAME", help=" ".join(tools.NAMES))
    where = commands.add_parser("where", help="程序在哪里")
    where.add_argument("name", choices=tools.NAMES, metavar="NAME", help=" ".join(tools.NAMES))
    commands.add_parser("assets", help="构建网页资源")
    args = parser.parse_args(argv)
    try:
        if args.command == "assets":
            assets.build()
            return 0
        if args.command == "where":
            found = tools.find(args.name)
            if found is None:
                print(f"没有 {args.name}；获取: python -m sanxiang.ground obtain {args.name}", file=sys.stderr)
                return 1
            print(found)
            return 0
        for name in args.names:
            print(tools.obtain(name))
    except GroundError as error:
        print(error, file=sys.stderr)
        return EXIT_STATUS
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
