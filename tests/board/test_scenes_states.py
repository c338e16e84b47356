# SPDX-License-Identifier: Apache-2.0
"""Boards whose flash chip was left in some state, whose flash does not answer, or whose chip sleeps."""
import re

import flashfile as ff
import pytest
from rig import BUILD
from scene import Scene
from test_scenes_report_a import BOOTED, build, contents

# A state that a flash is left in -> a part that knows it, and the words in which it is said.
STATES = {
    "qpi": ("W25Q64FV", "QPI"),
    "4-byte": ("W25Q256JV", "JEDEC id ef4019, 32768 KB by"),
    "extended-address": ("W25Q256JV", "JEDEC id ef4019, 32768 KB by"),
    "continuous-read": ("W25Q64JV", "continuous"),
    "deep-power-down": ("W25Q64JV", "asleep"),
    "erase-running": ("W25Q64JV", "was found busy"),
    "erase-suspended": ("W25Q64JV", "suspended"),
    "program-suspended": ("W25Q64JV", "suspended"),
    "write-enabled": ("W25Q64JV", "write enable"),
    "protected-blocks": ("W25Q64JV", "write-protected"),
    "protected-all": ("GD25Q64C", "write-protected"),
    "block-locks": ("W25Q64JV", "write-protected by the locks"),
    "qe-clear": ("GD25Q64E", "JEDEC id c84017, 8192 KB by"),
    "qe-set": ("W25Q64JV", "JEDEC id ef4017, 8192 KB by"),
}
# Each job sets addresses as it needs them and uses no line that QE decides about: nothing is odd, and nothing is said.
NOTHING_ODD = {"4-byte", "extended-address", "qe-clear", "qe-set"}
ENDED_BY_THE_BOOT_ROM = {"continuous-read"}  # which reads the flash before anybody can look
PARTS_MB = {"W25Q256JV": 32}


@pytest.fixture
def data(tmp_path):
    path = tmp_path / "data.bin"
    path.write_bytes(b"\x01" + ff.noise(9999, 77))
    return path


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("when, wait", [("", 0), ("@450", 500)], ids=["at power-on", "while the app runs"])
def test_a_flash_in_a_state(tmp_path, data, state, when, wait):
    part, words = STATES[state]
    size_mb = PARTS_MB.get(part, 8)
    files, new = build(0xE000), data.read_bytes()
    content = ff.flash(size_mb << 20, {at: path.read_bytes() for at, path in files.items()})
    board = Scene(tmp_path / "flash.bin", options=["--sim-flash-part", part, "--sim-flash-state", state + when])
    board.flash.write_bytes(content)
    found = board.map("--quick", wait=wait)
    assert found["size"] == size_mb << 20 and found["boots"]["kind"] == "app"
    assert [int(t["offset"], 0) for t in found["partition_tables"]] == [0xE000]
    assert board.flash.read_bytes() == content
    doctor = board.run("doctor", *board.sim(), status=(0, 1)).out
    assert re.search(rf"^good  flash .* {size_mb} MB by", doctor, re.M), doctor
    said = board.tcl(f"init; sleep {wait}; halt", "flash probe 0", "resume", f"program_esp {data} 0x400000 verify reset exit").err
    assert "** Verify OK **" in said and "Error" not in said
    assert ("it was found" in said or "write-protected" in said) == (
        state not in NOTHING_ODD and (bool(when) or state not in ENDED_BY_THE_BOOT_ROM)), said
    assert words in said or (state in ENDED_BY_THE_BOOT_ROM and not when)
    assert board.flash.read_bytes() == ff.flash(size_mb << 20, {0: content, 0x400000: new})
    board.options = ["--sim-flash-part", part]  # the chip has lost its power since
    assert BOOTED.search(board.boot(400))


def test_a_lock_that_only_the_pin_opens(tmp_path, data):
    """What cannot be written is not written, and the pin is named."""
    board = Scene(tmp_path / "flash.bin", options=["--sim-flash-part", "GD25Q64C", "--sim-flash-state", "protected-pin"])
    content = contents(build(0xE000))
    board.flash.write_bytes(content)
    assert board.map(wait=500)["boots"]["kind"] == "app"
    said = board.tcl(f"program_esp {data} 0x400000 verify exit", status=1).err
    assert "protect" in said and "WP" in said and board.flash.read_bytes() == content


