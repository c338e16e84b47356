# SPDX-License-Identifier: Apache-2.0
"""Random sequences of every instruction of RV32IMAC that computes, moves or branches."""
import rv32_asm as a
from rv32_image import END, SCRATCH_AT, SCRATCH_BYTES

SPECIAL = [0, 1, 2, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0xFFFF, 0x8000, 0x7FFF, 0x10000, 0x55555555, 31, 32, 33, 0x800, 0xFFFFF800]
POINTERS = (2, 8)  # to the scratch memory: read by all, written by none
LOWEST, HIGHEST = -SCRATCH_AT, SCRATCH_BYTES - SCRATCH_AT

# What RV32IMAC does not have: each raises exception 2 with the word in mtval. (QEMU 7.2 takes SFENCE.VMA, 0x12000073, on a core without S.)
ILLEGAL_16 = [0x0000, 0x0004, 0x6001 | 9 << 7, 0x6101, 0x4002 | 3 << 2, 0x8002, 0x1002 | 9 << 7, 0x9001, 0x9401, 0x9C01, 0x9C21, 0x9C41, 0x9C61,
              0x2000, 0x2002, 0x6000, 0x6002, 0xA000, 0xA002, 0xE000, 0xE002, 0x8000]
ILLEGAL_32 = [0x0000000B, 0x0000005B, 0x0000007B, 0x00003003, 0x00006003, 0x00007003, 0x00003023, 0x00004023, 0x00002063, 0x00003063,
              0x00001067, 0x00007067, 0x02001013, 0x02005013, 0x42005013, 0x04000033, 0x40001033, 0x40007033, 0x0000001B, 0x0000003B,
              0x00002007, 0x00002027, 0x00000053, 0x00000043, 0x0000302F, 0x2800202F, 0x0000200F, 0x10200073, 0x00200073, 0x7B200073,
              0x00004073, 0x0000307F, 0xFFFFFFFF, 0x0000001F, 0x30200173, 0x00100173, 0x10500173, 0xFFFFFF73]


