# SPDX-License-Identifier: Apache-2.0
"""Threads of FreeRTOS over GDB's protocol, on the thread sample (sim/rom/threads): its variables have the names and the layout of
ESP-IDF's kernel for two cores. What is expected comes from the sample's source and its ELF file; the words of the protocol from GDB's
manual."""
import re
import subprocess
import xml.etree.ElementTree as tree

import pytest
from gdb_client import Gdb, serving

from rig import BUILD, run_program

# Register numbers of Espressif's GDB: see test_gdb_protocol.py.
CHIPS = {"esp32": {"board": "esp32-wrover", "offset": 0x1000, "ps": 73, "windowstart": 70},
         "esp32s3": {"board": "esp32s3-n8", "offset": 0, "ps": 73, "windowstart": 70}}
AR0, THREADS = 1, 50


class Sample:
    """The sample on a virtual board, its symbols, and what GDB does with them."""

    def __init__(self, chip, flash):
        self.chip, self.flash, self.board = chip, flash, CHIPS[chip]["board"]
        self.elf = BUILD / f"sim/rom/{chip}_threads.elf"
        listing = subprocess.run(["nm", "-S", self.elf], capture_output=True, text=True, check=True).stdout
        rows = [words for words in map(str.split, listing.splitlines()) if len(words) >= 3]
        self.symbols = {words[-1]: int(words[0], 16) for words in rows}
        self.sizes = {words[-1]: int(words[1], 16) for words in rows if len(words) == 4}

    def serving(self, *args):
        return serving(f"--sim={self.board}", "--sim-flash", self.flash, *args)

    def give_symbols(self, gdb, suffix=""):
        """What GDB does when it has read the file; gives the names that were asked for. With a suffix it knows no other names."""
        reply, asked = gdb.ask("qSymbol::"), []
        while reply != "OK":
            name = bytes.fromhex(reply.split(":")[1]).decode()
            asked.append(name)
            plain = name.removesuffix(suffix)
            value = f"{self.symbols[plain]:x}" if plain in self.symbols and name.endswith(suffix) else ""
            reply = gdb.ask(f"qSymbol:{value}:{name.encode().hex()}")
        return asked

    def is_in(self, addr, function):
        return self.symbols[function] <= addr < self.symbols[function] + self.sizes[function]

    def block(self, index):
        """The control block number index: main, worker, blink, queue, stopped, IDLE1."""
        size = self.sizes["blocks"] // 6
        return self.symbols["blocks"] + index * size


@pytest.fixture(scope="module", params=list(CHIPS))
def sample(request, tmp_path_factory):
    elf = BUILD / f"sim/rom/{request.param}_threads.elf"
    if not elf.exists():
        pytest.skip("the samples were not built (no cross compiler)")
    flash = tmp_path_factory.mktemp("threads") / "flash.bin"
    done = run_program("flash", f"--sim={CHIPS[request.param]['board']}", "--sim-flash", flash,
                       f"{elf}@{CHIPS[request.param]['offset']:#x}")
    assert done.status == 0, done
    return Sample(request.param, flash)


@pytest.fixture
def gdb(sample):
    """A GDB with symbols; both cores stand still, 700 ms after the reset."""
    with sample.serving() as (process, port), Gdb(port) as client:
        client.process = process
        client.ask("qSupported:error-message+;swbreak+;hwbreak+")
        assert client.monitor("reset run; sleep 700; halt")[0] == "OK"
        sample.give_symbols(client)
        yield client


def thread_ids(gdb):
    reply = gdb.ask("qfThreadInfo")
    assert reply[0] == "m" and gdb.ask("qsThreadInfo") == "l"
    return [int(i, 16) for i in reply[1:].split(",")]


def info(gdb, thread):
    return bytes.fromhex(gdb.ask(f"qThreadExtraInfo,{thread:x}")).decode()


