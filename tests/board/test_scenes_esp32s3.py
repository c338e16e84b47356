# SPDX-License-Identifier: Apache-2.0
"""Boards with an ESP32-S3 in every state: report B (MicroPython on 32 MB of octal flash), apps above 16 MB, other boot chains,
what is no layout at all, programs that get in the way."""
import re

import flashfile as ff
import pytest
from rig import BUILD
from scene import Scene, findings
from test_scenes_contents import expected, pages as pages_like
from test_scenes_report_a import BOOTED, build, contents, every_way

OCTAL, QUAD = "esp32s3-n32r16v", "esp32s3-n8"
MB = {OCTAL: 32, QUAD: 8}
CHIP_ID = 9
CODE, DATA, WINDOW_BYTES = 0x42000000, 0x3C000000, 0x2000000
WINDOWS = [(DATA, DATA + WINDOW_BYTES), (CODE, CODE + WINDOW_BYTES)]
TABLE, SLOT = 0x8000, 0x10000
SIZE_CODE = {1: 0, 2: 1, 4: 2, 8: 3, 16: 4, 32: 5}


def sample():
    """{flash offset: bytes} of the sample build: bootloader, table, OTA data, app."""
    return {at: path.read_bytes() for at, path in build(TABLE, "esp32s3").items()}


@pytest.fixture
def scene(tmp_path):
    """A scene with this content: {flash offset: bytes}, or all the bytes."""

    def make(content, board=OCTAL, options=(), size_mb=None):
        path = tmp_path / "flash.bin"
        size = (size_mb or MB[board]) << 20
        path.write_bytes(ff.flash(size, content) if isinstance(content, dict) else content)
        return Scene(path, board=board, options=options)

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
    assert scene.flash.read_bytes() == before[:at] + new + before[at + len(new):]


def with_table(files, *entries, size_mb):
    """The sample with this table instead, and a bootloader that knows the flash's size."""
    return {**files, 0: ff.resized(files[0], SIZE_CODE[size_mb]), TABLE: ff.table(*entries)}


def pages(content, app):
    """{(address, flash offset, is code)} of the image's pages, as read here."""
    return {((load & ~0xFFFF) + i, (at & ~0xFFFF) + i, load >= CODE)
            for load, at, length in ff.flash_segments(content, app, WINDOWS)
            for i in range(0, load % 0x10000 + length, 0x10000)}


def pages_of(ranges):
    """The same of what map says."""
    return {(int(r["address"], 0) + i, int(r["offset"], 0) + i, r["code"]) for r in ranges for i in range(0, r["size"], 0x10000)}


def runs(found, app):
    assert found["runs"]["kind"] == "app" and int(found["runs"]["offset"], 0) == app, found["runs"]
    assert {r["source"] for r in found["mapped"]} == {"live MMU"} and all(r["cores"] == [0, 1] for r in found["mapped"])


# --- apps above 16 MB ---

def test_an_app_above_16_mb_boots(scene, data):
    files, slot = sample(), 0x1400000
    content = with_table(files, ("nvs", ff.DATA, ff.NVS, 0x9000, 0x6000), ("factory", ff.APP, ff.FACTORY, slot, 0x100000), size_mb=32)
    del content[SLOT]
    content = ff.flash(32 << 20, {**content, slot: files[SLOT]})
    board = scene(content)
    assert re.search(rf"running from flash offset {slot:#x}.*heartbeat 2 ", board.boot(700), re.S)
    found = board.look(wait=700, size_mb=32)
    runs(found, slot)
    assert pages_of(found["mapped"]) >= pages(content, slot)
    programs(board, data, at=0x1800000)
    assert BOOTED.search(board.boot(700))


