# SPDX-License-Identifier: Apache-2.0
"""QEMU as the judge of the LX6 interpreter: the same memory image on both, and the same memory afterwards.

The seed is printed, and the same in every run unless ESPOCD_SEED gives another number or "random".  What no packaged core has (MULUH, MULSH, RER/WER, the second core) is not
judged here.
"""
import os
import random
import shutil
import struct
import subprocess
import sys

import pytest

sys.path.insert(0, os.path.dirname(__file__))

import machines  # noqa: E402
import program  # noqa: E402
import sequences as seq  # noqa: E402
import system  # noqa: E402
import system_image  # noqa: E402
import windows  # noqa: E402

SEED = os.environ.get("ESPOCD_SEED", "2026")
if SEED == "random":
    SEED = str(random.SystemRandom().randrange(1 << 32))
IMAGES_PER_CORE, SEQUENCES_PER_IMAGE = 6, 1000
WINDOW_IMAGES_PER_CORE, TREES_PER_IMAGE = 1, 300
SYSTEM_IMAGES_PER_CORE, SYSTEM_SEQUENCES = 4, 120  # an image's code must lie within reach of J
INSTRUCTIONS_AT_MOST = 50_000_000
HERE = os.path.dirname(__file__)


@pytest.fixture(params=sorted(machines.CORES))
def core(request):
    return request.param


@pytest.fixture
def qemu(core):
    machine = machines.Qemu(core)
    yield machine
    machine.close()


def registers(rng, generator):
    init = {r: generator.value() for r in range(16)}
    init["sar"] = rng.randrange(33)
    init["br"], init["scompare1"], init["acchi"] = rng.getrandbits(16), generator.value(), rng.getrandbits(8)
    for name in ("acclo", "m0", "m1", "m2", "m3", "misc0", "misc1", "threadptr"):
        init[name] = generator.value()
    init.update({f"f{n}": generator.float_bits() for n in range(16)})
    init["fcr"] = rng.randrange(4)
    init["scratch"] = rng.randbytes(seq.SCRATCH_BYTES)
    return init


def straight_image(rng, base, features):
    image = program.Image(base, features)
    image.prepare()
    generator = seq.Generator(rng, features)
    for _ in range(SEQUENCES_PER_IMAGE):
        image.add(generator.sequence, registers(rng, generator))
    return image


def window_image(rng, base, features):
    image = program.Image(base, features)
    image.prepare()
    image.stack_bytes = windows.STACK
    generator = windows.Windows(rng, features)
    for _ in range(TREES_PER_IMAGE):
        init = registers(rng, seq.Generator(rng, features))
        init["windowed"] = True
        image.add(generator.tree, init)
    return image


def explain(image, index, ours, theirs):
    """The registers in which a sequence ended differently, and its code."""
    names = [f"a{n}" for n in range(16)] + image.srs
    names += ["?"] * (seq.FR_WORD - len(names)) + [f"f{n}" for n in range(16)] + ["fsr", "fcr", "threadptr", "how", "next"]
    size = 4 * seq.RESULT_WORDS
    lines = []
    for word, name in enumerate(names):
        a, b = (struct.unpack_from("<I", side, index * size + 4 * word)[0] for side in (ours, theirs))
        if a != b:
            lines.append(f"  {name}: espocd {a:#010x}, QEMU {b:#010x}")
    _, _, body_at = image.entries[index]
    ends = [e[0] for e in image.entries[index + 1:index + 2]] or [image.here()]
    body = bytes(image.code[body_at - image.base - program.CODE:ends[0] - image.base - program.CODE])
    init = {k: hex(v) for k, v in image.inits[index].items() if isinstance(v, int)}
    return f"sequence {index} at {body_at:#x}: {body.hex()}\n" + "\n".join(lines) + f"\n  from {init}"


def compare(image, ours, theirs):
    results = len(image.entries) * 4 * seq.RESULT_WORDS
    wrong = [i for i in range(len(image.entries))
             if ours[i * 4 * seq.RESULT_WORDS:(i + 1) * 4 * seq.RESULT_WORDS]
             != theirs[i * 4 * seq.RESULT_WORDS:(i + 1) * 4 * seq.RESULT_WORDS]]
    scratch = [i for i in range(len(image.entries))
               if ours[results + i * seq.SCRATCH_BYTES:results + (i + 1) * seq.SCRATCH_BYTES]
               != theirs[results + i * seq.SCRATCH_BYTES:results + (i + 1) * seq.SCRATCH_BYTES]]
    text = "\n".join(explain(image, i, ours, theirs) for i in wrong[:3])
    assert not wrong and not scratch, (f"seed {SEED}: {len(wrong)} of {len(image.entries)} sequences end in other registers, "
                                       f"{len(scratch)} in other memory ({scratch[:5]})\n{text}")


