# SPDX-License-Identifier: Apache-2.0
"""OpenOCD's command line on the ESP32-C3's board: what differs from chips with Xtensa cores."""
import re

BOARD = ["--sim=esp32c3-n4", "-f", "board/esp32c3-builtin.cfg", "-c", "gdb_port disabled"]
ROM, RTC_FAST, DATA, CODE = 0x40000000, 0x50000000, 0x3FC80000, 0x40380000
OPTIONS0, RESET_STATE, SW_CPU_STALL = 0x60008000, 0x60008038, 0x600080B4
CAUSE, SW_SYS, RTC_WATCHDOG = 0x3F, 3, 0x10
# loop: addi t0,t0,1; sw t0,0(a0); addi t1,t1,2; j loop
LOOP = [0x00128293, 0x00552023, 0x00230313, 0xFF5FF06F]


def tried(command):
    """A line that prints what a command says, also when it fails."""
    return f'catch {{{command}}} said; echo "<$said>"'


def answers(espocd, *commands, options=()):
    run = espocd(*BOARD, *options, *(a for c in commands for a in ("-c", c)), "-c", "shutdown")
    return [a.strip() for a in re.findall(r"<(.*?)>", run.err, re.S)]


def number(text):
    return int(text.split()[-1], 16)


def test_a_chip_in_a_watchdog_loop_is_caught(espocd):
    """Its flash is blank: the ROM finds nothing, and the watchdog bites. A halted chip is left in peace."""
    said = answers(espocd, "init; sleep 2500; halt", tried(f"mdw {RESET_STATE:#x}"), "sleep 4000", tried("esp32c3 curstate"),
                   "reset halt", tried("reg pc"), tried(f"mdw {RESET_STATE:#x}"), "sleep 4000", tried("esp32c3 curstate"), tried("reg pc"))
    assert number(said[0]) & CAUSE == RTC_WATCHDOG
    assert said[1] == said[4] == "halted"
    assert number(said[2]) == number(said[5]) == ROM
    assert number(said[3]) & CAUSE == SW_SYS


def test_a_program_is_stepped_and_stopped(espocd):
    write = [f"mww {RTC_FAST + 4 * i:#x} {word:#x}" for i, word in enumerate(LOOP)]
    said = answers(espocd, "init; reset halt", *write, f"reg a0 {DATA:#x}", "reg t0 0", f"reg pc {RTC_FAST:#x}", "step; step",
                   tried("reg pc"), f"bp {RTC_FAST + 12:#x} 4 hw", "resume; wait_halt 1000", tried("reg pc"), "rbp all",
                   f"bp {RTC_FAST + 8:#x} 4", "resume; wait_halt 1000", tried("reg pc"), "rbp all", f"wp {DATA:#x} 4 w",
                   "resume; wait_halt 1000", tried("reg t0"), "rwp all", tried(f"mdw {CODE:#x}"))
    assert [number(s) for s in said] == [RTC_FAST + 8, RTC_FAST + 12, RTC_FAST + 8, 3, 2]


def test_a_reset_ends_a_stall(espocd):
    """The RTC keeps it over a reset of the digital part, so the debugger takes it away."""
    said = answers(espocd, "init", f"mww {SW_CPU_STALL:#x} 0x84000000", f"mww {OPTIONS0:#x} 0x1c00a008", "reset halt", tried("reg pc"),
                   tried(f"mdw {OPTIONS0:#x}"))
    assert [number(s) for s in said] == [ROM, 0x1C00A000]


def test_instruction_memory_takes_words(espocd):
    """The debugger makes words of what it is to write into code."""
    said = answers(espocd, "init; reset halt", f"mww {CODE:#x} 0x44332211", f"mwb {CODE + 1:#x} 0x99", tried(f"mdw {DATA:#x}"),
                   tried(f"mdb {CODE + 3:#x}"))
    assert [number(s) for s in said] == [0x44339911, 0x44]


def test_efuses_close_the_tap(espocd):
    run = espocd(*BOARD, "--sim-efuse", "DIS_PAD_JTAG=1,DIS_USB_JTAG=1", "-c", "init", status=3)
    assert "no TAP answers" in run.err
    assert answers(espocd, "init; halt", tried("esp32c3 curstate"), options=["--sim-efuse", "DIS_PAD_JTAG=1"]) == ["halted"]
