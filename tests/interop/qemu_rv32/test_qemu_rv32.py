# SPDX-License-Identifier: Apache-2.0
"""QEMU as the judge of the RISC-V interpreter: the same memory image on both, and the same memory afterwards.

The seed is printed, and the same in every run unless ESPOCD_SEED gives another number or "random".  What QEMU cannot judge: docs/decisions.
"""
import os
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


@pytest.mark.skipif(not shutil.which("riscv64-unknown-elf-gcc"), reason="no riscv64-unknown-elf-gcc")
@pytest.mark.parametrize("optimisation", ["-O0", "-O2", "-Os"])
def test_compiled_programs(tmp_path, optimisation):
    """gcc's own output for the ESP32-C3's instructions."""
    elf, flat = str(tmp_path / "programs.elf"), str(tmp_path / "programs.bin")
    subprocess.run(["riscv64-unknown-elf-gcc", optimisation, "-march=rv32imc", "-mabi=ilp32", "-nostdlib", "-ffreestanding", "-static",
                    f"-Wl,-Ttext={machines.BASE:#x}", "-Wl,-e,_start", os.path.join(HERE, "rv32_start.S"),
                    os.path.join(HERE, "..", "qemu", "programs.c"), "-lgcc", "-o", elf], check=True)
    subprocess.run(["riscv64-unknown-elf-objcopy", "-O", "binary", elf, flat], check=True)
    names = subprocess.run(["riscv64-unknown-elf-nm", elf], check=True, capture_output=True, text=True).stdout
    symbols = {line.split()[2]: int(line.split()[0], 16) for line in names.splitlines() if len(line.split()) == 3}
    with open(flat, "ab") as f:
        f.write(bytes(symbols["stack_top"] - machines.BASE - os.path.getsize(flat)))
    where = flat, symbols["_start"], symbols["stop"], symbols["results"], 256
    theirs = struct.unpack("<64I", machines.on_qemu(*where))
    assert theirs[10] == 10, theirs  # the program reached its end on QEMU
    ours = struct.unpack("<64I", machines.on_rv32run(*where, CYCLES_AT_MOST, 10_000, ["core esp32c3"]))
    assert ours == theirs
