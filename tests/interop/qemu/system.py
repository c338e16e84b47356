# SPDX-License-Identifier: Apache-2.0
"""Sequences of what an operating system and a monitor use: interrupts at every level, exceptions and the returns from them,
debug exceptions, special registers, waiting, and region protection.

What depends on how fast a core counts cycles is kept out: a timer is waited for by WAITI, or until INTERRUPT shows it, at a
level that masks it.
"""
import xtensa_asm as x
from sequences import Generator
from system_image import DEBUG_LEVEL, LINES, LOAD_BYTES, LOG_AT, MOST_ENTRIES, PS_EXCM, PS_UM, SOFTWARE, TIMERS, load

BOTH = sum(1 << line for line in SOFTWARE)
LIMIT_ICOUNT = 6
# Special registers that keep what is written: the bits of it that every core has.
KEPT = {f"{name}{n}": 0xFFFFFFFF for name in ("epc", "excsave") for n in range(2, 8)}
KEPT.update({f"eps{n}": 0x70F3F for n in range(2, 8)})
KEPT.update({name: 0xFFFFFFFF for name in ("depc", "excvaddr", "ibreaka0", "ibreaka1", "dbreaka0", "dbreaka1", "misc1", "lbeg",
                                           "lend", "scompare1", "epc1", "ccompare0", "ccompare2")})
KEPT.update({"exccause": 0x3F, "sar": 0x3F, "intenable": BOTH})
# (DBREAKC is not among them: only some masks are defined, and QEMU does not come back from the others.)
NEEDS = {"lbeg": "loops", "lend": "loops", "scompare1": "s32c1i"}
PUT_BACK = ("intenable",)  # to 0


