# SPDX-License-Identifier: Apache-2.0
"""Bad input to the two faces that program a chip, espocd flash and the command line of OpenOCD (with and without exit): one
message, the status as documented, the flash untouched. What only one of them knows is in test_flash.py and
test_openocd_program.py."""
import json
import os
import random
import re
import socket
import struct
import subprocess

import pytest
from rig import LIKE_A_USER, PROGRAM, run_program

SIZE = 8 << 20
OLD = random.Random(1).randbytes(SIZE)
BOARD = ["-f", "board/esp32-wrover-kit-3.3v.cfg"]
QUIET = ["-c", "gdb port disabled; telnet port disabled; tcl port disabled"]
FACES = ["flash", "program_esp", "program_esp exit", "program_esp_bins exit"]


def header(chip=0, least=0, most=0xFFFF):
    return struct.pack("<BBBBI", 0xE9, 1, 2, 0x20, 0x40080000) + b"\xee\0\0\0" + struct.pack("<HBHH", chip, 0, least, most)


@pytest.fixture
def place(tmp_path):
    """A folder with files of all kinds, and a virtual board whose flash is full."""
    (tmp_path / "flash.bin").write_bytes(OLD)
    (tmp_path / "good").write_bytes(b"\x01" + random.Random(2).randbytes(5000))
    (tmp_path / "empty").write_bytes(b"")
    (tmp_path / "folder").mkdir()
    (tmp_path / "closed").write_bytes(b"\x01")
    (tmp_path / "closed").chmod(0)
    (tmp_path / "huge").write_bytes(bytes(SIZE + 1))
    (tmp_path / "s3").write_bytes(header(chip=9) + bytes(2000))
    (tmp_path / "rev4").write_bytes(header(least=400, most=499) + bytes(2000))
    return tmp_path


def command(face, name, offset, *, sim=(), force=False):
    sim = ["--sim", "--sim-flash", "flash.bin", *sim]
    if face == "flash":
        return ["flash", *sim, *(["--force"] if force else []), f"{name}@{offset}"]
    words = "verify" + (" force" if force else "") + (" exit" if face.endswith("exit") else "")
    if face.startswith("program_esp_bins"):
        return [*sim, *BOARD, *QUIET, "-c", f"program_esp_bins . args.json {words}"]
    return [*sim, *BOARD, *QUIET, "-c", f"program_esp {name} {offset} {words}" + ("" if "exit" in words else "; shutdown")]


def run(place, face, name, offset, before=(), **more):
    (place / "args.json").write_text(json.dumps({"flash_files": {offset: name}}))
    return run_program(*command(face, name, offset, **more), cwd=place, before=before)


def message(result):
    starts = [m.start() for m in re.finditer(r"^(espocd[a-z ]*: |Error: |error: )", result.err, re.M)]
    assert len(starts) == 1, result
    return result.err[starts[0]:].replace("\n", " ")


BAD = [
    ("missing", "0x10000", "'?missing", 1),
    ("empty", "0x10000", "empty", 1),
    ("folder", "0x10000", "directory", 1),
    ("huge", "0x0", "flash.*0x800000", 1),
    ("good", "0x7ff000", "flash.*0x800000", 1),
    ("good", "0x800000", "flash.*0x800000", 1),
    ("good", "0xffffc000", "flash.*0x800000", 1),
    ("good", "0x100000000", "4 GB|32 bits|0x100000000", 2),
    ("good", "ten", "[\"']ten[\"']", 2),
    ("good", "0xZZ", "0xZZ", 2),
    ("good", "10k0", "10k0", 2),
    ("good", "-4096", "-4096", 2),
    ("good", "0x10001", "0x10001.*not aligned", 1),
    ("good", "0x10800", "0x10800.*not aligned", 1),
    ("s3", "0x10000", "(?i)esp32-?s3", 1),
    ("rev4", "0x10000", "400|4\\.0", 1),
]


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize("name, offset, says, status", BAD, ids=[f"{b[0]}@{b[1]}" for b in BAD])
def test_bad_file_or_offset(place, face, name, offset, says, status):
    result = run(place, face, name, offset)
    assert result.status == (status if face == "flash" else 1), result
    assert re.search(says, message(result)), result
    assert (place / "flash.bin").read_bytes() == OLD


