# SPDX-License-Identifier: Apache-2.0
"""A program in the windowed ABI of Xtensa, which no compiler in Debian makes: recursion through CALL4, CALL8 and CALL12, deep
enough that most frames are in memory. Made of bytes (../qemu/xtensa_asm.py) with a symbol for each function, so that a
debugger has what it needs to find frames: names, ENTRY instructions, and the save areas of the ABI.

Sources: Xtensa ISA Reference Manual, 4.7.1 (windowed registers), 8.1 (ABI, stack frame, window exception handlers)."""
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "qemu"))

import xtensa_asm as x  # noqa: E402

TOOLS = "xtensa-lx106-elf-"
FRAME = 96  # a base save area, an extra one of eight words, and locals
DEPTH = 24
ORDER = (4, 8, 12)  # how each function calls the next one
PS_WOE_UM = 0x40020


class Code:
    """Functions one after the other; places of functions may be used before they are known."""

    def __init__(self, origin):
        self.origin, self.items, self.at, self.symbols = origin, [], origin, {}

    def add(self, *parts):
        """Parts are bytes, or functions of (their address, symbols) that give as many bytes as they give without symbols."""
        for part in parts:
            length = len(part) if isinstance(part, bytes) else 3
            self.items.append((self.at, part))
            self.at += length

    def align(self, to):
        pad = -self.at % to
        if pad:
            self.add(bytes(pad))

    def function(self, name):
        self.align(4)
        self.symbols[name] = self.at

    def at_offset(self, offset):
        assert self.at - self.origin <= offset
        self.align(1)
        self.add(bytes(self.origin + offset - self.at))

    def bytes(self):
        return b"".join(p if isinstance(p, bytes) else p(at, self.symbols) for at, p in self.items)


def call(increment, name):
    return lambda at, symbols: x.call(increment // 4, at, symbols[name])


def saves(base, pairs, instruction):
    return b"".join(instruction(register, base, offset) for register, offset in pairs)


def vectors(code):
    """Window overflow and underflow for 4, 8 and 12 registers, at their offsets."""
    for slot, (increment, underflow) in enumerate((n, u) for n in ORDER for u in (False, True)):
        code.at_offset(slot * 0x40)
        to = increment + 1  # the stack pointer of the next frame
        own = [(0, -16), (1, -12), (2, -8), (3, -4)]
        extra = [(4 + i, -16 - 4 * (increment - 4) + 4 * i) for i in range(increment - 4)]
        if underflow:
            body = saves(to, own[:3], x.l32e)
            through = increment - 1  # holds the caller's stack pointer until it is loaded itself
            if extra:
                body += x.l32e(through, 1, -12)
            body += x.l32e(3, to, -4) + saves(through, extra, x.l32e) + x.w24(0x003500)
        else:
            body = saves(to, own[:1], x.s32e)
            if extra:
                body += x.l32e(0, 1, -12)
            body += saves(to, own[1:], x.s32e) + saves(0, extra, x.s32e) + x.w24(0x003400)
        code.add(body)
    code.at_offset(0x400)


def constant(register, value):
    """Any value without literals."""
    parts = x.movi(register, value >> 24 & 0xFF)
    for shift in (16, 8, 0):
        byte = value >> shift & 0xFF
        parts += x.slli(register, register, 8)
        parts += x.addi(register, register, byte if byte < 128 else 127) + (x.addi(register, register, byte - 127) if byte > 127 else b"")
    return parts


def store(address, value):
    return constant(3, address) + constant(4, value) + x.s32i(4, 3, 0)


def program(origin, stack, writes):
    """Code from vectors to bottom. writes: addresses and values that the start writes, to switch watchdogs off."""
    code = Code(origin)
    vectors(code)
    code.function("_start")
    code.add(x.movi(2, 0), constant(3, PS_WOE_UM), x.movi(4, 1), x.wsr(2, "windowbase"), x.w24(0x002010))
    code.add(constant(3, PS_WOE_UM), x.movi(4, 1), x.wsr(4, "windowstart"), x.w24(0x002010), x.wsr(3, "ps"), x.w24(0x002010))
    code.add(constant(3, origin), x.wsr(3, "vecbase"), x.w24(0x002010), constant(1, stack), x.movi(0, 0))
    for address, value in writes:
        code.add(store(address, value))
    code.add(x.movi(6, 0), call(4, "main"), lambda at, _: x.jump(at, at))
    code.function("main")
    code.add(x.entry(1, FRAME))
    loop = code.at
    code.add(x.movi(10, DEPTH), x.addi(2, 2, 1), call(8, "deep4"), lambda at, symbols: x.jump(at, loop))
    for i, increment in enumerate(ORDER):
        name, following = f"deep{increment}", f"deep{ORDER[(i + 1) % 3]}"
        code.function(name)
        arg = increment + 2
        last = x.mem8(0x002002, 2, 1, 0)
        code.add(x.entry(1, FRAME), x.s32i(2, 1, 0))
        more = [x.addi(arg, 2, -1), call(increment, following)]
        code.add(x.branch_z(x.BRANCH_Z["beqz"], 2, 3 + 3 + 3), *more)
        code.add(x.w24(0x000090))  # RETW
        code.add(x.addi(arg, 2, 77), call(increment, "bottom"), last, x.w24(0x000090))
    code.function("bottom")
    code.add(x.entry(1, FRAME), x.addi(2, 2, 1), x.w24(0x000090))
    code.function("end")
    code.add(x.w24(0x000090))
    return code


def elf(folder, code):
    """An ELF file of the program, with each function's name, place and size."""
    source, script, out = (pathlib.Path(folder, name) for name in ("windowed.S", "windowed.ld", "windowed.elf"))
    data, names = code.bytes(), sorted(code.symbols.items(), key=lambda item: item[1])
    lines = ['.section .text, "ax"', ".begin no-transform", ".globl _start"]
    at = code.origin
    for (name, start), (_, end) in zip(names, [*names[1:], (None, code.origin + len(data))]):
        lines += [f".byte {b}" for b in data[at - code.origin:start - code.origin]]
        lines += [f".type {name}, @function", f"{name}:"]
        lines += [f".byte {b}" for b in data[start - code.origin:end - code.origin]]
        lines += [f".size {name}, {end - start}"]
        at = end
    source.write_text("\n".join([*lines, ".end no-transform", ""]))
    script.write_text(f"ENTRY(_start) SECTIONS {{ .text {code.origin:#x} : {{ *(.text) }} /DISCARD/ : {{ *(.xt.*) *(.xtensa.info) }} }}\n")
    subprocess.run([TOOLS + "gcc", "-nostdlib", "-Wl,--no-relax", "-T", script, source, "-o", out], check=True)
    return out


def chain():
    """The frames at bottom, innermost first: name, and the argument that the function got."""
    frames = [("bottom", 77)]
    frames += [(f"deep{ORDER[(DEPTH - n) % 3]}", n) for n in range(DEPTH + 1)]
    return [*frames, ("main", None)]
