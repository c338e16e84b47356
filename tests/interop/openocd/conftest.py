# SPDX-License-Identifier: Apache-2.0
import shutil

import ocd
import pytest


@pytest.fixture(scope="session", autouse=True)
def programs():
    """What these tests need beside espocd itself; without them they do not pass, so that nothing is forgotten."""
    assert ocd.ESPOCD.exists(), f"{ocd.ESPOCD} is missing: run 'make build'"
    for name in ("openocd", ocd.TOOLS + "nm", ocd.TOOLS + "objdump"):
        assert shutil.which(name), f"{name} is missing: tools/packages.txt names its package"


@pytest.fixture
def boards(tmp_path):
    """A function that starts boards, which end with the test."""
    started = []

    def start(**options):
        folder = tmp_path / f"board{len(started)}"
        folder.mkdir()
        started.append(ocd.Board(folder, **options))
        return started[-1]

    yield start
    for board in started:
        board.close()


@pytest.fixture
def blank(boards):
    """A board with blank flash."""
    return boards()


@pytest.fixture
def sample(boards, tmp_path):
    """A board that boots the sample app. TCK counts for 1 MHz, so that clocks let time pass quickly."""
    return boards(flash=ocd.sample_flash(tmp_path / "flash.bin"), speed=1000)
