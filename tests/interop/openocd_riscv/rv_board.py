# SPDX-License-Identifier: Apache-2.0
"""The bare RISC-V board (tests/interop/riscv_board) as a process, and debuggers as its clients: Debian's OpenOCD 0.12 and
espocd. Both get the same commands; nothing here knows which of them runs."""
import pathlib
import re
import signal
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
ROM, CODE, DATA, RAM_SIZE = 0x40000000, 0x40380000, 0x3FC80000, 0x20000


class Module:
    """What the debug module of a board has: name as riscv_board takes it."""

    def __init__(self, name, idcode, datacount, progbufsize, accesses):
        self.name, self.idcode, self.datacount, self.progbufsize = name, idcode, datacount, progbufsize
        self.accesses = accesses  # ways to memory, as "riscv set_mem_access" takes them


MODULES = [
    Module("esp32c3", 0x00005C25, 2, 16, ["progbuf", "sysbus progbuf"]),  # its bus takes words only
    Module("other", 0x10000DB3, 4, 8, ["progbuf", "sysbus"]),
    Module("plain", 0x10000DB3, 1, 2, ["progbuf"]),
]
PAIRS = [(m, d) for m in MODULES for d in [*DEBUGGERS, *(OF_CHIP if m is MODULES[0] else [])]]


class Board:
    def __init__(self, module, debugger, folder):
        self.module, self.debugger, self.folder = module, debugger, pathlib.Path(folder)
        self.process = subprocess.Popen([str(SERVER), module.name], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.port = int(re.search(r"port (\d+)", self.process.stdout.readline()).group(1))

    def close(self):
        """Ends the server; its exit status must be 0."""
        self.process.send_signal(signal.SIGTERM)
        _, err = self.process.communicate(timeout=20)
        assert self.process.returncode == 0, err

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
