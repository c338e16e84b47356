/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The mailbox: the one contract between the flash agent, which runs on the chip, and whoever gives it jobs.
 *
 * Little-endian words in RAM that both sides reach; README.md beside this file shows an exchange by hand. A slot belongs
 * to the host while its state is FREE or DONE, and to the agent while it is READY or RUNNING. The host writes data and
 * the slot's other words first and READY last; the agent takes READY slots in turn, 0, 1, 0, 1, ... So while one slot's
 * block is being programmed, the next travels into the other.
 */
#ifndef AGENT_MAILBOX_H
#define AGENT_MAILBOX_H

#include "base/bits.h"

#include <stdint.h>

#define MAILBOX_MAGIC   0x61707365U /* "espa" */
#define MAILBOX_VERSION 3U

enum {
    MAILBOX_SLOTS = 2,
    MAILBOX_DATA_SIZE = 16384, /* bytes of each slot's buffer */
    MAILBOX_SECTOR = 4096,
    MAILBOX_DIGEST = 16, /* bytes */
    MAILBOX_SHA256 = 32,
    MAILBOX_CRYPT_UNIT = 32,
};

enum mailbox_slot_state { SLOT_FREE = 0, SLOT_READY = 1, SLOT_RUNNING = 2, SLOT_DONE = 3 };

/* READY may carry a ticket, another one for each job. A debugger that was too fast for a core writes again what it wrote, and
   the agent may have taken the job in between: a READY with the ticket of the job that it took last is no other job. */
#define SLOT_STATE  FIELD(7, 0)
#define SLOT_TICKET FIELD(31, 8) /* 0: none */

/* offset and length are of the flash, in bytes; "data" is the slot's buffer. done counts bytes while the job runs and says
   after a failure how far it came. "access" is a word of the fields below. */
enum mailbox_command {
    JOB_IDENTIFY = 1, /* data: struct mailbox_id */
    JOB_READ = 2,     /* parameter: access. data: the bytes. length <= MAILBOX_DATA_SIZE */
    JOB_DIGEST = 3,  /* parameter: access. data: MAILBOX_DIGEST bytes for each piece of the range, cut at sector ends */
    JOB_SHA256 = 4,  /* parameter: access. data: MAILBOX_SHA256 bytes */
    JOB_ERASE = 5,   /* parameter: access, with the unit. offset and length are multiples of the unit */
    JOB_PROGRAM = 6, /* parameter: access. data in; offset and length multiples of 4. 64-byte chunks of only 0xFF are
                         left out; detail: 256-byte pages of which something was programmed */
    JOB_COMPARE = 7, /* parameter: access. data in, whole sectors. detail: for sector n of the job, enum
                         mailbox_compare at bit 2n */
    JOB_STATUS = 8,  /* parameter: opcode | bytes << 8; detail: value to write to the status register(s); 0 bytes: the
                         opcode alone */
    JOB_EXIT = 9, /* puts flash, controller, pins and caches back as they were found; with parameter EXIT_FOR_BOOT the
                         flash as after power-on. The agent then stops at a BREAK */
    /* The same where the chip encrypts its flash: read through its decryption, written through its encryption. Programs
       whole units of MAILBOX_CRYPT_UNIT bytes, whatever is in them; its detail is that of JOB_PROGRAM. */
    JOB_READ_PLAIN = 10,
    JOB_DIGEST_PLAIN = 11,
    JOB_PROGRAM_ENCRYPTED = 12,
    JOB_GATHER =
        13, /* parameter: access; detail: GATHER_ fields. data: so many bytes at offset, then a step further, and
                        so on, one piece behind the other, length bytes in all */
};

/* How the flash is read, programmed or erased; the agent works with one line of command and address. */
#define ACCESS_OPCODE  FIELD(7, 0)
#define ACCESS_DUMMY   FIELD(15, 8)  /* clocks, of a read */
#define ACCESS_UNIT    FIELD(15, 8)  /* log2 of the bytes, of an erase */
#define ACCESS_LINES   FIELD(19, 16) /* of data, of a read: 1 or 2 */
#define ACCESS_ADDRESS FIELD(23, 20) /* bytes: 3 or 4 */

#define GATHER_EACH FIELD(15, 0)  /* bytes of each piece, a multiple of 4; length is a multiple of it */
#define GATHER_STEP FIELD(23, 16) /* log2 of the bytes from one piece to the next */

enum { EXIT_AS_FOUND = 0, EXIT_FOR_BOOT = 1 };

enum mailbox_compare {
    COMPARE_SAME = 0,
    COMPARE_CLEARS = 1,
    COMPARE_ERASE = 3
}; /* CLEARS: programming alone does it */

enum mailbox_result {
    AGENT_OK = 0,
    AGENT_BAD_JOB = 1,     /* unknown command, or arguments that do not fit it */
    AGENT_CANCELLED = 2,   /* the host asked for it; detail: the flash's status register 1 */
    AGENT_NOT_ENABLED = 3, /* the flash did not take write enable; detail: its status register 1 */
    AGENT_CONTROLLER = 4,  /* the SPI controller does not finish a transfer */
    AGENT_NOT_BEGUN = 5,   /* cancelled before it did anything; detail: status register 1 */
    AGENT_NO_FLASH = 6,    /* nothing answers, in no mode; detail: what RDID read */
    AGENT_NO_SPI = 7, /* the flash does not leave the mode in which it was found; detail: enum mailbox_mode_found */
};

/* First argument of the agent's entry. */
enum mailbox_mode {
    AGENT_STAY = 0,         /* polls the slots until JOB_EXIT */
    AGENT_STOP_IF_IDLE = 1, /* stops at its BREAK as soon as no slot is READY; enter again for more */
};

struct mailbox_slot {
    uint32_t command, offset, length, parameter;
    uint32_t data; /* address of the buffer, set by the agent's image */
    uint32_t result, done, detail;
    uint32_t state; /* last: written last */
};

struct mailbox {
    uint32_t magic, version;
    uint32_t cancel; /* not 0 makes jobs stop soon with AGENT_CANCELLED, JOB_EXIT excepted; set by the host, and by the
                        agent when a job fails; cleared by the host */
    uint32_t passes; /* agent: counts its looks at the slots; shows that it lives */
    uint32_t next;   /* agent: the slot whose turn it is */
    uint32_t attached; /* agent: 1 while it holds controller and caches */
    struct mailbox_slot slots[MAILBOX_SLOTS];
};

/* On how many lines the flash took its commands when the agent came. */
enum mailbox_mode_found { FOUND_NOTHING = 0, FOUND_SPI = 1, FOUND_QPI = 2, FOUND_OPI_STR = 3, FOUND_OPI_DTR = 4 };

/* What else was found, and ended. */
enum mailbox_notes {
    NOTE_CONTINUOUS = 1 << 0,    /* it took an address without an opcode: continuous read */
    NOTE_ASLEEP = 1 << 1,        /* deep power-down */
    NOTE_BUSY = 1 << 2,          /* an erase or program was running; it has ended now */
    NOTE_SUSPENDED = 1 << 3,     /* an erase or program was suspended; it has been resumed and has ended now */
    NOTE_WRITE_ENABLED = 1 << 4, /* its write enable latch was set */
};

struct mailbox_id {
    uint32_t rdid;   /* manufacturer | type << 8 | capacity << 16 */
    uint32_t status; /* status register 1 | 2 << 8 | 3 << 16, by the maker's commands: see nor.c */
    uint32_t mode;   /* enum mailbox_mode_found */
    uint32_t notes;  /* enum mailbox_notes */
    uint8_t sfdp[256];
};

#endif
