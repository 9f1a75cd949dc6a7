"""Promises to callers: who owes a reply by when, and the reply that keeps one.

Writes the fact PromiseReplied (and PersonalDataRead where somebody opens a contact). Reads promises and the private words
beside them.
"""
