"""The kit's own parts: a caller who is cut short says farewell, and any telephone WAV becomes what SIPp plays."""

import wave
from array import array
from pathlib import Path

import pytest

from sanxiang.cli.sip import scenarios, sound
from sanxiang.cli.sip.kit import Sipp
from sanxiang.cli.sip.leaving import farewell

INVITE = """INVITE sip:8000@127.0.0.1:5060 SIP/2.0
Via: SIP/2.0/UDP 127.0.0.1:9000;branch=z9hG4bK-1-1-i
From: <sip:1380@127.0.0.1:9000>;tag=1c1
To: <sip:8000@127.0.0.1:5060>
Call-ID: 1-1@127.0.0.1
CSeq: 1 INVITE
Contact: <sip:caller@127.0.0.1:9000>

"""
ANSWER = """SIP/2.0 {status}
Via: SIP/2.0/UDP 127.0.0.1:9000;branch=z9hG4bK-1-1-i
From: <sip:1380@127.0.0.1:9000>;tag=1c1
To: <sip:8000@127.0.0.1:5060>;tag=them
Call-ID: 1-1@127.0.0.1
CSeq: 1 INVITE
Contact: <sip:line@127.0.0.1:5060>

"""


def trace(*messages: tuple[str, str]) -> str:
    line = "-" * 47
    return "".join(f"{line} 2026-01-01 00:00:00.000000\nUDP message {way} [9] bytes :\n\n{text}" for way, text in messages)


def test_a_waiting_caller_cancels() -> None:
    said = farewell(trace(("sent", INVITE), ("received", ANSWER.format(status="180 Ringing")))).decode()
    assert said.startswith("CANCEL sip:8000@127.0.0.1:5060 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:9000;branch=z9hG4bK-1-1-i\r\n")
    assert "CSeq: 1 CANCEL" in said
    assert "tag=them" not in said


def test_a_talking_caller_says_bye() -> None:
    said = farewell(trace(("sent", INVITE), ("received", ANSWER.format(status="200 OK")))).decode()
    assert said.startswith("BYE sip:line@127.0.0.1:5060 SIP/2.0\r\n")
    assert ";tag=them" in said
    assert "branch=z9hG4bK-1-1-i" not in said


@pytest.mark.parametrize(
    "messages",
    [
        (),
        (("sent", INVITE), ("received", ANSWER.format(status="404 Not Found"))),
        (("sent", INVITE), ("received", ANSWER.format(status="200 OK")), ("received", INVITE.replace("INVITE sip", "BYE sip"))),
    ],
)
def test_nothing_to_leave(messages: tuple[tuple[str, str], ...]) -> None:
    assert farewell(trace(*messages)) == b""


def test_a_wav_becomes_packets_of_twenty_milliseconds(tmp_path: Path) -> None:
    wav, raw = tmp_path / "a.wav", tmp_path / "a.alaw"
    with wave.open(str(wav), "wb") as out:
        out.setparams((1, 2, 8000, 0, "NONE", ""))
        out.writeframes(array("h", [0] * 100 + [8000] * 100 + [-8000] * 130).tobytes())
    assert sound.write_speech(raw, wav) == pytest.approx(330 / 8000)
    payload = raw.read_bytes()
    assert len(payload) == 3 * 160
    assert payload[:100] == b"\xd5" * 100  # A-law of silence
    assert len(set(payload[100:200])) == len(set(payload[200:330])) == 1
    assert payload[100] ^ payload[200] == 0x80  # the sign alone differs
    assert payload[330:] == b"\xd5" * 150


def test_sound_needs_no_root_and_its_port_is_told() -> None:
    """SIPp plays captures from a raw socket, A-law files from the UDP socket that stands in the SDP."""
    loud = scenarios.phone(1, "", True, "agent.alaw,-1", 1, (1, 1)) + scenarios.caller("8000", "<sip:a@b>", 1, None, "caller.alaw,-1")
    assert "pcap" not in loud
    assert loud.count('rtp_stream="') == 2
    assert "m=audio [media_port]" not in loud
    assert loud.count("m=audio [rtpstream_audio_port]") == 4  # answer, hold, take back; the caller's INVITE
    quiet = scenarios.caller("8000", "<sip:a@b>", 1, None, "")
    assert "rtp_stream" not in quiet and "m=audio [media_port]" in quiet


def test_the_cause_of_an_early_end_is_told(tmp_path: Path) -> None:
    script = tmp_path / "sipp"
    script.write_text(
        "#!/bin/sh\nwhile [ $# -gt 0 ]; do [ $1 = -error_file ] && file=$2; shift; done\n"
        "printf 'The following events occurred:\\n2026-01-01\\t10:00:00.1\\t1767232800.1: no socket, errno = 1 (%s)\\n' oh > $file\nexit 255\n"
    )
    script.chmod(0o755)
    died = Sipp([str(script)], tmp_path, "a")
    assert died.wait(10) == 255
    assert died.cause() == "no socket, errno = 1 (oh)"
    killed = Sipp(["sleep", "30"], tmp_path, "b")
    killed.kill()
    assert killed.cause().startswith("SIPp ")


def test_another_shape_is_refused(tmp_path: Path) -> None:
    with wave.open(str(tmp_path / "a.wav"), "wb") as out:
        out.setparams((1, 2, 16000, 0, "NONE", ""))
        out.writeframes(b"\0\0" * 10)
    with pytest.raises(ValueError, match="8 kHz"):
        sound.write_speech(tmp_path / "a.alaw", tmp_path / "a.wav")
