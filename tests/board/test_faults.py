# SPDX-License-Identifier: Apache-2.0
"""What goes wrong on the way: cable, chip, flash, server, signals. One message with a remedy, the status as documented, an
end in bounded time, and the same command again completes the job."""
import os
import random
import re
import signal
import subprocess
import tempfile
import time

import pytest
from rig import PROGRAM, run_program

SIZE = 8 << 20
AT = 0x10000
OLD = random.Random(1).randbytes(SIZE)
IMAGE = b"\x01" + random.Random(2).randbytes(0x20000 - 1)  # whole sectors: no neighbour in them
DONE = OLD[:AT] + IMAGE + OLD[AT + len(IMAGE):]
QUIET = ["-c", "gdb port disabled; telnet port disabled; tcl port disabled"]


class Board:
    """A virtual board with a full flash, and the two faces that program it."""

    def __init__(self, folder):
        self.path, self.image = folder / "flash.bin", folder / "image.bin"
        self.path.write_bytes(OLD)
        self.image.write_bytes(IMAGE)

    def command(self, face, *options, image=None):
        sim = ["--sim", "--sim-flash", str(self.path), *options]
        image = image or self.image
        if face == "flash":
            return ["flash", *sim, f"{image}@{AT:#x}"]
        job = f"program_esp {image} {AT:#x} verify reset" + (" exit" if face == "program_esp exit" else "")
        if face == "program_esp":
            job += "; shutdown"
        return [*sim, "-f", "board/esp32-wrover-kit-3.3v.cfg", *QUIET, "-c", job]

    def run(self, face, *options, **more):
        return run_program(*self.command(face, *options, **more))

    def content(self):
        return self.path.read_bytes()


@pytest.fixture
def board(tmp_path):
    return Board(tmp_path)


FACES = ["flash", "program_esp", "program_esp exit"]


def message(result):
    """The one message of a run, which may have several lines."""
    starts = [m.start() for m in re.finditer(r"^(espocd flash: |Error: |error: )", result.err, re.M)]
    assert len(starts) == 1, result.err
    return result.err[starts[0]:].replace("\n", " ")


# --- from the start: nothing may be changed ---

DEAD = [
    ("tdo-high", 3, "TDO reads only ones", "Check the board's power"),
    ("tdo-low", 3, "TDO reads only zeros", "Check the board's power"),
    ("tdo-noise", 3, "differently each time", "lower the speed"),
    ("held-reset", 3, "held in reset (EN low)", "Check the board's power and EN"),
    ("flash-absent", 1, "no flash answers", "Look at the flash's supply"),
    ("unplugged", 3, "unplugged", "plug it in"),
]


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize("fault, status, found, remedy", DEAD, ids=[d[0] for d in DEAD])
def test_a_board_that_does_not_answer(board, face, fault, status, found, remedy):
    result = board.run(face, "--sim-fault", fault)
    assert result.status == status, result
    assert found in message(result) and remedy in message(result)
    assert board.content() == OLD


# --- in the middle: it says what is where, and the same command again completes it ---

@pytest.mark.parametrize("face", ["flash", "program_esp exit"])
@pytest.mark.parametrize("fault", ["unplugged", "tdo-high", "tdo-low", "tdo-noise", "held-reset"])
def test_the_connection_breaks_in_the_middle_of_a_write(board, face, fault):
    result = board.run(face, "--sim-fault", f"{fault}@1500000")
    assert result.status == 3, result
    assert re.search(r"In the flash now: sectors? 0x10000.*run the same command again to finish", message(result))
    content = board.content()
    assert content != OLD and content != DONE
    assert content[:AT] == OLD[:AT] and content[AT + len(IMAGE):] == OLD[AT + len(IMAGE):]
    assert board.run(face).status == 0
    assert board.content() == DONE


def told_sectors(text, words):
    """The sectors of which the message says so."""
    ranges = re.findall(r"0x([0-9a-f]+)(?:-0x([0-9a-f]+))? (?:is|are) ([^,;]+(?:, erased or half-written)?)", text)
    return [n for first, last, what in ranges if what == words
            for n in range(int(first, 16), int(last or first, 16) + 1, 0x1000)]