def by_name(gdb):
    return {re.match("Name: (.*), State", info(gdb, i))[1]: i for i in thread_ids(gdb)}


def running(gdb):
    """What runs, by core."""
    return {int(m[2]): (m[1], i) for i in thread_ids(gdb) if (m := re.match(r"Name: (.*), State: Running @ core (\d)", info(gdb, i)))}


def test_all_threads_are_listed_in_words(sample, gdb):
    names = by_name(gdb)
    assert len(names) == THREADS
    assert names["main"] == sample.block(0) and names["IDLE1"] == sample.block(5)
    now = running(gdb)
    assert now[0][0] in ("main", "worker", "blink") and now[1][0] == "IDLE1"
    assert info(gdb, names["IDLE1"]) == "Name: IDLE1, State: Running @ core 1, Priority 0"
    assert info(gdb, names["queue"]) == "Name: queue, State: Blocked, Priority 3"
    assert info(gdb, names["stopped"]) == "Name: stopped, State: Suspended, Priority 3"
    other = names["worker" if now[0][0] != "worker" else "main"]
    assert re.fullmatch("Name: (main|worker), State: Ready, Priority 1", info(gdb, other))
    assert all(gdb.ask(f"T{i:x}") == "OK" for i in names.values())
    for gone in (1, 2, 0x3FFB0000):  # a core that runs a thread is none
        assert gdb.ask(f"T{gone:x}").startswith("E.")


def test_the_xml_list_says_the_same(sample, gdb):
    rows = tree.fromstring(gdb.object("threads").split("\n", 1)[1]).findall("thread")
    assert [int(r.get("id"), 16) for r in rows] == thread_ids(gdb)
    assert {int(r.get("core")): r.get("name") for r in rows if r.get("core")} == {c: n for c, (n, _) in running(gdb).items()}
    assert all(r.text == info(gdb, int(r.get("id"), 16)) for r in rows)


def test_a_gdb_that_was_told_of_a_core_goes_on_with_its_id(sample):
    """It attaches, hears of thread 1, and only then says where the variables are: thread 1 is from then on what ran on core 0, wherever
    that goes."""
    with sample.serving() as (_, port), Gdb(port) as gdb:
        gdb.monitor("reset run; sleep 700; halt")
        assert gdb.ask("?") == "T02thread:1;core:0;" and thread_ids(gdb) == [1, 2]
        sample.give_symbols(gdb)
        assert gdb.ask("T1") == "OK" and 2 not in thread_ids(gdb) and len(thread_ids(gdb)) == THREADS
        first = re.match("Name: (.*), State: Running @ core 0", info(gdb, 1))[1]
        assert gdb.ask("Hg1") == "OK"
        pc = gdb.register(0)
        assert gdb.ask("vCont;s:1;c") == "T05thread:1;core:0;" and gdb.register(0) != pc
        other = "worker" if first != "worker" else "main"
        assert gdb.ask(f"Z1,{sample.symbols[other + '_work']:x},2") == "OK"
        assert gdb.ask("vCont;c") == f"T05thread:{sample.block(0 if other == 'main' else 1):x};core:0;"
        assert re.match(f"Name: {first}, State: (Ready|Blocked)", info(gdb, 1))
        assert gdb.ask("vCont;s:1").startswith("T05thread:1;") and "does not run" in gdb.console
        # another GDB knows nothing of that
        with Gdb(port) as second:
            assert 1 not in thread_ids(second)


def test_stop_replies_name_the_thread(sample, gdb):
    now = running(gdb)
    assert gdb.ask("?") == f"T02thread:{now[0][1]:x};core:0;"
    assert gdb.ask("qC") == f"QC{now[0][1]:x}"
    work = sample.symbols["worker_work"]
    assert gdb.ask(f"Z1,{work:x},2") == "OK"
    for _ in range(3):
        assert gdb.ask("vCont;c") == f"T05thread:{sample.block(1):x};core:0;hwbreak:;"
        assert gdb.ask("qC") == f"QC{sample.block(1):x}"
        assert gdb.register(0) == work
    gdb.ask(f"z1,{work:x},2")
    idle = sample.symbols["idle_work"]
    assert gdb.ask(f"Z1,{idle:x},2") == "OK"
    assert gdb.ask("vCont;c") == f"T05thread:{sample.block(5):x};core:1;hwbreak:;"
    assert gdb.register(0) == idle


