# SPDX-License-Identifier: Apache-2.0
"""Cores that do not run: software has stalled them, or the chip sleeps."""
import re

import pytest

BOARD = ["-f", "board/esp32-wrover-kit-3.3v.cfg"]
CODE, SPARE = 0x40080000, 0x3FFB0000
OPTIONS0, SW_CPU_STALL = 0x3FF48000, 0x3FF480AC
# s32i.n a2, a3, 0; s32i.n a4, a5, 0; addi.n a6, a6, 1; j -2
STORE_AND_COUNT = "0x29 0x03 0x49 0x05 0x1b 0x66 0x86 0xfe 0xff"
START_APP = "mww 0x3ff00038 0; mww 0x3ff00030 1; mww 0x3ff0002c 1; mww 0x3ff0002c 0; halt"
PRO = (0x21 << 26, 2 << 2)
APP = (0x21 << 20, 2)


@pytest.fixture
def on_board(espocd, tmp_path):
    def run(*commands, status=0, options=()):
        return espocd("--sim", "--sim-flash", tmp_path / "flash.bin", *options, *BOARD, "-c", "gdb_port disabled",
                      *(a for c in commands for a in ("-c", c)), status=status)

    return run


def run_on(core, stores):
    """The commands that let a core run the code; the stores are (value, address)."""
    regs = {"ps": 0, "a2": stores[0][0], "a3": stores[0][1], "a4": stores[1][0], "a5": stores[1][1], "pc": CODE}
    return f"targets esp32.cpu{core}; " + "; ".join(f"reg {name} {value:#x}" for name, value in regs.items())


def stalled(by, *who):
    """Commands after which these cores are stalled, by the program of core `by`."""
    c1, c0 = sum(w[0] for w in who), sum(w[1] for w in who)
    stall = [(c1, SW_CPU_STALL), (0x1C492000 | c0, OPTIONS0)]
    nothing = [(0, SPARE), (0, SPARE)]
    return ["init; reset halt", f"write_memory {CODE:#x} 8 {{{STORE_AND_COUNT}}}", START_APP,
            run_on(0, stall if by == 0 else nothing), run_on(1, stall if by == 1 else nothing),
            "targets esp32.cpu0; resume; sleep 5; poll"]


CASES = {"APP": stalled(0, APP), "PRO": stalled(1, PRO), "both": stalled(1, PRO, APP)}


@pytest.mark.parametrize("case", CASES)
def test_flash_work_on_stalled_cores(on_board, tmp_path, case):
    image = tmp_path / "data.bin"
    image.write_bytes(bytes(range(1, 256)) * 40)
    said = on_board(*CASES[case], f"program_esp {image} 0x10000 verify reset exit").err
    assert "** Verify OK **" in said
    assert ("the reset line (SRST) was pulsed" in said) == (case == "both")
    assert (tmp_path / "flash.bin").read_bytes()[0x10000:0x10000 + 10200] == image.read_bytes()


def test_a_stalled_core_is_halted_and_said_once(on_board):
    said = on_board(*CASES["APP"], "targets", "halt", "targets", "resume; halt; resume; sleep 1",
                    "targets", "shutdown").err
    assert len(re.findall(r"esp32\.cpu1\] software has stalled this core", said)) == 1
    states = re.findall(r"^ 1  esp32\.cpu1 .* (\w+) *$", said, re.M)
    assert states == ["unavailable", "halted", "unavailable"]


def test_two_stalled_cores_are_explained(on_board):
    said = on_board(*CASES["both"], "halt 100", status=1).err
    assert "software has stalled it" in said and "reset halt" in said
