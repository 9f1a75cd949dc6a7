"""What do SIPp's phones and callers say? Scenario texts, made with their delays written in.

Delays are milliseconds. A phone serves any number of calls one after another; a caller makes one call.
``sound`` is what SIPp's rtp_stream takes (`Kit` makes it): a file of A-law and how often; "" for silence. It is sent
from an ordinary UDP socket, so that nobody has to be root for it; the port of that socket stands in the SDP.
"""

from __future__ import annotations

FOREVER = 86_400_000
_HEAD = '<?xml version="1.0" encoding="ISO-8859-1" ?>\n'
_SDP = """Content-Type: application/sdp
Content-Length: [len]

v=0
o=u {version} {version} IN IP[local_ip_type] [local_ip]
s=-
c=IN IP[media_ip_type] [media_ip]
t=0 0
m=audio [{port}] RTP/AVP 8 101
a=rtpmap:8 PCMA/8000
a=rtpmap:101 telephone-event/8000
a=fmtp:101 0-15
a={direction}
"""


def register(user: str, expires: int) -> str:
    """One registration with digest authentication (-au, -ap)."""
    return f'{_HEAD}<scenario name="register">\n' + "".join(
        f"""<send retrans="500"><![CDATA[

REGISTER sip:[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: <sip:{user}@[remote_ip]>;tag=[pid]r[call_number]
To: <sip:{user}@[remote_ip]>
Call-ID: [call_id]
CSeq: {number} REGISTER
Contact: <sip:{user}@[local_ip]:[local_port]>;expires={expires}
{credentials}Max-Forwards: 70
Content-Length: 0

]]></send>
{answer}
"""
        for number, credentials, answer in (
            (1, "", '<recv response="401" auth="true"/>'),
            (2, "[authentication]\n", '<recv response="200"/>'),
        )
    ) + "</scenario>\n"  # fmt: skip


def phone(
    answer_after: int | None,
    refuse: str,
    rings: bool,
    sound: str,
    hang_up_after: int,
    hold: tuple[int, int] | None,
) -> str:
    """A desk phone. ``answer_after`` None: never; ``refuse``: a status line such as "486 Busy Here" instead."""
    text = f'{_HEAD}<scenario name="phone">\n'
    text += f"""<recv request="INVITE" rrs="true" timeout="{FOREVER}"><action>
<ereg regexp="[^ ].*" search_in="hdr" header="From:" assign_to="peer"/>
<ereg regexp="[^ ].*" search_in="hdr" header="To:" assign_to="me"/></action></recv>
<Reference variables="peer,me"/>
"""
    if rings:
        text += _answer("180 Ringing")
    if refuse:
        text += '<pause milliseconds="200"/>\n' + _answer(refuse, again=True)
        return text + '<recv request="ACK" timeout="5000" ontimeout="99"/>\n' + _end()
    text += f'<recv request="CANCEL" timeout="{FOREVER if answer_after is None else max(answer_after, 1)}" '
    text += 'ontimeout="20" next="10"/>\n<label id="10"/>\n' + _answer("200 OK")
    text += _answer("487 Request Terminated", again=True, cseq="CSeq: [last_cseq_number] INVITE")
    text += '<recv request="ACK" timeout="5000" ontimeout="99" next="99"/>\n<label id="20"/>\n'
    text += (
        _answer("200 OK", _sdp("sendrecv", sound), again=True)
        + '<recv request="ACK" timeout="32000"/>\n'
        + _play(sound)
    )
    if hold is not None:
        after, lasting = hold
        text += f'<pause milliseconds="{after}"/>\n' + _reinvite(11, "sendonly", sound)
        text += f'<pause milliseconds="{lasting}"/>\n' + _reinvite(12, "sendrecv", sound)
    text += _talk(hang_up_after, _inside("BYE", 13))
    return text + _end()


