/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of the NOR model: its data, its state, and what its rooms offer each other. */
#ifndef SIM_NOR_NOR_INT_H
#define SIM_NOR_NOR_INT_H

#include "sim/nor/nor.h"

enum {
    NOR_PAGE = 256,
    NOR_SECTOR = 4096,
    NOR_BLOCK64 = 64 << 10,
    NOR_OPCODES = 256,
    NOR_REGISTERS = 4, /* status 1 to 3 as the maker counts them, and one for flags; see struct nor_family */
    NOR_CONFIGS = 2,   /* configuration of an octal part: mode, dummy clocks */
    NOR_SFDP_DWORDS = 20,
};

/* --- data: families and parts --- */

/* Sets of commands; a part has those of its family and its own. */
enum {
    NOR_SET_BASIC = 1 << 0,
    NOR_SET_DUAL = 1 << 1,
    NOR_SET_QUAD = 1 << 2,       /* 6B EB 32 */
    NOR_SET_QUAD_OUT = 1 << 3,   /* 6B EB without 32 (Macronix) */
    NOR_SET_QUAD_PP38 = 1 << 4,  /* 38: address on four lines, too (Macronix) */
    NOR_SET_BLOCK32 = 1 << 5,    /* 52 */
    NOR_SET_STATUS23 = 1 << 6,   /* 35 31 15 11 */
    NOR_SET_STATUS2_3F = 1 << 7, /* 3F 3E */
    NOR_SET_CONFIG = 1 << 8,     /* 15: a configuration register, written by 01 behind the status (Macronix) */
    NOR_SET_ISSI = 1 << 9,       /* function and read registers */
    NOR_SET_VOLATILE = 1 << 10,  /* 50 */
    NOR_SET_SUSPEND75 = 1 << 11,
    NOR_SET_SUSPENDB0 = 1 << 12,
    NOR_SET_QPI38 = 1 << 13,       /* in by 38, out by FF, dummy clocks by C0 */
    NOR_SET_QPI35 = 1 << 14,       /* in by 35, out by F5 */
    NOR_SET_ADDRESS4 = 1 << 15,    /* B7 E9 C5 C8 and the 4-byte opcodes on single lines */
    NOR_SET_ADDRESS4_IO = 1 << 16, /* those on dual and quad lines */
    NOR_SET_LOCKS = 1 << 17,       /* 36 39 3D 7E 98 */
    NOR_SET_OCTAL_MX = 1 << 18,
    NOR_SET_OCTAL_CFG = 1 << 19, /* octal by volatile and kept configuration registers (ISSI, GigaDevice) */
};

struct nor_bit {
    uint8_t reg; /* index of a register */
    uint8_t mask;
};

/* What mode bits ask for continuous read. */
enum nor_continue { NOR_CONTINUE_NEVER, NOR_CONTINUE_10, NOR_CONTINUE_A, NOR_CONTINUE_TOGGLE };

struct nor_octal {
    bool is_inverse;                       /* the second opcode byte is the first, inverted; else the same again */
    bool is_swapped;                       /* at double rate the odd byte of a pair goes first */
    bool has_str;                          /* there is a single-rate octal mode */
    bool has_register_address;             /* four address bytes before a register or the id */
    uint8_t register_dummy, sfdp_dummy;    /* clocks */
    uint8_t config[NOR_CONFIGS];           /* as delivered */
    uint8_t (*dummy)(const struct nor *n); /* clocks of an array read */
    enum nor_mode (*mode)(const uint8_t *config); /* what configuration register 0 says */
};

