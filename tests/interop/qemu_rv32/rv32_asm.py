# SPDX-License-Identifier: Apache-2.0
"""RISC-V encodings for the judge, from the listings and format pictures of the Unprivileged ISA (chapters 2, 7, 8, 16, 24) and the Privileged
Architecture: made here once more, so that a mistake of the interpreter's decoder is not repeated by an assembler."""
import struct

ZERO, RA, SP = 0, 1, 2
R_OPS = {"add": (0, 0), "sub": (0x20, 0), "sll": (0, 1), "slt": (0, 2), "sltu": (0, 3), "xor": (0, 4), "srl": (0, 5), "sra": (0x20, 5),
         "or": (0, 6), "and": (0, 7)}
M_OPS = {"mul": (1, 0), "mulh": (1, 1), "mulhsu": (1, 2), "mulhu": (1, 3), "div": (1, 4), "divu": (1, 5), "rem": (1, 6), "remu": (1, 7)}
I_OPS = {"addi": 0, "slti": 2, "sltiu": 3, "xori": 4, "ori": 6, "andi": 7}
SHIFT_OPS = {"slli": (0, 1), "srli": (0, 5), "srai": (0x20, 5)}
LOADS = {"lb": (0, 1), "lh": (1, 2), "lw": (2, 4), "lbu": (4, 1), "lhu": (5, 2)}
STORES = {"sb": (0, 1), "sh": (1, 2), "sw": (2, 4)}
BRANCHES = {"beq": 0, "bne": 1, "blt": 4, "bge": 5, "bltu": 6, "bgeu": 7}
AMOS = {"amoadd": 0x00, "amoswap": 0x01, "amoxor": 0x04, "amoor": 0x08, "amoand": 0x0C, "amomin": 0x10, "amomax": 0x14, "amominu": 0x18,
        "amomaxu": 0x1C}
LR, SC = 0x02, 0x03
CSR = {"mstatus": 0x300, "misa": 0x301, "mie": 0x304, "mtvec": 0x305, "mscratch": 0x340, "mepc": 0x341, "mcause": 0x342, "mtval": 0x343,
       "mip": 0x344, "tselect": 0x7A0, "tdata1": 0x7A1, "tdata2": 0x7A2, "mhartid": 0xF14}
CSR.update({f"pmpcfg{n}": 0x3A0 + n for n in range(4)})
CSR.update({f"pmpaddr{n}": 0x3B0 + n for n in range(16)})
CSR_OPS = {"csrrw": 1, "csrrs": 2, "csrrc": 3, "csrrwi": 5, "csrrsi": 6, "csrrci": 7}


def w(word):
    return struct.pack("<I", word & 0xFFFFFFFF)


def h(half):
    return struct.pack("<H", half & 0xFFFF)


def bits(value, high, low, to):
    """value[high:low], put at bit to."""
    return (value >> low & ((1 << (high - low + 1)) - 1)) << to


# --- 32 bits ---
def rtype(opcode, f3, f7, rd, rs1, rs2):
    return w(f7 << 25 | rs2 << 20 | rs1 << 15 | f3 << 12 | rd << 7 | opcode)


def itype(opcode, f3, rd, rs1, imm):
    return w((imm & 0xFFF) << 20 | rs1 << 15 | f3 << 12 | rd << 7 | opcode)


def op(name, rd, rs1, rs2):
    f7, f3 = R_OPS[name] if name in R_OPS else M_OPS[name]
    return rtype(0x33, f3, f7, rd, rs1, rs2)


def opi(name, rd, rs1, imm):
    return itype(0x13, I_OPS[name], rd, rs1, imm)


def addi(rd, rs1, imm):
    return opi("addi", rd, rs1, imm)


def shift(name, rd, rs1, amount):
    f7, f3 = SHIFT_OPS[name]
    return rtype(0x13, f3, f7, rd, rs1, amount)


def lui(rd, upper):
    return w(upper << 12 | rd << 7 | 0x37)


def auipc(rd, upper):
    return w(upper << 12 | rd << 7 | 0x17)


def load(name, rd, rs1, imm):
    return itype(0x03, LOADS[name][0], rd, rs1, imm)


def store(name, rs2, rs1, imm):
    return w(bits(imm, 11, 5, 25) | rs2 << 20 | rs1 << 15 | STORES[name][0] << 12 | bits(imm, 4, 0, 7) | 0x23)


def lw(rd, rs1, imm=0):
    return load("lw", rd, rs1, imm)


def sw(rs2, rs1, imm=0):
    return store("sw", rs2, rs1, imm)


def branch(name, rs1, rs2, offset):
    return w(bits(offset, 12, 12, 31) | bits(offset, 10, 5, 25) | rs2 << 20 | rs1 << 15 | BRANCHES[name] << 12 | bits(offset, 4, 1, 8)
             | bits(offset, 11, 11, 7) | 0x63)


