# SPDX-License-Identifier: Apache-2.0
"""Flash encryption end to end: what the chip's flash holds afterwards is what an independent program computes from key and
files (scheme.py), and the chip boots it."""
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
SAMPLE = BUILD / "sim/rom/demo-e000"
CONFIG = ["-f", "interface/ftdi/esp32_devkitj_v1.cfg", "-f", "board/esp32-wrover-kit-3.3v.cfg"]
KEY = random.Random(1).randbytes(32)


class Chip:
    """A virtual chip with encryption switched on, whose key nobody can read, and its flash in a file."""

    def __init__(self, folder, key=KEY, config=0xF, count=1, more="RD_DIS=1,"):
        self.key, self.config, self.flash = key, config, folder / "flash.bin"
        self.efuses = f"{more}FLASH_CRYPT_CNT={count},FLASH_CRYPT_CONFIG={config},flash_encryption={key.hex()}"

    def run(self, *args, status=0):
        done = subprocess.run([str(BUILD / "espocd"), *map(str, args)], capture_output=True, text=True, timeout=120,
                              stdin=subprocess.DEVNULL, check=False)
        assert done.returncode == status, (args, done.stdout, done.stderr)
        return done.stdout + done.stderr

    def openocd(self, *commands, status=0):
        words = [word for command in commands for word in ("-c", command)]
        return self.run("--sim", "--sim-flash", self.flash, "--sim-efuse", self.efuses, *CONFIG, *words, status=status)

    def espocd(self, command, *args, status=0):
        return self.run(command, "--sim", "--sim-flash", self.flash, "--sim-efuse", self.efuses, *args, status=status)

    def boot(self):
        return self.run("sim", "--flash", self.flash, "--efuse", self.efuses, "--run", 600, "--uart", "-")

    def content(self, offset, length):
        return self.flash.read_bytes()[offset:offset + length]

    def check(self, offset, plain):
        key = scheme.key_of_24(self.key) if len(self.key) == 24 else self.key
        plain = scheme.padded(plain)
        assert self.content(offset, len(plain)) == scheme.encrypt(key, self.config, offset, plain), hex(offset)


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


def build_with(folder, files, encrypted):
    """A build directory whose flasher_args.json says which files are to be encrypted."""
    args = {"flash_files": {hex(offset): str(path) for offset, path in files.items()}}
    for i, (offset, path) in enumerate(files.items()):
        args[f"part{i}"] = {"offset": hex(offset), "file": str(path), "encrypted": "true" if encrypted else "false"}
    folder.mkdir()
    (folder / "flasher_args.json").write_text(json.dumps(args))
    return folder


@pytest.mark.parametrize("config", [0x0, 0x1, 0x2, 0x4, 0x8, 0x5, 0xA, 0xE, 0xF])
def test_what_program_esp_writes(tmp_path, image, config):
    chip = Chip(tmp_path, random.Random(config).randbytes(32), config)
    said = chip.openocd(f"program_esp {image} 0x3fe000 encrypt verify exit")
    assert "** program_esp input args <0x3fe000 encrypt verify exit> **" in said and "** Verify OK **" in said
    chip.check(0x3FE000, image.read_bytes())


def test_a_key_of_192_bits(tmp_path, image):
    chip = Chip(tmp_path, random.Random(3).randbytes(24), more="CODING_SCHEME=1,")
    chip.openocd(f"program_esp {image} 0x10000 encrypt verify exit")
    chip.check(0x10000, image.read_bytes())


def test_an_encrypted_board_boots(chip, files):
    for offset, path in files.items():
        chip.openocd(f"program_esp {path} {offset:#x} encrypt verify exit")
        chip.check(offset, path.read_bytes())
    text = chip.boot()
    assert "boot: espocd sample 2nd stage bootloader" in text and "app: Hello from" in text and "heartbeat 1" in text


