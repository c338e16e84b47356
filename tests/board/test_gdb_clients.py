# SPDX-License-Identifier: Apache-2.0
"""GDBs that vanish, flood, stall, send garbage, or are several; a chip that cannot be attached to as usual; ports."""
import os
import random
import signal
import socket
import struct
import subprocess
import time

import pytest
from gdb_client import Gdb, frame, serving
from sockets import ask, connect
from test_gdb_protocol import CHIPS, symbols

from rig import BUILD, PROGRAM, run_program

BOARD = "esp32-wrover"
VECTOR = 0x40000400


@pytest.fixture(scope="module")
def flash(tmp_path_factory):
    images = BUILD / "sim/rom/demo-e000"
    if not (images / "flasher_args.json").exists():
        pytest.skip("the samples were not built (no cross compiler)")
    path = tmp_path_factory.mktemp("gdb") / "flash.bin"
    done = run_program("flash", f"--sim={BOARD}", "--sim-flash", path, images)
    assert done.status == 0, done
    return path


@pytest.fixture
def running(flash):
    """The sample app runs; gives the process."""
    with serving(f"--sim={BOARD}", "--sim-flash", flash, "-c", "init; reset run; sleep 700") as (process, _):
        yield process


def tcl(process, command):
    with connect(process.ports["tcl"]) as sock:
        return ask(sock, command)


def state(process):
    return tcl(process, "esp32.cpu0 curstate")


def wait_for(condition, what):
    until = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < until, what
        time.sleep(0.05)


def works(process):
    with Gdb(process.ports["gdb"]) as gdb:
        assert gdb.ask("?").startswith("T")
        assert len(gdb.read(0x3FFB0000, 4)) == 4
        assert gdb.ask("D") == "OK"


# --- bad clients ---

def reset_connection(sock):
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()


@pytest.mark.parametrize("hard", [False, True])
def test_one_that_vanishes_takes_its_breakpoints_along(running, hard):
    sym = symbols("esp32")
    code = sym["iram_work"]
    gdb = Gdb(running.ports["gdb"])
    before = gdb.read(code, 4)
    assert gdb.ask(f"Z0,{code:x},2") == "OK"
    assert gdb.ask(f"Z1,{sym['app_work']:x},2") == "OK"
    assert gdb.ask(f"Z2,{sym['app_counter']:x},4") == "OK"
    gdb.send("c")
    reset_connection(gdb.sock) if hard else gdb.sock.close()
    wait_for(lambda: tcl(running, "bp") == "" and tcl(running, "wp") == "", "the breakpoints are still there")
    with Gdb(running.ports["gdb"]) as other:
        other.ask("D")
        assert other is not None
    with Gdb(running.ports["gdb"]) as other:
        assert other.read(code, 4) == before
        assert tcl(running, f"read_memory 0x{code & ~3:x} 32 1") == f"0x{int.from_bytes(other.read(code & ~3, 4), 'little'):x}"
        other.ask("D")
    works(running)


def takes_a_client(running):
    """Whether there is room for one more: those that have gone are noticed one after the other."""
    try:
        with Gdb(running.ports["gdb"]):
            return True
    except OSError:
        return False


def test_garbage_does_no_harm(running):
    dice = random.Random(4711)
    for _ in range(20):
        with socket.create_connection(("127.0.0.1", running.ports["gdb"]), timeout=20) as sock:
            sock.sendall(b"+" + dice.randbytes(dice.randrange(2000)) + b"$" + dice.randbytes(100))
    for _ in range(5):
        wait_for(lambda: takes_a_client(running), "no room for a client")
        with Gdb(running.ports["gdb"]) as gdb:
            for _ in range(40):
                gdb.send(bytes(dice.choice(b"qQvgGpPmMXxZzHTcs?,:;0123456789abcdef#}*") for _ in range(dice.randrange(40))))
    wait_for(lambda: state(running) in ("halted", "running"), "no answer")
    works(running)


def test_one_that_floods_is_hung_up_on(running):
    with Gdb(running.ports["gdb"]) as gdb:
        gdb.sock.settimeout(20)
        with pytest.raises(OSError):
            for _ in range(2000):
                gdb.sock.sendall(frame(b"qRcmd," + b"sleep 1000".hex().encode()) * 100)
    works(running)


