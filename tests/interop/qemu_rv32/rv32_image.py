# SPDX-License-Identifier: Apache-2.0
"""One memory image that runs many sequences and keeps what each of them left.

Each sequence has a frame: what its registers are at the start, what the trap handler saves and logs, and what the registers were at the end.  It begins
by MRET, in the mode that its mstatus says, and ends by an ECALL with END in x17 - or by any exception, if it wants that.  All other traps are logged
and returned from, so that one sequence takes several.
"""
import struct

import rv32_asm as a
from rv32_machines import BASE, CLINT

BOOT, HANDLER, VECTORS, START, CODE = 0x000, 0x100, 0x600, 0x700, 0x1000
EXTRA = BASE + 0x100000
END, TO_MACHINE = 0x5E, 0x4D  # x17 of an ECALL: the sequence is done; go on in machine mode
MTVEC_DIRECT, MTVEC_VECTORED = BASE + HANDLER, BASE + VECTORS + 1
LINE_SOFTWARE, LINE_TIMER = 3, 7
MSIP, MTIMECMP = CLINT, CLINT + 0x4000
MSTATUS_MPP, MSTATUS_MIE, MSTATUS_MPIE, MSTATUS_MPRV = 0x1800, 0x8, 0x80, 0x20000

# A frame, in words. Compared is everything from LOG_PTR on.
INIT_XS, INIT_PC, INIT_MSTATUS, LOG_PTR, SAVED, ENDS_AT_ANY, NEXT, END_XS, END_CSRS, LOG = 0, 32, 33, 34, 35, 40, 41, 44, 76, 84
LOG_WORDS, MOST_LOGS = 5, 24
FRAME_WORDS = LOG + LOG_WORDS * MOST_LOGS
SCRATCH_BYTES, SCRATCH_AT = 512, 128  # x2 and x8 point to SCRATCH_AT in it
END_CSR_NAMES = ["mstatus", "mie", "mcause", "mepc", "mtval", "mtvec"]