class System(Generator):
    """a1 points to the scratch memory. a8...a15 belong to the pieces, a0...a7 carry values through."""

    def __init__(self, rng, features, is_nesting):
        super().__init__(rng, features)
        self.low_cost = 2 if is_nesting else 1
        self.pieces = [(self.software, 5), (self.masked, 4), (self.both, 3), (self.timer_waiti, 2), (self.timer_polled, 2),
                       (self.exception, 3), (self.double, 2), (self.returns, 4), (self.rfde, 1), (self.breaks, 3),
                       (self.no_break, 1), (self.ibreak, 2), (self.dbreak, 2), (self.icount, 2), (self.register, 6),
                       (self.movsp, 3), (self.window_return, 3), (self.plain, 3)]
        if features.regions:
            self.pieces += [(self.tlb_registers, 4), (self.tlb_refuses, 4)]

    def dst(self):
        return self.rng.choice([0, 2, 3, 4, 5, 6, 7])

    def src(self):
        return self.rng.randrange(8)

    def sequence(self, at):
        self.at, self.code, self.entries, self.stores = at, b"", 0, 0
        self.put(x.addi(8, 1, LOG_AT), x.wsr(8, "misc0"), x.movi(8, 0), x.wsr(8, "intenable"), self.set_ps(PS_UM))
        pieces, weights = zip(*self.pieces)
        for piece in self.rng.choices(pieces, weights, k=self.rng.randrange(4, 10)):
            piece()
        self.put(x.movi(8, 0), x.wsr(8, "intenable"), load(8, BOTH), x.wsr(8, "intclear"), x.rsil(8, 0))
        return self.code

    def put(self, *codes):
        self.code += b"".join(codes)

    def here(self):
        return self.at + len(self.code)

    @staticmethod
    def set_ps(value):
        return load(9, value) + x.wsr(9, "ps") + x.RSYNC

    def keep(self, *registers):
        """Into the scratch memory, to be compared."""
        for t in registers:
            self.put(x.s32i(t, 1, 4 * (self.stores % (LOG_AT // 4))))
            self.stores += 1

    def keep_ps(self):
        self.put(x.rsr(8, "ps"))
        self.keep(8)
        self.put(self.set_ps(PS_UM))

    def has_room(self, entries):
        if self.entries + entries > MOST_ENTRIES:
            return False
        self.entries += entries
        return True

    def cost(self, line):
        return self.low_cost if LINES[line][0] == 1 else 1

    def plain(self):
        self.put(*[x.rrr(self.rng.choice(sorted(x.RRR.values())))(self.dst(), self.src(), self.src()) for _ in range(3)])

    def keep_pending(self):
        """The software bits of INTERRUPT: whether a timer has matched is not ours to compare."""
        for line in SOFTWARE:
            self.put(x.rsr(8, "interrupt"), x.extui(8, 8, line, 1))
            self.keep(8)

    # --- interrupts ---
    def software(self):
        """Set, then enabled, or the other way round."""
        line = self.rng.choice(SOFTWARE)
        if self.has_room(self.cost(line)):
            steps = [load(8, 1 << line) + x.wsr(8, "intset"), load(10, self.rng.choice([1 << line, BOTH])) + x.wsr(10, "intenable")]
            self.rng.shuffle(steps)
            self.put(*steps, x.RSYNC, x.NOP)
            self.plain()
            self.keep_pending()

    def masked(self):
        """Masked by the level, until RSIL, a write of PS, or RFI lets it in."""
        r = self.rng
        line = r.choice(SOFTWARE)
        if not self.has_room(self.cost(line)):
            return
        level = LINES[line][0]
        self.put(x.rsil(8, r.randrange(level, DEBUG_LEVEL)), load(9, 1 << line), x.wsr(9, "intenable"), x.wsr(9, "intset"), x.RSYNC)
        self.plain()
        self.keep_pending()
        low, how = r.randrange(level), r.randrange(3)
        if how == 0:
            self.put(x.rsil(8, low))
            self.keep(8)
        elif how == 1:
            self.put(self.set_ps(PS_UM | low))
        else:
            self.return_by_rfi(r.randrange(2, 8), PS_UM | low)
        self.put(x.NOP, x.rsil(8, 0))

    def both(self):
        """Two at once, at level 0, or under EXCM that masks both until it is cleared."""
        if not self.has_room(sum(self.cost(line) for line in SOFTWARE)):
            return
        self.put(load(8, BOTH), x.wsr(8, "intenable"))
        if self.rng.randrange(2):
            self.put(self.set_ps(PS_UM | PS_EXCM), x.wsr(8, "intset"), x.RSYNC)
            self.keep_pending()
            self.put(self.set_ps(PS_UM))
        else:
            self.put(x.wsr(8, "intset"), x.RSYNC)
        self.plain()
        self.keep_pending()

    def arm(self, line):
        """At a level that masks it."""
        self.put(x.rsil(10, 5), load(9, 1 << line), x.wsr(9, "intenable"), x.rsr(8, "ccount"), x.addmi(8, 8, 0x200),
                 x.wsr(8, "ccompare" + LINES[line][1][-1]), x.RSYNC)

    def timer_waiti(self):
        line = self.rng.choice(TIMERS)
        if self.has_room(self.cost(line)):
            self.arm(line)
            self.put(x.waiti(self.rng.randrange(LINES[line][0])), x.NOP, x.rsil(10, 0))

    def timer_polled(self):
        line = self.rng.choice(TIMERS)
        if self.has_room(self.cost(line)):
            self.arm(line)
            poll = x.rsr(8, "interrupt")
            self.put(poll, x.branch_bit(x.BBCI, 8, line, -len(poll) - 3))
            self.put(self.set_ps(PS_UM | self.rng.randrange(LINES[line][0])), x.NOP, x.rsil(10, 0))

    # --- exceptions ---
    def bad(self):
        bad = [x.ILL, x.SYSCALL, x.w24(0x030000 | 0x3E << 8)]
        if self.f.div:
            bad.append(x.movi(8, 0) + x.rrr(self.rng.choice(sorted(x.RRR_DIV.values())))(9, 10, 8))
        return self.rng.choice(bad)

    def exception(self, mask=0):
        """By the user or the kernel vector, at any level."""
        if self.has_room(1):
            self.put(self.set_ps(self.rng.choice([0, PS_UM]) | mask | self.rng.randrange(16)), self.bad())
            self.keep_ps()

    def double(self):
        self.exception(PS_EXCM)

    # --- returns ---
    def behind(self, register, code):
        """a8 := the address behind this; register := a8; then code, which goes there."""
        rest = x.wsr(8, register) + code
        self.put(load(8, self.here() + LOAD_BYTES + len(rest)), rest)

    def return_by_rfi(self, level, ps):
        self.put(load(9, ps), x.wsr(9, f"eps{level}"))
        self.behind(f"epc{level}", x.rfi(level))

    def returns(self):
        """RFI at every level and RFE, with PS of every kind."""
        r = self.rng
        ps = r.choice([0, PS_UM, PS_UM | PS_EXCM]) | r.randrange(16) | r.randrange(4) << 8 | r.randrange(4) << 16
        if r.randrange(4):
            self.return_by_rfi(r.randrange(2, 8), ps)
        else:
            self.put(self.set_ps(ps | PS_EXCM))
            self.behind("epc1", x.RFE)
        self.keep_ps()

    def rfde(self):
        self.put(self.set_ps(self.rng.choice([0, PS_UM]) | PS_EXCM | self.rng.randrange(16)))
        self.behind("depc", x.RFDE)
        self.keep_ps()

    def window_return(self):
        """RFWO and RFWU outside of their handlers: WINDOWSTART, WINDOWBASE and PS."""
        r = self.rng
        owner = r.randrange(3)
        self.put(self.set_ps(PS_UM | PS_EXCM | owner << 8), x.movi(9, r.choice([1, 3, 7, 6])), x.wsr(9, "windowstart"), x.RSYNC)
        self.behind("epc1", r.choice([x.RFWO, x.RFWU]))
        self.put(x.rotw(-owner) if owner else b"", x.rsr(8, "windowstart"), x.movi(9, 1), x.wsr(9, "windowstart"), x.RSYNC)
        self.keep(8)
        self.keep_ps()

    def movsp(self):
        """With a frame one, two or three below, or with none. In window 4: register files differ in size."""
        if not self.has_room(1):
            return
        own, below = 4, self.rng.randrange(5)
        start = 1 << own | (1 << (own - below) if 1 <= below <= 3 else 0)
        self.put(x.rotw(own), x.movi(9, start), x.wsr(9, "windowstart"), x.RSYNC, x.movi(2, 22), x.movi(3, 33), x.movsp(2, 3),
                 x.wsr(2, "depc"), x.rsr(2, "windowstart"), x.wsr(2, "excvaddr"), x.rotw(-own), x.movi(9, 1),
                 x.wsr(9, "windowstart"), x.RSYNC, x.rsr(8, "depc"), x.rsr(9, "excvaddr"))
        self.keep(8, 9)

    # --- debug ---
    def level_for_debug(self):
        return self.set_ps(self.rng.choice([0, PS_UM, PS_UM | PS_EXCM]) | self.rng.randrange(DEBUG_LEVEL))

    def breaks(self):
        if self.has_room(1):
            r = self.rng
            self.put(self.level_for_debug(), x.brk(r.randrange(16), r.randrange(16)) if r.randrange(2) else x.brk_n(r.randrange(16)))
            self.keep_ps()

    def no_break(self):
        """At the debug level and above, BREAK does nothing."""
        self.put(x.rsil(8, self.rng.choice([6, 7, 15])), x.brk(1, 2), x.brk_n(3), x.rsil(8, 0))
        self.keep(8)

    def ibreak(self):
        if not self.has_room(1):
            return
        n, mode = self.rng.randrange(2), self.level_for_debug()
        rest = x.wsr(8, f"ibreaka{n}") + x.movi(9, 1 << n) + x.wsr(9, "ibreakenable") + x.ISYNC + x.NOP
        self.put(mode, load(8, self.here() + len(mode) + LOAD_BYTES + len(rest)), rest, x.NOP)
        self.keep_ps()

    def dbreak(self):
        """A load or store of one to four bytes at a watched address, or beside it."""
        r = self.rng
        if not self.has_room(1):
            return
        n = r.randrange(2)
        self.put(self.level_for_debug(), x.addi(8, 1, r.randrange(0, 64, 4)), x.wsr(8, f"dbreaka{n}"), load(9, r.choice([1, 2, 3]) << 30 | r.choice([0x3F, 0x3C, 0x38])), x.wsr(9, f"dbreakc{n}"), x.ISYNC)
        base, size = r.choice(sorted(x.LOADS.values()) + sorted(x.STORES.values()))
        self.put(x.mem8(base, self.dst(), 1, r.randrange(64 // size)), x.movi(9, 0), x.wsr(9, f"dbreakc{n}"))
        self.keep_ps()

    def icount(self):
        r = self.rng
        if not self.has_room(1):
            return
        self.put(x.rsil(8, r.randrange(3)), load(8, 0xFFFFFFFF - r.randrange(LIMIT_ICOUNT)), x.wsr(8, "icount"), x.movi(9, 4),
                 x.wsr(9, "icountlevel"), x.ISYNC, *[x.NOP] * (LIMIT_ICOUNT + 2), x.rsil(8, 0))

    # --- special registers ---
    def register(self):
        r = self.rng
        name = r.choice([n for n in KEPT if n not in NEEDS or getattr(self.f, NEEDS[n])])
        self.put(x.rsil(8, 7), *[load(t, r.getrandbits(32) & KEPT[name]) for t in (8, 9)])
        self.put(x.wsr(8, name), x.RSYNC, x.rsr(10, name), x.xsr(9, name), x.RSYNC, x.rsr(11, name))
        self.keep(9, 10, 11)
        if name in PUT_BACK:
            self.put(x.movi(9, 0), x.wsr(9, name), x.RSYNC)
        self.put(x.rsil(8, 0))

    # --- region protection ---
    def region(self):
        """One that holds neither code nor data."""
        return self.rng.choice([n for n in range(8) if n != self.at >> 29]) << 29

    def tlb_registers(self):
        r = self.rng
        write, read0, read1, probe, invalidate = r.choice([(x.witlb, x.ritlb0, x.ritlb1, x.pitlb, x.iitlb),
                                                           (x.wdtlb, x.rdtlb0, x.rdtlb1, x.pdtlb, x.idtlb)])
        addr = self.region()
        self.put(load(9, addr | r.getrandbits(29)), load(10, addr | r.randrange(16)), write(10, 9), x.ISYNC, read0(8, 9),
                 read1(11, 9), probe(12, 9))
        self.keep(8, 11, 12)
        self.put(invalidate(9) if r.randrange(2) else b"", read1(11, 9), load(10, addr | 2), write(10, 9), x.ISYNC)
        self.keep(11)

    def tlb_refuses(self):
        """A load, a store or a fetch that the attribute does not allow."""
        r = self.rng
        if not self.has_room(1):
            return
        region, kind = self.region(), r.randrange(3)
        refusing = {0: [3, 6, 7, 8, 13, 15], 1: [3, 6, 7, 8, 13, 15], 2: [0, 6, 7, 8, 14, 15]}[kind]
        write = x.witlb if kind == 2 else x.wdtlb
        self.put(load(9, region | 0x100), load(10, region | r.choice(refusing)), write(10, 9), x.ISYNC)
        self.put([x.l32i(11, 9, 4), x.s32i(11, 9, 4), x.callx(0, 9)][kind], x.rsr(8, "excvaddr"))
        self.put(load(10, region | 2), write(10, 9), x.ISYNC)
        self.keep(8)
