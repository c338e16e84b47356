# SPDX-License-Identifier: Apache-2.0
"""Clients that no one here wrote, on the telnet and the Tcl port: inetutils' telnet, and Tcl's own sockets."""
import os
import pathlib
import re
import shutil
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[3]
PROGRAM = pathlib.Path(os.environ.get("ESPOCD_BUILD", ROOT / "build")).resolve() / "espocd"

TCL_CLIENT = r"""
set s [socket 127.0.0.1 [lindex $argv 0]]
fconfigure $s -translation binary -buffering none
proc ask {command} {
    global s
    puts -nonewline $s "$command\x1a"
    set reply ""
    while {[set c [read $s 1]] ne "\x1a"} {
        if {[eof $s]} { error "hung up" }
        append reply $c
    }
    return $reply
}
puts "state [ask {reset halt; esp32.cpu0 curstate}]"
ask {mww 0x3ffb0000 0x600dcafe}
puts "word [ask {read_memory 0x3ffb0000 32 1}]"
puts "error [ask {no_such_command}]"
"""


@pytest.fixture
def server():
    """A served virtual board: its process, and the ports of telnet and Tcl."""
    process = subprocess.Popen([PROGRAM, "--sim", "-f", "board/esp32-wrover-kit-3.3v.cfg", "-c",
                                "gdb port disabled; telnet port 0; tcl port 0"], stderr=subprocess.PIPE, text=True)
    ports = {}
    try:
        while len(ports) < 2:
            line = process.stderr.readline()
            assert line, "it ended before it served"
            found = re.search(r"Listening on port (\d+) for (telnet|tcl)", line)
            if found:
                ports[found[2]] = found[1]
        yield process, ports
    finally:
        process.terminate()
        process.communicate(timeout=60)


@pytest.mark.skipif(not shutil.which("tclsh"), reason="there is no tclsh")
def test_tcl(server, tmp_path):
    _, ports = server
    script = tmp_path / "client.tcl"
    script.write_text(TCL_CLIENT)
    said = subprocess.run(["tclsh", script, ports["tcl"]], capture_output=True, text=True, timeout=60, check=True).stdout
    assert "state halted" in said and "word 0x600dcafe" in said
    assert "no_such_command" in said[said.index("error "):]


@pytest.mark.skipif(not shutil.which("telnet"), reason="there is no telnet")
def test_telnet(server):
    process, ports = server
    client = subprocess.Popen(["telnet", "127.0.0.1", ports["telnet"]], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True)
    said = ""
    for command, answer in [("", "> "), ("reset halt", "Target halted"), ("mww 0x3ffb0000 0x600dcafe", "> "),
                            ("mdw 0x3ffb0000", "600dcafe"), ("no_such_command", "no_such_command")]:
        if command:
            client.stdin.write(command + "\n")
            client.stdin.flush()
        got = ""
        while answer not in got:
            part = os.read(client.stdout.fileno(), 4096).decode()
            assert part, said + got
            got += part
        said += got
    client.stdin.write("shutdown\n")
    client.stdin.flush()
    assert process.wait(timeout=60) == 0
    assert "Connection closed" in client.communicate(timeout=60)[0]
