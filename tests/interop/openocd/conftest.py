# SPDX-License-Identifier: Apache-2.0
import shutil

import kinds
import ocd
import pytest


# Arguments of tests that depend on the kind, and what gives their values.
PLACES = {"memory": lambda kind: kind.memories, "address": lambda kind: [("%#x" % a, a) for a in kind.images]}


def pytest_generate_tests(metafunc):
    if "kind" not in metafunc.fixturenames:
        return
    of_kind = [name for name in PLACES if name in metafunc.fixturenames]
    assert len(of_kind) <= 1
    rows, ids = [], []
    for kind in kinds.present(ocd.ESPOCD):
        for name, place in PLACES[of_kind[0]](kind) if of_kind else [("", None)]:
            rows.append((kind, place) if of_kind else (kind,))
            ids.append(f"{kind.board} {name}".strip())
    metafunc.parametrize(["kind", *of_kind], rows, ids=ids)


@pytest.fixture(scope="session", autouse=True)
def programs():
    """What these tests need beside espocd itself; without them they do not pass, so that nothing is forgotten."""
    assert ocd.ESPOCD.exists(), f"{ocd.ESPOCD} is missing: run 'make build'"
    for name in ("openocd", ocd.TOOLS + "nm", ocd.TOOLS + "objdump"):
        assert shutil.which(name), f"{name} is missing: tools/packages.txt names its package"


@pytest.fixture
def boards(kind, tmp_path):
    """A function that starts boards of the kind, which end with the test."""
    started = []

    def start(**options):
        folder = tmp_path / f"board{len(started)}"
        folder.mkdir()
        started.append(ocd.Board(kind, folder, **options))
        return started[-1]

    yield start
    for board in started:
        board.close()


@pytest.fixture
def blank(boards):
    """A board with blank flash."""
    return boards()


@pytest.fixture
def sample(kind, boards, tmp_path):
    """A board that boots the sample app. TCK counts for 1 MHz, so that clocks let time pass quickly."""
    return boards(flash=ocd.sample_flash(kind, tmp_path / "flash.bin"), speed=1000)
