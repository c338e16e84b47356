# SPDX-License-Identifier: Apache-2.0
"""The virtual ESP32-S3 boards boot the sample build: a quad flash, and an octal one that the bootloader leaves in OPI DTR."""
import re

import pytest
from rig import BUILD

FILES = {0x0: "bootloader/bootloader.bin", 0x8000: "partition_table/partition-table.bin", 0xD000: "ota_data_initial.bin",
         0x10000: "app.bin"}
BOARDS = {"esp32s3-n8": 8, "esp32s3-n32r16v": 32}  # flash in MB


@pytest.fixture(params=BOARDS)
def board(request, tmp_path):
    """A board's name, and its flash with the sample build, put there byte by byte."""
    build = BUILD / "sim/rom/demo-esp32s3"
    if not (build / "app.bin").exists():
        pytest.skip("the samples were not built (no cross compiler)")
    content = bytearray(b"\xff" * (BOARDS[request.param] << 20))
    for offset, name in FILES.items():
        data = (build / name).read_bytes()
        content[offset:offset + len(data)] = data
    path = tmp_path / "flash.bin"
    path.write_bytes(content)
    return request.param, path


def test_it_boots(espocd, board):
    name, flash = board
    said = espocd("sim", "--board", name, "--flash", flash, "--uart", "-", "--run", "700").out
    assert "rst:0x1 (POWERON),boot:0x8 (SPI_FAST_FLASH_BOOT)" in said
    assert "running from flash offset 0x10000" in said
    beats = re.findall(r"heartbeat (\d+) .* core1=(\d+)", said)
    assert [int(n) for n, _ in beats] == list(range(1, len(beats) + 1)) and len(beats) >= 3
    assert int(beats[-1][1]) > int(beats[0][1])  # the second core works


def test_it_boots_again_after_a_reset(espocd, board, tmp_path):
    """A reset of the chip leaves an octal flash in OPI DTR; the ROM finds it there and brings it back."""
    name, flash = board
    uart = tmp_path / "uart.txt"
    espocd(f"--sim={name}", "--sim-flash", flash, f"--sim-uart={uart}", "-f", "target/esp32s3.cfg", "-c",
           "init; sleep 500; reset run; sleep 600; shutdown")
    said = uart.read_text()
    assert "rst:0x3 (RTC_SW_SYS_RST)" in said
    assert said.count("running from flash offset 0x10000") == 2 and said.count("heartbeat 2 ") == 2


def test_the_flash_is_read_at_the_clock_of_a_reset(espocd, board, tmp_path):
    """The cores run from half the crystal then, and are too slow for the debugger now and then: what it repeats does not
    make the agent do a job twice, or wait for one that it has done."""
    name, flash = board
    before, out = flash.read_bytes(), tmp_path / "out.bin"
    size = 0x40000
    espocd(f"--sim={name}", "--sim-flash", flash, "-f", "target/esp32s3.cfg", "-c",
           f"init; reset halt; flash probe 0; flash read_bank 0 {out} 0 {size}; shutdown")
    assert out.read_bytes() == before[:size]
    assert flash.read_bytes() == before
