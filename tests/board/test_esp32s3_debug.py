# SPDX-License-Identifier: Apache-2.0
"""OpenOCD's command line on the ESP32-S3's boards: what differs from the ESP32."""
import re

import pytest

BOARD = ["--sim", "-f", "board/esp32s3-builtin.cfg"]
BOARDS = ["esp32s3-n8", "esp32s3-n32r16v"]
CODE = 0x40380000  # SRAM1 on the instruction bus
# SENSITIVE, CORE_X_IRAM0_PMS_CONSTRAIN: world 0's word with all but writes to SRAM; its lock is two words before.
FORBID_WRITES, LOCK = "mww 0x600C10E0 0x1ffb6d", "mww 0x600C10D8 1"
VIOLATION = "mdw 0x600C10EC"  # CORE_0_IRAM0_PMS_MONITOR_2: bit 0, an access was denied


def tried(command):
    """A line that prints what a command says, also when it fails."""
    return f'catch {{{command}}} said; echo "<$said>"'


def answers(run):
    return re.findall(r"<(.*?)>", run.err, re.S)


@pytest.mark.parametrize("board", BOARDS)
def test_halts_at_the_vector(espocd, board):
    run = espocd(f"--sim={board}", "-f", "target/esp32s3.cfg", "-c", "init; reset halt", "-c", tried("reg pc"), "-c",
                 tried("esp32s3.cpu0 curstate"), "-c", tried("esp32s3.cpu1 curstate"), "-c", "shutdown")
    assert answers(run)[0].strip() == "pc (/32): 0x40000400"
    assert answers(run)[1:] == ["halted", "reset"]
    assert "[esp32s3.cpu0] Reset cause (3) - (Software core reset)" in run.err


@pytest.mark.parametrize("config", ["builtin", "ftdi", "bridge"])
def test_the_board_fits_the_configured_chip(espocd, config):
    run = espocd("--sim", "-f", f"board/esp32s3-{config}.cfg", "-c", "init", "-c", tried("target names"), "-c",
                 "shutdown")
    assert answers(run) == ["esp32s3.cpu0 esp32s3.cpu1"]
    assert "this is an" not in run.err


@pytest.mark.parametrize("board, chip", [("esp32-wrover", "esp32s3"), ("esp32s3-n8", "esp32")])
def test_a_board_with_another_chip_is_refused(espocd, board, chip):
    run = espocd(f"--sim={board}", "-f", f"target/{chip}.cfg", "-c", "init", status=1)
    assert f"the virtual board {board} has an" in run.err and "--sim alone for a board that fits" in run.err


def test_one_core_alone(espocd):
    run = espocd("-c", "set ESP32_S3_ONLYCPU 1", *BOARD, "-c", "init; halt", "-c", tried("esp32s3 curstate"), "-c",
                 "shutdown")
    assert answers(run) == ["halted"]


def test_permissions_that_are_not_locked_do_not_hinder(espocd):
    run = espocd(*BOARD, "-c", f"init; reset halt; {FORBID_WRITES}", "-c", tried(f"mww {CODE:#x} 0x12345678"), "-c",
                 tried(f"mdw {CODE:#x}"), "-c", tried("mdw 0x600C10E0"), "-c", tried(VIOLATION), "-c", "shutdown")
    said = [a.split(":")[-1].strip() for a in answers(run)]
    assert said == ["", "12345678", "001ffb6d", "00000000"]  # written, and the program's permissions are as they were


def test_a_locked_write_is_refused_until_a_reset(espocd):
    write = f"mww {CODE:#x} 0x12345678"
    run = espocd(*BOARD, "-c", f"init; reset halt; mww {CODE:#x} 0x600dcafe; {FORBID_WRITES}; {LOCK}", "-c",
                 tried("esp32s3_memprot_is_enabled"), "-c", tried(write), "-c", tried(f"mdw {CODE:#x}"), "-c",
                 tried(VIOLATION), "-c", tried(f"mww {CODE:#x} 0x600dcafe"), "-c", tried(VIOLATION), "-c", "reset halt",
                 "-c", tried("esp32s3_memprot_is_enabled"), "-c", tried(write), "-c", tried(f"mdw {CODE:#x}"), "-c",
                 "shutdown")
    enabled, refused, word, violation, same, still, after, written, now = answers(run)
    assert same == "" and still.split()[-1] == "00000000"  # what is there already is not written
    assert enabled == "1" and after == "0"
    assert "0x40380000 (SRAM1 (code)) was not written" in refused and "reset halt" in refused
    assert word.split()[-1] == "600dcafe" and violation.split()[-1] == "00000000"
    assert written == "" and now.split()[-1] == "12345678"


def test_a_halted_chip_is_not_bitten(espocd):
    """Four watchdogs, the super watchdog among them, which bites in a second or so."""
    run = espocd(*BOARD, "-c", "init; reset halt; sleep 5000", "-c", tried("esp32s3.cpu0 curstate"), "-c",
                 tried("mdw 0x60008038"), "-c", "shutdown")
    state, reset_state = answers(run)
    assert state == "halted" and int(reset_state.split()[-1], 16) & 0x3F == 3