@pytest.mark.parametrize("face", FACES)
def test_a_file_that_may_not_be_read(place, face):
    result = run(place, face, "closed", "0x10000", before=LIKE_A_USER if os.geteuid() == 0 else ())
    assert result.status == 1 and "closed" in message(result) and "ermission" in message(result)
    assert (place / "flash.bin").read_bytes() == OLD


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize("name", ["s3", "rev4"])
def test_force_writes_what_is_for_another_chip(place, face, name):
    assert run(place, face, name, "0x10000", force=True).status == 0
    wanted = (place / name).read_bytes()
    assert (place / "flash.bin").read_bytes() == OLD[:0x10000] + wanted + OLD[0x10000 + len(wanted):]


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize("offset", [0x10001, 0x10FFF, 0x12345, SIZE - 5001])
def test_forced_to_an_unaligned_offset_neighbours_stay(place, face, offset):
    assert run(place, face, "good", hex(offset), force=True).status == 0
    wanted = (place / "good").read_bytes()
    assert (place / "flash.bin").read_bytes() == OLD[:offset] + wanted + OLD[offset + len(wanted):]


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize("size", [0, 1000, SIZE - 1, SIZE + 1])
def test_a_flash_file_of_a_wrong_size(place, face, size):
    (place / "flash.bin").write_bytes(OLD[:size] + bytes(max(0, size - SIZE)))
    before = (place / "flash.bin").read_bytes()
    result = run(place, face, "good", "0x10000")
    assert result.status == 1 and f"{size} bytes" in message(result) and "8388608" in message(result), result
    assert (place / "flash.bin").read_bytes() == before


# --- names ---

@pytest.mark.parametrize("args, status, says", [
    (["nonsense"], 2, "nonsense"),
    (["--sim", *BOARD, "-c", "nonsense 1"], 1, 'invalid command name "nonsense"'),
    (["-f", "interface/nonsense.cfg"], 1, "nonsense.cfg.*looked in"),
    (["-f", "board/nonsense.cfg"], 1, "nonsense.cfg.*looked in"),
    (["-c", "adapter driver nonsense"], 1, "there is no adapter 'nonsense'; there are: "),
    (["-c", "adapter driver jlink; transport select jtag", "-f", "target/esp32.cfg", "-c", "init"], 3, "'jlink' is not in this"),
    (["flash", "-f", "board/nonsense.cfg", "good@0"], 1, "nonsense.cfg"),
    (["sim", "--rbb", "99999"], 2, "65535"),
    (["sim", "--flash", "folder", "--run", "1"], 1, "folder"),
])
def test_unknown_names(place, args, status, says):
    result = run_program(*args, cwd=place)
    assert result.status == status and re.search(says, result.err), result
    assert len(re.findall(r"^(espocd[a-z ]*: |Error: |error: )", result.err, re.M)) == 1, result


# Every command that takes a virtual board or a chip, and how it says which.
ON_A_CHIP = [["flash", "good@0"], ["verify", "good@0"], ["read", "0", "16", "-o", "out"], ["erase", "0", "0x1000"], ["map"], ["doctor"]]
SIM = {"board": "--sim={}", "part": "--sim --sim-flash-part {}", "state": "--sim --sim-flash-state {}",
       "fault": "--sim --sim-fault {}", "chip": "--sim --chip {}", "chip alone": "--chip {}"}
SERVER = {"board": "--board {}", "part": "--flash-part {}", "state": "--flash-state {}", "fault": "--fault {}"}
KNOWN = {"board": "esp32-wrover, esp32s3-n8", "part": "W25Q64JV, ", "state": "qpi, ", "fault": "tdo-high, ", "chip": "esp32, esp32s3", "image": "esp32s2, esp32c3"}
UNKNOWN_NAMES = [
    *[(command, form, what) for command in ON_A_CHIP for what, form in SIM.items()],
    *[(["sim", "--run", "1"], form, what) for what, form in SERVER.items()],
    *[([*BOARD, "-c", "init; shutdown"], SIM[what], what) for what in ("board", "part", "state", "fault")],
    *[(["-c", "shutdown"], SIM[what], what) for what in ("board", "part", "state", "fault")],
    (["map", "good"], "--chip {}", "image chip"),
    (["image", "create", "good"], "--chip {}", "image chip"),
]


