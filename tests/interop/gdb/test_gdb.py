# SPDX-License-Identifier: Apache-2.0
"""A GDB that no one here wrote debugs the virtual boards: Debian's gdb-multiarch, through `espocd gdb`.

Debian has no GDB for Espressif's Xtensa. What GDB knows of an instruction set is little, though: names and numbers of registers,
and where the frames are. So it is told that the chip is an ARM of the M profile whose registers have the numbers of Espressif's GDB
(`set tdesc filename`), and works by addresses. Sessions, memory map, memory, break- and watchpoints, conditions, steps, threads,
monitor and flash packets are the same for every GDB."""
import os
import pathlib
import re
import shutil
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[3]
BUILD = pathlib.Path(os.environ.get("ESPOCD_BUILD", ROOT / "build")).resolve()
PROGRAM = BUILD / "espocd"
GDB = shutil.which("gdb-multiarch")
VECTOR = 0x40000400

# Registers in the g packet: how many of 32 bits, then of 128; xtensa-config.c of the overlays.
CHIPS = {"esp32": ("esp32-wrover", "demo-e000", 105, 0, 0x3FFB8000), "esp32s3": ("esp32s3-n8", "demo-esp32s3", 120, 8, 0x3FCA0000)}
PS = 73


def description(words, wide):
    """pc is 0, the link and the stack pointer are ar0 and ar1, r0... the next ones."""
    names = {0: "pc", 1: "lr", 2: "sp", PS: "xpsr"} | {i + 3: f"r{i}" for i in range(13)}
    rest = [i for i in range(words) if i not in names]
    core = "".join(f'<reg name="{name}" bitsize="32" regnum="{number}"/>' for number, name in names.items())
    more = "".join(f'<reg name="n{i}" bitsize="32" regnum="{i}"/>' for i in rest)
    more += "".join(f'<reg name="n{words + i}" bitsize="128" type="uint128" regnum="{words + i}"/>' for i in range(wide))
    return ('<?xml version="1.0"?><!DOCTYPE target SYSTEM "gdb-target.dtd"><target version="1.0"><architecture>arm</architecture>'
            f'<feature name="org.gnu.gdb.arm.m-profile">{core}</feature><feature name="rest">{more}</feature></target>')


class Chip:
    def __init__(self, name, folder):
        self.board, images, words, wide, self.ram = CHIPS[name]
        self.name, self.folder, self.flash = name, folder, folder / "flash.bin"
        (folder / "registers.xml").write_text(description(words, wide))
        subprocess.run([PROGRAM, "flash", f"--sim={self.board}", "--sim-flash", self.flash, BUILD / "sim/rom" / images], check=True,
                       capture_output=True)
        listing = subprocess.run(["nm", BUILD / f"sim/rom/{name}_app.elf"], capture_output=True, text=True, check=True).stdout
        self.at = {words[2]: int(words[0], 16) for words in map(str.split, listing.splitlines()) if len(words) == 3}

    def gdb(self, *commands):
        """What GDB prints for each command, as a list."""
        marked = [part for c in commands for part in ("-ex", c, "-ex", "echo \\n====\\n")]
        done = subprocess.run([str(PROGRAM), "gdb", f"--sim={self.board}", "--sim-flash", str(self.flash), "--attach", "--gdb", GDB, "--",
                               "-nx", "-batch", "-iex", f"set tdesc filename {self.folder}/registers.xml", "-iex", "set pagination off",
                               "-iex", "set width 0", "-iex", "set confirm off", "-ex", "echo ====\\n", *marked],
                              capture_output=True, text=True, timeout=300, stdin=subprocess.DEVNULL, check=False)
        assert done.returncode == 0, done
        parts = [p.strip() for p in done.stdout.split("====\n")[1:]]
        assert len(parts) == len(commands) + 1, done
        return dict(zip(range(len(commands)), parts[:-1])) | {"errors": done.stderr}


@pytest.fixture(params=list(CHIPS))
def chip(request, tmp_path):
    if not GDB:
        pytest.skip("gdb-multiarch is not installed")
    if not (BUILD / f"sim/rom/{request.param}_app.elf").exists():
        pytest.skip("the samples were not built (no cross compiler)")
    return Chip(request.param, tmp_path)


RESET = ["monitor reset halt", "maintenance flush register-cache"]


