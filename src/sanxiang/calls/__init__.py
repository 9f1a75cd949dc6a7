"""The agent's desk: the state of the seat, the ringing call, the conversation and its end.

Writes the facts AgentStateChanged, EndRequested and PersonalDataRead; asks the switch to hold and resume. Reads agents,
calls, dues and promises from the log. What higher rooms add to the desk (the registration, the promises) comes through
`ports`; they register there, this room never imports them.
"""