/* What a maker's chips of one kind share. */
struct nor_family {
    const char *maker;
    uint32_t sets;
    struct nor_bit quad_enable; /* mask 0: no such bit, quad commands always work */
    enum nor_continue continues;
    /* Registers. Index 0: status register; 1: status register 2, or Macronix's configuration, or ISSI's function register;
       2: status register 3, or ISSI's read register; 3: flags of Macronix's security register or of the octal parts. */
    uint8_t writable[NOR_REGISTERS], once[NOR_REGISTERS];
    uint8_t together; /* registers that command 01 can write at once */
    struct nor_bit erase_suspended, program_suspended;
    struct nor_bit locks_on; /* mask 0: no block locks */
    /* Block protection. BP2-0 are bits 4 to 2 of the status register. */
    uint8_t bp3;                       /* mask in the status register; 0: three bits only */
    struct nor_bit bottom, complement; /* mask 0: none */
    uint8_t sectors;                   /* mask in the status register: BP counts sectors of 4 KB */
    struct nor_bit address4;           /* shows the 4-byte address mode; mask 0: none */
    uint8_t address4_kept;             /* mask in register 2: 4-byte address mode from power-on */
    /* Clocks behind the address in QPI mode, by bits 5 and 4 of C0's byte (ISSI: 4 and 3). */
    uint8_t qpi_dummy[4];
    bool is_dummy_counted; /* ISSI: bits 6 to 3 of C0's byte are the clocks themselves; 0: the first of qpi_dummy */
    uint32_t block;        /* that command D8 erases; 0: 64 KB */
    const struct nor_octal *octal;                       /* NULL: no octal mode */
    struct nor_times {                                   /* nanoseconds */
        uint64_t first_byte, more_byte, page;            /* program: min(page, first_byte + (n - 1) * more_byte) */
        uint64_t sector, block32, block64, chip, status; /* chip: the part's */
        uint64_t suspend, wake, reset;                   /* until WIP falls, until awake after AB, after 99 */
    } typical, maximum;
};

/* A table of JESD216, without its header. Dword 2 (the size) and, where a part has one, the top byte of dword 11 (the time of
   a chip erase) come from the part. */
struct nor_sfdp {
    uint8_t minor;  /* 0: JESD216, 5: A, 6: B, 8: D */
    uint8_t at;     /* where the basic table lies */
    uint8_t count;  /* of dwords */
    uint8_t access; /* access protocol byte of the header */
    uint32_t dwords[NOR_SFDP_DWORDS];
    uint8_t address4_at; /* where the table of 4-byte instructions lies; 0: none */
    uint32_t address4[2];
};

struct nor_part {
    const char *name; /* NULL ends a list */
    const struct nor_family *family;
    uint32_t sets; /* besides the family's */
    uint8_t id[3];
    uint8_t device_id;                /* of commands 90 and AB; 0: AB only wakes */
    uint8_t registers[NOR_REGISTERS]; /* as delivered */
    bool is_quad_fixed;               /* the quad enable bit cannot be cleared */
    bool is_status2_cleared;          /* by a write of one byte with command 01 */
    uint32_t size;
    uint16_t page_us;                /* typical time of a page; 0: the family's */
    uint16_t chip_s, chip_maximum_s; /* time of a chip erase */
    const struct nor_sfdp *sfdp;     /* NULL: none, all ones */
    uint8_t sfdp_chip;               /* top byte of dword 11; 0: the table's */
    uint32_t sfdp_size;              /* what the table says if it lies; 0: the truth */
};

/* --- data: commands --- */

/* When a command is taken, and what it is. */
enum {
    NOR_WHEN_BUSY = 1 << 0,      /* also while WIP is set */
    NOR_WHEN_ASLEEP = 1 << 1,    /* also in power-down */
    NOR_WHEN_SUSPENDED = 1 << 2, /* also while an erase or program is suspended */
    NOR_WHEN_WRITABLE = 1 << 3,  /* only with WEL */
    NOR_WHEN_QUAD = 1 << 4,      /* only with QE; on QPI all is quad */
    NOR_WHEN_STATUS = 1 << 5,    /* only with WEL or after 50 */
    NOR_IS_REGISTER = 1 << 6,    /* reads a register or the id: has its own form in octal modes */
    NOR_IS_SFDP = 1 << 7,
    /* The modes that know it, next to plain SPI. */
    NOR_IN_QPI = 1 << 8,
    NOR_IN_STR = 1 << 9,
    NOR_IN_DTR = 1 << 10,
    NOR_NOT_SPI = 1 << 11,
    NOR_QPI_DUMMY = 1 << 12, /* in QPI mode the dummy clocks that are set by C0; the mode byte counts among them */
};

