# SPDX-License-Identifier: Apache-2.0
"""Encodings of the Xtensa instructions that the judge generates, from the tables of the Xtensa ISA Reference Manual.

Written for the tests alone: neither the interpreter's decoder nor a compiler's assembler stands behind it, so a wrong
encoding there is not repeated here.  An instruction is bytes; 24-bit ones have three, density ones two.
"""


def w24(value):
    return (value & 0xFFFFFF).to_bytes(3, "little")


def w16(value):
    return (value & 0xFFFF).to_bytes(2, "little")


def rrr(base):
    """op r, s, t"""
    def encode(r, s, t):
        assert max(r, s, t) < 16
        return w24(base | r << 12 | s << 8 | t << 4)
    return encode


RRR = {  # name: value; r := s op t
    "add": 0x800000, "addx2": 0x900000, "addx4": 0xA00000, "addx8": 0xB00000, "sub": 0xC00000, "subx2": 0xD00000,
    "subx4": 0xE00000, "subx8": 0xF00000, "and": 0x100000, "or": 0x200000, "xor": 0x300000, "moveqz": 0x830000,
    "movnez": 0x930000, "movltz": 0xA30000, "movgez": 0xB30000, "src": 0x810000,
}
RRR_MINMAX = {"min": 0x430000, "max": 0x530000, "minu": 0x630000, "maxu": 0x730000}
RRR_MUL16 = {"mul16u": 0xC10000, "mul16s": 0xD10000}
RRR_MUL32 = {"mull": 0x820000}
RRR_DIV = {"quou": 0xC20000, "quos": 0xD20000, "remu": 0xE20000, "rems": 0xF20000}
RRR_MOVBOOL = {"movf": 0xC30000, "movt": 0xD30000}
RT = {"neg": 0x600000, "abs": 0x600100, "srl": 0x910000, "sra": 0xB10000}  # r, t
RS = {"sll": 0xA10000}  # r, s
SHIFT_SET = {"ssr": 0x400000, "ssl": 0x401000, "ssa8l": 0x402000, "ssa8b": 0x403000}  # s
BOOL = {"andb": 0x020000, "andbc": 0x120000, "orb": 0x220000, "orbc": 0x320000, "xorb": 0x420000}
FP3 = {"add.s": 0x0A0000, "sub.s": 0x1A0000, "mul.s": 0x2A0000, "madd.s": 0x4A0000, "msub.s": 0x5A0000}
FP2 = {"abs.s": 0xFA0010, "neg.s": 0xFA0060, "mov.s": 0xFA0000}
FPMOVA = {"moveqz.s": 0x8B0000, "movnez.s": 0x9B0000, "movltz.s": 0xAB0000, "movgez.s": 0xBB0000}
FPMOVB = {"movf.s": 0xCB0000, "movt.s": 0xDB0000}
FPCMP = {"un.s": 0x1B0000, "oeq.s": 0x2B0000, "ueq.s": 0x3B0000, "olt.s": 0x4B0000, "ult.s": 0x5B0000,
         "ole.s": 0x6B0000, "ule.s": 0x7B0000}
FPTOINT = {"round.s": 0x8A0000, "trunc.s": 0x9A0000, "floor.s": 0xAA0000, "ceil.s": 0xBA0000, "utrunc.s": 0xEA0000}
# Steps of division and square root; what QEMU does with the others (RECIP0, RSQRT0, MADDN) is not what the unit does.
FPSTEP = {"div0.s": 0xFA0070, "sqrt0.s": 0xFA0090, "nexp01.s": 0xFA00B0, "mksadj.s": 0xFA00C0, "mkdadj.s": 0xFA00D0,
          "addexp.s": 0xFA00E0, "addexpm.s": 0xFA00F0}
FPINDEXED = {"lsx": 0x080000, "ssx": 0x480000}  # f[r], a[s] + a[t]
FPINDEXED_UPDATE = {"lsxp": 0x180000, "ssxp": 0x580000}
FPUPDATE = {"lsip": 0x008003, "ssip": 0x00C003}
INTTOFP = {"float.s": 0xCA0000, "ufloat.s": 0xDA0000}
BRANCH_RR = {"beq": 0x001007, "bne": 0x009007, "bge": 0x00A007, "blt": 0x002007, "bgeu": 0x00B007, "bltu": 0x003007,
             "bany": 0x008007, "bnone": 0x000007, "ball": 0x004007, "bnall": 0x00C007, "bbc": 0x005007, "bbs": 0x00D007}
