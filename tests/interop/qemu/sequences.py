# SPDX-License-Identifier: Apache-2.0
"""Random instruction sequences and the frame that runs thousands of them in one go, on any Xtensa core.

A program is one memory image: vectors, a common start that loads every register from a block of memory, a common end that
stores every register to a block of memory, and the sequences between them.  An exception ends its sequence through the
same common end.  Two machines that run the image and end with the same memory did the same.
"""
import struct

import xtensa_asm as x

CODE_ALIGN = 4
INIT_WORDS, RESULT_WORDS, SCRATCH_BYTES = 64, 72, 256
STACK_BYTES = 1024
# What the common end stores besides a0...a15, in this order from word 16 on.
END_SRS = ["ps", "sar", "windowbase", "windowstart", "exccause", "epc1", "excvaddr", "misc0", "misc1"]
OPTION_SRS = {"loops": ["lbeg", "lend", "lcount"], "bools": ["br"], "s32c1i": ["scompare1"],
              "mac16": ["acclo", "acchi", "m0", "m1", "m2", "m3"]}
FR_WORD = 40  # f0...f15 from this word on
FSR_WORD, FCR_WORD, THREADPTR_WORD, HOW_WORD, NEXT_WORD = 56, 57, 58, 59, 60

SPECIAL_INTS = [0, 1, 2, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0xFFFF, 0x8000, 0x7FFF, 0x10000, 0x55555555, 31, 32, 33]
SPECIAL_FLOATS = [0x00000000, 0x80000000, 0x3F800000, 0xBF800000, 0x7F800000, 0xFF800000, 0x7FC00000, 0x00000001,
                  0x807FFFFF, 0x00800000, 0x7F7FFFFF, 0xFF7FFFFF, 0x4B800000, 0x4F000000, 0xCF000000, 0x4F800000, 0x3F000000,
                  0x3EFFFFFF, 0x40490FDB, 0x34000000]

# A jump to the next instruction ends QEMU's translation block.  QEMU 7.2 and 8.1 go wrong within one block: SRL shifts by SAR
# modulo 32 after SSL or SSA8B set SAR to 32; a MUL of a half of M0...M3 that were just changed takes an old value; so does what reads BR after a boolean operation or comparison.  (By hand: the products are those of the ISA's definition here, and not in QEMU.)
END_BLOCK = x.jump(0, 3)


class Features:
    """What a core has; the generator uses what both sides have."""

    def __init__(self, **flags):
        self.__dict__.update(dict(loops=False, bools=False, s32c1i=False, mac16=False, fp=False, div=False, mul32=False,
                                  threadptr=False, clamps=True, misc=True, atomctl=False, regions=False))
        self.__dict__.update(flags)