@pytest.mark.parametrize("tcks", [900000, 1300000, 1700000, 2100000])
def test_what_is_said_of_the_sectors_is_true(board, tcks):
    text = message(board.run("flash", "--sim-fault", f"unplugged@{tcks}"))
    content = board.content()
    unsure = told_sectors(text, "unchanged, erased or half-written")
    assert unsure, text
    for words, expected in (("new", DONE), ("erased", b"\xff" * SIZE)):
        for at in told_sectors(text, words):
            assert content[at:at + 0x1000] == expected[at:at + 0x1000], (hex(at), text)
    told = {*unsure, *told_sectors(text, "new"), *told_sectors(text, "erased")}
    for at in set(range(0, SIZE, 0x1000)) - told:
        assert content[at:at + 0x1000] == OLD[at:at + 0x1000], (hex(at), text)


def test_broken_off_before_anything_was_changed(board):
    said = 0
    for tcks in range(200000, 400000, 20000):
        board.path.write_bytes(OLD)
        result = board.run("flash", "--sim-fault", f"unplugged@{tcks}")
        assert result.status == 3, result
        if "Nothing in the flash was changed" in message(result):
            said += 1
            assert board.content() == OLD
    assert said, "no moment was in the first look at the flash"


@pytest.mark.parametrize("face", ["flash", "program_esp exit"])
def test_a_sector_in_part_may_lose_its_neighbours_and_it_is_said(board, tmp_path, face):
    (tmp_path / "small").write_bytes(IMAGE[:100])
    for tcks in range(300000, 800000, 20000):
        board.path.write_bytes(OLD)
        result = board.run(face, "--sim-fault", f"unplugged@{tcks}", image=tmp_path / "small")
        if board.content() != OLD and result.status:
            break
    assert "in sector 0x10000 the bytes beside the image may be lost" in message(result)


# --- the flash itself ---

@pytest.mark.parametrize("face", ["flash", "program_esp exit"])
def test_a_flash_that_never_gets_ready(board, face):
    result = board.run(face, "--sim-fault", "flash-busy@1500000")
    assert result.status == 1, result
    assert "stays busy for more than" in message(result) and "Cycle its power" in message(result)
    assert board.run(face).status == 0 and board.content() == DONE


@pytest.mark.parametrize("face", ["flash", "program_esp exit"])
def test_a_flash_that_goes_away(board, face):
    result = board.run(face, "--sim-fault", "flash-absent@1500000")
    assert result.status == 1, result
    assert "does not answer any more" in message(result) and "supply" in message(result)
    assert board.run(face).status == 0 and board.content() == DONE


@pytest.mark.parametrize("face", ["flash", "program_esp exit"])
def test_a_flash_that_does_not_keep_what_is_written(board, face):
    result = board.run(face, "--sim-fault", "flash-weak")
    assert result.status == 1, result
    assert "the flash differs from" in message(result) and "0x010000" in message(result)
    assert "Verify OK" not in result.err and "verified" not in result.out
    assert board.run(face).status == 0 and board.content() == DONE


@pytest.mark.parametrize("options", [[], ["--no-verify"]])
def test_damage_beside_the_image_is_always_found(board, tmp_path, options):
    (tmp_path / "small").write_bytes(b"\xff" * 100)  # blank itself: only its neighbours are programmed
    result = run_program("flash", "--sim", "--sim-flash", board.path, "--sim-fault", "flash-weak", "--force", *options,
                         f"{tmp_path}/small@0x10800")
    assert result.status == 1 and "what was beside it" in message(result), result


# --- the same on one core that is reached over its debug module's bus ---

C3 = ["--chip", "esp32c3", "--sim=esp32c3-n4"]
C3_FAULTS = [  # fault, status, what is said, whether something was changed
    ("tdo-low", 3, "TDO reads only zeros", False),
    ("held-reset", 3, "held in reset (EN low)", False),
    ("flash-absent", 1, "no flash answers", False),
    ("unplugged@1500000", 3, "In the flash now: sector", True),
    ("held-reset@1500000", 3, "In the flash now: sector", True),
    ("flash-busy@1500000", 1, "stays busy for more than", True),
    ("flash-absent@1500000", 1, "does not answer any more", True),
    ("flash-weak", 1, "the flash differs from", True),
]