BRANCH_IMM = {"beqi": 0x26, "bnei": 0x66, "bgei": 0xE6, "blti": 0xA6, "bgeui": 0xF6, "bltui": 0xB6}
BRANCH_Z = {"beqz": 0x16, "bnez": 0x56, "bgez": 0xD6, "bltz": 0x96}
LOADS = {"l8ui": (0x000002, 1), "l16ui": (0x001002, 2), "l16si": (0x009002, 2), "l32i": (0x002002, 4), "l32ai": (0x00B002, 4)}
STORES = {"s8i": (0x004002, 1), "s16i": (0x005002, 2), "s32i": (0x006002, 4), "s32ri": (0x00F002, 4)}
LOOPS = {"loop": 0x008076, "loopnez": 0x009076, "loopgtz": 0x00A076}

SR = {"lbeg": 0x00, "lend": 0x01, "lcount": 0x02, "sar": 0x03, "br": 0x04, "scompare1": 0x0C, "acclo": 0x10, "acchi": 0x11,
      "m0": 0x20, "m1": 0x21, "m2": 0x22, "m3": 0x23, "windowbase": 0x48, "windowstart": 0x49, "epc1": 0xB1, "depc": 0xC0,
      "excsave1": 0xD1, "cpenable": 0xE0, "atomctl": 0x63, "ps": 0xE6, "vecbase": 0xE7, "exccause": 0xE8, "excvaddr": 0xEE, "misc0": 0xF4,
      "misc1": 0xF5, "ibreakenable": 0x60, "ibreaka0": 0x80, "ibreaka1": 0x81, "dbreaka0": 0x90, "dbreaka1": 0x91, "dbreakc0": 0xA0,
      "dbreakc1": 0xA1, "interrupt": 0xE2, "intset": 0xE2, "intclear": 0xE3, "intenable": 0xE4, "debugcause": 0xE9,
      "ccount": 0xEA, "icount": 0xEC, "icountlevel": 0xED, "ccompare0": 0xF0, "ccompare1": 0xF1, "ccompare2": 0xF2}
SR.update({f"epc{n}": 0xB0 + n for n in range(2, 8)})
SR.update({f"eps{n}": 0xC0 + n for n in range(2, 8)})
SR.update({f"excsave{n}": 0xD0 + n for n in range(2, 8)})
UR = {"threadptr": 0xE7, "fcr": 0xE8, "fsr": 0xE9}


def rsr(t, name):
    return w24(0x030000 | SR[name] << 8 | t << 4)


def wsr(t, name):
    return w24(0x130000 | SR[name] << 8 | t << 4)


def xsr(t, name):
    return w24(0x610000 | SR[name] << 8 | t << 4)


def rur(r, name):
    return w24(0xE30000 | r << 12 | UR[name] << 4)


def wur(t, name):
    return w24(0xF30000 | UR[name] << 8 | t << 4)


def movi(t, value):
    assert -2048 <= value <= 2047
    return w24(0x00A002 | t << 4 | (value >> 8 & 0xF) << 8 | (value & 0xFF) << 16)


def addi(t, s, value):
    return w24(0x00C002 | t << 4 | s << 8 | (value & 0xFF) << 16)


def addmi(t, s, value):
    return w24(0x00D002 | t << 4 | s << 8 | (value >> 8 & 0xFF) << 16)


def extui(r, t, shift, width):
    return w24(0x040000 | (width - 1) << 20 | (shift >> 4) << 16 | r << 12 | (shift & 15) << 8 | t << 4)


def slli(r, s, by):
    field = 32 - by
    return w24(0x010000 | (field >> 4) << 20 | r << 12 | s << 8 | (field & 15) << 4)


def srli(r, t, by):
    return w24(0x410000 | r << 12 | by << 8 | t << 4)


def srai(r, t, by):
    return w24(0x210000 | (by >> 4) << 20 | r << 12 | (by & 15) << 8 | t << 4)


def ssai(by):
    return w24(0x404000 | (by & 15) << 8 | (by >> 4) << 4)


def sext(r, s, bit):
    return w24(0x230000 | r << 12 | s << 8 | (bit - 7) << 4)


def clamps(r, s, bit):
    return w24(0x330000 | r << 12 | s << 8 | (bit - 7) << 4)


def nsa(t, s, unsigned):
    return w24((0x40F000 if unsigned else 0x40E000) | s << 8 | t << 4)


