# SPDX-License-Identifier: Apache-2.0
"""Which ports GDB finds: one for the cores that the configuration groups, others as OpenOCD numbers them."""
import re
import socket

import pytest
from gdb_client import Gdb, serving

BOARD = "--sim=esp32-wrover"
ALONE = ("jtag newtap esp32 tap0 -irlen 5; jtag newtap esp32 tap1 -irlen 5; target create esp32.cpu0 esp32 -chain-position esp32.tap0 "
         "-coreid 0 {}; target create esp32.cpu1 esp32 -chain-position esp32.tap1 -coreid 1 {}")


def free_ports(count):
    """Neighbours that nobody uses just now."""
    while True:
        with socket.socket() as first:
            first.bind(("127.0.0.1", 0))
            number = first.getsockname()[1]
        try:
            for i in range(count):
                with socket.socket() as sock:
                    sock.bind(("127.0.0.1", number + i))
            return number
        except OSError:
            continue


def servers(process):
    return re.findall(r"starting gdb server for (\S+) on (\S+)", "".join(process.said))


def wait_for(process, count):
    while len(re.findall(r"for gdb connections", "".join(process.said))) < count:
        line = process.stderr.readline().decode()
        assert line, process.said
        process.said.append(line)
    return [int(n) for n in re.findall(r"Listening on port (\d+) for gdb connections", "".join(process.said))]


def test_a_group_has_one_port():
    with serving(BOARD) as (process, port), Gdb(port) as gdb:
        assert gdb.ask("qfThreadInfo").startswith("m1")
    assert servers(process) == [("esp32.cpu0", "0")]


def test_cores_without_a_group_have_ports_that_count_up():
    first = free_ports(2)
    with serving(BOARD, "-c", f"gdb port {first}", "-c", ALONE.format("", "")) as (process, _):
        assert wait_for(process, 2) == [first, first + 1]
        with Gdb(first) as zero, Gdb(first + 1) as one:
            zero.monitor("reset halt")
            assert zero.ask("qC") == "QC1" and one.ask("qC") == "QC2"
            assert zero.ask("?").startswith("T02thread:1;core:0;")
            assert one.ask("qfThreadInfo") == zero.ask("qfThreadInfo")
            one.ask("D")
    assert servers(process) == [("esp32.cpu0", str(first)), ("esp32.cpu1", str(first + 1))]


@pytest.mark.parametrize("options, expected", [
    (("-gdb-port disabled", ""), ["esp32.cpu1"]), (("", "-gdb-port disabled"), ["esp32.cpu0"]),
    (("-gdb-port {b}", ""), ["esp32.cpu0", "esp32.cpu1"]), (("", "-gdb-port {b}"), ["esp32.cpu0", "esp32.cpu1"])])
def test_ports_of_the_configuration(options, expected):
    first = free_ports(4)
    given = [o.format(b=first + 3) for o in options]
    with serving(BOARD, "-c", f"gdb port {first}", "-c", ALONE.format(*given)) as (process, _):
        ports = wait_for(process, len(expected))
    assert [name for name, _ in servers(process)] == expected
    own = [first + 3 if "-gdb-port" in o else first for o in given if "disabled" not in o]
    assert ports == own


def test_a_core_of_a_group_may_have_a_port_too():
    port = free_ports(1)
    with serving(BOARD, "-c", "script target/esp32.cfg", "-c", f"esp32.cpu1 configure -gdb-port {port}") as (process, first):
        wait_for(process, 2)
        with Gdb(port) as gdb:
            gdb.monitor("reset halt")
            assert gdb.ask("qC") == "QC2"
    assert servers(process) == [("esp32.cpu0", "0"), ("esp32.cpu1", str(port))] and first != port
