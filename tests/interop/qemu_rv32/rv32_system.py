# SPDX-License-Identifier: Apache-2.0
"""Sequences of what an operating system uses: registers, exceptions and the returns from them, both modes, interrupts, waiting.

What depends on how fast a core runs is kept out: a timer is either far away or has passed.
"""
import rv32_asm as a
from rv32_image import (END, LINE_SOFTWARE, LINE_TIMER, MOST_LOGS, MSIP, MSTATUS_MIE, MSTATUS_MPIE, MSTATUS_MPP, MSTATUS_MPRV, MTIMECMP,
                        MTVEC_DIRECT, MTVEC_VECTORED, SCRATCH_AT, SCRATCH_BYTES, TO_MACHINE)
from rv32_sequences import ILLEGAL_16, ILLEGAL_32, Generator

MSTATUS_TW = 0x200000
LINES = {LINE_SOFTWARE: a.li(5, MSIP) + a.addi(6, 0, 1) + a.sw(6, 5), LINE_TIMER: a.li(5, MTIMECMP) + a.sw(0, 5) + a.sw(0, 5, 4)}
BOTH = sum(1 << line for line in LINES)
# Registers that keep what is written: the bits of it that both sides have.
KEPT = {"mepc": 0xFFFFFFFE, "mcause": 0x800000FF, "mtval": 0xFFFFFFFF, "mie": BOTH | 1 << 11, "mtvec": 0xFFFFFFFD, "pmpaddr0": 0xFFFFFFFF}
READ_ONLY = ["misa", "mip", "mhartid"]
# Of no register, of one that cannot be written, of debug mode, of a mode that is not there.
NO_CSRS = [0x005, 0x0FF, 0x100, 0x105, 0x144, 0x180, 0x5A8, 0x7B0, 0x7B1, 0x9FF, 0xBFF, 0xCFF, 0xDFF, 0xFC0, 0xFFF]


