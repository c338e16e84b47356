# SPDX-License-Identifier: Apache-2.0
"""One memory image that runs many sequences and keeps what each of them left."""
import struct

import sequences as seq
import xtensa_asm as x

BOOT_LITERAL, BOOT, COMMON, CODE = 0x0178, 0x0180, 0x0400, 0x1000
# Standard handlers of the windowed ABI (Xtensa ISA Reference Manual, windowed register option).
WINDOW_HANDLERS = {
    0x000: [x.s32e(0, 5, -16), x.s32e(1, 5, -12), x.s32e(2, 5, -8), x.s32e(3, 5, -4), x.RFWO],
    0x040: [x.l32e(0, 5, -16), x.l32e(1, 5, -12), x.l32e(2, 5, -8), x.l32e(3, 5, -4), x.RFWU],
    0x080: [x.s32e(0, 9, -16), x.l32e(0, 1, -12), x.s32e(1, 9, -12), x.s32e(2, 9, -8), x.s32e(3, 9, -4),
            x.s32e(4, 0, -32), x.s32e(5, 0, -28), x.s32e(6, 0, -24), x.s32e(7, 0, -20), x.RFWO],
    0x0C0: [x.l32e(0, 9, -16), x.l32e(1, 9, -12), x.l32e(2, 9, -8), x.l32e(7, 1, -12), x.l32e(3, 9, -4),
            x.l32e(4, 7, -32), x.l32e(5, 7, -28), x.l32e(6, 7, -24), x.l32e(7, 7, -20), x.RFWU],
    0x100: [x.s32e(0, 13, -16), x.l32e(0, 1, -12), x.s32e(1, 13, -12), x.s32e(2, 13, -8), x.s32e(3, 13, -4),
            x.s32e(4, 0, -48), x.s32e(5, 0, -44), x.s32e(6, 0, -40), x.s32e(7, 0, -36), x.s32e(8, 0, -32),
            x.s32e(9, 0, -28), x.s32e(10, 0, -24), x.s32e(11, 0, -20), x.RFWO],
    0x140: [x.l32e(0, 13, -16), x.l32e(1, 13, -12), x.l32e(2, 13, -8), x.l32e(11, 1, -12), x.l32e(3, 13, -4),
            x.l32e(4, 11, -48), x.l32e(5, 11, -44), x.l32e(6, 11, -40), x.l32e(7, 11, -36), x.l32e(8, 11, -32),
            x.l32e(9, 11, -28), x.l32e(10, 11, -24), x.l32e(11, 11, -20), x.RFWU],
}
PS_CLEAR, PS_START = 0x10, 0x40030  # EXCM only; WOE, UM and EXCM


