# SPDX-License-Identifier: Apache-2.0
"""espocd map: of a virtual board that runs, of a blank one, of files; the same facts in all three forms."""
import json
import re
import struct
import xml.etree.ElementTree
import zlib

import pytest

RUN = ["--wait", "500"]  # the board has booted its app by then
SLOT = {"factory": 0x20000, "ota_0": 0x120000, "ota_1": 0x220000}
PICTURE = re.compile(r"^  0x([0-9A-F]{8})  (\S{64})$", re.M)


@pytest.fixture
def flash(espocd, build_dir, tmp_path):
    """A flash file with the sample build in it; its table is at 0xE000."""
    path = tmp_path / "flash.bin"
    espocd("flash", "--sim", "--sim-flash", path, build_dir)
    return path


def choose_slot(flash, build_dir, number):
    """The app in OTA slot number, and OTA data that chooses it: written as ESP-IDF writes it."""
    content = bytearray(flash.read_bytes())
    app = (build_dir / "app.bin").read_bytes()
    at = SLOT[f"ota_{number}"]
    content[at:at + len(app)] = app
    seq = struct.pack("<I", number + 1)
    record = seq + b"\xff" * 20 + struct.pack("<II", 0xFFFFFFFF, zlib.crc32(seq, 0xFFFFFFFF))
    content[0x14000:0x14000 + len(record)] = record
    flash.write_bytes(content)


def region(described, name):
    return next(r for r in described["regions"] if r.get("name") == name)


def test_a_running_board(espocd, flash):
    said = espocd("map", "--sim", "--sim-flash", flash, *RUN).out
    assert "MAC 00:00:5e:00:53:01, cpu0 running, cpu1 running" in said
    assert "Flash 8 MB: Winbond, JEDEC id ef4017" in said
    assert "Partition table at 0xE000" in said
    assert re.search(r"^Boots: factory at 0x20000 ", said, re.M) and re.search(r"^Runs: factory at 0x20000 ", said, re.M)
    assert re.search(r"^  3F400000-3F40FFFF  data  cpu0 cpu1  flash 00020000-0002FFFF  factory$", said, re.M)
    assert re.search(r"^  400D0000-400DFFFF  code  cpu0 cpu1  flash 00030000-0003FFFF  factory$", said, re.M)
    assert "note: at 0xE000: " in said


