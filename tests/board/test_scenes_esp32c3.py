# SPDX-License-Identifier: Apache-2.0
"""A board with an ESP32-C3 in the states that users bring: blank, half-written, with its table anywhere, with other boot chains,
encrypted, in a loop of resets, under a program that has locked its memory. One core, one cache for both buses."""
import re

import flashfile as ff
import pytest
from rig import BUILD
from scene import Scene, findings
from test_scenes_contents import expected, pages as pages_like
from test_scenes_esp32s3 import LOCKED, SLOT, TABLE, TWO_OTA, beats, pages_of, programs, with_table, words_of
from test_scenes_report_a import BOOTED, build, contents

BOARD, MB, CHIP_ID = "esp32c3-n4", 4, 5
SIZE = MB << 20
CODE, DATA, WINDOW_BYTES = 0x42000000, 0x3C000000, 0x800000
WINDOWS = [(DATA, DATA + WINDOW_BYTES), (CODE, CODE + WINDOW_BYTES)]
WINDOW = r"^#{} : esp32c3\.{} \(esp32c3\) at 0x{:08x}, size 0x{:08x}"
ENDLESS = bytes.fromhex("6f000000")  # j . : a program that feeds no watchdog
RAM_CODE, RAM_DATA = 0x403CE000, 0x3FC98000
BOOTLOADER = ff.image([(RAM_CODE, ENDLESS)], entry=RAM_CODE, chip=CHIP_ID)


def sample(table=TABLE):
    return {at: path.read_bytes() for at, path in build(table, "esp32c3").items()}


@pytest.fixture
def scene(tmp_path):
    """A scene with this content: {flash offset: bytes}, or all the bytes."""

    def make(content, options=()):
        path = tmp_path / "flash.bin"
        path.write_bytes(ff.flash(SIZE, content) if isinstance(content, dict) else content)
        return Scene(path, board=BOARD, options=options)

    return make


@pytest.fixture
def data(tmp_path):
    """A file to program."""
    path = tmp_path / "data.bin"
    path.write_bytes(b"\x01" + ff.noise(9999, 77))
    return path


def pages(content, app):
    """{(address, flash offset, is code)} of the image's pages, as read here."""
    return {((load & ~0xFFFF) + i, (at & ~0xFFFF) + i, load >= CODE)
            for load, at, length in ff.flash_segments(content, app, WINDOWS)
            for i in range(0, load % 0x10000 + length, 0x10000)}


def runs(found, app):
    assert found["runs"]["kind"] == "app" and int(found["runs"]["offset"], 0) == app, found["runs"]
    assert {r["source"] for r in found["mapped"]} == {"live MMU"} and all(r["cores"] == [0] for r in found["mapped"])


def is_cheap(board, wait):
    """The goals of bench/first_look.py."""
    found = board.map("--quick", "-c", "adapter speed 20000", wait=wait)
    assert found["seconds"] < 0.5 and found["bytes_read"] < 256 << 10, (found["seconds"], found["bytes_read"])


# --- report A: image by image, the table anywhere ---

@pytest.mark.parametrize("table", [0x8000, 0xE000])
def test_image_by_image(scene, table):
    """The table first, the bootloader last; whatever is not there yet makes nothing fail."""
    files, board = build(table, "esp32c3"), scene({})
    app = max(files)
    order = [table, *(at for at in files if at not in (0, table)), 0]
    for n, at in enumerate(order, 1):
        board.program(files[at], at)
        content = contents(files, order[:n], SIZE)
        assert board.flash.read_bytes() == content
        found = board.look(wait=600, size_mb=MB)
        assert [int(t["offset"], 0) for t in found["partition_tables"]] == list(ff.tables(content)) == [table]
        assert n == len(order) or found["mapped"] == []
    runs(found, app)
    assert pages_of(found["mapped"]) >= pages(content, app)
    is_cheap(board, 600)
    assert BOOTED.search(board.boot(700))


def test_a_whole_build(scene, tmp_path):
    """espocd flash, verify, read and erase; the same again writes nothing."""
    board, folder = scene({}), BUILD / "sim/rom/demo-esp32c3"
    files = sample()
    board.run("flash", *board.sim(), folder)
    assert board.flash.read_bytes() == ff.flash(SIZE, files)
    again = board.run("flash", "--json", *board.sim(), folder).out
    assert '"erased": 0' in again and '"pages_programmed": 0' in again, again
    board.run("verify", *board.sim(), folder)
    board.run("read", *board.sim(), "0x8001", "70000", "-o", tmp_path / "out")
    assert (tmp_path / "out").read_bytes() == board.flash.read_bytes()[0x8001:0x8001 + 70000]
    board.run("erase", *board.sim(), "0x10000", "0x1000")
    assert board.flash.read_bytes()[0x10000:0x11000] == ff.BLANK * 0x1000
    board.run("verify", *board.sim(), folder, status=1)


