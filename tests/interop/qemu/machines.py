# SPDX-License-Identifier: Apache-2.0
"""The two machines that run an image: a packaged QEMU core, and the interpreter of the virtual boards (lx6run)."""
import os

import socket
import struct
import subprocess

import time

from rsp import Rsp
from sequences import Features

# QEMU core: where its machine "sim" has memory, and what it has in common with the ESP32's core (its core-isa.h).
CORES = {
    "de212": (0x60001000, Features(loops=True, mac16=True, s32c1i=True, div=True, mul32=True, atomctl=True, regions=True)),
    "dc233c": (0x00010000, Features(loops=True, mac16=True, s32c1i=True, div=True, mul32=True, threadptr=True, atomctl=True)),
    "de233_fpu": (0x00010000, Features(loops=True, mac16=True, s32c1i=True, div=True, mul32=True, threadptr=True,
                                       bools=True, fp=True, atomctl=True)),
    "test_mmuhifi_c3": (0xD0001000, Features(loops=True, s32c1i=True, mul32=True, threadptr=True, bools=True)),
}


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Qemu:
    def __init__(self, core):
        self.port = free_port()
        self.process = subprocess.Popen(
            ["qemu-system-xtensa", "-M", "sim", "-cpu", core, "-m", "64M", "-nographic", "-monitor", "none", "-serial", "none",
             # time by instructions: a busy host does not let a match of CCOMPARE pass before it is set
             "-icount", "shift=4,sleep=off", "-S", "-gdb", f"tcp:127.0.0.1:{self.port}"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE)
        for _ in range(100):
            try:
                self.rsp = Rsp(self.port)
                return
            except OSError:
                time.sleep(0.1)
        raise RuntimeError("QEMU did not open its GDB port")

    def run(self, base, image, start, stop, at, length):
        self.rsp.write(base, image)
        why = self.rsp.run(start, stop)
        assert why.startswith("T05") or why.startswith("S05"), why
        return self.rsp.read(at, length)

    def close(self):
        self.rsp.close()
        self.process.kill()
        self.process.wait()


def lx6run_path():
    build = os.environ.get("ESPOCD_BUILD", "build")
    return os.path.join(build, "tests", "interop", "lx6run", "lx6run")


def lx6run(base, image, start, stop, at, length, instructions, setup=()):
    """The same image on the interpreter of the virtual boards."""
    pages = (len(image) + 0xFFF) // 0x1000 * 0x1000 + 0x1000
    first = base & ~0xFFF
    script = list(setup) + [f"map {first:#x} {pages + 0x1000:#x}"]
    script += [f"mem {base + i:#x} {image[i:i + 1024].hex()}" for i in range(0, len(image), 1024)]
    script += ["reg atomctl 0x15", f"reg pc {start:#x}", f"until {stop:#x} {instructions}"]
    script += [f"dumpmem {at + i:#x} {min(4096, length - i)}" for i in range(0, length, 4096)]
    done = subprocess.run([lx6run_path()], input="\n".join(script) + "\n", capture_output=True, text=True, check=True, timeout=300)
    lines = done.stdout.splitlines()
    assert lines[0].startswith("stop addr"), lines[0] + done.stderr[-500:]
    return b"".join(bytes.fromhex(line.split()[2]) for line in lines[1:])
