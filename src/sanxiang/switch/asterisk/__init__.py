"""Asterisk behind the port: `AsteriskSwitch` drives it, `AsteriskProcess` runs it, `Setup` says where and how.

setup        ports, folders, secrets of one private Asterisk
config       writes its configuration files; `templates/` holds them
music        the hold music, made by code
process      starts, finds again and stops it
ari          a thin typed client: requests, events, reconnecting
adapter      the port's methods; events shared out to calls and phones
calls        one call from the door to its end
offers       ringing one agent's phones
recordings   from the spool to DATA/recordings
phones       which phones are registered
sweep        what is found after our own restart
"""

from sanxiang.switch.asterisk.adapter import AsteriskSwitch
from sanxiang.switch.asterisk.process import AsteriskProcess
from sanxiang.switch.asterisk.setup import Layout, Setup

__all__ = ["AsteriskProcess", "AsteriskSwitch", "Layout", "Setup"]
