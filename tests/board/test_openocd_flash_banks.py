# SPDX-License-Identifier: Apache-2.0
"""The flash banks of OpenOCD and the mapping behind them, with the chip and its flash in every state. Nothing of it may make
init, reset, halt or a probe of a view fail."""
import re
import struct

import pytest
from test_map import SLOT, choose_slot

from rig import BUILD

BOARD = ["-f", "interface/ftdi/esp32_devkitj_v1.cfg", "-f", "board/esp32-wrover-kit-3.3v.cfg"]
FLASH_SIZE = 8 << 20
DROM, IROM, PAGE = 0x3F400000, 0x400D0000, 0x10000
TABLE = 0xE000
RUN = "init; reset run; sleep 600; halt"  # the app runs by then
RANGE = re.compile(r"\{address (\S+) size (\S+) memory (\S+) offset (\S+) bus (\S+) cores \{([^}]*)\} source \{([^}]*)\}\}")
OLD_NUMBERS = ("Failed to get flash maps", "Failed to get flash mappings", "Failed to probe flash", "auto_probe failed")


@pytest.fixture
def flash(espocd, build_dir, tmp_path):
    """A flash file with the sample build in it; its table is at 0xE000."""
    path = tmp_path / "flash.bin"
    espocd("flash", "--sim", "--sim-flash", path, build_dir)
    return path


@pytest.fixture
def run(espocd):
    """Runs commands on the board with that flash (None: blank)."""

    def do(flash, *commands, status=0, options=(), before=()):
        of_flash = ["--sim-flash", flash] if flash else []
        args = [a for c in (*commands, "shutdown") for a in ("-c", c)]
        result = espocd("--sim", *of_flash, *options, *before, *BOARD, *args, status=status)
        assert not any(text in result.err for text in OLD_NUMBERS), result
        return result

    return do


def ranges(text):
    """What esp flash_map printed: (address, size, offset, bus, source)."""
    return [(int(a, 0), int(size, 0), int(offset, 0), bus, source)
            for a, size, memory, offset, bus, _, source in RANGE.findall(text) if memory == "flash"]


def views(app, source):
    return [(DROM, PAGE, app, "constants", source), (IROM, PAGE, app + PAGE, "instructions", source)]


def lines(app):
    return f"Flash mapping 0: 0x{app:x} -> 0x{DROM:x}, 64 KB\nInfo : Flash mapping 1: 0x{app + PAGE:x} -> 0x{IROM:x}, 64 KB\n"


def warnings(result):
    return re.findall(r"^Warn : (.*)$", result.err, re.M)


MAP = "echo [esp flash_map]"


# --- at every moment ---

def test_before_boot(run, flash):
    """Nothing is mapped yet: what the app that boots will map is known."""
    said = run(flash, "init; reset halt", "flash probe 0", MAP, "flash banks")
    assert lines(SLOT["factory"]) in said.err
    assert ranges(said.err) == views(SLOT["factory"], "app image")
    assert "#0 : esp32.cpu0.flash (esp32) at 0x00000000, size 0x00800000, buswidth 0, chipwidth 0" in said.err
    for n, core in ((1, "cpu0"), (4, "cpu1")):
        assert f"#{n} : esp32.{core}.irom (esp32) at 0x{IROM:08x}, size 0x{PAGE:08x}, buswidth 0, chipwidth 0" in said.err
        assert f"#{n + 1} : esp32.{core}.drom (esp32) at 0x{DROM:08x}, size 0x{PAGE:08x}, buswidth 0, chipwidth 0" in said.err
    assert not warnings(said)


def test_in_the_bootloader(run, flash, build_dir):
    entry = struct.unpack_from("<I", (build_dir / "bootloader/bootloader.bin").read_bytes(), 4)[0]
    said = run(flash, f"init; reset halt; bp {entry} 2 hw; resume; wait_halt 3000; reg pc", "flash probe 1", MAP)
    assert f"pc (/32): 0x{entry:08x}" in said.err and f"found at 0x{IROM:08x}" in said.err
    assert ranges(said.err) == views(SLOT["factory"], "app image")