@pytest.mark.parametrize("fault, status, words, is_changed", C3_FAULTS, ids=[f[0] for f in C3_FAULTS])
def test_an_esp32c3(tmp_path, fault, status, words, is_changed):
    flash, image, size = tmp_path / "flash.bin", tmp_path / "image.bin", 4 << 20
    flash.write_bytes(OLD[:size])
    image.write_bytes(IMAGE)
    command = ["flash", *C3, "--sim-flash", flash, f"{image}@{AT:#x}"]
    result = run_program(*command, "--sim-fault", fault)
    assert result.status == status and words in message(result), result
    content = flash.read_bytes()
    assert (content != OLD[:size]) == is_changed and content != DONE[:size]
    assert content[:AT] == OLD[:AT] and content[AT + len(IMAGE):] == OLD[AT + len(IMAGE):size]
    assert run_program(*command).status == 0
    assert flash.read_bytes() == DONE[:size]


# --- signals ---

class Running:
    """A run that goes on. It reports into a file: whoever waits for words there is never held up by a run that says nothing more,
    and the run never by a pipe that is full."""

    def __init__(self, args):
        self.log = tempfile.TemporaryFile()
        self.process = subprocess.Popen([str(PROGRAM), *map(str, args)], stdout=subprocess.PIPE, stderr=self.log, text=True,
                                        stdin=subprocess.DEVNULL)
        self.send_signal, self.kill, self.poll = self.process.send_signal, self.process.kill, self.process.poll

    def said(self):
        size = os.fstat(self.log.fileno()).st_size
        return os.pread(self.log.fileno(), size, 0).decode(errors="replace")

    def wait_for(self, words, limit_s=60):
        end = time.monotonic() + limit_s
        while words not in self.said():
            assert self.poll() is None and time.monotonic() < end, f"never said '{words}':\n{self.said()}"
            time.sleep(0.01)

    def end(self, timeout=60):
        """Waits for the end of the run."""
        self.out = self.process.communicate(timeout=timeout)[0]
        self.status, self.err = self.process.returncode, self.said()
        return self


@pytest.fixture
def long_image(tmp_path):
    path = tmp_path / "long.bin"
    path.write_bytes(b"\x01" + random.Random(3).randbytes((1 << 20) - 1))
    return path


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_in_the_middle(board, long_image, face, number):
    process = Running(board.command(face, "-d3", image=long_image))
    process.wait_for("begins to program")
    begun = time.monotonic()
    process.send_signal(number)
    result = process.end()
    assert time.monotonic() - begun < 10
    assert result.status == 1, (result.status, result.err)
    assert "interrupted" in message(result) and "run the same command again to finish" in message(result), result.err
    assert board.run(face, image=long_image).status == 0
    wanted = long_image.read_bytes()
    assert board.content() == OLD[:AT] + wanted + OLD[AT + len(wanted):]


@pytest.mark.parametrize("face", ["flash", "program_esp exit"])
def test_killed_in_the_middle(board, long_image, face):
    process = Running(board.command(face, "-d3", image=long_image))
    process.wait_for("begins to program")
    process.kill()
    assert process.end().status == -signal.SIGKILL, "it was too fast"
    assert len(board.content()) == SIZE, "the flash file is not whole"
    assert board.run(face, image=long_image).status == 0
    wanted = long_image.read_bytes()
    assert board.content() == OLD[:AT] + wanted + OLD[AT + len(wanted):]


# --- a board behind remote_bitbang ---

class Server:
    """espocd sim on a free port, with the flash of a board."""

    def __init__(self, board, *options):
        self.run = Running(["sim", "--rbb", "0", "--flash", board.path, *options])
        self.port = re.search(r"port (\d+)", self.run.process.stdout.readline())[1]
        self.board = board

    def command(self, image=None, remote_sleep=True):
        sleep = ["-c", "remote_bitbang use_remote_sleep on"] if remote_sleep else []
        return ["-f", "interface/remote_bitbang.cfg", "-c", f"remote_bitbang port {self.port}", *sleep,
                "-f", "target/esp32.cfg", *QUIET,
                "-c", f"program_esp {image or self.board.image} {AT:#x} verify reset exit"]

    def end(self):
        self.run.send_signal(signal.SIGINT)
        self.run.end()


