/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The flash of a chip: what it is, and jobs on it. All work is done by the flash agent, code that runs on the chip; how
 * its jobs get there is behind struct flash_carrier, of which JTAG is one.
 *
 * Each function halts the cores if they run, and leaves them halted with their registers, the flash controller and the
 * caches as they were found. Only the agent's code and buffers stay in RAM, for the next call: before a core runs again,
 * flash_release puts back what was there; after a reset or when the chip ran, flash_forget.
 */
#ifndef FLASH_FLASH_H
#define FLASH_FLASH_H

#include "base/bytes.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "chips/chip.h"
#include "layout/reader.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { FLASH_SECTOR_SIZE = 4096, FLASH_PAGE_SIZE = 256 };

/* On how many lines it takes commands. */
enum flash_mode { FLASH_MODE_UNKNOWN, FLASH_MODE_SPI, FLASH_MODE_QPI, FLASH_MODE_OPI_STR, FLASH_MODE_OPI_DTR };

struct flash_range {
    uint32_t offset, len;
};

/* What the chip itself says: never from an image header. */
struct flash_info {
    uint8_t manufacturer, type, capacity; /* RDID */
    const char *maker;                    /* "Winbond", or "unknown maker" */
    uint32_t size;                        /* bytes */
    bool has_sfdp;
    uint32_t sfdp_size;      /* bytes, 0 when SFDP does not say */
    const char *size_source; /* "JEDEC id", "SFDP", "JEDEC id and SFDP" */
    uint8_t quad_rule;       /* of SFDP: how its quad enable bit is set; 0 when it does not say */
    uint8_t status[3]; /* by the maker's commands; register 2 is Macronix's configuration, ISSI's function register */
    enum flash_mode mode;               /* in which it was found */
    unsigned notes;                     /* FLASH_WAS_... */
    struct flash_range protected_range; /* that ignores programming and erasing; len 0: none */
    char protection[48];                /* by what: "BP2..0 = 5" */
};

/* What was found beside the mode. A chip that is only looked at is left with it, but for the two that have ended. */
enum {
    FLASH_WAS_CONTINUOUS = 1 << 0, /* took an address and no opcode */
    FLASH_WAS_ASLEEP = 1 << 1,     /* deep power-down */
    FLASH_WAS_BUSY = 1 << 2,       /* an erase or program was running; it has ended */
    FLASH_WAS_SUSPENDED = 1 << 3,  /* one was suspended; it was resumed and has ended */
    FLASH_WAS_WRITABLE = 1 << 4,   /* write enable was set */
};

enum flash_phase { FLASH_PHASE_CHECK, FLASH_PHASE_ERASE, FLASH_PHASE_PROGRAM, FLASH_PHASE_VERIFY, FLASH_PHASE_READ };
const char *flash_phase_name(enum flash_phase p);

/* done and total in bytes. Called on the wire thread. */
typedef void flash_progress_fn(void *ctx, enum flash_phase phase, uint64_t done, uint64_t total);

struct flash;
struct target;

/* The flash behind a target's chip, reached by the agent over the target's debug module. size_override: ESP_FLASH_SIZE,
   0 for what the flash says. Touches nothing. */
struct flash *flash_new(struct target *target, uint32_t size_override);
void flash_free(struct flash *f); /* takes NULL; does not touch the chip: flash_release first */
void flash_on_progress(struct flash *f, flash_progress_fn *fn, void *ctx);

/* Whether jobs clear the flash's write protection where it is in their way, as they do unless told otherwise. If not, they
   refuse before anything is changed. */
void flash_set_unprotect(struct flash *f, bool may_unprotect);

/* Loads the agent if it is not there and asks the flash who it is. The target is halted first if it runs. Cached. */
enum err flash_identify(struct flash *f, struct flash_info *info) MUST_USE;
/* Whether the flash can be changed at all from here; else says why not. Changes nothing. */
enum err flash_check_change(struct flash *f) MUST_USE;
/* Forgets what is known, after a reset or when the chip has run. The agent is loaded again with the next job. */
void flash_forget(struct flash *f);
/* Ends the agent and puts the core, the controller and the caches back as they were found. */
enum err flash_release(struct flash *f) MUST_USE;

/* Many small reads cost less between these two: the agent goes on taking jobs from one to the next. An error of any of them
   ends it. let_go returns e, or how stopping the agent went. */
enum err flash_hold(struct flash *f) MUST_USE;
enum err flash_let_go(struct flash *f, enum err e) MUST_USE;

enum err flash_read(struct flash *f, uint32_t offset, void *buf, size_t len) MUST_USE;
/* offset and len are multiples of FLASH_SECTOR_SIZE. */
enum err flash_erase(struct flash *f, uint32_t offset, uint32_t len) MUST_USE;
/* SHA-256 of a range, computed on the chip. */
enum err flash_sha256(struct flash *f, uint32_t offset, uint32_t len, uint8_t digest[32]) MUST_USE;
/* For each sector of a range (multiples of FLASH_SECTOR_SIZE): true when all its bytes are 0xFF. */
enum err flash_blank_check(struct flash *f, uint32_t offset, uint32_t len, bool *is_blank) MUST_USE;

/* One piece of a job. bytes stays the caller's. */
struct flash_piece {
    uint32_t offset;
    const uint8_t *bytes;
    size_t len;
    const char *name;  /* file name, for messages */
    bool is_encrypted; /* the chip encrypts it while it is written, and decrypts it to compare it */
};

enum {
    FLASH_JOB_ERASE = 1,     /* erase what needs it (write_image erase); without it bits are only cleared, and what
                                   would need an erase is refused before anything is written */
    FLASH_JOB_SKIP_SAME = 2, /* sectors that already hold the right bytes are left alone */
    FLASH_JOB_VERIFY = 4,    /* hash of each piece afterwards */
};

struct flash_job_result {
    uint32_t sectors_touched, sectors_same, sectors_erased, pages_programmed;
    uint64_t check_ns, erase_ns, program_ns, verify_ns; /* in the session's clock */
};

/* What the chip encrypts together: encrypted pieces begin at multiples of it, and are filled up to one with 0xFF. */
enum { FLASH_CRYPT_UNIT = 32 };

/* Programs the pieces. Every argument is checked against the flash before anything is erased: size, overlap, alignment.
   Bytes of a sector that no piece covers are kept. Whether the chip has its encryption switched on is the caller's
   business. On an error the sentence names which sectors hold what; the same job
   again finishes it. */
enum err flash_program(struct flash *f, const struct flash_piece *pieces, size_t count, unsigned flags,
                       struct flash_job_result *result) MUST_USE;
/* ERR_VERIFY with the first offset that differs. */
enum err flash_verify(struct flash *f, const struct flash_piece *pieces, size_t count) MUST_USE;
/* A reader for the layout engine, over the whole flash. Its size is 0 before flash_identify. */
struct reader flash_reader(struct flash *f);

#endif
