# SPDX-License-Identifier: Apache-2.0
"""program_esp and the flash commands of OpenOCD on a virtual board: report A, the lines that tools match on, bad input."""
import contextlib
import hashlib
import json
import random
import re
import signal
import struct
import subprocess

import pytest
from sockets import ask, connect

from rig import PROGRAM

BOARD = ["-f", "interface/ftdi/esp32_devkitj_v1.cfg", "-f", "board/esp32-wrover-kit-3.3v.cfg"]
FLASH_SIZE = 8 << 20


@pytest.fixture
def flash(tmp_path):
    """The file of the virtual board's flash; there is none at first: blank."""
    return tmp_path / "flash.bin"


@pytest.fixture
def program(espocd, flash):
    """Runs commands on the board with that flash."""

    def run(*commands, status=0, options=(), **more):
        args = [a for c in commands for a in ("-c", c)]
        return espocd("--sim", "--sim-flash", flash, *options, *BOARD, *args, status=status, **more)

    return run


def some_bytes(length, seed=1):
    return random.Random(seed).randbytes(length)


@pytest.fixture
def image(tmp_path):
    """A file of any bytes (not 0xE9 first: no image header)."""
    path = tmp_path / "data.bin"
    path.write_bytes(b"\x01" + some_bytes(9999))
    return path


def user_lines(result):
    return [line for line in result.err.splitlines() if not re.match(r"(Info |Warn |Debug)", line)]


def in_order(text, *parts):
    at = 0
    for part in parts:
        found = text.find(part, at)
        assert found >= 0, f"{part!r} is not there (or not in this order) in\n{text}"
        at = found + len(part)


def lines_of(path):
    """What is said of a file that goes into a blank flash. Initial OTA data is blank itself: it is there already."""
    if path.read_bytes().strip(b"\xff"):
        return ["** Existing flash content mismatched. Reprogramming the flash **", "** Programming Finished in ",
                "** Verify Started **", "** Verify OK **"]
    return ["** Existing flash content matches **"]


# --- report A ---

def test_a_bare_board_is_programmed_image_by_image(program, flash, build_dir):
    files = json.loads((build_dir / "flasher_args.json").read_text())["flash_files"]
    assert any(int(offset, 0) == 0xE000 for offset in files), "the table is not where ESP-IDF has it by default"
    for offset, name in files.items():
        run = program(f"program_esp {build_dir / name} {offset} verify reset exit")
        in_order(run.err, f"** program_esp input args <{offset} verify reset exit> **", "** Programming Started **",
                 "** Verifying existing flash content **", *lines_of(build_dir / name), "** Resetting Target **",
                 "shutdown command invoked")
        assert "Failed to get flash maps" not in run.err and "Error" not in run.err
    content = flash.read_bytes()
    assert len(content) == FLASH_SIZE
    for offset, name in files.items():
        expected, at = (build_dir / name).read_bytes(), int(offset, 0)
        assert hashlib.sha256(content[at:at + len(expected)]).digest() == hashlib.sha256(expected).digest(), name


def test_then_it_boots(program, build_dir):
    program(f"program_esp_bins {build_dir} flasher_args.json verify exit")
    run = program("init; reset run; sleep 1500; shutdown", options=["--sim-uart"])
    assert "rst:0x" in run.out and "hello" in run.out.lower(), run


def test_bins(program, flash, build_dir):
    run = program(f'program_esp_bins "{build_dir}" flasher_args.json verify reset exit')
    files = json.loads((build_dir / "flasher_args.json").read_text())["flash_files"]
    steps = []
    for offset, name in files.items():
        steps += [f'Flashing "{build_dir}/{name}" at 0x{int(offset, 0):x}', "** Programming Started **",
                  *lines_of(build_dir / name), f"** Flashing done for {name} in "]
    in_order(run.err, *steps, "** Total programming time ", "** Resetting Target **", "shutdown command invoked")
    content = flash.read_bytes()
    for offset, name in files.items():
        expected = (build_dir / name).read_bytes()
        assert content[int(offset, 0):int(offset, 0) + len(expected)] == expected


# --- the words of program_esp ---