def test_an_app_of_17_mb(scene, data, tmp_path):
    """Its data reach from below 16 MB to above it, its code is above: programmed by espocd flash, run, mapped."""
    files = sample()
    (data_load, rodata), (ram_load, ram), _, (code_load, code) = ff.segments(files[SLOT])
    assert data_load >> 24 == DATA >> 24 and code_load >> 24 == CODE >> 24
    rodata += ff.noise(0x40000, 5) + ff.BLANK * (0x1100000 - 0x80000) + ff.noise(0x40000, 6)
    image = ff.image(ff.placed([(data_load, rodata), (ram_load, ram), (code_load, code)], WINDOWS), entry=entry_of(files[SLOT]),
                     chip=CHIP_ID, size_code=5, hashed=False)
    assert len(image) > 17 << 20
    content = with_table(files, ("factory", ff.APP, ff.FACTORY, SLOT, 0x1400000), size_mb=32)
    paths = {at: tmp_path / f"{at:x}.bin" for at in (0, TABLE, SLOT)}
    for at, path in paths.items():
        path.write_bytes(image if at == SLOT else content[at])
    board = scene({})
    board.hangs_s = 900  # the agent reads 17 MB twice, and the bootloader once
    board.run("flash", *board.sim(), *(f"{path}@{at:#x}" for at, path in paths.items()))
    content = ff.flash(32 << 20, {**{at: content[at] for at in (0, TABLE)}, SLOT: image})
    assert board.flash.read_bytes() == content
    found = board.map("--quick", wait=10500)  # it takes its time to sum 17 MB up
    runs(found, SLOT)
    assert pages_of(found["mapped"]) >= pages(content, SLOT)
    assert max(at for _, at, _ in pages(content, SLOT)) > 16 << 20
    said = board.tcl("init; sleep 10500; halt", f"esp flash_map offset_of {code_load:#x}", "flash probe 1", "flash probe 2", "flash banks",
                     f"dump_image {tmp_path / 'seen'} {DATA + 0x1000000 + 0x10000:#x} 0x100", "shutdown").err
    at = next(at for load, at, _ in ff.flash_segments(content, SLOT, WINDOWS) if load == code_load)
    assert at > 16 << 20 and f"Flash mapping 1: {at & ~0xFFFF:#x} -> {CODE:#x}, 64 KB" in said
    assert (tmp_path / "seen").read_bytes() == content[SLOT + 0x1000000:][:0x100]
    programs(board, data, at=0x1E00000)


def entry_of(image):
    return int.from_bytes(image[4:8], "little")


@pytest.mark.parametrize("slot", [0xF00000, 0x1400000])
def test_quad_flash_above_16_mb(scene, slot):
    """With a bootloader that makes the cache send 32-bit addresses it boots there, too; that it needs one is said."""
    files = sample()
    content = with_table(files, ("factory", ff.APP, ff.FACTORY, slot, 0x100000), size_mb=32)
    del content[SLOT]
    content = ff.flash(32 << 20, {**content, slot: files[SLOT]})
    board = scene(content, QUAD, ["--sim-flash-part", "W25Q256JV"])
    assert re.search(rf"running from flash offset {slot:#x}.*heartbeat 2 ", board.boot(700), re.S)
    found = board.look(wait=700, size_mb=32)
    runs(found, slot)
    assert pages_of(found["mapped"]) >= pages(content, slot) and "above 16 MB" not in findings(found)
    before = board.map("--quick")  # nothing runs yet
    assert ("above 16 MB" in findings(before)) == (slot > 16 << 20)
    assert not before["findings"] or "32-bit addresses" in " ".join(f["means"] for f in before["findings"])


# --- report B: MicroPython's layout on 32 MB of octal flash, which its program has left in OPI DTR ---

MICROPYTHON = [("nvs", ff.DATA, ff.NVS, 0x9000, 0x6000), ("phy_init", ff.DATA, ff.PHY, 0xF000, 0x1000),
               ("factory", ff.APP, ff.FACTORY, 0x10000, 0x1F0000), ("vfs", ff.DATA, 0x81, 0x200000, 0x1E00000)]
WINDOW = r"^#{} : esp32s3\.cpu0\.{} \(esp32s3\) at 0x{:08x}, size 0x{:08x}"


@pytest.fixture
def micropython(scene):
    content = with_table(sample(), *MICROPYTHON, size_mb=32)
    del content[0xD000]  # it has no OTA data
    return scene(content)


