# SPDX-License-Identifier: Apache-2.0
"""What the whole-program tests share: the program, run as a user runs it."""
import os
import pathlib
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("ESPOCD_BUILD", ROOT / "build")).resolve()
PROGRAM = BUILD / "espocd"


class Result:
    """One run: exit status, what it printed."""

    def __init__(self, args, done):
        self.args, self.status, self.out, self.err = args, done.returncode, done.stdout, done.stderr

    def __repr__(self):
        return f"espocd {' '.join(map(str, self.args))}\nstatus {self.status}\n{self.out}\n{self.err}"


def run_program(*args, cwd=None, timeout=120, env=None):
    done = subprocess.run([str(PROGRAM), *map(str, args)], capture_output=True, text=True, cwd=cwd, timeout=timeout,
                          env=env, stdin=subprocess.DEVNULL, errors="replace", check=False)
    return Result(args, done)


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
