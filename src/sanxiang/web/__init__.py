"""The page shell: who may see what, the navigation, the live stream, shared looks.

It writes no facts and reads of the log only what the top bar shows. Rooms above it bring the pages: they register their
entries in `nav.py` and their live views in `live.py` (both are imported when the pages start), and decorate each view
with `access.who`.
"""
