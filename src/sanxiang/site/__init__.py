"""The composition root: the only place that knows all rooms and the concrete adapters behind their ports.

`appender_main`, `web_main`, `jobs_main`, `watchdog_main` are the processes; `up` starts and stops them.
"""
