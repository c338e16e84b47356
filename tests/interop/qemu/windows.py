# SPDX-License-Identifier: Apache-2.0
"""Call trees in the windowed ABI, deep enough to overflow and underflow every register file."""
import struct

import xtensa_asm as x
from sequences import Generator

FRAME = 128
STACK = 64 * FRAME


class Windows(Generator):
    """Straight code on a2...a7 and the registers that a call of the function would use."""

    def __init__(self, rng, features):
        super().__init__(rng, features)
        self.kinds = [(self.alu, 10), (self.alu_imm, 6), (self.shift, 6), (self.mul, 3), (self.misc, 3)]

    def dst(self):
        return self.rng.randrange(2, 8)

    def src(self):
        return self.rng.randrange(1, 8)

    def function(self, increment, use_callx, literal_at):
        """f(n, a): does something, calls the next function with n - 1 unless n is 0, does something, returns.
        Returns code with the place of its call; the call is patched when all addresses are known."""
        arg = 4 * increment
        code = x.entry(1, FRAME)
        keep = x.w24(0x200000 | 7 << 12 | 2 << 8 | 2 << 4)  # mov a7, a2: the counter
        before = x.movi(4, 44) + x.movi(5, -55) + x.movi(6, 66)  # a new frame holds what was there before
        before += b"".join(self.one_on(range(3, 7)) for _ in range(self.rng.randrange(1, 5)))
        after = b"".join(self.one_on(range(3, 8)) for _ in range(self.rng.randrange(1, 5)))
        arguments = x.addi(arg + 2, 7, -1) + x.rrr(x.RRR["add"])(arg + 3, 3, 4)
        take = x.rrr(x.RRR["add"])(3, 3, arg + 2)
        # A call of increment n gives a(4n) and up to the callee; what it leaves there but the result is not defined.
        take += b"".join(x.movi(n, 3 * n) for n in range(arg, 8) if n != arg + 2)
        call = [3, 3] if use_callx else [3]
        middle = arguments + bytes(sum(call)) + take
        code += keep + before + x.branch_z(x.BRANCH_Z["beqz"], 7, len(middle))
        at = len(code) + len(arguments)
        code += middle + after + x.rrr(x.RRR["add"])(2, 3, 4) + (x.RETW if self.rng.randrange(2) else x.RETW_N)
        return bytearray(code), at, increment, use_callx, literal_at

    def one_on(self, registers):
        """One instruction whose every register is among these (and a1 is not written)."""
        choice = list(registers)
        self.dst = lambda: self.rng.choice([r for r in choice if r != 7])
        self.src = lambda: self.rng.choice(choice)
        return self.one()

    def tree(self, at):
        """The code of a whole sequence at address at: a jump over the functions, they, and the first call."""
        r = self.rng
        count = r.randrange(1, 5)
        increments = [r.randrange(1, 4) for _ in range(count)]
        literals_at = at + 3 + 1  # after the jump, aligned to 4 (at is)
        place = literals_at + 4 * count
        functions = []
        for i, increment in enumerate(increments):
            place = (place + 3) & ~3
            functions.append((place, self.function(increment, bool(r.randrange(3) == 0), literals_at + 4 * i)))
            place += len(functions[-1][1][0])
        main_at = (place + 3) & ~3
        out = bytearray(main_at - at)
        out[0:3] = x.jump(at, main_at)
        for i, (address, (code, call_at, increment, use_callx, literal)) in enumerate(functions):
            target = functions[(i + 1) % count][0]
            struct.pack_into("<I", out, literals_at - at + 4 * i, target)
            here = address + call_at
            if use_callx:
                register = 4 * increment
                patch = x.l32r(register, here, literal) + x.callx(increment, register)
            else:
                patch = x.call(increment, here, target)
            code[call_at:call_at + len(patch)] = patch
            out[address - at:address - at + len(code)] = code
        first = r.randrange(1, 4)
        arg = 4 * first
        main = x.movi(arg + 2, r.randrange(0, 40)) + x.movi(arg + 3, r.randrange(-2048, 2048))
        # The outermost frame needs a caller's stack pointer in its save area, which an overflow follows
        main += x.addi(2, 1, -16) + x.addi(3, 1, 64) + x.s32i(3, 2, 4) + x.movi(2, 7) + (b"" if arg == 4 else x.movi(4, 77))
        main += x.call(first, main_at + len(main), functions[0][0])
        main += x.w24(0x200000 | 3 << 12 | (arg + 2) << 8 | (arg + 2) << 4)  # mov a3, result
        # What a callee left in the registers above is not defined; the registers below are.
        main += b"".join(x.movi(n, n) for n in range(arg, 16))
        # Neither is what an overflow leaves, which the size of the register file decides: EPC1 and PS.OWB.
        main += x.movi(15, 0) + x.wsr(15, "epc1") + x.movi(15, 1) + x.slli(15, 15, 18) + x.addi(15, 15, 0x20)
        main += x.wsr(15, "ps") + x.RSYNC
        return bytes(out) + main