def test_threads_that_do_not_run_have_the_registers_of_their_frames(sample, gdb):
    numbers, names, now = CHIPS[sample.chip], by_name(gdb), running(gdb)
    assert gdb.ask(f"Hg{names['stopped']:x}") == "OK"
    top = gdb.word(names["stopped"])  # it has never run: its first frame
    assert gdb.register(0) == sample.symbols["waiting_thread"]
    assert gdb.register(AR0 + 1) == gdb.word(top + 0x10)
    assert (gdb.register(numbers["ps"]), gdb.register(numbers["windowstart"])) == (0x20, 1)
    assert gdb.ask("g")[:8] == sample.symbols["waiting_thread"].to_bytes(4, "little").hex()
    # one that was interrupted stands in its own code, with its own stack
    waits = "worker" if now[0][0] == "main" else "main"
    assert gdb.ask(f"Hg{names[waits]:x}") == "OK"
    assert any(sample.is_in(gdb.register(0), f) for f in (f"{waits}_thread", f"{waits}_work"))
    assert gdb.ask("p32")[:2] in ("xx", "00")  # ar49 has not been kept
    # and those that run have those of their cores
    for core, (name, thread) in now.items():
        assert gdb.ask(f"Hg{thread:x}") == "OK"
        pc = gdb.register(0)
        assert gdb.ask(f"Hg{core + 1:x}") == "OK"
        assert gdb.register(0) == pc


def test_registers_of_a_waiting_thread_are_written_into_its_frame(sample, gdb):
    names = by_name(gdb)
    assert gdb.ask(f"Hg{names['queue']:x}") == "OK"
    frame = gdb.word(names["queue"])
    gdb.set_register(AR0 + 2, 0x12345678)
    assert gdb.word(frame + 0x14) == 0x12345678 and gdb.register(AR0 + 2) == 0x12345678
    values = gdb.ask("g")
    assert gdb.ask("G" + values) == "OK"
    assert gdb.ask("P32=00000001").startswith("E.thread") and "has kept on its stack" in gdb.ask("P32=00000001")
    # the core that runs is left alone
    assert gdb.ask("Hg1") == "OK"
    assert gdb.register(AR0 + 2) != 0x12345678


def test_a_waiting_thread_goes_on_with_what_was_written(sample, gdb):
    now, names = running(gdb), by_name(gdb)
    waits = "worker" if now[0][0] == "main" else "main"
    assert gdb.ask(f"Hg{names[waits]:x}") == "OK"
    elsewhere = sample.symbols["waiting_thread"]
    gdb.set_register(0, elsewhere)
    assert gdb.ask(f"Z1,{elsewhere:x},2") == "OK"
    assert gdb.ask("vCont;c") == f"T05thread:{names[waits]:x};core:0;hwbreak:;"
    assert gdb.register(0) == elsewhere


def test_stepping_a_thread_steps_its_core(sample, gdb):
    for core, (name, thread) in running(gdb).items():
        other = 1 - core
        pcs = {}
        for c in (core, other):
            gdb.ask(f"Hg{c + 1:x}")
            pcs[c] = gdb.register(0)
        assert gdb.ask(f"vCont;s:{thread:x};c") == f"T05thread:{thread:x};core:{core};"
        assert gdb.register(0) != pcs[core]
        gdb.ask(f"Hg{other + 1:x}")
        assert gdb.register(0) == pcs[other]
        assert gdb.ask(f"Hc{thread:x}") == "OK"
        assert gdb.ask("s") == f"T05thread:{thread:x};core:{core};"


