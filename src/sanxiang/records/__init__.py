"""The registration of a call: the form that its standard asks for, the draft while it is typed, the signature.

Writes the facts RegistrationSigned, RegistrationParked and, for an unsolved matter with consent, PromiseMade. Reads
calls, published packs and the caller's number. Drafts live in app.db; signed words live beside the log, erasable.
"""
