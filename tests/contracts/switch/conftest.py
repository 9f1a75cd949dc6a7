"""The stages on which the switch's behaviour is played, and coroutines as tests."""

from __future__ import annotations

import asyncio
import inspect
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

if (root := str(Path(__file__).parents[3])) not in sys.path:
    sys.path.insert(0, root)

from tests.contracts.switch.stages import AsteriskHouse, AsteriskStage, FakeStage, Stage


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """A test that is a coroutine gets a loop of its own, and its stage is opened and closed around it."""
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    arguments: dict[str, Any] = {name: pyfuncitem.funcargs[name] for name in pyfuncitem._fixtureinfo.argnames}

    async def run() -> None:
        stage = next((value for value in arguments.values() if isinstance(value, Stage)), None)
        if stage is None:
            await pyfuncitem.obj(**arguments)
            return
        async with stage:
            await pyfuncitem.obj(**arguments)

    asyncio.run(asyncio.wait_for(run(), 120))
    return True


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AsteriskHouse]:
    """One running Asterisk for all tests."""
    house = AsteriskHouse(tmp_path_factory.mktemp("a"))
    try:
        house.open()
        yield house
    finally:
        house.close()


@pytest.fixture
def asterisk(house: AsteriskHouse) -> AsteriskStage:
    return AsteriskStage(house)


@pytest.fixture(params=["fake", pytest.param("asterisk", marks=pytest.mark.slow)])
def stage(request: pytest.FixtureRequest, tmp_path: Path) -> Stage:
    return FakeStage(tmp_path) if request.param == "fake" else request.getfixturevalue("asterisk")
