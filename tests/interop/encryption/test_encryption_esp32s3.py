# SPDX-License-Identifier: Apache-2.0
"""The ESP32-S3's flash encryption end to end: what the chip's flash holds afterwards is what an independent program computes
from key and files (scheme.py), and the chip boots it."""
import json
import os
import pathlib
import random
import re
import subprocess

import pytest
import scheme

ROOT = pathlib.Path(__file__).resolve().parents[3]
BUILD = pathlib.Path(os.environ.get("ESPOCD_BUILD", ROOT / "build")).resolve()
SAMPLE = BUILD / "sim/rom/demo-esp32s3"
CONFIG = ["-f", "board/esp32s3-builtin.cfg"]
BOARDS = ["esp32s3-n8", "esp32s3-n32r16v"]
KEY_128, KEY_256 = random.Random(1).randbytes(32), random.Random(2).randbytes(64)
XTS_256_1, XTS_256_2, XTS_128 = 2, 3, 4


def key_efuses(key, blocks):
    """A key file as espefuse's burn_key puts it into these key blocks, which nobody can read then."""
    purposes = [XTS_128] if len(key) == 32 else [XTS_256_1, XTS_256_2]
    halves = [key[i:i + 32] for i in range(0, len(key), 32)]
    words = [f"RD_DIS={sum(1 << block for block in blocks)}"]
    for block, purpose, half in zip(blocks, purposes, halves):
        words += [f"BLOCK_KEY{block}={half[::-1].hex()}", f"KEY_PURPOSE_{block}={purpose}"]
    return ",".join(words)


class Chip:
    """A virtual chip with encryption switched on, whose key nobody can read, and its flash in a file."""

    def __init__(self, folder, board="esp32s3-n8", key=KEY_128, blocks=(0,), count=1, more=""):
        self.board, self.key, self.flash = board, key, folder / "flash.bin"
        self.efuses = f"SPI_BOOT_CRYPT_CNT={count},{key_efuses(key, blocks)}{more}"

    def run(self, *args, status=0):
        done = subprocess.run([str(BUILD / "espocd"), *map(str, args)], capture_output=True, text=True, timeout=120,
                              stdin=subprocess.DEVNULL, check=False)
        assert done.returncode == status, (args, done.stdout, done.stderr)
        return done.stdout + done.stderr

    def openocd(self, *commands, status=0):
        words = [word for command in commands for word in ("-c", command)]
        return self.run(f"--sim={self.board}", "--sim-flash", self.flash, "--sim-efuse", self.efuses, *CONFIG, *words,
                        status=status)

    def espocd(self, command, *args, status=0):
        return self.run(command, "--chip", "esp32s3", f"--sim={self.board}", "--sim-flash", self.flash, "--sim-efuse",
                        self.efuses, *args, status=status)

    def boot(self):
        return self.run("sim", "--board", self.board, "--flash", self.flash, "--efuse", self.efuses, "--run", 600,
                        "--uart", "-")

    def content(self, offset, length):
        return self.flash.read_bytes()[offset:offset + length]

    def check(self, offset, plain):
        plain = scheme.padded(plain)
        assert self.content(offset, len(plain)) == scheme.encrypt_xts(self.key, offset, plain), hex(offset)


@pytest.fixture
def chip(tmp_path):
    return Chip(tmp_path)


@pytest.fixture
def image(tmp_path):
    path = tmp_path / "data.bin"
    path.write_bytes(b"\x01" + random.Random(2).randbytes(9999))
    return path


@pytest.fixture
def files():
    assert (SAMPLE / "flasher_args.json").exists(), f"{SAMPLE} is missing: run 'make build'"
    named = json.loads((SAMPLE / "flasher_args.json").read_text())["flash_files"]
    return {int(offset, 0): SAMPLE / name for offset, name in named.items()}


KEYS = {"128": (KEY_128, (0,)), "128, last block": (KEY_128, (5,)), "256": (KEY_256, (0, 1)),
        "256, blocks apart and turned round": (KEY_256, (4, 2))}


@pytest.mark.parametrize("board", BOARDS)
@pytest.mark.parametrize("which", KEYS)
def test_what_program_esp_writes(tmp_path, image, board, which):
    chip = Chip(tmp_path, board, *KEYS[which])
    said = chip.openocd(f"program_esp {image} 0x3fe000 encrypt verify exit")
    assert "** program_esp input args <0x3fe000 encrypt verify exit> **" in said and "** Verify OK **" in said
    chip.check(0x3FE000, image.read_bytes())


@pytest.mark.parametrize("offset", [0x1000020, 0xFFE000, 0x1FFD000])
def test_above_16_mb(tmp_path, image, offset):
    """Four bytes of address, and a job across the border."""
    chip = Chip(tmp_path, "esp32s3-n32r16v", KEY_256, (0, 1))
    assert "** Verify OK **" in chip.openocd(f"program_esp {image} {offset:#x} encrypt verify force exit")
    chip.check(offset, image.read_bytes())