def test_banks_and_mappings(scene):
    """One MMU table for both buses: every page is seen on both, and the image tells the views apart."""
    files = sample()
    content = ff.flash(SIZE, files)
    board = scene(content)
    said = board.tcl("init; sleep 600; halt", "flash probe 0", "flash probe 1", "flash probe 2", "flash banks", "esp flash_map", "flash info 0",
                     f"mdw {DATA + 0x10020:#x}", "shutdown").err
    assert "Error" not in said and re.search(r"^#0 : esp32c3\.flash \(esp32c3\) at 0x00000000, size 0x00400000", said, re.M), said
    for number, (bank, is_code) in enumerate([("irom", True), ("drom", False)], 1):
        first = min(address for address, _, code in pages(content, SLOT) if code == is_code)
        assert re.search(WINDOW.format(number, bank, first, 0x10000), said, re.M), said
    for address, at, _ in pages(content, SLOT):
        assert f"{at:#x} -> {address:#x}, 64 KB" in said
    assert words_of(said, DATA + 0x10020) == [["abcd5432"]]  # the app's description, through the cache


# --- what boots is not what stands first; other boot chains ---

def test_an_ota_slot_runs(scene):
    files = sample()
    content = with_table(files, *TWO_OTA, size_mb=MB)
    content[0xD000] = b"".join(ff.ota_record(s).ljust(0x1000, ff.BLANK) for s in (3, 4))
    content = ff.flash(SIZE, {**content, 0x10000: files[SLOT], 0x110000: files[SLOT]})
    assert ff.ota_choice(content, 0xD000, 2) == 1
    found = scene(content).look(wait=700, size_mb=MB)
    assert int(found["boots"]["offset"], 0) == 0x110000
    runs(found, 0x110000)
    assert pages_of(found["mapped"]) >= pages(content, 0x110000)


def test_mcuboot(scene, data):
    image, parts = ff.mcuboot(0x20000, CODE + 0x10000, DATA + 0x20000 + 0x8000, (RAM_CODE, RAM_DATA))
    board = scene({0: BOOTLOADER, 0x20000: image})
    found = board.look(wait=100, size_mb=MB)
    assert found["boots"]["kind"] == "mcuboot" and int(found["boots"]["offset"], 0) == 0x20000
    assert expected(found) == pages_like(parts)
    programs(board, data, at=0x300000)


def test_simple_boot(scene, data):
    image, parts = ff.simple_boot(0, [(RAM_CODE, ENDLESS)], CODE, DATA, CHIP_ID)
    board = scene({0: image})
    found = board.look(wait=100, size_mb=MB)
    assert found["boots"]["kind"] == "simple-boot" and int(found["boots"]["offset"], 0) == 0
    assert expected(found) == pages_like(parts)
    programs(board, data, at=0x300000)


def test_an_app_without_a_table(scene, data):
    files = sample()
    content = ff.flash(SIZE, {0: files[0], SLOT: files[SLOT]})
    board = scene(content)
    is_cheap(board, 100)
    found = board.look(wait=100, size_mb=MB)
    assert found["partition_tables"] == [] and "no partition table is here" in findings(found)
    hinted = board.map("--app-offset", hex(SLOT))
    assert hinted["boots"]["kind"] == "user" and pages_of(hinted["expected"]) == pages(content, SLOT)
    programs(board, data, at=0x300000)


# --- nothing, noise, cipher text, a header that is wrong ---

@pytest.mark.parametrize("what", ["erased", "zeros", "noise"])
def test_no_layout(scene, data, what):
    board = scene({"erased": ff.flash(SIZE, {}), "zeros": bytes(SIZE), "noise": ff.noise(SIZE, 3)}[what])
    found = board.look(wait=100, size_mb=MB)
    assert found["boots"]["kind"] == "nothing" or (found["boots"]["kind"] == "unknown" and what == "noise")
    assert found["partition_tables"] == [] and found["mapped"] == []
    is_cheap(board, 100)
    programs(board, data, at=0x300000)