def test_one_that_sends_too_long_a_packet_hears_so(running):
    with Gdb(running.ports["gdb"]) as gdb:
        assert gdb.ask("M3ffb8000,4:" + "0" * 0x4000) == "E01"
        assert gdb.ask("qC") == "QC1"


def test_one_that_stalls_in_a_packet_keeps_nobody_waiting(running):
    with Gdb(running.ports["gdb"]) as gdb:
        gdb.sock.sendall(b"$qXfer:threads")
        works(running)
        gdb.sock.sendall(b":read::0,100#00")
        assert gdb.reply().startswith("l<?xml")


def test_http_is_not_spoken_here(running):
    with socket.create_connection(("127.0.0.1", running.ports["gdb"]), timeout=20) as sock:
        sock.sendall(b"POST / HTTP/1.1\r\n\r\n$qRcmd,73687574646f776e#00")
        assert sock.recv(100) == b""
    works(running)


# --- several ---

def test_two_share_a_breakpoint_and_both_hear_of_the_stop(running):
    work = symbols("esp32")["app_work"]
    with Gdb(running.ports["gdb"]) as one, Gdb(running.ports["gdb"]) as two:
        for gdb in (one, two):
            gdb.ask("qSupported:swbreak+;hwbreak+")
            assert gdb.ask(f"Z1,{work:x},2") == "OK"
        assert tcl(running, "bp").count("\n") == 0
        two.send("c")
        time.sleep(0.1)
        assert two.reply() == "T05thread:1;core:0;hwbreak:;"
        assert one.ask(f"z1,{work:x},2") == "OK"
        assert one.ask("vCont;s:1").startswith("T05")
        two.send("c")
        assert two.reply() == "T05thread:1;core:0;hwbreak:;"
        assert two.ask(f"z1,{work:x},2") == "OK"
        assert tcl(running, "bp") == ""
        two.ask("D")


def test_a_users_own_breakpoint_outlives_gdb(running):
    work = symbols("esp32")["app_work"]
    with Gdb(running.ports["gdb"]) as gdb:
        tcl(running, f"bp 0x{work:x} 2 hw")
        assert gdb.ask(f"Z1,{work:x},2") == "OK"
        assert gdb.ask(f"z1,{work:x},2") == "OK"
        assert f"0x{work:08x}" in tcl(running, "bp")
        tcl(running, "rbp all")
        gdb.ask("D")


def test_a_halt_from_elsewhere_is_a_stop(running):
    with Gdb(running.ports["gdb"]) as gdb:
        gdb.send("vCont;c")
        wait_for(lambda: state(running) == "running", "it does not run")
        tcl(running, "halt")
        assert gdb.reply().startswith("T02thread:")
        gdb.ask("D")


def test_ctrl_c_a_hundred_times(running):
    with Gdb(running.ports["gdb"]) as gdb:
        for _ in range(100):
            gdb.send("vCont;c")
            assert gdb.interrupt().startswith("T02thread:")
        gdb.ask("D")
    assert state(running) == "running"


def test_attach_and_detach_fifty_times(running):
    for _ in range(50):
        with Gdb(running.ports["gdb"]) as gdb:
            assert gdb.ask("?").startswith("T02")
            assert gdb.ask("D") == "OK"
        assert state(running) == "running"


def test_one_core_alone_may_go_on(running):
    """set scheduler-locking on"""
    counter = symbols("esp32")["app_core1_counter"]
    iram = symbols("esp32")["iram_work"]
    with Gdb(running.ports["gdb"]) as gdb:
        before = gdb.word(counter)
        # a condition that is never true: the chip goes on by itself each time, and the other core stays where it is
        assert gdb.ask(f"Z0,{iram:x},2;X3,220027") == "OK"
        gdb.send("vCont;c:1")
        time.sleep(1.5)
        assert (state(running), tcl(running, "esp32.cpu1 curstate")) == ("running", "halted")
        assert gdb.interrupt().startswith("T02thread:1;core:0;")
        assert gdb.word(counter) == before
        assert gdb.ask(f"z0,{iram:x},2") == "OK"
        gdb.ask("D")


# --- long jobs ---

def test_gdb_is_kept_patient_and_can_interrupt(running):
    with Gdb(running.ports["gdb"]) as gdb:
        gdb.send("qRcmd," + "resume; sleep 900000".encode().hex())
        empty = 0
        while empty < 3:
            _, body = gdb.raw()
            empty += body == b"O"
        gdb.sock.sendall(b"\x03")
        assert gdb.reply() == "E01" and "interrupted" in gdb.console
        assert gdb.ask("qC").startswith("QC")
        gdb.ask("D")


