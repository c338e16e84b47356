# SPDX-License-Identifier: Apache-2.0
"""The program, run as a user runs it. ESPOCD_BUILD names the build directory (default: build)."""
import os
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("ESPOCD_BUILD", ROOT / "build")).resolve()
PROGRAM = BUILD / "espocd"


class Result:
    """One run: exit status, what it printed."""

    def __init__(self, args, done):
        self.args, self.status, self.out, self.err = args, done.returncode, done.stdout, done.stderr

    def __repr__(self):
        return f"espocd {' '.join(map(str, self.args))}\nstatus {self.status}\n{self.out}\n{self.err}"


# Runs a program of root's without the right to open every file, so that root's tests see what a user sees.
LIKE_A_USER = ["setpriv", "--bounding-set", "-dac_override,-dac_read_search", "--inh-caps", "-dac_override,-dac_read_search"]


def run_program(*args, cwd=None, timeout=120, env=None, before=()):
    done = subprocess.run([*before, str(PROGRAM), *map(str, args)], capture_output=True, text=True, cwd=cwd, timeout=timeout,
                          env=env, stdin=subprocess.DEVNULL, errors="replace", check=False)
    return Result(args, done)
