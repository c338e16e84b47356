# SPDX-License-Identifier: Apache-2.0
"""The virtual boards with SPI MEM controllers boot the sample build, after power-on and after each kind of reset. Among their
flashes is an octal one, which the bootloader leaves in OPI DTR."""
import re

import pytest
from rig import BUILD

FILES = {0x0: "bootloader/bootloader.bin", 0x8000: "partition_table/partition-table.bin", 0xD000: "ota_data_initial.bin",
         0x10000: "app.bin"}


class Board:
    def __init__(self, name, chip, flash_mb, boot):
        self.name, self.chip, self.flash_mb = name, chip, flash_mb
        self.boot = boot  # what the ROM prints of the strapping pins
        self.flash = None  # path


BOARDS = {b.name: b for b in (
    Board("esp32s3-n8", "esp32s3", 8, "boot:0x8 (SPI_FAST_FLASH_BOOT)"),
    Board("esp32s3-n32r16v", "esp32s3", 32, "boot:0x8 (SPI_FAST_FLASH_BOOT)"),
    Board("esp32c3-n4", "esp32c3", 4, "boot:0xc (SPI_FAST_FLASH_BOOT)"),
)}


def sample_flash(board, path, files, build):
    """A flash with files of a build directory, put there byte by byte."""
    content = bytearray(b"\xff" * (board.flash_mb << 20))
    for offset, name in files.items():
        data = (build / name).read_bytes()
        content[offset:offset + len(data)] = data
    path.write_bytes(content)
    return path


@pytest.fixture(params=BOARDS)
def board(request, tmp_path):
    """A board with the sample build in its flash."""
    board = BOARDS[request.param]
    build = BUILD / f"sim/rom/demo-{board.chip}"
    if not (build / "app.bin").exists():
        pytest.skip("the samples were not built (no cross compiler)")
    board.flash = sample_flash(board, tmp_path / "flash.bin", FILES, build)
    return board


def test_it_boots(espocd, board):
    said = espocd("sim", "--board", board.name, "--flash", board.flash, "--uart", "-", "--run", "700").out
    assert f"rst:0x1 (POWERON),{board.boot}" in said
    assert "running from flash offset 0x10000" in said
    beats = [int(n) for n in re.findall(r"heartbeat (\d+) ", said)]
    assert beats == list(range(1, len(beats) + 1)) and len(beats) >= 3
    core1 = [int(n) for n in re.findall(r"core1=(\d+)", said)]
    if board.chip == "esp32c3":
        assert not core1
    else:
        assert core1[-1] > core1[0]  # the second core works


def test_a_table_elsewhere_boots(espocd, board, tmp_path):
    build = BUILD / f"sim/rom/demo-{board.chip}-e000"
    files = {0x0: FILES[0x0], 0xE000: FILES[0x8000], 0x14000: FILES[0xD000], 0x20000: FILES[0x10000]}
    flash = sample_flash(board, tmp_path / "e000.bin", files, build)
    said = espocd("sim", "--board", board.name, "--flash", flash, "--uart", "-", "--run", "700").out
    assert "running from flash offset 0x20000" in said and "heartbeat 2 " in said


def test_a_blank_flash_is_tried_until_the_watchdog_bites(espocd, board):
    """The RTC's watchdog ends the boot from nothing after some 350 ms, again and again: after power-on it is the only one."""
    said = espocd("sim", "--board", board.name, "--uart", "-", "--run", "1600").out
    starts = re.split(r"rst:", said)[1:]
    assert starts[0].startswith(f"0x1 (POWERON),{board.boot}") and len(starts) >= 4
    for start in starts[1:]:
        assert start.startswith(f"0x10 (RTCWDT_RTC_RST),{board.boot}")
    for start in starts[:-1]:
        assert 7 <= start.count("invalid header: 0xffffffff") <= 9


# --- other parts, found in a state ---

@pytest.mark.parametrize("board", ["esp32c3-n4"], indirect=True)
@pytest.mark.parametrize("part", ["GD25Q32E", "MX25L3233F", "XM25QH32C", "W25Q128JV", "W25Q256JV"])
def test_it_boots_from_another_part(espocd, board, part):
    """Of one with more than 16 MB, the first."""
    size = {"W25Q128JV": 16, "W25Q256JV": 32}.get(part, 4) << 20
    board.flash.write_bytes(board.flash.read_bytes().ljust(size, b"\xff"))
    said = espocd("sim", "--board", board.name, "--flash", board.flash, "--flash-part", part, "--uart", "-", "--run", "600").out
    assert "running from flash offset 0x10000" in said and "heartbeat 2 " in said