def test_in_the_app(run, flash):
    said = run(flash, RUN, "flash probe esp32.cpu0.drom", MAP, "echo [esp32.cpu1 esp flash_map]")
    assert f"flash 'esp32' found at 0x{DROM:08x}" in said.err and lines(SLOT["factory"]) in said.err
    assert ranges(said.err) == 2 * views(SLOT["factory"], "live MMU")
    assert not warnings(said)


def test_it_is_read_again_when_the_chip_has_run(run, flash):
    said = run(flash, "init; reset halt", "flash probe 1", "flash probe 2", "resume; sleep 600; halt", "flash probe 1",
               "echo before-[esp flash_map offset_of 0x400d0020]", "reset halt", MAP)
    assert said.err.count(lines(SLOT["factory"])) == 3, "once before it ran, once after, once after the reset"
    assert ranges(said.err) == views(SLOT["factory"], "app image") and "before-0x00030020" in said.err


def test_while_it_runs(run, flash):
    """It is halted for a moment and goes on."""
    said = run(flash, "init; reset run; sleep 600", MAP, "echo state-[esp32.cpu0 curstate]", "sleep 300",
               options=["--sim-uart"])
    assert ranges(said.err) == views(SLOT["factory"], "live MMU") and "state-running" in said.err
    beats = re.findall(r"heartbeat (\d+) ", said.out)
    assert len(beats) >= 4 and beats == [str(i + 1) for i in range(len(beats))]


def test_with_the_cache_off(run, flash):
    """DPORT_PRO_CACHE_CTRL without PRO_CACHE_ENABLE, as while the program writes its flash: the MMU stays as it was."""
    said = run(flash, RUN, "mww 0x3ff00040 0x10", "flash probe 1", MAP, "flash mdw 0x3f400000 1", "flash mdw 0x20000 1")
    assert ranges(said.err) == views(SLOT["factory"], "live MMU")
    word, = struct.unpack_from("<I", flash.read_bytes(), SLOT["factory"])
    assert f"0x3f400000: {word:08x}" in said.err and f"0x00020000: {word:08x}" in said.err


def test_after_ota_switched_slots(run, flash, build_dir):
    """The first app slot of the table is not the one that runs."""
    choose_slot(flash, build_dir, 1)
    for commands, source in (("init; reset halt", "app image"), (RUN, "live MMU")):
        said = run(flash, commands, "flash probe 0", MAP)
        assert lines(SLOT["ota_1"]) in said.err and ranges(said.err) == views(SLOT["ota_1"], source)


def test_the_live_mmu_is_believed_first(run, flash, build_dir):
    """OTA data were written while the old app runs on: it is the old one that is debugged. After a reset it is the new one,
    although the MMU still holds what the old one left in it."""
    old = flash.with_name("old.bin")
    old.write_bytes(flash.read_bytes())
    choose_slot(flash, build_dir, 1)
    otadata = flash.with_name("otadata.bin")
    otadata.write_bytes(flash.read_bytes()[0x14000:0x15000])
    said = run(old, RUN, "flash probe 0", f"flash write_image erase {build_dir / 'app.bin'} {SLOT['ota_1']}",
               f"flash write_image erase {otadata} 0x14000", "flash probe 0", MAP, "reset halt", "flash probe 0")
    assert said.err.count(lines(SLOT["factory"])) >= 2 and ranges(said.err) == views(SLOT["factory"], "live MMU")
    assert said.err.rindex(lines(SLOT["ota_1"])) > said.err.rindex(lines(SLOT["factory"]))


# --- what used to be a failure ---

