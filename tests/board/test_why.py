# SPDX-License-Identifier: Apache-2.0
"""Why a core stopped, in words, on GDB's console and in the log, while a program fails in the ways that programs do. The program is the
sample app; what makes it fail is put into its RAM."""
import re
import subprocess

import pytest
from gdb_client import Gdb, serving

from rig import BUILD, run_program

CHIPS = {"esp32": ("esp32-wrover", "demo-e000"), "esp32s3": ("esp32s3-n8", "demo-esp32s3")}


def symbols(chip):
    listing = subprocess.run(["nm", BUILD / f"sim/rom/{chip}_app.elf"], capture_output=True, text=True, check=True).stdout
    return {words[2]: int(words[0], 16) for words in map(str.split, listing.splitlines()) if len(words) == 3}


@pytest.fixture(params=list(CHIPS))
def running(request, tmp_path):
    board, images = CHIPS[request.param]
    folder = BUILD / "sim/rom" / images
    if not (folder / "flasher_args.json").exists():
        pytest.skip("the samples were not built (no cross compiler)")
    flash = tmp_path / "flash.bin"
    done = run_program("flash", f"--sim={board}", "--sim-flash", flash, folder)
    assert done.status == 0, done
    with serving(f"--sim={board}", "--sim-flash", flash) as (process, port), Gdb(port) as gdb:
        gdb.ask("qSupported:error-message+;swbreak+;hwbreak+")
        assert gdb.monitor("reset run; sleep 700; halt")[0] == "OK"
        gdb.chip, gdb.sym, gdb.process = request.param, symbols(request.param), process
        yield gdb


def log_of(gdb):
    """The log, once the server has ended."""
    gdb.sock.close()
    return gdb.process.log_at_end()


def put(gdb, addr, data):
    assert gdb.ask(f"M{addr:x},{len(data):x}:{data.hex()}") == "OK"


def resume(gdb):
    gdb.console = ""
    gdb.send("vCont;c")
    return gdb.reply()


def test_a_watchpoint_tells_old_and_new(running):
    gdb, counter = running, running.sym["app_counter"]
    now = gdb.word(counter)
    assert gdb.ask(f"Z2,{counter:x},4") == "OK"
    for i in range(2):
        assert resume(gdb).startswith(f"T05thread:1;core:0;watch:{counter:08x};")
        assert gdb.console == (f"{gdb.chip}.cpu0: stopped by the watchpoint at 0x{counter:08x} (4 bytes, write): the program changes "
                               f"0x{counter:08x} from 0x{now + i:08x} to 0x{now + i + 1:08x}\n")
    said = log_of(gdb)
    assert said.count("stopped by the watchpoint at") == 2
    assert f"[{gdb.chip}.cpu1] stopped because {gdb.chip}.cpu0 did" in said


def test_a_break_of_the_programs_own(running):
    gdb = running
    put(gdb, gdb.sym["iram_work"], bytes.fromhex("004000"))  # break 0, 0
    assert resume(gdb).startswith("T05thread:1;core:0;")
    assert "stopped by a break instruction of the program's own: break 0, 0, the one that programs stop for a debugger with" in gdb.console
    assert "stopped by a break instruction" in log_of(gdb)


def test_what_gdb_says_by_itself_is_not_said_again(running):
    gdb = running
    assert gdb.ask(f"Z1,{gdb.sym['app_work']:x},2") == "OK"
    assert resume(gdb) == "T05thread:1;core:0;hwbreak:;"
    assert gdb.console == ""
    gdb.ask("vCont;s:1")
    assert gdb.console == ""
    gdb.ask(f"z1,{gdb.sym['app_work']:x},2")
    gdb.console = ""
    gdb.send("vCont;c")
    assert gdb.interrupt().startswith("T02") and gdb.console == ""
    assert not re.search(r"cpu0\] (stopped|in the vector)", log_of(gdb))


def give(gdb, known):
    reply = gdb.ask("qSymbol::")
    while reply != "OK":
        name = reply.split(":")[1]
        value = known.get(bytes.fromhex(name).decode())
        reply = gdb.ask(f"qSymbol:{'' if value is None else f'{value:x}'}:{name}")


@pytest.mark.parametrize("name", ["g_panic_abort_details", "s_panic_abort_details"])
def test_an_abort_says_its_text(running, name):
    """The variables of ESP-IDF's panic handler, in RAM that the app does not use."""
    gdb = running
    place = {"esp32": 0x3FFB8000, "esp32s3": 0x3FCA0000}[gdb.chip]
    text = b"assert failed: app_main main.c:42 (x != NULL)\0"
    give(gdb, {"g_panic_abort": place + 1, name: place + 8})
    put(gdb, place, bytes([0, 0, 0, 0]))
    put(gdb, place + 8, (place + 0x41).to_bytes(4, "little"))
    put(gdb, place + 0x41, text)
    gdb.send("vCont;c")
    assert gdb.interrupt().startswith("T02")
    put(gdb, place + 1, b"\1")
    gdb.console = ""
    gdb.send("vCont;c")
    assert gdb.interrupt().startswith("T02")
    assert gdb.console == f'{gdb.chip}.cpu0: the program has called abort(): "{text[:-1].decode()}"\n'
    assert log_of(gdb).count("the program has called abort()") == 2  # by both cores


def test_a_watchdog_that_has_reset_the_chip(running):
    gdb = running
    put(gdb, gdb.sym["app_use_watchdog"], (1).to_bytes(4, "little"))
    gdb.monitor("resume; sleep 300")
    # the main loop hangs: the watchdog is not fed any more
    gdb.monitor("halt")
    put(gdb, gdb.sym["iram_work"], bytes.fromhex("06ffff"))  # j .
    gdb.monitor("resume; sleep 3000")
    said = gdb.monitor("halt")[1]
    assert "a watchdog has reset the chip since the last stop (" in said, said
    assert "a watchdog" not in gdb.monitor("resume; sleep 10; halt")[1]
