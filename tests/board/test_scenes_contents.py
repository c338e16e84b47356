# SPDX-License-Identifier: Apache-2.0
"""Boards whose flash holds what is no partition table of ESP-IDF, or not where it is looked for: none fails, and what is said of
the flash is what a reader of the file finds in it."""
import re

import flashfile as ff
import pytest
from rig import BUILD
from scene import Scene, findings
from test_map import choose_slot
from test_scenes_report_a import BOOTED, build, contents, runs_as_its_image_says

SIZE = 8 << 20
IROM, DROM = 0x400D0000, 0x3F400000
ENDLESS = bytes.fromhex("06ffff00")  # j . : a program that feeds no watchdog
BOOTLOADER = ff.image([(0x40080000, ENDLESS)])


@pytest.fixture
def scene(tmp_path):
    """A scene with this content."""

    def make(content, options=()):
        path = tmp_path / "flash.bin"
        path.write_bytes(content)
        return Scene(path, options=options)

    return make


@pytest.fixture
def data(tmp_path):
    """A file to program."""
    path = tmp_path / "data.bin"
    path.write_bytes(b"\x01" + ff.noise(9999, 77))
    return path


def programs(scene, data, at=0x600000):
    """Programming works, whatever else is in the flash."""
    before, new = scene.flash.read_bytes(), data.read_bytes()
    scene.program(data, at)
    sectors = -(-len(new) // ff.SECTOR) * ff.SECTOR
    assert scene.flash.read_bytes() == before[:at] + new + before[at + len(new):at + sectors] + before[at + sectors:]


def expected(found):
    return {(int(r["address"], 0), int(r["offset"], 0), r["code"]) for r in found["expected"]}


def pages(segments):
    """What (address, flash offset, length, is code) is in pages of 64 KB."""
    return {(address & ~0xFFFF, at & ~0xFFFF, is_code) for address, at, _, is_code in segments}


# --- other boot chains ---

def mcuboot_image(slot):
    return ff.mcuboot(slot, IROM, DROM + 0x8000, (0x40080000, 0x3FFB0000))


@pytest.mark.parametrize("slot", [0x10000, 0x20000])
def test_mcuboot(scene, data, slot):
    image, parts = mcuboot_image(slot)
    board = scene(ff.flash(SIZE, {0x1000: BOOTLOADER, slot: image}))
    found = board.look(wait=200)
    assert found["boots"]["kind"] == "mcuboot" and int(found["boots"]["offset"], 0) == slot
    assert expected(found) == pages(parts)
    programs(board, data)


def test_mcuboot_in_two_slots(scene):
    first, parts = mcuboot_image(0x20000)
    second, _ = mcuboot_image(0x120000)
    found = scene(ff.flash(SIZE, {0x1000: BOOTLOADER, 0x20000: first, 0x120000: second})).look()
    assert int(found["boots"]["offset"], 0) == 0x20000 and expected(found) == pages(parts)
    assert [int(r["offset"], 0) for r in found["regions"] if r["kind"] == "mcuboot"] == [0x20000, 0x120000]


def test_simple_boot(scene, data):
    image, parts = ff.simple_boot(0x1000, [(0x40080000, ENDLESS)], IROM, DROM)
    board = scene(ff.flash(SIZE, {0x1000: image}))
    found = board.look(wait=200)
    assert found["boots"]["kind"] == "simple-boot" and int(found["boots"]["offset"], 0) == 0x1000
    assert expected(found) == pages(parts)
    programs(board, data)


def test_an_app_without_a_table(scene, data):
    """As NuttX was long written: bootloader and app, and no partition table anywhere."""
    files = build(0xE000)
    content = contents(files, [0x1000, 0x20000])
    board = scene(content)
    found = board.look(wait=200)
    assert found["partition_tables"] == [] and "no partition table is here" in findings(found)
    app, = (r for r in found["regions"] if r["kind"] == "app")
    assert int(app["offset"], 0) == 0x20000 and app["image"]["size"] == ff.image_length(content, 0x20000)
    hinted = board.map("--app-offset", "0x20000")
    assert hinted["boots"]["kind"] == "user" and int(hinted["boots"]["offset"], 0) == 0x20000
    segments = ff.flash_segments(content, 0x20000, [(IROM, IROM + 0x330000)])
    assert {(a, o) for a, o, is_code in expected(hinted) if is_code} == {(a & ~0xFFFF, o & ~0xFFFF) for a, o, _ in segments}
    banks = board.tcl("init; reset halt", "esp appimage_offset 0x20000", "flash probe 1", "flash banks", "shutdown").err
    assert re.search(rf"^#1 : esp32\.cpu0\.irom \(esp32\) at 0x{IROM:08x}, size 0x00010000", banks, re.M), banks
    programs(board, data)


# --- nothing, noise, cipher text ---

def test_erased(scene, data):
    board = scene(ff.flash(SIZE, {}))
    found = board.look(wait=100)
    assert found["boots"]["kind"] == "nothing" and found["partition_tables"] == []
    assert {r["kind"] for r in found["regions"]} == {"blank"}
    programs(board, data)


@pytest.mark.parametrize("seed", range(3))
def test_random_bytes(scene, data, seed):
    board = scene(ff.noise(SIZE, seed))
    found = board.look(wait=100)
    assert found["boots"]["kind"] in ("unknown", "nothing") and not any("name" in r for r in found["regions"])
    programs(board, data)


def test_zeros(scene, data):
    board = scene(bytes(SIZE))
    assert board.look(wait=100)["boots"]["kind"] in ("unknown", "nothing")
    programs(board, data)


KEY = ff.noise(32, 42)
ENCRYPTED = ["--sim-efuse", f"RD_DIS=1,FLASH_CRYPT_CNT=1,FLASH_CRYPT_CONFIG=0xF,flash_encryption={KEY.hex()}"]


def test_encrypted_flash(scene, data):
    """A board that encrypts, programmed image by image; then each look at it: said in words, no garbage parsed."""
    files = build(0xE000)
    board = scene(ff.flash(SIZE, {}), ENCRYPTED)
    for at, path in files.items():
        board.program(path, at, "encrypt")
    content = board.flash.read_bytes()
    assert all(path.read_bytes()[:16] not in content for path in files.values() if path.read_bytes().strip(b"\xff"))
    assert ff.tables(content) == {}
    found = board.look(wait=500)
    assert found["encrypted"] and "flash encryption is on" in " ".join(f["seen"] + f["means"] for f in found["findings"])
    assert found["partition_tables"] == [] and not any("name" in r for r in found["regions"])
    plain = contents(files)
    segments = {(a & ~0xFFFF, o & ~0xFFFF) for a, o, _ in ff.flash_segments(plain, 0x20000, [(IROM, IROM + 0x330000), (DROM, DROM + 0x400000)])}
    assert {(int(r["address"], 0), int(r["offset"], 0)) for r in found["mapped"]} == segments
    assert BOOTED.search(board.boot(600))
    programs(board, data)


S3_KEY = ff.noise(64, 43)
S3_KEYS = {"one block": f"RD_DIS=1,KEY_PURPOSE_0=4,BLOCK_KEY0={S3_KEY[:32].hex()}",
           "two blocks": f"RD_DIS=6,KEY_PURPOSE_1=2,BLOCK_KEY1={S3_KEY[:32].hex()},KEY_PURPOSE_2=3,BLOCK_KEY2={S3_KEY[32:].hex()}"}


@pytest.mark.parametrize("name, size_mb", [("esp32s3-n8", 8), ("esp32s3-n32r16v", 32)])
@pytest.mark.parametrize("key", S3_KEYS)
def test_encrypted_flash_of_an_esp32s3(tmp_path, data, name, size_mb, key):
    demo = BUILD / "sim/rom/demo-esp32s3"
    if not (demo / "flasher_args.json").exists():
        pytest.skip("the samples were not built (no cross compiler)")
    board = Scene(tmp_path / "flash.bin", name, ["--sim-efuse", f"SPI_BOOT_CRYPT_CNT=1,{S3_KEYS[key]}"])
    files = {0: demo / "bootloader/bootloader.bin", 0x8000: demo / "partition_table/partition-table.bin", 0x10000: demo / "app.bin"}
    for at, path in files.items():
        board.program(path, at, "encrypt")
    content = board.flash.read_bytes()
    assert all(path.read_bytes()[:16] not in content for path in files.values()) and ff.tables(content) == {}
    found = board.look(wait=500, size_mb=size_mb)
    assert found["encrypted"] and "flash encryption is on" in " ".join(f["seen"] + f["means"] for f in found["findings"])
    assert found["partition_tables"] == [] and not any("name" in r for r in found["regions"])
    assert {int(r["offset"], 0) for r in found["mapped"]} == {0x10000, 0x20000}
    assert BOOTED.search(board.boot(600))
    programs(board, data)


# --- what boots is not what stands first; what the header says is not what is there ---

@pytest.mark.parametrize("number", [0, 1])
def test_an_ota_slot_runs(scene, build_dir, number):
    files = build(0xE000)
    board = scene(contents(files))
    choose_slot(board.flash, build_dir, number)
    content = board.flash.read_bytes()
    slots = {name: at for name, kind, _, at, _ in ff.read_table(content, 0xE000) if kind == ff.APP}
    assert ff.ota_choice(content, 0x14000, 2) == number and min(slots.values()) == slots["factory"]
    found = board.look(wait=500)
    assert int(found["boots"]["offset"], 0) == slots[f"ota_{number}"]
    runs_as_its_image_says(found, content, slots[f"ota_{number}"])


@pytest.mark.parametrize("part, size_mb, code", [("W25Q32JV", 4, 4), ("W25Q16JV", 2, 4), ("W25Q128JV", 16, 2)])
def test_a_header_that_speaks_of_another_size(scene, data, part, size_mb, code):
    files = build(0x8000)
    content = bytearray(ff.flash(size_mb << 20, {at: path.read_bytes() for at, path in files.items() if at < size_mb << 20}))
    bootloader = ff.resized(files[0x1000].read_bytes(), code)
    content[0x1000:0x1000 + len(bootloader)] = bootloader
    assert ff.image_length(content, 0x1000) == len(bootloader)
    board = scene(bytes(content), ["--sim-flash-part", part])
    found = board.look(wait=500, size_mb=size_mb)
    said, = (f for f in found["findings"] if "header speaks of" in f["seen"])
    assert f"{1 << code} MB" in said["seen"] and said["severity"] == ("error" if 1 << code > size_mb else "note")
    runs_as_its_image_says(found, content, 0x10000)
    programs(board, data, at=(size_mb << 20) - 0x10000)


# --- programs that get in the way ---

def test_a_watchdog_that_resets_again_and_again(scene, data):
    board = scene(ff.flash(SIZE, {0x1000: BOOTLOADER}))
    alone = board.run("sim", "--flash", board.flash, "--run", 3000, "--uart", "-").out
    assert alone.count("rst:0x10 (RTCWDT_RTC_RESET)") >= 7
    for wait in (0, 50, 290, 333, 350, 351, 352, 700):
        assert board.map(wait=wait, *["--quick"])["size"] == SIZE
    doctor = board.run("doctor", *board.sim(), status=1).out
    assert re.search(r"^bad   resets    the chip was reset \d times", doctor, re.M)
    board.look(wait=340)
    large = data.with_name("large.bin")
    large.write_bytes(b"\x01" + ff.noise(0x3FFFF, 8))  # takes longer than the watchdog waits
    programs(board, large, at=0x100000)
    halted = board.tcl("init; sleep 340; halt; sleep 1000; halt; targets", "shutdown").err
    assert re.search(r"^ 0\* esp32\.cpu0 .* halted *$", halted, re.M) and halted.count("was reset") <= 2


# --- the ESP32's memory protection: that of its cores, eight regions of 512 MB ---

CLOSED = [0x00000000, 0x80000000, 0xA0000000, 0xC0000000, 0xE0000000]  # by ESP-IDF's apps: there is nothing
NO_ACCESS = 15
WITLB, WDTLB = 0x6, 0xE  # witlb a3, as / wdtlb a3, as


def test_regions_without_access(scene, data):
    """A program closes what ESP-IDF's apps close: nothing that a debugger needs. What is closed is said."""
    regs = [2, 4, 5, 6, 7]
    code = b"".join(bytes([0x30, op << 4 | reg, 0x50]) for reg in regs for op in (WITLB, WDTLB)) + ENDLESS
    setup = [f"write_memory 0x40080000 8 {{{' '.join(map(str, code))}}}", f"reg a3 {NO_ACCESS}", "reg pc 0x40080000",
             *(f"reg a{reg} {address:#x}" for reg, address in zip(regs, CLOSED, strict=True)), "resume; sleep 5; halt"]
    board = scene(ff.flash(SIZE, {}))
    said = board.tcl("init; reset halt", *setup, "reg pc", "if {[catch {mdw 0x80000000} why]} {echo \"closed: $why\"}", "mww 0x3ffb0000 0x12345678",
                     "mdw 0x3ffb0000", "flash probe 0", "flash banks", "resume; sleep 5; halt", "reg pc", "mdw 0x3ffb0000",
                     f"program_esp {data} 0x10000 verify reset exit").err
    assert "Error" not in said and said.count("0x3ffb0000: 12345678") == 2 and "** Verify OK **" in said
    assert re.search(r"^closed: .*0x80000000", said, re.M), said
    assert [int(pc, 16) for pc in re.findall(r"^pc \(/32\): (\w+)", said, re.M)][-2:] == [0x40080000 + len(code) - len(ENDLESS)] * 2
    assert board.flash.read_bytes()[0x10000:0x10000 + 10000] == data.read_bytes()
