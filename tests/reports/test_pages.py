"""The pages as their readers get them: who may see what, each figure its calls, each verdict its clause, sound on record."""

from __future__ import annotations

import wave
from pathlib import Path
from typing import Any

import pytest

from tests.web.kit import House

SOUND = b"".join(n.to_bytes(2, "little", signed=True) for n in range(-8000, 8000, 4))


def record(house: House, call: str) -> None:
    """Both sides of a recording of half a second."""
    for side in ("caller", "agent"):
        path = house.folder.root / f"recordings/{call}-{side}.wav"
        path.parent.mkdir(exist_ok=True)
        with wave.open(str(path), "wb") as out:
            out.setnchannels(1)
            out.setsampwidth(2)
            out.setframerate(8000)
            out.writeframes(SOUND)
    zero = house.reader().call(call).answered_at  # type: ignore[union-attr]
    names = {side: f"recordings/{call}-{side}.wav" for side in ("caller", "agent")}
    house.say("RecordingStored", call=call, **names, seconds=0.5, zero=zero)


def sign(house: House, call: str, content: str = "问专家门诊时间") -> None:
    words = {"name": "王女士", "content": content}
    house.say("RegistrationSigned", {"words": words}, call=call, agent="01", form="consultation", filled=["name", "content", "result"],
              choices={"result": "solved"}, result="solved")  # fmt: skip


def readings(house: House) -> list[Any]:
    return [f.body for f in house.reader().facts() if f.kind == "PersonalDataRead"]


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


@pytest.fixture
def open_house(house: House) -> House:
    house.open_hotline()
    house.answered_call("c1")
    return house


ADDRESSES = {
    "/live/": {"admin", "agent10"},
    "/reports/kpi/": {"admin", "agent10"},
    "/calls/": {"admin", "agent10", "agent01", "agent02"},
    "/calls/c1/": {"admin", "agent10", "agent01"},
    "/calls/c1/facts.json": {"admin", "agent10", "agent01"},
}


@pytest.mark.parametrize("address", ADDRESSES)
def test_who_may_open_what(open_house: House, address: str) -> None:
    for login in ("admin", "agent10", "agent01", "agent02"):
        answer = open_house.browser(login).get(address)
        assert answer.status_code == (200 if login in ADDRESSES[address] else 403), login
    assert open_house.browser().get(address).status_code == 302


def test_an_agent_lists_only_their_own_calls(open_house: House) -> None:
    assert open_house.browser("agent01").get("/calls/").context["count"] == 1
    assert open_house.browser("agent02").get("/calls/").context["count"] == 0
    assert open_house.browser("agent02").get("/calls/?agent=01").context["count"] == 0


def test_numbers_are_masked_until_somebody_says_why(open_house: House) -> None:
    sign(open_house, "c1", "膝盖疼看哪个科")
    browser = open_house.browser("agent10")
    for address in ("/calls/", "/calls/c1/", "/live/", "/calls/?format=csv"):
        text = body(browser.get(address)).decode()
        assert "13800000001" not in text and "膝盖" not in text, address
    assert "138****0001" in browser.get("/calls/c1/").content.decode()
    refused = browser.post("/calls/c1/reveal/", {"reason": ""})
    assert refused.status_code == 400 and "膝盖" not in refused.content.decode()
    assert readings(open_house) == []
    shown = browser.post("/calls/c1/reveal/", {"reason": "处理投诉"}).content.decode()
    assert "13800000001" in shown and "膝盖疼看哪个科" in shown
    (one,) = readings(open_house)
    assert (one.of, one.what, one.by, one.reason) == ("c1", "words", "10", "处理投诉")
    assert "10 江帆 看了登记内容：处理投诉" in browser.get("/calls/c1/").content.decode(), "and everybody sees that it was read"


