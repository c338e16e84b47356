# SPDX-License-Identifier: Apache-2.0
"""Report A: a bare ESP32-WROVER is programmed image by image, in every order, with the partition table anywhere and in any state."""
import itertools
import json
import re

import flashfile as ff
import pytest
from rig import BUILD
from scene import Scene, findings

FLASH_BYTES = 8 << 20
BOOTED = re.compile(r"hello.*heartbeat 1 ", re.S | re.I)
WINDOWS = [(0x3F400000, 0x3F800000), (0x400D0000, 0x40400000)]  # data and code of the ESP32


def build(table, chip="esp32"):
    """{flash offset: path} of a sample build whose table is at that place."""
    name = f"{table:x}" if chip == "esp32" else chip if table == 0x8000 else f"{chip}-{table:x}"
    folder = BUILD / f"sim/rom/demo-{name}"
    if not (folder / "flasher_args.json").exists():
        pytest.skip("the samples were not built (no cross compiler)")
    files = json.loads((folder / "flasher_args.json").read_text())["flash_files"]
    return {int(at, 0): folder / name for at, name in files.items()}


def contents(files, which=None, size=FLASH_BYTES):
    return ff.flash(size, {at: files[at].read_bytes() for at in (files if which is None else which)})


def runs_as_its_image_says(found, content, app):
    """What the live MMU maps is where the image, as read here, has its segments."""
    mapped = {(int(r["address"], 0), int(r["offset"], 0)) for r in found["mapped"]}
    segments = ff.flash_segments(content, app, WINDOWS)
    assert len(segments) == 2
    assert mapped == {(load & ~0xFFFF, at & ~0xFFFF) for load, at, _ in segments}
    assert found["runs"]["kind"] == "app" and int(found["runs"]["offset"], 0) == app
    assert {r["source"] for r in found["mapped"]} == {"live MMU"}


# --- every order of the four images ---

def every_way(files, folder, board="esp32-wrover", size=FLASH_BYTES):
    """Every set of the images that is in the flash at some time of some order -> the scene with exactly these. One run for
    each image that each set lacks: as every run ends with the content that the images say, the 24 orders are the paths."""
    scenes = {frozenset(): Scene(folder / "none.bin", board=board)}
    for held in itertools.chain.from_iterable(itertools.combinations(files, n) for n in range(len(files))):
        for at in set(files) - set(held):
            after = frozenset(held) | {at}
            scene = Scene(folder / ("-".join(f"{o:x}" for o in sorted(after)) + ".bin"), board=board)
            was = scenes[frozenset(held)].flash
            scene.flash.write_bytes(was.read_bytes() if was.exists() else ff.flash(size, {}))
            scene.program(files[at], at)
            assert scene.flash.read_bytes() == contents(files, after, size), f"{at:#x} after {held}"
            scenes[after] = scene
    return scenes


@pytest.fixture(scope="module")
def ways(tmp_path_factory):
    return every_way(build(0xE000), tmp_path_factory.mktemp("orders"))


def test_every_order(ways):
    files = build(0xE000)
    orders = list(itertools.permutations(files))
    assert len(orders) == 24 and len(ways) == 16
    assert all(frozenset(order[:n]) in ways for order in orders for n in range(5))
    everything = ways[frozenset(files)]
    content = everything.flash.read_bytes()
    assert list(ff.tables(content)) == [0xE000]
    assert BOOTED.search(everything.boot(400))


@pytest.mark.parametrize("held", range(16))
def test_whatever_is_there_already(ways, held):
    files = sorted(build(0xE000))
    which = frozenset(at for i, at in enumerate(files) if held >> i & 1)
    scene = ways[which]
    content = contents(build(0xE000), which)
    found = scene.look(wait=500)
    assert [int(t["offset"], 0) for t in found["partition_tables"]] == list(ff.tables(content))
    is_whole = {0x1000, 0xE000, 0x20000} <= which
    assert (found["runs"]["kind"] == "app") == is_whole
    if is_whole:
        runs_as_its_image_says(found, content, 0x20000)
    else:
        assert found["mapped"] == []


# --- the table in every place and state ---