STATES = {"protected-all": True, "erase-suspended": True, "continuous-read": True,  # which the ROM's second look ends
          "deep-power-down": False, "qpi": False}


@pytest.mark.parametrize("board", ["esp32c3-n4"], indirect=True)
@pytest.mark.parametrize("state", STATES)
def test_a_flash_that_was_left_in_a_state(espocd, board, state):
    """The ROM knows one line and the state after power-on: as the ESP32-S3's."""
    said = espocd("sim", "--board", board.name, "--flash", board.flash, "--flash-part", "W25Q32FV", "--flash-state", state,
                  "--uart", "-", "--run", "700").out
    assert ("heartbeat 2 " in said) == STATES[state]
    assert ("rst:0x10 (RTCWDT_RTC_RST)" in said) != STATES[state]


@pytest.mark.parametrize("board", ["esp32c3-n4"], indirect=True)
def test_octal_flash_cannot_be_used(espocd, board):
    """What it answers on one line is what the ROM reads; left on eight lines it is not heard."""
    board.flash.write_bytes(board.flash.read_bytes().ljust(32 << 20, b"\xff"))
    args = ("sim", "--board", board.name, "--flash", board.flash, "--flash-part", "MX25UM25645G", "--uart", "-", "--run", "500")
    said = espocd(*args, "--flash-state", "opi-dtr").out
    assert "load:" not in said and "rst:0x10 (RTCWDT_RTC_RST)" in said


def test_it_boots_again_after_a_reset(espocd, board, tmp_path):
    """A reset of the chip leaves an octal flash in OPI DTR; the ROM finds it there and brings it back."""
    uart = tmp_path / "uart.txt"
    espocd(f"--sim={board.name}", "--sim-flash", board.flash, f"--sim-uart={uart}", "-f", f"target/{board.chip}.cfg", "-c",
           "init; sleep 500; reset run; sleep 600; shutdown")
    said = uart.read_text()
    assert "rst:0x3 (RTC_SW_SYS_RST)" in said
    assert said.count("running from flash offset 0x10000") == 2 and said.count("heartbeat 2 ") == 2


# --- samples that stand in the bootloader's place ---

@pytest.fixture
def in_its_place(espocd, tmp_path):
    """Makes a board boot a sample instead of a bootloader; what it says in so many milliseconds."""
    def run(board, sample, run_ms):
        image, size = tmp_path / "sample.bin", f"{board.flash_mb}MB"
        espocd("image", "create", f"--chip={board.chip}", "--flash-mode=dio", "--flash-freq=40m", f"--flash-size={size}", "-o",
               image, BUILD / f"sim/rom/{board.chip}_{sample}.elf")
        flash = sample_flash(board, tmp_path / "sample.flash", {0: image.name}, tmp_path)
        return espocd("sim", "--board", board.name, "--flash", flash, "--uart", "-", "--run", run_ms).out
    return run


def test_it_sleeps_and_starts_again(in_its_place, board):
    """Light for 200 ms, awake for 100, deep for 400; what the RTC stores outlives it."""
    if board.flash_mb > 16:
        pytest.skip("the sample does not set up octal flash")
    said = in_its_place(board, "sleeper", 2000)
    first, *later = re.split(r"espocd boot ROM 1", said)[1:]
    assert "sleeper: start 0, reset cause 1" in first and len(later) == 2
    for number, start in enumerate(later, 1):
        assert re.search(r"rst:0x5 \((DSLEEP|DEEPSLEEP)\)", start) and f"sleeper: start {number}, reset cause 5" in start
    assert "sleeper: awake" in first and first.rstrip().endswith("sleeper: deep sleep of 400 ms")


def test_the_super_watchdog_bites_again_and_again(in_its_place, board):
    said = in_its_place(board, "hungry", 5000)
    assert said.count("rst:0x12 (SUPER_WDT_RST)") >= 3 and said.count("hungry: start, reset cause 18") >= 3


# --- by registers: what the sample app's chip is asked for while it runs ---

