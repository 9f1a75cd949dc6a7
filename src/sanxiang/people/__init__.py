"""Agents, accounts and roles: who there is, how they sign in, in which state they are.

Writes the facts AgentAdded and AgentStateChanged (proposed to the appender); reads agents' states from the log.
Names, logins, roles and phone secrets are ordinary rows of app.db.
"""