def test_second_run_finds_it_there(program, image):
    program(f"program_esp {image} 0x10000 exit")
    run = program(f"program_esp {image} 0x10000 verify exit")
    in_order(run.err, "** Verifying existing flash content **", "** Existing flash content matches **")
    assert "Programming Finished" not in run.err


def test_a_missing_offset_is_said(program, image):
    run = program(f"program_esp {image} verify exit")
    assert f"no offset stands behind '{image}', so it goes to 0x0; give one" in run.err
    assert "no offset" not in program(f"program_esp {image} 0x0 verify exit").err


def test_no_skip_loaded_writes_again(program, image):
    program(f"program_esp {image} 0x10000 exit")
    run = program(f"program_esp {image} 0x10000 no_skip_loaded compress no_clock_boost restore_clock verify exit")
    in_order(run.err, "** Programming Started **", "** Programming Finished in ", "** Verify OK **")
    assert "Verifying existing" not in run.err


def test_braces_quotes_and_blanks_in_names(program, flash, tmp_path):
    path = tmp_path / "my image.bin"
    path.write_bytes(b"\x02" + some_bytes(300))
    for text in (f"{{{{{path}}}}}", f'"{{{path}}}"', f'"{path}"'):
        program(f"program_esp {text} 0x20000 verify exit")
    assert flash.read_bytes()[0x20000:0x20000 + 301] == path.read_bytes()


def test_platformio_form(program, image):
    run = program(f"program_esp {{{{{image}}}}} 0x10000 verify", "reset run; shutdown", options=["-d1"])
    in_order(run.err, "** Verify OK **", "shutdown command invoked")


def test_unaligned_neighbours_are_kept(program, flash, tmp_path):
    before, small = tmp_path / "before.bin", tmp_path / "small.bin"
    before.write_bytes(b"\x01" + some_bytes(0x3FFF, 2))
    small.write_bytes(b"\x03" + some_bytes(99, 3))
    program(f"program_esp {before} 0x10000 exit")
    program(f"program_esp {small} 0x11000 verify exit")
    content, old = flash.read_bytes(), before.read_bytes()
    assert content[0x10000:0x11000] == old[:0x1000]
    assert content[0x11000:0x11000 + 100] == small.read_bytes()
    assert content[0x11000 + 100:0x14000] == old[0x1000 + 100:]


def test_without_exit_it_says_that_it_serves(flash, image):
    process = subprocess.Popen([str(PROGRAM), "--sim", "--sim-flash", str(flash), *BOARD, "-c", "gdb port disabled; tcl port 0; telnet port 0",
                                "-c", f"program_esp {image} 0x10000 verify"], stderr=subprocess.PIPE, text=True)
    said = []
    try:
        for line in process.stderr:
            said.append(line)
            if "goes on serving" in line:
                break
        text = "".join(said)
        tcl = re.search(r"Listening on port (\d+) for tcl connections", text)[1]
        telnet = re.search(r"Listening on port (\d+) for telnet connections", text)[1]
        assert f"telnet on port {telnet}" in said[-1] and f"Tcl on port {tcl}" in said[-1]
        assert "Ctrl-C" in said[-1] and "shutdown" in said[-1]
        assert "gdb connections" not in text
        with connect(int(tcl)) as sock:
            assert "nothing.json" in ask(sock, f'program_esp_bins "{image.parent}" "nothing.json" verify')
            assert ask(sock, "esp32.cpu0 curstate") == "halted"
    finally:
        process.send_signal(signal.SIGINT)
        rest = process.communicate(timeout=60)[1]
    assert process.returncode == 0 and "shutdown command invoked" in rest


def test_bins_over_the_tcl_port_replies_0(flash, build_dir):
    process = subprocess.Popen([str(PROGRAM), "--sim", "--sim-flash", str(flash), *BOARD, "-c", "gdb port 0; tcl port 0; telnet port disabled"],
                               stderr=subprocess.PIPE, text=True)
    try:
        port = None
        for line in process.stderr:
            match = re.search(r"Listening on port (\d+) for tcl", line)
            port = port or (match and match[1])
            if "for gdb connections" in line:
                break
        with connect(int(port)) as sock:
            assert ask(sock, f'program_esp_bins "{build_dir}" "flasher_args.json" verify reset') == "0"
            assert ask(sock, "shutdown") == ""
            process.wait(timeout=60)
    finally:
        process.terminate()
        process.communicate(timeout=60)
    assert process.returncode == 0


