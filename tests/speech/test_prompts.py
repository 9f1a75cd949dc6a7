"""Prompts are short enough, of a telephone's sound, made once, and never in the way of an own recording."""

from __future__ import annotations

import math
from array import array
from pathlib import Path

import pytest

from sanxiang.speech.prompts import LIMITS, STANDARD, needed, render, render_all
from sanxiang.speech.sound import RATE, read_mono, resample, to_telephone, write_mono
from sanxiang.speech.voices import VOICES, SpeechError


def _tone(hertz: float, rate: int, seconds: float = 0.5) -> array[int]:
    return array(
        "h", (round(10_000 * math.sin(2 * math.pi * hertz * i / rate)) for i in range(int(rate * seconds)))
    )


def _loudness(samples: array[int]) -> float:
    middle = samples[800:-800]
    return math.sqrt(sum(value * value for value in middle) / len(middle))


@pytest.mark.slow
def test_the_notice_of_recording_takes_no_more_than_three_seconds(tmp_path: Path) -> None:
    made = render_all({}, tmp_path)
    assert set(made) == set(STANDARD)
    assert 1.0 < made["record_notice"] <= LIMITS["record_notice"] == 3.0
    for name, length in made.items():
        samples, rate = read_mono(tmp_path / f"{name}.wav")
        assert rate == RATE
        assert len(samples) / rate == length
        assert max(map(abs, samples)) > 12_000
        assert max(map(abs, samples[:700])) == 0


@pytest.mark.slow
def test_a_prompt_is_made_once_and_again_when_its_text_changes(tmp_path: Path) -> None:
    render_all({"busy": "坐席正忙。"}, tmp_path)
    made = (tmp_path / "busy.wav").stat().st_mtime_ns
    assert render_all({"busy": "坐席正忙。"}, tmp_path) == {}
    assert (tmp_path / "busy.wav").stat().st_mtime_ns == made
    assert set(render_all({"busy": "现在坐席都在通话。"}, tmp_path)) == {"busy"}


def test_an_own_recording_is_kept(tmp_path: Path) -> None:
    write_mono(tmp_path / "safe_wait.wav", _tone(440, RATE))
    assert needed(STANDARD, tmp_path).keys() == STANDARD.keys() - {"safe_wait"}


@pytest.mark.slow
def test_voices_differ(tmp_path: Path) -> None:
    sounds = set()
    for name, voice in VOICES.items():
        render("你好，我想问一下门诊时间。", tmp_path / f"{name}.wav", voice)
        sounds.add((tmp_path / f"{name}.wav").read_bytes())
    assert len(sounds) == len(VOICES)


@pytest.mark.slow
def test_a_text_that_cannot_fit_is_an_error_with_its_cure(tmp_path: Path) -> None:
    with pytest.raises(SpeechError, match="解决办法"):
        render("这是一段很长很长的说明文字，" * 5, tmp_path / "x.wav", longest=1.0)


def test_an_empty_text_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SpeechError, match="没有文字"):
        render(" ", tmp_path / "x.wav")


def test_resampling_keeps_speech_and_drops_what_a_line_cannot_carry() -> None:
    for hertz in (300, 1000, 3000):
        assert _loudness(resample(_tone(hertz, 22_050), 22_050)) == pytest.approx(7071, rel=0.05)
    for hertz in (4600, 7000):  # would come back as 3400 and 1000 Hz
        assert _loudness(resample(_tone(hertz, 22_050), 22_050)) < 150


def test_silence_around_speech_is_replaced_by_a_tenth_of_a_second() -> None:
    quiet = array("h", bytes(2 * 22_050))
    sound = to_telephone(quiet + _tone(500, 22_050) + quiet, 22_050)
    assert len(sound) / RATE == pytest.approx(0.7, abs=0.02)
