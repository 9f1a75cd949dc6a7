"""The ground the house stands on: programs and web assets, obtained without root.

`find` says where a program is, `obtain` fetches it where the machine has none, `asterisk_layout`
gives the folders that Asterisk's configuration needs. `python -m sanxiang.ground` does the same
by hand. Writes only below the tools folder (`places.tools_dir`) and the built assets.
"""

from sanxiang.ground.asterisk import AsteriskLayout, asterisk_layout
from sanxiang.ground.errors import GroundError
from sanxiang.ground.tools import find, obtain, shipped_data, version

__all__ = ["AsteriskLayout", "GroundError", "asterisk_layout", "find", "obtain", "shipped_data", "version"]
