"""A browser's endpoint without a browser: SIP over WebSocket as far as ringing, for the tests of two phones."""

from __future__ import annotations

import asyncio
import hashlib
import re
import secrets
from typing import Self

import aiohttp

_TIMEOUT = 10.0


class WebPhone:
    """Registers, says 180 to an INVITE, and lets CANCEL be seen. ``heard``: everything received, oldest first."""

    def __init__(self, http: int, user: str, password: str) -> None:
        self._url = f"http://127.0.0.1:{http}/ws"
        self._user, self._password = user, password
        self._call = secrets.token_hex(8)
        self._news = asyncio.Event()
        self.heard: list[str] = []

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession()
        self._socket = await self._session.ws_connect(self._url, protocols=["sip"])
        self._reader = asyncio.create_task(self._read())
        await self._socket.send_str(self._register(1, ""))
        challenge = await self.until("SIP/2.0 401")
        nonce = _field(challenge, "nonce")
        await self._socket.send_str(self._register(2, self._credentials(nonce, _field(challenge, "realm"))))
        await self.until("SIP/2.0 200")
        return self

    async def __aexit__(self, *_: object) -> None:
        self._reader.cancel()
        await self._socket.close()
        await self._session.close()

    async def until(self, start: str) -> str:
        """The first message that begins like that."""
        async with asyncio.timeout(_TIMEOUT):
            while (found := next((one for one in self.heard if one.startswith(start)), None)) is None:
                self._news.clear()
                await self._news.wait()
        return found

    async def _read(self) -> None:
        async for message in self._socket:
            text = message.data if isinstance(message.data, str) else message.data.decode()
            self.heard.append(text)
            self._news.set()
            if text.startswith("INVITE"):
                await self._socket.send_str(_answer(text, "180 Ringing"))
            elif text.startswith("CANCEL"):
                await self._socket.send_str(_answer(text, "200 OK"))
                invite = next(one for one in self.heard if one.startswith("INVITE"))
                await self._socket.send_str(_answer(invite, "487 Request Terminated"))

    def _register(self, number: int, more: str) -> str:
        lines = [
            "REGISTER sip:127.0.0.1 SIP/2.0",
            f"Via: SIP/2.0/WS web.invalid;branch=z9hG4bK{self._call}{number}",
            f"From: <sip:{self._user}@127.0.0.1>;tag={self._call}",
            f"To: <sip:{self._user}@127.0.0.1>",
            f"Call-ID: {self._call}",
            f"CSeq: {number} REGISTER",
            f"Contact: <sip:{self._user}@web.invalid;transport=ws>;expires=120",
            "Max-Forwards: 70",
            *([more] if more else []),
            "Content-Length: 0",
        ]
        return "\r\n".join(lines) + "\r\n\r\n"

    def _credentials(self, nonce: str, realm: str) -> str:
        def md5(text: str) -> str:
            return hashlib.md5(text.encode()).hexdigest()

        count, ours = "00000001", secrets.token_hex(4)
        secret = md5(f"{self._user}:{realm}:{self._password}")
        response = md5(f"{secret}:{nonce}:{count}:{ours}:auth:{md5('REGISTER:sip:127.0.0.1')}")
        return (
            f'Authorization: Digest username="{self._user}", realm="{realm}", nonce="{nonce}", uri="sip:127.0.0.1", '
            f'response="{response}", algorithm=MD5, cnonce="{ours}", qop=auth, nc={count}'
        )


def _field(message: str, name: str) -> str:
    found = re.search(rf'{name}="([^"]+)"', message)
    assert found is not None
    return found[1]


def _answer(request: str, status: str) -> str:
    kept = [line for line in request.split("\r\n") if re.match(r"(Via|From|To|Call-ID|CSeq):", line)]
    lines = [f"{line};tag=web1" if line.startswith("To:") and "tag=" not in line else line for line in kept]
    lines.append("Contact: <sip:web@web.invalid;transport=ws>")
    return "\r\n".join([f"SIP/2.0 {status}", *lines, "Content-Length: 0"]) + "\r\n\r\n"
