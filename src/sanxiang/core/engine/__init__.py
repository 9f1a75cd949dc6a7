"""The one `step`: state and fact in, derived facts, clocks and effects out. Live, in replay, in a test: the same.

`state` what is known, `reducers` how facts change it, `context` what a control sees, `step` what follows,
`admit` what people may do at all.
"""