def judge(image, qemu, setup=()):
    blob, start, stop = image.finish()
    at, length = image.compared()
    theirs = qemu.run(image.base, blob, start, stop, at, length)
    for i in range(len(image.entries)):  # QEMU must have gone through them all
        assert struct.unpack_from("<I", theirs, i * 4 * seq.RESULT_WORDS + 4 * seq.HOW_WORD)[0] in (1, 2)
    ours = machines.lx6run(image.base, blob, start, stop, at, length, INSTRUCTIONS_AT_MOST, setup)
    compare(image, ours, theirs)


@pytest.mark.parametrize("number", range(IMAGES_PER_CORE))
def test_sequences(core, qemu, number):
    print(f"seed {SEED}")
    base, features = machines.CORES[core]
    rng = random.Random(f"{SEED} {core} {number}")
    judge(straight_image(rng, base, features), qemu)


@pytest.mark.parametrize("number", range(WINDOW_IMAGES_PER_CORE))
def test_windows(core, qemu, number):
    print(f"seed {SEED}")
    base, features = machines.CORES[core]
    rng = random.Random(f"{SEED} {core} windows {number}")
    judge(window_image(rng, base, features), qemu)


def system_cores():
    """Those whose lines system_image knows."""
    return ["dc233c", "de212", "de233_fpu"]


@pytest.mark.parametrize("is_nesting", [False, True], ids=["plain", "nesting"])
@pytest.mark.parametrize("number", range(SYSTEM_IMAGES_PER_CORE))
@pytest.mark.parametrize("core", system_cores(), indirect=True)
def test_system(core, qemu, number, is_nesting):
    print(f"seed {SEED}")
    base, features = machines.CORES[core]
    rng = random.Random(f"{SEED} {core} system {number} {is_nesting}")
    image = system_image.Image(base, features, is_nesting)
    image.prepare()
    generator = system.System(rng, features, is_nesting)
    for _ in range(SYSTEM_SEQUENCES):
        image.add(generator.sequence, registers(rng, seq.Generator(rng, features)))
    judge(image, qemu, system_image.setup())


@pytest.mark.skipif(not shutil.which("xtensa-lx106-elf-gcc"), reason="no xtensa-lx106-elf-gcc")
@pytest.mark.parametrize("optimisation", ["-O0", "-O2", "-Os"])
def test_compiled_programs(tmp_path, optimisation):
    """gcc's own output, on a core that has what the compiler's core has."""
    base, features = machines.CORES["de212"]
    elf, flat = str(tmp_path / "programs.elf"), str(tmp_path / "programs.bin")
    subprocess.run(["xtensa-lx106-elf-gcc", optimisation, "-mlongcalls", "-nostdlib", "-ffreestanding",
                    f"-Wl,-Ttext={base:#x}", "-Wl,-e,_start", os.path.join(HERE, "programs_start.S"),
                    os.path.join(HERE, "programs.c"), "-lgcc", "-o", elf], check=True)
    subprocess.run(["xtensa-lx106-elf-objcopy", "-O", "binary", elf, flat], check=True)
    names = subprocess.run(["xtensa-lx106-elf-nm", elf], check=True, capture_output=True, text=True).stdout
    symbols = {line.split()[2]: int(line.split()[0], 16) for line in names.splitlines() if len(line.split()) == 3}
    blob = open(flat, "rb").read()
    blob += bytes(symbols["stack_top"] - base - len(blob))
    machine = machines.Qemu("de212")
    try:
        theirs = machine.run(base, blob, symbols["_start"], symbols["stop"], symbols["results"], 256)
    finally:
        machine.close()
    ours = machines.lx6run(base, blob, symbols["_start"], symbols["stop"], symbols["results"], 256, INSTRUCTIONS_AT_MOST)
    words = struct.unpack("<64I", theirs)
    assert words[10] == 10, words  # the program reached its end on QEMU
    assert struct.unpack("<64I", ours) == words
