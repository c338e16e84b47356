# SPDX-License-Identifier: Apache-2.0
"""The two machines that run an image: QEMU's board "virt", and the interpreter of the virtual boards (rv32run)."""
import os
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "qemu"))

from machines import free_port  # noqa: E402
from rsp import Rsp  # noqa: E402

BASE, CLINT = 0x80000000, 0x02000000
# RV32IMAC with machine and user mode. QEMU's PMP is there always, its triggers are those of the debug specification.
CPU = "rv32,h=off,f=off,d=off,s=off,mmu=off,zba=off,zbb=off,zbc=off,zbs=off"


class Qemu:
    def __init__(self, image_path):
        self.port, self.image_path = free_port(), image_path
        self.process = subprocess.Popen(
            ["qemu-system-riscv32", "-M", "virt", "-cpu", CPU, "-m", "64M", "-bios", "none", "-display", "none", "-monitor", "none",
             "-serial", "none", "-device", f"loader,file={image_path},addr={BASE:#x},force-raw=on", "-icount", "shift=4,sleep=off", "-S",
             "-gdb", f"tcp:127.0.0.1:{self.port}"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        for _ in range(200):
            try:
                self.rsp = Rsp(self.port)
                return
            except OSError:
                time.sleep(0.05)
        raise RuntimeError("QEMU did not open its GDB port")

    def run(self, start, stop, at, length):
        why = self.rsp.run(start, stop)
        assert why.startswith("T05") or why.startswith("S05"), why
        path = self.image_path + ".memory"  # by QEMU's monitor: megabytes in packets of the stub take seconds
        self.rsp.expect_ok("qRcmd," + f'pmemsave {at:#x} {length} "{path}"'.encode().hex())
        with open(path, "rb") as f:
            memory = f.read()
        assert len(memory) == length
        return memory

    def close(self):
        self.rsp.close()
        self.process.kill()
        self.process.wait()
        self.process.stderr.close()


def on_qemu(image_path, start, stop, at, length):
    machine = Qemu(image_path)
    try:
        return machine.run(start, stop, at, length)
    finally:
        machine.close()


def rv32run_path():
    return os.path.join(os.environ.get("ESPOCD_BUILD", "build"), "tests", "interop", "rv32run", "rv32run")


def on_rv32run(image_path, start, stop, at, length, instructions, slice_cycles, setup=()):
    """The same image on the interpreter of the virtual boards, in slices of so many cycles."""
    pages = (os.path.getsize(image_path) + 0xFFF) // 0x1000 * 0x1000 + 0x1000
    script = list(setup) + [f"map {BASE:#x} {pages:#x}", f"clint {CLINT:#x}", f"memfile {BASE:#x} {image_path}",
                            f"reg pc {start:#x}", f"until {stop:#x} {instructions} {slice_cycles}"]
    script += [f"dumpmem {at + i:#x} {min(4096, length - i)}" for i in range(0, length, 4096)]
    done = subprocess.run([rv32run_path()], input="\n".join(script) + "\n", capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr[-500:]
    lines = done.stdout.splitlines()
    assert lines[0].startswith("stop addr"), lines[0] + done.stderr[-500:]
    return b"".join(bytes.fromhex(line.split()[2]) for line in lines[1:])
