# SPDX-License-Identifier: Apache-2.0
"""Cores that do not run: software has stalled them, or the chip sleeps."""
import contextlib
import re
import subprocess

import pytest
from rig import BUILD, PROGRAM

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


# --- sleep: the sample sleeps lightly for 200 ms, is awake for 100, sleeps deeply for 400 ---

class Chip:
    def __init__(self, name, board, config, offset, sleep_for_ever, nm="xtensa-lx106-elf-nm", is_single=False):
        self.name, self.board, self.config, self.offset, self.sleep_for_ever, self.nm = name, board, config, offset, sleep_for_ever, nm
        self.cores = [name] if is_single else [f"{name}.cpu0", f"{name}.cpu1"]
        self.first = re.escape(self.cores[0])
        self.sleeper = BUILD / f"sim/rom/{name}_sleeper.elf"

    def __repr__(self):
        return self.board


def stores_for_ever(wakeup_state, dig_pwc, power, state0):
    """Nothing wakes, deep sleep, now."""
    return f"reset halt; mww {wakeup_state:#x} 0; mww {dig_pwc:#x} {power:#x}; catch {{mww {state0:#x} 0x80300000}}"


S3_FOR_EVER = stores_for_ever(0x6000803C, 0x60008090, 0x80545010, 0x60008018)
CHIPS = [Chip("esp32", "esp32-wrover", "board/esp32-wrover-kit-3.3v.cfg", 0x1000,
              stores_for_ever(0x3FF48038, 0x3FF48084, 0x80155550, 0x3FF48018)),
         Chip("esp32s3", "esp32s3-n8", "board/esp32s3-ftdi.cfg", 0, S3_FOR_EVER),
         Chip("esp32s3", "esp32s3-n32r16v", "board/esp32s3-ftdi.cfg", 0, S3_FOR_EVER),
         Chip("esp32c3", "esp32c3-n4", "board/esp32c3-ftdi.cfg", 0, stores_for_ever(0x6000803C, 0x60008088, 0x80545010, 0x60008018),
              "riscv64-unknown-elf-nm", True)]


@pytest.fixture(params=CHIPS, ids=repr)
def chip(request):
    if not request.param.sleeper.exists():
        pytest.skip("the samples were not built (no cross compiler)")
    return request.param


@pytest.fixture
def on_sleeper(chip, espocd, tmp_path):
    sim = [f"--sim={chip.board}", "--sim-flash", tmp_path / "flash.bin"]
    espocd("flash", *sim, f"{chip.sleeper}@{chip.offset:#x}")

    def run(*commands, status=0):
        return espocd(*sim, "--sim-uart", "-f", chip.config, "-c", "gdb_port disabled; init",
                      *(a for c in (*commands, "shutdown") for a in ("-c", c)), status=status)

    return run


def test_a_chip_that_sleeps_is_looked_for(on_sleeper, chip):
    run = on_sleeper("for {set i 0} {$i < 30} {incr i} {sleep 50; poll}")
    assert run.out.count("sleeper: start") >= 2 and "reset cause 5" in run.out
    for core in chip.cores:
        assert f"[{core}] unavailable: its debug module does not work: the chip is in light sleep" in run.err
        assert f"[{core}] unavailable: the chip does not answer: it is in deep sleep" in run.err
        assert run.err.count(f"[{core}] unavailable") == 3 # and no more
    assert f"[{chip.cores[0]}] the chip was reset" in run.err
    assert not any(f"[{core}] the chip was reset" in run.err for core in chip.cores[1:]) # in reset since before
    assert "polling failed" not in run.err


@pytest.mark.parametrize("when", [150, 450])
def test_halt_waits_for_the_wake_up(on_sleeper, chip, when):
    run = on_sleeper(f"sleep {when}", "poll", "halt 1000", "targets")
    assert re.search(rf"^{chip.first}: unavailable$", run.err, re.M)
    assert re.search(rf"^ 0\* {chip.first} .* halted *$", run.err, re.M)


@pytest.mark.parametrize("when, why", [(150, "light sleep"), (450, "deep sleep")])
def test_halt_says_why_it_cannot(on_sleeper, when, why):
    run = on_sleeper(f"sleep {when}", "halt 20", status=3)
    message = next(line for line in run.err.splitlines() if line.startswith("Error"))
    assert why in message and "was not halted within 20 ms" in message and "reset halt" in message


def test_flash_work_on_a_chip_that_sleeps(on_sleeper, tmp_path):
    image = tmp_path / "data.bin"
    image.write_bytes(bytes(range(1, 256)) * 40)
    run = on_sleeper("sleep 450", f"program_esp {image} 0x10000 verify reset exit")
    assert "** Verify OK **" in run.err and "SRST" not in run.err


def test_sleep_for_ever_ends_with_the_reset_line(on_sleeper, chip):
    run = on_sleeper(chip.sleep_for_ever, "sleep 100; catch {halt 50} why; echo $why", "reset halt", "targets")
    assert "in deep sleep" in run.err and "the reset line (SRST) was pulsed" in run.err
    assert re.search(rf"^ 0\* {chip.first} .* halted *$", run.err, re.M)


def test_a_breakpoint_outlives_deep_sleep(on_sleeper, chip):
    symbols = subprocess.run([chip.nm, chip.sleeper], capture_output=True, text=True, check=True).stdout
    main = re.search(r"^(\w+) T boot_main$", symbols, re.M)[1]
    run = on_sleeper("reset halt", f"bp 0x{main} 2 hw", "resume; wait_halt 1000", "reg pc", "resume; wait_halt 3000", "reg pc")
    assert run.out.count("sleeper: deep sleep") == 1
    assert len(re.findall(rf"pc \(/32\): 0x{main}", run.err)) == 2


@contextlib.contextmanager
def served_board(board):
    """A board that a server keeps between two clients; its port."""
    server = subprocess.Popen([PROGRAM, "sim", "--board", board, "--rbb", "0"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        for line in server.stdout:
            port = re.search(r"port (\d+)", line)
            if port:
                yield port[1]
                break
    finally:
        server.terminate()
        server.communicate(timeout=60)


def test_a_chip_that_sleeps_is_connected_to(espocd, chip):
    with served_board(chip.board) as port:
        def client(*commands):
            setup = f"adapter driver remote_bitbang; remote_bitbang port {port}; remote_bitbang host 127.0.0.1"
            args = [a for c in ("gdb_port disabled; telnet port disabled; tcl port disabled", "init", *commands, "shutdown")
                    for a in ("-c", c)]
            return espocd("-c", setup, "-f", f"target/{chip.name}.cfg", *args).err
        client(chip.sleep_for_ever)
        said = client("reset halt", "targets")
    assert "nothing answers: the reset line (SRST) was pulsed" in said
    assert re.search(rf"^ 0\* {chip.first} .* halted *$", said, re.M)