def jal(rd, offset):
    return w(bits(offset, 20, 20, 31) | bits(offset, 10, 1, 21) | bits(offset, 11, 11, 20) | bits(offset, 19, 12, 12) | rd << 7 | 0x6F)


def jalr(rd, rs1, imm=0):
    return itype(0x67, 0, rd, rs1, imm)


def amo(code, rd, rs1, rs2, order=0):
    return rtype(0x2F, 2, code << 2 | order, rd, rs1, rs2)


def csr_op(name, rd, csr, rs1):
    """csr by name or number; rs1 is the immediate of the forms that have one."""
    return itype(0x73, CSR_OPS[name], rd, rs1, CSR.get(csr, csr))


def csrr(rd, csr):
    return csr_op("csrrs", rd, csr, 0)


def csrw(csr, rs1):
    return csr_op("csrrw", 0, csr, rs1)


FENCE, FENCE_I = w(0x0FF0000F), w(0x0000100F)
ECALL, EBREAK, MRET, WFI = w(0x00000073), w(0x00100073), w(0x30200073), w(0x10500073)
NOP = addi(0, 0, 0)


def li(rd, value):
    """Always two instructions."""
    value &= 0xFFFFFFFF
    low = (value & 0xFFF) - (0x1000 if value & 0x800 else 0)
    return lui(rd, (value - low >> 12) & 0xFFFFF) + addi(rd, rd, low)


# --- 16 bits; registers of three bits are given as x8..x15 ---
def c_addi4spn(rd, imm):
    return h(bits(imm, 5, 4, 11) | bits(imm, 9, 6, 7) | bits(imm, 2, 2, 6) | bits(imm, 3, 3, 5) | (rd - 8) << 2)


def c_lw(rd, rs1, imm):
    return h(2 << 13 | bits(imm, 5, 3, 10) | (rs1 - 8) << 7 | bits(imm, 2, 2, 6) | bits(imm, 6, 6, 5) | (rd - 8) << 2)


def c_sw(rs2, rs1, imm):
    return h(6 << 13 | bits(imm, 5, 3, 10) | (rs1 - 8) << 7 | bits(imm, 2, 2, 6) | bits(imm, 6, 6, 5) | (rs2 - 8) << 2)


def c_imm6(f3, rd, imm, quadrant=1):
    """C.ADDI (0), C.LI (2), C.LUI (3), and with quadrant 2 C.SLLI (0)."""
    return h(f3 << 13 | bits(imm, 5, 5, 12) | rd << 7 | bits(imm, 4, 0, 2) | quadrant)


def c_addi16sp(imm):
    return h(3 << 13 | bits(imm, 9, 9, 12) | 2 << 7 | bits(imm, 4, 4, 6) | bits(imm, 6, 6, 5) | bits(imm, 8, 7, 3) | bits(imm, 5, 5, 2) | 1)


def c_alu_imm(kind, rd, imm):
    """C.SRLI (0), C.SRAI (1), C.ANDI (2)."""
    return h(4 << 13 | bits(imm, 5, 5, 12) | kind << 10 | (rd - 8) << 7 | bits(imm, 4, 0, 2) | 1)


def c_alu(kind, rd, rs2):
    """C.SUB (0), C.XOR (1), C.OR (2), C.AND (3)."""
    return h(4 << 13 | 3 << 10 | (rd - 8) << 7 | kind << 5 | (rs2 - 8) << 2 | 1)


def c_jump(f3, offset):
    """C.JAL (1), C.J (5)."""
    return h(f3 << 13 | bits(offset, 11, 11, 12) | bits(offset, 4, 4, 11) | bits(offset, 9, 8, 9) | bits(offset, 10, 10, 8) | bits(offset, 6, 6, 7)
             | bits(offset, 7, 7, 6) | bits(offset, 3, 1, 3) | bits(offset, 5, 5, 2) | 1)


def c_branch(f3, rs1, offset):
    """C.BEQZ (6), C.BNEZ (7)."""
    return h(f3 << 13 | bits(offset, 8, 8, 12) | bits(offset, 4, 3, 10) | (rs1 - 8) << 7 | bits(offset, 7, 6, 5) | bits(offset, 2, 1, 3)
             | bits(offset, 5, 5, 2) | 1)


def c_lwsp(rd, imm):
    return h(2 << 13 | bits(imm, 5, 5, 12) | rd << 7 | bits(imm, 4, 2, 4) | bits(imm, 7, 6, 2) | 2)


def c_swsp(rs2, imm):
    return h(6 << 13 | bits(imm, 5, 2, 9) | bits(imm, 7, 6, 7) | rs2 << 2 | 2)


def c_two(bit12, rd, rs2):
    """C.MV and C.JR (bit12 0), C.ADD, C.JALR and C.EBREAK (1)."""
    return h(4 << 13 | bit12 << 12 | rd << 7 | rs2 << 2 | 2)


C_EBREAK = c_two(1, 0, 0)