# ESP32-C3
RTC, RTC_WDT, TIMG0, TIMG1, WDT_KEY, SWD_KEY = 0x60008000, 0x60008090, 0x6001F000, 0x60020000, 0x50D83AA1, 0x8F1D312A


def rtc_watchdog(stage):
    """The RTC's watchdog, soon; stage: 2 the core, 3 the digital part, 4 the RTC as well."""
    return [(RTC_WDT + 0x18, WDT_KEY), (RTC_WDT + 0x04, 1000),
            (RTC_WDT, 1 << 31 | stage << 28 | 1 << 16 | 1 << 13 | 1 << 11)]


def timer_watchdog(base, stage):
    """A timer group's watchdog; stage: 2 the core, 3 the digital part."""
    return [(base + 0x64, WDT_KEY), (base + 0x4C, 40000 << 16), (base + 0x50, 10), (base + 0x60, 1),
            (base + 0x48, 1 << 31 | stage << 29 | 1 << 18 | 1 << 15 | 1 << 22 | 1 << 13)]


# Nobody feeds it any more.
SUPER_WATCHDOG = [(RTC_WDT + 0x20, SWD_KEY), (RTC_WDT + 0x1C, 0x04B00000)]
RESETS = {
    "software": ([(RTC, 1 << 31)], "rst:0x3 (RTC_SW_SYS_RST)"),
    "software, core": ([(RTC, 1 << 5)], "rst:0xc (RTC_SW_CPU_RST)"),
    "timer group 0": (timer_watchdog(TIMG0, 3), "rst:0x7 (TG0WDT_SYS_RST)"),
    "timer group 1": (timer_watchdog(TIMG1, 3), "rst:0x8 (TG1WDT_SYS_RST)"),
    "timer group 0, core": (timer_watchdog(TIMG0, 2), "rst:0xb (TG0WDT_CPU_RST)"),
    "timer group 1, core": (timer_watchdog(TIMG1, 2), "rst:0x11 (TG1WDT_CPU_RST)"),
    "RTC": (rtc_watchdog(4), "rst:0x10 (RTCWDT_RTC_RST)"),
    "RTC, digital": (rtc_watchdog(3), "rst:0x9 (RTCWDT_SYS_RST)"),
    "RTC, core": (rtc_watchdog(2), "rst:0xd (RTCWDT_CPU_RST)"),
    "super": (SUPER_WATCHDOG, "rst:0x12 (SUPER_WDT_RST)"),
}


# Of a chip whose registers a debugger writes while the core runs.
@pytest.mark.parametrize("board", ["esp32c3-n4"], indirect=True)
@pytest.mark.parametrize("reset", RESETS)
def test_it_boots_after_each_kind_of_reset(espocd, board, tmp_path, reset):
    writes, cause = RESETS[reset]
    uart = tmp_path / "uart.txt"
    asked = "; ".join(f"mww {addr:#x} {value:#x}" for addr, value in writes)
    espocd(f"--sim={board.name}", "--sim-flash", board.flash, f"--sim-uart={uart}", "-f", f"target/{board.chip}.cfg", "-c",
           f"init; sleep 500; {asked}; sleep 2000; shutdown")
    first, *again = re.split(r"espocd boot ROM 1", uart.read_text())[1:]
    assert "rst:0x1 (POWERON)" in first and "heartbeat 2 " in first
    assert len(again) == 1 and f"{cause},{board.boot}" in again[0]
    assert "running from flash offset 0x10000" in again[0] and "heartbeat 5 " in again[0]


@pytest.mark.parametrize("board", ["esp32s3-n8", "esp32s3-n32r16v"], indirect=True)
def test_the_flash_is_read_at_the_clock_of_a_reset(espocd, board, tmp_path):
    """The cores run from half the crystal then, and are too slow for the debugger now and then: what it repeats does not
    make the agent do a job twice, or wait for one that it has done."""
    before, out = board.flash.read_bytes(), tmp_path / "out.bin"
    size = 0x40000
    espocd(f"--sim={board.name}", "--sim-flash", board.flash, "-f", f"target/{board.chip}.cfg", "-c",
           f"init; reset halt; flash probe 0; flash read_bank 0 {out} 0 {size}; shutdown")
    assert out.read_bytes() == before[:size]
    assert board.flash.read_bytes() == before
