"""Who looks after waiting callers when the appender dies? A small process that outlives ours.

It watches the appender's pid. When that is gone unasked, callers who wait are moved to the switch's emergency queue, the
longest wait first; when one side of a conversation that goes on hangs up, the other one is ended too, so that the agent can
take the next call from that queue. Nothing is started again here («Survives» will). ``python -m sanxiang.site.watchdog_main --data DIR``
"""

from __future__ import annotations

import argparse
import logging
import signal
import sys
import threading

from sanxiang.ground.folder import Folder
from sanxiang.site.processes import alive
from sanxiang.site.switching import setup_of
from sanxiang.switch.rescue import end_lone_legs, rescue

EVERY = 0.1  # seconds
log = logging.getLogger("sanxiang.watchdog")


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", required=True)
    folder = Folder.named(parser.parse_args().data)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s", stream=sys.stderr)
    asked = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: asked.set())
    rescued = 0
    while not asked.wait(EVERY):
        pids = folder.instance().get("pids", {})
        appender = pids.get("appender", 0)
        if appender and not alive(appender):
            setup = setup_of(folder)
            try:
                if appender == rescued:
                    end_lone_legs(setup.http, setup.ari_password)
                    asked.wait(0.4)
                    continue
                moved = rescue(setup.http, setup.ari_password)
                log.warning("appender %s is gone: %s waiting callers moved to the emergency queue", appender, moved)
                rescued = appender
            except Exception:  # whatever is wrong with the switch: try again, not ten times a second
                log.exception("waiting callers could not be moved")
                asked.wait(2.0)
        if pids.get("asterisk") and not alive(pids["asterisk"]) and not alive(pids.get("up", 0)):
            return 0  # nothing left to look after
    return 0


if __name__ == "__main__":
    sys.exit(main())
