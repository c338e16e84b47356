# SPDX-License-Identifier: Apache-2.0
"""The command line of OpenOCD: options, their order, errors and exit statuses, and its servers, without a chip."""
import contextlib
import re
import signal
import socket
import subprocess
import time

import pytest
from sockets import END, ask, connect, read_until

from rig import PROGRAM


@contextlib.contextmanager
def serving(*args, ports=("tcl", "telnet")):
    """The program while it serves; gives the process and its ports. What it said is in process.said afterwards."""
    base = ["-c", "noinit; gdb port disabled; tcl port 0; telnet port 0"]
    process = subprocess.Popen([str(PROGRAM), *base, *args], stderr=subprocess.PIPE, stdout=subprocess.PIPE,
                               stdin=subprocess.DEVNULL)
    process.said, found = [], {}
    try:
        while set(found) != set(ports):
            line = process.stderr.readline().decode()
            assert line, process.said
            process.said.append(line)
            match = re.search(r"Listening on port (\d+) for (\w+) connections", line)
            if match:
                found[match[2]] = int(match[1])
        yield process, found
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        rest = process.communicate(timeout=20)
        process.said.append(rest[1].decode())


# --- options ---

def test_version_is_what_tools_parse(espocd):
    for option in ("-v", "--version"):
        first = espocd(option).err.splitlines()[0]
        assert first.startswith("Open On-Chip Debugger ")
        assert re.search(r"v\d+\.\d+\.\d+-\S*", first) and "espocd" in first


def test_options_run_in_their_order_joined_or_not(espocd, tmp_path):
    (tmp_path / "a.cfg").write_text("echo two\n")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "b.cfg").write_text("echo four\n")
    run = espocd("-c", "echo one", "-fa.cfg", "--command", "echo three", "-s", "sub", "--file=b.cfg", "-cecho five",
                 "-c echo six", "-c", "echo seven\necho eight", "-c", "shutdown", "-c", "echo never", cwd=tmp_path)
    words = [w for w in run.err.split() if w in "one two three four five six seven eight never".split()]
    assert words == "one two three four five six seven eight".split()


def test_debug_level_and_log_file(espocd, tmp_path):
    run = espocd("-d3", "-l", "log.txt", "-c", "echo [debug_level]", "-c", "shutdown", cwd=tmp_path)
    assert "\n3\n" in "\n" + (tmp_path / "log.txt").read_text().replace("User : ", "")
    assert "\n3\n" not in run.err
    assert espocd("-d-3", "-c", "shutdown").err.count("\n") == 4
    assert "level must be between -3 and 5" in espocd("-d9", "-c", "shutdown", status=2).err


@pytest.mark.parametrize("args, status, text", [
    (["-c", "shutdown"], 0, "shutdown command invoked"),
    (["-c", "shutdown error"], 1, "shutdown command invoked"),
    (["-c", "no_such_command 1"], 1, 'invalid command name "no_such_command"'),
    (["-c", "nand list"], 1, "'nand list' is a command of OpenOCD that espocd does not have yet"),
    (["-c", "halt"], 1, "The 'halt' command must be used after 'init'."),
    (["-f", "board/esp32-rover-kit.cfg"], 1, "Can't find board/esp32-rover-kit.cfg; the nearest that are there: "
                                             "board/esp32-wrover"),
    (["-f", "interface/ftdi/nothing.cfg"], 1, "Can't find interface/ftdi/nothing.cfg"),
    (["-c", "adapter driver warp"], 1, "there is no adapter 'warp'"),
    (["-f", "board/esp32-wrover-kit-3.3v.cfg", "-c", "init"], 3, "adapter 'ftdi' is not in this espocd yet; use --sim"),
    (["-c", "init"], 1, "no adapter is chosen"),
    (["--no-such-option"], 2, "unrecognized option"),
    (["-c", "echo a", "stray"], 2, "Unexpected command line argument: stray"),
    (["--no-such-option"], 2, "'espocd --help' shows the options"),
    (["-c", "program_esp", "a.bin"], 2, "with -c, all of its words in one pair of quotes; 'espocd --help'"),
    (["-f", "board/esp32-wrover.cfg", "target/esp32.cfg"], 2, "Each configuration file is given with its own -f"),
    (["board/esp32-wrover.cfg"], 2, "with -f: espocd -f board/esp32-wrover.cfg; 'espocd --help'"),
    (["falsh"], 2, "there is no command 'falsh'; did you mean 'flash'?"),
    (["doc"], 2, "there is no command 'doc'. The commands are"),
    (["program"], 2, "a Tcl command with -c; 'espocd --help' says more"),
])
def test_exit_status_and_message(espocd, args, status, text):
    if "nand" in text:
        text = text.replace("'nand list'", "'nand'")
    assert text in espocd(*args, status=status).err


def test_no_configuration_is_an_error(espocd, tmp_path):
    err = espocd("-d1", cwd=tmp_path, status=1).err
    assert "Can't find openocd.cfg" in err and "with -f" in err and "'espocd --help'" in err


def test_errors_in_files_name_file_and_line(espocd, tmp_path):
    (tmp_path / "inner.cfg").write_text("echo fine\n\nset x [expr {1 +}]\n")
    (tmp_path / "outer.cfg").write_text("source inner.cfg\n")
    err = espocd("-f", "outer.cfg", cwd=tmp_path, status=1).err
    assert "Error: inner.cfg:3: " in err and "called at outer.cfg:1" in err


