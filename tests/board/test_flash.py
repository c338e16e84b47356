# SPDX-License-Identifier: Apache-2.0
"""espocd flash, verify, read and erase on the virtual board, whose flash file is compared byte for byte."""
import hashlib
import json
import random
import shutil

import pytest

SIZE = 8 << 20
BLANK = b"\xff" * SIZE


@pytest.fixture
def board(espocd, tmp_path):
    """Runs a command on a virtual board that keeps its flash in board.flash."""

    class Board:
        path = tmp_path / "flash.bin"

        def __call__(self, command, *args, status=0, **options):
            return espocd(command, "--sim", "--sim-flash", self.path, *args, status=status, **options)

        def content(self):
            return self.path.read_bytes() if self.path.exists() else BLANK

        def fill(self, *places):
            content = bytearray(BLANK)
            for offset, data in places:
                content[offset:offset + len(data)] = data
            self.path.write_bytes(content)

    return Board()


def random_bytes(seed, length):
    return random.Random(seed).randbytes(length)


def expected(*places, base=BLANK):
    content = bytearray(base)
    for offset, data in places:
        content[offset:offset + len(data)] = data
    return bytes(content)


def build_places(build_dir):
    args = json.loads((build_dir / "flasher_args.json").read_text())
    return [(int(offset, 16), (build_dir / name).read_bytes()) for offset, name in args["flash_files"].items()]


# --- what works ---


def test_a_build_goes_onto_a_blank_board_and_it_boots(board, build_dir):
    result = board("flash", build_dir)
    assert "verified" in result.out and "8 MB" in result.out
    assert board.content() == expected(*build_places(build_dir))
    result = board("read", "0", "0x1000", "-o", board.path.parent / "out", "--sim-uart", "-", "--sim-run", "500")
    assert "Hello" in result.out or "app" in result.out.lower(), result


def test_the_same_again_writes_nothing(board, build_dir):
    board("flash", build_dir)
    before = board.content()
    summary = json.loads(board("flash", build_dir, "--json").out)
    assert summary["sectors"]["erased"] == 0 and summary["sectors"]["pages_programmed"] == 0, summary
    assert summary["sectors"]["same"] == summary["sectors"]["touched"] > 0
    assert board.content() == before


def test_files_go_where_they_are_told_and_neighbours_stay(board, tmp_path):
    board.fill((0, random_bytes(1, SIZE)))
    before = board.content()
    (tmp_path / "a").write_bytes(random_bytes(2, 5000))
    (tmp_path / "b").write_bytes(random_bytes(3, 70001))
    board("flash", "--force", f"{tmp_path}/a@0x3000", f"{tmp_path}/b@0x12345")
    assert board.content() == expected((0x3000, random_bytes(2, 5000)), (0x12345, random_bytes(3, 70001)), base=before)
    board("verify", f"{tmp_path}/a@0x3000", f"{tmp_path}/b@0x12345")


def test_an_elf_goes_where_its_build_says(board, build_dir, tmp_path):
    board("flash", build_dir / "app.elf")
    offset = int(json.loads((build_dir / "flasher_args.json").read_text())["app"]["offset"], 16)
    image = (build_dir / "app.bin").read_bytes()
    assert board.content() == expected((offset, image))


def test_an_elf_alone_goes_to_the_first_app_or_to_0x10000(board, build_dir, tmp_path, espocd):
    shutil.copy(build_dir / "app.elf", tmp_path / "alone.elf")
    board("flash", tmp_path / "alone.elf")
    assert board.content()[0x10000] == 0xE9 and board.content()[0x30000] == 0xFF
    (tmp_path / "t.csv").write_text("nvs,data,nvs,,16K\napp,app,ota_0,0x30000,1M\n")
    espocd("partitions", "to-bin", tmp_path / "t.csv", "-o", tmp_path / "t.bin")
    board.fill((0x8000, (tmp_path / "t.bin").read_bytes()))
    board("flash", tmp_path / "alone.elf")
    assert board.content()[0x30000] == 0xE9 and board.content()[0x10000] == 0xFF
    board("flash", f"{tmp_path}/alone.elf@0x50000")
    assert board.content()[0x50000] == 0xE9


def test_read_gives_what_is_there(board, tmp_path):
    content = random_bytes(4, 300000)
    board.fill((0x700000, content))
    board("read", "0x700001", "299998", "-o", tmp_path / "out")
    assert (tmp_path / "out").read_bytes() == content[1:-1]
    board("read", "-o", tmp_path / "all")
    assert (tmp_path / "all").read_bytes() == board.content()


