# SPDX-License-Identifier: Apache-2.0
"""espocd partitions, judged by Python's struct and hashlib."""
import hashlib
import json
import struct

import pytest

ROWS = [  # two OTA slots, as ESP-IDF's own example
    ("nvs", 1, 2, 0x9000, 0x4000, 0), ("otadata", 1, 0, 0xD000, 0x2000, 0), ("phy_init", 1, 1, 0xF000, 0x1000, 0),
    ("factory", 0, 0, 0x10000, 0x100000, 0), ("ota_0", 0, 0x10, 0x110000, 0x100000, 0),
    ("ota_1", 0, 0x11, 0x210000, 0x100000, 1),
]
CSV = """# Name, Type, SubType, Offset, Size, Flags
nvs,      data, nvs,     ,        16K
otadata,  data, ota,     ,        0x2000
phy_init, data, phy,     ,        4096
factory,  app,  factory, ,        1M
ota_0,    app,  ota_0,   ,        1M
ota_1,    app,  ota_1,   0x210000, 1M, encrypted
"""


def make_table(rows, with_md5=True):
    table = b"".join(struct.pack("<HBBII16sI", 0x50AA, t, s, o, n, name.encode(), f) for name, t, s, o, n, f in rows)
    if with_md5:
        table += b"\xeb\xeb" + b"\xff" * 14 + hashlib.md5(table).digest()
    return table.ljust(0xC00, b"\xff")


@pytest.fixture
def csv(tmp_path):
    path = tmp_path / "partitions.csv"
    path.write_text(CSV)
    return path


def test_csv_becomes_the_right_bytes(espocd, csv, tmp_path):
    out = tmp_path / "table.bin"
    espocd("partitions", "to-bin", csv, "-o", out)
    assert out.read_bytes() == make_table(ROWS)
    espocd("partitions", "to-bin", csv, "-o", out, "--no-md5")
    assert out.read_bytes() == make_table(ROWS, with_md5=False)


def test_binary_becomes_csv_and_back(espocd, tmp_path):
    (tmp_path / "t.bin").write_bytes(make_table(ROWS))
    espocd("partitions", "to-csv", "t.bin", "-o", "t.csv", cwd=tmp_path)
    assert "ota_1,app,ota_1,0x210000,1M,encrypted\n" in (tmp_path / "t.csv").read_text()
    assert espocd("partitions", "to-csv", "t.bin", cwd=tmp_path).out == (tmp_path / "t.csv").read_text()
    espocd("partitions", "to-bin", "t.csv", "-o", "again.bin", cwd=tmp_path)
    assert (tmp_path / "again.bin").read_bytes() == make_table(ROWS)


def test_show_prints_a_table_and_json(espocd, csv):
    result = espocd("partitions", "show", csv, "--flash-size", "4MB")
    assert "ota_1" in result.out and "0x00210000" in result.out and "encrypted" in result.out and result.err == ""
    shown = json.loads(espocd("partitions", "show", "--json", csv).out)
    assert [(p["name"], int(p["offset"], 16), p["size"]) for p in shown["partitions"]] == [(r[0], r[3], r[4]) for r in ROWS]


def test_a_table_is_found_in_a_dump_of_the_flash(espocd, tmp_path):
    dump = b"\xff" * 0xE000 + make_table([("app", 0, 0, 0x20000, 0x100000, 0)]) + b"\xff" * 100
    (tmp_path / "dump").write_bytes(dump)
    assert "0x00020000" in espocd("partitions", "show", tmp_path / "dump", "--table-offset", "0xe000").out
    espocd("partitions", "show", tmp_path / "dump", status=1)


def test_the_table_offset_moves_the_partitions(espocd, tmp_path):
    (tmp_path / "t.csv").write_text("nvs,data,nvs,,16K\napp,app,factory,,1M\n")
    shown = json.loads(espocd("partitions", "show", "--json", "--table-offset", "0xe000", tmp_path / "t.csv").out)
    assert [p["offset"] for p in shown["partitions"]] == ["0x0000F000", "0x00020000"]


CHECKS = [  # rows, code of the finding
    ([("a", 0, 0, 0x18000, 0x10000, 0)], "partition-align"),
    ([("a", 0, 0, 0x10000, 0x100000, 0), ("b", 1, 2, 0x100000, 0x4000, 0)], "partition-overlap"),
    ([("a", 0, 0, 0x10000, 0x400000, 0)], "partition-beyond-flash"),
    ([("a", 0, 0, 0x10000, 0x10000, 0), ("a", 1, 2, 0x20000, 0x4000, 0)], "partition-name"),
    ([("a", 0, 0, 0x10000, 0x10000, 0), ("b", 1, 2, 0x8000, 0x4000, 0)], "partition-below-table"),
    ([("a", 0, 16, 0x10000, 0x10000, 0), ("o", 1, 0, 0x9000, 0x3000, 0)], "partition-otadata-size"),
]


@pytest.mark.parametrize("rows, code", CHECKS)
def test_check_finds_what_is_wrong(espocd, tmp_path, rows, code):
    path = tmp_path / "t.bin"
    path.write_bytes(make_table(rows))
    checked = json.loads(espocd("partitions", "check", "--json", "--flash-size", "4MB", path, status=1).out)
    assert code in [f["code"] for f in checked["findings"]]
    assert "error: " in espocd("partitions", "check", "--flash-size", "4MB", path, status=1).err


def test_check_passes_a_good_table(espocd, csv):
    assert "0 errors, 0 warnings" in espocd("partitions", "check", csv, "--flash-size", "4MB").out


BAD = [
    (b"", 1, "table-short"), (b"\xff" * 0xC00, 1, "table-magic"), (make_table(ROWS)[:100], 1, "table-end"),
    (make_table(ROWS).replace(b"factory", b"Factory"), 1, "table-md5"), (b"nvs,data,nvs,,4X\n", 1, "csv-line"),
    (b"\x00\x01\x02", 1, "table-short"), ("nvs,data,nvs,,4K\n".encode("utf-16"), 1, "csv-text"),
]


@pytest.mark.parametrize("content, status, code", BAD, ids=[f"{i}-{b[2]}" for i, b in enumerate(BAD)])
def test_damaged_input_is_refused_and_nothing_written(espocd, tmp_path, content, status, code):
    path = tmp_path / "input"
    path.write_bytes(content)
    shown = json.loads(espocd("partitions", "show", "--json", path, status=status).out)
    assert code in [f["code"] for f in shown["findings"]]
    for verb in ("to-bin", "to-csv"):
        result = espocd("partitions", verb, path, "-o", tmp_path / "out", status=status)
        assert "error: " in result.err and not (tmp_path / "out").exists()


def test_wrong_usage(espocd, csv, tmp_path):
    assert "cannot open" in espocd("partitions", "show", tmp_path / "missing", status=1).err
    assert "-o FILE" in espocd("partitions", "to-bin", csv, status=2).err
    assert "0x1000" in espocd("partitions", "show", csv, "--table-offset", "0x8001", status=2).err
    assert "there is no 'shw'" in espocd("partitions", "shw", csv, status=2).err
    assert "to-csv" in espocd("partitions", "--help").out