def test_blank(run):
    said = run(None, "init; reset halt", "flash probe 0", "flash probe 1", "flash probe 2", "halt", MAP, "flash banks",
               "catch {flash read_bank 1 nothing.bin} why; echo $why")
    assert "#1 : esp32.cpu0.irom (esp32) at 0x00000000, size 0x00000000" in said.err
    assert len(warnings(said)) == 1 and "the flash is blank" in warnings(said)[0] and "programmed all the same" in warnings(said)[0]
    assert "bank 'esp32.cpu0.irom' is empty" in said.err and not ranges(said.err)


def without_table(flash):
    content = bytearray(flash.read_bytes())
    content[TABLE:TABLE + 0x1000] = b"\xff" * 0x1000
    flash.write_bytes(content)


def test_no_partition_table(run, flash):
    without_table(flash)
    said = run(flash, "init; reset halt", "flash probe 0", "flash probe 1", "reset halt", "flash probe 0")
    assert len(warnings(said)) == 1 and "no partition table" in warnings(said)[0]


def test_no_partition_table_and_the_user_knows(run, flash):
    without_table(flash)
    said = run(flash, "esp appimage_offset 20000", "init; reset halt", "flash probe 1", MAP)
    assert ranges(said.err) == views(SLOT["factory"], "user") and not warnings(said)


def test_no_partition_table_under_a_running_app(run, flash):
    """It was erased after the start: the live MMU knows all the same."""
    said = run(flash, RUN, f"flash erase_address {TABLE} 0x1000", MAP)
    assert ranges(said.err) == views(SLOT["factory"], "live MMU") and not warnings(said)


def test_table_at_the_usual_place(run, espocd, tmp_path):
    build = BUILD / "sim/rom/demo-8000"
    if not (build / "flasher_args.json").exists():
        pytest.skip("the samples were not built (no cross compiler)")
    espocd("flash", "--sim", "--sim-flash", tmp_path / "flash.bin", build)
    said = run(tmp_path / "flash.bin", "init; reset halt", "flash probe 0", MAP)
    assert [r[:2] for r in ranges(said.err)] == [(DROM, PAGE), (IROM, PAGE)] and not warnings(said)


@pytest.mark.parametrize("offset, text", [("0x120000", "the app that boots is at 0x20000"), ("123", "the app that boots is at 0x20000")])
def test_wrong_appimage_offset(run, flash, offset, text):
    said = run(flash, "init; reset halt", f"esp appimage_offset {offset}", "flash probe 0", "reset halt", MAP, "esp appimage_offset -1")
    assert ranges(said.err) == views(SLOT["factory"], "app image")
    assert len(warnings(said)) == 1 and text in warnings(said)[0]


def test_wrong_appimage_offset_and_nothing_boots(run):
    said = run(None, "init; reset halt", "esp appimage_offset 20000", "esp appimage_offset 30000", "halt")
    hints = [w for w in warnings(said) if "appimage_offset" in w]
    assert len(hints) == 2 and "0x20000: no app image begins there" in hints[0] and "0x30000" in hints[1]


@pytest.mark.parametrize("word", ["here", "-2", "0x", "100000000", "12 13"])
def test_appimage_offset_that_is_none(run, word):
    said = run(None, f"catch {{esp appimage_offset {word}}} why; echo $why")
    assert "is not a hex offset" in said.err or "usage: esp appimage_offset" in said.err


def test_no_flash_at_all(run):
    said = run(None, "init; reset halt", "flash probe 1", MAP, "resume; halt", "flash probe 2", "reset halt", "halt",
               "catch {flash probe 0} why; echo said-$why", options=["--sim-fault", "flash-absent"])
    assert len(warnings(said)) == 1 and "no flash answers" in warnings(said)[0]
    assert "said-no flash answers" in said.err


# --- the banks of the views ---

