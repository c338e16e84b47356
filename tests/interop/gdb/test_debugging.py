# SPDX-License-Identifier: Apache-2.0
"""GDB debugs through espocd: what people do with a debugger, on a program in RAM whose source, line table and instructions
other tools know (debuggee.py). Debian's gdb-multiarch has the ESP32-C3; Espressif's GDB for Xtensa is in no package, and is
asked when ESPOCD_XTENSA_GDB says where it is."""
import re
import shutil

import debuggee
import pytest
from mi import GdbError, Mi


INDIRECT = ("jr", "jalr", "c.jr", "c.jalr", "jx", "callx0")
KINDS = range(1, 7)  # of make_trouble


@pytest.fixture(scope="session", params=debuggee.MACHINES, ids=lambda m: m.chip)
def machine(request):
    """Without its tools the tests do not pass, so that nothing is forgotten."""
    for name in (request.param.gdb, *(request.param.tools + tool for tool in ("gcc", "objdump", "readelf"))):
        assert shutil.which(name), f"{name} is missing: tools/packages.txt names its package"
    return request.param


@pytest.fixture(scope="session")
def elf(machine, tmp_path_factory):
    return debuggee.build(tmp_path_factory.mktemp("debuggee"), machine)


@pytest.fixture(scope="session")
def server(machine, tmp_path_factory):
    """espocd with its GDB port open, for all tests of this file: each loads the program anew."""
    with debuggee.board_of(machine, tmp_path_factory.mktemp("board")) as args, debuggee.serving(*args) as (process, port):
        yield port
        assert process.poll() is None, process.said


@pytest.fixture
def gdb(machine, server, elf):
    """At the first line of main, with the program freshly loaded."""
    with Mi(machine.gdb, elf) as g:
        g.run(f"target extended-remote 127.0.0.1:{server}")
        g.run("monitor reset halt")
        g.run("maintenance flush register-cache")
        g.run("load")
        g.run("thbreak main")
        assert g.go().func == "main"
        yield g


def frames(gdb):
    return re.findall(r"#(\d+)\s+(?:0x[0-9a-f]+ in )?(\w+) \((.*?)\) at \S*?(\w+\.[cS]):(\d+)", gdb.run("backtrace"))


# --- attach, load ---

def test_load_writes_what_the_file_has(gdb):
    said = gdb.run("load")
    assert "Loading section .text" in said and "Transfer rate" in said
    said = gdb.run("compare-sections")
    assert said.count("matched.") >= 3 and "MIS" not in said, said
    gdb.run("set var square.name = 0")
    assert "Section .data, range" in gdb.run("compare-sections") and "MIS-MATCHED!" in gdb.run("compare-sections")


def test_detach_leaves_the_program_running_fifty_times(server, gdb, elf):
    gdb.run("detach")
    laps = []
    for _ in range(50):
        gdb.run(f"target extended-remote 127.0.0.1:{server}")
        laps.append(gdb.value("laps"))
        gdb.run("detach")
    assert all(a <= b for a, b in zip(laps, laps[1:])) and laps[-1] > laps[0], laps


def test_ctrl_c_a_hundred_times(gdb, machine, elf):
    known = debuggee.instructions(machine.tools, elf)
    before = -1
    for _ in range(100):
        gdb.run("continue&")
        stop = gdb.interrupt()
        assert stop.reason == "signal-received" and stop.signal_name == "SIGINT"
        assert gdb.pc() in known
        laps = gdb.value("laps")
        assert laps >= before
        before = laps
    assert before > 0


def test_a_program_that_runs_is_attached_and_left(server, gdb, machine, elf):
    gdb.run("detach")
    with Mi(machine.gdb, elf) as second:
        second.run(f"target extended-remote 127.0.0.1:{server}")
        assert frames(second)[-1][1] in ("main", "_start")
        assert "Thread 1" in second.run("info threads")


# --- breakpoints ---

def test_breakpoints_of_each_kind(gdb):
    gdb.run("hbreak add")
    gdb.run("break measure")
    gdb.run("tbreak touch")
    for func in ("touch", "measure", "add", "measure", "add"):  # the temporary one is hit once
        stop = gdb.go()
        assert (stop.reason, stop.func) == ("breakpoint-hit", func)
    said = gdb.run("info breakpoints")
    assert re.search(r"hw breakpoint\s+keep y.*in add.*\n.*already hit 2 times", said)
    assert re.search(r"breakpoint\s+keep y.*in measure.*\n.*already hit 2 times", said)
    assert "in touch" not in said


def test_twenty_breakpoints_at_once(gdb):
    for i in range(20):
        gdb.run(f"break stop_{i}")
    for i in [*range(20), *range(3)]:
        assert gdb.go().func == f"stop_{i}"
    gdb.run("delete")
    gdb.run("thbreak touch")
    assert gdb.go().func == "touch"