def test_another_client_of_gdb_waits_with_notes(running):
    with Gdb(running.ports["gdb"]) as gdb, connect(running.ports["tcl"]) as sock:
        sock.sendall(b"for {set i 0} {$i < 30} {incr i} {esp flash_map}\x1a")
        time.sleep(0.1)
        gdb.ask("g")
        assert sock.recv(100).endswith(b"\x1a")


# --- chips that do not stand still for it ---

def test_attaching_takes_less_than_a_third_of_a_second_of_the_boards_time(running):
    def board_ms():
        return int(tcl(running, "ms"))

    with Gdb(running.ports["gdb"]) as first:
        first.ask("D")
    tcl(running, "poll off")
    before = board_ms()
    with Gdb(running.ports["gdb"]) as gdb:
        gdb.ask("qSupported:swbreak+")
        gdb.ask("?")
        gdb.ask("g")
        gdb.object("memory-map")
        assert board_ms() - before < 300
        gdb.ask("D")


def test_a_blank_chip_is_attached_to(tmp_path):
    with serving(f"--sim={BOARD}", "--sim-flash", tmp_path / "blank.bin") as (process, port):
        with Gdb(port) as gdb:
            assert gdb.ask("?").startswith("T02thread:1")
            assert gdb.object("memory-map").count("<memory") > 3 and "flash\"" not in gdb.object("memory-map")
            assert len(gdb.ask("g")) == 2 * CHIPS["esp32"]["g_bytes"]
            assert gdb.ask("D") == "OK"
    said = "".join(process.said)
    assert said.count("nothing of the flash is mapped") == 1


def test_attaching_live_lets_the_chip_run(running):
    tcl(running, "gdb attach_mode live")
    with Gdb(running.ports["gdb"]) as gdb:
        gdb.ask("qSupported:swbreak+;hwbreak+;error-message+")
        assert gdb.ask("?") == "T00thread:1;"
        assert set(gdb.ask("g")) == {"x"}
        assert "type=\"rom\"" in gdb.object("memory-map")
        assert gdb.ask("m3ffb0000,4").startswith("E.")
        assert state(running) == "running"
        work = symbols("esp32")["app_work"]
        assert gdb.ask(f"Z1,{work:x},2") == "OK"
        assert state(running) == "running"
        gdb.send("vCont;c")
        assert gdb.reply() == "T05thread:1;core:0;hwbreak:;"
        gdb.send("vCont;c")
        assert gdb.ask("D") == "OK" if gdb.reply() else False
    assert tcl(running, "gdb attach_mode") == "live"


def test_a_flash_that_does_not_answer_is_no_hindrance(flash):
    with serving(f"--sim={BOARD}", "--sim-flash", flash, "--sim-fault", "flash-absent") as (process, port):
        with Gdb(port) as gdb:
            assert gdb.ask("?").startswith("T02thread:1")
            assert gdb.object("memory-map").endswith("</memory-map>\n")
            assert gdb.ask("D") == "OK"


# --- ports ---

def test_the_port_is_taken_and_by_whom():
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        sock.listen()
        port = sock.getsockname()[1]
        done = run_program(f"--sim={BOARD}", "-c", f"gdb port {port}; tcl port disabled; telnet port disabled")
    assert done.status == 1
    assert f"couldn't bind gdb to socket on port {port}: it is in use (by " in done.err and f"process {os.getpid()})" in done.err
    assert f'-c "gdb port {port + 1}"' in done.err


def test_old_names_and_what_tools_wait_for(flash):
    with serving(f"--sim={BOARD}", "--sim-flash", flash, "-c", "gdb_port 0; gdb_memory_map disable; gdb_flash_program disable; "
                 "gdb_report_data_abort disable") as (process, port):
        with Gdb(port) as gdb:
            assert "qXfer:memory-map:read-" in gdb.ask("qSupported")
            assert gdb.ask("qXfer:memory-map:read::0,100") == ""
            assert gdb.ask("m0,4") == "00000000"
            gdb.ask("qSupported:error-message+")
            assert "gdb flash_program disable" in gdb.ask("vFlashErase:400d0000,1000")
            gdb.ask("D")
    said = "".join(process.said)
    assert f"Listening on port {port} for gdb connections" in said and "starting gdb server for esp32.cpu0 on 0" in said


