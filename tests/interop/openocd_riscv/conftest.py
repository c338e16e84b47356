# SPDX-License-Identifier: Apache-2.0
import shutil

import pytest
import rv_board


@pytest.fixture(scope="session", autouse=True)
def programs():
    """What these tests need; without it they do not pass, so that nothing is forgotten."""
    for path in (rv_board.SERVER, rv_board.ocd.ESPOCD):
        assert path.exists(), f"{path} is missing: run 'make build'"
    assert shutil.which("openocd"), "openocd is missing: tools/packages.txt names its package"


@pytest.fixture(params=rv_board.PAIRS, ids=lambda pair: f"{pair[0].name} {pair[1]}")
def board(request, tmp_path):
    b = rv_board.Board(*request.param, tmp_path)
    yield b
    b.close()
