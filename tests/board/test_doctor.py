# SPDX-License-Identifier: Apache-2.0
"""espocd doctor on virtual boards in good and in bad states. The host's side is in tests/services/test_doctor_host.c."""
import json
import re
import subprocess

import pytest
from rig import BUILD, PROGRAM


@pytest.fixture
def flash(espocd, build_dir, tmp_path):
    path = tmp_path / "flash.bin"
    espocd("flash", "--sim", "--sim-flash", path, build_dir)
    return path


def verdicts(espocd, *args, status=0):
    """{subject: [(verdict, what was seen, remedy)]}"""
    told = json.loads(espocd("doctor", "--json", *args, status=status).out)
    by_subject = {}
    for v in told["verdicts"]:
        by_subject.setdefault(v["subject"], []).append((v["verdict"], v["seen"], v.get("remedy")))
    counted = [v["verdict"] for v in told["verdicts"]]
    assert (counted.count("bad"), counted.count("note")) == (told["bad"], told["notes"])
    assert all(v["verdict"] == "good" or v.get("remedy") or v["subject"] in ("adapter", "chip", "flash") for v in told["verdicts"])
    return by_subject


def test_a_good_board(espocd, flash):
    before = flash.read_bytes()
    found = verdicts(espocd, "--sim", "--sim-flash", flash)
    assert all(verdict != "bad" for rows in found.values() for verdict, _, _ in rows)
    assert found["chip"] == [("good", "ESP32 v3.0, MAC 00:00:5e:00:53:01", None)]
    assert [seen for _, seen, _ in found["chain"]] == ["esp32.tap0, IDCODE 0x120034e5", "esp32.tap1, IDCODE 0x120034e5"]
    assert found["resets"] == [("good", "no loop of resets within 800 ms", None)]
    assert found["flash"][0][:2] == ("good", "Winbond, JEDEC id ef4017, 8 MB by JEDEC id and SFDP")
    assert "0x20000 boots" in found["layout"][0][1]
    assert flash.read_bytes() == before


def test_the_program_goes_on_with_its_watchdog(espocd, flash, tmp_path):
    """Nothing is changed: the program's heartbeat goes on behind it."""
    uart = tmp_path / "uart.txt"
    espocd("doctor", "--sim", "--sim-flash", flash, "--sim-uart", uart, "--sim-run", "500")
    beats = re.findall(r"heartbeat (\d+) ", uart.read_text())
    assert len(beats) >= 8 and beats == [str(i + 1) for i in range(len(beats))]


def test_a_blank_board(espocd):
    found = verdicts(espocd, "--sim", status=1)
    (kind, seen, _), = found["resets"]
    assert kind == "bad" and re.match(r"the chip was reset [23] times within 800 ms", seen)
    assert ("bad", "the flash is blank") in [row[:2] for row in found["layout"]]
    assert any("atch dog" in seen for _, seen, _ in found["cores"])


def test_pins_that_ask_for_download(espocd):
    server = subprocess.Popen([PROGRAM, "sim", "--rbb", "0", "--strapping", "0x02"], stdout=subprocess.PIPE, text=True)
    try:
        port = re.search(r"port (\d+)", server.stdout.readline())[1]
        adapter = f"adapter driver remote_bitbang; remote_bitbang host 127.0.0.1; remote_bitbang port {port}"
        found = verdicts(espocd, "-c", adapter, "-f", "target/esp32.cfg", status=1)
    finally:
        server.terminate()
        server.wait(timeout=30)
    (kind, seen, remedy), = found["pins"]
    assert kind == "bad" and "the serial download mode" in seen and "GPIO0" in remedy
    assert found["adapter"] == [("good", "remote_bitbang", None)]


@pytest.mark.parametrize("fault, subject, words", [
    ("tdo-low", "adapter", "TDO reads only zeros"), ("tdo-high", "adapter", "TDO"), ("held-reset", "adapter", "EN")])
def test_nobody_there(espocd, fault, subject, words):
    found = verdicts(espocd, "--sim", "--sim-fault", fault, status=3)
    (kind, seen, _), = found[subject]
    assert kind == "bad" and words in seen
    assert "chip" not in found and "flash" not in found


def test_no_flash(espocd):
    found = verdicts(espocd, "--sim", "--sim-fault", "flash-absent", status=1)
    (kind, seen, _), = found["flash"]
    assert kind == "bad" and "no flash answers" in seen and "pins" in seen
    assert "layout" not in found and found["chip"][0][0] == "good"


def test_a_flash_that_is_protected_and_asleep(espocd):
    found = verdicts(espocd, "--sim", "--sim-flash-state", "protected-all,deep-power-down@700", status=1)
    seen = [seen for _, seen, _ in found["flash"]]
    assert any("0x000000 to 0x7FFFFF are write-protected by" in s for s in seen), seen
    assert any("asleep" in s for s in seen), seen


def test_an_octal_flash_under_a_program(espocd, tmp_path):
    """The bootloader leaves it in OPI DTR for the program, and so it is found."""
    flash, build = tmp_path / "flash.bin", BUILD / "sim/rom/demo-esp32s3"
    board = ["--chip", "esp32s3", "--sim=esp32s3-n32r16v", "--sim-flash", flash]
    espocd("flash", *board, build)
    found = verdicts(espocd, *board)
    assert found["flash"][0][1].startswith("Macronix, JEDEC id c28039, 32 MB")
    assert "OPI DTR" in found["flash"][1][1]
    assert "0x10000 boots" in found["layout"][0][1]