class System(Generator):
    """x5 to x7 belong to the pieces, x17 says what an ECALL is for."""

    def __init__(self, rng):
        super().__init__(rng)
        self.pieces = [(self.register, 6), (self.status, 4), (self.no_csr, 3), (self.exception, 4), (self.visit_user, 5), (self.interrupt, 6),
                       (self.both, 3), (self.by_return, 3), (self.in_user, 3), (self.wait, 2), (self.vectored, 3), (self.plain, 3)]

    def dst(self):
        return self.rng.choice([n for n in range(9, 32) if n != 17])

    def sequence(self):
        self.code, self.stores, self.traps = b"", 0, 0
        self.begin()
        for _ in range(self.rng.randrange(4, 10)):
            if self.traps < MOST_LOGS - 4 and self.stores < 60:
                self.pick(self.pieces)()
        body = self.code
        return lambda at: body + a.addi(17, 0, END) + a.ECALL

    def begin(self):
        """For what a kind of sequences does first."""

    def put(self, *codes):
        self.code += b"".join(codes)

    def keep(self, *registers):
        for n in registers:
            self.put(a.sw(n, 8, 4 * self.stores))
            self.stores += 1
        assert 4 * self.stores <= SCRATCH_BYTES - SCRATCH_AT

    def keep_csrs(self, *names):
        for name in names:
            self.put(a.csrr(7, name))
            self.keep(7)

    def plain(self):
        self.put(*[a.op(self.rng.choice(sorted(a.R_OPS)), self.dst(), self.src(), self.src()) for _ in range(3)])

    # --- registers ---
    def csr_change(self, name, mask, rd):
        """One of the six instructions, with what the mask leaves of a random value."""
        kind = self.rng.choice(sorted(a.CSR_OPS))
        if kind.endswith("i"):
            return a.csr_op(kind, rd, name, self.rng.randrange(32) & mask)
        return a.li(5, self.rng.getrandbits(32) & mask) + a.csr_op(kind, rd, name, self.rng.choice([5, 5, 5, 0]))

    def register(self):
        r = self.rng
        if r.randrange(4) == 0:
            self.keep_csrs(r.choice(READ_ONLY))
            return
        name = r.choice(sorted(KEPT))
        for rd in (9, 10, 11):
            self.put(self.csr_change(name, KEPT[name], r.choice([rd, rd, 0])))
        self.keep(9, 10, 11)
        self.keep_csrs(name)
        if name == "mie":
            self.put(a.csrw("mie", 0))
        if name == "mtvec":
            self.put(a.li(5, MTVEC_DIRECT), a.csrw("mtvec", 5))

    def set_status(self, clear, to_set):
        return a.li(5, clear) + a.csr_op("csrrc", 0, "mstatus", 5) + a.li(5, to_set) + a.csr_op("csrrs", 0, "mstatus", 5)

    def status(self):
        """All that can be written of mstatus; MPP of a mode that is there."""
        bits = [MSTATUS_MPIE, MSTATUS_MIE, MSTATUS_TW, MSTATUS_MPP]
        value = sum(bit for bit in bits if self.rng.randrange(2))
        self.put(a.li(5, value), a.csr_op("csrrw", 6, "mstatus", 5))
        self.keep(6)
        self.keep_csrs("mstatus")
        self.put(a.csr_op("csrrci", 6, "mstatus", 8))
        self.keep_csrs("mstatus")

    def no_csr(self):
        r = self.rng
        self.traps += 1
        if r.randrange(3):
            self.put(a.csr_op(r.choice(["csrrw", "csrrs", "csrrc", "csrrwi", "csrrsi"]), self.dst(), r.choice(NO_CSRS), r.randrange(1, 32)))
        else:
            number = r.choice(["mhartid", 0xF11, 0xF12, 0xF13])  # x8 is not 0: QEMU 7.2 lets CSRRS of a register that is 0 pass
            self.put(a.csr_op(r.choice(["csrrw", "csrrwi", "csrrs", "csrrci"]), self.dst(), number, 8))

    # --- exceptions and modes ---
    def raising(self):
        r = self.rng
        kind = r.randrange(5)
        if kind == 0:
            return a.h(r.choice(ILLEGAL_16))
        if kind == 1:
            return a.w(r.choice(ILLEGAL_32))
        if kind == 2:
            return r.choice([a.EBREAK, a.C_EBREAK])
        if kind == 3:
            return r.choice([a.lw(self.dst(), 0, -4 * r.randrange(2, 512)), a.sw(self.dst(), 0, -4 * r.randrange(2, 512))])
        return a.addi(17, 0, 0) + a.ECALL

    def exception(self):
        """With interrupts on or off before: MPIE tells."""
        self.traps += 1
        self.put(a.csr_op(self.rng.choice(["csrrsi", "csrrci"]), 0, "mstatus", 8), self.raising())
        self.keep_csrs("mstatus")
        self.put(a.csr_op("csrrci", 0, "mstatus", 8))

    def mret_on(self, clear, to_set):
        """MRET to what follows."""
        rest = a.csrw("mepc", 5) + a.MRET
        self.put(self.set_status(clear, to_set), a.auipc(5, 0), a.addi(5, 5, 8 + len(rest)), rest)

    def to_user(self, to_set=0):
        self.mret_on(MSTATUS_MPP | MSTATUS_MPIE, to_set)

    def to_machine(self):
        self.traps += 1
        self.put(a.addi(17, 0, TO_MACHINE), a.ECALL)

    def visit_user(self):
        r = self.rng
        self.to_user(r.choice([0, MSTATUS_MPIE]))
        for _ in range(r.randrange(1, 4)):
            kind = r.randrange(3)
            if kind == 0:
                self.plain()
                self.keep(9)
                continue
            self.traps += 1
            name = r.choice(sorted(KEPT) + READ_ONLY)
            self.put(self.raising() if kind == 1 else r.choice([a.csrr(self.dst(), name), a.csrw(name, self.src()), a.MRET]))
        self.to_machine()
        self.keep_csrs("mstatus")
        self.put(a.csr_op("csrrci", 0, "mstatus", 8))

    # --- interrupts ---
    def enable(self, lines):
        return a.addi(7, 0, lines & 0x7FF if lines < 0x800 else 0) + a.csrw("mie", 7)

    def interrupt(self):
        """The line first, then the enables, in any order; or the line last."""
        line = self.rng.choice(sorted(LINES))
        self.traps += 1
        steps = [LINES[line], self.enable(self.rng.choice([1 << line, BOTH])), a.csr_op("csrrsi", 0, "mstatus", 8)]
        self.rng.shuffle(steps)
        self.put(steps[0])
        self.keep_csrs("mip")
        self.put(steps[1], steps[2], a.NOP, a.NOP)
        self.keep_csrs("mip", "mstatus")
        self.put(a.csr_op("csrrci", 0, "mstatus", 8), a.csrw("mie", 0))

    def both(self):
        """Two lines at once: the software's first."""
        self.traps += 2
        self.put(LINES[LINE_TIMER], LINES[LINE_SOFTWARE], self.enable(BOTH))
        self.keep_csrs("mip")
        self.put(a.csr_op("csrrsi", 0, "mstatus", 8), a.NOP, a.NOP, a.csr_op("csrrci", 0, "mstatus", 8), a.csrw("mie", 0))

    def by_return(self):
        """Let in by MRET's MPIE, or kept out."""
        line = self.rng.choice(sorted(LINES))
        self.traps += 2
        self.put(LINES[line], self.enable(1 << line))
        self.mret_on(MSTATUS_MPIE, MSTATUS_MPP | self.rng.choice([0, MSTATUS_MPIE]))
        self.plain()
        self.put(a.csr_op("csrrsi", 7, "mstatus", 8))
        self.keep(7)
        self.put(a.csr_op("csrrci", 0, "mstatus", 8), a.csrw("mie", 0))

    def in_user(self):
        """In user mode MIE does not matter."""
        line = self.rng.choice(sorted(LINES))
        self.traps += 1
        self.put(self.enable(1 << line))
        if self.rng.randrange(2):
            self.put(LINES[line])
            self.to_user(self.rng.choice([0, MSTATUS_MPIE]))
        else:
            self.to_user(self.rng.choice([0, MSTATUS_MPIE]))
            self.put(LINES[line])
        self.plain()
        self.to_machine()
        self.put(a.csr_op("csrrci", 0, "mstatus", 8), a.csrw("mie", 0))

    def wait(self):
        """WFI goes on for a line that mie lets through, even if MIE does not."""
        line = self.rng.choice(sorted(LINES))
        self.traps += 1
        self.put(LINES[line], self.enable(1 << line), a.WFI, a.csr_op("csrrsi", 0, "mstatus", 8), a.NOP, a.csr_op("csrrci", 0, "mstatus", 8),
                 a.csrw("mie", 0))

    def vectored(self):
        """Exceptions go to the base, interrupts to their own entry."""
        line = self.rng.choice(sorted(LINES))
        self.traps += 2
        self.put(a.li(5, MTVEC_VECTORED), a.csrw("mtvec", 5), self.raising(), LINES[line], self.enable(1 << line),
                 a.csr_op("csrrsi", 0, "mstatus", 8), a.NOP, a.csr_op("csrrci", 0, "mstatus", 8), a.csrw("mie", 0),
                 a.li(5, MTVEC_DIRECT), a.csrw("mtvec", 5))