def test_report_b(micropython, data):
    content = micropython.flash.read_bytes()
    cheap = micropython.map("--quick", "-c", "adapter speed 20000", wait=600)
    assert cheap["seconds"] < 0.5 and cheap["bytes_read"] < 256 << 10  # the goals of bench/first_look.py
    found = micropython.look(wait=600, size_mb=32)
    runs(found, SLOT)
    assert found["layout"] == "MicroPython, 32 MB" and not found["findings"]
    assert {r["name"] for r in found["regions"] if "name" in r} == {name for name, *_ in MICROPYTHON}
    assert pages_of(found["mapped"]) >= pages(content, SLOT) and {r["memory"] for r in found["mapped"]} == {"flash"}
    said = micropython.tcl("init; sleep 600; halt", "flash probe 0", "flash probe 1", "flash probe 2", "flash banks", "esp flash_map",
                           "flash info 0", "flash list", "shutdown").err
    assert "found with its commands going on eight lines at double rate (OPI DTR)" in said and "Error" not in said
    assert re.search(r"^#0 : \S+ \(esp32s3\) at 0x00000000, size 0x02000000", said, re.M)
    for number, (bank, address) in enumerate([("irom", CODE), ("drom", DATA + 0x10000)], 1):
        assert re.search(WINDOW.format(number, bank, address, 0x10000), said, re.M), said
    for address, at, _ in pages(content, SLOT):
        assert f"{at:#x} -> {address:#x}, 64 KB" in said
    programs(micropython, data, at=0x1F00000)
    before = micropython.flash.read_bytes()
    micropython.run("flash", *micropython.sim(), f"{data}@0x200000")
    assert micropython.flash.read_bytes() == before[:0x200000] + data.read_bytes() + before[0x200000 + 10000:]
    assert BOOTED.search(micropython.boot(700))


def test_report_b_with_the_way_out_of_then(micropython, data):
    """'set ESP_FLASH_SIZE 0' keeps its meaning: no flash banks, and everything else works."""
    before = micropython.flash.read_bytes()

    def run(*commands, status=0):
        args = [a for c in ("set ESP_FLASH_SIZE 0",) for a in ("-c", c)] + ["-f", "board/esp32s3-builtin.cfg"]
        args += [a for c in ("gdb_port disabled", *commands) for a in ("-c", c)]
        return micropython.run(*micropython.sim(), *args, status=status).err

    said = run("init; sleep 600; halt", "flash banks", "flash list", f"bp {CODE + 0x100:#x} 2 hw", "resume; sleep 10; halt",
               f"rbp {CODE + 0x100:#x}", f"mdw {DATA + 0x10020:#x} 4", "step", "targets", "reset halt", "reg pc", "shutdown")
    assert "Error" not in said and "shutdown command invoked" in said and "pc (/32): 0x40000400" in said
    assert f"{DATA + 0x10020:#x}: abcd5432" in said  # the app's description, through the cache
    said = run("init", f"program_esp {data} 0x600000 verify reset exit", status=(0, 1))
    assert "ESP flash programming is not supported" in said
    assert micropython.flash.read_bytes() == before
    assert "ESP_FLASH_SIZE" in run("init; halt", "flash probe 0", status=1)


def test_external_ram_is_told_from_flash(micropython):
    """Entries of the same table lead to external RAM: they are no flash, for map and for the banks."""
    entries = 0x600C5000
    said = micropython.tcl("init; sleep 600; halt", f"mww {entries + 4 * 0x40:#x} 0x8000", f"mww {entries + 4 * 0x41:#x} 0x8001",
                           "esp flash_map", "flash probe 1", "flash probe 2", "flash banks", "shutdown").err
    assert re.search(WINDOW.format(2, "drom", DATA + 0x10000, 0x10000), said, re.M), said
    assert not re.search(rf"-> {DATA + 0x400000:#x}|-> {CODE + 0x400000:#x}", said) and "Error" not in said


# --- what boots is not what stands first ---

TWO_OTA = [("nvs", ff.DATA, ff.NVS, 0x9000, 0x4000), ("otadata", ff.DATA, ff.OTADATA, 0xD000, 0x2000),
           ("phy_init", ff.DATA, ff.PHY, 0xF000, 0x1000), ("ota_0", ff.APP, ff.OTA, 0x10000, 0x100000),
           ("ota_1", ff.APP, ff.OTA + 1, 0x110000, 0x100000)]