class Image:
    def __init__(self, extra=b""):
        """extra: bytes that stand at EXTRA, part of what is compared."""
        self.code = bytearray()
        self.entries, self.inits = [], []
        self.extra = extra
        self.boot_more = b""

    def here(self):
        return BASE + CODE + len(self.code)

    def add(self, code, init):
        """init: {x register: value, "mstatus": value, "ends_at_any": whether any exception ends it}; code(at) gives the bytes."""
        while len(self.code) % 4:
            self.code += b"\0"
        start = self.here()
        self.code += bytes(8) + a.jal(0, BASE + START - (start + 8))  # x31 := the frame, known at the end
        body = self.here()
        self.code += code(body)
        self.entries.append((start, body))
        self.inits.append(init)

    # --- the common parts ---
    @staticmethod
    def start_code():
        code = b"".join(a.lw(30, 31, 4 * word) + a.csrw(name, 30) for name, word in (("mepc", INIT_PC), ("mstatus", INIT_MSTATUS)))
        code += a.csrw("mscratch", 31)
        code += b"".join(a.lw(n, 31, 4 * (INIT_XS + n)) for n in range(1, 32))
        return code + a.MRET

    @staticmethod
    def end_code():
        """x31: the frame; all others as the sequence left them."""
        code = b"".join(a.sw(n, 31, 4 * (END_XS + n)) for n in range(1, 31))
        code += a.lw(30, 31, 4 * SAVED) + a.sw(30, 31, 4 * (END_XS + 31))
        for i, name in enumerate(END_CSR_NAMES):
            code += a.csrr(30, name) + a.sw(30, 31, 4 * (END_CSRS + i))
        code += a.csrw("mie", 0) + a.li(30, MTVEC_DIRECT) + a.csrw("mtvec", 30)
        return code + a.lw(30, 31, 4 * NEXT) + a.jalr(0, 30)

    @staticmethod
    def log(mark):
        code = a.csr_op("csrrw", 31, "mscratch", 31)
        code += b"".join(a.sw(n, 31, 4 * (SAVED + 31 - n)) for n in (30, 29, 28))
        code += a.csrr(30, "mscratch") + a.sw(30, 31, 4 * SAVED)
        code += a.lw(30, 31, 4 * LOG_PTR)
        for i, name in enumerate(("mcause", "mepc", "mtval", "mstatus")):
            code += a.csrr(29, name) + a.sw(29, 30, 4 * i)
        code += a.addi(29, 0, mark) + a.sw(29, 30, 16)
        return code + a.addi(30, 30, 4 * LOG_WORDS) + a.sw(30, 31, 4 * LOG_PTR)

    @staticmethod
    def back():
        return b"".join(a.lw(n, 31, 4 * (SAVED + 31 - n)) for n in (30, 29, 28))

    def handler(self, mark, at):
        """x31 is the frame after the log; x28 to x30 are free."""
        def over(name, rs1, rs2, body):
            return a.branch(name, rs1, rs2, 4 + len(body)) + body
        leave = a.csrw("mscratch", 31) + self.back() + a.lw(31, 31, 4 * SAVED) + a.MRET
        end = self.back() + self.end_code()
        quiet_software = a.li(29, MSIP) + a.sw(0, 29)
        quiet_timer = a.li(29, MTIMECMP) + a.addi(28, 0, -1) + a.sw(28, 29, 4)
        is_line = a.csrr(29, "mcause") + a.opi("andi", 29, 29, 0x3FF)
        interrupt = is_line + a.addi(28, 0, LINE_SOFTWARE) + over("bne", 29, 28, quiet_software)
        interrupt += is_line + a.addi(28, 0, LINE_TIMER) + over("bne", 29, 28, quiet_timer) + leave
        to_machine = a.lui(28, 2) + a.addi(28, 28, MSTATUS_MPP - 0x2000) + a.csr_op("csrrs", 0, "mstatus", 28)
        ecall = a.addi(28, 0, END) + over("bne", 17, 28, end) + a.addi(28, 0, TO_MACHINE) + over("bne", 17, 28, to_machine)
        step4 = a.csrr(29, "mepc") + a.addi(29, 29, 4) + a.csrw("mepc", 29)
        fetch = a.csrw("mepc", 1) + leave
        length = a.csrr(29, "mepc") + a.load("lhu", 28, 29, 0) + a.opi("andi", 28, 28, 3) + a.addi(29, 29, 2) + a.addi(30, 0, 3)
        length += over("bne", 28, 30, a.addi(29, 29, 2)) + a.csrw("mepc", 29)
        code = self.log(mark) + a.csrr(29, "mcause") + over("bge", 29, 0, interrupt)
        code += a.lw(28, 31, 4 * ENDS_AT_ANY) + over("beq", 28, 0, end)
        code += a.addi(28, 0, 1) + over("bne", 29, 28, fetch)
        ecalls = ecall + step4 + leave
        code += a.addi(28, 0, 8) + over("bne", 29, 28, ecalls) + a.addi(28, 0, 11) + over("bne", 29, 28, ecalls)
        return code + length + leave

    def head(self):
        head = bytearray(CODE)
        handlers = self.handler(0, BASE + HANDLER)
        assert HANDLER + len(handlers) <= VECTORS, hex(len(handlers))
        head[HANDLER:HANDLER + len(handlers)] = handlers
        while len(self.code) % 4:
            self.code += b"\0"
        for line in range(12):  # a handler with a mark of its own for each of the two lines that happen
            target = BASE + HANDLER
            if line in (LINE_SOFTWARE, LINE_TIMER):
                target = self.here()
                self.code += self.handler(line, target)
            head[VECTORS + 4 * line:VECTORS + 4 * line + 4] = a.jal(0, target - (BASE + VECTORS + 4 * line))
        start = self.start_code()
        head[START:START + len(start)] = start
        boot = a.li(30, MTVEC_DIRECT) + a.csrw("mtvec", 30) + a.csrw("mie", 0)
        boot += a.li(30, MTIMECMP) + a.addi(29, 0, -1) + a.sw(29, 30, 4) + self.boot_more
        boot += a.li(30, self.entries[0][0]) + a.jalr(0, 30)
        assert BOOT + len(boot) <= HANDLER
        head[BOOT:BOOT + len(boot)] = boot
        head[CODE - 16:CODE - 12] = a.jal(0, 0)  # the stop: nobody else runs it
        return bytes(head)

    def finish(self):
        """The whole image, and the addresses of the first instruction and the stop."""
        head = self.head()
        while len(self.code) % 16:
            self.code += b"\0"
        count, stop = len(self.entries), BASE + CODE - 16
        self.frames_at = self.here()
        scratch_at = self.frames_at + count * 4 * FRAME_WORDS
        blob = bytearray()
        for i, (start, body) in enumerate(self.entries):
            at = self.frame_at(i)
            self.code[start - BASE - CODE:start - BASE - CODE + 8] = a.li(31, at)
            words, init = [0] * FRAME_WORDS, self.inits[i]
            for n in range(1, 32):
                words[INIT_XS + n] = init.get(n, 0)
            words[INIT_XS + 2] = words[INIT_XS + 8] = scratch_at + i * SCRATCH_BYTES + SCRATCH_AT
            words[INIT_PC], words[INIT_MSTATUS] = body, init["mstatus"]
            words[LOG_PTR] = at + 4 * LOG
            words[ENDS_AT_ANY] = int(init["ends_at_any"])
            words[NEXT] = self.entries[i + 1][0] if i + 1 < count else stop
            blob += struct.pack(f"<{FRAME_WORDS}I", *[v & 0xFFFFFFFF for v in words])
        for init in self.inits:
            blob += init["scratch"]
        image = head + bytes(self.code) + bytes(blob)
        if self.extra:
            assert BASE + len(image) <= EXTRA
            image += bytes(EXTRA - BASE - len(image)) + self.extra
        self.compared_length = len(image) - (self.frames_at - BASE)
        return image, BASE + BOOT, stop

    def frame_at(self, i):
        return self.frames_at + i * 4 * FRAME_WORDS

    # --- what was left ---
    def frame(self, memory, i):
        return struct.unpack_from(f"<{FRAME_WORDS}I", memory, i * 4 * FRAME_WORDS)

    def scratch(self, memory, i):
        at = len(self.entries) * 4 * FRAME_WORDS + i * SCRATCH_BYTES
        return memory[at:at + SCRATCH_BYTES]

    def body(self, i):
        ends = [start for start, _ in self.entries[i + 1:i + 2]] or [min(self.here(), self.entries[i][1] + 400)]
        first = self.entries[i][1] - BASE - CODE
        return bytes(self.code[first:ends[0] - BASE - CODE])

    @staticmethod
    def name_of(word):
        if END_XS <= word < END_XS + 32:
            return f"x{word - END_XS}"
        if END_CSRS <= word < END_CSRS + len(END_CSR_NAMES):
            return END_CSR_NAMES[word - END_CSRS]
        if word >= LOG:
            n, what = divmod(word - LOG, LOG_WORDS)
            return f"trap {n} {('mcause', 'mepc', 'mtval', 'mstatus', 'vector')[what]}"
        return f"word {word}"

    def differences(self, ours, theirs):
        """{sequence: lines that say what differs}."""
        found = {}
        for i in range(len(self.entries)):
            pairs = zip(self.frame(ours, i), self.frame(theirs, i))
            lines = [f"  {self.name_of(w)}: espocd {x:#010x}, QEMU {y:#010x}" for w, (x, y) in enumerate(pairs) if x != y]
            mine, other = self.scratch(ours, i), self.scratch(theirs, i)
            lines += [f"  scratch+{n - SCRATCH_AT}: espocd {mine[n:n + 4].hex()}, QEMU {other[n:n + 4].hex()}"
                      for n in range(0, SCRATCH_BYTES, 4) if mine[n:n + 4] != other[n:n + 4]]
            if lines:
                found[i] = lines
        return found
