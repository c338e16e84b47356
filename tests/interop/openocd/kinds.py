# SPDX-License-Identifier: Apache-2.0
"""What differs between the boards that OpenOCD drives: names, places, and values that a chip of that kind has."""
import dataclasses
import subprocess


@dataclasses.dataclass(frozen=True)
class Kind:
    board: str  # of "espocd sim"
    chip: str  # of OpenOCD's target/CHIP.cfg, and of its targets
    demo: str  # the build of the sample bootloader and app
    flash_size: int
    memories: tuple  # (name, address): each takes words, halfwords and bytes through OpenOCD
    alias: tuple  # two addresses of one word
    images: tuple  # addresses in data and in instruction RAM that take 64 KB
    iram: int  # where a loop of the tests is put
    reset_state: int  # RTC_CNTL_RESET_STATE: both cores start in ROM
    strap: tuple  # GPIO_STRAP, and its value on this board
    store: int  # RTC_CNTL_STORE0: keeps what is written
    mac: tuple  # the two eFuse words of the MAC, and their values under a mask
    magic: tuple  # a word of the ROM by which tools know the chip
    registers: int  # in OpenOCD's list
    user_registers: tuple  # that only this core has, and that take 32 bits
    sleeping: str  # state of core 1 that nobody has started

    def core(self, n):
        return f"{self.chip}.cpu{n}"


ESP32 = Kind(
    board="esp32-wrover", chip="esp32", demo="demo-8000", flash_size=8 << 20,
    memories=(("DRAM, SRAM2", 0x3FFB0000), ("DRAM, SRAM1", 0x3FFE8000), ("IRAM, SRAM0", 0x40080000),
              ("IRAM, SRAM0 behind the cache", 0x40078000), ("RTC slow", 0x50000000),
              ("RTC fast, instruction bus", 0x400C0000), ("RTC fast, data bus", 0x3FF80000)),
    alias=(0x400C0010, 0x3FF80010), images=(0x3FFB0000, 0x40080000), iram=0x40080000,
    reset_state=0x3FF48034, strap=(0x3FF44038, 0x13), store=0x3FF4804C,
    mac=(0x3FF5A004, 0x5E005301, 0x0000), magic=(0x40001000, 0x00F01D83), registers=105,
    user_registers=("expstate", "f64r_lo", "f64r_hi"), sleeping="reset")

# magic: esptool, targets/esp32s3.py.
ESP32S3_N8 = Kind(
    board="esp32s3-n8", chip="esp32s3", demo="demo-esp32s3", flash_size=8 << 20,
    memories=(("DRAM, SRAM1", 0x3FC90000), ("DRAM, SRAM2", 0x3FCF0000), ("IRAM, SRAM1", 0x403A0000),
              ("IRAM, SRAM0", 0x40374000), ("RTC slow", 0x50000000), ("RTC fast", 0x600FE000)),
    alias=(0x40380010, 0x3FC90010), images=(0x3FC90000, 0x40380000), iram=0x40380000,
    reset_state=0x60008038, strap=(0x60004038, 0x08), store=0x60008050,
    mac=(0x60007044, 0x5E005303, 0x0000), magic=(0x40001000, 0x00000009), registers=128,
    user_registers=(), sleeping="reset")
ESP32S3_N32R16V = dataclasses.replace(ESP32S3_N8, board="esp32s3-n32r16v", flash_size=32 << 20,
                                      mac=(0x60007044, 0x5E005304, 0x0000))


# Boards that OpenOCD, which has no file for their chip, drives by its generic RISC-V target: tests/interop/openocd_riscv.
GENERIC = ("esp32c3-n4",)


def present(espocd):
    """The kinds whose board this espocd has: it says so itself."""
    listed = subprocess.run([str(espocd), "sim", "--board", "list"], check=True, text=True,
                            stdout=subprocess.PIPE).stdout
    names = [line.split()[0] for line in listed.splitlines() if line.split()[0] not in GENERIC]
    known = {kind.board: kind for kind in (ESP32, ESP32S3_N8, ESP32S3_N32R16V)}
    assert set(names) <= set(known), f"no kind here for {set(names) - set(known)}: OpenOCD is to drive every board"
    return [known[name] for name in names]