class Generator:
    def __init__(self, rng, features):
        self.rng, self.f = rng, features
        self.kinds = [(self.alu, 14), (self.alu_imm, 8), (self.shift, 8), (self.density, 8), (self.memory, 8),
                      (self.misc, 4), (self.mul, 4), (self.special, 3),
                      (self.level, 1), (self.rotated, 1)]
        if features.div:
            self.kinds.append((self.div, 2))
        if features.bools:
            self.kinds.append((self.boolean, 4))
        if features.mac16:
            self.kinds.append((self.mac16, 8))
        if features.fp:
            self.kinds += [(self.fp, 14), (self.fp_convert, 4), (self.fp_memory, 4), (self.fp_step, 2)]

    # a1 is the scratch pointer of a sequence: read by all, written by none
    def dst(self):
        return self.rng.choice([r for r in range(16) if r != 1])

    def src(self):
        return self.rng.randrange(16)

    def one(self):
        kinds, weights = zip(*self.kinds)
        return self.rng.choices(kinds, weights)[0]()

    def alu(self):
        table = dict(x.RRR)
        table.update(x.RRR_MINMAX)
        if self.f.bools:
            table.update(x.RRR_MOVBOOL)
        base = self.rng.choice(sorted(table.values()))
        return x.rrr(base)(self.dst(), self.src(), self.src())

    def alu_imm(self):
        r = self.rng
        kind = r.randrange(4)
        if kind == 0:
            return x.addi(self.dst(), self.src(), r.randrange(-128, 128))
        if kind == 1:
            return x.addmi(self.dst(), self.src(), r.randrange(-128, 128) * 256)
        if kind == 2:
            return x.movi(self.dst(), r.randrange(-2048, 2048))
        return x.extui(self.dst(), self.src(), r.randrange(32), r.randrange(1, 17))

    def shift(self):
        r = self.rng
        kind = r.randrange(7)
        if kind == 0:
            name = r.choice(sorted(x.SHIFT_SET))
            set_sar = x.w24(x.SHIFT_SET[name] | self.src() << 8)
            return set_sar + (END_BLOCK if name in ("ssl", "ssa8b") else b"")
        if kind == 1:
            return x.ssai(r.randrange(32))
        if kind == 2:
            return x.slli(self.dst(), self.src(), r.randrange(1, 32))
        if kind == 3:
            return x.srli(self.dst(), self.src(), r.randrange(16))
        if kind == 4:
            return x.srai(self.dst(), self.src(), r.randrange(32))
        if kind == 5:
            return x.w24(x.RS["sll"] | self.dst() << 12 | self.src() << 8)
        return x.w24(r.choice([x.RT["srl"], x.RT["sra"]]) | self.dst() << 12 | self.src() << 4)

    def density(self):
        r = self.rng
        kind = r.randrange(6)
        if kind == 0:
            return x.w16(0x000A | self.dst() << 12 | self.src() << 8 | self.src() << 4)  # add.n
        if kind == 1:
            return x.w16(0x000B | self.dst() << 12 | self.src() << 8 | r.randrange(16) << 4)  # addi.n
        if kind == 2:
            value = r.randrange(128)
            return x.w16(0x000C | (value & 15) << 12 | self.dst() << 8 | (value >> 4) << 4)  # movi.n
        if kind == 3:
            return x.w16(0x000D | self.src() << 8 | self.dst() << 4)  # mov.n
        if kind == 4:
            return x.w16(0x0008 | r.randrange(16) << 12 | 1 << 8 | self.dst() << 4)  # l32i.n
        return x.w16(0x0009 | r.randrange(16) << 12 | 1 << 8 | self.src() << 4)  # s32i.n

    def memory(self):
        r = self.rng
        if self.f.s32c1i and r.randrange(8) == 0:
            return x.s32c1i(self.dst(), 1, r.randrange(16) * 4)
        if r.randrange(2):
            base, size = r.choice(sorted(x.LOADS.values()))
            return x.mem8(base, self.dst(), 1, r.randrange(64 // size))
        base, size = r.choice(sorted(x.STORES.values()))
        return x.mem8(base, self.src(), 1, r.randrange(64 // size))

    def misc(self):
        r = self.rng
        kind = r.randrange(5)
        if kind == 0:
            return x.nsa(self.dst(), self.src(), bool(r.randrange(2)))
        if kind == 1:
            return x.sext(self.dst(), self.src(), r.randrange(7, 23))
        if kind == 2 and self.f.clamps:
            return x.clamps(self.dst(), self.src(), r.randrange(7, 23))
        if kind == 3:
            return x.w24(r.choice([x.RT["neg"], x.RT["abs"]]) | self.dst() << 12 | self.src() << 4)
        return r.choice([x.NOP, x.NOP_N, x.RSYNC, x.ESYNC, x.DSYNC, x.MEMW, x.EXTW])

    def mul(self):
        table = dict(x.RRR_MUL16)
        if self.f.mul32:
            table.update(x.RRR_MUL32)
        return x.rrr(self.rng.choice(sorted(table.values())))(self.dst(), self.src(), self.src())

    def div(self):
        return x.rrr(self.rng.choice(sorted(x.RRR_DIV.values())))(self.dst(), self.src(), self.src())

    def special(self):
        r = self.rng
        names = ["sar"] + (["misc0", "misc1"] if self.f.misc else [])
        for option, srs in OPTION_SRS.items():
            if option != "loops" and getattr(self.f, option):
                names += srs
        name = r.choice(names)
        if name == "sar":  # writing more than 6 bits is the same everywhere, but 33...63 is not defined for shifts
            return x.rsr(self.dst(), name)
        if self.f.threadptr and r.randrange(6) == 0:
            return x.rur(self.dst(), "threadptr") if r.randrange(2) else x.wur(self.src(), "threadptr")
        kind = r.randrange(3)
        if kind == 0:
            return x.rsr(self.dst(), name)
        return (x.wsr(self.src(), name) if kind == 1 else x.xsr(self.dst(), name)) + x.RSYNC + END_BLOCK

    def boolean(self):
        r = self.rng
        b = lambda: r.randrange(16)
        kind = r.randrange(3)
        if kind == 0:
            return x.rrr(r.choice(sorted(x.BOOL.values())))(b(), b(), b()) + END_BLOCK
        if kind == 1:  # any4, all4
            return x.w24(r.choice([0x008000, 0x009000]) | r.randrange(4) * 4 << 8 | b() << 4) + END_BLOCK
        return x.w24(r.choice([0x00A000, 0x00B000]) | r.randrange(2) * 8 << 8 | b() << 4) + END_BLOCK  # any8, all8

    def mac16(self):
        r = self.rng
        half = r.randrange(4)
        mx, my, mw = r.randrange(2), r.randrange(2), r.randrange(4)
        operation = r.choice([0, 4, 8, 12])
        if r.randrange(3) == 0:  # with a load: a scratch pointer in a register of its own
            pointer = r.choice([2, 3, 4])
            set_pointer = x.addi(pointer, 1, r.randrange(4, 60, 4))
            op2 = r.choice([4, 5, 0, 1, 8, 9])
            if op2 >= 8:
                return set_pointer + x.w24(op2 << 20 | mw << 12 | pointer << 8 | 4) + END_BLOCK
            word = op2 << 20 | (8 | half) << 16 | mx << 14 | mw << 12 | pointer << 8 | 4
            word |= self.src() << 4 if op2 >= 4 else my << 6
            return set_pointer + x.w24(word) + END_BLOCK
        form = r.choice([7, 3, 6, 2])
        if operation == 0 and form != 7:
            operation = 4  # UMUL exists for two address registers only
        word = form << 20 | (operation | half) << 16 | 4
        word |= {7: self.src() << 8 | self.src() << 4, 3: self.src() << 8 | my << 6, 6: mx << 14 | self.src() << 4,
                 2: mx << 14 | my << 6}[form]
        return x.w24(word)

    def fp(self):
        r = self.rng
        f = lambda: r.randrange(16)
        kind = r.randrange(6)
        if kind <= 1:
            return x.rrr(r.choice(sorted(x.FP3.values())))(f(), f(), f())
        if kind == 2:
            return x.w24(r.choice(sorted(x.FP2.values())) | f() << 12 | f() << 8)
        if kind == 3:
            return x.rrr(r.choice(sorted(x.FPCMP.values())))(f(), f(), f()) + END_BLOCK
        if kind == 4:
            return x.rrr(r.choice(sorted(x.FPMOVA.values())))(f(), f(), self.src())
        return x.rrr(r.choice(sorted(x.FPMOVB.values())))(f(), f(), r.randrange(16))

    def fp_convert(self):
        r = self.rng
        kind = r.randrange(5)
        if kind == 0:
            to, scale = self.dst(), r.randrange(16)
            name = r.choice(sorted(x.FPTOINT))
            code = x.rrr(x.FPTOINT[name])(to, r.randrange(16), scale)
            # QEMU scales in a step of its own, which can overflow, and its UTRUNC.S of a negative number forgets earlier
            # flags: those are not the instruction's
            return code + (x.movi(to, scale) + x.wur(to, "fsr") if scale or name == "utrunc.s" else b"")
        if kind == 1:
            return x.rrr(r.choice(sorted(x.INTTOFP.values())))(r.randrange(16), self.src(), r.randrange(16))
        if kind == 2:
            return x.w24(0xFA0050 | r.randrange(16) << 12 | self.src() << 8)  # wfr
        if kind == 3:
            return x.w24(0xFA0040 | self.dst() << 12 | r.randrange(16) << 8)  # rfr
        return x.w24(0xFA0030 | r.randrange(16) << 12 | r.randrange(4) << 8)  # const.s

    def fp_memory(self):
        r = self.rng
        kind = r.randrange(5)
        if kind == 0:
            return x.lsi(r.randrange(16), 1, r.randrange(16) * 4)
        if kind == 1:
            return x.ssi(r.randrange(16), 1, r.randrange(16) * 4)
        # with an index in a4, or a pointer in a3 that moves on
        index, pointer = x.movi(4, r.randrange(16) * 4), x.addi(3, 1, r.randrange(16) * 4)
        if kind == 2:
            return index + x.rrr(r.choice(sorted(x.FPINDEXED.values())))(r.randrange(16), 1, 4)
        if kind == 3:
            return pointer + index + x.rrr(r.choice(sorted(x.FPINDEXED_UPDATE.values())))(r.randrange(16), 3, 4)
        return pointer + x.mem8(r.choice(sorted(x.FPUPDATE.values())), r.randrange(16), 3, r.randrange(16))

    def fp_step(self):
        base = self.rng.choice(sorted(x.FPSTEP.values()))
        return x.w24(base | self.rng.randrange(16) << 12 | self.rng.randrange(16) << 8)

    def level(self):
        """PS whole, by RSIL: nothing is pending that a level would let in."""
        return x.rsil(self.dst(), self.rng.randrange(6))

    def rotated(self):
        """Another window over the same registers: a0...a11 there are a4...a15 here."""
        r = self.rng
        inner = b"".join(x.rrr(r.choice(sorted(x.RRR.values())))(r.randrange(12), r.randrange(12), r.randrange(12))
                         for _ in range(r.randrange(1, 4)))
        return x.rotw(1) + inner + x.rotw(-1)

    # --- shapes of control flow around straight code ---
    def body(self, length):
        return [self.one() for _ in range(length)]

    def branch(self, skip):
        """A conditional branch over the next skip bytes."""
        r = self.rng
        kind = r.randrange(7 if self.f.bools else 6)
        s, t = self.src(), self.src()
        if kind == 0:
            return x.branch8(r.choice(sorted(x.BRANCH_RR.values())), s, t, skip)
        if kind == 1:
            return x.branch_imm(r.choice(sorted(x.BRANCH_IMM.values())), s, r.randrange(16), skip)
        if kind == 2:
            return x.branch_z(r.choice(sorted(x.BRANCH_Z.values())), s, skip)
        if kind == 3:
            return x.branch_bit(r.choice([0x006007, 0x00E007]), s, r.randrange(32), skip)
        if kind == 4 and 2 <= skip <= 65:
            offset = skip - 2  # density branch: target = PC + 4 + imm6, its own length is 2
            return x.w16(r.choice([0x008C, 0x00CC]) | s << 8 | (offset >> 4) << 4 | (offset & 15) << 12)
        if kind == 6:
            return x.branch_bool(r.randrange(2), s & 15, skip)
        return x.branch8(r.choice(sorted(x.BRANCH_RR.values())), s, t, skip)

    def straight(self):
        return b"".join(self.body(self.rng.randrange(6, 24)))

    def branchy(self):
        code = b""
        for _ in range(self.rng.randrange(2, 6)):
            skipped = b"".join(self.body(self.rng.randrange(1, 5)))
            code += b"".join(self.body(self.rng.randrange(0, 3))) + self.branch(len(skipped)) + skipped
        return code

    def looped(self):
        r = self.rng
        counter = r.choice([2, 5, 9])
        inner = b"".join(self.body(r.randrange(1, 7)))
        if r.randrange(3) == 0:  # a branch inside the loop, sometimes to its very end
            skipped = b"".join(self.body(r.randrange(1, 3)))
            inner = inner + self.branch(len(skipped)) + skipped
            inner += self.one() if r.randrange(2) else b""
        base = r.choice(sorted(x.LOOPS.values()))
        # A count of 0 means 2^32 rounds to LOOP, and a negative one almost as many to LOOPNEZ
        lowest = {"loop": 1, "loopnez": 0, "loopgtz": -3}
        count = r.randrange(lowest[next(n for n, b in x.LOOPS.items() if b == base)], 7)
        return b"".join(self.body(2)) + x.movi(counter, count) + x.loop(base, counter, len(inner)) + inner + self.straight()

    def faulty(self):
        """Ends by an exception in the middle."""
        r = self.rng
        bad = [x.ILL, x.SYSCALL, x.ILL_N, x.w24(0x030000 | 0x3E << 8)]
        if self.f.div:
            bad.append(x.movi(3, 0) + x.rrr(r.choice(sorted(x.RRR_DIV.values())))(4, 5, 3))
        return self.straight() + r.choice(bad) + self.straight()

    def subroutine(self, at):
        """CALL0 of code behind it, which returns by RET, RET.N, or JX past the first instructions at the return address."""
        r = self.rng
        skipped, behind = b"".join(self.body(r.randrange(1, 4))), b"".join(self.body(3))
        inner = b""
        for _ in range(r.randrange(2, 6)):  # a0 holds the return address: none of these may write it
            inner += x.rrr(r.choice(sorted(x.RRR.values())))(r.randrange(2, 16), self.src(), self.src())
        back = r.choice([x.RET, x.RET_N, x.addi(5, 0, len(skipped)) + x.jx(5)])
        called = at + 3 + len(skipped) + len(behind) + 3
        pad = -called % 4
        end = called + pad + len(inner) + len(back)
        code = x.call(0, at, called + pad) + skipped + behind
        return code + x.jump(at + len(code), end) + bytes(pad) + inner + back

    def sequence(self, at):
        """One sequence, for address at."""
        r = self.rng
        if r.randrange(12) == 0:
            return self.subroutine(at)
        shapes = [self.straight] * 5 + [self.branchy] * 4 + [self.faulty]
        if self.f.loops:
            shapes += [self.looped] * 4
        return r.choice(shapes)()

    def value(self):
        r = self.rng
        kind = r.randrange(4)
        if kind == 0:
            return r.choice(SPECIAL_INTS)
        if kind == 1:
            return r.randrange(-300, 300) & 0xFFFFFFFF
        return r.getrandbits(32)

    def float_bits(self):
        r = self.rng
        kind = r.randrange(4)
        if kind == 0:
            return r.choice(SPECIAL_FLOATS)
        if kind == 1:
            return struct.unpack("<I", struct.pack("<f", r.uniform(-1000, 1000)))[0]
        if kind == 2:  # close to another's exponent, so that sums round
            return r.getrandbits(32) & 0x807FFFFF | (127 + r.randrange(-30, 30)) << 23
        bits = r.getrandbits(32)
        return bits if bits & 0x7F800000 != 0x7F800000 else bits & 0xFF800000 | 0x400000  # no signalling NaN
