# SPDX-License-Identifier: Apache-2.0
"""A virtual board served by `espocd sim`, and Debian's OpenOCD as its client.

OpenOCD gets a list of Tcl commands; what each prints or fails with is found again in its output by marks. Its own log
lines are kept apart."""
import json
import os
import pathlib
import re
import signal
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parents[3]
BUILD = pathlib.Path(os.environ.get("ESPOCD_BUILD", ROOT / "build"))
ESPOCD = BUILD / "espocd"
TOOLS = "xtensa-lx106-elf-"

PROLOGUE = """
proc t {command} {
    if {[catch {uplevel #0 $command} result]} { echo "@@failed" } else { echo "@@done" }
    echo $result
    echo "@@end"
}
"""


class Failed(Exception):
    """A command of OpenOCD failed; the text is what it said."""


class Board:
    """`espocd sim` as a process. speed is what a TCK counts for, in kHz."""

    def __init__(self, kind, folder, flash=None, speed=None, realtime=False):
        self.kind = kind
        self.uart_path = pathlib.Path(folder, "uart.txt")
        command = [str(ESPOCD), "sim", "--board", kind.board, "--rbb", "0", "--uart", str(self.uart_path)]
        command += ["--flash", str(flash)] if flash else []
        command += ["--speed", str(speed)] if speed else []
        command += ["--realtime"] if realtime else []
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.port = int(re.search(r"port (\d+)", self.process.stdout.readline()).group(1))

    def uart(self):
        return self.uart_path.read_text(errors="replace")

    def close(self):
        """Ends the server; its exit status must be 0."""
        if self.process.returncode is not None:
            return
        self.process.send_signal(signal.SIGTERM)
        _, err = self.process.communicate(timeout=20)
        assert self.process.returncode == 0, err

    def openocd(self, commands, settings="", timeout=120):
        """Runs OpenOCD with the chip's target file and these commands after init. The result of the last ones by number, as
        Result; a list is made of (text, failed)."""
        script = PROLOGUE + "".join(f"t {{{c}}}\n" for c in ["init", *commands]) + "shutdown\n"
        head = ("adapter driver remote_bitbang; remote_bitbang host 127.0.0.1; "
                f"remote_bitbang port {self.port}; "
                "gdb_port disabled; tcl_port disabled; telnet_port disabled; " + settings)
        path = self.uart_path.with_name(f"run-{time.monotonic_ns()}.tcl")
        path.write_text(script)
        run = subprocess.run(["openocd", "-c", head, "-f", f"target/{self.kind.chip}.cfg", "-f", str(path)], text=True,
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=timeout)
        return Result(run.stdout, len(commands) + 1)


class Result:
    """What OpenOCD printed. r[n] is the output of the n-th command (0 is init); it raises Failed when that failed."""

    def __init__(self, output, count):
        self.output = output
        self.parts = []
        for text in re.split(r"^@@end\n", output, flags=re.M)[:count]:
            match = re.search(r"^@@(done|failed)\n", text, flags=re.M)
            assert match, output
            self.parts.append((match.group(1), text[:match.start()], text[match.end():].strip()))
        assert len(self.parts) == count, output

    def __getitem__(self, n):
        state, log, text = self.parts[n]
        if state == "failed":
            raise Failed(f"command {n}: {text}\n{log}")
        return text

    def log(self, n):
        """The log lines while the n-th command ran."""
        return self.parts[n][1]

    def failed(self, n):
        return self.parts[n][0] == "failed"


def number(text):
    """The value of a 'reg' line: 'pc (/32): 0x400d1234'."""
    return int(re.search(r"0x([0-9a-fA-F]+)", text).group(1), 16)


def words(text):
    """The values of the lines of mdw, mdh, mdb."""
    values = []
    for line in text.splitlines():
        values += [int(v, 16) for v in line.split(":", 1)[1].split()]
    return values


def demo(kind):
    """The build directory of the sample programs for the kind."""
    return BUILD / "sim/rom" / kind.demo


def sample_flash(kind, path):
    """Writes a flash with the sample bootloader, partition table and app, at the places that its build says."""
    content = bytearray(b"\xff" * kind.flash_size)
    for offset, name in json.loads((demo(kind) / "flasher_args.json").read_text())["flash_files"].items():
        data = (demo(kind) / name).read_bytes()
        content[int(offset, 16):int(offset, 16) + len(data)] = data
    path.write_bytes(content)
    return path


def symbols(kind):
    """Name -> (address, size) of the sample app."""
    out = subprocess.run([TOOLS + "nm", "-S", str(demo(kind) / "app.elf")], check=True, text=True,
                         stdout=subprocess.PIPE).stdout
    found = {}
    for line in out.splitlines():
        parts = line.split()
        if len(parts) >= 3:
            found[parts[-1]] = (int(parts[0], 16), int(parts[1], 16) if len(parts) == 4 else 0)
    return found


def instructions(kind, function):
    """Addresses of the instructions of a function of the sample app, in order, with their texts. Only from its symbol on:
    the literals before it are no code."""
    address, size = symbols(kind)[function]
    out = subprocess.run([TOOLS + "objdump", "-d", f"--start-address={address}", f"--stop-address={address + size}",
                          str(demo(kind) / "app.elf")], check=True, text=True, stdout=subprocess.PIPE).stdout
    return [(int(m.group(1), 16), m.group(2)) for m in re.finditer(r"^\s*([0-9a-f]+):\t[0-9a-f ]+\t(.*)$", out, re.M)]
