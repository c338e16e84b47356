# SPDX-License-Identifier: Apache-2.0
"""QEMU as the judge of the RISC-V interpreter: the same memory image on both, and the same memory afterwards.

The seed is printed, and the same in every run unless ESPOCD_SEED gives another number or "random".  What QEMU cannot judge: docs/decisions.
"""
import hashlib
import os
import pathlib
import random
import shutil
import struct
import subprocess
import sys

import pytest

sys.path.insert(0, os.path.dirname(__file__))

import rv32_image  # noqa: E402
import rv32_machines as machines  # noqa: E402
import rv32_pmp as pmp  # noqa: E402
import rv32_sequences as seq  # noqa: E402
import rv32_system as system  # noqa: E402

SEED = os.environ.get("ESPOCD_SEED", "2026")
if SEED == "random":
    SEED = str(random.SystemRandom().randrange(1 << 32))
IMAGES, SEQUENCES = 2, 1000
SYSTEM_IMAGES, SYSTEM_SEQUENCES = 1, 600
PMP_SEQUENCES = 300
CYCLES_AT_MOST = 50_000_000
HERE = os.path.dirname(__file__)
ROOT = os.path.abspath(os.path.join(HERE, "../../.."))


def initial(rng, generator, **more):
    init = {n: generator.value() for n in range(1, 32)}
    init["scratch"] = rng.randbytes(rv32_image.SCRATCH_BYTES)
    init.update(more)
    return init


def judge(image, tmp_path, rng, setup=()):
    blob, start, stop = image.finish()
    path = str(tmp_path / "image.bin")
    with open(path, "wb") as f:
        f.write(blob)
    theirs = machines.on_qemu(path, start, stop, image.frames_at, image.compared_length)
    slice_cycles = rng.choice([1, 7, 1000, 100_000])
    ours = machines.on_rv32run(path, start, stop, image.frames_at, image.compared_length, CYCLES_AT_MOST, slice_cycles, setup)
    wrong = image.differences(ours, theirs)
    text = "\n".join(f"sequence {i} at {image.entries[i][1]:#x}: {image.body(i).hex()}\n" + "\n".join(lines[:12])
                     for i, lines in list(wrong.items())[:3])
    assert not wrong, f"seed {SEED}, slices of {slice_cycles}: {len(wrong)} of {len(image.entries)} sequences end differently\n{text}"
    assert ours == theirs


@pytest.mark.parametrize("number", range(IMAGES))
def test_sequences(tmp_path, number):
    print(f"seed {SEED}")
    rng = random.Random(f"{SEED} rv32 {number}")
    image, generator = rv32_image.Image(), seq.Generator(rng)
    image.boot_more = pmp.REST
    for _ in range(SEQUENCES):
        is_machine = rng.randrange(3) != 0
        mstatus = rv32_image.MSTATUS_MPP if is_machine else 0
        image.add(generator.sequence(is_machine), initial(rng, generator, mstatus=mstatus, ends_at_any=True))
    judge(image, tmp_path, rng)


@pytest.mark.parametrize("number", range(SYSTEM_IMAGES))
def test_system(tmp_path, number):
    print(f"seed {SEED}")
    rng = random.Random(f"{SEED} rv32 system {number}")
    image, generator = rv32_image.Image(), system.System(rng)
    image.boot_more = pmp.REST
    for _ in range(SYSTEM_SEQUENCES):
        image.add(generator.sequence(), initial(rng, generator, mstatus=rv32_image.MSTATUS_MPP, ends_at_any=False))
    judge(image, tmp_path, rng)


@pytest.mark.parametrize("is_locked", [False, True], ids=["unlocked", "locked"])
def test_pmp(tmp_path, is_locked):
    print(f"seed {SEED}")
    rng = random.Random(f"{SEED} rv32 pmp {is_locked}")
    locked, code = pmp.lock_some(rng) if is_locked else ({}, b"")
    image, generator = rv32_image.Image(pmp.area(rng)), pmp.Pmp(rng, locked)
    image.boot_more = code
    for _ in range(PMP_SEQUENCES):
        image.add(generator.sequence(), initial(rng, generator, mstatus=rv32_image.MSTATUS_MPP, ends_at_any=False))
    judge(image, tmp_path, rng)