def test_conditions_ignore_counts_and_commands(gdb):
    gdb.run("break touch if lap == 5")
    assert gdb.go().func == "touch" and gdb.value("lap") == 5
    gdb.run("delete")
    number = re.search(r"reakpoint (\d+)", gdb.run("hbreak add"))[1]
    gdb.run(f"ignore {number} 7")
    gdb.go()
    assert gdb.value("laps") == 5 + 7
    assert "already hit 8 times" in gdb.run("info breakpoints")


def test_a_breakpoint_shows_the_programs_bytes(gdb):
    plain = gdb.run("x/8xb measure")
    gdb.run("break measure")
    gdb.run("thbreak touch")
    gdb.go()
    assert gdb.run("x/8xb measure") == plain


# --- watchpoints ---

def test_watch_says_old_and_new(gdb):
    gdb.run("watch watched")
    for old in (0, 3, 6):  # only touch changes it: `here` of bottom is even
        stop = gdb.go()
        assert stop.reason == "watchpoint-trigger" and (int(stop.old), int(stop.new)) == (old, old + 3)
        assert stop.func == "touch"


def test_read_and_access_watchpoints(gdb):
    gdb.run("rwatch history[3]")
    gdb.run("thbreak touch if lap == 3")
    assert gdb.go().func == "touch"  # written only
    gdb.run("delete")
    gdb.run("awatch small")
    first, second = gdb.go(), gdb.go()
    assert {first.reason, second.reason} == {"access-watchpoint-trigger"}
    assert first.func == second.func == "touch"
    assert int(second.new.split()[0]) == int(second.old.split()[0]) + 1


def test_watch_of_eight_bytes_and_a_condition(gdb):
    gdb.run("watch wide")
    gdb.run("delete")
    gdb.run("watch written_rarely if written_rarely > 10")
    stop = gdb.go()
    assert (int(stop.old), int(stop.new)) == (7, 15) and gdb.value("laps") == 15


# --- steps ---

def test_next_and_step_go_by_lines(gdb):
    gdb.run("break measure")
    gdb.go()
    gdb.run("delete")
    start = debuggee.line_of("int area = 0;")
    lines = [int(gdb.go("next").line) for _ in range(6)]
    assert lines[0] > start and all(start <= line <= start + 6 for line in lines), lines
    gdb.run("tbreak deep")
    gdb.go()
    assert gdb.go("finish").func in ("main", "deep")
    gdb.run("tbreak main.c:1" if False else f"tbreak {debuggee.line_of('int sum = sum_of(primes, PRIMES);')}")
    gdb.go()
    assert gdb.go("next").func == "main"
    assert gdb.value("sum" if "sum =" in gdb.run("info locals") else "0") in (197, 0)
    gdb.run(f"tbreak {debuggee.line_of('int sum = sum_of(primes, PRIMES);')}")
    gdb.go()
    assert gdb.go("step").func == "sum_of"


def test_finish_tells_the_value(gdb):
    gdb.run("break add")
    gdb.go()
    stop = gdb.go("finish")
    assert stop.func == "main" and int(stop.return_value or stop.fields["return-value"]) == 16 + 197


def test_until_and_advance(gdb):
    gdb.run("break sum_of")
    gdb.go()
    gdb.run("delete")
    stop = gdb.go(f"until {debuggee.line_of('return sum;')}")
    assert stop.func == "sum_of" and int(stop.line) == debuggee.line_of("return sum;")
    assert gdb.value("sum") == 197
    assert gdb.go("advance bottom").func == "main"  # as GDB's manual says: the end of the frame stops it too
    assert gdb.go("advance bottom").func == "bottom"


def test_a_thousand_stepi(gdb, machine, elf):
    """Each lands where the instruction leads, by objdump, and on the line that readelf's table has for it."""
    known, table = debuggee.instructions(machine.tools, elf), debuggee.line_table(machine.tools, elf)
    gdb.run("tbreak touch")
    gdb.go()
    at = gdb.pc()
    for _ in range(1000):
        length, name, target = known[at]
        allowed = {at + length, target}
        if name in machine.returns:
            allowed = {gdb.value(f"(long)${machine.link}") & 0xFFFFFFFF}
        elif name in INDIRECT:
            allowed = known.keys()
        stop = gdb.go("stepi")
        assert stop.reason == "end-stepping-range"
        now = int(stop.addr, 16)
        assert now in allowed, (hex(at), name, hex(now))
        row = [r for r in table if r[0] <= now][-1]
        if stop.line and row[2]:
            assert int(stop.line) in {r[2] for r in table if r[0] == row[0]}, (hex(now), stop, row)
        at = now


# --- frames ---

