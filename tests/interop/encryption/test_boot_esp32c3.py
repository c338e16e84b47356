# SPDX-License-Identifier: Apache-2.0
"""The ESP32-C3 boots from a flash that an independent program (scheme.py) encrypted, and what its bootloader writes there is what
that program computes."""
import hashlib
import json
import os
import pathlib
import subprocess

import pytest
import scheme

ROOT = pathlib.Path(__file__).resolve().parents[3]
BUILD = pathlib.Path(os.environ.get("ESPOCD_BUILD", ROOT / "build")).resolve()
SAMPLE = BUILD / "sim/rom/demo-esp32c3"
KEY = bytes(range(0x40, 0x60))
TABLE, OTADATA, OTA_0 = 0x8000, 0xD000, 0x110000
ENTRY, FACTORY_ENTRY, ENTRIES, TYPE, TYPE_CUSTOM = 32, 3, 6, 2, 0x40  # of the partition table


def efuses(block, count=1, key=KEY):
    return f"SPI_BOOT_CRYPT_CNT={count},RD_DIS={1 << block},BLOCK_KEY{block}={key[::-1].hex()},KEY_PURPOSE_{block}=4"


def boot(flash, fuses):
    done = subprocess.run([str(BUILD / "espocd"), "sim", "--board", "esp32c3-n4", "--flash", str(flash), "--efuse", fuses,
                           "--run", "1200", "--uart", "-"], capture_output=True, text=True, timeout=120,
                          stdin=subprocess.DEVNULL, check=True)
    return done.stdout


@pytest.fixture
def files():
    if not (SAMPLE / "flasher_args.json").exists():
        pytest.skip("the samples were not built (no cross compiler)")
    named = json.loads((SAMPLE / "flasher_args.json").read_text())["flash_files"]
    return {int(offset, 0): (SAMPLE / name).read_bytes() for offset, name in named.items()}


@pytest.fixture
def flash(tmp_path):
    def make(parts):
        content = bytearray(b"\xff" * (4 << 20))
        for offset, plain in parts.items():
            cipher = scheme.encrypt_xts(KEY, offset, scheme.padded(plain))
            content[offset:offset + len(cipher)] = cipher
        path = tmp_path / "flash.bin"
        path.write_bytes(content)
        return path
    return make


@pytest.mark.parametrize("block", [0, 1, 5])
def test_an_encrypted_flash_boots(flash, files, block):
    said = boot(flash(files), efuses(block))
    assert "boot: espocd sample 2nd stage bootloader" in said and "running from flash offset 0x10000" in said
    assert "heartbeat 3 " in said


def test_another_key_finds_nothing(flash, files):
    said = boot(flash(files), efuses(0, key=bytes(32)))
    assert "invalid header: 0x" in said and "rst:0x10 (RTCWDT_RTC_RST)" in said and "load:" not in said


def test_with_an_even_count_it_is_not_decrypted(flash, files):
    said = boot(flash(files), efuses(0, count=3))
    assert "invalid header: 0x" in said and "load:" not in said


def test_the_bootloader_writes_cipher_text(flash, files):
    """Without a factory app it remembers the slot that it chose, in a sector of the OTA data."""
    table = bytearray(files[TABLE])
    table[FACTORY_ENTRY * ENTRY + TYPE] = TYPE_CUSTOM
    table[ENTRIES * ENTRY + 16:ENTRIES * ENTRY + 32] = hashlib.md5(table[:ENTRIES * ENTRY]).digest()
    path = flash({**files, TABLE: bytes(table), OTA_0: files[0x10000]})
    said = boot(path, efuses(0))
    assert "Set actual ota_seq=1 in otadata[0]" in said and "running from flash offset 0x110000" in said
    record = (1).to_bytes(4, "little") + b"\xff" * 20 + (2).to_bytes(4, "little") + (0x4743989A).to_bytes(4, "little")
    assert path.read_bytes()[OTADATA:OTADATA + 32] == scheme.encrypt_xts(KEY, OTADATA, record)
