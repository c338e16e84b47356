# SPDX-License-Identifier: Apache-2.0
"""Targets, memory, registers, breakpoints and events through OpenOCD's commands on a virtual board."""
import random
import re

import pytest

BOARD = ["-f", "board/esp32-wrover-kit-3.3v.cfg"]
RAM = 0x3FFB0000
CODE = 0x40080000


@pytest.fixture
def on_board(espocd):
    """Runs commands on a halted board and gives what they printed."""

    def run(*commands, before=(), status=0, **more):
        args = [a for c in (*before, "init; reset halt", *commands, "shutdown") for a in ("-c", c)]
        return espocd("--sim", *BOARD, *args, status=status, **more).err

    return run


def test_init_says_what_openocd_says(on_board):
    said = on_board("targets", "scan_chain")
    assert re.search(r"^Info : clock speed \d+ kHz$", said, re.M)
    for tap in ("esp32.tap0      ", "esp32.tap0"):
        assert re.search(rf"^Info : JTAG tap: {tap.strip()} tap/device found: 0x120034e5 \(mfg: 0x272 \(Tensilica\), "
                         r"part: 0x2003, ver: 0x1\)$", said, re.M)
    assert re.search(r"^ 0\* esp32\.cpu0 +esp32 +little esp32\.tap0 +halted *$", said, re.M)
    assert re.search(r"^ 1  esp32\.cpu1 +esp32 +little esp32\.tap1 +\w+ *$", said, re.M)
    row = next(line for line in said.splitlines() if line.startswith(" 1 esp32.tap1"))
    assert row.split()[3] == "0x120034e5"
    assert "gdb connections" not in said


def test_reset_halt_stops_at_the_vector(on_board):
    said = on_board("reg pc", "esp32.cpu0 curstate", "esp32.cpu0 debug_reason", "get_reg pc")
    assert "pc (/32): 0x40000400" in said
    assert "[esp32.cpu0] Target halted, PC=0x40000400" in said
    assert re.search(r"Reset cause \(\d+\) - \(.+\)", said)
    assert "\nhalted\n" in said and "pc 0x40000400" in said


def test_a_chip_that_resets_over_and_over_is_not_said_for_ever(espocd):
    look = "for {set i 0} {$i < 8} {incr i} {sleep 400; poll}"
    said = espocd("--sim", *BOARD, *(a for c in ("init", look, "reset halt", "reset run", look, "shutdown") for a in ("-c", c))).err
    assert said.count("the chip was reset\n") == 4
    assert said.count("the chip is reset again and again") == 2


def test_memory_commands(on_board):
    said = on_board(f"mww {RAM:#x} 0x11223344 3; mwh {RAM + 4:#x} 0xaabb; mwb {RAM + 9:#x} 0x5a", f"mdw {RAM:#x} 3",
                    f"mdh {RAM + 4:#x} 2", f"mdb {RAM + 8:#x} 4", f"write_memory {RAM:#x} 16 {{1 2 0xffff}}",
                    f"read_memory {RAM:#x} 8 6", f"esp32.cpu0 mdw {RAM:#x}")
    assert f"{RAM:#010x}: 11223344 1122aabb 11225a44 \n" in said
    assert f"{RAM + 4:#010x}: aabb 1122 \n" in said
    assert f"{RAM + 8:#010x}: 44 5a 22 11 \n" in said
    assert "0x1 0x0 0x2 0x0 0xff 0xff\n" in said
    assert f"{RAM:#010x}: 00020001 \n" in said


def test_images_in_memory(on_board, tmp_path):
    data = random.Random(5).randbytes(5001)
    (tmp_path / "in.bin").write_bytes(data)
    said = on_board(f"load_image in.bin {RAM:#x} bin", f"verify_image in.bin {RAM:#x} bin",
                    f"dump_image out.bin {RAM:#x} 5001", f"mwb {RAM + 70:#x} {data[70] ^ 1}",
                    f"catch {{verify_image in.bin {RAM:#x} bin}} why; set why", cwd=tmp_path)
    assert f"5001 bytes written at address {RAM:#010x}" in said
    assert re.search(r"downloaded 5001 bytes in [\d.]+s \([\d.]+ KiB/s\)", said)
    assert re.search(r"verified 5001 bytes in ", said) and "dumped 5001 bytes in " in said
    assert (tmp_path / "out.bin").read_bytes() == data
    assert f"diff 0 address {RAM + 70:#010x}. Was {data[70] ^ 1:#04x} instead of {data[70]:#04x}" in said