@pytest.fixture
def serve(board):
    servers = []

    def make(*options):
        servers.append(Server(board, *options))
        return servers[-1]

    yield make
    for s in servers:
        if s.run.poll() is None:
            s.run.kill()
            s.run.end()


@pytest.mark.parametrize("remote_sleep", [True, False])
def test_over_remote_bitbang(board, serve, tmp_path, remote_sleep):
    small = tmp_path / "small.bin"
    small.write_bytes(IMAGE[:5000])
    server = serve()
    result = run_program(*server.command(small, remote_sleep))
    assert result.status == 0 and "** Verify OK **" in result.err, result
    server.end()
    assert board.content() == OLD[:AT] + IMAGE[:5000] + OLD[AT + 5000:]


def break_off(server, image):
    """Starts a client and waits until it writes."""
    client = Running(["-d3", *server.command(image)])
    client.wait_for("begins to program")
    assert client.poll() is None, "it was too fast"
    return client


def test_the_server_is_killed_in_the_middle(serve, long_image):
    server = serve()
    client = break_off(server, long_image)
    server.run.kill()
    result = client.end()
    assert result.status == 3 and "connection to the adapter's server was lost" in message(result), result.err
    again = run_program(*server.command())
    assert again.status == 3 and server.port in message(again) and "espocd sim --rbb" in message(again)


def test_the_server_falls_silent(serve, long_image):
    server = serve()
    client = break_off(server, long_image)
    server.run.send_signal(signal.SIGSTOP)
    begun = time.monotonic()
    result = client.end()
    server.run.send_signal(signal.SIGCONT)
    assert result.status == 3 and "has not answered for 10 s" in message(result), result.err
    assert time.monotonic() - begun < 30


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_the_client_goes_in_the_middle_and_comes_again(board, serve, long_image, number):
    server = serve()
    client = break_off(server, long_image)
    client.send_signal(number)
    result = client.end()
    assert result.status == (1 if number == signal.SIGINT else -number), result.err
    server.run.wait_for("client gone")
    again = run_program(*server.command())
    assert again.status == 0, again
    server.end()
    assert board.content()[AT:AT + len(IMAGE)] == IMAGE


def test_the_server_cuts_the_cable(board, serve):
    server = serve("--fault", "unplugged@900000")
    result = run_program(*server.command())
    assert result.status == 3 and "In the flash now" in message(result), result
    assert run_program(*server.command()).status == 0
    server.end()
    assert board.content() == DONE


# --- the option ---

@pytest.mark.parametrize("args, status", [
    (["flash", "--sim", "--sim-fault", "nonsense", "x@0"], 2),
    (["sim", "--fault", "nonsense"], 2),
    (["--sim", "--sim-fault", "nonsense", "-f", "board/esp32-wrover-kit-3.3v.cfg", "-c", "init"], 2),
])
def test_an_unknown_fault_lists_the_known(espocd, tmp_path, args, status):
    (tmp_path / "x").write_bytes(b"x")
    result = espocd(*args, status=status, cwd=tmp_path)
    assert "'nonsense'" in result.err and "flash-busy" in result.err


def test_a_fault_with_a_wrong_time(espocd, tmp_path):
    (tmp_path / "x").write_bytes(b"x")
    result = espocd("flash", "--sim", "--sim-fault", "unplugged@soon", "x@0", status=2, cwd=tmp_path)
    assert "'soon' is no number of TCK periods" in result.err


@pytest.mark.parametrize("args", [["--help"], ["-f", "x", "--help"], ["flash", "--help"], ["sim", "--help"]])
def test_help_names_the_faults(espocd, args):
    text = espocd(*args).out
    for fault in ("tdo-high", "tdo-low", "tdo-noise", "held-reset", "flash-busy", "flash-weak", "flash-absent", "unplugged"):
        assert fault in text
