# SPDX-License-Identifier: Apache-2.0
"""Breakpoints in flash, with the whole program: set and met through GDB's protocol, gone from the flash afterwards whatever happens.
The judges are the flash file, byte by byte, and the program itself: single steps tell in which order its instructions come."""
import json
import os
import re
import signal
import subprocess
import time

import pytest
from gdb_client import Gdb, serving
from sockets import ask, connect, read_until

from rig import BUILD, PROGRAM, run_program

CHIPS = {
    "esp32": {"board": "esp32-wrover", "images": "demo-e000", "code": (0x400D0000, 0x40400000), "encrypted": "FLASH_CRYPT_CNT=1",
              "secure": "ABS_DONE_0=1", "reset": (0x3FF48000, 1 << 31), "rom": 0x40000100},
    "esp32s3": {"board": "esp32s3-n8", "images": "demo-esp32s3", "code": (0x42000000, 0x44000000),
                "encrypted": "SPI_BOOT_CRYPT_CNT=1", "secure": "SECURE_BOOT_EN=1", "reset": (0x60008000, 1 << 31),
                "rom": 0x40000100},
}
BREAKS = 40
LIST = "echo [esp flash_breakpoints]"


def symbols(chip):
    listing = subprocess.run(["nm", BUILD / f"sim/rom/{chip}_app.elf"], capture_output=True, text=True, check=True).stdout
    return {words[2]: int(words[0], 16) for words in map(str.split, listing.splitlines()) if len(words) == 3}


class Bench:
    """A virtual board whose flash holds the sample app."""

    def __init__(self, chip, folder):
        self.chip, self.known = chip, CHIPS[chip]
        self.path = folder / "flash.bin"
        images = BUILD / "sim/rom" / self.known["images"]
        if not (images / "flasher_args.json").exists():
            pytest.skip("the samples were not built (no cross compiler)")
        self.sym = symbols(chip)
        done = run_program("flash", *self.sim(), images)
        assert done.status == 0, done
        self.program = self.path.read_bytes()

    def sim(self):
        return [f"--sim={self.known['board']}", "--sim-flash", str(self.path)]

    def is_as_programmed(self):
        content = self.path.read_bytes()
        return [hex(i) for i in range(0, len(content), 4096) if content[i:i + 4096] != self.program[i:i + 4096]] == []

    def in_flash(self, addr):
        low, high = self.known["code"]
        return low <= addr < high


