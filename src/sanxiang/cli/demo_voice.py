"""How does a caller's part of a conversation become one WAV? Lines spoken by espeak-ng, with silence between them."""

from __future__ import annotations

from array import array
from pathlib import Path

from sanxiang.cli.demo_stories import GREETING, Story
from sanxiang.ground.folder import hash_of
from sanxiang.speech.prompts import render
from sanxiang.speech.sound import RATE, read_mono, write_mono
from sanxiang.speech.voices import VOICES


def speak_story(story: Story, folder: Path, path: Path) -> float:
    """Writes the WAV; gives its seconds, in which the caller is on the line. Lines are kept in the folder, made once.

    Raises SpeechError when there is no synthesiser.
    """
    folder.mkdir(parents=True, exist_ok=True)
    sound = _silence(story.silent or GREETING)
    for number, (text, answer) in enumerate(story.says, 1):
        line = folder / f"{story.voice}-{hash_of(text):08x}-{number}.wav"
        render(text, line, VOICES[story.voice])
        sound += _louder(read_mono(line)[0], story.loud) + _silence(answer)
    write_mono(path, sound)
    return len(sound) / RATE


def _silence(seconds: float) -> array[int]:
    return array("h", bytes(2 * round(seconds * RATE)))


def _louder(samples: array[int], times: float) -> array[int]:
    """Clipped where it is too loud, as a telephone does."""
    if times == 1.0:
        return samples
    return array("h", (max(-32768, min(32767, round(value * times))) for value in samples))
