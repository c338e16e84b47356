# SPDX-License-Identifier: Apache-2.0
"""RISC-V boards as processes, and debuggers as their clients: Debian's OpenOCD 0.12 and espocd. The boards are the bare one
(tests/interop/riscv_board) with each of its modules, and `espocd sim` with the virtual ESP32-C3, whose boot ROM is the bare
board's loop. All get the same commands; nothing here knows which debugger runs."""
import pathlib
import re
import signal
import socket
import struct
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "openocd"))

import ocd  # noqa: E402

SERVER = ocd.BUILD / "tests/interop/riscv_board/riscv_board"
GENERIC = ("-c", "jtag newtap rv cpu -irlen 5 -expected-id {idcode:#x}; target create rv.cpu riscv -chain-position rv.cpu")
# Program and how it is told of the target. The ESP32-C3's own file fits that chip's module only.
DEBUGGERS = {"openocd": ("openocd", GENERIC), "espocd": (str(ocd.ESPOCD), GENERIC)}
OF_CHIP = {"espocd-esp32c3": (str(ocd.ESPOCD), ("-f", "target/esp32c3.cfg"))}
ROM, TWIN, DATA, RAM_SIZE = 0x40000000, 0x40380000, 0x3FC80000, 0x20000
LOOP = struct.pack("<2I", 0x00128293, 0xFFDFF06F)  # addi t0,t0,1; j back


class Module:
    """What the debug module of a board has: name as riscv_board takes it, or a board of espocd's own."""

    def __init__(self, name, idcode, datacount, progbufsize, accesses, own=False):
        self.name, self.idcode, self.datacount, self.progbufsize = name, idcode, datacount, progbufsize
        self.accesses = accesses  # ways to memory, as "riscv set_mem_access" takes them
        self.is_own = own
        # Memory that takes code, and parts of words; and where parts of what is at DATA are read. The ESP32-C3's TWIN takes
        # whole words only.
        self.code = 0x50000000 if own else TWIN
        self.parts = DATA if own else TWIN

    def server(self, folder, speed=None):
        """speed: what a TCK counts for, in kHz; of the board of espocd's own."""
        if not self.is_own:
            return [str(SERVER), self.name]
        rom = folder / "loop.bin"
        rom.write_bytes(LOOP)
        return [str(ocd.ESPOCD), "sim", "--board", self.name, "--rbb", "0", "--rom", str(rom),
                *(["--speed", str(speed)] if speed else [])]


MODULES = [
    Module("esp32c3", 0x00005C25, 2, 16, ["progbuf", "sysbus progbuf"]),  # its bus takes words only
    Module("other", 0x10000DB3, 4, 8, ["progbuf", "sysbus"]),
    Module("plain", 0x10000DB3, 1, 2, ["progbuf"]),
    Module("esp32c3-n4", 0x00005C25, 2, 16, ["progbuf", "sysbus progbuf"], own=True),
]
PAIRS = [(m, d) for m in MODULES for d in [*DEBUGGERS, *(OF_CHIP if m.idcode == 0x5C25 else [])]]


class Board:
    def __init__(self, module, debugger, folder, speed=None):
        self.module, self.debugger, self.folder = module, debugger, pathlib.Path(folder)
        self.process = subprocess.Popen(module.server(self.folder, speed), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.port = int(re.search(r"port (\d+)", self.process.stdout.readline()).group(1))

    def close(self):
        """Ends the server; its exit status must be 0."""
        self.process.send_signal(signal.SIGTERM)
        _, err = self.process.communicate(timeout=20)
        assert self.process.returncode == 0, err

    def clock(self, tcks):
        """So many periods of TCK in Test-Logic-Reset, by a client that leaves then."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=60) as s:
            s.sendall(b"26" * tcks + b"R")
            assert s.recv(1) in b"01"
            s.sendall(b"Q")
            assert s.recv(1) == b""

    def run(self, commands, timeout=120):
        """Runs the debugger with these commands after init; see ocd.Result."""
        head = ("adapter driver remote_bitbang; remote_bitbang host 127.0.0.1; "
                f"remote_bitbang port {self.port}; transport select jtag; adapter speed 1000; "
                "gdb_port disabled; tcl_port disabled; telnet_port disabled; reset_config none")
        script = ocd.PROLOGUE + "".join(f"t {{{c}}}\n" for c in ["init", *commands]) + "shutdown\n"
        path = self.folder / f"run-{time.monotonic_ns()}.tcl"
        path.write_text(script)
        program, (option, target) = (DEBUGGERS | OF_CHIP)[self.debugger]
        run = subprocess.run([program, "-c", head, option, target.format(idcode=self.module.idcode), "-f", str(path)], text=True,
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=timeout)
        return ocd.Result(run.stdout, len(commands) + 1)