def caller(number: str, sender: str, talk: int, patience: int | None, sound: str, extra: str = "") -> str:
    """A caller. ``sender``: all of the From header but its tag; ``patience``: gives up after that much ringing,
    counted from the last provisional answer; ``talk``: hangs up so long after the answer."""
    uri, to = f"sip:{number}@[remote_ip]:[remote_port]", f"To: <sip:{number}@[remote_ip]:[remote_port]>"
    invite = "z9hG4bK-[pid]-[call_number]-i"
    timeout = f'timeout="{FOREVER if patience is None else patience}"' + (
        ' ontimeout="50"' if patience else ""
    )
    text = f'{_HEAD}<scenario name="caller">\n'
    text += _request("INVITE", uri, sender, to, 1, invite, _sdp("sendrecv", sound), extra)
    for status in (100, 180, 183):
        text += f'<recv response="{status}" optional="true" {timeout}/>\n'
    for status in (404, 480, 486, 487, 500, 503, 603):
        text += f'<recv response="{status}" optional="true" {timeout} next="97"/>\n'
    text += f'<recv response="200" rrs="true" {timeout}/>\n'
    text += _request("ACK", "[next_url]", sender, "[last_To:]", 1, "[branch]") + _play(sound)
    text += _talk(talk, _request("BYE", "[next_url]", sender, "[last_To:]", 2, "[branch]"))
    text += '<label id="50"/>\n' + _request("CANCEL", uri, sender, to, 1, invite)
    text += '<recv response="200" timeout="5000"/>\n<recv response="487" timeout="5000"/>\n<label id="97"/>\n'
    text += _request("ACK", uri, sender, "[last_To:]", 1, invite)
    return text + _end()


def _talk(until: int, bye: str) -> str:
    """Waits for the other side's BYE; when time is up says it first."""
    text = f'<recv request="BYE" timeout="{until}" ontimeout="60"/>\n' + _answer("200 OK", tag=False)
    text += '<nop next="99"/>\n<label id="60"/>\n'
    return text + bye + '<recv response="200" timeout="5000" next="99"/>\n'


def _end() -> str:
    return '<label id="99"/>\n<pause milliseconds="10"/>\n</scenario>\n'


def _play(sound: str) -> str:
    return f'<nop><action><exec rtp_stream="{sound},8,PCMA/8000"/></action></nop>\n' if sound else ""


def _sdp(direction: str, sound: str, version: int = 1) -> str:
    port = "rtpstream_audio_port" if sound else "media_port"
    return _SDP.format(direction=direction, version=version, port=port)


def _answer(
    status: str, body: str = "", tag: bool = True, again: bool = False, cseq: str = "[last_CSeq:]"
) -> str:
    return f"""<send{' retrans="500"' if again else ""}><![CDATA[

SIP/2.0 {status}
[last_Via:]
[last_From:]
[last_To:]{";tag=[pid]s[call_number]" if tag else ""}
[last_Call-ID:]
{cseq}
Contact: <sip:[local_ip]:[local_port];transport=[transport]>
{body or "Content-Length: 0" + chr(10)}
]]></send>
"""


def _request(
    method: str, uri: str, sender: str, to: str, cseq: int, branch: str, body: str = "", extra: str = ""
) -> str:
    return f"""<send{"" if method == "ACK" else ' retrans="500"'}><![CDATA[

{method} {uri} SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch={branch}
From: {sender};tag=[pid]c[call_number]
{to}
Call-ID: [call_id]
CSeq: {cseq} {method}
Contact: <sip:caller@[local_ip]:[local_port]>
Max-Forwards: 70
{extra}{body or "Content-Length: 0" + chr(10)}
]]></send>
"""


def _inside(method: str, cseq: int, body: str = "") -> str:
    """A request of the phone within the call."""
    return f"""<send{"" if method == "ACK" else ' retrans="500"'}><![CDATA[

{method} [next_url] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: [$me];tag=[pid]s[call_number]
To: [$peer]
Call-ID: [call_id]
CSeq: {cseq} {method}
Contact: <sip:[local_ip]:[local_port];transport=[transport]>
Max-Forwards: 70
{body or "Content-Length: 0" + chr(10)}
]]></send>
"""


def _reinvite(cseq: int, direction: str, sound: str) -> str:
    text = _inside("INVITE", cseq, _sdp(direction, sound, cseq))
    text += '<recv response="100" optional="true"/>\n<recv response="200" timeout="5000"/>\n'
    return text + _inside("ACK", cseq)
