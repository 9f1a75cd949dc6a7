"""Chinese text as the judges need it: folded for matching, counted as the guideline counts, searched for phrases."""

from sanxiang.core.language.counting import characters
from sanxiang.core.language.normal import Normal, normalise
from sanxiang.core.language.phrases import Hit, Phrases
from sanxiang.core.language.sounds import sounds_like, syllables

__all__ = ["Hit", "Normal", "Phrases", "characters", "normalise", "sounds_like", "syllables"]