/* Bytes of address: by mode, or always three or four. */
enum nor_address { NOR_NO_ADDRESS, NOR_ADDRESS_MODE, NOR_ADDRESS_3, NOR_ADDRESS_4 };

/* One command: its phases after the opcode, and what it does. Constant. */
struct nor_command {
    uint8_t opcode;
    uint32_t set;
    enum nor_address address;
    uint8_t address_lines;
    uint8_t mode_bytes;   /* on the address lines */
    uint8_t dummy_clocks; /* before data */
    uint8_t data_lines;   /* 0: no data */
    uint16_t when;
    /* Data for the host: byte number at of the answer. */
    uint8_t (*read)(struct nor *n, uint32_t at);
    /* At the end of the transaction. */
    void (*run)(struct nor *n);
};

/* The command of an opcode for a part with such sets; NULL for one that it does not know. */
const struct nor_command *nor_command_find(uint32_t sets, uint8_t opcode);

/* --- state --- */

/* What keeps the chip busy. */
enum nor_operation { NOR_OP_NONE, NOR_OP_PROGRAM, NOR_OP_ERASE, NOR_OP_OTHER };

enum nor_phase { NOR_IDLE, NOR_OPCODE, NOR_OPCODE_AGAIN, NOR_ADDRESS, NOR_DATA, NOR_IGNORE };

/* A command as it looks on the wires in the present mode. Lines with NOR_DDR. */
struct nor_shape {
    unsigned address_bytes, address_lines, mode_bytes, dummy_clocks, data_lines;
};

struct nor {
    const struct nor_part *part;
    const struct nor_family *family;
    uint32_t sets;
    struct nor_times times;
    struct sched *sched;
    struct log *log;
    uint8_t *bytes;
    uint32_t *erases;
    uint8_t *locks;                               /* one for each sector */
    const struct nor_command *known[NOR_OPCODES]; /* what the part knows */
    uint64_t counts[NOR_OPCODES];
    uint64_t changes; /* of the bytes */
    bool is_noted[NOR_OPCODES];

    /* chip state: registers in use, and what power-on loads; without WIP, WEL, suspended */
    uint8_t registers[NOR_REGISTERS], kept[NOR_REGISTERS];
    uint8_t config[NOR_CONFIGS], config_kept[NOR_CONFIGS];
    enum nor_mode mode;
    bool is_4byte;
    uint8_t extended; /* address bits 31 to 24 of a 3-byte address */
    uint8_t qpi_clocks;
    bool is_write_enabled, is_volatile_write_enabled, is_reset_enabled, is_asleep;
    enum nor_operation running, suspended; /* running: the last one begun, while busy */
    uint64_t busy_until_ps;                /* 0: not busy */
    uint64_t deaf_until_ps;                /* waking or resetting: no command at all */
    uint64_t suspended_left_ps;            /* what a suspended operation still has to do */
    uint64_t busy_ns;

    /* the transaction */
    enum nor_phase phase;
    const struct nor_command *command;
    struct nor_shape shape;
    const struct nor_command *continuous; /* continuous read mode: the command that is not repeated */
    uint8_t opcode;
    unsigned phase_bytes;
    uint8_t shifted, bits; /* a byte that has come in part */
    bool is_second_edge;   /* the controller's next byte at double rate begins with the falling edge */
    uint32_t address;
    uint8_t mode_byte;
    int64_t out_bit;      /* position in the answer of the next bit; negative in dummy clocks */
    uint8_t in[NOR_PAGE]; /* data from the host; a program keeps the last 256 bytes, as the chip's buffer does */
    uint32_t in_count;

    /* faults */
    bool never_ready, weak, absent, is_wp_low;
    enum { NOR_NOT_STUCK, NOR_ALL_LOW, NOR_ALL_HIGH } stuck;
    nor_change_fn *before_change, *after_change;
    void *change_ctx;
};

static inline bool nor_bit_of(const struct nor *n, struct nor_bit bit)
{
    return bit.mask && n->registers[bit.reg] & bit.mask;
}

/* What command D8 erases, and the smallest unit of the block protect bits. */
static inline uint32_t nor_block(const struct nor *n)
{
    return n->family->block ? n->family->block : NOR_BLOCK64;
}