def test_intel_hex(on_board, tmp_path):
    (tmp_path / "a.hex").write_text(f":020000043FFB00\r\n:0400000001020304F2\r\n:00000001FF\r\n".replace("3FFB00", "3FFBC0"))
    said = on_board("load_image a.hex 0 ihex", f"mdw {RAM:#x}", cwd=tmp_path)
    assert f"{RAM:#010x}: 04030201" in said
    (tmp_path / "b.hex").write_text(":0400000001020304F3\n")
    assert "b.hex:1: " in on_board("load_image b.hex 0 ihex", cwd=tmp_path, status=1)


def test_registers(on_board):
    said = on_board("reg a3 0x12345678", "reg a3", "set_reg {a4 7}", "get_reg {a3 a4}", "reg")
    assert "a3 (/32): 0x12345678" in said and "a3 0x12345678 a4 0x00000007" in said
    assert re.search(r"^\(0\) pc \(/32\): 0x40000400", said, re.M)
    # A list of a halted core has every value but of registers that reading or writing would disturb.
    assert set(re.findall(r"^\(\d+\) (\w+) \(/\d+\)$", said, re.M)) == {"mmid", "ddr", "intset", "intclear"}
    assert "register nothing not found in current target" in on_board("reg nothing", status=1)
    assert "unknown register 'x'" in on_board("get_reg x", status=1)


def test_breakpoints(on_board):
    """A loop of NOPs in RAM with a jump back: j . - 6. PS as programs have it: at a reset it masks the debugger too."""
    said = on_board("reg ps 0x40020", f"write_memory {CODE:#x} 8 {{0xf0 0x20 0 0xf0 0x20 0 0x86 0xfd 0xff}}", f"reg pc {CODE:#x}", "step", "reg pc",
                    f"bp {CODE + 6:#x} 3 hw", "bp", "resume", "wait_halt 1000", "reg pc", "esp32.cpu0 debug_reason",
                    "rbp all", "bp", f"wp {RAM:#x} 4 w", "wp", f"rwp {RAM:#x}")
    assert f"pc (/32): {CODE + 3:#010x}" in said
    assert f"breakpoint set at {CODE + 6:#010x}" in said
    assert f"Hardware breakpoint(IVA): addr={CODE + 6:#010x}, len=0x3, num=0" in said
    assert f"pc (/32): {CODE + 6:#010x}" in said and "\nbreakpoint\n" in said
    assert f"address: {RAM:#010x}, len: 0x00000004, r/w/a: w" in said


def test_events_run_their_handlers(on_board):
    said = on_board("resume; sleep 10; halt", before=(
        "esp32.cpu0 configure -event halted {echo <[esp32.cpu0 curstate]>} -event resumed {echo <resumed>}",
        "foreach e {reset-start reset-assert-pre reset-assert-post reset-deassert-pre reset-deassert-post reset-end "
        "examine-start} {esp32.cpu0 configure -event $e \"echo <$e>\"}"))
    marks = re.findall(r"^<(.+)>$", said, re.M)
    wanted = ["examine-start", "reset-start", "reset-assert-pre", "reset-assert-post", "reset-deassert-pre",
              "reset-deassert-post"]
    assert [m for m in marks if m in wanted] == wanted
    assert "resumed" in marks and marks.count("halted") >= 2 and "reset-end" in marks


def test_scripts_see_the_chip(on_board):
    said = on_board("echo [esp32.cpu0 cget -revision]", "echo [esp_get_mac format]", "xtensa smpbreak", "xtensa maskisr", "poll")
    assert re.search(r"^3\d\d$", said, re.M)
    assert re.search(r"^([0-9a-f]{2}:){5}[0-9a-f]{2}$", said, re.M)
    assert "BreakIn BreakOut" in said and "mode: ON" in said and "background polling: on" in said


def test_raw_scans(on_board):
    said = on_board("irscan esp32.tap0 0x1e esp32.tap1 0x1e", "echo [drscan esp32.tap0 32 0]", "runtest 10")
    assert re.search(r"^120034e5$", said, re.M)


def test_bad_accesses_say_where(on_board):
    assert "is not a multiple of 4" in on_board(f"mdw {RAM + 1:#x}", status=1)
    assert "0x00000000" in on_board("mdw 0", status=1)
    assert "past the end of the address space" in on_board("mdw 0xfffffff0 5", status=1)
    assert "does not fit into 8 bits" in on_board(f"mwb {RAM:#x} 256", status=1)


def test_a_board_alone_is_a_configuration(espocd):
    said = espocd("--sim", "-c", "init; halt; targets; shutdown").err
    assert "esp32.cpu0" in said and "halted" in said