def test_reading_through_views(run, flash, tmp_path):
    run(flash, "init; reset halt", f"flash read_bank esp32.cpu0.drom {tmp_path / 'drom.bin'}",
        f"flash read_bank 4 {tmp_path / 'irom.bin'} 0x20 1000", f"flash verify_bank 1 {tmp_path / 'irom.bin'} 0x20")
    content, code = flash.read_bytes(), SLOT["factory"] + PAGE
    assert (tmp_path / "drom.bin").read_bytes() == content[SLOT["factory"]:SLOT["factory"] + PAGE]
    assert (tmp_path / "irom.bin").read_bytes() == content[code + 0x20:code + 0x20 + 1000]


def test_writing_through_views(run, flash, tmp_path):
    data, before = bytes(range(1, 101)), flash.read_bytes()
    (tmp_path / "data.bin").write_bytes(data)
    said = run(flash, "init; reset halt", "flash erase_sector 2 15 last", f"flash write_bank 2 {tmp_path / 'data.bin'} 0xff00",
               f"flash write_image erase {tmp_path / 'data.bin'} 0x{IROM + 0x8000:x}",
               f"flash verify_image {tmp_path / 'data.bin'} 0x{IROM + 0x8000:x}", f"flash erase_address 0x{IROM + 0xE000:x} 0x1000",
               "flash mdb 0x3f40ff00 4", "echo [flash read_memory 0x3f40ff00 16 2]", "flash erase_check 2")
    expected = bytearray(before)
    drom, irom = SLOT["factory"], SLOT["factory"] + PAGE
    expected[drom + 0xF000:drom + 0x10000] = b"\xff" * 0x1000
    expected[drom + 0xFF00:drom + 0xFF00 + 100] = data
    expected[irom + 0x8000:irom + 0x8000 + 100] = data
    expected[irom + 0xE000:irom + 0xF000] = b"\xff" * 0x1000
    assert flash.read_bytes() == expected
    assert "erased sectors 15 through 15 on flash bank 2" in said.err and "to flash bank 2 at offset 0x0000ff00" in said.err
    assert "0x3f40ff00: 01 02 03 04" in said.err and "0x201 0x403" in said.err and "contents match" in said.err
    assert "\t#  15: 0x0000f000 (0x1000 4kB) not erased" in said.err


def test_info_of_a_view(run, flash):
    said = run(flash, "init; reset halt", "flash info 1")
    assert re.findall(r"^\t# *(\d+): 0x(\w+) ", said.err, re.M) == [(str(i), f"{i * 0x1000:08x}") for i in range(16)]
    assert f"from offset 0x{SLOT['factory'] + PAGE:08x} on" in said.err


@pytest.mark.parametrize("command, text", [
    ("flash read_bank 1 x.bin 0x10000 1", "do not lie in the bank 'esp32.cpu0.irom' of 0x10000 bytes"),
    ("flash write_bank 1 {file} 0xfff0", "do not lie in the bank"),
    ("flash erase_sector 1 0 16", "the bank has sectors 0 to 15"),
    ("flash mdw 0x3f40ff00 0x100", "only 0x100 of them lie in the flash in one piece"),
    ("flash mdw 0x3f500000", "nor where esp32.cpu0 sees it"),
    ("flash write_image erase {file} 0x7ffff0", "do not lie in the flash of 0x800000 bytes"),
    ("esp flash_map offset_of 0x3f500000", "sees no flash at 0x3f500000"),
    ("esp flash_map somewhere", "usage: esp flash_map"),
])
def test_places_that_are_none(run, flash, tmp_path, command, text):
    (tmp_path / "data.bin").write_bytes(b"\x01" * 100)
    before = flash.read_bytes()
    said = run(flash, "init; reset halt", f"catch {{{command.format(file=tmp_path / 'data.bin')}}} why; echo $why")
    assert text in said.err and flash.read_bytes() == before