@pytest.mark.parametrize("board", BOARDS)
@pytest.mark.parametrize("which", ["128", "256"])
def test_an_encrypted_board_boots(tmp_path, files, board, which):
    chip = Chip(tmp_path, board, *KEYS[which])
    for offset, path in files.items():
        chip.openocd(f"program_esp {path} {offset:#x} encrypt verify exit")
        chip.check(offset, path.read_bytes())
    text = chip.boot()
    assert "boot: espocd sample 2nd stage bootloader" in text and "app: Hello from" in text and "heartbeat 1" in text


def test_a_running_board_is_programmed_and_read(chip, files, image):
    """The program runs from decrypted flash; what the agent sets up for itself is put back."""
    chip.espocd("flash", "--encrypt", *(f"{path}@{offset:#x}" for offset, path in files.items()))
    said = chip.openocd("init; reset run; sleep 500; halt", "mdw 0x42000020 4", f"flash write_image erase {image} 0x40000",
                        "mdw 0x42000020 4", "esp encrypt_binary yes", f"flash write_image erase {image} 0x60000",
                        "mdw 0x42000020 4", "shutdown")
    dumps = re.findall(r"^0x42000020: (.*)$", said, re.M)
    app = files[0x10000].read_bytes()
    wanted = [int.from_bytes(app[at:at + 4], "little") for at in range(0x10020, 0x10030, 4)]
    assert len(dumps) == 3 and all([int(word, 16) for word in dump.split()] == wanted for dump in dumps), dumps
    assert chip.content(0x40000, 10000) == image.read_bytes()
    chip.check(0x60000, image.read_bytes())


def test_a_whole_build(chip, files):
    chip.espocd("flash", "--encrypt", *(f"{path}@{offset:#x}" for offset, path in files.items()))
    chip.espocd("verify", "--encrypt", *(f"{path}@{offset:#x}" for offset, path in files.items()))
    again = chip.espocd("flash", "--encrypt", *(f"{path}@{offset:#x}" for offset, path in files.items()))
    assert re.search(r"\b0 of \d+ sectors written", again), again
    for offset, path in files.items():
        chip.check(offset, path.read_bytes())
    assert "app: Hello from" in chip.boot()


def test_plain_images_do_not_boot_there(chip, files):
    said = chip.espocd("flash", *(f"{path}@{offset:#x}" for offset, path in files.items()))
    for name in ("bootloader.bin", "partition-table.bin", "app.bin"):
        assert re.search(rf"{name}' is written as it is, but this ESP32-S3 decrypts .*SPI_BOOT_CRYPT_CNT", said), said
    text = chip.boot()
    assert "invalid header: 0x" in text and "Hello" not in text


def test_neighbours_in_a_sector(chip, image, tmp_path):
    small = tmp_path / "small.bin"
    small.write_bytes(bytes(range(100)))
    chip.openocd(f"program_esp {image} 0x10000 exit")
    chip.openocd(f"program_esp {small} 0x10220 encrypt verify force exit")
    chip.check(0x10220, small.read_bytes())
    before = image.read_bytes()
    assert chip.content(0x10000, 0x220) == before[:0x220]
    assert chip.content(0x102A0, 10000 - 0x2A0) == before[0x2A0:]


@pytest.mark.parametrize("count", [0, 3, 5, 6])
def test_without_encryption_it_is_refused(tmp_path, image, count):
    chip = Chip(tmp_path, count=count)
    said = chip.openocd(f"program_esp {image} 0x10000 encrypt verify exit", status=1)
    assert "flash encryption is off on this ESP32-S3" in said and "SPI_BOOT_CRYPT_CNT" in said
    assert "Programming Started" not in said and "** Programming Failed **" in said
    assert not chip.flash.exists() or chip.flash.read_bytes().strip(b"\xff") == b""


def test_esp_encrypt_binary(chip, image):
    chip.openocd("init; reset init", "esp encrypt_binary yes", f"flash write_image erase {image} 0x20000",
                 f"flash verify_bank 0 {image} 0x20000", "esp encrypt_binary no",
                 f"flash write_image erase {image} 0x40000", "shutdown")
    chip.check(0x20000, image.read_bytes())
    assert chip.content(0x40000, 10000) == image.read_bytes()


def test_what_is_read_without_the_cache_is_the_cipher_text(chip, image, tmp_path):
    chip.openocd(f"program_esp {image} 0x10000 encrypt exit")
    out = tmp_path / "out.bin"
    chip.espocd("read", "0x10000", "0x2000", "-o", out)
    assert out.read_bytes() == chip.content(0x10000, 0x2000) != image.read_bytes()[:0x2000]


def test_the_efuse_of_the_download_mode_does_not_matter(tmp_path, image):
    chip = Chip(tmp_path, more=",DIS_DOWNLOAD_MANUAL_ENCRYPT=1")
    chip.openocd(f"program_esp {image} 0x10000 encrypt verify exit")
    chip.check(0x10000, image.read_bytes())
