# SPDX-License-Identifier: Apache-2.0
"""espocd image, judged by Python's struct and hashlib and by the cross binutils."""
import hashlib
import json
import shutil
import struct
import subprocess

import pytest

READELF = shutil.which("xtensa-lx106-elf-readelf")


def make_image(segments, entry, chip=0, mode=2, size_and_clock=0x20, with_hash=True):
    """An image by the format's rules, independent of the program."""
    data = struct.pack("<BBBBI", 0xE9, len(segments), mode, size_and_clock, entry) + b"\xee\0\0\0"
    data += struct.pack("<HBHH", chip, 0, 0, 0xFFFF) + bytes(4) + bytes([with_hash])
    checksum = 0xEF
    for addr, content in segments:
        data += struct.pack("<II", addr, len(content)) + content
        for byte in content:
            checksum ^= byte
    data += bytes(15 - len(data) % 16) + bytes([checksum])
    return data + hashlib.sha256(data).digest() if with_hash else data


def parse_image(data):
    """[(address, bytes)] of the segments that a loader takes."""
    assert data[0] == 0xE9
    at, found = 24, []
    for _ in range(data[1]):
        addr, length = struct.unpack_from("<II", data, at)
        if addr:
            found.append((addr, data[at + 8:at + 8 + length], at + 8))
        at += 8 + length
    return found


def loaded_sections(elf):
    """(name, address, bytes) of what an ELF file loads, as readelf sees it."""
    text = subprocess.run([READELF, "-S", "-W", str(elf)], capture_output=True, text=True, check=True).stdout
    content = elf.read_bytes()
    for line in text.splitlines():
        fields = line.replace("[ ", "[").split()
        if len(fields) > 8 and fields[0].startswith("[") and fields[2] == "PROGBITS" and "A" in fields[7]:
            addr, offset, size = (int(x, 16) for x in fields[3:6])
            if addr and size:
                yield fields[1], addr, content[offset:offset + size]


@pytest.mark.skipif(not READELF, reason="no cross binutils")
def test_create_holds_every_section_that_readelf_sees(espocd, build_dir, tmp_path):
    elf, out = build_dir / "app.elf", tmp_path / "app.bin"
    espocd("image", "create", "--chip", "esp32", elf, "-o", out)
    data = out.read_bytes()
    segments = parse_image(data)
    entry = subprocess.run([READELF, "-h", str(elf)], capture_output=True, text=True, check=True).stdout
    assert f"Entry point address:               {hex(struct.unpack_from('<I', data, 4)[0])}" in entry
    sections = list(loaded_sections(elf))
    assert len(sections) >= 3
    for name, addr, content in sections:
        holders = [(a, c, at) for a, c, at in segments if a <= addr and addr + len(content) <= a + len(c)]
        assert len(holders) == 1, name
        seg_addr, seg, at = holders[0]
        held = seg[addr - seg_addr:addr - seg_addr + len(content)]
        if content[:4] == struct.pack("<I", 0xABCD5432):  # the descriptor gets the hash of the ELF file
            content = content[:144] + hashlib.sha256(elf.read_bytes()).digest() + content[176:]
        assert held == content, name
        if 0x3F400000 <= addr < 0x3F800000 or 0x400D0000 <= addr < 0x40400000:
            assert (at - seg_addr) % 0x10000 == 0, name
    assert data[-32:] == hashlib.sha256(data[:-32]).digest()


def test_create_says_what_it_made_and_takes_its_options(espocd, build_dir, tmp_path):
    out = tmp_path / "app.bin"
    espocd("image", "create", "--chip", "ESP32", "--flash-mode", "qio", "--flash-freq", "80m", "--flash-size", "16MB",
           "--min-rev", 3, "--min-rev-full", 300, "--max-rev-full", 399, "--no-hash", build_dir / "app.elf", "-o", out)
    assert struct.unpack_from("<BB", out.read_bytes(), 2) == (0, 0x4F)
    info = json.loads(espocd("image", "info", "--json", out).out)
    header = info["header"]
    assert (header["flash_mode"], header["flash_freq"], header["flash_size"]) == ("qio", "80m", 16 << 20)
    assert (header["min_rev"], header["min_rev_full"], header["max_rev_full"]) == (3, 300, 399)
    assert not header["hash_appended"] and "sha256" not in info
    assert info["findings"] == []


def test_info_shows_a_good_image(espocd, tmp_path):
    path = tmp_path / "a.bin"
    path.write_bytes(make_image([(0x3FFB0000, b"\xa5" * 8), (0x40080000, bytes(range(40)))], 0x40080004))
    result = espocd("image", "info", path)
    for text in ("ESP32", "0x40080004", "DIO, 40 MHz, 4 MB", "DRAM", "IRAM", "right"):
        assert text in result.out, result
    assert result.err == ""
    info = json.loads(espocd("image", "info", path, "--json").out)
    assert [s["address"] for s in info["segments"]] == ["0x3FFB0000", "0x40080000"]
    assert info["checksum_right"] and info["sha256_right"]


@pytest.mark.parametrize("chip, number, addr", [("esp32s3", 9, 0x40378000), ("esp32c3", 5, 0x40380000),
                                                ("esp32c6", 13, 0x40800000), ("esp32p4", 18, 0x4FF00000)])