# --- images for something else ---

def header(chip=0, least=0, most=0xFFFF):
    return struct.pack("<BBBBI", 0xE9, 1, 2, 0x20, 0x40080000) + b"\xee\0\0\0" + struct.pack("<HBHH", chip, 0, least, most)


@pytest.mark.parametrize("content, text", [
    (header(chip=9), "** Image target esp32s3 does not match OpenOCD target esp32, set `force` to program anyway **"),
    (header(chip=77), "** Image target Unknown(77) does not match OpenOCD target esp32, set `force` to program anyway **"),
    (header(least=400, most=499), "** Image target revisions 400 - 499, does not match target revision 3"),
    (b"\xff" * 0x1000 + header(chip=5), "** Image target esp32c3 does not match"),
])
def test_an_image_for_another_chip_is_refused(program, flash, tmp_path, content, text):
    path = tmp_path / "other.bin"
    path.write_bytes(content + bytes(2000))
    run = program(f"program_esp {path} 0x10000 verify exit", status=1)
    assert text in run.err and "Programming Started" not in run.err
    assert not flash.exists() or flash.read_bytes() == b"\xff" * FLASH_SIZE
    program(f"program_esp {path} 0x10000 verify force exit")
    assert flash.read_bytes()[0x10000:0x10000 + len(content)] == content


def test_what_is_said_of_headers(program, tmp_path, image):
    assert "Magic byte 0xe9 not found, skipping image revision check" in program(f"program_esp {image} 0x10000 exit").err
    merged = tmp_path / "merged.bin"
    merged.write_bytes(b"\xff" * 0x1000 + header() + bytes(100))
    assert "Magic byte 0xe9 found at offset 4096, assuming merged binary" in program(f"program_esp {merged} 0 exit").err


# --- bad input: one clear message, a status, and the flash as it was ---

@pytest.mark.parametrize("command, text", [
    ("program_esp {dir}/nothing.bin 0x10000", "nothing.bin"),
    ("program_esp {dir}/empty.bin 0x10000", "is empty"),
    ("program_esp {dir} 0x10000", "{dir}"),
    ("program_esp {file} 0x7fe000", "but the flash ends at"),
    ("program_esp {file} 0x800000", "but the flash ends at"),
    ("program_esp {dir}/huge.bin 0x0", "but the flash ends at"),
    ("program_esp {file} ten", "'ten' is not a number"),
    ("program_esp {file} -4096", "negative"),
    ("program_esp {file} 0x1000 0x2000", "there is an offset already"),
    ("program_esp {file} 0x10000 encrypt", "flash encryption is off"),
    ("program_esp {dir}/program.elf 0x10000", "espocd image create"),
    ("program_esp_bins {dir} nothing.json", "nothing.json"),
    ("program_esp_bins {dir} data.bin", "data.bin"),
    ("program_esp_bins {dir} overlap.json", "overlap"),
])
@pytest.mark.parametrize("ending", ["", " exit"])
def test_bad_arguments(program, flash, image, tmp_path, command, text, ending):
    (tmp_path / "empty.bin").write_bytes(b"")
    (tmp_path / "huge.bin").write_bytes(bytes(FLASH_SIZE + 1))
    (tmp_path / "program.elf").write_bytes(b"\x7fELF" + bytes(100))
    (tmp_path / "overlap.json").write_text(json.dumps({"flash_files": {"0x1000": "data.bin", "0x2000": "data.bin"}}))
    names = {"dir": tmp_path, "file": image}
    run = program(command.format(**names) + ending, status=1)
    assert text.format(**names) in run.err
    assert run.err.count("Error: ") == 1
    assert not flash.exists() or flash.read_bytes() == b"\xff" * FLASH_SIZE


# --- flash commands ---