def test_the_picture_is_to_scale(espocd, flash):
    """Each character is a 256th of the flash; the letter of a region stands where its bytes are."""
    said = espocd("map", "--sim", "--sim-flash", flash, *RUN).out
    rows = PICTURE.findall(said)
    assert [int(offset, 16) for offset, _ in rows] == [i * 0x200000 for i in range(4)]
    cells = "".join(row for _, row in rows)
    size = 8 * 1024 * 1024 // len(cells)
    letters = {m[3]: m[1] for m in re.finditer(r"^  (\S)  ([0-9A-F]{8})  .{20,}?  (factory|ota_0|ota_1) ", said, re.M)}
    assert set(letters) == set(SLOT)
    for name, at in SLOT.items():
        mine = {i * size for i, c in enumerate(cells) if c.upper() == letters[name]}
        assert mine == set(range(at, at + 0x100000, size)), name
    assert cells[SLOT["factory"] // size].isupper() and cells[SLOT["factory"] // size + 4].islower()
    assert cells.endswith("." * 100)
    for line in said.splitlines():
        assert len(line) <= 80, line


def test_the_slot_that_runs_is_not_the_first(espocd, flash, build_dir):
    choose_slot(flash, build_dir, 1)
    described = json.loads(espocd("map", "--json", "--sim", "--sim-flash", flash, *RUN).out)
    assert described["boots"]["offset"] == described["runs"]["offset"] == f"0x{SLOT['ota_1']:08X}"
    assert region(described, "ota_1")["runs"] and not region(described, "factory")["runs"]
    data, code = described["mapped"]
    assert (data["address"], data["offset"]) == ("0x3F400000", f"0x{SLOT['ota_1']:08X}")
    assert (code["address"], code["offset"]) == ("0x400D0000", f"0x{SLOT['ota_1'] + 0x10000:08X}")
    assert data["source"] == code["source"] == "live MMU" and data["cores"] == [0, 1]
    assert [(r["address"], r["offset"]) for r in described["expected"]] == [(r["address"], r["offset"]) for r in (data, code)]


def test_the_program_goes_on(espocd, flash):
    """What was mapped is a program that runs: it is as good as undisturbed."""
    result = espocd("map", "--json", "--sim", "--sim-flash", flash, "--sim-uart", flash.with_name("uart.txt"), "--sim-run", "400", *RUN)
    assert json.loads(result.out)["runs"]["kind"] == "app"
    beats = re.findall(r"heartbeat (\d+) ", flash.with_name("uart.txt").read_text())
    assert len(beats) >= 4 and beats == [str(i + 1) for i in range(len(beats))]
    before = flash.read_bytes()
    espocd("map", "--sim", "--sim-flash", flash, *RUN)
    assert flash.read_bytes() == before


def test_psram_of_esp32(espocd, flash):
    """A program that maps external RAM: entries of its own, which count only while the core's bus to it is on."""
    board = ["--sim", "--sim-flash", flash, "-f", "board/esp32-wrover-kit-3.3v.cfg"]
    tables = "; ".join(f"mww {table + 4 * (1152 + i):#x} {i + 8}" for table in (0x3FF10000, 0x3FF12000) for i in range(2))
    closed = "; ".join(f"mww {table + 4 * 1154:#x} 0x100 126" for table in (0x3FF10000, 0x3FF12000))
    opened = [f"mww {control} [expr {{[read_memory {control} 32 1] & ~0x1c8}}]" for control in ("0x3ff00044", "0x3ff0005c")]
    for bus, want in (("; ".join(opened), ["cpu0 cpu1"]), (opened[0], ["cpu0"]), ("", [])):
        said = espocd("map", *board, "-c", f"init; sleep 500; halt; {tables}; {closed}; {bus}; resume").out
        assert re.findall(r"^  3F800000-3F80FFFF  data  (cpu0 cpu1|cpu0) +PSRAM 00040000-0004FFFF", said, re.M) == want, said
        assert re.search(r"^  3F400000-3F40FFFF  data  cpu0 cpu1  flash 00020000-0002FFFF  factory$", said, re.M), said


def test_a_blank_flash(espocd):
    said = espocd("map", "--sim").out
    assert "No partition table" in said and "Boots: nothing (the flash is blank)" in said
    assert [row for _, row in PICTURE.findall(said)] == ["." * 64] * 4
    assert "error: at 0x1000: the flash is blank" in said and "Mapped now (live MMU)\n  nothing" in said


def test_no_flash(espocd):
    result = espocd("map", "--sim", "--sim-fault", "flash-absent", status=1)
    assert "no flash answers" in result.err and "pins" in result.err and not result.out


def test_a_file_is_read_by_the_same_code(espocd, flash, build_dir):
    chip = json.loads(espocd("map", "--json", "--verify", "--sim", "--sim-flash", flash).out)
    file = json.loads(espocd("map", "--json", flash).out)
    for described in (chip, file):
        for r in described["regions"]:
            r.pop("runs", None)
    assert chip["regions"] == file["regions"] and chip["expected"] == file["expected"]
    assert "mapped" not in file and "runs" not in file
    app = region(file, "factory")["image"]
    assert app["verified"] and app["size"] == len((build_dir / "app.bin").read_bytes()) and app["chip"] == "esp32"
    picture, of_chip = espocd("map", flash).out, espocd("map", "--sim", "--sim-flash", flash).out
    assert PICTURE.findall(picture) == PICTURE.findall(of_chip)


def test_svg(espocd, flash, tmp_path):
    svg = tmp_path / "map.svg"
    result = espocd("map", "--sim", "--sim-flash", flash, *RUN, "--svg", svg)
    assert not result.out
    root = xml.etree.ElementTree.parse(svg).getroot()
    space = "{http://www.w3.org/2000/svg}"
    assert root.tag == space + "svg"
    texts = ["".join(t.itertext()) for t in root.iter(space + "text")]
    named = [t for t in texts if re.match(r"0x0000E000  4 KB", t) or re.match(r"0x00020000  1 MB  factory", t)]
    assert len(named) == 2 and "0x3F400000" in texts and any("boots, runs" in t for t in texts)
    bars = [r for r in root.iter(space + "rect") if r.get("class") == "region"]
    heights = {round(float(r.get("height"))) for r in bars}
    assert 90 in heights  # 1 MB of 8 in a column of 720
    xml.etree.ElementTree.fromstring(espocd("map", flash, "--svg", "-").out)


def test_a_long_label_fits_into_the_svg(espocd, flash, tmp_path):
    """A version of 24 letters and more is usual ("v4.0.2-206-g5630b17480-dirty"). 6 units a letter is a narrow font."""
    content = bytearray(flash.read_bytes())
    descriptor = SLOT["factory"] + 32
    content[descriptor + 16:descriptor + 48] = b"w" * 32  # version, project, and ESP-IDF's
    content[descriptor + 48:descriptor + 80] = b"w" * 32
    content[descriptor + 112:descriptor + 144] = b"w" * 32
    file = tmp_path / "long.bin"
    file.write_bytes(content)
    root = xml.etree.ElementTree.fromstring(espocd("map", file, "--svg", "-").out)
    space = "{http://www.w3.org/2000/svg}"
    labels = [(float(t.get("x")), "".join(t.itertext())) for t in root.iter(space + "text")]
    longest = max(labels, key=lambda label: len(label[1]))
    assert "IDF" in longest[1] and longest[0] + 6 * len(longest[1]) < float(root.get("width"))
    assert root.get("viewBox").split()[2] == root.get("width")


def test_typical_mistakes(espocd, tmp_path):
    assert "there is no adapter" in espocd("map", status=2).err
    assert "cannot open" in espocd("map", tmp_path / "absent.bin", status=1).err
    (tmp_path / "empty.bin").write_bytes(b"")
    assert "no content of a flash" in espocd("map", tmp_path / "empty.bin", status=1).err
    assert "is not an offset" in espocd("map", "--table-offset", "somewhere", tmp_path / "empty.bin", status=2).err
    assert "esp32s3" in espocd("map", "--chip", "esp33", tmp_path / "empty.bin", status=2).err
