# SPDX-License-Identifier: Apache-2.0
"""Debian's OpenOCD 0.12 with its own target files drives the virtual boards, each test every one of them (kinds.py).

| test | what OpenOCD does | what is checked |
| --- | --- | --- |
| examine | init, targets | both TAPs and cores, by their lines |
| halt and resume | halt, resume of both and of one | states of both, time goes on only while running |
| registers | reg for all, reg NAME VALUE for each writable one, step, reg | each value read back from the core |
| memory | mww/mdw/mwh/mdh/mwb/mdb | values in each memory, and through the other alias |
| images | load_image, verify_image of 64 KB | content by OpenOCD itself, a changed byte is found |
| breakpoints | bp hw and bp in RAM, resume | PC is the symbol's address, on the core that gets there |
| watchpoints | wp w, wp r | PC is at the store or load of the watched word |
| step | step through a function | PC follows the instructions that objdump shows |
| reset | reset halt, reset run | PC is the reset vector, resp. the app's lines come again |
| smpbreak | xtensa smpbreak | without it the other core goes on |
"""
import re

import ocd
import pytest

RESET_VECTOR = 0x40000400
# The sample app runs after this many clocks at 1 MHz; until then ROM, bootloader and app's start are through.
BOOT = "runtest 400000"


def states(text):
    """The states of both targets, from 'targets'."""
    return re.findall(r"esp32\w*\.cpu\d +\S+ +\S+ +\S+ +(\S+)", text)


# --- examine, halt, resume ---


def test_examines_both_cores(kind, blank):
    r = blank.openocd(["targets", "scan_chain"])
    for core in range(2):
        assert (f"JTAG tap: {kind.core(core)} tap/device found: 0x120034e5 (mfg: 0x272 (Tensilica), part: 0x2003, "
                "ver: 0x1)") in r.log(0)
    assert f"[{kind.core(0)}] Core was reset." in r.output
    if kind.sleeping == "reset":
        assert f"[{kind.core(1)}] Core was reset." in r.output
        assert "Error" not in r.output
    assert states(r[1]) == ["running", kind.sleeping]  # nobody has started core 1 yet
    assert r[2].count("0x120034e5") >= 2


def test_halts_and_resumes_both(kind, sample):
    r = sample.openocd([BOOT, "halt", "targets", f"mdw {kind.store:#x}", "resume", "targets", "halt", "targets"])
    assert states(r[3]) == ["halted", "halted"]
    assert states(r[6]) == ["running", "running"]
    assert states(r[8]) == ["halted", "halted"]
    assert "Error" not in r.output


def test_halts_and_resumes_each(kind, sample):
    apart = [f"{kind.core(0)} xtensa smpbreak none", f"{kind.core(1)} xtensa smpbreak none", f"{kind.core(0)} smp off",
             f"{kind.core(1)} smp off"]
    counter = ocd.symbols(kind)["app_core1_counter"][0]
    ticks = ocd.symbols(kind)["app_ticks"][0]
    r = sample.openocd([BOOT, *apart, f"targets {kind.core(0)}", "halt", f"{kind.core(0)} curstate", f"{kind.core(1)} curstate",
                        f"mdw {counter:#x}", "runtest 20000", f"mdw {counter:#x}", "resume",
                        f"targets {kind.core(1)}", "halt", f"{kind.core(0)} curstate", f"{kind.core(1)} curstate",
                        f"mdw {ticks:#x}", "runtest 50000", f"mdw {ticks:#x}", f"mdw {counter:#x}", "runtest 20000",
                        f"mdw {counter:#x}"])
    at = 5  # after BOOT and apart
    assert r[at + 3] == "halted" and r[at + 4] == "running"
    assert ocd.words(r[at + 7])[0] > ocd.words(r[at + 5])[0]  # core 1 went on counting
    assert r[at + 11] == "running" and r[at + 12] == "halted"
    assert ocd.words(r[at + 15])[0] > ocd.words(r[at + 13])[0]  # core 0's timer went on
    assert ocd.words(r[at + 18]) == ocd.words(r[at + 16])  # core 1 stands still


# --- registers ---