NO_FLASH = {"lines-low": ["--sim-flash-state", "lines-low"], "lines-high": ["--sim-flash-state", "lines-high"],
            "absent": ["--sim-fault", "flash-absent"]}


@pytest.mark.parametrize("how", NO_FLASH)
def test_no_flash(tmp_path, data, how):
    """Nothing answers: said once, with the pins to look at; the cores can be debugged all the same."""
    board = Scene(tmp_path / "flash.bin", options=NO_FLASH[how])
    for args in (["map", *board.sim()], ["doctor", *board.sim()]):
        result = board.run(*args, status=1)
        said = " ".join((result.out + result.err).split())
        assert "no flash answers" in said and "CLK GPIO6" in said
    said = board.tcl("init; reset halt", "catch {flash probe 0}", "flash banks", "reg pc", "step", "reset run", "shutdown").err
    assert re.search(r"pc \(/32\): 0x40000400", said) and "#0 : esp32.cpu0.flash" in said
    assert "no flash answers" in board.tcl(f"program_esp {data} 0x10000 verify reset exit", status=1).err


# --- sleep: the sample sleeps lightly for 200 ms, is awake for 100, sleeps deeply for 400 ---

SLEEPERS = {"esp32-wrover": ("esp32", 0x1000), "esp32s3-n8": ("esp32s3", 0), "esp32s3-n32r16v": ("esp32s3", 0), "esp32c3-n4": ("esp32c3", 0)}


def sleeping_board(tmp_path, name):
    chip, offset = SLEEPERS[name]
    sample = BUILD / f"sim/rom/{chip}_sleeper.elf"
    if not sample.exists():
        pytest.skip("the samples were not built (no cross compiler)")
    board = Scene(tmp_path / "flash.bin", name)
    board.run("flash", *board.sim(), f"{sample}@{offset:#x}")
    return board


@pytest.mark.parametrize("name", SLEEPERS)
@pytest.mark.parametrize("wait, asleep", [(150, "light sleep"), (290, None), (450, "deep sleep"), (1200, None)])
def test_a_chip_that_sleeps(tmp_path, data, name, wait, asleep):
    board = sleeping_board(tmp_path, name)
    before = board.flash.read_bytes()
    seen = board.run("map", *board.sim(), "--wait", wait).out
    for core in ("cpu0",) if name == "esp32c3-n4" else ("cpu0", "cpu1"):
        reason = re.search(rf"^{core} was unavailable:((?:.|\n  )*)$", seen, re.M)
        assert bool(reason) == (f"{core} unavailable" in seen.splitlines()[0]) and (reason or not asleep), seen
        if reason:
            assert (asleep or "sleep") in " ".join(reason[1].split()), seen
            assert all(len(line) <= 80 for line in reason[0].splitlines()), seen
    assert board.map(wait=wait)["size"] == len(before)
    said = board.tcl(f"init; sleep {wait}; poll; halt 1000", "flash probe 0", "targets", "reset halt", "flash probe 0",
                     "shutdown").err
    assert (f"the chip is in {asleep}" in said or f"it is in {asleep}" in said) if asleep else True
    assert said.count(f"flash '{SLEEPERS[name][0]}' found at 0x00000000") >= 1 and board.flash.read_bytes() == before
    said = board.tcl(f"init; sleep {wait}", f"program_esp {data} 0x3f0000 verify reset exit").err
    assert "** Verify OK **" in said and board.flash.read_bytes()[0x3F0000:0x3F0000 + 10000] == data.read_bytes()


@pytest.mark.parametrize("name", SLEEPERS)
def test_doctor_says_that_it_sleeps(tmp_path, name):
    board = sleeping_board(tmp_path, name)
    said = " ".join(board.run("doctor", *board.sim(), status=(0, 1)).out.split())
    assert re.search(r"note cores cpu0 could not be reached at first: .* (light|deep) sleep", said) and "'reset halt'" in said