def test_info_knows_other_chips(espocd, tmp_path, chip, number, addr):
    path = tmp_path / "a.bin"
    path.write_bytes(make_image([(addr, bytes(16))], addr, chip=number))
    info = json.loads(espocd("image", "info", "--json", path).out)
    assert info["header"]["chip"] == chip and info["findings"] == []


@pytest.mark.parametrize("at, value, code", [(0, 0x00, "image-magic"), (1, 99, "image-segment-count"),
                                             (50, 0xFF, "image-checksum"), (-1, 0, "image-hash"),
                                             (24 + 7, 0xFF, "image-segment-address")])
def test_info_finds_damage(espocd, tmp_path, at, value, code):
    data = bytearray(make_image([(0x3FFB0000, b"\xa5" * 8), (0x40080000, bytes(range(40)))], 0x40080004))
    data[at] = value if data[at] != value else value ^ 1
    path = tmp_path / "a.bin"
    path.write_bytes(data)
    info = json.loads(espocd("image", "info", "--json", path, status=1).out)
    assert code in [f["code"] for f in info["findings"]]
    result = espocd("image", "info", path, status=1)
    assert "error: " in result.err


BAD_CREATE = [
    (["--chip", "esp32", "missing.elf"], 1, "cannot open 'missing.elf'"),
    (["--chip", "esp32", "empty.elf"], 1, "no ELF file"),
    (["--chip", "esp32", "text.elf"], 1, "no ELF file"),
    (["--chip", "esp32", "."], 1, "directory"),
    (["--chip", "esp33", "text.elf"], 2, "'esp33': there is no such chip"),
    (["text.elf"], 2, "--chip"),
    (["--chip", "esp32"], 2, "FILE.elf"),
    (["--chip"], 2, "needs a value"),
    (["--chip", "esp32", "--flash-mode", "fast", "text.elf"], 2, "flash mode 'fast'"),
    (["--chip", "esp32", "--flash-freq", "55m", "text.elf"], 2, "flash clock '55m'"),
    (["--chip", "esp32", "--flash-size", "3MB", "text.elf"], 2, "'3MB'"),
    (["--chip", "esp32", "--min-rev-full", "x", "text.elf"], 2, "'x'"),
    (["--chip", "esp32", "--min-rev-full", "400", "--max-rev-full", "300", "text.elf"], 2, "400"),
    (["--chip", "esp32", "--nonsense", "text.elf"], 2, "'--nonsense'"),
    (["--chip", "esp32", "text.elf", "more.elf"], 2, "'more.elf'"),
]


@pytest.mark.parametrize("args, status, says", BAD_CREATE)
def test_create_refuses_bad_input_with_one_message(espocd, tmp_path, args, status, says):
    (tmp_path / "empty.elf").write_bytes(b"")
    (tmp_path / "text.elf").write_text("this is no program\n")
    result = espocd("image", "create", "-o", "out.bin", *args, status=status, cwd=tmp_path)
    assert says in result.err, result
    assert result.err.count("\n") == 1 and result.out == "", result
    assert not (tmp_path / "out.bin").exists()


def test_create_refuses_a_program_for_another_chip(espocd, build_dir, tmp_path):
    result = espocd("image", "create", "--chip", "esp32c3", build_dir / "app.elf", "-o", tmp_path / "x", status=1)
    assert "ESP32-C3 is RISC-V" in result.err
    result = espocd("image", "create", "--chip", "esp32s3", build_dir / "app.elf", "-o", tmp_path / "x", status=1)
    assert "in no memory of ESP32-S3" in result.err
    assert not (tmp_path / "x").exists()


def test_merge_puts_files_where_they_go(espocd, tmp_path):
    (tmp_path / "a").write_bytes(b"A" * 100)
    (tmp_path / "b").write_bytes(b"B" * 10)
    espocd("image", "merge", "-o", "m", "b@0x200", "a@0", cwd=tmp_path)
    assert (tmp_path / "m").read_bytes() == b"A" * 100 + b"\xff" * 412 + b"B" * 10
    espocd("image", "merge", "-o", "m", "--base", "0x100", "--fill", "0", "--pad-to", "1K", "b@0x200", cwd=tmp_path)
    assert (tmp_path / "m").read_bytes() == bytes(256) + b"B" * 10 + bytes(502)


@pytest.mark.parametrize("args, says", [
    (["a@0", "b@50"], "overlap"), (["a"], "FILE@OFFSET"), (["a@x"], "'x'"), (["a@-4"], "negative"),
    (["a@0x100000000"], "4 GB"), (["empty@0"], "empty"), (["missing@0"], "cannot open"), (["a@0", "--base", "4"], "before"),
    (["a@0", "--pad-to", "10"], "pad"), (["a@0", "--fill", "256"], "'256'"),
])
def test_merge_refuses_bad_input(espocd, tmp_path, args, says):
    (tmp_path / "a").write_bytes(b"A" * 100)
    (tmp_path / "b").write_bytes(b"B" * 10)
    (tmp_path / "empty").write_bytes(b"")
    result = espocd("image", "merge", "-o", "m", *args, cwd=tmp_path,
                    status=1 if args[0].startswith(("empty", "missing")) else 2)
    assert says in result.err and result.err.count("\n") == 1, result
    assert not (tmp_path / "m").exists()
