# SPDX-License-Identifier: Apache-2.0
"""Debian's OpenOCD 0.12 and espocd drive the RISC-V debug module of the virtual boards, with their generic target "riscv"
and modules that have different things, and of the virtual ESP32-C3 (rv_board.py); espocd also with its file for that chip.
Each test is run by all.

| test | what the debugger does | what is checked |
| --- | --- | --- |
| examine | init, targets, scan_chain | IDCODE, state; what OpenOCD says that it found |
| halt and resume | halt, resume, halt | the program counts only while it runs |
| registers | reg NAME VALUE for all x, reg for CSRs | each value read back; values of the chip's documents |
| memory | mww/mdw, mwh/mdh, mwb/mdb, each way | through the other alias of the same RAM |
| images | load_image, verify_image, each way | content by the debugger itself, a changed byte is found |
| step | step through a program in RAM | PC and register after each instruction |
| breakpoints | bp hw in ROM, bp in RAM, resume | PC is there, the loop has gone round as often |
| watchpoint | wp w, resume | PC is at the store |
| reset | reset halt, reset run | PC is the reset vector, nothing was done; it runs again |
"""
import ocd
import pytest
import rv_board
from rv_board import DATA, ROM, TWIN

# loop: addi t0,t0,1; sw t0,0(a0); addi t1,t1,2; j loop
PROGRAM = [0x00128293, 0x00552023, 0x00230313, 0xFF5FF06F]


def loop(board):
    return [board.module.code + 4 * n for n in range(4)]


def load_program(board):
    return ["halt", *[f"mww {a:#x} {w:#x}" for a, w in zip(loop(board), PROGRAM)], "reg t0 0", "reg t1 0",
            f"reg a0 {DATA + 0x100:#x}", f"reg pc {board.module.code:#x}"]


def state(text):
    return text.split()[-1]


def test_examines(board):
    module = board.module
    r = board.run(["targets", "scan_chain"])
    assert state(r[1]) == "running"
    assert f"{module.idcode:#010x}" in r[2]
    assert "Error" not in r.output
    if board.debugger == "openocd":
        assert f"datacount={module.datacount} progbufsize={module.progbufsize}" in r.output
        assert "XLEN=32, misa=0x40101104" in r.output
        assert "found 1 harts" in r.output


def test_halts_and_resumes(board):
    r = board.run(["halt", "reg t0", "reg t0", "resume", "targets", "halt", "reg t0", "targets"])
    first, still, later = (ocd.number(r[n]) for n in (2, 3, 7))
    assert still == first > 0
    assert later > first
    assert state(r[5]) == "running" and state(r[8]) == "halted"


def test_reads_and_writes_registers(board):
    values = {f"x{n}" if n in (3, 4) else name: 0x1000100 + 0x111 * n
              for n, name in enumerate("zero ra sp gp tp t0 t1 t2 fp s1 a0 a1 a2 a3 a4 a5 a6 a7 s2 s3 s4 s5 s6 s7 s8 s9 s10 s11 "
                                       "t3 t4 t5 t6".split()) if n and name not in ("gp", "tp")}
    values |= {"gp": 0x12345678, "tp": 0x9ABCDEF0, "pc": TWIN + 0x20, "mepc": 0x40380124, "mscratch": 0xA5A5A5A5}
    values["mtvec"] = 0x40380101
    constant = {"zero": 0, "misa": 0x40101104, "mhartid": 0, "mvendorid": 0x612, "marchid": 0x80000001}
    r = board.run(["halt", *[f"reg {n} {v:#x}" for n, v in values.items()],
                   *[f"reg {n} force" for n in [*values, *constant]]])
    for n, (name, value) in enumerate([*values.items(), *constant.items()], 2 + len(values)):
        assert ocd.number(r[n]) == value, name


def test_reaches_memory_each_way(board):
    parts = board.module.parts
    for access in board.module.accesses:
        r = board.run(["halt", f"riscv set_mem_access {access}", f"mww {DATA:#x} 0x44332211 2", f"mwh {DATA + 2:#x} 0xbeef",
                       f"mwb {DATA + 5:#x} 0x7f", f"mdw {TWIN:#x} 2", f"mdh {parts:#x} 4", f"mdb {parts + 1:#x} 7", f"mdw {ROM:#x}"])
        assert ocd.words(r[6]) == [0xBEEF2211, 0x44337F11]
        assert ocd.words(r[7]) == [0x2211, 0xBEEF, 0x7F11, 0x4433]
        assert ocd.words(r[8]) == [0x22, 0xEF, 0xBE, 0x11, 0x7F, 0x33, 0x44]
        assert ocd.words(r[9]) == [0x00128293]


def test_widens_what_the_bus_does_not_take(tmp_path):
    """espocd reads and writes parts of words on a bus for words; OpenOCD refuses."""
    for debugger in rv_board.DEBUGGERS:
        board = rv_board.Board(rv_board.MODULES[0], debugger, tmp_path)
        r = board.run(["halt", "riscv set_mem_access sysbus", f"mww {DATA:#x} 0x44332211", f"mwb {DATA + 1:#x} 0x99", f"mdw {DATA:#x}",
                       f"mdb {DATA + 1:#x}"])
        board.close()
        if debugger == "espocd":
            assert ocd.words(r[5]) == [0x44339911] and ocd.words(r[6]) == [0x99]
        else:
            assert r.failed(4) and ocd.words(r[5]) == [0x44332211]


def test_tells_of_memory_that_is_not_there(board):
    for access in board.module.accesses:
        r = board.run(["halt", f"riscv set_mem_access {access}", "mdw 0x10000000", f"mdw {ROM:#x}"])
        assert r.failed(3)
        assert ocd.words(r[4]) == [0x00128293]  # and it goes on


