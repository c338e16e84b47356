# SPDX-License-Identifier: Apache-2.0
"""espocd gdb: which GDB is started, what it is told, and what is left when it ends. A script plays GDB."""
import os
import stat
import subprocess
import sys

import pytest

from rig import BUILD, PROGRAM

HERE = os.path.dirname(os.path.abspath(__file__))
PLAYS_GDB = f"""#!{sys.executable}
import re, sys
sys.path.insert(0, {HERE!r})
from gdb_client import Gdb
print("ARGS", sys.argv[1:])
with Gdb(int(re.search(r"127.0.0.1:(\\d+)", " ".join(sys.argv))[1])) as gdb:
    print("STOP", gdb.ask("?"))
    print("MONITOR", gdb.monitor("reset halt")[0], hex(gdb.register(0)))
"""


@pytest.fixture
def tools(tmp_path):
    """A directory for programs that play GDB."""
    folder = tmp_path / "bin"
    folder.mkdir()
    return folder


def play(folder, name, text=PLAYS_GDB):
    path = folder / name
    path.write_text(text)
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def run(tools, *args):
    env = dict(os.environ, PATH=str(tools), IDF_TOOLS_PATH=str(tools.parent / "idf"))
    done = subprocess.run([str(PROGRAM), "gdb", *map(str, args)], env=env, capture_output=True, text=True, timeout=120,
                          stdin=subprocess.DEVNULL, check=False)
    return done


def elf(chip):
    path = BUILD / f"sim/rom/{chip}_app.elf"
    if not path.exists():
        pytest.skip("the samples were not built (no cross compiler)")
    return path


@pytest.mark.parametrize("board, chip", [("esp32-wrover", "esp32"), ("esp32s3-n8", "esp32s3")])
def test_the_gdb_of_the_chip_is_run_up_to_the_programs_begin(tools, board, chip):
    for other in ("esp32", "esp32s3"):
        play(tools, f"xtensa-{other}-elf-gdb", PLAYS_GDB.replace("ARGS", f"I am {other}\nARGS".replace("\n", "\\n")))
    done = run(tools, f"--sim={board}", elf(chip))
    assert done.returncode == 0, done
    assert f"I am {chip}" in done.stdout
    assert "STOP T02thread:1;" in done.stdout and "MONITOR OK 0x40000400" in done.stdout
    assert f"['-q', '{elf(chip)}', '-ex', 'set remotetimeout 10', '-ex', 'target extended-remote 127.0.0.1:" in done.stdout
    assert ("'-ex', 'monitor reset halt', '-ex', 'maintenance flush register-cache', '-ex', 'thbreak app_main', '-ex', "
            "'continue']") in done.stdout


def test_a_tool_of_esp_idf_is_found_and_the_newest_is_taken(tools):
    for version in ("12.1_20221002", "16.2_20250324"):
        folder = tools.parent / "idf/tools/xtensa-esp-elf-gdb" / version / "xtensa-esp-elf-gdb/bin"
        folder.mkdir(parents=True)
        play(folder, "xtensa-esp32-elf-gdb", f"#!/bin/sh\necho version {version}\n")
    done = run(tools, "--sim=esp32-wrover")
    assert done.returncode == 0 and done.stdout == "version 16.2_20250324\n", done


def test_what_is_said_when_there_is_none(tools):
    done = run(tools, "--sim=esp32s3-n8")
    assert done.returncode == 1
    assert "there is no GDB for the ESP32-S3" in done.stderr and "xtensa-esp32s3-elf-gdb" in done.stderr
    assert "idf_tools.py install xtensa-esp-elf-gdb" in done.stderr and "--gdb PROGRAM" in done.stderr


@pytest.mark.parametrize("option, words", [(["--attach"], []), (["--live"], []), (["-b", "app_work"], ["thbreak app_work"])])
def test_where_it_stops(tools, option, words):
    gdb = play(tools, "mine", PLAYS_GDB)
    done = run(tools, "--sim=esp32-wrover", "--gdb", gdb, *option, elf("esp32"), "--", "-batch")
    assert done.returncode == 0, done
    assert ("monitor reset halt" in done.stdout) == bool(words)
    assert "'-batch']" in done.stdout and "app_main" not in done.stdout
    for word in words:
        assert word in done.stdout
    assert ("STOP T00thread:1;" in done.stdout) == (option == ["--live"])


@pytest.mark.parametrize("args, status, text", [
    ([], 2, "there is no adapter: name it and the chip"),
    (["--sim", "nothing.elf"], 1, "nothing.elf cannot be read"),
    (["--sim", __file__], 1, "is no ELF file"),
    (["--sim", "--gdb", "/nothing/there"], 0, "/nothing/there cannot be run"),
    (["-f", "board/esp32-wrover-kit-3.3v.cfg"], 3, "adapter 'ftdi' is not in this espocd yet"),
    (["--sim=esp32-wrover", "--chip", "esp33"], 1, "Can't find target/esp33.cfg"),
])
def test_what_is_wrong_is_said(tools, args, status, text):
    done = run(tools, *args)
    assert done.returncode == status and text in done.stderr, done