def test_backtrace_with_locals_and_arguments(gdb, machine):
    gdb.run("break bottom")
    gdb.go()
    got = frames(gdb)
    assert [f[1] for f in got] == ["bottom"] + ["deep"] * 7 + ["main", "_start"][:len(got) - 8]
    assert got[0][2] == "from=from@entry=0" and [f[2].split("=")[-1] for f in got[1:8]] == [str(n) for n in range(7)]
    gdb.run("frame 4")
    assert "twice = 6" in gdb.run("info locals") or not machine.abi_is_gdbs
    gdb.run("up")
    assert gdb.value("levels") == 4
    gdb.run("frame function main")
    assert gdb.value("area") == 16 and gdb.value("sum") == 197
    assert gdb.run("print square").endswith('kind = 5, is_closed = 1}\n')
    assert "0x" in gdb.run("print square.name") and '"square"' in gdb.run("print square.name")


def test_variables_and_registers_are_changed(gdb, machine):
    gdb.run("break add")
    gdb.go()
    gdb.run("set var a = 1000")
    gdb.run("set var b = 1")
    assert int(gdb.go("finish").fields["return-value"]) == 1001
    gdb.run("set var square.corners[2].x = 44")
    assert gdb.value("square.corners[2].x") == 44
    gdb.run("set var square.kind = 2")
    assert gdb.value("square.kind") == 2 and gdb.value("square.is_closed") == 1
    for name in machine.scratch:
        gdb.run(f"set var ${name} = 0x5a5a1234")
        assert gdb.value(f"(unsigned long)${name}") == 0x5A5A1234
    gdb.run("break touch")
    gdb.go()
    gdb.run("return")
    assert frames(gdb)[0][1] == "main"


def test_functions_are_called(gdb, machine):
    if not machine.abi_is_gdbs:
        pytest.skip("GDB calls by another ABI than the program's")
    gdb.run("tbreak measure")
    gdb.go()
    before = gdb.run("info registers")
    assert gdb.value("add(20, 22)") == 42
    assert gdb.value("mix(1, 0x100000000, 3)") == 0x100000000 - 2
    assert gdb.value("sum_of(primes, 5)") == 28
    assert gdb.run("info registers") == before
    gdb.run("break bottom")
    with pytest.raises(GdbError, match="stopped while in a function called from GDB"):
        gdb.run("print deep(2)")
    assert frames(gdb)[0][1] == "bottom"
    gdb.run("delete")
    gdb.go("finish")


# --- memory ---

def test_memory_is_shown_dumped_restored(gdb, tmp_path):
    assert gdb.run("x/s message").split(":")[1].strip() == '"the same bytes in GDB, in the file and in the chip"'
    assert gdb.run("x/2dw primes").split()[-2:] == ["2", "3"]
    assert re.findall(r"\t(\S+)", gdb.run("x/3i add"))
    file, start = tmp_path / "dump.bin", gdb.value("(unsigned long)&square") & ~0xFFFF
    block = f"{start:#x} {start + 0x8000:#x}"
    gdb.run(f"dump binary memory {file} {block}")
    data = file.read_bytes()
    gdb.run(f"set var *(int *){start + 0x7000:#x} = ~*(int *){start + 0x7000:#x}")
    gdb.run(f"set var *(char *){start + 0x7fff:#x} = 9")
    file.write_bytes(data)
    gdb.run(f"restore {file} binary {start:#x}")
    gdb.run(f"dump binary memory {file} {block}")
    assert file.read_bytes() == data
    assert "<message" in gdb.run(f"find {start:#x}, +0x4000, 't', 'h', 'e', ' ', 's'")
    with pytest.raises(GdbError, match="Cannot access memory at address 0x10"):
        gdb.run("x/xw 0x10")


def test_monitor_commands_answer(gdb, machine):
    assert "hello" in gdb.run("monitor echo hello")
    assert machine.chip in gdb.run("monitor targets")
    at = gdb.value("(unsigned long)&main") & ~3
    assert f"{at:#x}"[2:] in gdb.run(f"monitor mdw {at:#x} 4")
    with pytest.raises(GdbError):
        gdb.run("monitor no_such_command")


# --- crashes ---

@pytest.mark.parametrize("kind", KINDS)
def test_crashes_of_every_kind(gdb, machine, elf, kind):
    cause = machine.causes[kind]
    gdb.run("hbreak *&trapped")
    gdb.run(f"set var trouble = {kind}")
    stop = gdb.go()
    if cause is None:  # a break instruction of the program's own stops there
        assert stop.reason == "signal-received" and stop.signal_name == "SIGTRAP" and stop.func == "make_trouble"
        return
    assert int(stop.addr, 16) == debuggee.symbols(machine.tools, elf)["trapped"]
    assert gdb.value(machine.cause) == cause
    pc = gdb.value(machine.cause_pc) & 0xFFFFFFFF
    assert kind == 4 or "make_trouble" in gdb.run(f"info symbol {pc:#x}")
