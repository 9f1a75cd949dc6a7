"""Generated cases are judged by what comes out, never by how long a busy machine takes."""

from hypothesis import settings

settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")
