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
    (["--flash-part", "W25Q65"], 1, "there is no virtual flash chip 'W25Q65'; there are: W25Q80DV"),
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