def test_efuses(espocd):
    found = verdicts(espocd, "--sim", "--sim-efuse", "FLASH_CRYPT_CNT=1,UART_DOWNLOAD_DIS=1", status=1)
    seen = [seen for _, seen, _ in found["eFuses"]]
    assert any("flash encryption is on" in s for s in seen) and any("serial download mode is switched off" in s for s in seen)


S3_SETTINGS = {"SPI_BOOT_CRYPT_CNT=1": "flash encryption is on", "SPI_BOOT_CRYPT_CNT=7": "flash encryption is on",
               "SECURE_BOOT_EN=1": "secure boot is on", "DIS_PAD_JTAG=1": "JTAG is switched off by eFuse, in part",
               "DIS_USB_JTAG=1": "JTAG is switched off by eFuse, in part",
               "DIS_USB_SERIAL_JTAG=1": "JTAG is switched off by eFuse, in part",
               "DIS_DOWNLOAD_MODE=1": "serial download mode is switched off",
               "ENABLE_SECURITY_DOWNLOAD=1": "serial download mode is limited", "DIS_APP_CPU=1": "second core is switched off",
               "SPI_BOOT_CRYPT_CNT=3": None, "SOFT_DIS_JTAG=3": None, "DIS_DIRECT_BOOT=1": None}


@pytest.mark.parametrize("burnt", S3_SETTINGS)
def test_efuses_of_the_esp32s3(espocd, burnt):
    """Each of them alone: said, and nothing else is; one that does not matter here, or is even again, is not."""
    found = verdicts(espocd, "--sim=esp32s3-n8", "--sim-efuse", burnt, status=1)
    seen = [seen for _, seen, _ in found["eFuses"]]
    wanted = S3_SETTINGS[burnt] or "flash encryption, secure boot off; JTAG, serial download on"
    assert len(seen) == 1 and wanted in seen[0]


C3_SETTINGS = {"SPI_BOOT_CRYPT_CNT=1": "flash encryption is on", "SECURE_BOOT_EN=1": "secure boot is on",
               "DIS_PAD_JTAG=1": "JTAG is switched off by eFuse, in part", "DIS_DOWNLOAD_MODE=1": "serial download mode is switched off",
               "SPI_BOOT_CRYPT_CNT=3": None}


@pytest.mark.parametrize("burnt", C3_SETTINGS)
def test_efuses_of_the_esp32c3(espocd, burnt):
    found = verdicts(espocd, "--sim=esp32c3-n4", "--sim-efuse", burnt, status=1)
    seen = [seen for _, seen, _ in found["eFuses"]]
    assert len(seen) == 1 and (C3_SETTINGS[burnt] or "flash encryption, secure boot off; JTAG, serial download on") in seen[0]


def test_a_blank_esp32c3(espocd):
    found = verdicts(espocd, "--sim=esp32c3-n4", status=1)
    assert found["chain"] == [("good", "esp32c3.tap0, IDCODE 0x00005c25", None)]
    assert found["chip"][0][:2] == ("good", "ESP32-C3 v0.4, MAC 00:00:5e:00:53:05")
    assert found["flash"][0][:2] == ("good", "Winbond, JEDEC id ef4016, 4 MB by JEDEC id and SFDP")
    assert found["pins"][0][:2] == ("good", "the strapping pins asked for booting from flash (GPIO9 was high)")
    assert re.match(r"the chip was reset [23] times within 800 ms", found["resets"][0][1])
    assert ("bad", "at 0x0: the flash is blank where ESP32-C3 looks for its bootloader") in [row[:2] for row in found["layout"]]


@pytest.mark.parametrize("board, burnt", [
    ("esp32s3-n8", "SOFT_DIS_JTAG=1"), ("esp32s3-n8", "SOFT_DIS_JTAG=7"), ("esp32s3-n8", "DIS_PAD_JTAG=1,DIS_USB_JTAG=1"),
    ("esp32s3-n8", "DIS_PAD_JTAG=1,DIS_USB_SERIAL_JTAG=1"), ("esp32c3-n4", "DIS_PAD_JTAG=1,DIS_USB_JTAG=1")])
def test_a_chip_whose_jtag_is_off_for_good(espocd, board, burnt):
    found = verdicts(espocd, f"--sim={board}", "--sim-efuse", burnt, status=3)
    kind, seen, _ = found["adapter"][-1]
    assert kind == "bad" and "no TAP answers" in seen and "JTAG is switched off by eFuse" in seen
    config = f"board/{board.split('-')[0]}-builtin.cfg"
    said = espocd(f"--sim={board}", "--sim-efuse", burnt, "-f", config, "-c", "init", status=3).err
    assert "no TAP answers" in said and "switched off by eFuse" in said


def test_without_an_adapter_the_host_is_looked_at(espocd):
    result = espocd("doctor")
    assert re.search(r"^note  adapter   none was named", result.out, re.M) and "gdb" in result.out
    for line in espocd("doctor", "--sim", status=1).out.splitlines():
        assert len(line) <= 80, line
