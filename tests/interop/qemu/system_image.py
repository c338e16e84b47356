# SPDX-License-Identifier: Apache-2.0
"""The frame for sequences of system code: every vector leads to a handler that logs what it finds into the sequence's
scratch memory, removes the cause and returns.  So a sequence goes on behind an exception, and the log says what was taken,
where, in which order and at which level."""
import program
import xtensa_asm as x

# de212, dc233c and de233_fpu have the same 22 lines (their core-isa.h in QEMU). line: (level, kind as lx6run names it)
LINES = {line: (1, "level") for line in range(6)}
LINES.update({6: (1, "timer0"), 7: (1, "software"), 8: (2, "level"), 9: (3, "level"), 10: (3, "timer1"), 11: (3, "software"),
              12: (4, "level"), 13: (5, "timer2"), 14: (7, "nmi")})
LINES.update({line: (3 if line == 21 else 1, "edge") for line in range(15, 22)})
SOFTWARE = [line for line, (_, kind) in LINES.items() if kind == "software"]
TIMERS = [line for line, (_, kind) in LINES.items() if kind.startswith("timer")]
NESTED_LINE, NESTED_LEVEL = 11, 3  # what the handler of level 1 lets in

VECTORS = {2: 0x180, 3: 0x1C0, 4: 0x200, 5: 0x240, 6: 0x280, 7: 0x2C0}
KERNEL, USER, DOUBLE = 0x300, 0x340, 0x3C0
DEBUG_LEVEL = 6
INTERRUPT_CAUSE, FETCH_CAUSE = 4, 20  # EXCCAUSE; the former is its own index in B4CONST
CAUSE_BI, CAUSE_BN = 3, 4  # bits of DEBUGCAUSE
PS_UM, PS_WOE, PS_EXCM = 0x20, 0x40000, 0x10
LOG_AT, ENTRY_BYTES, MOST_ENTRIES = 96, 32, 5  # in the scratch memory


def load(t, value):
    """t := value in seven instructions: a literal would have to stand before the code."""
    value &= 0xFFFFFFFF

    def add(bits):
        high = (bits + 128) & ~255
        return x.addmi(t, t, high) + x.addi(t, t, bits - high)
    return (x.movi(t, value >> 21) + x.slli(t, t, 10) + add(value >> 11 & 0x3FF)
            + x.slli(t, t, 11) + add(value & 0x7FF))


LOAD_BYTES = len(load(2, 0))


def skip_unless(branch, body, behind=b""):
    """body behind a branch over it; with behind, body ends by a jump over that."""
    body += x.jump(0, 3 + len(behind)) if behind else b""
    return branch(len(body)) + body + behind


class Image(program.Image):
    """is_nesting: the handler of level 1 lets an interrupt of level 3 in."""

    def __init__(self, base, features, is_nesting):
        super().__init__(base, features)
        self.is_nesting = is_nesting

    def prepare(self):
        super().prepare()
        handlers = {vector: self.high_handler(level) for level, vector in VECTORS.items()}
        handlers.update({mark: self.low_handler(mark) for mark in (KERNEL, USER)})
        handlers[DOUBLE] = self.double_handler()
        for vector, code in handlers.items():
            self.align()
            self.head[vector:vector + 3] = x.jump(self.base + vector, self.here())
            self.code += code

    @staticmethod
    def log(save, mark, registers):
        """Takes the entry that MISC0 points to. a2 is saved in a special register, a3 in the entry; a2 is the entry then."""
        code = x.wsr(2, save) + x.rsr(2, "misc0") + x.addi(2, 2, ENTRY_BYTES) + x.wsr(2, "misc0") + x.addi(2, 2, -ENTRY_BYTES)
        code += x.s32i(3, 2, 0) + x.movi(3, mark) + x.s32i(3, 2, 4)
        return code + b"".join(x.rsr(3, name) + x.s32i(3, 2, 8 + 4 * i) for i, name in enumerate(registers))

    @staticmethod
    def done(save, leave):
        return x.l32i(3, 2, 0) + x.rsr(2, save) + leave

    @staticmethod
    def quiet(level):
        """Removes what interrupts at a level: software bits, and timers by a match that is far away."""
        code = b""
        for line, (at, kind) in LINES.items():
            if at == level and kind == "software":
                code += load(3, 1 << line) + x.wsr(3, "intclear")
            elif at == level and kind.startswith("timer"):
                code += x.rsr(3, "ccount") + x.addi(3, 3, -1) + x.wsr(3, "ccompare" + kind[-1])
        return code

    @staticmethod
    def step(name, by):
        return x.rsr(3, name) + x.addi(3, 3, by) + x.wsr(3, name)

    def high_handler(self, level):
        save = f"excsave{level}"
        code = self.log(save, level, [f"epc{level}", f"eps{level}", "ps"] + (["debugcause"] if level == DEBUG_LEVEL else []))
        if level == DEBUG_LEVEL:
            for bit, length in ((CAUSE_BI, 3), (CAUSE_BN, 2)):
                code += x.rsr(3, "debugcause")
                code += skip_unless(lambda n: x.branch_bit(x.BBCI, 3, bit, n), self.step("epc6", length))
            code += x.movi(3, 0)
            code += b"".join(x.wsr(3, name) for name in ("ibreakenable", "dbreakc0", "dbreakc1", "icountlevel"))
        return code + self.quiet(level) + self.done(save, x.rfi(level))

    def let_in(self):
        """As an operating system does: EXCM off, level 1; what is saved in registers is kept meanwhile."""
        code = x.rsr(3, "epc1") + x.s32i(3, 2, 20) + x.rsr(3, "misc1") + x.s32i(3, 2, 24)
        code += x.movi(3, PS_UM | 1) + x.wsr(3, "ps") + x.RSYNC
        code += load(3, 1 << NESTED_LINE) + x.wsr(3, "intset") + x.RSYNC + x.NOP + x.wsr(3, "intclear")
        code += x.l32i(3, 2, 16) + x.wsr(3, "ps") + x.RSYNC
        return code + x.l32i(3, 2, 20) + x.wsr(3, "epc1") + x.l32i(3, 2, 24) + x.wsr(3, "misc1")

    def low_handler(self, mark):
        """Exceptions are stepped over (3 bytes), and where a frame was missing there is one then. A fetch that was refused
        was called by CALLX0."""
        code = self.log("misc1", mark, ["epc1", "exccause", "ps"]) + x.rsr(3, "exccause")
        interrupt = self.quiet(1) + (self.let_in() if self.is_nesting else b"")
        other = x.addi(3, 3, -FETCH_CAUSE)
        other += skip_unless(lambda n: x.branch_z(x.BRANCH_Z["bnez"], 3, n), x.wsr(0, "epc1"), self.step("epc1", 3))
        other += x.movi(3, 1) + x.wsr(3, "windowstart") + x.RSYNC
        code += skip_unless(lambda n: x.branch_imm(x.BRANCH_IMM["bnei"], 3, INTERRUPT_CAUSE, n), interrupt, other)
        return code + self.done("misc1", x.RFE)

    def double_handler(self):
        code = self.log("excsave2", DOUBLE, ["depc", "exccause", "ps"]) + self.step("depc", 3)
        return code + self.done("excsave2", x.RFDE)


def setup():
    """What makes lx6run a core with these lines; BREAK goes to the debug vector."""
    taken = [f"irq {line} {level} {kind}" for line, (level, kind) in LINES.items()]
    return taken + [f"irq {line} 0 edge" for line in range(len(LINES), 32)] + ["config ocd 0"]