def test_a_waiting_thread_cannot_be_stepped_and_the_user_hears_why(sample, gdb):
    names = by_name(gdb)
    before = gdb.register(0)
    assert gdb.ask(f"vCont;s:{names['stopped']:x};c") == f"T05thread:{names['stopped']:x};"
    assert "(stopped) does not run, so it cannot be stepped" in gdb.console
    assert gdb.register(0) == sample.symbols["waiting_thread"]
    gdb.ask("Hg1")
    assert gdb.register(0) == before
    assert gdb.ask(f"Hc{names['stopped']:x}") == "OK"
    assert gdb.ask("s").startswith("T05") and "cannot be stepped" in gdb.console
    # going on with it alone lets all go on: the system decides who runs
    assert gdb.ask(f"Z1,{sample.symbols['worker_work']:x},2") == "OK"
    assert gdb.ask(f"vCont;c:{names['stopped']:x}") == f"T05thread:{names['worker']:x};core:0;hwbreak:;"


def test_threads_that_are_not_there_are_refused(sample, gdb):
    for packet in ("Hg3ffb0000", "Hc77", "qThreadExtraInfo,3ffb0000", "vCont;s:3ffb0000"):
        assert gdb.ask(packet).startswith("E."), packet
    assert gdb.ask("Hg0") == gdb.ask("Hg-1") == "OK"


def test_one_stop_costs_few_round_trips(sample, gdb):
    """Of a high-speed USB adapter's, which takes 125 us for one; the rest is the time that the bits take."""
    before = int(gdb.monitor("ms")[1])
    ids = thread_ids(gdb)
    for thread in ids:
        info(gdb, thread)
    gdb.object("threads")
    assert len(ids) == THREADS and int(gdb.monitor("ms")[1]) - before < 20


def test_names_of_link_time_optimization(sample):
    with sample.serving() as (_, port), Gdb(port) as gdb:
        gdb.monitor("reset run; sleep 700; halt")
        asked = sample.give_symbols(gdb, suffix=".lto_priv.0")
        assert asked[:2] == ["pxReadyTasksLists", "pxReadyTasksLists.lto_priv.0"]
        assert len(thread_ids(gdb)) == THREADS


def test_before_the_scheduler_runs_the_cores_are_the_threads(sample):
    with sample.serving() as (process, port), Gdb(port) as gdb:
        gdb.monitor("reset halt")
        sample.give_symbols(gdb)
        begin = sample.symbols["threads_begin"]
        assert gdb.ask(f"Z1,{begin:x},2") == "OK"
        assert gdb.ask("vCont;c").startswith("T05thread:1;core:0;")
        assert 1 in thread_ids(gdb) and max(thread_ids(gdb)) <= 2
        gdb.ask(f"z1,{begin:x},2")
        # core 1 runs nothing of the system's until it is started, 300 ms later
        gdb.monitor("resume; sleep 100; halt")
        assert running(gdb).keys() == {0} and len(thread_ids(gdb)) == THREADS
        gdb.monitor("resume; sleep 500; halt")
        assert running(gdb)[1][0] == "IDLE1" and len(thread_ids(gdb)) == THREADS
        # after a reset nothing is left of all that, though the RAM still holds it
        gdb.monitor("reset halt")
        assert max(thread_ids(gdb)) <= 2
        assert gdb.ask("qC") == "QC1"
        assert gdb.ask(f"Z1,{begin:x},2") == "OK"
        assert gdb.ask("vCont;c").startswith("T05thread:1;core:0;")
        gdb.ask("D")
    assert "Warn : FreeRTOS" not in "".join(process.said)


