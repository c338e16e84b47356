# SPDX-License-Identifier: Apache-2.0
"""The GDB server against written dialogues (tests/board/dialogues), for each chip with the numbers of Espressif's GDB. The judge of
the words is GDB's manual, and of the numbers espressif/xtensa-overlays; the sample app's symbols come from its ELF file."""
import pathlib
import subprocess

import pytest
from gdb_client import Gdb, play, serving

from rig import BUILD, run_program

DIALOGUES = pathlib.Path(__file__).parent / "dialogues"

# Registers by number: xtensa-config.c of the overlay of each chip, and OpenOCD's xtensa-core files for those behind.
CHIPS = {
    "esp32": {"board": "esp32-wrover", "images": "demo-e000", "g_bytes": 105 * 4, "a1": 157 + 1, "prid": 146, "intset": 139,
              "ram": 0x3FFB8000},
    "esp32s3": {"board": "esp32s3-n8", "images": "demo-esp32s3", "g_bytes": 120 * 4 + 8 * 16, "a1": 212 + 1, "prid": 169,
                "intset": 162, "ram": 0x3FCA0000},
}


def crc(data):
    value = 0xFFFFFFFF
    for byte in data:
        value ^= byte << 24
        for _ in range(8):
            value = (value << 1 ^ 0x04C11DB7 if value >> 31 else value << 1) & 0xFFFFFFFF
    return value


def symbols(chip):
    listing = subprocess.run(["nm", BUILD / f"sim/rom/{chip}_app.elf"], capture_output=True, text=True, check=True).stdout
    return {words[2]: int(words[0], 16) for words in map(str.split, listing.splitlines()) if len(words) == 3}


def in_bytes(value):
    return value.to_bytes(4, "little").hex()


def words_of(chip):
    """What stands in braces in the dialogues."""
    known, sym = CHIPS[chip], symbols(chip)
    words = {name: f"{value:x}" for name, value in known.items() if isinstance(value, int)}
    words |= {"chip": chip, "{g_digits}": "{%d}" % (2 * known["g_bytes"]), "work": f"{sym['app_work']:x}",
              "work_bytes": in_bytes(sym["app_work"]), "tick": f"{sym['app_tick']:x}", "main": f"{sym['app_main']:x}",
              "iram": f"{sym['iram_work']:x}", "iram_bytes": in_bytes(sym["iram_work"]),
              "iram_end": f"{sym['iram_work'] + 0x1c:x}", "counter": f"{sym['app_counter']:x}",
              "counter1": f"{sym['app_core1_counter']:x}",
              "work1": f"{sym['app_core1_work']:x}", "work1_bytes": in_bytes(sym["app_core1_work"]),
              "work1_end": f"{sym['app_core1_work'] + 8:x}", "ram1": f"{known['ram'] + 1:x}", "and": "0f",
              "crc": f"{crc(bytes.fromhex('0011223344556677')):08x}"}
    return words


@pytest.fixture(scope="module", params=list(CHIPS))
def server(request, tmp_path_factory):
    """One program for all dialogues of a chip, with the sample app running."""
    known = CHIPS[request.param]
    images = BUILD / "sim/rom" / known["images"]
    if not (images / "flasher_args.json").exists():
        pytest.skip("the samples were not built (no cross compiler)")
    flash = tmp_path_factory.mktemp("gdb") / "flash.bin"
    done = run_program("flash", f"--sim={known['board']}", "--sim-flash", flash, images)
    assert done.status == 0, done
    with serving(f"--sim={known['board']}", "--sim-flash", flash) as (process, port):
        with Gdb(port) as gdb:
            assert gdb.monitor("reset run")[0] == "OK"
            gdb.monitor("sleep 700")  # boots, and the app's first beats
            gdb.ask("D")
        process.chip = request.param
        yield process


@pytest.mark.parametrize("name", sorted(p.stem for p in DIALOGUES.glob("*.txt")))
def test_dialogue(server, name):
    text = (DIALOGUES / f"{name}.txt").read_text()
    for word, value in words_of(server.chip).items():
        text = text.replace("{" + word + "}", value)
    with Gdb(server.ports["gdb"]) as gdb:
        play(gdb, text)
        if "> D" not in text:
            assert gdb.ask("D") == "OK"


def test_the_same_with_acknowledgements(server):
    with Gdb(server.ports["gdb"], acks=True) as gdb:
        assert gdb.ask("qSupported:error-message+").startswith("PacketSize=4000")
        assert gdb.ask("?") == "T02thread:1;core:0;"
        gdb.sock.sendall(b"-")  # it did not come through
        assert gdb.reply() == "T02thread:1;core:0;"
        gdb.sock.sendall(b"$g#00")  # a wrong sum
        assert gdb.byte() in b"+-"
        assert len(gdb.ask("g")) == 2 * CHIPS[server.chip]["g_bytes"]
        assert gdb.ask("D") == "OK"


def test_without_error_texts_numbers_are_sent(server):
    with Gdb(server.ports["gdb"]) as gdb:
        assert "error-message" not in gdb.ask("qSupported:swbreak+")
        assert gdb.ask("m0,4") == "E0E"
        assert gdb.ask("Z9,0,0") == "E01"


