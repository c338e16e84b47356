# SPDX-License-Identifier: Apache-2.0
"""The same GDB, and the threads of FreeRTOS: what it makes of qSymbol, the list of threads and the registers of those that wait. The
thread sample's symbols are given to it in an ELF file of the instruction set that it takes the chip for."""
import re
import struct
import subprocess

import pytest
from test_gdb import BUILD, GDB, PROGRAM, Chip

OFFSETS = {"esp32": 0x1000, "esp32s3": 0}
EM_ARM = 40


def elf_of(symbols):
    """An ELF file that has nothing but these absolute symbols."""
    names, table = b"\0", struct.pack("<IIIBBH", 0, 0, 0, 0, 0, 0)
    for name, value in symbols.items():
        table += struct.pack("<IIIBBH", len(names), value, 4, 0x11, 0, 0xFFF1)
        names += name.encode() + b"\0"
    section_names = b"\0.symtab\0.strtab\0.shstrtab\0"
    parts, at, headers = b"", 52, struct.pack("<10I", *[0] * 10)
    for name, kind, body, link, entry in ((1, 2, table, 2, 16), (9, 3, names, 0, 0), (17, 3, section_names, 0, 0)):
        headers += struct.pack("<10I", name, kind, 0, 0, at + len(parts), len(body), link, 1 if kind == 2 else 0, 4, entry)
        parts += body + bytes(-len(body) % 4)
    ident = b"\x7fELF\1\1\1" + bytes(9)
    head = struct.pack("<HHIIIIIHHHHHH", 2, EM_ARM, 1, 0, 0, at + len(parts), 0x05000000, 52, 32, 0, 40, 4, 3)
    return ident + head + parts + headers


class Sample(Chip):
    def __init__(self, name, folder):
        super().__init__(name, folder)
        elf = BUILD / f"sim/rom/{name}_threads.elf"
        subprocess.run([PROGRAM, "flash", f"--sim={self.board}", "--sim-flash", self.flash, f"{elf}@{OFFSETS[name]:#x}"], check=True,
                       capture_output=True)
        listing = subprocess.run(["nm", elf], capture_output=True, text=True, check=True).stdout
        self.at = {words[2]: int(words[0], 16) for words in map(str.split, listing.splitlines()) if len(words) == 3}
        self.symbols = folder / "symbols.elf"
        self.symbols.write_bytes(elf_of(self.at))

    def debug(self, *commands):
        begin = ["monitor reset run", "monitor sleep 700", "monitor halt", f"symbol-file {self.symbols}", "maintenance flush register-cache"]
        got = self.gdb(*begin, *commands)
        return [got[i] for i in range(len(begin), len(begin) + len(commands))]


@pytest.fixture(params=list(OFFSETS))
def sample(request, tmp_path):
    if not GDB:
        pytest.skip("gdb-multiarch is not installed")
    if not (BUILD / f"sim/rom/{request.param}_threads.elf").exists():
        pytest.skip("the samples were not built (no cross compiler)")
    return Sample(request.param, tmp_path)


def test_threads_are_listed_and_looked_at(sample):
    listed, waiting, pc, running = sample.debug("info threads", "thread find stopped", "thread apply all -q -s print/x $pc", "thread")
    rows = re.findall(r'Thread (\d+) "([^"]*)" \(Name: ([^,]*), State: ([^)]*)\)', listed)
    assert len(rows) == 50 and all(a == b for _, a, b, _ in rows)
    states = {name: state for _, name, _, state in rows}
    assert states["IDLE1"] == "Running @ core 1, Priority 0" and states["queue"] == "Blocked, Priority 3"
    assert re.search(r"Thread \d+ has target name 'stopped'", waiting)
    assert pc.count(f"{sample.at['waiting_thread']:#x}") >= 40 and len(re.findall(r"= 0x", pc)) == 50
    assert re.search(r'Current thread is \d+ \(Thread \d+', running)


def test_the_thread_that_gdb_heard_of_first_stays(sample):
    """GDB hears of a core, and says then where the variables are."""
    got = sample.debug("info threads", "stepi", "info threads")
    for text in (got[0], got[2]):
        assert re.search(r'^\* 1 +Thread 1 "(main|worker|blink)" \(Name: \w+, State: Running @ core 0', text, re.M)


def test_breakpoints_name_the_thread_and_steps_go_by_it(sample):
    work, idle = sample.at["worker_work"], sample.at["idle_work"]
    got = sample.debug(f"hbreak *{work:#x}", "continue", "stepi", "info threads", "delete", f"hbreak *{idle:#x}", "continue", "print/x $pc")
    assert re.search(r'Thread \d+ "worker" hit Breakpoint 1', got[1])
    assert re.search(r'^\* \d+ +Thread \d+ "worker"', got[3], re.M)
    assert re.search(r'Thread \d+ "IDLE1" hit Breakpoint 2', got[6]) and f"{idle:#x}" in got[7]


def test_registers_of_a_waiting_thread_are_changed(sample):
    got = sample.debug("info threads")
    number = re.search(r'(\d+) +Thread \d+ "queue"', got[0])[1]
    got = sample.debug("info threads", f"thread {number}", "print/x $pc", "set var $r3 = 0x1234567", "maintenance flush register-cache",
                       "print/x $r3", "stepi", "print/x $pc")
    assert f"{sample.at['waiting_thread']:#x}" in got[2] and "0x1234567" in got[5]
    assert f"{sample.at['waiting_thread']:#x}" in got[7]
