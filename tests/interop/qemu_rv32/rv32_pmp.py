# SPDX-License-Identifier: Apache-2.0
"""Sequences about physical memory protection: entries of all kinds over one area, and accesses around their bounds in machine mode, with
MPRV, and in user mode."""
import rv32_asm as a
from rv32_image import EXTRA, MSTATUS_MPP, MSTATUS_MPRV
from rv32_system import System

DATA, CODE, HALF = EXTRA, EXTRA + 0x2000, 0x2000  # written to, and jumped into
RETURN = 0x8082  # C.JR through x1, which the handler goes on at after a fetch that was refused
OFF, TOR, NA4, NAPOT = 0, 1, 2, 3
R, W, X, L = 1, 2, 4, 0x80
PERMISSIONS = [0, R, R | W, X, R | X, R | W | X]  # writing without reading is reserved
ENTRIES = 6
REST = a.addi(5, 0, -1) + a.csrw("pmpaddr15", 5) + a.li(5, 0x1F000000) + a.csrw("pmpcfg3", 5)  # entry 15: everything, for the code itself


def area(rng):
    """Data, then returns of 16 bits: QEMU 7.2 does not ask the PMP about the second half of a longer instruction."""
    return rng.randbytes(HALF) + a.h(RETURN) * (HALF // 2)


class Pmp(System):
    def __init__(self, rng, locked):
        """locked: the entries that the image's start locks."""
        super().__init__(rng)
        self.locked = locked
        self.pieces = [(self.configure, 2), (self.access, 10), (self.access_as_user, 8), (self.access_in_user, 4), (self.read_back, 1)]

    def begin(self):
        """Something is configured always."""
        self.configure()

    def entry(self, n):
        """(kind, permissions, pmpaddr), with the address in the area always: the next entry's range may begin there."""
        r = self.rng
        at = r.choice([DATA, CODE]) + r.randrange(0, HALF, 4)
        if r.randrange(3) == 0:
            at = at & ~0xFFF
        kind = r.choice([OFF, NA4, NAPOT, NAPOT] if n == 0 else [OFF, TOR, TOR, TOR, NA4, NAPOT, NAPOT])
        value = at >> 2
        if kind == NAPOT:
            size = 8 << r.randrange(10)
            value = (at & ~(size - 1) | size // 2 - 1) >> 2
        return kind, r.choice(PERMISSIONS), value

    def configure(self):
        """Addresses before configurations: QEMU 7.2 looks at them again only when the latter change."""
        config = [0] * 8
        self.bounds = []
        for n in range(ENTRIES):
            kind, permissions, value = self.entry(n)
            config[n] = kind << 3 | permissions
            self.put(a.li(5, value), a.csrw(f"pmpaddr{n}", 5))
            self.note(kind, value)
        for kind, _, value in self.locked.values():
            self.note(kind, value)
        for n in range(2):
            self.put(a.li(5, int.from_bytes(bytes(config[4 * n:4 * n + 4]), "little")), a.csrw(f"pmpcfg{n}", 5))
        self.put(REST)

    def note(self, kind, value):
        if kind == NAPOT:
            size = 8
            while value << 2 & size // 2:
                size *= 2
            self.bounds += [(value << 2) & ~(size - 1), ((value << 2) & ~(size - 1)) + size]
        elif kind != OFF:
            self.bounds += [value << 2, (value << 2) + 4]

    def read_back(self):
        self.keep_csrs("pmpcfg0", "pmpcfg1", *[f"pmpaddr{self.rng.randrange(8)}" for _ in range(3)])

    def where(self, first, size):
        """Near a bound, inside a half of the area."""
        r = self.rng
        near = [b for b in getattr(self, "bounds", []) if first <= b < first + HALF]
        at = r.choice(near) + r.randrange(-8, 8) if near and r.randrange(5) else first + r.randrange(HALF)
        return min(max(at, first), first + HALF - 8) & ~(size - 1)

    def one_access(self, kinds=5):
        r = self.rng
        self.traps += 1
        kind = r.randrange(kinds)
        if kind < 2:
            name = r.choice(sorted(a.LOADS))
            code = a.li(5, self.where(r.choice([DATA, CODE]), a.LOADS[name][1])) + a.addi(9, 0, 0x55) + a.load(name, 9, 5, 0)
            return code, True
        if kind < 4:
            name = r.choice(sorted(a.STORES))
            return a.li(5, self.where(DATA, a.STORES[name][1])) + a.store(name, self.src(), 5, 0), False
        return a.li(5, self.where(CODE, 2)) + a.jalr(1, 5), False

    def some_accesses(self, kinds=5):
        for _ in range(self.rng.randrange(1, 3)):
            code, is_load = self.one_access(kinds)
            self.put(code)
            if is_load:
                self.keep(9)

    def access(self):
        self.some_accesses()

    def access_as_user(self):
        """Loads and stores with MPRV. (No fetches meanwhile: QEMU 7.2 remembers a page's rights for both.)"""
        self.put(self.set_status(MSTATUS_MPP, MSTATUS_MPRV))
        self.some_accesses(4)
        self.put(a.li(5, MSTATUS_MPRV), a.csr_op("csrrc", 0, "mstatus", 5))

    def access_in_user(self):
        self.to_user()
        self.some_accesses()
        self.to_machine()


def lock_some(rng):
    """{number: entry} and the code that sets and locks them."""
    generator = Pmp(rng, {})
    locked, code = {}, b""
    config = [0] * 8
    for n in range(rng.randrange(1, 5)):
        kind, permissions, value = generator.entry(n)
        locked[n] = kind, permissions, value
        config[n] = L | kind << 3 | permissions
        code += a.li(5, value) + a.csrw(f"pmpaddr{n}", 5)
    return locked, code + a.li(5, int.from_bytes(bytes(config[:4]), "little")) + a.csrw("pmpcfg0", 5)
