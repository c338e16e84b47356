#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What a first look at a board costs: virtual seconds from the start until size and layout of the flash are known, and bytes of
flash read for that, for boards in every state of the scenes in tests/board.   bench/first_look.py BUILD"""
import json
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests/board"))
import flashfile as ff  # noqa: E402 (the builder of flash contents is the tests')

GOAL_SECONDS = 0.5  # at TCK_KHZ
GOAL_BYTES = 256 << 10
TCK_KHZ = 20000
MB = 1 << 20
WROVER, QUAD, OCTAL, C3 = "esp32-wrover", "esp32s3-n8", "esp32s3-n32r16v", "esp32c3-n4"
BOARD_MB = {WROVER: 8, QUAD: 8, OCTAL: 32, C3: 4}
ENDLESS, ENDLESS_RISCV = bytes.fromhex("06ffff00"), bytes.fromhex("6f000000")  # j .
KEY = ff.noise(32, 42)


class Build:
    """A sample build: {flash offset: bytes}, and where its app is."""

    def __init__(self, folder):
        files = json.loads((folder / "flasher_args.json").read_text())["flash_files"]
        self.files = {int(at, 0): (folder / name).read_bytes() for at, name in files.items()}
        self.app_at = max(self.files)

    def without(self, *offsets):
        return {at: piece for at, piece in self.files.items() if at not in offsets}

    def with_app_at(self, at, table_at, table):
        return {**self.without(self.app_at), at: self.files[self.app_at], table_at: table}


def resized(pieces, size_code):
    """The bootloader at 0 speaks of 1 MB << size_code."""
    return {**pieces, 0: ff.resized(pieces[0], size_code)}


def half_written(pieces, table_at):
    return {**pieces, table_at: pieces[table_at][:80]}


def micropython():
    return ff.table(("nvs", ff.DATA, ff.NVS, 0x9000, 0x6000), ("phy_init", ff.DATA, ff.PHY, 0xF000, 0x1000),
                    ("factory", ff.APP, ff.FACTORY, 0x10000, 0x1F0000), ("vfs", ff.DATA, 0x81, 0x200000, 0x1E00000))


def chosen(number):
    """OTA data that choose this slot."""
    return ff.ota_record(number + 1).ljust(0x2000, ff.BLANK)


def esp32_scenes(samples):
    usual, moved = Build(samples / "demo-8000"), Build(samples / "demo-e000")
    loop = ff.image([(0x40080000, ENDLESS)])
    table = moved.files[0xE000]
    yield "the usual layout, table at 0x8000", usual.files, []
    yield "report A: erased", {}, []
    yield "report A: only the table, at 0xE000", {0xE000: table}, []
    yield "report A: all, table at 0xE000", moved.files, []
    yield "table at 0x9000", Build(samples / "demo-9000").files, []
    yield "no table", moved.without(0xE000), []
    yield "table half written", half_written(moved.files, 0xE000), []
    yield "tables in two places", {**moved.files, 0x8000: usual.files[0x8000]}, []
    yield "OTA slot 1 runs", {**moved.files, 0x14000: chosen(1), 0x220000: moved.files[0x20000]}, []
    yield "MCUboot", {0x1000: loop, 0x20000: ff.mcuboot(0x20000, 0x400D0000, 0x3F408000, (0x40080000, 0x3FFB0000))[0]}, []
    yield "simple boot", {0x1000: ff.simple_boot(0x1000, [(0x40080000, ENDLESS)], 0x400D0000, 0x3F400000)[0]}, []
    yield "no table, as NuttX was written", usual.without(0x8000, 0xD000), []
    efuses = f"RD_DIS=1,FLASH_CRYPT_CNT=1,FLASH_CRYPT_CONFIG=0xF,flash_encryption={KEY.hex()}"
    cipher = {at: ff.noise(len(piece) // 4096 * 4096 + 4096, at) for at, piece in usual.files.items()}
    yield "encrypted", cipher, ["--sim-efuse", efuses]
    yield "random bytes", {0: ff.noise(8 * MB)}, []
    yield "4 MB, the header says 16", {**usual.files, 0x1000: ff.resized(usual.files[0x1000], 4)}, ["--sim-flash-part", "W25Q32JV"]
    yield "resets every 350 ms", {0x1000: loop}, []


def esp32s3_scenes(samples):
    usual, moved = Build(samples / "demo-esp32s3"), Build(samples / "demo-esp32s3-e000")
    loop = ff.image([(0x403C8700, ENDLESS)], entry=0x403C8700, chip=9)
    big = ff.table(("factory", ff.APP, ff.FACTORY, 0x1400000, 0x100000))
    yield "report B: MicroPython, 32 MB, OPI DTR", resized({**usual.without(0xD000), 0x8000: micropython()}, 5), []
    yield "the usual layout, table at 0x8000", usual.files, []
    yield "table at 0xE000", moved.files, []
    yield "no table at all", usual.without(0x8000), []
    yield "an app above 16 MB", resized(usual.with_app_at(0x1400000, 0x8000, big), 5), []
    yield "MCUboot", {0: loop, 0x20000: ff.mcuboot(0x20000, 0x42010000, 0x3C028000, (0x403C8700, 0x3FC98000))[0]}, []
    yield "erased", {}, []
    yield "random bytes", {0: ff.noise(32 * MB)}, []
    yield "resets every 350 ms", {0: loop}, []


def esp32c3_scenes(samples):
    usual, moved = Build(samples / "demo-esp32c3"), Build(samples / "demo-esp32c3-e000")
    loop = ff.image([(0x403CE000, ENDLESS_RISCV)], entry=0x403CE000, chip=5)
    yield "the usual layout, table at 0x8000", usual.files, []
    yield "table at 0xE000", moved.files, []
    yield "no table at all", usual.without(0x8000), []
    yield "MCUboot", {0: loop, 0x20000: ff.mcuboot(0x20000, 0x42010000, 0x3C028000, (0x403CE000, 0x3FC98000))[0]}, []
    yield "erased", {}, []
    yield "random bytes", {0: ff.noise(4 * MB)}, []
    yield "resets every 350 ms", {0: loop}, []


def locked_app(espocd, chip, elf, size_mb):
    """An app that has locked its memory protection, as those of ESP-IDF do."""
    with tempfile.TemporaryDirectory() as folder:
        out = pathlib.Path(folder, "app.bin")
        subprocess.run([espocd, "image", "create", "--chip", chip, "--flash-size", f"{size_mb}MB", "-o", out, elf],
                       capture_output=True, check=True)
        return out.read_bytes()


def locked_scenes(espocd, samples, board):
    chip, size_mb = board.split("-")[0], BOARD_MB[board]
    usual = Build(samples / f"demo-{chip}")
    app = locked_app(espocd, chip, samples / f"{chip}_locked.elf", size_mb)
    yield "an app that has locked its memory", resized({**usual.files, usual.app_at: app}, size_mb.bit_length() - 1), []


def first_look(espocd, board, content, options):
    """(seconds, bytes) of espocd map --quick on a board that has run for half a second."""
    with tempfile.TemporaryDirectory() as folder:
        flash = pathlib.Path(folder, "flash.bin")
        flash.write_bytes(content)
        said = subprocess.run([espocd, "map", "--json", "--quick", f"--sim={board}", "--sim-flash", flash, "-c",
                               f"adapter speed {TCK_KHZ}", "--wait", "500", *options], capture_output=True, text=True, check=True)
    found = json.loads(said.stdout)
    return found["seconds"], found["bytes_read"]


def size_of(board, options):
    if "--sim-flash-part" in options:
        return 4 * MB
    return BOARD_MB[board] * MB


def main():
    build = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "build").resolve()
    samples, missed = build / "sim/rom", 0
    if not (samples / "demo-8000/flasher_args.json").exists():
        print("the samples were not built (no cross compiler)")
        return 0
    print(f"{'board':<16} {'what is in the flash':<38} {'seconds':>8} {'bytes read':>11}")
    for board, scenes in ((WROVER, esp32_scenes(samples)), (OCTAL, esp32s3_scenes(samples)), (C3, esp32c3_scenes(samples)),
                          *((board, locked_scenes(build / "espocd", samples, board)) for board in (QUAD, OCTAL, C3))):
        for name, pieces, options in scenes:
            seconds, count = first_look(build / "espocd", board, ff.flash(size_of(board, options), {
                at: piece for at, piece in pieces.items() if at < size_of(board, options)}), options)
            is_missed = seconds > GOAL_SECONDS or count > GOAL_BYTES
            missed += is_missed
            print(f"{board:<16} {name:<38} {seconds:8.3f} {count:11}{'  over the goal' if is_missed else ''}", flush=True)
    print(f"{'goal':<55} {GOAL_SECONDS:8.3f} {GOAL_BYTES:11}   at {TCK_KHZ // 1000} MHz TCK; {missed} over it")
    return 0


if __name__ == "__main__":
    sys.exit(main())