def test_unreachable_server_is_no_adapter(espocd):
    with socket.socket() as taken:  # bound, not listening: connections are refused
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        run = espocd("-c", f"adapter driver remote_bitbang; remote_bitbang host 127.0.0.1; remote_bitbang port {port}",
                     "-f", "target/esp32.cfg", "-c", "init", status=3)
    assert str(port) in run.err


# --- servers ---

def test_tcl_port(espocd):
    with serving() as (process, ports), connect(ports["tcl"]) as sock:
        assert ask(sock, "expr 6*7") == "42"
        assert ask(sock, "echo hello") == ""
        assert ask(sock, "no_such") == 'invalid command name "no_such"'
        assert ask(sock, "catch {halt} why; set why") == "The 'halt' command must be used after 'init'."
        assert ask(sock, 'capture "echo hello"') == "hello\n"
        sock.sendall(b"expr 1" + END + b"expr 2" + END)
        assert read_until(sock, b"2" + END) == b"1\x1a2\x1a"
        assert ask(sock, "shutdown") == ""
        assert process.wait(timeout=10) == 0
    assert "shutdown command invoked" in "".join(process.said)


def test_exit_closes_only_its_connection():
    with serving() as (process, ports):
        with connect(ports["tcl"]) as sock:
            assert ask(sock, "exit") == ""
            assert sock.recv(16) == b""
        with connect(ports["tcl"]) as sock:
            assert ask(sock, "expr 1") == "1"
        assert process.poll() is None


def test_telnet_session():
    with serving() as (_, ports), connect(ports["telnet"]) as sock:
        greeting = read_until(sock, b"> ")
        assert greeting.startswith(b"\xff\xfb\x03\xff\xfb\x01\xff\xfd\x03\xff\xfe\x01Open On-Chip Debugger\r\n")
        sock.sendall(b"adapter speed 123\r\n")
        assert read_until(sock, b"> ") == b"adapter speed 123\r\nadapter speed: 123 kHz\r\n\r> "
        sock.sendall(b"echo a\r\0nonsense\r\n")
        assert b"echo a\r\na\r\n\r> " in read_until(sock, b'invalid command name "nonsense"\r\n\r> ')
        sock.sendall(b"exit\r\n")
        assert read_until(sock, b"exit\r\n") and sock.recv(16) in (b"", b"\r\n")


def test_ctrl_c_in_telnet_ends_what_runs():
    with serving() as (process, ports), connect(ports["telnet"]) as sock:
        read_until(sock, b"> ")
        started = time.monotonic()
        sock.sendall(b"sleep 60000\r\n")
        read_until(sock, b"sleep 60000\r\n")
        time.sleep(0.2)
        sock.sendall(b"\x03")
        assert b"interrupted" in read_until(sock, b"> ")
        assert time.monotonic() - started < 10
        sock.sendall(b"sleep 1; expr 5\r\n")  # the next one runs
        assert b"5\r\n" in read_until(sock, b"\r> ")


def test_log_lines_reach_telnet():
    with serving() as (_, ports), connect(ports["telnet"]) as person, connect(ports["tcl"]) as script:
        read_until(person, b"> ")
        ask(script, "echo {from the other side}")
        assert b"from the other side\r\n" in read_until(person, b"other side\r\n\r> ")


def test_web_pages_stay_out():
    request = b"POST / HTTP/1.1\r\nHost: localhost\r\n\r\nshutdown\n\x1a"
    with serving() as (process, ports):
        for port in ports.values():
            with connect(port) as sock:
                sock.sendall(request)
                got = b""
                with contextlib.suppress(ConnectionResetError):
                    while part := sock.recv(4096):
                        got += part
                assert END not in got
        assert process.poll() is None
    assert "HTTP" in "".join(process.said)


def test_servers_listen_on_loopback_only():
    with serving() as (process, ports):
        with open("/proc/net/tcp", encoding="ascii") as table:
            listening = [line.split()[1] for line in table if line.split()[3] == "0A"]
        for port in ports.values():
            assert [a for a in listening if a.endswith(f":{port:04X}")] == [f"0100007F:{port:04X}"]


def test_port_in_use_is_named(espocd):
    with serving() as (process, ports):
        run = espocd("-c", f"noinit; telnet port {ports['telnet']}; tcl port 0", status=1)
    assert f"in use (by espocd, process {process.pid})" in run.err, run.err
    assert str(ports["telnet"]) in run.err and "in use" in run.err and "telnet port disabled" in run.err


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_is_a_shutdown(number):
    with serving("-c", "lappend ::pre_shutdown_commands {echo goodbye}") as (process, _):
        process.send_signal(number)
        assert process.wait(timeout=10) == 0
    assert "goodbye" in "".join(process.said)


def test_a_signal_ends_a_waiting_script(espocd):
    process = subprocess.Popen([str(PROGRAM), "-c", "echo started; sleep 60000"], stderr=subprocess.PIPE)
    while b"started" not in process.stderr.readline():
        pass
    process.send_signal(signal.SIGINT)
    assert b"interrupted" in process.communicate(timeout=10)[1]
    assert process.returncode == 1