def test_addresses_and_offsets(run, flash):
    said = run(flash, RUN, "echo a-[esp flash_map offset_of 0x400d0020]", "echo b-[esp flash_map addresses_of 0x30020]",
               "echo c-[esp32.cpu1 esp flash_map addresses_of 0x20000]", "echo d-[esp flash_map addresses_of 0x700000]-",
               "echo e-[dict get [lindex [esp flash_map] 0] cores]")
    for text in ("a-0x00030020", "b-0x400d0020", "c-0x3f400000", "d--", "e-esp32.cpu0 esp32.cpu1"):
        assert f"{text}\n" in said.err


# --- ESP_FLASH_SIZE ---

@pytest.mark.parametrize("size", ["0", "0x0"])
def test_size_0(run, flash, size):
    said = run(flash, RUN, "reset halt", "halt", "flash banks", "catch {flash probe 0} why; echo said-$why",
               "catch {flash mdw 0} why; echo said-$why", MAP, "resume; sleep 600; halt", MAP, before=["-c", f"set ESP_FLASH_SIZE {size}"])
    assert "WARNING: ESP flash support is disabled!" in said.err and "#0" not in said.err
    assert said.err.count("there are no flash banks, flash support is off") == 2
    assert "JEDEC" not in said.err, "the flash was asked"
    assert ranges(said.err) == views(SLOT["factory"], "live MMU"), "the MMU of the running app, and nothing before it ran"


@pytest.mark.parametrize("size, expected", [("0x400000", 0x400000), ("2097152", 0x200000), ("auto", FLASH_SIZE)])
def test_size_number(run, flash, size, expected):
    said = run(flash, "init; reset halt", "flash probe 0", "flash banks", before=["-c", f"set ESP_FLASH_SIZE {size}"])
    assert f"#0 : esp32.cpu0.flash (esp32) at 0x00000000, size 0x{expected:08x}, buswidth 0, chipwidth 0" in said.err
    assert lines(SLOT["factory"]) in said.err


@pytest.mark.parametrize("size", ["4MB", "-4096", "1000", "0x100000000", "{}", "all"])
def test_size_nonsense(run, size):
    said = run(None, "init", status=1, before=["-c", f"set ESP_FLASH_SIZE {size}"])
    assert f"ESP_FLASH_SIZE is '{size.strip('{}')}'" in said.err and "such as 0x400000" in said.err


# --- the ESP32-S3 ---

def test_esp32s3(espocd, tmp_path):
    """Its buses share one MMU table: every page is seen on both, and the image tells the views apart. Whatever is known before
    the app runs, nothing fails."""
    build = BUILD / "sim/rom/demo-esp32s3"
    if not (build / "flasher_args.json").exists():
        pytest.skip("the samples were not built (no cross compiler)")
    board = ["--sim=esp32s3-n8", "--sim-flash", tmp_path / "flash.bin"]
    espocd("flash", *board, build)
    said = espocd(*board, "-c", "init; reset halt; flash probe 1; resume; sleep 800; halt", "-c", "echo app", "-c", "flash probe 0",
                  "-c", MAP, "-c", "flash banks", "-c", "shutdown").err
    assert not any(text in said for text in OLD_NUMBERS)
    said = said[said.index("app\n"):]
    data, code = 0x10000, 0x20000  # the app's segments in the flash
    assert f"Flash mapping 0: 0x{data:x} -> 0x3c010000, 64 KB" in said and f"Flash mapping 1: 0x{code:x} -> 0x42000000, 64 KB" in said
    assert "#1 : esp32s3.cpu0.irom (esp32s3) at 0x42000000, size 0x00010000" in said
    assert "#5 : esp32s3.cpu1.drom (esp32s3) at 0x3c010000, size 0x00010000" in said
    assert [r[:4] for r in ranges(said)] == [(0x3C000000, PAGE, code, "constants"), (0x3C010000, PAGE, data, "constants"),
                                            (0x42000000, PAGE, code, "instructions"), (0x42010000, PAGE, data, "instructions")]
