"""How are passwords kept? Argon2id with OWASP's least recommended cost: one thread serves all pages and must not stand still."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2(Argon2PasswordHasher):
    """19 MiB, two passes, one lane: some 30 ms, where Django's own setting takes 100 MB and all cores."""

    memory_cost = 19_456
    time_cost = 2
    parallelism = 1
