# SPDX-License-Identifier: Apache-2.0
"""load: GDB programs by address into the flash windows. What must be where is known from the app's ELF file and its image."""
import pytest
from flashfile import SECTOR
from gdb_client import Gdb, frame, serving

from rig import BUILD, run_program

# Board, sample, the app's two mappings, and where its reset vector is seen: register number and value.
ESP32 = ("esp32-wrover", "demo-e000", 0x400D0000, 0x30000, 0x3F400000, 0x20000, (0, 0x40000400))
ESP32C3 = ("esp32c3-n4", "demo-esp32c3", 0x42000000, 0x20000, 0x3C010000, 0x10000, (32, 0x40000000))
CODE, CODE_OFFSET = 0x400D0000, 0x30000  # the sample app's second mapping: "Flash mapping 1: 0x30000 -> 0x400d0000"
DATA, DATA_OFFSET = 0x3F400000, 0x20000


def programmed(tmp_path, board, sample):
    images = BUILD / "sim/rom" / sample
    if not (images / "flasher_args.json").exists():
        pytest.skip("the samples were not built (no cross compiler)")
    path = tmp_path / "flash.bin"
    done = run_program("flash", f"--sim={board}", "--sim-flash", path, images)
    assert done.status == 0, done
    return path


@pytest.fixture
def flash(tmp_path):
    return programmed(tmp_path, *ESP32[:2])


@pytest.fixture
def server(flash):
    with serving("--sim=esp32-wrover", "--sim-flash", flash) as (process, port):
        process.gdb_port = port
        yield process


def write(gdb, addr, data):
    gdb.send(b"vFlashWrite:%x:" % addr + data)
    return gdb.reply()


def stop(process):
    process.terminate()
    process.wait(timeout=60)


@pytest.mark.parametrize("chip", [ESP32, ESP32C3], ids=["esp32", "esp32c3"])
def test_load_goes_where_the_address_lies(tmp_path, chip):
    board, sample, code, code_offset, data, data_offset, (pc, vector) = chip
    flash = programmed(tmp_path, board, sample)
    before = flash.read_bytes()
    new = bytes(i * 7 & 0xFF for i in range(6000))  # with all of #, $, } and *
    with serving(f"--sim={board}", "--sim-flash", flash) as (process, port):
        with Gdb(port) as gdb:
            gdb.ask("qSupported:error-message+")
            assert gdb.ask(f"vFlashErase:{code + 0x4000:x},2000") == "OK"
            assert gdb.ask(f"vFlashErase:{data + 0x8000:x},1000") == "OK"
            for at in range(0, len(new), 1000):
                assert write(gdb, code + 0x4000 + at, new[at:at + 1000]) == "OK"
            assert write(gdb, data + 0x8010, b"constants") == "OK"
            assert gdb.ask("vFlashDone") == "OK"
            # the default of gdb-flash-write-end: reset halt
            assert gdb.register(pc) == vector
    after = bytearray(before)
    after[code_offset + 0x4000:code_offset + 0x4000 + len(new)] = new
    after[data_offset + 0x8010:data_offset + 0x8019] = b"constants"
    assert flash.read_bytes() == bytes(after)
    assert "gdb-flash" not in "".join(process.said)


def test_erase_alone_erases(server, flash):
    before = flash.read_bytes()
    with Gdb(server.gdb_port) as gdb:
        assert gdb.ask(f"vFlashErase:{CODE:x},2000") == "OK"
        assert gdb.ask("vFlashDone") == "OK"
    stop(server)
    after = bytearray(before)
    after[CODE_OFFSET:CODE_OFFSET + 2 * SECTOR] = b"\xff" * 2 * SECTOR
    assert flash.read_bytes() == bytes(after)


@pytest.mark.parametrize("packets, text", [
    ([f"vFlashErase:{CODE + 0x20000:x},1000"], "E.0x400f0000 is not mapped to the flash"),
    ([f"vFlashErase:{CODE + 0xF000:x},2000"], "E.0x400e0000 is not mapped to the flash"),
    (["vFlashErase:3ffb0000,1000"], "E.0x3ffb0000 is not mapped to the flash"),
    ([f"vFlashErase:{CODE:x},800"], "E.0x800 bytes at 0x400d0000 cannot be erased"),
    ([f"vFlashErase:{CODE:x},0"], "E."),
    (["vFlashErase:zz"], "E."),
    ([f"vFlashErase:{CODE:x},1000", f"vFlashWrite:{CODE + 0x1000:x}:abc"], "E.memtype"),
    ([f"vFlashErase:{CODE:x},1000", f"vFlashWrite:{CODE + 0xFFE:x}:abc"], "E.memtype"),
])
def test_nothing_is_touched_when_something_is_wrong(server, flash, packets, text):
    before = flash.read_bytes()
    with Gdb(server.gdb_port) as gdb:
        gdb.ask("qSupported:error-message+")
        replies = [gdb.ask(p) for p in packets]
        assert replies[:-1] == ["OK"] * (len(packets) - 1) and replies[-1].startswith(text), replies
    stop(server)
    assert flash.read_bytes() == before


def test_a_gdb_that_vanishes_before_the_end_has_changed_nothing(server, flash):
    before = flash.read_bytes()
    with Gdb(server.gdb_port) as gdb:
        assert gdb.ask(f"vFlashErase:{CODE:x},1000") == "OK"
        assert write(gdb, CODE, b"half a program") == "OK"
        gdb.sock.sendall(frame(b"vFlashWrite:400d0010:more")[:-9])
    with Gdb(server.gdb_port) as gdb:
        assert gdb.ask("vFlashDone") == "OK"  # nothing of its own
    stop(server)
    assert flash.read_bytes() == before


def test_the_events_of_a_configuration_run_in_their_order(flash):
    events = ["gdb-attach", "gdb-flash-erase-start", "gdb-flash-erase-end", "gdb-flash-write-start", "gdb-flash-write-end",
              "gdb-start", "gdb-end", "gdb-detach"]
    body = "; ".join(f"esp32.cpu0 configure -event {e} {{echo \"event {e}\"; {extra}}}"
                     for e, extra in zip(events, ["halt 1000", "reset init", "", "", "reset halt", "", "", ""]))
    with serving("--sim=esp32-wrover", "--sim-flash", flash, "-c", "script target/esp32.cfg; " + body) as (process, port):
        with Gdb(port) as gdb:
            assert gdb.ask(f"vFlashErase:{CODE + 0x5000:x},1000") == "OK"
            assert write(gdb, CODE + 0x5000, b"x") == "OK"
            assert gdb.ask("vFlashDone") == "OK"
            assert gdb.ask("vCont;s:1").startswith("T05")
            assert gdb.ask("D") == "OK"
    said = "".join(process.said)
    assert [line.split()[1] for line in said.splitlines() if line.startswith("event gdb")] == events[:7] + ["gdb-end", "gdb-detach"]