@pytest.mark.parametrize("kind, count", [("none", 2), ("hwthread", 2), ("auto", THREADS), ("FreeRTOS", THREADS)])
def test_rtos_can_be_chosen(sample, kind, count):
    with sample.serving("-c", f"set ESP_RTOS {kind}", "-c", f"script target/{sample.chip}.cfg") as (_, port), Gdb(port) as gdb:
        gdb.monitor("reset run; sleep 700; halt")
        assert ("pxReadyTasksLists" in sample.give_symbols(gdb)) == (count == THREADS)
        assert len(thread_ids(gdb)) == count
        gdb.monitor(f"{sample.chip}.cpu0 configure -rtos none")
        assert thread_ids(gdb) == [1, 2]


def test_kinds_of_others_are_said_to_be_missing(sample):
    for kind, status, words in (("Zephyr", 0, "not supported yet"), ("Windows", 1, "there are: auto, FreeRTOS, hwthread, none")):
        done = run_program(f"--sim={sample.board}", "-c", "gdb port disabled; tcl port disabled; telnet port disabled", "-c",
                           f"set ESP_RTOS {kind}", "-c", f"script target/{sample.chip}.cfg", "-c", "shutdown")
        assert done.status == status and words in done.err, done


def damage(sample, gdb, what):
    """Words of the sample's variables, as a halt in the middle of a change or a bug leaves them."""
    ready = sample.symbols["pxReadyTasksLists"] + 20  # priority 1
    suspended = sample.symbols["xSuspendedTaskList"]
    item = sample.block(3) + 4
    return {"cycle": (item + 4, item), "nowhere": (item + 4, 0x12345678), "peripheral": (item + 4, 0x60000000),
            "count": (suspended, 0xFFFFFFFF), "less": (suspended, 5), "ready": (ready, 0x7FFFFFFF),
            "current": (sample.symbols["pxCurrentTCBs"] + 4, 0xA5A5A5A5)}[what]


@pytest.mark.parametrize("what, least", [("cycle", 4), ("nowhere", 4), ("peripheral", 4), ("count", THREADS), ("less", 9),
                                         ("ready", THREADS), ("current", THREADS)])
def test_damaged_lists_give_what_is_found_and_one_sentence(sample, gdb, what, least):
    place, value = damage(sample, gdb, what)
    before = gdb.ask("?")
    assert gdb.ask(f"M{place:x},4:{value.to_bytes(4, 'little').hex()}") == "OK"
    gdb.ask("vCont;s:1")
    for _ in range(3):
        ids = thread_ids(gdb)
    assert least <= len(ids) <= THREADS + 1 and before.startswith("T02")
    assert sample.block(0) in ids or sample.block(1) in ids
    gdb.ask("D")
    gdb.sock.close()
    said = gdb.process.log_at_end()
    assert said.count("FreeRTOS: ") == (0 if what == "current" else 1), said


def test_a_core_that_is_not_started_is_no_thread_and_stops_when_it_is(sample):
    """A program for one core looks like that for as long as it runs; this one starts the other core later."""
    with sample.serving() as (_, port), Gdb(port) as gdb:
        gdb.ask("qSupported:error-message+;hwbreak+")
        gdb.monitor("reset run; sleep 300; halt")
        assert thread_ids(gdb) == [1] and gdb.ask("T2").startswith("E.")
        assert set(gdb.ask("Hg2") + gdb.ask("g")) <= set("OKx")
        assert gdb.ask("vCont;s:2").startswith("T02thread:1") and "needs a halted core" in gdb.console
        sample.give_symbols(gdb)
        assert len(thread_ids(gdb)) == THREADS and 2 not in thread_ids(gdb)
        assert info(gdb, sample.block(5)) == "Name: IDLE1, State: Ready, Priority 0"
        idle = sample.symbols["idle_work"]
        assert gdb.ask(f"Z1,{idle:x},2") == "OK"
        assert gdb.ask("vCont;c") == f"T05thread:{sample.block(5):x};core:1;hwbreak:;"
        assert gdb.register(0) == idle