def test_encrypted_flash(scene, data):
    """Programmed image by image through the chip's encryption, which has one key of one block; said in words, nothing is parsed."""
    board = scene({}, ["--sim-efuse", f"SPI_BOOT_CRYPT_CNT=1,RD_DIS=1,KEY_PURPOSE_0=4,BLOCK_KEY0={ff.noise(32, 43).hex()}"])
    files = {at: path for at, path in build(TABLE, "esp32c3").items() if at != 0xD000}
    for at, path in files.items():
        board.program(path, at, "encrypt")
    content = board.flash.read_bytes()
    assert all(path.read_bytes()[:16] not in content for path in files.values()) and ff.tables(content) == {}
    found = board.look(wait=600, size_mb=MB)
    assert found["encrypted"] and "flash encryption is on" in " ".join(f["seen"] + f["means"] for f in found["findings"])
    assert found["partition_tables"] == [] and {int(r["offset"], 0) for r in found["mapped"]} == {0x10000, 0x20000}
    assert BOOTED.search(board.boot(700))
    programs(board, data, at=0x300000)


def test_a_header_that_says_twice_the_size(scene):
    files = sample()
    found = scene({**files, 0: ff.resized(files[0], 3)}).look(wait=600, size_mb=MB)
    said, = (f for f in found["findings"] if "header speaks of" in f["seen"])
    assert f"{2 * MB} MB" in said["seen"] and said["severity"] == "error"
    runs(found, SLOT)


# --- a flash that was left in some state ---

STATES = {"qpi": ("W25Q64FV", "QPI"), "continuous-read": ("W25Q64JV", "continuous"), "deep-power-down": ("W25Q64JV", "asleep"),
          "erase-suspended": ("W25Q64JV", "suspended"), "protected-all": ("GD25Q64C", "write-protected")}


@pytest.mark.parametrize("state", STATES)
def test_a_flash_in_a_state(scene, data, state):
    """Found so under the app that runs; looked at, it is left so, and programmed all the same."""
    part, words = STATES[state]
    content = ff.flash(8 << 20, sample())
    board = scene(content, ["--sim-flash-part", part, "--sim-flash-state", f"{state}@550"])
    found = board.map("--quick", wait=600)
    assert found["size"] == 8 << 20 and found["boots"]["kind"] == "app" and board.flash.read_bytes() == content
    said = board.tcl("init; sleep 600; halt", "flash probe 0", "resume", f"program_esp {data} 0x400000 verify reset exit").err
    assert "** Verify OK **" in said and "Error" not in said and words in said, said
    assert board.flash.read_bytes() == ff.flash(8 << 20, {0: content, 0x400000: data.read_bytes()})


# --- an app that has switched memory protection on, as those of ESP-IDF do ---

RIGHTS = ["mdw 0x600c10a8 3", "mdw 0x600c10c0 2", "mdw 0x600c10bc", "mdw 0x600c10d0"]


def rights_of(said):
    return re.findall(r"^0x600c10(?:a8|c0|bc|d0): .*", said, re.M)


@pytest.fixture(params=["protected", "locked"])
def guarded(request, scene, tmp_path):
    """A board that runs the app of that name; whether it has locked its protection."""
    elf = BUILD / f"sim/rom/esp32c3_{request.param}.elf"
    if not elf.exists():
        pytest.skip("the samples were not built (no cross compiler)")
    files, out = sample(), tmp_path / "app.bin"
    on = scene({})
    on.run("image", "create", "--chip", "esp32c3", "--flash-size", f"{MB}MB", "-o", out, elf)
    on.flash.write_bytes(ff.flash(SIZE, {**files, SLOT: out.read_bytes()}))
    return on, request.param == "locked"