# Values that these registers take as a whole; others have fewer bits (mask).
WRITABLE = {
    **{f"ar{n}": 0xFFFFFFFF for n in range(64)},
    "lbeg": 0xFFFFFFFF, "lend": 0xFFFFFFFF, "sar": 0x3F, "scompare1": 0xFFFFFFFF, "acclo": 0xFFFFFFFF,
    "acchi": 0x7F, "m0": 0xFFFFFFFF, "m1": 0xFFFFFFFF, "m2": 0xFFFFFFFF, "m3": 0xFFFFFFFF, "br": 0xFFFF,
    "threadptr": 0xFFFFFFFF,
    **{f"f{n}": 0xFFFFFFFF for n in range(16)},
    **{f"epc{n}": 0xFFFFFFFF for n in (1, 2, 3, 4, 5, 7)},
    **{f"excsave{n}": 0xFFFFFFFF for n in range(1, 8)},
    "depc": 0xFFFFFFFF, "excvaddr": 0xFFFFFFFF, "exccause": 0x3F,
    **{f"misc{n}": 0xFFFFFFFF for n in range(4)},
    "ccompare1": 0xFFFFFFFF, "ccompare2": 0xFFFFFFFF,
}


def values(text):
    """Name -> value of a full 'reg' listing."""
    found = {}
    for line in text.splitlines():
        match = re.match(r"\(\d+\) (\S+) \(/\d+\): 0x([0-9a-fA-F]+)", line)
        if match:
            found[match.group(1)] = int(match.group(2), 16)
    return found


def test_lists_registers(kind, sample):
    r = sample.openocd([BOOT, "halt", f"targets {kind.core(0)}", "reg", f"targets {kind.core(1)}", "reg"])
    core0, core1 = values(r[4]), values(r[6])
    assert len(core0) >= 105
    assert (core0["prid"], core1["prid"]) == (0xCDCD, 0xABAB)
    assert core0["configid0"] == core1["configid0"] != 0
    for core in (core0, core1):
        window = core["windowbase"]
        for n in range(16):
            assert core[f"a{n}"] == core[f"ar{(4 * window + n) % 64}"]
        assert 0x40000000 <= core["pc"] < 0x44000000
        assert core["ps"] & 0xF < 6


def test_writes_registers(kind, blank):
    pattern = {}
    writable = {**WRITABLE, **{name: 0xFFFFFFFF for name in kind.user_registers}}
    for n, (name, mask) in enumerate(writable.items()):
        pattern[name] = (0x9E3779B9 * (n + 1)) & 0xFFFFFFFF & mask
    # A loop of its own in RAM, so that the step runs something that is known: j . and then read back.
    commands = ["reset halt", f"targets {kind.core(0)}", f"mww {kind.iram:#x} 0xffff06 1", f"reg pc {kind.iram:#x}"]
    commands += [f"reg {name} {value:#x}" for name, value in pattern.items()]
    commands += ["step", "reg"]
    r = blank.openocd(commands)
    for n in range(1, len(commands) + 1):
        r[n]
    found = values(r[len(commands)])
    assert found["pc"] == kind.iram
    wrong = {n: (hex(v), hex(found[n])) for n, v in pattern.items() if found[n] != v}
    assert not wrong


# --- memory ---


def test_reads_and_writes_memory(kind, blank, memory):
    address, a = memory, f"{memory:#x}"
    r = blank.openocd([
        "reset halt", f"targets {kind.core(0)}", f"mww {a} 0x11223344", f"mww {address + 4:#x} 0x55667788", f"mdw {a} 2",
        f"mwb {address + 1:#x} 0xaa", f"mwh {address + 6:#x} 0xbeef", f"mdb {a} 8", f"mdh {a} 4", f"mdw {a} 2",
        f"mww {address + 8:#x} 0xa5a5a5a5 64", f"mdw {address + 8:#x} 64"])
    assert ocd.words(r[5]) == [0x11223344, 0x55667788]
    assert ocd.words(r[8]) == [0x44, 0xAA, 0x22, 0x11, 0x88, 0x77, 0xEF, 0xBE]
    assert ocd.words(r[9]) == [0xAA44, 0x1122, 0x7788, 0xBEEF]
    assert ocd.words(r[10]) == [0x1122AA44, 0xBEEF7788]
    assert ocd.words(r[12]) == [0xA5A5A5A5] * 64
    assert "Error" not in r.output.split("@@end", 2)[2]