def test_erase_takes_whole_sectors_only(board):
    content = random_bytes(5, SIZE)
    board.path.write_bytes(content)
    board("erase", "0x5000", "0x3000")
    assert board.content() == expected((0x5000, b"\xff" * 0x3000), base=content)
    result = board("erase", "--all")
    assert board.content() == BLANK
    assert result.err == "Erasing: 8 MB\n" and "2048 sectors erased" in result.out, result


def test_verify_names_the_first_difference(board, tmp_path):
    content = random_bytes(6, 20000)
    (tmp_path / "a").write_bytes(content)
    board.fill((0x10000, content[:12345] + b"\x00" + content[12346:]))
    before = board.content()
    result = board("verify", f"{tmp_path}/a@0x10000", status=1)
    assert hex(0x10000 + 12345)[2:].upper() in result.err.upper(), result
    assert board.content() == before


def test_a_configuration_leads_to_the_same(board, build_dir):
    board("flash", "-f", "board/esp32-wrover-kit-3.3v.cfg", build_dir)
    assert board.content() == expected(*build_places(build_dir))


def test_json_says_what_was_done(board, build_dir):
    summary = json.loads(board("flash", "--json", build_dir).out)
    assert summary["flash"]["size"] == SIZE and summary["verified"]
    assert {f["offset"] for f in summary["files"]} == {f"0x{o:08X}" for o, _ in build_places(build_dir)}


# --- bad input: one message, the right exit status, the flash as it was ---

BAD = [
    (["missing@0x1000"], 1, "cannot open 'missing'"),
    (["empty@0x1000"], 1, "is empty"),
    ([".@0x1000"], 1, "directory"),
    (["a"], 2, "FILE@OFFSET"),
    (["a@"], 2, "''"),
    (["a@0xZZ"], 2, "'0xZZ'"),
    (["a@-4096"], 2, "negative"),
    (["a@0x100000000"], 2, "4 GB"),
    (["a@0x7FF000"], 1, "0x800000"),
    (["a@0x10000000"], 1, "0x800000"),
    (["big@0"], 1, "0x800000"),
    (["a@0x1000", "a@0x2000"], 2, "overlap"),
    (["."], 1, "flasher_args.json"),
    (["s3.bin@0x10000"], 1, "ESP32-S3"),
    (["rev4.bin@0x10000"], 1, "4.0"),
    (["broken-build"], 1, "line 1"),
    (["cut-build"], 1, "cannot open"),
    (["s3-build"], 1, "ESP32-S3"),
    (["encrypted-build"], 1, "flash encryption is off"),
    (["--encrypt", "a@0x1000"], 1, "flash encryption is off"),
    (["bad.elf"], 1, "no ELF file"),
    (["--sim=nonsense", "a@0x1000"], 2, "nonsense"),
    (["-f", "nonsense.cfg", "a@0x1000"], 1, "nonsense.cfg"),
    (["-f", "bad.cfg", "a@0x1000"], 1, "bad.cfg"),
    (["--nonsense", "a@0x1000"], 2, "--nonsense"),
    ([], 2, "missing"),
]


def make_bad_files(folder, espocd, build_dir):
    """Everything that BAD names."""
    (folder / "a").write_bytes(random_bytes(7, 5000))
    (folder / "empty").write_bytes(b"")
    (folder / "big").write_bytes(bytes(SIZE + 1))
    (folder / "bad.elf").write_bytes(b"\x7fELF" + bytes(100))
    (folder / "bad.cfg").write_text("set x 1\nfoo bar\n")
    for name, options in (("rev4.bin", ["--min-rev-full", "400"]), ("app.bin", [])):
        espocd("image", "create", "--chip", "esp32", *options, build_dir / "app.elf", "-o", folder / name)
    s3 = bytearray((folder / "app.bin").read_bytes())
    s3[12] = 9
    (folder / "s3.bin").write_bytes(s3[:-32] + hashlib.sha256(s3[:-32]).digest())
    builds = {
        "broken-build": "no json",
        "cut-build": json.dumps({"flash_files": {"0x1000": "gone.bin"}}),
        "s3-build": json.dumps({"flash_files": {"0x1000": "../a"}, "extra_esptool_args": {"chip": "esp32s3"}}),
        "encrypted-build": json.dumps({"flash_files": {"0x1000": "../a"},
                                       "app": {"offset": "0x1000", "file": "../a", "encrypted": "true"}}),
    }
    for name, text in builds.items():
        (folder / name).mkdir()
        (folder / name / "flasher_args.json").write_text(text)