@pytest.mark.parametrize("board", MB)
@pytest.mark.parametrize("sequences, number", [((2,), 1), ((3, 2), 0), ((3, 4), 1)])
def test_an_ota_slot_runs(scene, board, sequences, number):
    files = sample()
    content = with_table(files, *TWO_OTA, size_mb=MB[board])
    content[0xD000] = b"".join(ff.ota_record(s).ljust(0x1000, ff.BLANK) for s in sequences).ljust(0x2000, ff.BLANK)
    content = ff.flash(MB[board] << 20, {**content, 0x10000: files[SLOT], 0x110000: files[SLOT]})
    assert ff.ota_choice(content, 0xD000, 2) == number
    board = scene(content, board)
    found = board.look(wait=700, size_mb=MB[board.board])
    slot = TWO_OTA[3 + number][3]
    assert int(found["boots"]["offset"], 0) == slot
    runs(found, slot)
    assert pages_of(found["mapped"]) >= pages(content, slot)


# --- other boot chains ---

ENDLESS = bytes.fromhex("06ffff00")  # j . : a program that feeds no watchdog
RAM_CODE = 0x403C8700
BOOTLOADER = ff.image([(RAM_CODE, ENDLESS)], entry=RAM_CODE, chip=CHIP_ID)


@pytest.mark.parametrize("board", MB)
@pytest.mark.parametrize("slot", [0x10000, 0x20000])
def test_mcuboot(scene, data, board, slot):
    """As Zephyr and NuttX are built for it: header, load header, segments; the bootloader is MCUboot's."""
    image, parts = ff.mcuboot(slot, CODE + 0x10000, DATA + 0x20000 + 0x8000, (RAM_CODE, 0x3FC98000))
    board = scene({0: BOOTLOADER, slot: image}, board)
    found = board.look(wait=100, size_mb=MB[board.board])
    assert found["boots"]["kind"] == "mcuboot" and int(found["boots"]["offset"], 0) == slot
    assert expected(found) == pages_like(parts)
    programs(board, data)


@pytest.mark.parametrize("board", MB)
def test_simple_boot(scene, data, board):
    """As Zephyr and NuttX are built for no bootloader at all: the boot ROM loads what the header counts."""
    image, parts = ff.simple_boot(0, [(RAM_CODE, ENDLESS)], CODE, DATA, CHIP_ID)
    board = scene({0: image}, board)
    found = board.look(wait=100, size_mb=MB[board.board])
    assert found["boots"]["kind"] == "simple-boot" and int(found["boots"]["offset"], 0) == 0
    assert expected(found) == pages_like(parts)
    programs(board, data)


@pytest.mark.parametrize("board", MB)
def test_an_app_without_a_table(scene, data, board):
    """As NuttX was long written: bootloader and app, and no partition table anywhere."""
    files = sample()
    content = ff.flash(MB[board] << 20, {0: files[0], SLOT: files[SLOT]})
    board = scene(content, board)
    cheap = board.map("--quick", "-c", "adapter speed 20000")
    assert cheap["seconds"] < 0.5 and cheap["bytes_read"] < 256 << 10  # the goals of bench/first_look.py
    found = board.look(wait=100, size_mb=MB[board.board])
    assert found["partition_tables"] == [] and "no partition table is here" in findings(found)
    app, = (r for r in found["regions"] if r["kind"] == "app")
    assert int(app["offset"], 0) == SLOT and app["image"]["size"] == ff.image_length(content, SLOT)
    hinted = board.map("--app-offset", hex(SLOT))
    assert hinted["boots"]["kind"] == "user" and pages_of(hinted["expected"]) == pages(content, SLOT)
    said = board.tcl("init; reset halt", f"esp appimage_offset {SLOT:#x}", "flash probe 1", "flash banks", "shutdown").err
    assert re.search(WINDOW.format(1, "irom", CODE, 0x10000), said, re.M), said
    programs(board, data)


# --- nothing, noise, cipher text ---