def mem8(base, t, s, units):
    return w24(base | t << 4 | s << 8 | units << 16)


def l32i(t, s, offset):
    return mem8(0x002002, t, s, offset // 4)


def s32i(t, s, offset):
    return mem8(0x006002, t, s, offset // 4)


def l32r(t, at, literal):
    words = (literal - ((at + 3) & ~3)) // 4
    assert -65536 <= words < 0
    return w24(0x000001 | t << 4 | (words & 0xFFFF) << 8)


def s32c1i(t, s, offset):
    return mem8(0x00E002, t, s, offset // 4)


def l32e(t, s, offset):
    return w24(0x090000 | ((offset + 64) // 4) << 12 | s << 8 | t << 4)


def s32e(t, s, offset):
    return w24(0x490000 | ((offset + 64) // 4) << 12 | s << 8 | t << 4)


def branch8(base, s, t, skip):
    """skip: bytes between this instruction's end and the target, >= 0; target = PC + 4 + imm"""
    return w24(base | s << 8 | t << 4 | ((skip - 1) & 0xFF) << 16)


def branch_imm(base, s, index, skip):
    return w24(base | s << 8 | index << 12 | ((skip - 1) & 0xFF) << 16)


def branch_z(base, s, skip):
    return w24(base | s << 8 | ((skip - 1) & 0xFFF) << 12)


def branch_bit(base, s, bit, skip):
    return w24(base | (bit >> 4) << 12 | s << 8 | (bit & 15) << 4 | ((skip - 1) & 0xFF) << 16)


def branch_bool(value, s, skip):
    return w24((0x001076 if value else 0x000076) | s << 8 | ((skip - 1) & 0xFF) << 16)


def jump(at, target):
    return w24(0x000006 | ((target - at - 4) & 0x3FFFF) << 6)


def call(n, at, target):
    assert target % 4 == 0
    return w24(0x000005 | n << 4 | (((target - (at & ~3) - 4) >> 2) & 0x3FFFF) << 6)


def callx(n, s):
    return w24(0x0000C0 | n << 4 | s << 8)


def rotw(by):
    return w24(0x408000 | (by & 15) << 4)


def rsil(t, level):
    return w24(0x006000 | level << 8 | t << 4)


def jx(s):
    return w24(0x0000A0 | s << 8)


def entry(s, frame):
    return w24(0x000036 | s << 8 | (frame // 8) << 12)


def movsp(t, s):
    return w24(0x001000 | t << 4 | s << 8)


def loop(base, s, body):
    """body: bytes of the loop; LEND = PC + 4 + imm8"""
    return w24(base | s << 8 | ((body - 1) & 0xFF) << 16)


def lsi(f, s, offset, base=0x000003):
    return mem8(base, f, s, offset // 4)


def ssi(f, s, offset):
    return lsi(f, s, offset, 0x004003)


def rfi(level):
    return w24(0x003010 | level << 8)


def waiti(level):
    return w24(0x007000 | level << 8)


def brk(s, t):
    return w24(0x004000 | s << 8 | t << 4)


def brk_n(s):
    return w16(0xF02D | s << 8)


def t_s(base):
    """op t, s"""
    return lambda t, s: w24(base | s << 8 | t << 4)


def only_s(base):
    return lambda s: w24(base | s << 8)


witlb, wdtlb, ritlb0, rdtlb0 = t_s(0x506000), t_s(0x50E000), t_s(0x503000), t_s(0x50B000)
ritlb1, rdtlb1, pitlb, pdtlb = t_s(0x507000), t_s(0x50F000), t_s(0x505000), t_s(0x50D000)
iitlb, idtlb = only_s(0x504000), only_s(0x50C000)
BBCI = 0x006007

RETW, RET, RETW_N, RET_N = w24(0x000090), w24(0x000080), w16(0xF01D), w16(0xF00D)
RFE, RFDE, RFWO, RFWU = w24(0x003000), w24(0x003200), w24(0x003400), w24(0x003500)
RSYNC, ISYNC, ESYNC, DSYNC, NOP = w24(0x002010), w24(0x002000), w24(0x002020), w24(0x002030), w24(0x0020F0)
MEMW, EXTW, ILL, SYSCALL, NOP_N, ILL_N = w24(0x0020C0), w24(0x0020D0), w24(0), w24(0x005000), w16(0xF03D), w16(0xF06D)
