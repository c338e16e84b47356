# SPDX-License-Identifier: Apache-2.0
"""`espocd sim` as a process: what it prints, whom it serves, how it ends, and what it refuses."""
import os
import pathlib
import re
import signal
import socket
import subprocess
import time

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
ESPOCD = pathlib.Path(os.environ.get("ESPOCD_BUILD", ROOT / "build")) / "espocd"
FLASH_SIZE = 8 << 20
IDCODE = 0x120034E5


@pytest.fixture
def serve():
    """A function that starts a server with these options and gives (process, port)."""
    started = []

    def start(*options):
        process = subprocess.Popen([str(ESPOCD), "sim", "--rbb", "0", *options], stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, text=True)
        started.append(process)
        line = process.stdout.readline()
        match = re.fullmatch(r"esp32-wrover: remote_bitbang on 127\.0\.0\.1 port (\d+), (virtual|real) time; "
                             r"Ctrl-C ends it\n", line)
        assert match, line + process.stderr.read()
        return process, int(match.group(1))

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()


def end(process, how=signal.SIGTERM):
    """Ends the server; its exit status and what it said on stderr."""
    process.send_signal(how)
    _, err = process.communicate(timeout=20)
    return process.returncode, err


def dial(port):
    client = socket.create_connection(("127.0.0.1", port), timeout=20)
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return client


def ask(client, chars, replies):
    client.sendall(chars.encode())
    got = b""
    while len(got) < replies:
        part = client.recv(65536)
        assert part, f"closed after {got!r}"
        got += part
    return got.decode()


def read_idcodes(client):
    """Test-Logic-Reset, Shift-DR, 64 bits."""
    bits = ask(client, "26" * 6 + "04" + "26" + "04" + "04" + "0R4" * 64 + "26" * 5, 64)
    value = int(bits[::-1], 2)
    return [value & 0xFFFFFFFF, value >> 32]


def test_serves_clients_one_after_the_other(serve):
    process, port = serve()
    for _ in range(3):
        client = dial(port)
        assert read_idcodes(client) == [IDCODE, IDCODE]
        client.close()
    status, err = end(process)
    assert status == 0
    assert err.count("client connected") == 3
    assert len(re.findall(r"client gone: .*; it gave 79 TCK in 0\.000004 s", err)) == 3


def test_time_stands_still_unless_a_client_lets_it_pass(serve, tmp_path):
    uart = tmp_path / "uart.txt"
    process, port = serve("--uart", str(uart))
    time.sleep(0.3)
    client = dial(port)
    ask(client, "R", 1)
    assert uart.read_bytes() == b""
    ask(client, "Z" * 100 + "R", 1)  # 100 ms of remote sleep
    assert "rst:0x1 (POWERON_RESET),boot:0x13 (SPI_FAST_FLASH_BOOT)" in uart.read_text()
    client.close()
    assert end(process)[0] == 0


def test_real_time_passes_by_itself(serve, tmp_path):
    uart = tmp_path / "uart.txt"
    process, _ = serve("--realtime", "--uart", str(uart))
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and "POWERON_RESET" not in uart.read_text():
        time.sleep(0.05)
    assert "POWERON_RESET" in uart.read_text()
    assert end(process)[0] == 0


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_signals_save_the_flash(serve, tmp_path, how):
    flash = tmp_path / "flash.bin"
    process, _ = serve("--flash", str(flash))
    status, _ = end(process, how)
    assert status == 0
    assert flash.read_bytes() == b"\xff" * FLASH_SIZE


def test_strangers_are_dropped(serve):
    process, port = serve()
    with dial(port) as web:
        web.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert web.recv(100) == b""
    with dial(port) as client:
        assert read_idcodes(client) == [IDCODE, IDCODE]
        with dial(port) as second:
            assert second.recv(100) == b""
    status, err = end(process)
    assert status == 0
    assert "0x47, which is not remote_bitbang" in err
    assert "a second client was turned away" in err


def refuse(*options):
    run = subprocess.run([str(ESPOCD), "sim", *options], text=True, capture_output=True, timeout=20)
    return run.returncode, run.stderr


def test_bad_input_is_refused(serve, tmp_path):
    _, port = serve()
    status, err = refuse("--rbb", str(port))
    assert status == 1 and str(port) in err and "in use" in err
    short = tmp_path / "short.bin"
    short.write_bytes(b"x" * 1000)
    status, err = refuse("--rbb", "0", "--flash", str(short))
    assert status == 1 and "1000" in err and str(FLASH_SIZE) in err
    assert short.read_bytes() == b"x" * 1000
    status, err = refuse("--rbb", "0", "--board", "esp99")
    assert status == 2 and "esp99" in err and "esp32-wrover" in err
    status, err = refuse("--rbb", "0", "--rom", str(tmp_path / "none.bin"))
    assert status == 1 and "none.bin" in err
    status, err = refuse("--rbb", "seventy")
    assert status == 2 and "seventy" in err
    status, err = refuse("--rbb", "0", "--uart", str(tmp_path / "no" / "uart.txt"))
    assert status == 1 and "uart.txt" in err
    status, err = refuse("surplus")
    assert status == 2 and "surplus" in err


def test_boards_are_listed():
    run = subprocess.run([str(ESPOCD), "sim", "--board", "list"], text=True, capture_output=True, timeout=20)
    assert run.returncode == 0
    assert run.stdout.startswith("esp32-wrover")


def run_alone(*options):
    done = subprocess.run([str(ESPOCD), "sim", "--uart", "-", "--run", "100", *options], stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, done.stdout


def test_boot_pins_choose_the_mode():
    status, text = run_alone("--strapping", "0x3")
    assert status == 0 and "boot:0x3 (DOWNLOAD_BOOT" in text and "waiting for download" in text, text
    status, text = run_alone()
    assert status == 0 and "boot:0x13 (SPI_FAST_FLASH_BOOT)" in text, text
    status, text = run_alone("--strapping", "0x40")
    assert status == 2, text


def test_what_is_typed_reaches_the_chip(tmp_path):
    """The sample app sends back what it receives."""
    samples, flash = ESPOCD.parent / "sim/rom/demo-8000", tmp_path / "flash.bin"
    subprocess.run([str(ESPOCD), "flash", "--sim", "--sim-flash", str(flash), str(samples)], check=True, capture_output=True)
    board = subprocess.Popen([str(ESPOCD), "sim", "--rbb", "0", "--realtime", "--flash", str(flash), "--uart", "-"],
                             stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
    try:
        for line in board.stdout:
            if "heartbeat 1" in line:
                board.stdin.write("is anybody there?\n")
            if "is anybody there?" in line:
                break
            assert "heartbeat 99" not in line, "the app did not answer"
    finally:
        board.terminate()
        board.communicate(timeout=20)
    assert board.returncode == 0
