# SPDX-License-Identifier: Apache-2.0
"""Frames of the windowed ABI: a recursion of which most lies in the save areas of the stack, found through what the server
gives (registers, memory), by the rules of the Xtensa ISA Reference Manual, 4.7.1.5 and 8.1.4.

With ESPOCD_XTENSA_GDB=DIRECTORY of xtensa-esp32-gdb and xtensa-esp32s3-gdb, Espressif's GDB is asked too; Debian has none."""
import os
import pathlib
import re

import debuggee
import pytest
import windowed
from gdb_client import Gdb
from mi import Mi

RTC, TIMG = {"esp32": 0x3FF48000, "esp32s3": 0x60008000}, {"esp32": 0x3FF5F000, "esp32s3": 0x6001F000}
WDT_KEY, SWD_KEY, SWD_AUTO_FEED = 0x50D83AA1, 0x8F1D312A, 1 << 31
TIMG_OFF = [(0x64, WDT_KEY), (0x48, 0)]
RTC_OFF = {"esp32": [(0xA4, WDT_KEY), (0x8C, 0)], "esp32s3": [(0xB0, WDT_KEY), (0x98, 0), (0xB8, SWD_KEY), (0xB4, SWD_AUTO_FEED)]}
BOARDS = {"esp32": ("esp32-wrover", 0x40080000, 0x3FFDFF00), "esp32s3": ("esp32s3-n8", 0x40380000, 0x3FCDFF00)}
GDBS = os.environ.get("ESPOCD_XTENSA_GDB")
EXPECTED = windowed.chain()


class Chip:
    def __init__(self, name, folder, port):
        _, origin, stack = BOARDS[name]
        writes = [(RTC[name] + at, value) for at, value in RTC_OFF[name]] + [(TIMG[name] + at, value) for at, value in TIMG_OFF]
        self.name, self.port, self.code = name, port, windowed.program(origin, stack, writes)
        self.elf = windowed.elf(folder, self.code)

    def name_at(self, address):
        return max((at, name) for name, at in self.code.symbols.items() if at <= address)[1]


@pytest.fixture(params=list(BOARDS))
def chip(request, tmp_path):
    with debuggee.serving(f"--sim={BOARDS[request.param][0]}", "--sim-flash", tmp_path / "flash.bin") as (process, port):
        yield Chip(request.param, tmp_path, port)
        assert process.poll() is None, process.said


class Registers:
    """By their numbers in both chips' xtensa-config.c of espressif/xtensa-overlays."""
    NUMBERS = {"pc": 0, "windowbase": 69, "windowstart": 70} | {f"ar{i}": 1 + i for i in range(64)}

    def __init__(self, gdb):
        self.gdb = gdb

    def __getitem__(self, name):
        return self.gdb.register(self.NUMBERS[name])

    def set(self, name, value):
        self.gdb.set_register(self.NUMBERS[name], value)


def unwind(chip, gdb, registers):
    """Names of functions, their stack pointers, and by how many panes they were called; innermost first."""
    base, live = registers["windowbase"], registers["windowstart"]
    panes, back = 16, 0
    pc, link, sp = registers["pc"], registers[f"ar{4 * base % 64}"], registers[f"ar{(4 * base + 1) % 64}"]
    found = []
    while len(found) < 2 * len(EXPECTED):
        found.append((chip.name_at(pc), sp, link >> 30))
        if not link >> 30:
            return found
        pc, base = link & 0x3FFFFFFF | pc & 0xC0000000, base - (link >> 30)
        back += found[-1][2]
        if back < panes and live >> base % panes & 1:
            link, sp = registers[f"ar{4 * base % 64}"], registers[f"ar{(4 * base + 1) % 64}"]
        else:
            live = 0  # all frames further out are in memory as well
            link, sp = gdb.word(sp - 16), gdb.word(sp - 12)
    return found


def test_frames_lead_from_the_bottom_to_main(chip):
    with Gdb(chip.port) as gdb:
        assert gdb.monitor("reset halt")[0] == "OK"
        data = chip.code.bytes()
        for i in range(0, len(data), 256):
            part = data[i:i + 256]
            assert gdb.ask(f"M{chip.code.origin + i:x},{len(part):x}:{part.hex()}") == "OK"
        registers = Registers(gdb)
        registers.set("pc", chip.code.symbols["_start"])
        bottom = chip.code.symbols["bottom"] + 3
        assert gdb.ask(f"Z1,{bottom:x},3") == "OK"
        for _ in range(3):  # the second and third time, frames come back through underflows before
            assert gdb.ask("vCont;c").startswith("T05")
            assert registers["pc"] == bottom
            found = unwind(chip, gdb, registers)
            assert [frame[0] for frame in found] == [name for name, _ in EXPECTED] + ["_start"]
            for (name, sp, _), (_, argument) in list(zip(found, EXPECTED))[1:-1]:
                assert gdb.word(sp) == argument, name  # each function keeps its argument there
        assert gdb.ask(f"z1,{bottom:x},3") == "OK"


@pytest.mark.skipif(not GDBS, reason="ESPOCD_XTENSA_GDB names no directory of Espressif's GDB: by hand only")
def test_espressifs_gdb_finds_the_same(chip):
    with Mi(pathlib.Path(GDBS) / f"xtensa-{chip.name}-gdb", chip.elf) as gdb:
        gdb.run(f"target extended-remote 127.0.0.1:{chip.port}")
        gdb.run("monitor reset halt")
        gdb.run("maintenance flush register-cache")
        gdb.run("load")
        assert "matched" in gdb.run("compare-sections")
        gdb.run("hbreak bottom")
        for _ in range(3):
            assert gdb.go().func == "bottom"
            assert re.findall(r" in (\w+) \(\)", gdb.run("backtrace")) == [name for name, _ in EXPECTED]
        functions = [name for name, _ in EXPECTED]
        for name in functions[1:-1]:  # `finish` of each; the argument is in its a2 again
            stop = gdb.go("finish")
            assert stop.func == name
        gdb.run("delete")
        gdb.run("hbreak *bottom")
        gdb.go()
        left = functions.index("main") - 1
        for _ in range(3):  # ENTRY, ADDI, RETW
            gdb.go("stepi")
        assert len(re.findall(r"^#", gdb.run("backtrace"), re.M)) == left + 1