def test_sees_both_aliases(kind, blank):
    one, other = kind.alias
    r = blank.openocd(["reset halt", f"targets {kind.core(0)}", f"mww {one:#x} 0xcafe0001", f"mdw {other:#x}",
                       f"mww {other + 4:#x} 0xcafe0002", f"mdw {one + 4:#x}"])
    assert ocd.words(r[4]) == [0xCAFE0001]
    assert ocd.words(r[6]) == [0xCAFE0002]


def test_reads_peripherals(kind, blank):
    strap, level = kind.strap
    mac, low, high = kind.mac
    magic, value = kind.magic
    r = blank.openocd(["reset halt", f"targets {kind.core(0)}", f"mdw {kind.reset_state:#x}", f"mdw {strap:#x}",
                       f"mww {kind.store:#x} 0x600dcafe", f"mdw {kind.store:#x}", f"mdw {mac:#x} 2", f"mdw {magic:#x}"])
    assert ocd.words(r[3])[0] & 0x3000 == 0x3000  # both cores start in ROM
    assert ocd.words(r[4])[0] & 0x3F == level
    assert ocd.words(r[6]) == [0x600DCAFE]
    assert ocd.words(r[7])[0] == low and ocd.words(r[7])[1] & 0xFFFF == high
    assert ocd.words(r[8]) == [value]


def test_loads_and_verifies_images(kind, blank, tmp_path, address):
    data = bytes((n * 167 + (n >> 8) * 59) & 0xFF for n in range(65536))
    (tmp_path / "image.bin").write_bytes(data)
    image = f"{tmp_path}/image.bin {address:#x} bin"
    r = blank.openocd(["reset halt", f"targets {kind.core(0)}", f"load_image {image}", f"verify_image {image}",
                       f"mdb {address + 0x1234:#x} 16", f"dump_image {tmp_path}/back.bin {address:#x} 65536",
                       f"mwb {address + 0x4321:#x} {data[0x4321] ^ 0xFF:#x}", f"verify_image {image}"])
    assert "65536 bytes written" in r[3]
    assert "verified 65536 bytes" in r[4]
    assert ocd.words(r[5]) == list(data[0x1234:0x1244])
    assert r[6] is not None and (tmp_path / "back.bin").read_bytes() == data
    assert r.failed(8)
    assert f"diff 0 address {address + 0x4321:#010x}" in r.output


# --- stops ---


def stop_at(kind, how, symbol, core):
    """Commands that let the sample app run into a breakpoint; the last four show where both cores are, and why."""
    address = ocd.symbols(kind)[symbol][0]
    return [BOOT, "halt", f"targets {kind.core(core)}", f"bp {address:#x} 3 {how}", "resume", "runtest 400000",
            "wait_halt 2000", f"targets {kind.core(0)}", "reg pc", f"targets {kind.core(1)}", "reg pc"]


@pytest.mark.parametrize("how,symbol,core", [
    ("hw", "app_tick", 0), ("hw", "app_work", 0), ("hw", "iram_work", 0), ("hw", "app_core1_work", 1),
    ("", "iram_work", 0)])
def test_breakpoints_hit(kind, sample, how, symbol, core):
    commands = stop_at(kind, how, symbol, core)
    r = sample.openocd(commands)
    pcs = [ocd.number(r[len(commands) - 2]), ocd.number(r[len(commands)])]
    address = ocd.symbols(kind)[symbol][0]
    assert pcs[core] == address
    assert pcs[not core] != address
    assert r[8] == ""  # wait_halt found it stopped