@pytest.mark.parametrize("board", MB)
@pytest.mark.parametrize("what", ["erased", "zeros", "noise"])
def test_no_layout(scene, data, board, what):
    size = MB[board] << 20
    board = scene({"erased": ff.flash(size, {}), "zeros": bytes(size), "noise": ff.noise(size, 3)}[what], board)
    found = board.look(wait=100, size_mb=size >> 20)
    assert found["boots"]["kind"] == "nothing" or (found["boots"]["kind"] == "unknown" and what == "noise")
    assert found["partition_tables"] == [] and not any("name" in r for r in found["regions"]) and found["mapped"] == []
    programs(board, data)


@pytest.mark.parametrize("efuse", [[], ["--sim-efuse", "SPI_BOOT_CRYPT_CNT=1"]], ids=["by its bytes", "by eFuse"])
def test_encrypted_flash(scene, data, efuse):
    """Cipher text where bootloader, table and app would be: said in words, nothing is parsed, and what boots cannot be told."""
    cipher = {at: ff.noise(-(-len(piece) // 0x1000) * 0x1000, at + 1) for at, piece in sample().items() if at != 0xD000}
    board = scene(cipher, QUAD, efuse)
    found = board.look(wait=100)
    said = " ".join(f["seen"] + f["means"] for f in found["findings"])
    assert found["encrypted"] and ("flash encryption is on" if efuse else "encrypt") in said
    assert found["partition_tables"] == [] and not any("name" in r for r in found["regions"])
    assert found["boots"]["kind"] == "unknown"
    assert "encrypt" in board.run("doctor", *board.sim(), status=(0, 1)).out
    programs(board, data)


# --- sizes that contradict each other ---

@pytest.mark.parametrize("board", MB)
def test_a_header_that_says_twice_the_size(scene, data, board):
    files, size_mb = sample(), MB[board]
    code = {8: 4, 32: 6}[size_mb]
    board = scene({**files, 0: ff.resized(files[0], code)}, board)
    found = board.look(wait=600, size_mb=size_mb)
    said, = (f for f in found["findings"] if "header speaks of" in f["seen"])
    assert f"{2 * size_mb} MB" in said["seen"] and said["severity"] == "error"
    runs(found, SLOT)
    programs(board, data)


# --- programs that get in the way ---

@pytest.mark.parametrize("board", MB)
def test_a_watchdog_that_resets_again_and_again(scene, data, board):
    size_mb = MB[board]
    board = scene({0: BOOTLOADER}, board)
    alone = board.run("sim", "--board", board.board, "--flash", board.flash, "--run", 3000, "--uart", "-").out
    assert alone.count("(RTCWDT_RTC_RST)") >= 7
    for wait in (0, 50, 290, 333, 350, 351, 700):
        assert board.map("--quick", wait=wait)["size"] == size_mb << 20
    doctor = board.run("doctor", *board.sim(), status=1).out
    assert re.search(r"^bad   resets    the chip was reset \d times", doctor, re.M)
    large = data.with_name("large.bin")
    large.write_bytes(b"\x01" + ff.noise(0x3FFFF, 8))  # takes longer than the watchdog waits
    programs(board, large, at=0x100000)
    halted = board.tcl("init; sleep 340; halt; sleep 1000; halt; targets", "shutdown").err
    assert re.search(r"^ 0\* esp32s3\.cpu0 .* halted *$", halted, re.M) and halted.count("was reset") <= 2


def test_a_super_watchdog_that_resets_again_and_again(scene, data):
    """It is on from power-on, and cannot be stopped but by being fed: a halt, and flash work, outlive it."""
    elf = BUILD / "sim/rom/esp32s3_hungry.elf"
    if not elf.exists():
        pytest.skip("the samples were not built (no cross compiler)")
    board = scene({})
    board.run("flash", *board.sim(), f"{elf}@0")
    alone = board.run("sim", "--board", board.board, "--flash", board.flash, "--run", 5000, "--uart", "-").out
    assert alone.count("rst:0x12 (SUPER_WDT_RST)") >= 3 and alone.count("hungry: start, reset cause 18") >= 3
    for wait in (0, 900, 1000, 1040, 1100):
        assert board.map("--quick", wait=wait)["size"] == 32 << 20
    board.look(wait=1020, size_mb=32)
    large = data.with_name("large.bin")
    large.write_bytes(b"\x01" + ff.noise(0xFFFFF, 8))  # takes longer than the watchdog waits
    programs(board, large, at=0x100000)
    halted = board.tcl("init; sleep 500; halt; sleep 3000; poll", "targets", "shutdown").err
    assert re.search(r"^ 0\* esp32s3\.cpu0 .* halted *$", halted, re.M) and "cpu0] the chip was reset" not in halted


# --- report A's four images, in every order; the table's place is part of the build ---

BUILDS = {0x8000: OCTAL, 0xE000: QUAD}


@pytest.fixture(scope="module", params=BUILDS, ids=hex)
def ways(request, tmp_path_factory):
    table = request.param
    files, board = build(table, "esp32s3"), BUILDS[table]
    return table, files, every_way(files, tmp_path_factory.mktemp("orders"), board, MB[board] << 20)


def test_report_a_in_every_order(ways):
    """Each set of the images, as the 24 orders pass through them; what is not there yet makes nothing fail."""
    table, files, scenes = ways
    size_mb = MB[BUILDS[table]]
    app = max(files)
    assert len(scenes) == 16
    for which, scene in scenes.items():
        found = scene.look(wait=600, size_mb=size_mb)
        content = contents(files, which, size_mb << 20)
        assert [int(t["offset"], 0) for t in found["partition_tables"]] == list(ff.tables(content)) == [table] * (table in which)
        if {0, table, app} <= which:
            runs(found, app)
            assert pages_of(found["mapped"]) >= pages(content, app)
        else:
            assert found["mapped"] == [], which
    assert BOOTED.search(scenes[frozenset(files)].boot(700))


# --- an app that has switched memory protection on, as those of ESP-IDF do ---

RIGHTS = ["mdw 0x600c10c0 16", "mdw 0x600c1100 8"]  # lines, rights and monitors, with their locks
CODE_WORD, DATA_WORD = 0x40378404, 0x3FCA8000  # in what the app may execute, and in what it may write


@pytest.fixture(params=[(app, board) for app in ("protected", "locked") for board in MB], ids=" on ".join)
def guarded(request, scene, tmp_path):
    """A board that runs the app of that name; whether it has locked its protection."""
    app, board = request.param
    elf = BUILD / f"sim/rom/esp32s3_{app}.elf"
    if not elf.exists():
        pytest.skip("the samples were not built (no cross compiler)")
    files, out, size_mb = sample(), tmp_path / "app.bin", MB[board]
    on = scene({}, board)
    on.run("image", "create", "--chip", "esp32s3", "--flash-size", f"{size_mb}MB", "-o", out, elf)
    content = {**files, 0: ff.resized(files[0], SIZE_CODE[size_mb]), SLOT: out.read_bytes()}
    on.flash.write_bytes(ff.flash(size_mb << 20, content))
    return on, app == "locked"


def words_of(said, address):
    """The words of each mdw that began there."""
    return [line.split()[1:] for line in re.findall(rf"^{address:#010x}: .*", said, re.M)]


def rights_of(said):
    """What each run of RIGHTS gave."""
    rows = [words_of(said, at) for at in (0x600C10C0, 0x600C10E0, 0x600C1100)]
    return [sum(row, []) for row in zip(*rows, strict=True)]


def beats(uart):
    """The numbers of the app's heartbeats; none was lost."""
    numbers = [int(n) for n in re.findall(r"heartbeat (\d+) ", uart)]
    assert numbers == list(range(1, len(numbers) + 1)) and "violated" not in uart, uart
    return numbers


def test_memory_protection(guarded):
    """Halting, memory and stepping; afterwards the protection is as the program had left it."""
    board, is_locked = guarded
    look = [*RIGHTS, f"mdw {CODE_WORD:#x}", f"mdw {DATA_WORD:#x}", f"mdw {DATA + 0x10020:#x}"]
    change = [f"mww {DATA_WORD:#x} 0x12345678", f"set was [read_memory {CODE_WORD:#x} 32 1]",
              f"if {{[catch {{mww {CODE_WORD:#x} 0x87654321}} why]}} {{echo $why}}", f"mdw {DATA_WORD:#x}", f"mdw {CODE_WORD:#x}",
              *([] if is_locked else [f"mww {CODE_WORD:#x} $was"])]
    run = board.tcl("init; sleep 600; halt", *look, *change, *RIGHTS, "targets", "resume; sleep 200; halt", *RIGHTS, "resume; sleep 200",
                    "shutdown", options=["--sim-uart"])
    rights = rights_of(run.err)
    assert len(rights) == 3 and rights[0] == rights[1] == rights[2] and (rights[0][0] == "00000001") == is_locked
    assert words_of(run.err, DATA + 0x10020) == [["abcd5432"]] and words_of(run.err, DATA_WORD)[-1] == ["12345678"]
    assert (words_of(run.err, CODE_WORD)[-1] == ["87654321"]) != is_locked
    assert ("was not written: the program has switched memory protection on and locked it" in run.err) == is_locked
    assert f"memory protection on{', locked' if is_locked else ''}" in run.out and len(beats(run.out)) >= 6


LOCKED = "the flash is read through its controller's registers, without the flash agent"


def test_flash_under_memory_protection(guarded, data, tmp_path):
    """The agent lives in RAM that the program has closed: what is not locked is opened for it; what is locked is not needed, and the
    program is not disturbed: it would say that its protection was violated, or lose a heartbeat."""
    board, is_locked = guarded
    size_mb, content = MB[board.board], board.flash.read_bytes()
    doctor = " ".join(board.run("doctor", *board.sim(), status=(0, 1)).out.split())
    assert "the program protects memory on the instruction bus" in doctor and "on the data bus" in doctor
    assert ("nothing but a reset changes that" in doctor) == is_locked and ("puts it back" in doctor) != is_locked
    assert f"{size_mb} MB by JEDEC id and SFDP" in doctor and "app slot at 0x10000 boots" in doctor and " 0 bad" in f" {doctor}"
    cheap = board.map("--quick", "-c", "adapter speed 20000", wait=600)
    assert cheap["seconds"] < 1 and cheap["bytes_read"] < 256 << 10
    found = board.look(wait=600, size_mb=size_mb)
    runs(found, SLOT)
    assert pages_of(found["mapped"]) >= pages(content, SLOT)
    out = tmp_path / "read.bin"
    run = board.tcl("init; sleep 600; halt", *RIGHTS, "flash probe 0", "flash probe 1", "flash banks", f"flash read_bank 0 {out} 0 0x30000",
                    f"flash verify_bank 0 {out}", "resume; sleep 300; halt", *RIGHTS, f"flash read_bank 0 {out} 0 0x30000", "resume",
                    "sleep 200", "shutdown", options=["--sim-uart"])
    before, after = rights_of(run.err)
    assert before == after and len(beats(run.out)) >= 7
    assert out.read_bytes() == content[:0x30000] and (LOCKED in run.err) == is_locked and "Error" not in run.err
    assert board.flash.read_bytes() == content
    programs(board, data)
    assert "memory protection on" in board.boot(700)


def test_flash_is_not_changed_under_a_lock(guarded, data):
    """Without a reset; 'reset halt' lifts the lock."""
    board, is_locked = guarded
    before = board.flash.read_bytes()
    if not is_locked:
        return
    erase, write = "flash erase_sector 0 0x600 0x600", f"flash write_image erase {data} 0x600000"
    said = board.tcl("init; sleep 600; halt", *(f"if {{[catch {{{c}}} why]}} {{echo $why}}" for c in (erase, write)), "resume", "sleep 300",
                     "shutdown", options=["--sim-uart"])
    assert said.err.count("the flash can only be read now") == 2 and said.err.count("'reset halt'") == 2
    assert board.flash.read_bytes() == before and len(beats(said.out)) >= 5
    board.tcl("init; sleep 600; halt; reset halt", write, "shutdown")
    assert board.flash.read_bytes()[0x600000:][:10000] == data.read_bytes()