@pytest.mark.parametrize("way", ["program_esp_bins", "flash", "flash --encrypt"])
def test_a_whole_build(chip, files, tmp_path, way):
    build = build_with(tmp_path / "app", files, True)
    if way == "program_esp_bins":
        said = chip.openocd(f"program_esp_bins {build} flasher_args.json verify exit")
        assert re.search(r"program_esp input args <0x1000 verify encrypt>", said), said
    elif way == "flash":
        assert "verified" in chip.espocd("flash", build)
        assert "the flash holds the same" in chip.espocd("verify", build)
        assert "0 of 23 sectors written" in chip.espocd("flash", build)
    else:
        chip.espocd("flash", "--encrypt", *(f"{path}@{offset:#x}" for offset, path in files.items()))
        chip.espocd("verify", "--encrypt", *(f"{path}@{offset:#x}" for offset, path in files.items()))
    for offset, path in files.items():
        chip.check(offset, path.read_bytes())
    assert "app: Hello from" in chip.boot()


def test_plain_images_do_not_boot_there(chip, files, tmp_path):
    build = build_with(tmp_path / "app", files, False)
    said = chip.espocd("flash", build)
    for name in ("bootloader.bin", "partition-table.bin", "app.bin"):
        assert re.search(rf"{name}' is written as it is, but this ESP32 decrypts .*FLASH_CRYPT_CNT", said), said
    assert "ota_data_initial.bin' is written" not in said
    text = chip.boot()
    assert "invalid header: 0x" in text and "Hello" not in text
    assert "is written as it is" in chip.openocd(f"program_esp {files[0x1000]} 0x1000 exit")


def test_the_same_is_not_written_again(chip, image):
    chip.openocd(f"program_esp {image} 0x10000 encrypt exit")
    said = chip.openocd(f"program_esp {image} 0x10000 encrypt verify exit")
    assert "** Existing flash content matches **" in said and "Programming Finished" not in said
    plain = chip.openocd(f"program_esp {image} 0x10000 exit")
    assert "** Existing flash content mismatched" in plain
    assert chip.content(0x10000, 10000) == image.read_bytes()
    again = chip.openocd(f"program_esp {image} 0x10000 encrypt verify exit")
    assert "** Existing flash content mismatched" in again
    chip.check(0x10000, image.read_bytes())


def test_neighbours_in_a_sector(chip, image, tmp_path):
    small = tmp_path / "small.bin"
    small.write_bytes(bytes(range(100)))
    chip.openocd(f"program_esp {image} 0x10000 exit")
    chip.openocd(f"program_esp {small} 0x10200 encrypt verify force exit")
    chip.check(0x10200, small.read_bytes())
    before = image.read_bytes()
    assert chip.content(0x10000, 0x200) == before[:0x200]
    assert chip.content(0x10280, 10000 - 0x280) == before[0x280:]


@pytest.mark.parametrize("count", [0, 3, 0x7E])
def test_without_encryption_it_is_refused(tmp_path, image, count):
    chip = Chip(tmp_path, count=count)
    said = chip.openocd(f"program_esp {image} 0x10000 encrypt verify exit", status=1)
    assert "flash encryption is off on this ESP32" in said and "FLASH_CRYPT_CNT" in said
    assert "Programming Started" not in said and "** Programming Failed **" in said
    said = chip.espocd("flash", "--encrypt", f"{image}@0x10000", status=1)
    assert "flash encryption is off" in said
    assert not chip.flash.exists() or chip.flash.read_bytes().strip(b"\xff") == b""


def test_an_offset_within_a_unit_is_refused(chip, image):
    said = chip.openocd(f"program_esp {image} 0x10010 encrypt force exit", status=1)
    assert "not a multiple of 32" in said
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


def test_efuses_of_the_download_modes_do_not_matter(tmp_path, image):
    chip = Chip(tmp_path, more="DISABLE_DL_ENCRYPT=1,DISABLE_DL_DECRYPT=1,")
    chip.openocd(f"program_esp {image} 0x10000 encrypt verify exit")
    chip.check(0x10000, image.read_bytes())
