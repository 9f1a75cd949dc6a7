"""The appender's process: facts, clock and switch. ``python -m sanxiang.site.appender_main --data DIR …``

Exit status 0 asked to stop, 3 the log cannot be written (disk full): the watchdog and the switch's emergency queue take
over then. A line ``ready`` on stdout says that commands and calls are served.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import logging
import signal
import sys

import uvloop

from sanxiang import __version__
from sanxiang.ground.folder import Folder
from sanxiang.log.server import settle_memory
from sanxiang.log.store import StoreError
from sanxiang.site.hotline import Hotline
from sanxiang.site.switching import make_switch


async def serve(args: argparse.Namespace) -> int:
    folder = Folder.named(args.data)
    hotline = Hotline(folder, make_switch(folder, args))
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await hotline.start(__version__)
    settle_memory()
    print("ready", flush=True)
    asked, ended = asyncio.create_task(stop.wait()), asyncio.create_task(hotline.run())
    await asyncio.wait({asked, ended}, return_when=asyncio.FIRST_COMPLETED)
    error = ended.result() if ended.done() else None
    if error is not None:
        logging.critical("the appender ends: %s", error)
        print(f"fatal {error}", flush=True)
    with contextlib.suppress(Exception):
        await asyncio.wait_for(hotline.stop(), 3)
    return 3 if isinstance(error, StoreError) else 1 if error else 0


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", required=True)
    parser.add_argument("--switch", choices=["asterisk", "none"], default="asterisk")
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s", stream=sys.stderr)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(serve(args))


if __name__ == "__main__":
    sys.exit(main())