@pytest.fixture(autouse=True)
def state(tmp_path, monkeypatch):
    """Where the journals are."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "state/espocd/breaks"


@pytest.fixture(params=list(CHIPS))
def bench(request, tmp_path):
    return Bench(request.param, tmp_path)


@pytest.fixture
def esp32(tmp_path):
    return Bench("esp32", tmp_path)


def attach(port):
    gdb = Gdb(port)
    gdb.ask("qSupported:swbreak+;hwbreak+;error-message+")
    return gdb


def run_to_work(gdb, bench):
    """The app runs; it stands at the begin of app_work."""
    gdb.monitor("reset run; sleep 700")
    gdb.ask("?")
    assert gdb.ask(f"Z1,{bench.sym['app_work']:x},3") == "OK"
    assert gdb.ask("vCont;c").startswith("T05")
    assert gdb.ask(f"z1,{bench.sym['app_work']:x},3") == "OK"
    assert gdb.register(0) == bench.sym["app_work"]


def trace(gdb, bench, steps):
    """The addresses in flash that the program comes by."""
    seen = []
    for _ in range(steps):
        pc = gdb.register(0)
        if bench.in_flash(pc):
            seen.append(pc)
        assert gdb.ask("vCont;s:1").startswith("T05")
    return seen


def writes(gdb):
    return int(re.search(r"sectors written in this session: (\d+)", gdb.monitor("esp flash_breakpoints")[1])[1])


def set_all(gdb, addrs):
    for addr in addrs:
        assert gdb.ask(f"Z1,{addr:x},3") == "OK"


def clear_all(gdb, addrs):
    for addr in addrs:
        assert gdb.ask(f"z1,{addr:x},3") == "OK"


def stop(gdb):
    assert gdb.ask("vCont;c").startswith("T05thread:1"), gdb.console
    return gdb.register(0)


# --- met, and gone ---

def test_forty_breakpoints_are_met_in_order_and_leave_no_trace(bench, state):
    with serving(*bench.sim()) as (process, port), attach(port) as gdb:
        run_to_work(gdb, bench)
        seen = trace(gdb, bench, 300)
        addrs = list(dict.fromkeys(seen))[:BREAKS]
        assert len(addrs) == BREAKS
        expected = [pc for pc in seen if pc in addrs]
        code = gdb.read(bench.sym["app_work"], 0x60)
        set_all(gdb, addrs)
        while stop(gdb) != expected[0]:
            pass
        assert [gdb.register(0)] + [stop(gdb) for _ in expected[1:BREAKS + 8]] == expected[:BREAKS + 8]
        # GDB takes all out and puts them in again at each stop: nothing of it reaches the flash
        before = writes(gdb)
        assert before >= 1
        for _ in range(5):
            clear_all(gdb, addrs)
            assert gdb.ask("vCont;s:1").startswith("T05")
            set_all(gdb, list(reversed(addrs)))
            stop(gdb)
        assert writes(gdb) == before
        assert gdb.read(bench.sym["app_work"], 0x60) == code
        assert gdb.monitor(f"read_memory {bench.sym['app_work'] & ~3:#x} 32 4")[0] == "OK"
        assert len(list(state.iterdir())) == 1
        assert gdb.ask("D") == "OK"
        time.sleep(0.2)
        gdb.sock.close()
    assert bench.is_as_programmed()
    assert list(state.iterdir()) == []
    assert "breakpoints are used up" in "".join(process.said)


def test_steps_over_calls_cost_no_write_after_the_first(bench):
    with serving(*bench.sim()) as (_, port), attach(port) as gdb:
        run_to_work(gdb, bench)
        seen = list(dict.fromkeys(trace(gdb, bench, 300)))
        set_all(gdb, seen[5:7])  # the user's own, which take the hardware
        stop(gdb)
        counts = []
        for temporary in seen[20:28]:
            assert gdb.ask(f"Z1,{temporary:x},3") == "OK"
            while stop(gdb) != temporary:
                pass
            assert gdb.ask(f"z1,{temporary:x},3") == "OK"
            counts.append(writes(gdb))
        assert counts[0] == counts[-1] == 1
    assert bench.is_as_programmed()


@pytest.mark.parametrize("end", ["D", "hang up", signal.SIGINT, signal.SIGTERM, "shutdown"])
def test_they_go_with_whoever_wanted_them(esp32, end):
    with serving(*esp32.sim()) as (process, port):
        gdb = attach(port)
        run_to_work(gdb, esp32)
        addrs = list(dict.fromkeys(trace(gdb, esp32, 200)))[:10]
        set_all(gdb, addrs)
        stop(gdb)
        assert writes(gdb) == 1
        if end == "D":
            assert gdb.ask("D") == "OK"
        elif end == "hang up":
            gdb.sock.close()
            time.sleep(0.5)
        elif end == "shutdown":
            gdb.monitor("shutdown")
        else:
            process.send_signal(end)
            process.wait(30)
        if end in ("D", "hang up"):
            with attach(port) as other:
                assert writes(other) == 2
    assert esp32.is_as_programmed()


def test_conditions_and_the_program_that_runs_on(bench):
    """A condition on a breakpoint in flash: counter & 3 == 0."""
    with serving(*bench.sim()) as (_, port), attach(port) as gdb:
        run_to_work(gdb, bench)
        fill = list(dict.fromkeys(pc for pc in trace(gdb, bench, 300)))[-2:]
        work, counter = bench.sym["app_work"], bench.sym["app_counter"]
        for addr in fill:
            assert gdb.monitor(f"bp {addr:#x} 3 hw")[0] == "OK"
        gdb.monitor(f"rbp {fill[0]:#x}; rbp {fill[1]:#x}")
        for addr in (bench.sym["app_tick"], bench.sym["app_main"]):  # never met again, or with a false condition
            assert gdb.ask(f"Z1,{addr:x},3;X3,220027") == "OK"
        assert gdb.ask(f"Z0,{work:x},3;Xd,24{counter:x}1922030f22001327") == "OK"
        for _ in range(3):
            assert gdb.ask("vCont;c").startswith("T05thread:1")
            assert gdb.register(0) == work and gdb.word(counter) % 4 == 0
        gdb.ask("D")
    assert bench.is_as_programmed()


def test_both_cores_step_over_them(bench):
    """The second core counts in a loop in flash, while the first one goes through its beat."""
    core1, counter = bench.sym["app_core1_work"], bench.sym["app_core1_counter"]
    with serving(*bench.sim()) as (_, port), attach(port) as gdb:
        gdb.monitor("debug_level 1")  # hundreds of stops
        run_to_work(gdb, bench)
        way = list(dict.fromkeys(trace(gdb, bench, 300)))[10:30]
        run_to_work(gdb, bench)
        for a, b in zip(way[::4], way[1::4]):
            set_all(gdb, [a, b, *way[-2:], core1])
            counters = []
            while len(counters) < 5:
                if gdb.ask("vCont;c").startswith("T05thread:2"):
                    assert gdb.ask("Hg2") == "OK" and gdb.register(0) == core1
                    counters.append(gdb.word(counter))
            assert counters == list(range(counters[0], counters[0] + 5))
            clear_all(gdb, [core1])
            gdb.ask("Hg1")
            before = gdb.word(counter)
            for _ in range(8):  # the second core goes on meanwhile
                if gdb.register(0) == b:
                    break
                stop(gdb)
            assert gdb.register(0) == b and gdb.word(counter) >= before
            clear_all(gdb, [a, b])
        gdb.ask("D")
    assert bench.is_as_programmed()


# --- resets ---

def test_the_bootloader_sees_the_program_as_it_was_built(bench):
    """It refuses an app whose SHA-256 is wrong, so breakpoints wait until the app begins."""
    with serving(*bench.sim()) as (_, port), attach(port) as gdb:
        run_to_work(gdb, bench)
        addrs = list(dict.fromkeys(trace(gdb, bench, 200)))[:8]
        for command in ("reset halt", "reset run", "reset halt"):
            assert gdb.monitor(command)[0] == "OK"
            gdb.ask("?")
            set_all(gdb, [bench.sym["app_main"], *addrs])
            if command == "reset run":
                gdb.interrupt() if gdb.ask("?") == "" else None
            assert stop(gdb) == bench.sym["app_main"]
            assert stop(gdb) in addrs
        gdb.ask("D")
    assert bench.is_as_programmed()


def test_a_program_that_resets_itself_starts_again(bench):
    addr, value = bench.known["reset"]
    with serving(*bench.sim()) as (process, port), attach(port) as gdb:
        run_to_work(gdb, bench)
        addrs = list(dict.fromkeys(trace(gdb, bench, 200)))[:8]
        set_all(gdb, [bench.sym["app_main"], *addrs])
        assert stop(gdb) in addrs
        gdb.monitor(f"catch {{mww {addr:#x} [expr {{[read_memory {addr:#x} 32 1] | {value:#x}}}]}}; poll")
        assert stop(gdb) == bench.sym["app_main"]
        assert stop(gdb) in addrs
        gdb.ask("D")
    assert bench.is_as_programmed()


# --- what somebody else left ---

class Server:
    """A virtual board of its own, which goes on when a debugger is killed."""

    def __init__(self, bench):
        self.bench = bench
        self.process = subprocess.Popen([str(PROGRAM), "sim", "--board", bench.known["board"], "--flash", str(bench.path), "--rbb", "0", "--realtime"],
                                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.port = None
        while not self.port:
            line = self.process.stdout.readline()
            assert line
            match = re.search(r"port (\d+)", line)
            self.port = match and match[1]

    def options(self):
        return ["-f", f"target/{self.bench.chip}.cfg", "-c", f"adapter driver remote_bitbang; remote_bitbang port {self.port}"]

    def end(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.communicate(timeout=60)


def kill_while_patched(server, bench):
    with serving(*server.options()) as (process, port):
        gdb = attach(port)
        gdb.monitor("reset run; sleep 700; halt")
        set_all(gdb, [bench.sym[name] for name in ("app_main", "app_tick", "app_work", "app_core1_work")])
        assert gdb.ask("vCont;c").startswith("T05")
        assert writes(gdb) == 1
        process.kill()
        process.wait(30)
        gdb.sock.close()


def start_again(server):
    return run_program(*server.options(), "-c", "gdb port disabled; tcl port disabled; telnet port disabled; init; shutdown")


def test_the_next_start_restores_what_a_killed_one_left(bench, state):
    server = Server(bench)
    kill_while_patched(server, bench)
    journal, = state.iterdir()
    assert re.fullmatch(rf"{bench.chip}-[0-9a-f]{{12}}\.journal", journal.name)
    again = start_again(server)
    assert "were still in the flash: 1 sector of the program restored" in again.err, again
    assert not journal.exists()
    assert "still in the flash" not in start_again(server).err
    server.end()
    assert bench.is_as_programmed()


def test_what_was_programmed_meanwhile_is_left_alone(esp32, state):
    server = Server(esp32)
    kill_while_patched(server, esp32)
    journal, = state.iterdir()
    kept = journal.read_bytes()
    sector = next(i for i in range(0, len(esp32.program), 4096) if i >= 0x30000)
    other = os.urandom(4096)
    (esp32.path.parent / "other.bin").write_bytes(other)
    # A debugger that knows nothing of the journal programs the sector: another user's, or the serial port.
    done = run_program(*server.options(), "-c", "gdb port disabled; tcl port disabled; telnet port disabled; init; halt",
                       "-c", f"flash write_image erase {esp32.path.parent / 'other.bin'} {sector:#x}; shutdown",
                       env=dict(os.environ, XDG_STATE_HOME=str(esp32.path.parent / "elsewhere")))
    assert done.status == 0, done
    assert journal.read_bytes() == kept
    again = start_again(server)
    assert "somebody has programmed the flash since, and it is left as it is" in again.err, again
    assert not journal.exists()
    server.end()
    content = esp32.path.read_bytes()
    assert content[sector:sector + 4096] == other
    assert content[:sector] == esp32.program[:sector]


@pytest.mark.parametrize("cut", [0, 1, 100, 4000, -1])
def test_a_journal_that_was_cut_is_none(esp32, state, cut):
    """It is on the disk before the flash is touched: what is cut tells of nothing that was done."""
    server = Server(esp32)
    kill_while_patched(server, esp32)
    journal, = state.iterdir()
    whole = journal.read_bytes()
    journal.write_bytes(whole[:cut] if cut >= 0 else whole + b"rubbish behind it")
    again = start_again(server)
    assert again.status == 0, again
    assert ("1 sector of the program restored" in again.err) == (cut < 0)
    assert not journal.exists()
    server.end()


def test_the_cable_is_pulled_in_the_middle(esp32, state):
    """At any time from before the first write to after the last. What the flash holds then the next start makes good."""
    silent = ["-c", "gdb port disabled; tcl port disabled; telnet port disabled; init"]
    script = ["reset run; sleep 700; halt", *(f"bp {esp32.sym[name]:#x} 3" for name in ("app_work", "app_main", "app_tick", "app_core1_work")),
              "esp process_lazy_breakpoints", "shutdown"]
    untouched, patched, erased = 0, 0, 0
    for tcks in range(1_300_000, 8_000_000, 50_000):
        run = run_program(*esp32.sim(), "--sim-fault", f"unplugged@{tcks}", *silent, "-c", "; ".join(script))
        sectors = [esp32.path.read_bytes()[i:i + 4096] for i in range(0x30000, 0x31000, 4096)]
        changed = not esp32.is_as_programmed()
        again = run_program(*esp32.sim(), *silent, "-c", "shutdown")
        assert again.status == 0 and esp32.is_as_programmed(), again
        assert ("1 sector of the program restored" in again.err) == changed, again
        assert not state.exists() or list(state.iterdir()) == []
        untouched, patched, erased = untouched + (not changed), patched + changed, erased + (sectors == [b"\xff" * 4096])
        if "2 sectors of the flash were written" in run.err and not changed:
            break
    assert untouched > 2 and patched > 5, (untouched, patched, erased)


# --- what cannot be ---

def refuse(options, *commands):
    done = run_program(*options, "-c", "gdb port disabled; tcl port disabled; telnet port disabled; init; halt", "-c",
                       "; ".join([*commands, "shutdown"]))
    return done.err.replace("\n", " ")


@pytest.mark.parametrize("efuse, text", [
    ("encrypted", r"not possible, because flash encryption is on \(\w+\)"),
    ("secure", r"not possible, because secure boot is on \(\w+\)"),
])
def test_settings_of_the_chip_forbid_them(bench, efuse, text):
    a, b, c = (bench.sym[name] for name in ("app_main", "app_work", "app_tick"))
    said = refuse([*bench.sim(), "--sim-efuse", bench.known[efuse]], f"bp {a:#x} 3; bp {b:#x} 3", f"catch {{bp {c:#x} 3}} why; echo $why")
    assert re.search(rf"2 hardware breakpoints, taken by those at {a:#010x} and {b:#010x}: remove one first\. And a breakpoint in "
                     rf"flash at {c:#010x} is {text}", said), said
    assert bench.is_as_programmed()


def test_a_flash_that_is_protected_stays_so(esp32):
    a, b, c = (esp32.sym[name] for name in ("app_main", "app_work", "app_tick"))
    said = refuse([*esp32.sim(), "--sim-flash-state", "protected-all"], "reset run; sleep 700; halt", f"bp {a:#x} 3; bp {b:#x} 3",
                  f"catch {{bp {c:#x} 3}} why; echo $why")
    assert "because its sector 0x0" in said and "is write-protected" in said, said
    assert esp32.is_as_programmed()


def test_what_is_not_mapped_or_is_rom(esp32):
    a, b = (esp32.sym[name] for name in ("app_main", "app_work"))
    said = refuse(esp32.sim(), "reset run; sleep 700; halt", f"bp {a:#x} 3; bp {b:#x} 3", "catch {bp 0x40300000 3} why; echo $why",
                  f"catch {{bp {esp32.known['rom']:#x} 3}} why; echo $why")
    assert "0x40300000 is not possible, because nothing of the flash is mapped there" in said, said
    assert "0x40000100 is not possible, that is ROM0" in said, said
    said = refuse(["-c", "set ESP_FLASH_SIZE 0", "-f", "target/esp32.cfg", *esp32.sim()], f"bp {a:#x} 3; bp {b:#x} 3",
                  f"catch {{bp {esp32.sym['app_tick']:#x} 3}} why; echo $why")
    assert "because the configuration has no flash bank (ESP_FLASH_SIZE 0)" in said, said


def test_without_a_journal_there_are_none(esp32, tmp_path, monkeypatch):
    """A file stands where the folder of journals would be."""
    (tmp_path / "state").write_text("")
    names = ("app_main", "app_work", "app_tick", "app_core1_work")
    said = refuse(esp32.sim(), "reset run; sleep 700; halt", *(f"bp {esp32.sym[name]:#x} 3" for name in names), "catch {resume} why; echo $why")
    assert "no breakpoint is put into the flash, because it cannot be written down first" in said, said
    assert esp32.is_as_programmed()


@pytest.mark.parametrize("app", ["protected", "locked"])
def test_a_program_with_memory_protection(tmp_path, app):
    """As ESP-IDF switches it on: its RAM for code cannot be written, but by a debugger as long as it is not locked."""
    elf, out = BUILD / f"sim/rom/esp32s3_{app}.elf", tmp_path / "app.bin"
    bench = Bench("esp32s3", tmp_path)
    assert run_program("image", "create", "--chip", "esp32s3", "--flash-size", "8MB", "-o", out, elf).status == 0
    slot = json.loads((BUILD / "sim/rom/demo-esp32s3/flasher_args.json").read_text())["app"]["offset"]
    assert run_program("flash", *bench.sim(), f"{out}@{slot}").status == 0
    bench.program = bench.path.read_bytes()
    listing = subprocess.run(["nm", elf], capture_output=True, text=True, check=True).stdout
    sym = {words[2]: int(words[0], 16) for words in map(str.split, listing.splitlines()) if len(words) == 3}
    addrs = [sym[name] for name in ("app_main", "app_tick", "app_work", "app_core1_work")]
    said = refuse(bench.sim(), "reset run; sleep 700; halt", *(f"bp {addr:#x} 3" for addr in addrs[:2]),
                  f"catch {{bp {addrs[2]:#x} 3; bp {addrs[3]:#x} 3}} why; echo WHY-$why",
                  f"resume; wait_halt 3000; {LIST}", "step; resume; wait_halt 3000; resume; sleep 100; halt")
    if app == "locked":
        assert re.search(r"WHY-.*remove one first\. And a breakpoint in flash at 0x\w+ is not possible: .*locked", said), said
    else:
        assert re.search(r"0x4\w+ at flash offset 0x0\w+: set", said) and "violated" not in said, said
        assert said.count("debug_reason=00000001") > 2, said
    assert bench.is_as_programmed()


# --- bp, as scripts use it ---

def test_bp_of_scripts(bench):
    names = ("app_main", "app_work", "app_tick", "app_core1_work")
    addrs = {name: bench.sym[name] for name in names}
    said = refuse(bench.sim(), "reset run; sleep 700; halt", *(f"bp {addr:#x} 3" for addr in addrs.values()), "echo [bp]", LIST,
                  f"resume; wait_halt 3000; {LIST}", "rbp all; resume; sleep 300; halt; echo ALL-[bp]-GONE", LIST)
    assert len(re.findall(r"Hardware breakpoint\(IVA\)", said)) == 2 and len(re.findall(r"Flash breakpoint\(IVA\)", said)) == 2
    assert said.count("will be set when the target goes on") == 2 and said.count(": in hardware") >= 2
    assert len(re.findall(r"0x4\w+ at flash offset 0x0\w+: set", said)) == 2
    assert re.search("Target halted, PC=0x(" + "|".join(f"{a:08X}" for a in addrs.values()) + "), debug_reason=00000001", said), said
    assert re.findall(r"sectors written in this session: (\d+)", said) == ["0", "1", "2"], said
    assert "ALL--GONE" in said
    assert bench.is_as_programmed()


def test_bp_over_telnet_and_the_tcl_port_beside_gdb(esp32):
    """Who wants the same place has it once, and it goes with the last who wants it."""
    main, tick, core1, work = (esp32.sym[name] for name in ("app_main", "app_tick", "app_core1_work", "app_work"))
    with serving(*esp32.sim()) as (process, port), attach(port) as gdb, connect(process.ports["tcl"]) as tcl, \
            connect(process.ports["telnet"]) as telnet:
        gdb.monitor("reset run; sleep 700; halt")
        for addr in (main, tick, core1):
            assert ask(tcl, f"bp {addr:#x} 3") == f"breakpoint set at {addr:#010x}"
        read_until(telnet, b"> ")
        telnet.sendall(f"bp {work:#x} 3\n".encode())
        assert f"breakpoint set at {work:#010x}".encode() in read_until(telnet, b"> ")
        assert gdb.ask(f"Z1,{core1:x},3") == "OK"  # the user's, already
        assert gdb.ask("vCont;c").startswith("T05")
        listed = ask(tcl, "esp flash_breakpoints")
        assert re.search(rf"{core1:#010x} at flash offset 0x0\w+: set\n{work:#010x} at flash offset 0x0\w+: set\n", listed), listed
        assert gdb.ask(f"z1,{core1:x},3") == "OK"
        assert f"Flash breakpoint(IVA): addr={core1:#010x}, len=0x3" in ask(tcl, "bp")
        assert "there is a breakpoint at" in ask(tcl, f"catch {{bp {core1:#x} 3}} why; set why")
        ask(tcl, f"rbp {core1:#x}")
        assert "there is no breakpoint at" in ask(tcl, f"catch {{rbp {core1:#x}}} why; set why")
        ask(tcl, "rbp all")
        ask(tcl, "esp process_lazy_breakpoints")
        assert ask(tcl, "esp flash_breakpoints") == "sectors written in this session: 2"
        gdb.ask("D")
    assert esp32.is_as_programmed()


def test_flash_commands_see_the_program(esp32, tmp_path):
    """Reading shows the program; verifying and programming have it restored, and what is programmed stays."""
    back, new = tmp_path / "back.bin", tmp_path / "new.bin"
    new.write_bytes(b"\x55" * 100)
    names = ("app_main", "app_work", "app_tick", "app_core1_work")
    sector = 0x30000
    said = refuse(esp32.sim(), "reset run; sleep 700; halt", *(f"bp {esp32.sym[name]:#x} 3" for name in names), "resume; wait_halt 3000", LIST,
                  f"flash read_bank 0 {back} 0 0x40000", LIST, f"echo MEM-[read_memory {esp32.sym['app_core1_work'] & ~3:#x} 32 2]",
                  f"flash verify_bank 0 {back} 0", LIST, f"flash write_image erase {new} {sector + 0xF00:#x}", LIST)
    assert back.read_bytes() == esp32.program[:0x40000]
    assert re.findall(r"sectors written in this session: (\d+)", said) == ["1", "1", "2", "2"], said
    at = sector + (esp32.sym["app_core1_work"] & 0xFFFC)
    words = [int.from_bytes(esp32.program[at + n:at + n + 4], "little") for n in (0, 4)]
    assert "MEM-" + " ".join(f"{w:#x}" for w in words) in said, said
    content = esp32.path.read_bytes()
    assert content[sector + 0xF00:sector + 0xF00 + 100] == b"\x55" * 100
    assert content[:sector + 0xF00] == esp32.program[:sector + 0xF00]