def test_breakpoints_go_on_and_come_again(kind, sample):
    tick = ocd.symbols(kind)["app_tick"][0]
    ticks = ocd.symbols(kind)["app_ticks"][0]
    # A breakpoint at the PC would hit again at once, on a chip too: it is left by a step without it.
    again = ["resume", "runtest 40000", "wait_halt 2000", "reg pc", f"mdw {ticks:#x}", f"rbp {tick:#x}", "step",
             f"bp {tick:#x} 3 hw"]
    r = sample.openocd([BOOT, "halt", f"targets {kind.core(0)}", f"bp {tick:#x} 3 hw", *again, *again, *again,
                        f"rbp {tick:#x}", "resume", "runtest 400000", "halt", f"mdw {ticks:#x}"])
    counts = []
    for n in range(3):
        assert ocd.number(r[8 + 8 * n]) == tick
        counts += ocd.words(r[9 + 8 * n])
    assert counts[1:] == [counts[0] + 1, counts[0] + 2]
    assert ocd.words(r[33])[0] > counts[2] + 20


@pytest.mark.parametrize("access,pattern", [("w", "s32i"), ("r", "l32i")])
def test_watchpoints_hit_at_the_access(kind, sample, access, pattern):
    watched = "app_watched" if access == "w" else "app_counter"
    address = ocd.symbols(kind)[watched][0]
    r = sample.openocd([BOOT, "halt", f"targets {kind.core(0)}", f"wp {address:#x} 4 {access}", f"mdw {address:#x}",
                        "resume", "runtest 400000", "wait_halt 2000", "reg pc", f"mdw {address:#x}"])
    pc = ocd.number(r[9])
    texts = {a: text for f in ("app_work", "app_main") for a, text in ocd.instructions(kind, f)}
    assert pc in texts, hex(pc)
    assert texts[pc].startswith(pattern), (hex(pc), texts[pc])
    assert ocd.words(r[10]) == ocd.words(r[5])  # the access has not happened yet


def test_steps_through_a_function(kind, sample):
    listing = ocd.instructions(kind, "iram_work")
    straight = []
    for address, text in listing:
        straight.append(address)
        if re.match(r"(b\w*|j\w*|ret\S*|call\w*|loop\w*)\b", text):
            break
    assert len(straight) >= 3
    steps = [c for _ in straight[1:] for c in ("step", "reg pc")]
    r = sample.openocd([BOOT, "halt", f"targets {kind.core(0)}", f"bp {straight[0]:#x} 3 hw", "resume", "runtest 400000",
                        "wait_halt 2000", "reg pc", f"rbp {straight[0]:#x}", *steps])
    found = [ocd.number(r[8])] + [ocd.number(r[11 + 2 * n]) for n in range(len(straight) - 1)]
    assert found == straight


# --- reset ---


def test_reset_halt_stops_at_the_vector(kind, sample):
    r = sample.openocd([BOOT, "reset halt", "targets", f"targets {kind.core(0)}", "reg pc", f"targets {kind.core(1)}", "reg pc"])
    assert states(r[3]) == ["halted", "halted"]
    assert ocd.number(r[5]) == RESET_VECTOR
    assert ocd.number(r[7]) == RESET_VECTOR


def test_reset_run_boots_again(kind, sample):
    r = sample.openocd([BOOT, "halt", "reset run", BOOT, "targets"])
    assert states(r[5])[0] == "running"
    sample.close()
    assert sample.uart().count("Hello from espocd_sample") == 2


# --- both cores ---


def test_smpbreak_joins_and_parts_the_cores(kind, sample):
    tick = ocd.symbols(kind)["app_tick"][0]
    counter = ocd.symbols(kind)["app_core1_counter"][0]
    stop = ["resume", "runtest 100000", f"targets {kind.core(0)}", "wait_halt 2000", f"mdw {counter:#x}", "runtest 20000",
            f"mdw {counter:#x}"]
    r = sample.openocd([BOOT, "halt", f"targets {kind.core(0)}", "xtensa smpbreak", f"bp {tick:#x} 3 hw", *stop])
    assert "BreakIn BreakOut" in r[4]
    assert ocd.words(r[10]) == ocd.words(r[12])  # core 1 was stopped through BreakOut and BreakIn
    alone = sample.openocd(["halt", f"{kind.core(0)} xtensa smpbreak none", f"{kind.core(1)} xtensa smpbreak none",
                            f"{kind.core(0)} smp off", f"targets {kind.core(0)}", "xtensa smpbreak", f"bp {tick:#x} 3 hw", *stop])
    assert "BreakIn" not in alone[6]
    assert ocd.words(alone[14])[0] > ocd.words(alone[12])[0]