def test_breakpoints_steps_and_threads(chip):
    main, work, iram = (chip.at[n] for n in ("app_main", "app_work", "iram_work"))
    got = chip.gdb(*RESET, "print/x $pc", f"hbreak *{main}", "continue", "print/x $pc", "delete", f"hbreak *{work}", "continue",
                   "info threads", "delete", f"break *{iram}", "continue", "delete", "stepi", "print/x $pc", "thread 2",
                   "print $_thread")
    assert f"{VECTOR:#x}" in got[2]
    assert f"Breakpoint 1, {main:#010x}" in got[4] and f"{main:#x}" in got[5]
    assert f"hit Breakpoint 2, {work:#010x}" in got[8]
    assert re.search(rf'\* 1 +Thread 1 "{chip.name}.cpu0" \({chip.name}.cpu0: halted \(breakpoint\)\)', got[9])
    assert f'Thread 2 "{chip.name}.cpu1"' in got[9]
    assert f"hit Breakpoint 3, {iram:#010x}" in got[12]
    assert f"{iram + 2:#x}" in got[15]
    assert "[Switching to thread 2" in got[16] and "= 2" in got[17]


def test_watchpoints_see_old_and_new_values(chip):
    counter, work = chip.at["app_counter"], chip.at["app_work"]
    word = f"*(int *){counter:#x}"
    got = chip.gdb(*RESET, f"hbreak *{work}", "continue", "delete", "stepi 12", f"print {word}", f"watch {word}", "continue",
                   "continue", "delete", f"rwatch {word}", "continue")
    value = int(got[6].split("=")[1])
    assert value == 1
    for part, old in ((8, value), (9, value + 1)):
        assert f"Hardware watchpoint 2: {word}" in got[part]
        assert f"Old value = {old}\nNew value = {old + 1}" in got[part]
    assert f"Hardware read watchpoint 3: {word}" in got[12] and f"Value = {value + 2}" in got[12]


def test_conditions_are_evaluated_here(chip):
    counter, iram = chip.at["app_counter"], chip.at["iram_work"]
    got = chip.gdb(*RESET, f"hbreak *{iram} if *(int *){counter:#x} > 5", "set debug remote 1", "continue", "set debug remote 0",
                   f"print *(int *){counter:#x}")
    assert "hit Breakpoint 1" in got[4] and "= 6" in got[6]
    assert got["errors"].count("Packet received: T05") == 1 and ";X" in got["errors"]


def test_memory_is_written_dumped_and_restored(chip):
    ram = chip.ram
    copy = chip.folder / "dump.bin"
    got = chip.gdb(*RESET, f"set {{int}}{ram:#x} = 0x12345678", f"x/xw {ram:#x}", f"dump binary memory {copy} {ram:#x} {ram + 0x6000:#x}",
                   f"restore {copy} binary {ram + 0x6000:#x}", f"x/xw {ram + 0x6000:#x}", "set $n34 = 5", "print $n34", "print/x *(int *)0",
                   "info mem", "monitor echo hello")
    assert got[3].endswith("0x12345678") and got[6].endswith("0x12345678")
    assert copy.stat().st_size == 0x6000
    assert got[8].endswith("= 5")
    assert "Cannot access memory at address 0x0" in got["errors"]
    assert "flash blocksize 0x1000" in got[10]
    assert "hello\n" in got["errors"]  # where GDB puts what a target says


def s_records(addr, data):
    """Motorola's, with addresses of 32 bits."""
    def record(kind, at, part):
        body = bytes([len(part) + 5]) + at.to_bytes(4, "big") + part
        return f"S{kind}{body.hex()}{~sum(body) & 0xFF:02x}\n".upper()
    return "".join(record(3, addr + i, data[i:i + 32]) for i in range(0, len(data), 32)) + record(7, addr, b"")


def test_load_programs_the_flash_by_its_address(chip):
    """The memory map says flash there: vFlashErase, vFlashWrite, vFlashDone."""
    new = bytes(i * 5 + 3 * (i >> 8) & 0xFF for i in range(5000))
    window = chip.at["app_main"] & ~0xFFFF
    files = {}
    for name, at in (("good", window + 0x8000), ("unmapped", window + 0x200000)):
        files[name] = chip.folder / f"{name}.srec"
        files[name].write_text(s_records(at, new))
    # load has set the PC to where the file begins
    got = chip.gdb(*RESET, f"load {files['good']}", *RESET, f"dump binary memory {chip.folder}/back.bin {window + 0x8000:#x} "
                   f"{window + 0x8000 + 5000:#x}", "info registers pc", f"load {files['unmapped']}")
    assert "Transfer rate" in got[2] and "5000" in got[2]
    assert (chip.folder / "back.bin").read_bytes() == new
    assert "Load failed" in got["errors"] or "failed" in got["errors"], got["errors"]
    assert chip.flash.read_bytes().count(new) == 1


def test_the_program_goes_on_after_gdb(chip):
    """What the next GDB finds is further on."""
    counter = chip.at["app_counter"]
    got = chip.gdb("monitor reset run", "monitor sleep 700", "monitor halt", "maintenance flush register-cache",
                   f"print *(int *){counter:#x}", "detach")
    assert int(got[4].split("=")[1]) > 0 and "detached" in got[5]
