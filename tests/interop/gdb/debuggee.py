# SPDX-License-Identifier: Apache-2.0
"""The program that GDB debugs (programs/), what tools of others say of it, and boards with espocd serving them to GDB."""
import contextlib
import dataclasses
import functools
import os
import pathlib
import re
import signal
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "board"))

from gdb_client import serving  # noqa: E402
from rig import BUILD  # noqa: E402

C_FLAGS = ["-Og", "-fno-inline", "-g3", "-nostdlib", "-ffreestanding", "-static", "-Wall", "-Wextra", "-Werror"]
XTENSA_GDBS = os.environ.get("ESPOCD_XTENSA_GDB")  # a directory of xtensa-esp32-gdb and xtensa-esp32s3-gdb: Debian has none


@dataclasses.dataclass(frozen=True)
class Machine:
    """One chip with the program for it. A cause is what the trap says of a crash, by make_trouble's kinds; None: it stops there."""

    chip: str
    board: str
    gdb: str
    tools: str
    flags: tuple
    start: str
    cause: str
    cause_pc: str
    causes: dict
    scratch: tuple  # registers that GDB may set to any value
    returns: tuple  # instructions that go back to where ra, a0 say
    link: str
    abi_is_gdbs: bool  # else GDB knows another one for this core than the compiler: no calls, no saved registers of frames


RISCV = {"tools": "riscv64-unknown-elf-", "flags": ("-march=rv32imc_zicsr", "-mabi=ilp32", "-mno-relax"), "start": "start_riscv.S",
         "cause": "(unsigned long)$mcause & 0xff", "cause_pc": "(unsigned long)$mepc", "scratch": ("t0", "s11", "mscratch"),
         "causes": {1: 2, 2: 5, 3: 7, 4: 1, 5: None, 6: 11}, "returns": ("ret",), "link": "ra", "abi_is_gdbs": True}
XTENSA = {"tools": "xtensa-lx106-elf-", "flags": ("-mlongcalls", "-mtext-section-literals"), "start": "start_xtensa.S",
          "cause": "$exccause", "cause_pc": "(unsigned long)$epc1", "scratch": ("a8", "a15", "misc0"),
          "causes": {1: 0, 2: 3, 3: 3, 4: 2, 5: None, 6: 1}, "returns": ("ret", "ret.n"), "link": "a0",
          "abi_is_gdbs": False}
MACHINES = [Machine("esp32c3", "bare", "gdb-multiarch", **RISCV)]
if XTENSA_GDBS:
    MACHINES += [Machine(chip, board, f"{XTENSA_GDBS}/xtensa-{chip}-gdb", **XTENSA)
                 for chip, board in (("esp32", "esp32-wrover"), ("esp32s3", "esp32s3-n8"))]
SOURCE = (HERE / "programs/debuggee.c").read_text().splitlines()


def build(folder, machine):
    """The program, for the chip's RAM."""
    elf = pathlib.Path(folder, f"{machine.chip}.elf")
    programs = HERE / "programs"
    sources = [str(programs / machine.start), *sorted(map(str, programs.glob("*.c")))]
    subprocess.run([machine.tools + "gcc", *machine.flags, *C_FLAGS, "-T", str(programs / f"{machine.chip}_ram.ld"), *sources, "-lgcc",
                    "-o", elf], check=True)
    return elf


def output_of(*command):
    return subprocess.run(list(map(str, command)), capture_output=True, text=True, check=True).stdout


@functools.lru_cache
def symbols(tools, elf):
    return {w[2]: int(w[0], 16) for w in map(str.split, output_of(tools + "nm", elf).splitlines()) if len(w) == 3}


@functools.lru_cache
def instructions(tools, elf):
    """Each instruction by its address: length, and where a branch or jump of a fixed target goes, else None; by objdump."""
    found = {}
    for line in output_of(tools + "objdump", "-d", elf).splitlines():
        match = re.match(r"\s*([0-9a-f]+):\t([0-9a-f]+)\s+\t(\S+)(?:\t(.*))?", line)
        if match:
            jump = re.match(r"(?:c\.)?(?:b[\w.]+|j|jal|call0|loop\w*)$", match[3]) and re.search(r"([0-9a-f]{8}) <", match[4] or "")
            found[int(match[1], 16)] = (len(match[2]) // 2, match[3], int(jump[1], 16) if jump else None)
    return found


@functools.lru_cache
def line_table(tools, elf):
    """Address to file and line, as readelf prints the table."""
    rows = []
    for line in output_of(tools + "readelf", "--debug-dump=decodedline", elf).splitlines():
        match = re.match(r"(\S+\.[cS])\s+(\d+|-)\s+(0x[0-9a-f]+|0)", line)
        if match:
            rows.append((int(match[3], 16), match[1], None if match[2] == "-" else int(match[2])))
    return sorted(rows, key=lambda row: row[0])


def line_of(text):
    """The number of the only line of the program with this text."""
    found = [i for i, line in enumerate(SOURCE, 1) if text in line]
    assert len(found) == 1, (text, found)
    return found[0]


@contextlib.contextmanager
def board_of(machine, folder):
    """A board of a machine; gives the arguments that lead espocd there."""
    if machine.board == "bare":
        with bare_board() as args:
            yield args
    else:
        yield [f"--sim={machine.board}", "--sim-flash", pathlib.Path(folder, "flash.bin")]


@contextlib.contextmanager
def bare_board(kind="esp32c3"):
    """The bare RISC-V board of tests/interop/riscv_board; gives the arguments that lead espocd there."""
    server = subprocess.Popen([str(BUILD / "tests/interop/riscv_board/riscv_board"), kind], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True)
    try:
        port = re.search(r"port (\d+)", server.stdout.readline())[1]
        yield ["-c", f"adapter driver remote_bitbang; remote_bitbang host 127.0.0.1; remote_bitbang port {port}; adapter speed 20000",
               # There is no flash controller on it to ask what the windows show.
               "-f", "target/esp32c3.cfg", "-c", "gdb memory_map disable"]
    finally:
        server.send_signal(signal.SIGTERM)
        _, err = server.communicate(timeout=30)
        assert server.returncode == 0, err


__all__ = ["BUILD", "MACHINES", "board_of", "build", "instructions", "line_of", "line_table", "serving", "symbols"]