def test_the_memory_map_covers_all_and_nothing_twice(server):
    import xml.etree.ElementTree as tree
    with Gdb(server.ports["gdb"]) as gdb:
        parts = [(m.get("type"), int(m.get("start"), 0), int(m.get("length"), 0), m)
                 for m in tree.fromstring(gdb.object("memory-map").split("\n", 2)[2])]
    end = 0
    for kind, start, length, node in parts:
        assert start == end and kind in ("ram", "rom", "flash")
        assert (node.find("property") is not None) == (kind == "flash")
        if kind == "flash":
            assert node.find("property").get("name") == "blocksize" and int(node.find("property").text, 0) == 4096
        end = start + length
    assert end == 1 << 32
    assert all(a[0] != b[0] for a, b in zip(parts, parts[1:]))
    known = words_of(server.chip)
    for word, expected in (("work", "flash"), ("ram", "ram"), ("iram", "ram")):
        assert [k for k, start, length, _ in parts if start <= int(known[word], 16) < start + length] == [expected]


RAM = {"esp32": [(0x3FFAE000, 0x3FFF8000), (0x40080000, 0x400A0000)], "esp32s3": [(0x3FC88000, 0x3FCF0000), (0x40370000, 0x40378000)]}


def test_reading_the_flash_leaves_no_trace_in_ram(server):
    def ram(gdb):
        return [gdb.ask(f"x{at:x},1000") for first, end in RAM[server.chip] for at in range(first, end, 0x1000)]

    with Gdb(server.ports["gdb"]) as gdb:
        before = ram(gdb)
        for look in (lambda: gdb.object("memory-map"), lambda: gdb.monitor("flash probe 0"), lambda: gdb.monitor("esp flash_map")):
            look()
            after = ram(gdb)
            assert [i for i, (a, b) in enumerate(zip(before, after)) if a != b] == []
        assert gdb.ask("D") == "OK"


def test_code_in_flash_is_read_though_nothing_is_mapped_yet(server):
    main = symbols(server.chip)["app_main"]
    with Gdb(server.ports["gdb"]) as gdb:
        mapped = gdb.read(main, 64)
        assert gdb.monitor("reset halt")[0] == "OK"
        assert gdb.read(main, 64) == mapped
        assert gdb.read(main + 8, 16) == mapped[8:24]
        # and a breakpoint there is met once the program is that far
        assert gdb.ask(f"Z1,{main:x},3") == "OK"
        gdb.send("vCont;c")
        assert gdb.reply().startswith("T05thread:1")
        assert gdb.register(0) == main
        gdb.ask(f"z1,{main:x},3")
        gdb.monitor("resume; sleep 700")
        gdb.ask("D")


def test_steps_with_looks_at_the_code_are_quick_and_see_the_programs_ram(server):
    sym = symbols(server.chip)
    with Gdb(server.ports["gdb"]) as gdb:
        assert gdb.ask(f"Z1,{sym['app_work']:x},2") == "OK"
        assert gdb.ask("vCont;c").startswith("T05")
        assert gdb.ask(f"z1,{sym['app_work']:x},2") == "OK"
        counter = gdb.word(sym["app_counter"])
        before = int(gdb.monitor("ms")[1])
        for _ in range(20):
            assert gdb.ask("vCont;s:1").startswith("T05")
            assert len(gdb.read(gdb.register(0), 4)) == 4
        assert gdb.word(sym["app_counter"]) == counter + 1
        assert int(gdb.monitor("ms")[1]) - before < 200
        gdb.ask("D")


def test_both_cores_at_a_breakpoint_are_both_told_of(server):
    code = symbols(server.chip)["iram_work"]
    with Gdb(server.ports["gdb"]) as gdb:
        gdb.ask("qSupported:swbreak+;hwbreak+")
        for thread in (1, 2):
            assert gdb.ask(f"Hg{thread}") == "OK"
            gdb.set_register(0, code)
        assert gdb.ask(f"Z1,{code + 2:x},3") == "OK"
        assert gdb.ask("vCont;c") == "T05thread:1;core:0;hwbreak:;"
        assert gdb.register(0) == code + 2
        # GDB steps over it on the thread that it knows of, then lets all go
        assert gdb.ask(f"z1,{code + 2:x},3") == "OK"
        assert gdb.ask("vCont;s:1") == "T05thread:1;core:0;"
        assert gdb.ask(f"Z1,{code + 2:x},3") == "OK"
        assert gdb.ask("vCont;c") == "T05thread:2;core:1;hwbreak:;"
        assert gdb.register(0) == code + 2
        gdb.ask(f"z1,{code + 2:x},3")
        gdb.monitor("reset run; sleep 700")
        gdb.ask("D")


def test_console_output_comes_while_a_command_runs(server):
    with Gdb(server.ports["gdb"]) as gdb:
        reply, text = gdb.monitor("echo one; echo two; format three")
        assert (reply, text) == ("OK", "one\ntwo\nthree\n")
        reply, text = gdb.monitor("no_such_thing")
        assert reply == "E01" and text == 'invalid command name "no_such_thing"\n'
        reply, text = gdb.monitor("reset halt")
        assert reply == "OK" and "Reset cause" in text and "Target halted" in text
        assert gdb.monitor("reset run")[0] == "OK"
        assert gdb.monitor("sleep 700")[0] == "OK"


def test_restart_by_the_extended_protocol(server):
    with Gdb(server.ports["gdb"]) as gdb:
        gdb.ask("qSupported:error-message+")
        assert gdb.ask("!") == "OK"
        gdb.send("R00")
        assert gdb.ask("?").startswith("T02thread:1")
        vector = gdb.register(0)
        assert vector == 0x40000400
        assert gdb.ask("vKill;1") == "OK"
        assert gdb.ask("vRun;").startswith("T02thread:1")
        assert gdb.ask("vAttach;1").startswith("T02thread:1")
        gdb.monitor("reset run; sleep 700")
        assert gdb.ask("D") == "OK"
        assert gdb.ask("qC").startswith("QC")  # an extended connection stays
