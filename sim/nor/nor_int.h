/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of the NOR model: its state, and what its rooms offer each other. */
#ifndef SIM_NOR_NOR_INT_H
#define SIM_NOR_NOR_INT_H

#include "sim/nor/nor.h"

enum {
    NOR_PAGE = 256,
    NOR_SECTOR = 4096,
    NOR_OPCODES = 256,
    NOR_STATUS_REGISTERS = 3,
};

/* When a command is taken. */
enum {
    NOR_WHEN_BUSY = 1,      /* also while WIP is set */
    NOR_WHEN_ASLEEP = 2,    /* also in power-down */
    NOR_WHEN_SUSPENDED = 4, /* also while an erase or program is suspended */
    NOR_WHEN_WRITABLE = 8,  /* only with WEL */
    NOR_WHEN_QUAD = 16,     /* only with QE */
};

struct nor;

/* One command: its phases after the opcode, and what it does. Constant. */
struct nor_command {
    uint8_t opcode;
    uint8_t address_bytes, address_lines;
    uint8_t mode_bytes;   /* on the address lines; M5-4 = 10 binary: the next transaction starts with its address */
    uint8_t dummy_clocks; /* before data */
    uint8_t data_lines;   /* 0: no data */
    uint8_t when;
    /* Data for the host: byte number at of the answer. */
    uint8_t (*read)(struct nor *n, uint32_t at);
    /* At the end of the transaction. */
    void (*run)(struct nor *n);
};

/* What keeps the chip busy. */
enum nor_operation { NOR_OP_NONE, NOR_OP_PROGRAM, NOR_OP_ERASE, NOR_OP_OTHER };

enum nor_phase { NOR_IDLE, NOR_OPCODE, NOR_ADDRESS, NOR_WAIT, NOR_IGNORE };

struct nor {
    const struct nor_part *part;
    const struct nor_times *times;
    struct sched *sched;
    struct log *log;
    uint8_t *bytes;
    uint32_t *erases;
    uint64_t counts[NOR_OPCODES];
    bool is_noted[NOR_OPCODES];

    /* chip state */
    uint8_t status[NOR_STATUS_REGISTERS],
        status_kept[NOR_STATUS_REGISTERS]; /* in use, and what power-on loads; without WIP, WEL and SUS */
    bool is_write_enabled, is_volatile_write_enabled, is_reset_enabled, is_asleep;
    enum nor_operation running, suspended; /* running: the last one begun, while busy */
    uint64_t busy_until_ps;                /* 0: not busy */
    uint64_t suspended_left_ps;            /* what a suspended operation still has to do */
    uint64_t busy_ns;

    /* the transaction */
    enum nor_phase phase;
    const struct nor_command *command;
    const struct nor_command *continuous; /* continuous read mode: the command that is not repeated */
    unsigned phase_bytes;
    uint32_t address;
    uint8_t mode;
    int64_t out_bit;      /* position in the answer of the next bit; negative in dummy clocks */
    uint8_t in[NOR_PAGE]; /* data from the host; a program keeps the last 256 bytes, as the chip's buffer does */
    uint32_t in_count;

    /* faults */
    bool never_ready, weak, absent;
    nor_change_fn *before_change, *after_change;
    void *change_ctx;
};

const struct nor_command *nor_command_find(uint8_t opcode);

/* Status: nor_status.c. */
bool nor_is_busy(const struct nor *n);
bool nor_is_protected(const struct nor *n, uint32_t offset, uint32_t len);
void nor_write_status(struct nor *n, unsigned first, const uint8_t *values, unsigned count);
/* Busy from now on for an operation's time, with WEL cleared; counted in busy_ns. */
void nor_begin(struct nor *n, uint64_t ns, enum nor_operation operation);
void nor_suspend(struct nor *n);
void nor_resume(struct nor *n);

#endif
