# SPDX-License-Identifier: Apache-2.0
"""The flash of a virtual board replaced, and found in a state."""
import pytest
from rig import BUILD


def test_the_parts_are_listed(espocd):
    lines = espocd("sim", "--flash-part", "list").out.splitlines()
    assert len(lines) > 60
    assert any(line.split()[:5] == ["MX25UM25645G", "Macronix", "C2", "80", "39"] and line.endswith("32 MB") for line in lines)


@pytest.mark.parametrize("args", [["--help"], ["-f", "x", "--help"], ["flash", "--help"], ["sim", "--help"]])
def test_help_names_the_states(espocd, args):
    text = espocd(*args).out
    for state in ("qpi", "opi-str", "opi-dtr", "deep-power-down", "erase-suspended", "protected-all", "qe-clear"):
        assert state in text


@pytest.mark.parametrize("args, status, says", [
    (["--flash-state", "opi-dtr"], 1, "a W25Q64JV cannot be found in the state 'opi-dtr'"),
    (["--flash-state", "opi-dtr@5"], 1, "a W25Q64JV cannot be found in the state 'opi-dtr'"),
    (["--flash-state", "nonsense"], 2, "a virtual flash has no state 'nonsense'; it has: qpi"),
    (["--flash-state", "qpi@soon"], 2, "'soon' is no number of milliseconds"),
    (["--flash-part", "W25Q65"], 2, "there is no virtual flash chip 'W25Q65'; there are: W25Q80DV"),
])
def test_what_cannot_be_is_said(espocd, args, status, says):
    assert says in espocd("sim", "--run", "1", *args, status=status).err


@pytest.mark.parametrize("part, size", [("GD25Q80C", 1), ("P25Q16H", 2), ("IS25LP128", 16), ("W25Q256JV", 32), ("MX25UM25645G", 32)])
def test_a_board_with_another_part_keeps_its_content(espocd, tmp_path, part, size):
    espocd("sim", "--run", "5", "--flash-part", part, "--flash", tmp_path / "flash.bin")
    assert (tmp_path / "flash.bin").stat().st_size == size << 20


def test_a_board_boots_from_another_part(espocd, tmp_path):
    result = espocd("flash", "--sim", "--sim-flash-part", "GD25Q64E", "--sim-uart", "-", BUILD / "sim/rom/demo-8000", cwd=tmp_path)
    assert "espocd_sample" in result.out


def test_the_states_belong_to_a_board(espocd, tmp_path):
    (tmp_path / "x").write_bytes(b"x")
    assert "add --sim" in espocd("flash", "--sim-flash-state", "qpi", "x@0", status=2, cwd=tmp_path).err


# --- write protection ---

CHIPS = {"esp32-wrover": "esp32", "esp32s3-n8": "esp32s3", "esp32c3-n4": "esp32c3"}
PART = ["--sim-flash-part", "W25Q64JV"]  # 8 MB, on each of them
PROTECTED = {"protected-all": (0x10000, "0x000000 to 0x7fffff", "BP2..0 = 7"),
             "protected-blocks": (0x600000, "0x400000 to 0x7fffff", "BP2..0 = 6")}
DATA = bytes(range(1, 251)) * 20


@pytest.fixture(params=[(board, state) for board in CHIPS for state in PROTECTED], ids="-".join)
def protected(request, tmp_path, espocd):
    """A board whose flash holds DATA in a range that is protected: how to run a command on it, the range, what is said."""
    board, state = request.param
    offset, extent, by = PROTECTED[state]
    flash = tmp_path / "flash.bin"
    content = bytearray(b"\xff" * (8 << 20))
    content[offset:offset + len(DATA)] = DATA
    flash.write_bytes(content)
    (tmp_path / "new").write_bytes(DATA[::-1])

    def run(command, *args, status=0):
        return espocd(command, "--chip", CHIPS[board], f"--sim={board}", *PART, "--sim-flash", flash, "--sim-flash-state", state, *args,
                      cwd=tmp_path, status=status)

    return run, flash, offset, f"{extent} of the flash are write-protected by {by}", f"{extent} ({by}) was taken off"


def test_flash_asks_before_it_takes_protection_off(protected):
    run, flash, offset, refused, taken_off = protected
    before = flash.read_bytes()
    args = ["--force", f"new@{offset:#x}"]
    said = run("flash", *args, status=1).err
    assert refused in said and "nothing was changed. Give --unprotect to clear it" in said
    assert flash.read_bytes() == before
    assert taken_off in run("flash", "--unprotect", *args).err
    after = flash.read_bytes()
    assert after[offset:offset + len(DATA)] == DATA[::-1]
    assert after[:offset] == before[:offset] and after[offset + len(DATA):] == before[offset + len(DATA):]


def test_erase_asks_before_it_takes_protection_off(protected):
    run, flash, offset, refused, taken_off = protected
    before = flash.read_bytes()
    said = run("erase", f"{offset:#x}", "0x1000", status=1).err
    assert refused in said and "nothing was changed. Give --unprotect to clear it" in said
    assert flash.read_bytes() == before
    assert taken_off in run("erase", "--unprotect", f"{offset:#x}", "0x1000").err
    assert flash.read_bytes() == before[:offset] + b"\xff" * 0x1000 + before[offset + 0x1000:]


def test_what_is_not_protected_needs_no_asking(espocd, tmp_path):
    (tmp_path / "new").write_bytes(DATA)
    said = espocd("flash", "--sim", "--sim-flash", "f", "--sim-flash-state", "protected-blocks", "--force", "new@0x10000", cwd=tmp_path)
    assert "protect" not in said.err
    assert (tmp_path / "f").read_bytes()[0x10000:0x10000 + len(DATA)] == DATA


@pytest.mark.parametrize("config, board", [("board/esp32-wrover-kit-3.3v.cfg", "esp32-wrover"), ("board/esp32s3-builtin.cfg", "esp32s3-n8"),
                                           ("board/esp32c3-builtin.cfg", "esp32c3-n4")])
@pytest.mark.parametrize("state", PROTECTED)
def test_program_esp_takes_protection_off_and_says_so(espocd, tmp_path, config, board, state):
    offset, extent, by = PROTECTED[state]
    (tmp_path / "new").write_bytes(DATA)
    said = espocd(f"--sim={board}", *PART, "--sim-flash", "f", "--sim-flash-state", state, "-f", config, "-c", "gdb_port disabled", "-c",
                  f"program_esp new {offset:#x} verify exit", cwd=tmp_path).err
    assert f"Warn : flash: the write protection of {extent} ({by}) was taken off" in said
    assert "** Verify OK **" in said
    assert (tmp_path / "f").read_bytes()[offset:offset + len(DATA)] == DATA


def test_protection_that_a_pin_holds_stays(espocd, tmp_path):
    (tmp_path / "new").write_bytes(DATA)
    said = espocd("flash", "--sim", "--sim-flash-part", "W25Q64FV", "--sim-flash", "f", "--sim-flash-state", "protected-pin",
                  "--unprotect", "--force", "new@0x10000",
                  cwd=tmp_path, status=1).err
    assert "stays so: its WP pin or a lock bit holds the protection" in said and "nothing was changed" in said
    assert (tmp_path / "f").read_bytes() == b"\xff" * (8 << 20)
