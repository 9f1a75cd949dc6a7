"""Pure rules: facts in, verdicts and effects out.

Nothing in here knows Django, a database, a socket or the time of day. Time is passed in as integers
of microseconds since 1970 in UTC (``us``); local time is made at the edges only.
"""
