"""The log: one appender numbers, hashes and keeps the facts, with the state, clocks and effects that follow from them.

`store` the SQLite file · `appender` facts in, outcome out, in one transaction · `replay` all afresh and compared ·
`reader` reading for others · `projection` tables that follow the tail · `server`, `client` the socket in between.
"""
