"""Figures that lead back to the second of the call; the supervisor's page; the list of calls and each call's page.

Reads every fact; writes `PersonalDataRead` (sound heard, words revealed). Its tables in read.db are folded from the log
and may be thrown away at any time. `projections` the folds · `queries` rows of a period · `kpi` the figures and their
definitions · `services` keeping read.db fresh, building a report · `views` the pages.
"""