@pytest.mark.parametrize("command, form, what", UNKNOWN_NAMES, ids=[f"{' '.join(c)[:16]}-{w}" for c, _, w in UNKNOWN_NAMES])
def test_an_unknown_name_is_wrong_usage_and_what_is_known_is_listed(place, command, form, what):
    options = form.format("nonsense").split()
    words = [*command, *options] if command[0][0] != "-" else [*options, *command]
    result = run_program(*words, cwd=place)
    assert result.status == 2, result
    text = message(result)
    assert "nonsense" in text and KNOWN[what.split()[0]] in text, result
    assert not (place / "out").exists()


CONFIGS = {
    "command.cfg": ("set a 1\n\nif {$a} {\n  foo bar\n}\n", r"command\.cfg:4: .*foo"),
    "brace.cfg": ("set a 1\nset b {\n", r"brace\.cfg:2: missing close-brace"),
    "variable.cfg": ("\n\n\nputs $nothing\n", r"variable\.cfg:4: .*nothing"),
    "outer.cfg": ("# a comment\nsource command.cfg\n", r"command\.cfg:4: .*foo.*outer\.cfg:2"),
    "tap.cfg": ("jtag newtap\n", r"tap\.cfg:1"),
}


@pytest.mark.parametrize("face", ["flash", "openocd"])
@pytest.mark.parametrize("name", CONFIGS)
def test_an_error_in_a_configuration_names_file_and_line(place, face, name):
    for each, (text, _) in CONFIGS.items():
        (place / each).write_text(text)
    start = ["flash", "--sim", "--sim-flash", "flash.bin", "good@0"] if face == "flash" else ["--sim", "--sim-flash", "flash.bin"]
    result = run_program(*start, "-f", name, cwd=place)
    assert result.status == 1 and re.search(CONFIGS[name][1], message(result)), result
    assert (place / "flash.bin").read_bytes() == OLD


# --- the chain ---

TAP = "jtag newtap a t{} -irlen 5 -expected-id {};"


@pytest.mark.parametrize("taps, says", [
    (["0x120034e5"], "has 2 TAPs .* names 1: .*Name every TAP"),
    (["0x120034e5"] * 3, "only 2 of the 3 TAPs"),
    (["0x120034e5", "0x12345678"], "0x120034e5 .* not 0x12345678: .*another chip"),
])
def test_another_chain_than_expected(place, taps, says):
    script = "".join(TAP.format(i, tap) for i, tap in enumerate(taps))
    result = run_program("--sim", "--sim-flash", "flash.bin", *QUIET, "-c", script, "-c", "init; shutdown", cwd=place)
    assert result.status == 3 and re.search(says, message(result)), result
    assert (place / "flash.bin").read_bytes() == OLD


def test_the_chip_that_is_there_is_named():
    result = run_program("--sim=esp32c3-n4", *QUIET, "-c", TAP.format(0, "0x120034e5"), "-c", "init; shutdown")
    assert result.status == 3 and "0x00005c25 is an ESP32-C3: target/esp32c3.cfg is for it" in message(result), result


# --- ports ---

@pytest.fixture
def busy_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        s.listen()
        yield str(s.getsockname()[1])


def test_the_port_of_the_sim_server_is_in_use(busy_port):
    result = run_program("sim", "--rbb", busy_port)
    assert result.status == 1 and busy_port in message(result) and "in use" in message(result)
    assert f", process {os.getpid()})" in message(result), message(result)


@pytest.mark.parametrize("server", ["telnet", "tcl"])
def test_a_port_is_in_use(place, server, busy_port):
    other = "tcl" if server == "telnet" else "telnet"
    args = ["--sim", "--sim-flash", "flash.bin", *BOARD, "-c", f"{server} port {busy_port}; {other} port disabled; gdb port disabled", "-c", "init"]
    done = subprocess.run([str(PROGRAM), *args], cwd=place, capture_output=True, text=True, timeout=60, check=False,
                          stdin=subprocess.DEVNULL)
    assert done.returncode == 1, done.stderr
    errors = [line for line in done.stderr.splitlines() if line.startswith("Error: ")]
    assert len(errors) == 1 and busy_port in errors[0] and "in use" in errors[0], done.stderr
    assert (place / "flash.bin").read_bytes() == OLD