static inline bool nor_is_octal(enum nor_mode mode)
{
    return mode == NOR_OPI_STR || mode == NOR_OPI_DTR;
}

/* --- nor.c --- */
/* What power-on and reset have in common: volatile state is gone. */
void nor_load_state(struct nor *n);

/* --- nor_status.c: busy, suspended, asleep --- */
bool nor_is_busy(const struct nor *n);
/* Whether no command is taken, while it wakes or resets. */
bool nor_is_deaf(const struct nor *n);
/* Busy from now on for an operation's time, with WEL cleared; counted in busy_ns. */
void nor_begin(struct nor *n, uint64_t ns, enum nor_operation operation);
uint8_t nor_register(const struct nor *n, unsigned index);
void nor_suspend(struct nor *n);
void nor_resume(struct nor *n);
void nor_power_down(struct nor *n);
void nor_release_power_down(struct nor *n);
void nor_reset_enable(struct nor *n);
void nor_reset(struct nor *n);

/* --- nor_registers.c: latches and register writes --- */
void nor_write_registers(struct nor *n, unsigned first, const uint8_t *values, unsigned count);
void nor_write_enable(struct nor *n);
void nor_write_disable(struct nor *n);
void nor_volatile_write_enable(struct nor *n);
void nor_write_status1(struct nor *n);
void nor_write_status2(struct nor *n);
void nor_write_status3(struct nor *n);
void nor_write_issi_function(struct nor *n);
void nor_write_issi_parameters(struct nor *n);

/* --- nor_modes.c: lines and addresses --- */
/* How the command looks in the present mode. */
struct nor_shape nor_shape_of(const struct nor *n, const struct nor_command *command);
bool nor_asks_to_continue(const struct nor *n);
void nor_enter_qpi(struct nor *n);
void nor_exit_qpi(struct nor *n);
void nor_set_qpi_parameters(struct nor *n);
void nor_enter_4byte(struct nor *n);
void nor_exit_4byte(struct nor *n);
void nor_set_4byte(struct nor *n, bool on);
void nor_write_extended(struct nor *n);
uint8_t nor_read_extended(struct nor *n, uint32_t at);

/* --- nor_octal.c: the configuration registers of octal parts --- */
extern const struct nor_octal nor_octal_macronix, nor_octal_issi, nor_octal_gigadevice;
/* Takes the mode from the configuration in use. */
void nor_take_config(struct nor *n);
void nor_write_config2(struct nor *n);
uint8_t nor_read_config2(struct nor *n, uint32_t at);
void nor_write_volatile_config(struct nor *n);
uint8_t nor_read_volatile_config(struct nor *n, uint32_t at);
void nor_write_kept_config(struct nor *n);
uint8_t nor_read_kept_config(struct nor *n, uint32_t at);

/* --- nor_array.c: programming and erasing --- */
uint8_t nor_read_array(struct nor *n, uint32_t at);
void nor_page_program(struct nor *n);
void nor_erase(struct nor *n, uint32_t unit, uint64_t ns);
void nor_erase_sector(struct nor *n);
void nor_erase_block32(struct nor *n);
void nor_erase_block64(struct nor *n);
void nor_erase_chip(struct nor *n);

/* --- nor_protect.c --- */
void nor_lock_block(struct nor *n);
void nor_unlock_block(struct nor *n);
void nor_lock_all(struct nor *n);
void nor_unlock_all(struct nor *n);
uint8_t nor_read_lock(struct nor *n, uint32_t at);
/* Block protect bits that cover at least half of the chip, and all of it; into a status register's value. */
uint8_t nor_protect_all_bits(const struct nor *n);
uint8_t nor_protect_half_bits(const struct nor *n);

/* --- nor_sfdp.c --- */
uint8_t nor_read_sfdp(struct nor *n, uint32_t at);

/* --- the parts, by maker --- */
extern const struct nor_part nor_parts_winbond[], nor_parts_gigadevice[], nor_parts_macronix[], nor_parts_issi[],
    nor_parts_others[], nor_parts_odd[];

#endif
