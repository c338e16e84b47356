# SPDX-License-Identifier: Apache-2.0
"""What the whole-program tests share."""
import os
import tempfile

import pytest
from rig import BUILD, run_program

# What the program remembers from one run to the next is not to be the user's.
STATE = tempfile.TemporaryDirectory()
os.environ["XDG_STATE_HOME"] = STATE.name


@pytest.fixture
def espocd():
    """Runs the program and expects an exit status: espocd('image', 'info', path, status=1)."""

    def run(*args, status=0, **options):
        result = run_program(*args, **options)
        assert result.status == status, result
        return result

    return run


@pytest.fixture
def build_dir():
    """A sample build directory: bootloader, table at 0xE000, OTA data and app, as the project's own build makes it."""
    folder = BUILD / "sim/rom/demo-e000"
    if not (folder / "flasher_args.json").exists():
        pytest.skip("the samples were not built (no cross compiler)")
    return folder
