# SPDX-License-Identifier: Apache-2.0
"""A virtual board in some state, and everything that a user does first with a board: it may not fail, whatever the state."""
import json
import re

from rig import run_program

# What the tools before this one showed when they met a flash that they did not understand: numbers, and an end.
FORBIDDEN = re.compile(r"\(-\d|4294967|failed to get flash maps|auto_probe failed|size 0 KB", re.I)
HANGS_S = 60  # of the host; a command takes well under a second
CONFIG = {"esp32-wrover": ["-f", "interface/ftdi/esp32_devkitj_v1.cfg", "-f", "board/esp32-wrover-kit-3.3v.cfg"],
          "esp32s3-n8": ["-f", "board/esp32s3-builtin.cfg"], "esp32s3-n32r16v": ["-f", "board/esp32s3-builtin.cfg"],
          "esp32c3-n4": ["-f", "board/esp32c3-builtin.cfg"]}


class Scene:
    """One board: its flash file, and how else it is set up (options of --sim)."""

    hangs_s = HANGS_S

    def __init__(self, flash, board="esp32-wrover", options=()):
        self.flash, self.board, self.options = flash, board, list(options)

    def sim(self):
        return [f"--sim={self.board}", "--sim-flash", self.flash, *self.options]

    def run(self, *args, status=0):
        """One run of the program with this exit status (or one of these)."""
        result = run_program(*args, timeout=self.hangs_s)
        assert result.status in (status if isinstance(status, tuple) else (status,)), result
        assert not FORBIDDEN.search(result.out + result.err), result
        return result

    def tcl(self, *commands, status=0, options=()):
        args = [a for c in commands for a in ("-c", c)]
        return self.run(*self.sim(), *options, *CONFIG[self.board], "-c", "gdb_port disabled", *args, status=status)

    def program(self, path, offset, words=""):
        """One image, as the report of the bare board has it."""
        said = self.tcl(f"program_esp {path} {offset:#x} verify reset {words} exit").err
        assert "shutdown command invoked" in said and "Error" not in said, said
        assert ("** Verify OK **" in said) != ("** Existing flash content matches **" in said), said
        return said

    def map(self, *args, wait=0):
        """What espocd map says, for programs."""
        return json.loads(self.run("map", "--json", *self.sim(), "--wait", wait, *args).out)

    def boot(self, ms):
        """What the board prints on its serial port in so many milliseconds."""
        return self.tcl(f"init; reset run; sleep {ms}; shutdown", options=["--sim-uart"]).out

    def look(self, wait=0, size_mb=8):
        """Every first look at the board: none fails, none changes the flash. What map says."""
        before = self.flash.read_bytes() if self.flash.exists() else None
        said = self.tcl(f"init; sleep {wait}; halt", "flash probe 0", "flash banks", "resume", "reset halt", "flash probe 0",
                        "flash probe 1", "flash banks", "shutdown").err
        assert not re.search(r"^(Error|\*\* .*Failed)", said, re.M), said
        assert said.count("' found at 0x00000000") >= 2, said
        sizes = re.findall(r"^#0 : \S+ \(\w+\) at 0x00000000, size 0x(\w+)", said, re.M)
        assert [int(size, 16) for size in sizes] == [size_mb << 20] * 2, said
        doctor = self.run("doctor", "--json", *self.sim(), status=(0, 1))
        verdicts = json.loads(doctor.out)
        assert (doctor.status == 1) == (verdicts["bad"] > 0), doctor
        assert all(v["remedy"] for v in verdicts["verdicts"] if v["verdict"] == "bad"), doctor
        found = self.map(wait=wait)
        assert found["size"] == size_mb << 20
        at = 0
        for region in found["regions"]:  # they tile the flash
            assert int(region["offset"], 0) == at, found
            at += region["size"]
        assert at == found["size"]
        assert before is None or self.flash.read_bytes() == before
        return found


def offsets(regions):
    """{name: offset} of the partitions that map names."""
    return {r["name"]: int(r["offset"], 0) for r in regions if "name" in r}


def findings(found):
    return " ".join(f["seen"] for f in found["findings"])
