# SPDX-License-Identifier: Apache-2.0
"""Boards with an ESP32-S3 in every state: report B (MicroPython on 32 MB of octal flash), apps above 16 MB, other boot chains,
what is no layout at all, programs that get in the way."""
import itertools
import json
import re

import flashfile as ff
import pytest
from rig import BUILD
from scene import Scene, findings
from test_scenes_report_a import BOOTED

OCTAL, QUAD = "esp32s3-n32r16v", "esp32s3-n8"
MB = {OCTAL: 32, QUAD: 8}
CHIP_ID = 9
CODE, DATA, WINDOW_BYTES = 0x42000000, 0x3C000000, 0x2000000
WINDOWS = [(DATA, DATA + WINDOW_BYTES), (CODE, CODE + WINDOW_BYTES)]
TABLE, SLOT = 0x8000, 0x10000
SIZE_CODE = {1: 0, 2: 1, 4: 2, 8: 3, 16: 4, 32: 5}


def build():
    """{flash offset: path} of the sample build for the ESP32-S3."""
    folder = BUILD / "sim/rom/demo-esp32s3"
    if not (folder / "flasher_args.json").exists():
        pytest.skip("the samples were not built (no cross compiler)")
    files = json.loads((folder / "flasher_args.json").read_text())["flash_files"]
    return {int(at, 0): folder / name for at, name in files.items()}


def sample():
    """The same as bytes: bootloader, table, OTA data, app."""
    return {at: path.read_bytes() for at, path in build().items()}


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