def test_a_port_of_the_targets_own(flash):
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        number = sock.getsockname()[1]
    with serving(f"--sim={BOARD}", "--sim-flash", flash, "-c", f"script target/esp32.cfg; esp32.cpu0 configure -gdb-port {number}") as (
            _, port):
        assert port == number


@pytest.mark.parametrize("kind, packet, words", [
    ("hard", "Z0,{iram},2", "Hardware breakpoint"), ("soft", "Z1,{iram},2", "Software breakpoint"),
    ("disable", "Z0,{iram},2", "Software breakpoint"), ("disable", "Z1,{iram},2", "Hardware breakpoint"),
    ("disable", "Z0,{work},2", "Hardware breakpoint")])
def test_the_kind_of_breakpoint_can_be_overridden(running, kind, packet, words):
    sym = symbols("esp32")
    packet = packet.format(iram=f"{sym['iram_work']:x}", work=f"{sym['app_work']:x}")
    tcl(running, f"gdb breakpoint_override {kind}")
    with Gdb(running.ports["gdb"]) as gdb:
        assert gdb.ask(packet) == "OK"
        assert words in tcl(running, "bp")
        assert gdb.ask("z" + packet[1:]) == "OK"
        if kind == "soft":
            gdb.ask("qSupported:error-message+")
            assert gdb.ask(f"Z1,{sym['app_work']:x},2") == "OK"
            assert "Flash breakpoint" in tcl(running, "bp")
            assert gdb.ask(f"z1,{sym['app_work']:x},2") == "OK"
            assert "a software breakpoint at" in gdb.ask("Z1,40000100,3")  # ROM
        gdb.ask("D")


def test_registers_that_cannot_be_read_are_told_of_when_wanted(flash):
    with serving(f"--sim={BOARD}", "--sim-flash", flash, "-c", "gdb attach_mode live") as (process, port):
        with Gdb(port) as gdb:
            gdb.ask("qSupported:error-message+")
            assert gdb.ask("p0") == "xxxxxxxx"
    with serving(f"--sim={BOARD}", "--sim-flash", flash, "-c", "gdb attach_mode live; gdb report_register_access_error enable") as (
            process, port):
        with Gdb(port) as gdb:
            gdb.ask("qSupported:error-message+")
            assert "needs a halted core" in gdb.ask("p0")


def test_no_server_without_a_port():
    process = subprocess.Popen([str(PROGRAM), f"--sim={BOARD}", "-c", "gdb port disabled; tcl port 0; telnet port disabled", "-c",
                                "init; shutdown"], stderr=subprocess.PIPE, text=True)
    said = process.communicate(timeout=60)[1]
    assert process.returncode == 0 and "gdb connections" not in said


def test_standard_input_and_output(flash):
    ours, theirs = socket.socketpair()
    with subprocess.Popen([str(PROGRAM), f"--sim={BOARD}", "--sim-flash", str(flash), "-c",
                           "gdb_port pipe; tcl_port disabled; telnet_port disabled"], stdin=theirs, stdout=theirs,
                          stderr=subprocess.DEVNULL) as process:
        theirs.close()
        ours.settimeout(60)
        ours.sendall(b"+" + frame(b"?"))
        got = b""
        while b"#" not in got or len(got.split(b"#", 1)[1]) < 2:
            got += ours.recv(1000)
        assert got.startswith(b"+$T02thread:1;core:0;#"), got
        ours.close()
        assert process.wait(timeout=60) == 0


def test_pipe_without_a_pipe(tmp_path):
    with open(tmp_path / "file", "w+b") as nothing:
        done = subprocess.run([str(PROGRAM), f"--sim={BOARD}", "-c", "gdb port pipe; tcl port disabled; telnet port disabled"],
                              stdin=nothing, stdout=nothing, stderr=subprocess.PIPE, text=True, timeout=60, check=False)
    assert done.returncode == 1 and "no pipe between GDB and this program" in done.stderr


def test_a_signal_ends_it_and_takes_the_breakpoints_out(running):
    code = symbols("esp32")["iram_work"]
    with Gdb(running.ports["gdb"]) as gdb:
        assert gdb.ask(f"Z0,{code:x},2") == "OK"
        gdb.send("c")
        running.send_signal(signal.SIGTERM)
        assert running.wait(timeout=60) == 0