class Image:
    """Memory at base; code grows upward from CODE, data blocks stand behind all code."""

    def __init__(self, base, features):
        self.base, self.f = base, features
        self.code = bytearray()
        self.inits, self.entries = [], []
        self.srs = list(seq.END_SRS)
        for option, names in seq.OPTION_SRS.items():
            if getattr(features, option):
                self.srs += names
        assert 16 + len(self.srs) <= seq.FR_WORD

    def here(self):
        return self.base + CODE + len(self.code)

    def align(self, to=4):
        while len(self.code) % to:
            self.code += b"\0"

    def add(self, generate, init):
        """generate(at) -> code bytes for address at; init: {register or 'fN': value}. Ends by a jump to the common end."""
        self.align()
        literal = self.here()
        self.code += b"\0\0\0\0"  # address of the init block, known at the end
        start = self.here()
        head = x.movi(0, 0) + x.wsr(0, "windowbase") + x.RSYNC + x.l32r(2, start + 9, literal)
        head += x.jump(start + len(head), self.base + COMMON)
        self.code += head
        self.align()
        body_at = self.here()
        self.code += generate(body_at)
        self.code += x.jump(self.here(), self.end_at)
        self.entries.append((literal, start, body_at))
        self.inits.append(init)

    # --- the common parts ---
    def start_code(self):
        """a2: init block. Loads everything and goes to the sequence by RFE."""
        code = b""
        for name in [n for n in self.srs if n not in ("ps", "windowbase", "windowstart")]:
            code += x.l32i(3, 2, 4 * (16 + self.srs.index(name))) + x.wsr(3, name)
        code += x.movi(3, 1) + x.wsr(3, "windowstart")
        code += x.l32i(3, 2, 4 * 61) + x.wsr(3, "epc1") + x.l32i(3, 2, 4 * 62) + x.wsr(3, "excsave1")
        if self.f.fp:
            code += x.movi(3, 1) + x.wsr(3, "cpenable") + x.RSYNC
            code += b"".join(x.lsi(n, 2, 4 * (seq.FR_WORD + n)) for n in range(16))
            code += x.l32i(3, 2, 4 * seq.FCR_WORD) + x.wur(3, "fcr") + x.l32i(3, 2, 4 * seq.FSR_WORD) + x.wur(3, "fsr")
        if self.f.threadptr:
            code += x.l32i(3, 2, 4 * seq.THREADPTR_WORD) + x.wur(3, "threadptr")
        code += x.l32i(3, 2, 4 * 16) + x.wsr(3, "ps") + x.RSYNC
        code += b"".join(x.l32i(n, 2, 4 * n) for n in range(16) if n != 2) + x.l32i(2, 2, 8)
        return code + x.RFE

    def end_code(self, how):
        """how: 1 by the end of the sequence, 2 by an exception. EXCSAVE1 holds the result block."""
        code = x.xsr(2, "excsave1") + x.s32i(3, 2, 12)
        code += x.rsr(3, "ps") + x.s32i(3, 2, 4 * 16)
        code += x.movi(3, PS_CLEAR) + x.wsr(3, "ps") + x.RSYNC
        code += b"".join(x.s32i(n, 2, 4 * n) for n in range(16) if n not in (2, 3))
        code += x.rsr(3, "excsave1") + x.s32i(3, 2, 8)
        code += b"".join(x.rsr(3, n) + x.s32i(3, 2, 4 * (16 + i)) for i, n in enumerate(self.srs) if n != "ps")
        if self.f.loops:
            code += x.movi(3, 0) + x.wsr(3, "lcount")
        if self.f.fp:
            code += x.movi(3, 1) + x.wsr(3, "cpenable") + x.RSYNC
            code += b"".join(x.ssi(n, 2, 4 * (seq.FR_WORD + n)) for n in range(16))
            code += x.rur(3, "fcr") + x.s32i(3, 2, 4 * seq.FCR_WORD) + x.rur(3, "fsr") + x.s32i(3, 2, 4 * seq.FSR_WORD)
        if self.f.threadptr:
            code += x.rur(3, "threadptr") + x.s32i(3, 2, 4 * seq.THREADPTR_WORD)
        code += x.movi(3, how) + x.s32i(3, 2, 4 * seq.HOW_WORD)
        return code + x.l32i(0, 2, 4 * seq.NEXT_WORD) + x.jx(0)

    def prepare(self):
        start = self.start_code()
        end_offset = (COMMON + len(start) + 3) & ~3
        self.end_at = self.base + end_offset
        end, fault = self.end_code(1), self.end_code(2)
        fault_offset = (end_offset + len(end) + 3) & ~3
        head = bytearray(CODE)
        for offset, code in WINDOW_HANDLERS.items():
            handler = b"".join(code)
            assert len(handler) <= 64
            head[offset:offset + len(handler)] = handler
        for vector in (0x300, 0x340, 0x3C0):
            head[vector:vector + 3] = x.jump(self.base + vector, self.base + fault_offset)
        for offset, code in ((COMMON, start), (end_offset, end), (fault_offset, fault)):
            assert offset + len(code) <= CODE - 16, hex(offset + len(code))
            head[offset:offset + len(code)] = code
        self.head = head

    def finish(self):
        """The whole image as bytes, and the addresses of first instruction, stop, and results."""
        count = len(self.entries)
        self.align(16)
        data = CODE + len(self.code)
        init_at = lambda i: self.base + data + i * 4 * seq.INIT_WORDS
        result_at = lambda i: init_at(count) + i * 4 * seq.RESULT_WORDS
        scratch_at = lambda i: result_at(count) + i * seq.SCRATCH_BYTES
        stack_top = lambda i: scratch_at(count) + (i + 1) * self.stack_bytes
        # The stop: one instruction that nobody else runs
        self.boot(self.entries[0][1])
        stop = self.base + CODE - 16
        self.head[CODE - 16:CODE - 13] = x.jump(stop, stop)
        blob = bytearray()
        for i, (literal, _, body_at) in enumerate(self.entries):
            struct.pack_into("<I", self.code, literal - self.base - CODE, init_at(i))
            words = [0] * seq.INIT_WORDS
            for name, value in self.inits[i].items():
                if isinstance(name, int):
                    words[name] = value
                elif name == "fcr":
                    words[seq.FCR_WORD] = value
                elif name == "threadptr":
                    words[seq.THREADPTR_WORD] = value
                elif name[0] == "f" and name[1:].isdigit():
                    words[seq.FR_WORD + int(name[1:])] = value
                elif name in self.srs:
                    words[16 + self.srs.index(name)] = value
            words[16] = words[16] or PS_START
            words[1] = scratch_at(i) if not self.inits[i].get("windowed") else stack_top(i) - 64
            words[61], words[62] = body_at, result_at(i)
            blob += struct.pack(f"<{seq.INIT_WORDS}I", *[w & 0xFFFFFFFF for w in words])
        for i in range(count):
            words = [0] * seq.RESULT_WORDS
            words[seq.NEXT_WORD] = self.entries[i + 1][1] if i + 1 < count else stop
            blob += struct.pack(f"<{seq.RESULT_WORDS}I", *words)
        for init in self.inits:
            blob += init["scratch"]
        blob += bytes(count * self.stack_bytes)
        self.result_at, self.scratch_at = result_at, scratch_at
        return bytes(self.head) + bytes(self.code) + bytes(blob), self.base + BOOT, stop

    def boot(self, first):
        """Vectors to the start of the image, then the first sequence."""
        struct.pack_into("<I", self.head, BOOT_LITERAL, self.base)
        at = self.base + BOOT
        code = x.movi(3, PS_CLEAR) + x.wsr(3, "ps") + x.RSYNC
        code += x.l32r(3, at + len(code), self.base + BOOT_LITERAL) + x.wsr(3, "vecbase")
        if self.f.atomctl:
            code += x.movi(3, 0x15) + x.wsr(3, "atomctl")  # S32C1I by read-conditional-write in all memory types
        code += x.ISYNC
        code += x.jump(at + len(code), first)
        self.head[BOOT:BOOT + len(code)] = code

    stack_bytes = 0

    def compared(self):
        """Address and length of what the two machines must agree on."""
        count = len(self.entries)
        return self.result_at(0), count * (4 * seq.RESULT_WORDS + seq.SCRATCH_BYTES)