@pytest.fixture
def bad_files(tmp_path, espocd, build_dir):
    make_bad_files(tmp_path, espocd, build_dir)
    return tmp_path


@pytest.mark.parametrize("args, status, says", BAD, ids=[" ".join(b[0]) or "nothing" for b in BAD])
def test_bad_input_is_refused_and_the_flash_untouched(board, bad_files, args, status, says):
    board.fill((0x1000, random_bytes(8, 100000)))
    before = board.content()
    result = board("flash", *args, status=status, cwd=bad_files)
    messages = [line for line in result.err.splitlines() if line.startswith("espocd")]
    assert len(messages) == 1 and says in messages[0], result
    assert board.content() == before


@pytest.mark.parametrize("command, args, status, says", [
    ("read", ["0", "0x1000"], 2, "-o FILE"),
    ("read", ["0", "-o", "x"], 2, "size is missing"),
    ("read", ["z", "1", "-o", "x"], 2, "'z'"),
    ("read", ["0x7FFFFF", "2", "-o", "x"], 1, "0x800000"),
    ("read", ["0", "0", "-o", "x"], 2, "nothing"),
    ("erase", [], 2, "--all"),
    ("erase", ["0x1001", "0x1000"], 2, "0x1000 0x2000"),
    ("erase", ["0x1000", "0x1"], 2, "0x1000 0x1000"),
    ("erase", ["0x7FF000", "0x2000"], 1, "0x800000"),
    ("erase", ["0", "0x1000", "--all"], 2, "give one"),
    ("verify", ["missing@0"], 1, "cannot open"),
    ("verify", ["big@0"], 1, "0x800000"),
])
def test_other_commands_refuse_bad_input_too(board, bad_files, command, args, status, says):
    board.fill((0, random_bytes(9, 100000)))
    before = board.content()
    result = board(command, *args, status=status, cwd=bad_files)
    assert says in result.err and not (bad_files / "x").exists(), result
    assert board.content() == before


def test_force_writes_what_is_for_another_chip(board, bad_files):
    board("flash", "--force", "s3.bin@0x10000", cwd=bad_files)
    assert board.content() == expected((0x10000, (bad_files / "s3.bin").read_bytes()))


def test_a_program_larger_than_its_partition_is_refused(board, espocd, tmp_path):
    (tmp_path / "t.csv").write_text("nvs,data,nvs,,16K\napp,app,factory,0x10000,64K\n")
    espocd("partitions", "to-bin", tmp_path / "t.csv", "-o", tmp_path / "t.bin")
    (tmp_path / "app").write_bytes(random_bytes(10, 70000))
    args = (f"{tmp_path}/t.bin@0x8000", f"{tmp_path}/app@0x10000")
    result = board("flash", *args, status=1)
    assert "'app'" in result.err and "65536" in result.err
    assert board.content() == BLANK
    board("flash", "--force", *args)
    assert board.content()[0x10000:0x10000 + 70000] == random_bytes(10, 70000)


def test_a_flash_file_of_a_wrong_size_is_refused(board, tmp_path):
    board.path.write_bytes(bytes(1000))
    (tmp_path / "a").write_bytes(b"x")
    result = board("flash", f"{tmp_path}/a@0", status=1)
    assert "1000" in result.err and board.path.read_bytes() == bytes(1000)


def test_without_an_adapter_it_says_what_to_do(espocd, tmp_path):
    (tmp_path / "a").write_bytes(b"x")
    assert "--sim" in espocd("flash", f"{tmp_path}/a@0", status=2).err
    assert "add --sim" in espocd("flash", "--sim-flash", "x", f"{tmp_path}/a@0", status=2).err


def test_no_chip_is_exit_status_3(espocd, tmp_path):
    (tmp_path / "a").write_bytes(b"x")
    result = espocd("flash", "-c", "adapter driver remote_bitbang; remote_bitbang port 1; remote_bitbang host localhost",
                    "-f", "target/esp32.cfg", f"{tmp_path}/a@0", status=3)
    assert result.err.count("espocd flash: ") == 1
