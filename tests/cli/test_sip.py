"""The kit's own parts: a caller who is cut short says farewell, and any telephone WAV becomes what SIPp plays."""

import struct
import wave
from array import array
from pathlib import Path

import pytest

from sanxiang.cli.sip import sound
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


def test_a_wav_becomes_twenty_millisecond_packets(tmp_path: Path) -> None:
    wav, pcap = tmp_path / "a.wav", tmp_path / "a.pcap"
    with wave.open(str(wav), "wb") as out:
        out.setparams((1, 2, 8000, 0, "NONE", ""))
        out.writeframes(array("h", [0] * 100 + [8000] * 100 + [-8000] * 130).tobytes())
    assert sound.write_speech(pcap, wav) == pytest.approx(330 / 8000)
    raw, at, packets = pcap.read_bytes(), 24, []
    while at < len(raw):
        seconds, micros, size, _ = struct.unpack("<IIII", raw[at : at + 16])
        packets.append((seconds * 1_000_000 + micros, raw[at + 16 : at + 16 + size]))
        at += 16 + size
    assert [moment for moment, _ in packets] == [0, 20_000, 40_000]
    payload = b"".join(frame[-160:] for _, frame in packets)
    assert [struct.unpack("!HI", frame[44:50]) for _, frame in packets] == [(0, 0), (1, 160), (2, 320)]
    assert payload[:100] == b"\xd5" * 100  # A-law of silence
    assert len(set(payload[100:200])) == len(set(payload[200:330])) == 1
    assert payload[100] ^ payload[200] == 0x80  # the sign alone differs
    assert payload[330:] == b"\xd5" * 150


def test_another_shape_is_refused(tmp_path: Path) -> None:
    with wave.open(str(tmp_path / "a.wav"), "wb") as out:
        out.setparams((1, 2, 16000, 0, "NONE", ""))
        out.writeframes(b"\0\0" * 10)
    with pytest.raises(ValueError, match="8 kHz"):
        sound.write_speech(tmp_path / "a.pcap", tmp_path / "a.wav")