def test_flash_under_memory_protection(guarded, data, tmp_path):
    """The agent lives in RAM that the program has closed: what is not locked is opened for it; what is locked is not needed, and the
    program is not disturbed: it would say that its protection was violated, or lose a heartbeat."""
    board, is_locked = guarded
    content, out = board.flash.read_bytes(), tmp_path / "read.bin"
    doctor = " ".join(board.run("doctor", *board.sim(), status=(0, 1)).out.split())
    assert "the program protects memory on the instruction bus" in doctor and "on the data bus" in doctor
    assert ("nothing but a reset changes that" in doctor) == is_locked and ("puts it back" in doctor) != is_locked
    is_cheap(board, 600)
    found = board.look(wait=600, size_mb=MB)
    runs(found, SLOT)
    run = board.tcl("init; sleep 600; halt", *RIGHTS, "flash probe 0", "flash probe 1", "flash banks", f"flash read_bank 0 {out} 0 0x30000",
                    f"flash verify_bank 0 {out}", "resume; sleep 300; halt", *RIGHTS, f"flash read_bank 0 {out} 0 0x30000", "resume",
                    "sleep 200", "shutdown", options=["--sim-uart"])
    rights = rights_of(run.err)
    assert len(rights) == 8 and rights[:4] == rights[4:] and len(beats(run.out)) >= 7
    assert out.read_bytes() == content[:0x30000] and (LOCKED in run.err) == is_locked and "Error" not in run.err
    if is_locked:  # what would change it is refused; a reset lifts that
        write = f"flash write_image erase {data} 0x300000"
        said = board.tcl("init; sleep 600; halt", f"if {{[catch {{{write}}} why]}} {{echo $why}}", "reset halt", write, "shutdown").err
        assert said.count("the flash can only be read now") == 1 and "'reset halt'" in said
        assert board.flash.read_bytes()[0x300000:][:10000] == data.read_bytes()
    programs(board, data, at=0x380000)
    assert "memory protection on" in board.boot(700)


# --- programs that get in the way ---

def test_a_watchdog_that_resets_again_and_again(scene, data):
    """A program that crashes at once, and one that feeds no watchdog: each is halted, reset, left halted, programmed over."""
    board = scene({0: BOOTLOADER})
    alone = board.run("sim", "--board", BOARD, "--flash", board.flash, "--run", 3000, "--uart", "-").out
    assert alone.count("(RTCWDT_RTC_RST)") >= 7
    for wait in (0, 50, 290, 333, 350, 351, 700):
        assert board.map("--quick", wait=wait)["size"] == SIZE
    doctor = board.run("doctor", *board.sim(), status=1).out
    assert re.search(r"^bad   resets    the chip was reset \d times", doctor, re.M)
    large = data.with_name("large.bin")
    large.write_bytes(b"\x01" + ff.noise(0x3FFFF, 8))  # takes longer than the watchdog waits
    programs(board, large, at=0x100000)
    halted = board.tcl("init; sleep 340; halt; sleep 1000; halt; targets", "shutdown").err
    assert re.search(r"^ 0\* esp32c3 .* halted *$", halted, re.M) and halted.count("was reset") <= 2


PC = r"^pc \(/32\): 0x40000000$"
CRASHING = ff.image([(RAM_CODE, bytes(16))], entry=RAM_CODE, chip=CHIP_ID)  # no instruction


@pytest.mark.parametrize("content", [{}, {0: BOOTLOADER}, {0: CRASHING}], ids=["blank", "feeds no watchdog", "crashes at once"])
@pytest.mark.parametrize("wait", [0, 30, 345])
def test_resets(scene, content, wait):
    """reset halt stops at the vector with no instruction done and no watchdog on; reset run starts anew."""
    said = scene(content).tcl(f"init; sleep {wait}", "reset halt", "reg pc", "sleep 3000; poll", "targets", "reg pc", "step", "reg pc", "reset run",
                              "sleep 20; halt", "targets", "reset init", "reg pc", "shutdown").err
    assert "Error" not in said and len(re.findall(PC, said, re.M)) == 3, said
    assert len(re.findall(r"^ 0\* esp32c3 .* halted *$", said, re.M)) == 2, said
    assert said.count("Reset cause (3) - (Software core reset)") >= 2, said


def test_a_super_watchdog_that_resets_again_and_again(scene, data):
    elf = BUILD / "sim/rom/esp32c3_hungry.elf"
    if not elf.exists():
        pytest.skip("the samples were not built (no cross compiler)")
    board = scene({})
    board.run("flash", *board.sim(), f"{elf}@0")
    for wait in (0, 900, 1000, 1040, 1100):
        assert board.map("--quick", wait=wait)["size"] == SIZE
    large = data.with_name("large.bin")
    large.write_bytes(b"\x01" + ff.noise(0xFFFFF, 8))  # takes longer than the watchdog waits
    programs(board, large, at=0x100000)
    halted = board.tcl("init; sleep 500; halt; sleep 3000; poll", "targets", "shutdown").err
    assert re.search(r"^ 0\* esp32c3 .* halted *$", halted, re.M) and "the chip was reset" not in halted