def compile_for_both(tmp_path, *args):
    """A program of rv32_start.S and what args name: its flat image and its symbols."""
    elf, flat = str(tmp_path / "programs.elf"), str(tmp_path / "programs.bin")
    subprocess.run(["riscv64-unknown-elf-gcc", "-mabi=ilp32", "-nostdlib", "-ffreestanding", "-static",
                    f"-Wl,-Ttext={machines.BASE:#x}", "-Wl,-e,_start", os.path.join(HERE, "rv32_start.S"), *args, "-lgcc",
                    "-o", elf], check=True)
    subprocess.run(["riscv64-unknown-elf-objcopy", "-O", "binary", elf, flat], check=True)
    names = subprocess.run(["riscv64-unknown-elf-nm", elf], check=True, capture_output=True, text=True).stdout
    symbols = {line.split()[2]: int(line.split()[0], 16) for line in names.splitlines() if len(line.split()) == 3}
    with open(flat, "ab") as f:
        f.write(bytes(symbols["stack_top"] - machines.BASE - os.path.getsize(flat)))
    return flat, symbols


@pytest.mark.skipif(not shutil.which("riscv64-unknown-elf-gcc"), reason="no riscv64-unknown-elf-gcc")
@pytest.mark.parametrize("optimisation", ["-O0", "-O2", "-Os"])
def test_compiled_programs(tmp_path, optimisation):
    """gcc's own output for the ESP32-C3's instructions."""
    flat, symbols = compile_for_both(tmp_path, optimisation, "-march=rv32imc", os.path.join(HERE, "..", "qemu", "programs.c"))
    where = flat, symbols["_start"], symbols["stop"], symbols["results"], 256
    theirs = struct.unpack("<64I", machines.on_qemu(*where))
    assert theirs[10] == 10, theirs  # the program reached its end on QEMU
    ours = struct.unpack("<64I", machines.on_rv32run(*where, CYCLES_AT_MOST, 10_000, ["core esp32c3"]))
    assert ours == theirs


@pytest.mark.skipif(not shutil.which("riscv64-unknown-elf-gcc"), reason="no riscv64-unknown-elf-gcc")
def test_what_the_boot_rom_computes(tmp_path):
    """Hashes, and the way through an image: as Python has it, on both machines."""
    image = (pathlib.Path(os.environ.get("ESPOCD_BUILD", os.path.join(ROOT, "build"))) /
             "sim/rom/demo-esp32c3/bootloader/bootloader.bin").read_bytes()
    (tmp_path / "image.inc").write_text(", ".join(map(str, image)))
    common = os.path.join(ROOT, "sim/rom/common")
    flat, symbols = compile_for_both(tmp_path, "-Os", "-march=rv32imc_zicsr", "-msmall-data-limit=0", "-std=gnu17",
                                     f"-I{tmp_path}", f"-I{ROOT}", os.path.join(HERE, "rom_parts.c"),
                                     *(os.path.join(common, name) for name in ("image.c", "md5.c", "mem.c", "sha256.c")))
    where = flat, symbols["_start"], symbols["stop"], symbols["results"], 256
    theirs = machines.on_qemu(*where)
    assert machines.on_rv32run(*where, CYCLES_AT_MOST, 10_000, ["core esp32c3"]) == theirs

    data = bytes((7 * i + i // 256) & 0xFF for i in range(3001))
    assert theirs[:32] == hashlib.sha256(data).digest() and theirs[32:48] == hashlib.md5(data).digest()
    segments, at, checksum = [], 24, 0xEF
    for _ in range(2):
        addr, length = struct.unpack_from("<II", image, at)
        at += 8 + length
        segments += [addr, length, struct.unpack_from("<I", image, at - 4)[0]]
        for byte in image[at - length:at]:
            checksum ^= byte
    at = at // 16 * 16 + 16
    words = struct.unpack_from("<9I", theirs, 64)
    assert words == (struct.unpack_from("<I", image, 4)[0], *segments, image[at - 1], checksum)
    assert checksum == image[at - 1] and theirs[64 + 36:64 + 68] == hashlib.sha256(image[:at]).digest() == image[at:]