def test_words_stay_hidden_when_the_reading_cannot_be_recorded(open_house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    from sanxiang.log.client import Client
    from sanxiang.web import wires

    sign(open_house, "c1", "膝盖疼看哪个科")
    record(open_house, "c1")
    browser = open_house.browser("agent10")
    monkeypatch.setattr(wires, "client", lambda: Client(Path("/nowhere")))
    answer = browser.post("/calls/c1/reveal/", {"reason": "质检"})
    assert answer.status_code == 503 and "膝盖" not in answer.content.decode()
    assert browser.get("/calls/c1/sound/caller.wav").status_code == 503


def test_listening_is_recorded_once_and_comes_in_ranges(open_house: House) -> None:
    record(open_house, "c1")
    browser = open_house.browser("agent10")
    whole = browser.get("/calls/c1/sound/caller.wav?listening=abc")
    data = body(whole)
    assert (whole.status_code, whole["Content-Type"], whole["Accept-Ranges"]) == (200, "audio/wav", "bytes")
    part = browser.get("/calls/c1/sound/caller.wav?listening=abc", headers={"Range": "bytes=44-143"})
    assert (part.status_code, part["Content-Range"], body(part)) == (206, f"bytes 44-143/{len(data)}", data[44:144])
    assert body(browser.get("/calls/c1/sound/agent.wav?listening=abc", headers={"Range": "bytes=-10"})) == data[-10:]
    beyond = browser.get("/calls/c1/sound/caller.wav?listening=abc", headers={"Range": f"bytes={len(data)}-"})
    assert beyond.status_code == 416
    assert [(r.of, r.what, r.by) for r in readings(open_house)] == [("c1", "recording", "10")]
    assert open_house.browser("agent02").get("/calls/c1/sound/caller.wav").status_code == 403
    assert browser.get("/calls/c1/sound/nobody.wav").status_code == 404
    drawn = browser.get("/calls/c1/peaks.json").json()
    assert max(drawn["caller"]) == pytest.approx(8000 / 32768, abs=0.01)


def test_a_broken_recording_is_said(open_house: House) -> None:
    record(open_house, "c1")
    (open_house.folder.root / "recordings/c1-agent.wav").write_bytes(b"RIFF....")
    assert open_house.browser("agent10").get("/calls/c1/peaks.json").status_code == 422
    (open_house.folder.root / "recordings/c1-agent.wav").unlink()
    assert open_house.browser("agent10").get("/calls/c1/sound/agent.wav").status_code == 404


def test_a_call_tells_facts_in_words_and_verdicts_with_their_clause(open_house: House) -> None:
    sign(open_house, "c1")
    text = open_house.browser("agent10").get("/calls/c1/").content.decode()
    for words in ("进入排队，来电者的钟开始", "01 周宁 接起，第 1 响", "对方先挂机，通话结束", "登记签名，当场答复"):
        assert words in text
    assert "电话铃响三声内接起" in text, "the clause's own words"
    context = open_house.browser("agent10").get("/calls/c1/").context
    there = {f["n"] for f in context["facts"]} | {v["n"] for v in context["verdicts"]}
    for verdict in context["verdicts"]:
        assert set(verdict["evidence"]) <= there, verdict
        assert verdict["text"] is not None


def test_filters_find_and_empty_lists_say_what_to_do(open_house: House) -> None:
    browser = open_house.browser("agent10")

    def count(query: str) -> int:
        return browser.get(f"/calls/?{query}").context["count"]

    assert count("outcome=answered") == count("on_time=true") == count("registration=open") == count("agent=01") == count("q=0001") == 1
    assert count("outcome=abandoned") == count("on_time=false") == count("registration=signed") == count("q=9999") == 0
    assert count("clause=H01&verdict=kept") == 1 and count("clause=H01&verdict=breach") == 0
    assert count("from=2020-01-01&to=2020-01-02") == 0
    assert "这段时间没有来电" in browser.get("/calls/?from=2020-01-01&to=2020-01-02").content.decode()
    assert "没有符合的来电" in browser.get("/calls/?outcome=abandoned").content.decode()
    wrong = browser.get("/calls/?from=gestern")
    assert wrong.status_code == 400 and "看不懂的时间" in wrong.content.decode()


def test_every_linked_number_of_the_report_opens_that_many_calls(open_house: House) -> None:
    browser = open_house.browser("agent10")
    context = browser.get("/reports/kpi/?by=day").context
    checked = 0
    for cell in [c for s in context["sections"] for c in s["cells"]]:
        if cell["url"] and cell["name"] in ("offered", "answered", "answered_on_time"):
            assert str(browser.get(cell["url"]).context["count"]) == cell["value"], cell
            checked += 1
    for one in context["packs"]:
        if one["url"]:
            assert browser.get(one["url"]).context["count"] == (one["kept"] if one["kept"] is not None else one["counted"]), one["key"]
            checked += 1
    assert checked > 5


def test_the_report_is_downloaded_as_json_csv_xlsx(open_house: House) -> None:
    browser = open_house.browser("agent10")
    assert browser.get("/reports/kpi/?by=agent&format=json").json()["total"]["answered"] == 1
    assert browser.get("/reports/kpi/?by=agent&format=csv").content.decode("utf-8-sig").startswith("agent,offered,")
    assert browser.get("/reports/kpi/?format=xlsx").content[:2] == b"PK"
    assert browser.get("/reports/kpi/?from=2026-03-03&to=2026-03-01").status_code == 400


def test_before_the_first_start_the_pages_say_so(house: House) -> None:
    browser = house.browser("admin")
    for address in ("/live/", "/calls/", "/reports/kpi/"):
        answer = browser.get(address)
        assert answer.status_code == 200 and "sanxiang up" in answer.content.decode()
    assert browser.get("/calls/none/").status_code == 404
