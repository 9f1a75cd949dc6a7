"""The demonstration's callers: what they are, and one of them on the real hotline."""

import json
import os
import signal
import subprocess
import wave
from array import array
from collections.abc import Iterator
from pathlib import Path

import pytest

from sanxiang.cli.demo_stories import GREETING, STORIES, Story
from sanxiang.cli.demo_voice import speak_story
from sanxiang.cli.main import main
from sanxiang.cli.sip.kit import Kit
from sanxiang.cli.sip.sound import read_wav
from sanxiang.speech.voices import VOICES
from tests.harness.product import SANXIANG, Product, until


def test_the_callers_differ() -> None:
    assert len(STORIES) >= 12
    assert len({story.title for story in STORIES}) == len(STORIES)
    assert len({text for story in STORIES for text, _ in story.says}) == sum(len(story.says) for story in STORIES)
    assert len({story.voice for story in STORIES}) >= 4
    assert {story.voice for story in STORIES} <= set(VOICES)
    assert any(5 < story.patience < 10 for story in STORIES)  # gives up in ring 2
    assert any(story.silent and not story.says for story in STORIES)


def test_history_says_when_it_comes(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["demo", "--history", "--data", str(tmp_path)]) == 2
    assert "历史" in capsys.readouterr().err


def test_without_a_hotline_the_cure_is_told(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["demo", "--data", str(tmp_path)]) == 3
    assert "sanxiang up" in capsys.readouterr().err


@pytest.mark.slow
def test_a_line_is_followed_by_time_to_answer(tmp_path: Path) -> None:
    story = Story("试", "caller-woman", (("您好，我想问一下。", 2.0), ("谢谢。", 1.0)), loud=3.0)
    path, quiet = tmp_path / "loud.wav", tmp_path / "quiet.wav"
    seconds = speak_story(story, tmp_path / "lines", path)
    samples = read_wav(path)
    assert seconds == len(samples) / 8000 > GREETING + 3.5
    assert max(map(abs, samples[: int(GREETING * 8000)])) == 0
    assert max(samples) == 32767  # shouts
    assert max(map(abs, samples[-8000:])) == 0
    speak_story(Story("试", "caller-woman", story.says), tmp_path / "lines", quiet)
    assert 8000 < max(read_wav(quiet)) < 32767


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    with Product(tmp_path_factory.mktemp("demo") / "data") as running:
        yield running
    assert running.left_over() == []


@pytest.mark.slow
def test_one_caller_is_answered_speaks_and_hangs_up(product: Product) -> None:
    seat = product.agent("01")
    with Kit(product.sip_port) as kit:
        kit.phone(seat["extension"], seat["sip_password"], answer_after=2, tone="")
        until(lambda: product.state("01", "ready") and product.agent("01")["state"] == "ready")
        done = subprocess.run(
            [SANXIANG, "demo", "--calls", "1", "--data", str(product.data), "--format", "json"],
            capture_output=True, text=True, timeout=180,
        )  # fmt: skip
    assert done.returncode == 0, done.stderr
    (told,) = json.loads(done.stdout)
    assert told["caller"].startswith("1380000")
    assert told["answered"] is True
    assert told["ended_by"] == "caller"
    assert 1.5 < told["rang_seconds"] < 15
    assert "接听" in done.stderr
    call = until(lambda: [c for c in product.calls() if c["recordings"]["caller"]])[0]
    assert (call["outcome"], call["hung_up_by"]) == ("answered", "caller")
    with wave.open(call["recordings"]["caller"]) as recording:
        heard = array("h", recording.readframes(recording.getnframes()))
    loud = [max(map(abs, heard[i : i + 8000])) > 2000 for i in range(0, len(heard) - 8000, 8000)]
    turns = sum(1 for before, now in zip([False, *loud], loud, strict=False) if now and not before)
    assert turns >= 2  # the caller spoke, waited, and spoke again


@pytest.mark.slow
def test_a_caller_whose_line_dies_after_the_answer_is_told_as_such(product: Product) -> None:
    seat = product.agent("01")
    before = len(product.calls())
    with Kit(product.sip_port) as kit:
        kit.phone(seat["extension"], seat["sip_password"], answer_after=0.5)
        until(lambda: product.state("01", "ready") and product.agent("01")["state"] == "ready")
        with subprocess.Popen(
            [SANXIANG, "demo", "--calls", "1", "--data", str(product.data), "--format", "json"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        ) as demo:  # fmt: skip
            try:
                until(lambda: [c for c in product.calls()[before:] if c["outcome"] == "answered"], 60)
                (sipp,) = Path(f"/proc/{demo.pid}/task/{demo.pid}/children").read_text().split()
                os.kill(int(sipp), signal.SIGKILL)
            finally:
                out, errors = demo.communicate(timeout=60)
    assert demo.returncode == 1, errors
    assert "已接听，线路中断（SIPp 被信号 9 终止）" in errors
    assert "没有接通" not in errors
    assert [(c["answered"], c["ended_by"]) for c in json.loads(out)] == [(True, "line")]


@pytest.mark.slow
def test_interrupted_the_waiting_caller_leaves_the_queue(product: Product) -> None:
    product.state("01", "busy")
    before = len(product.calls())
    with subprocess.Popen(
        [SANXIANG, "demo", "--calls", "3", "--data", str(product.data), "--format", "json"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as demo:  # fmt: skip
        try:
            until(lambda: len(product.calls()) > before, 60)
        finally:
            demo.send_signal(signal.SIGINT)
            out, errors = demo.communicate(timeout=60)
    assert "sanxiang agents sign-in 01" in errors  # nobody was ready
    assert [c["answered"] for c in json.loads(out)] == [False]
    gone = until(lambda: [c for c in product.calls()[before:] if c["outcome"]])
    assert gone[0]["outcome"] == "abandoned"


def test_an_unknown_number_names_the_known_ones(product: Product) -> None:
    done = subprocess.run([SANXIANG, "demo", "--number", "8123", "--data", str(product.data)], capture_output=True, text=True)
    assert done.returncode == 2
    assert "8000" in done.stderr