def test_loads_and_verifies_images(board, tmp_path):
    content = bytes((i * 7 + i // 256) & 0xFF for i in range(16384 + 3))
    image = tmp_path / "image.bin"
    image.write_bytes(content)
    for access in board.module.accesses:
        r = board.run(["halt", f"riscv set_mem_access {access}", f"load_image {image} {DATA + 0x100:#x} bin",
                       f"verify_image {image} {board.module.parts + 0x100:#x} bin", f"mwb {DATA + 0x100 + 9000:#x} 0x55",
                       f"verify_image {image} {board.module.parts + 0x100:#x} bin"])
        assert "16387 bytes" in r[3] + r.log(3)
        assert not r.failed(4), r.output
        assert r.failed(6)


def test_steps(board):
    r = board.run([*load_program(board), *["step", "reg pc", "reg t0", "reg t1"] * 6])
    first = 2 + len(load_program(board))
    seen = [tuple(ocd.number(r[first + 4 * n + k]) for k in range(3)) for n in range(6)]
    pc = loop(board)
    assert seen == [(pc[1], 1, 0), (pc[2], 1, 0), (pc[3], 1, 2), (pc[0], 1, 2), (pc[1], 2, 2), (pc[2], 2, 2)]


# Neither resume nor step of this OpenOCD leaves a breakpoint under the PC: it is taken away for the step.
@pytest.mark.parametrize("kind", ["hw", ""], ids=["hardware", "software"])
def test_stops_at_breakpoints(board, kind):
    pc = loop(board)[2]
    rounds = ["resume", "wait_halt 5000", "reg pc", "reg t0", "reg t1", f"rbp {pc:#x}", "step", f"bp {pc:#x} 4 {kind}"] * 3
    r = board.run([*load_program(board), f"bp {pc:#x} 4 {kind}", *rounds, f"rbp {pc:#x}", "resume", "halt", "reg t0",
                   f"mdw {pc:#x}"])
    first = 4 + len(load_program(board))
    for n in range(3):
        assert [ocd.number(r[first + 8 * n + k]) for k in range(3)] == [pc, n + 1, 2 * n]
    last = first + len(rounds) - 2
    assert ocd.number(r[last + 3]) > 3  # once it is removed the loop goes on
    assert ocd.words(r[last + 4]) == [PROGRAM[2]]


def test_stops_at_a_breakpoint_in_rom(board):
    r = board.run(["halt", f"bp {ROM + 4:#x} 4 hw", "resume", "wait_halt 5000", "reg pc"])
    assert ocd.number(r[5]) == ROM + 4


def test_stops_at_watchpoints(board):
    r = board.run([*load_program(board), f"wp {DATA + 0x100:#x} 4 w", "resume", "wait_halt 5000", "reg pc", "reg t0", "reg t1"])
    first = 4 + len(load_program(board))
    assert [ocd.number(r[first + k]) for k in range(3)] == [loop(board)[1], 1, 0]


def test_resets(board):
    r = board.run(["halt", "reg t1 77", "reset halt", "reg pc", "reg t0", "reg t1", "reg mtvec", "reset run", "targets", "halt",
                   "reg t0"])
    assert not r.failed(3) and not r.failed(8), r.output
    assert ocd.number(r[4]) == ROM
    assert ocd.number(r[5]) == ocd.number(r[6]) == 0
    assert ocd.number(r[7]) == 1
    assert state(r[9]) == "running"
    assert ocd.number(r[11]) > 0


# --- what only a whole chip does ---

RTC_OPTIONS0, RTC_RESET_STATE, CHIP = 0x60008000, 0x60008038, rv_board.MODULES[3]
SW_SYS_RST, CAUSE_SW_SYS, CAUSE_RTC_WATCHDOG = 0x9C00A000, 3, 0x10
SLOW_KHZ, TCKS = 500, 155_000  # 310 ms of the board's time; the watchdog waits 294


@pytest.mark.parametrize("debugger", rv_board.DEBUGGERS)
def test_survives_a_reset_of_the_chip(tmp_path, debugger):
    """The chip is reset by one of its registers under the debugger, which goes on."""
    board = rv_board.Board(CHIP, debugger, tmp_path)
    r = board.run(["halt", "reg t1 77", "riscv set_mem_access sysbus progbuf", f"mww {RTC_OPTIONS0:#x} {SW_SYS_RST:#x}", "sleep 50", "halt",
                   "wait_halt 1000", "targets", "reg t1 force", f"mdw {RTC_RESET_STATE:#x}", "resume", "sleep 10", "halt", "reg t0 force"])
    board.close()
    assert state(r[8]) == "halted"
    assert ocd.number(r[9]) == 0
    assert ocd.words(r[10])[0] & 0x3F == CAUSE_SW_SYS
    assert ocd.number(r[14]) > 0


@pytest.mark.parametrize("debugger", rv_board.DEBUGGERS)
def test_finds_a_chip_in_a_watchdog_loop(tmp_path, debugger):
    """Nothing feeds the chip's watchdogs: they reset it with the RTC, and the module with it. OpenOCD does not wake the module
    of a chip that it has examined, so it comes afterwards."""
    board = rv_board.Board(CHIP, debugger, tmp_path, SLOW_KHZ)
    board.clock(TCKS)
    r = board.run(["halt", "wait_halt 1000", f"mdw {RTC_RESET_STATE:#x}", f"mdw {ROM:#x}"])
    board.close()
    assert ocd.words(r[3])[0] & 0x3F == CAUSE_RTC_WATCHDOG, r.output
    assert ocd.words(r[4]) == [0x00128293]