class Generator:
    def __init__(self, rng):
        self.rng = rng
        self.kinds = [(self.alu, 14), (self.muldiv, 8), (self.alu_imm, 10), (self.shift, 6), (self.upper, 3), (self.load, 8), (self.store, 8),
                      (self.c_alu, 10), (self.c_imm, 10), (self.c_memory, 8), (self.c_move, 6), (self.c_stack, 3), (self.amo, 5), (self.lr_sc, 2),
                      (self.fence, 1), (self.counters, 1), (self.own_code, 1)]
        self.flows = [(self.skip, 6), (self.loop, 2), (self.call, 3), (self.c_call, 3)]

    def value(self):
        r = self.rng
        return r.choice([r.choice(SPECIAL), r.getrandbits(32), r.getrandbits(32), r.randrange(-64, 64) & 0xFFFFFFFF])

    def dst(self):
        return self.rng.choice([n for n in range(32) if n not in POINTERS])

    def src(self):
        return self.rng.randrange(32)

    def short_dst(self):
        return self.rng.randrange(9, 16)

    def short_src(self):
        return self.rng.randrange(8, 16)

    def pick(self, kinds):
        names, weights = zip(*kinds)
        return self.rng.choices(names, weights)[0]

    def one(self):
        return self.pick(self.kinds)()

    def some(self, most):
        return b"".join(self.one() for _ in range(self.rng.randrange(1, most + 1)))

    # --- computing ---
    def alu(self):
        return a.op(self.rng.choice(sorted(a.R_OPS)), self.dst(), self.src(), self.src())

    def muldiv(self):
        return a.op(self.rng.choice(sorted(a.M_OPS)), self.dst(), self.src(), self.src())

    def alu_imm(self):
        return a.opi(self.rng.choice(sorted(a.I_OPS)), self.dst(), self.src(), self.rng.randrange(-2048, 2048))

    def shift(self):
        return a.shift(self.rng.choice(sorted(a.SHIFT_OPS)), self.dst(), self.src(), self.rng.randrange(32))

    def upper(self):
        return self.rng.choice([a.lui, a.auipc])(self.dst(), self.rng.getrandbits(20))

    def c_alu(self):
        r = self.rng
        if r.randrange(2):
            return a.c_alu(r.randrange(4), self.short_dst(), self.short_src())
        return a.c_two(1, self.dst(), r.randrange(1, 32))  # C.ADD; to x0 a hint

    def c_imm(self):
        r = self.rng
        kind = r.randrange(6)
        imm = r.randrange(-32, 32)
        if kind == 0:
            return a.c_imm6(0, self.dst(), imm)
        if kind == 1:
            return a.c_imm6(2, self.dst(), imm)
        if kind == 2:
            return a.c_imm6(3, self.dst(), imm or 1)
        if kind == 3:
            return a.c_alu_imm(r.randrange(2), self.short_dst(), r.randrange(32))
        if kind == 4:
            return a.c_alu_imm(2, self.short_dst(), imm)
        return a.c_imm6(0, self.dst(), r.randrange(32), 2)

    def c_move(self):
        return a.c_two(0, self.dst(), self.rng.randrange(1, 32))

    def c_stack(self):
        r = self.rng
        if r.randrange(2):
            return a.c_addi4spn(self.short_dst(), r.randrange(1, 256) * 4)
        by = r.choice([n for n in range(-512, 512, 16) if n])
        inside = a.c_addi4spn(self.short_dst(), 4)
        back = a.c_addi16sp(-by) if by != -512 else a.addi(2, 2, 512)
        return a.c_addi16sp(by) + inside + back

    # --- memory ---
    def load(self):
        name = self.rng.choice(sorted(a.LOADS))
        return a.load(name, self.dst(), self.rng.choice(POINTERS), self.rng.randrange(LOWEST, HIGHEST - 3))

    def store(self):
        name = self.rng.choice(sorted(a.STORES))
        return a.store(name, self.src(), self.rng.choice(POINTERS), self.rng.randrange(LOWEST, HIGHEST - 3))

    def c_memory(self):
        r = self.rng
        kind = r.randrange(4)
        if kind == 0:
            return a.c_lw(self.short_dst(), 8, r.randrange(32) * 4)
        if kind == 1:
            return a.c_sw(self.short_src(), 8, r.randrange(32) * 4)
        if kind == 2:
            return a.c_lwsp(self.dst() or 1, r.randrange(64) * 4)
        return a.c_swsp(self.src(), r.randrange(64) * 4)

    def address(self):
        """A register that points into the scratch memory, aligned."""
        rd = self.rng.choice([n for n in range(1, 32) if n not in POINTERS])
        return rd, a.addi(rd, 8, self.rng.randrange(LOWEST // 4, HIGHEST // 4) * 4)

    def amo(self):
        at, code = self.address()
        return code + a.amo(a.AMOS[self.rng.choice(sorted(a.AMOS))], self.dst(), at, self.src(), self.rng.randrange(4))

    def lr_sc(self):
        at, code = self.address()
        rd = self.rng.choice([n for n in range(32) if n not in POINTERS and n != at])
        code += a.amo(a.LR, rd, at, 0) + a.op("xor", rd, rd, self.src()) + a.amo(a.SC, self.dst(), at, self.src())
        again = [n for n in range(32) if n not in POINTERS]
        return code + a.amo(a.SC, self.rng.choice(again), 8, self.src())  # nothing is reserved then

    # --- others ---
    def fence(self):
        return self.rng.choice([a.FENCE, a.FENCE_I, a.NOP, a.c_imm6(0, 0, self.rng.randrange(-32, 32))])

    def counters(self):
        """Only that they can be read: how fast they count is not ours to compare."""
        return a.csrr(0, self.rng.choice([0xB00, 0xB02, 0xB80, 0xB82])) if self.is_machine else b""

    def own_code(self):
        """Writes an instruction over another one and runs it: ADDI of another register and amount."""
        r = self.rng
        rd = self.short_dst()
        patch = int.from_bytes(a.addi(rd, self.src(), r.randrange(-99, 99)), "little")
        place = a.auipc(31, 0)  # the patched one stands 5 instructions on
        return place + a.li(30, patch) + a.sw(30, 31, 20) + a.FENCE_I + a.addi(rd, rd, 1)

    # --- flow ---
    def branch(self, code):
        """Over code, if a condition holds."""
        r = self.rng
        if r.randrange(2) and 2 + len(code) < 256:
            return a.c_branch(r.choice([6, 7]), self.short_src(), 2 + len(code)) + code
        return a.branch(r.choice(sorted(a.BRANCHES)), self.src(), self.src(), 4 + len(code)) + code

    def skip(self):
        return self.branch(self.some(5))

    def loop(self):
        """x7 counts; the body leaves it alone."""
        body = b""
        for _ in range(self.rng.randrange(1, 6)):
            body += self.alu_of(lambda: self.rng.choice([n for n in range(32) if n not in (*POINTERS, 7)]))
        body += a.addi(7, 7, -1)
        return a.addi(7, 0, self.rng.randrange(1, 12)) + body + a.branch("bne", 7, 0, -len(body))

    def alu_of(self, dst):
        return a.op(self.rng.choice(sorted(a.R_OPS)), dst(), self.src(), self.src())

    def call(self):
        code = self.some(3)
        if self.rng.randrange(2):
            return a.jal(self.dst(), 4 + len(code)) + code
        rd = self.rng.choice([n for n in range(1, 32) if n not in POINTERS])
        return a.auipc(rd, 0) + a.jalr(self.dst(), rd, 8 + len(code) + self.rng.randrange(2)) + code  # bit 0 is dropped

    def c_call(self):
        r = self.rng
        code = self.some(3)
        if r.randrange(2):
            return a.c_jump(r.choice([1, 5]), 2 + len(code)) + code
        rd = r.choice([n for n in range(1, 32) if n not in POINTERS])
        head = a.auipc(rd, 0) + a.addi(rd, rd, 10 + len(code))
        return head + a.c_two(r.randrange(2), rd, 0) + code  # C.JR, C.JALR

    # --- what ends a sequence ---
    def bad(self):
        r = self.rng
        kind = r.randrange(6)
        if kind == 0:
            return a.h(r.choice(ILLEGAL_16))
        if kind == 1:
            return a.w(r.choice(ILLEGAL_32))
        if kind == 2:
            return r.choice([a.EBREAK, a.C_EBREAK])
        if kind == 3:  # nothing is there (aligned: QEMU's mtval is the word's address there)
            return r.choice([a.load(r.choice(sorted(a.LOADS)), self.dst(), 0, -4 * r.randrange(2, 512)),
                             a.store(r.choice(sorted(a.STORES)), self.src(), 0, -4 * r.randrange(2, 512))])
        if kind == 4:
            at, code = self.address()
            return code + a.addi(at, at, r.randrange(1, 4)) + a.amo(a.LR, self.dst(), at, 0)
        return a.jalr(self.dst(), 0, -r.randrange(8, 2048))

    def sequence(self, is_machine):
        """For Image.add(): any exception ends it."""
        r = self.rng
        self.is_machine = is_machine
        body = b""
        for _ in range(r.randrange(8, 30)):
            body += self.pick(self.flows)() if r.randrange(5) == 0 else self.one()
        if r.randrange(4) == 0:
            body += self.bad()
        return lambda at: body + a.addi(17, 0, END) + a.ECALL