def test_flash_commands(program, flash, image, tmp_path):
    data = image.read_bytes()
    back = tmp_path / "back.bin"
    run = program("init; reset init", "flash probe 0", "flash banks", f"flash write_image erase {image} 0x30000",
                  f"flash verify_bank 0 {image} 0x30000", f"flash read_bank esp32.cpu0.flash {back} 0x30000 {len(data)}",
                  "flash mdw 0x30000 2", "flash erase_sector 0 0x30 0x30", "flash erase_address 0x31000 0x1000",
                  f"catch {{flash verify_bank 0 {image} 0x30000}} why; set why", "flash info 0", "shutdown")
    in_order(run.err, "flash 'esp32' found at 0x00000000",
             "#0 : esp32.cpu0.flash (esp32) at 0x00000000, size 0x00800000, buswidth 0, chipwidth 0",
             "auto erase enabled", f"wrote {len(data)} bytes from file {image} in ",
             f"read {len(data)} bytes from file {image} and flash bank 0 at offset 0x00030000 in ", "contents match",
             f"wrote {len(data)} bytes to file {back} from flash bank 0 at offset 0x00030000 in ",
             "0x00030000: %08x %08x" % struct.unpack("<II", data[:8]),
             "erased sectors 48 through 48 on flash bank 0 in ", "erased address 0x00031000 (length 4096) in ",
             "diff 0 address 0x00030000. Was 0xff instead of 0x01", "contents differ", "\t#  0: 0x00000000 (0x1000 4kB)")
    assert back.read_bytes() == data
    assert flash.read_bytes()[0x30000:0x32000] == b"\xff" * 0x2000
    assert flash.read_bytes()[0x32000:0x30000 + len(data)] == data[0x2000:]


def test_generic_program(program, flash, image):
    run = program(f"program {image} 0x40000 verify reset exit")
    in_order(run.err, "** Programming Started **", "** Programming Finished **", "** Verify Started **", "** Verified OK **",
             "** Resetting Target **")
    assert flash.read_bytes()[0x40000:0x40000 + 10000] == image.read_bytes()


def test_a_flash_file_of_a_wrong_size(espocd, tmp_path):
    (tmp_path / "flash.bin").write_bytes(bytes(1000))
    run = espocd("--sim", "--sim-flash", tmp_path / "flash.bin", *BOARD, "-c", "init; shutdown", status=1)
    assert "1000" in run.err
    assert (tmp_path / "flash.bin").read_bytes() == bytes(1000)


def test_unknown_virtual_board(espocd):
    run = espocd("--sim=esp99-nothing", *BOARD, "-c", "init", status=2)
    assert "esp99-nothing" in run.err and "esp32-wrover" in run.err


# --- a server that goes away in the middle ---

@contextlib.contextmanager
def served_board(flash, *options):
    """A virtual board behind remote_bitbang, in a process of its own."""
    process = subprocess.Popen([str(PROGRAM), "sim", "--flash", str(flash), "--rbb", "0", *options], stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, text=True)
    try:
        port = None
        while not port:
            line = process.stdout.readline()
            assert line, "the board did not start"
            port = re.search(r"port (\d+)", line)
        yield process, ["-f", "interface/remote_bitbang.cfg", "-c", f"remote_bitbang port {port[1]}", "-f", "target/esp32.cfg"]
    finally:
        process.terminate()
        process.communicate(timeout=60)


def test_the_adapter_disconnects_while_it_writes(espocd, flash, tmp_path):
    data = tmp_path / "big.bin"
    data.write_bytes(b"\x01" + some_bytes(0xFFFF, 9))
    job = ["-c", f"program_esp {data} 0x100000 verify exit"]
    # In the middle of the write: the message shows it.
    with served_board(flash, "--fault", "unplugged@1000000") as (_, adapter):
        said = espocd(*adapter, *job, status=3).err
    assert "Reprogramming the flash" in said
    in_order(said, "Error: ", "\n** Programming Failed **\n")
    assert re.search(r"In the flash now: .*0x10[0-9a-f]{4}", said), said
    with served_board(flash) as (_, adapter):
        assert "** Verify OK **" in espocd(*adapter, *job).err
    assert flash.read_bytes()[0x100000:0x110000] == data.read_bytes()