TABLE = 0xE000
OLD = ff.table(("nvs", ff.DATA, ff.NVS, 0x9000, 0x5000), ("factory", ff.APP, ff.FACTORY, 0x20000, 0x80000),
               ("old", ff.DATA, 0x82, 0x400000, 0x100000))


def half_written(content):
    content[TABLE + 80:TABLE + 0x1000] = ff.BLANK * (0x1000 - 80)  # cut in the middle of a row


def bad_md5(content):
    at = content.index(b"\xeb\xeb", TABLE) + 20
    content[at] ^= 0x55


def garbage_after(content):
    content[TABLE + 0xC00:TABLE + 0x1000] = ff.noise(0x400)
    content[TABLE + 0x1000:TABLE + 0x5000] = ff.noise(0x4000, 2)


def garbage_right_after(content):
    at = content.index(b"\xeb\xeb", TABLE) + 32
    content[at + 32:TABLE + 0x1000] = ff.noise(TABLE + 0x1000 - at - 32)


def absent(content):
    content[TABLE:TABLE + 0x1000] = ff.BLANK * 0x1000


def old_one_too(content):
    content[0x8000:0x8000 + len(OLD)] = OLD


def nothing(content):
    assert content[TABLE:TABLE + 2] == b"\xaa\x50"


# what happened to the table -> whether the board boots, the tables that are valid, the words of a finding
STATES = {
    "right": (nothing, True, [0xE000], "not at 0x8000"),
    "absent": (absent, False, [], "no partition table is here, nor"),
    "half-written": (half_written, False, [], "half written"),
    "bad MD5": (bad_md5, False, [], "MD5"),
    "garbage after it": (garbage_after, True, [0xE000], "not at 0x8000"),
    "garbage in it": (garbage_right_after, True, [0xE000], "not at 0x8000"),
    "two places": (old_one_too, True, [0x8000, 0xE000], "0x8000"),
}


@pytest.mark.parametrize("state", STATES)
def test_a_table_in_a_state(tmp_path, state):
    """The table is there in that state first; then come the other images, one by one."""
    change, boots, valid, words = STATES[state]
    files, scene = build(TABLE), Scene(tmp_path / "flash.bin")
    content = bytearray(contents(files, [TABLE]))
    change(content)
    scene.flash.write_bytes(content)
    for at in sorted(set(files) - {TABLE}, reverse=True):
        scene.program(files[at], at)
        content[at:at + len(files[at].read_bytes())] = files[at].read_bytes()
        assert scene.flash.read_bytes() == content
    found = scene.look(wait=500)
    assert list(ff.tables(bytes(content))) == valid
    assert [int(t["offset"], 0) for t in found["partition_tables"] if t["valid"]] == valid
    assert words in findings(found)
    if boots:
        runs_as_its_image_says(found, content, 0x20000)
    assert bool(BOOTED.search(scene.boot(400))) == boots
    scene.program(files[TABLE], TABLE)  # and what was wrong with it is mended by writing it
    assert BOOTED.search(scene.boot(400))


@pytest.mark.parametrize("table", [0x8000, 0x9000, 0xE000])
def test_a_table_in_a_place(tmp_path, table):
    files, scene = build(table), Scene(tmp_path / "flash.bin")
    for at in sorted(files, key=lambda at: at != table):  # the table first, or the default would be right for one of them
        scene.program(files[at], at)
    content = contents(files)
    assert scene.flash.read_bytes() == content and list(ff.tables(content)) == [table]
    found = scene.look(wait=500)
    assert [(int(t["offset"], 0), t["counts"]) for t in found["partition_tables"]] == [(table, True)]
    entries = ff.read_table(content, table)
    named = {r["name"]: (int(r["offset"], 0), r["size"]) for r in found["regions"] if "name" in r}
    assert named == {name: (at, size) for name, _, _, at, size in entries}
    app = next(at for name, _, _, at, _ in entries if name == "factory")
    assert ff.image_length(content, app) == len(files[app].read_bytes())
    runs_as_its_image_says(found, content, app)
    assert BOOTED.search(scene.boot(400))
