# SPDX-License-Identifier: Apache-2.0
"""QEMU as the judge of the RISC-V interpreter: the same memory image on both, and the same memory afterwards.

The seed is printed, and the same in every run unless ESPOCD_SEED gives another number or "random".  What QEMU cannot judge: docs/decisions.
"""
import os
import random
import sys

import pytest

sys.path.insert(0, os.path.dirname(__file__))

import rv32_image  # noqa: E402
import rv32_machines as machines  # noqa: E402
import rv32_sequences as seq  # noqa: E402

SEED = os.environ.get("ESPOCD_SEED", "2026")
if SEED == "random":
    SEED = str(random.SystemRandom().randrange(1 << 32))
IMAGES, SEQUENCES = 4, 1000
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
    # user mode may do everything: one entry over all addresses
    image.boot_more = seq.a.addi(30, 0, -1) + seq.a.csrw("pmpaddr15", 30) + seq.a.li(30, 0x1F000000) + seq.a.csrw("pmpcfg3", 30)
    for _ in range(SEQUENCES):
        is_machine = rng.randrange(3) != 0
        mstatus = rv32_image.MSTATUS_MPP if is_machine else 0
        image.add(generator.sequence(is_machine), initial(rng, generator, mstatus=mstatus, ends_at_any=True))
    judge(image, tmp_path, rng)
