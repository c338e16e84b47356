/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of this folder share. */
#ifndef FLASH_FLASH_INT_H
#define FLASH_FLASH_INT_H

#include "agent/mailbox.h"
#include "flash/flash.h"
#include "flash/nor_id.h"

/* --- the carrier: brings jobs to the agent. Plan, reports and progress know nothing of how. --- */

/* One job for the agent. The buffers stay the caller's and live until the job has ended. */
struct flash_task {
    enum mailbox_command command;
    uint32_t offset, length, parameter, detail;
    const void *out; /* goes into the slot's buffer before */
    size_t out_len;
    void *in; /* comes from it afterwards */
    size_t in_len;
    uint32_t stall_ms; /* given up after so long without progress */
    uint32_t limit_ms; /* or so long in all, where progress cannot be seen */
};

/* What a slot says of its job. */
struct flash_answer {
    bool is_done;
    uint32_t state, result, done, detail;
};

struct flash_carrier;
struct flash_carrier_ops {
    const char *name;
    /* Loads the agent where it is not and makes it take jobs; nothing to do when it does. All slots are free then. */
    enum err (*start)(struct flash_carrier *c);
    /* Makes the agent put back what it changed and stop; what ran before can be looked at again. Its code stays. After an
       error the agent was stopped by force. */
    enum err (*stop)(struct flash_carrier *c);
    /* Stops it and puts back the memory that it lived in. */
    enum err (*release)(struct flash_carrier *c);
    /* The chip was reset or ran: nothing is loaded and nothing has to be put back. */
    void (*forget)(struct flash_carrier *c);
    /* Whether it takes jobs that change the flash; refuses with a sentence. NULL: it does. Between start and stop. */
    enum err (*check_change)(struct flash_carrier *c);
    /* Slots are given jobs in turn. submit sends data and job, poll looks, fetch gets a finished job's data. */
    enum err (*submit)(struct flash_carrier *c, unsigned slot, const struct flash_task *task);
    enum err (*poll)(struct flash_carrier *c, unsigned slot, const struct flash_task *task,
                     struct flash_answer *answer);
    enum err (*fetch)(struct flash_carrier *c, unsigned slot, void *buf, size_t len);
    /* Asks the running job to end early. */
    enum err (*cancel)(struct flash_carrier *c);
    /* For a message: what became of an agent that does not answer. */
    const char *(*where)(struct flash_carrier *c, char *text, size_t size);
    void (*free)(struct flash_carrier *c);
};

struct flash_carrier {
    const struct flash_carrier_ops *ops;
};

/* The agent in the chip's RAM. */
struct flash_carrier *carrier_jtag_new(struct target *target);
/* The agent's code on the host, which drives the registers of a SPI MEM controller: reads, and takes no other jobs. The chip
   is one of agent_registers_find's. */
struct flash_carrier *carrier_regs_new(struct target *target);

/* --- an agent's program --- */
struct agent_image {
    struct agent_segment {
        uint32_t addr;
        size_t len;
        const uint8_t *content;
    } code, data;
    uint32_t data_end; /* buffers and stack lie between the end of data and this */
    uint32_t entry, stop, stack_top, mailbox;
};
/* NULL for a chip that has none. */
const struct agent_image *agent_image_find(const struct chip *chip);
/* The controller's registers and what is around it, for the agent's code on the host; NULL for a chip whose flash is not
   reached so. */
struct spi_mem_chip;
const struct spi_mem_chip *agent_registers_find(const struct chip *chip);

/* --- the flash --- */
struct flash_pending {
    struct flash_task task;
    void (*ended)(void *ctx, const struct flash_answer *answer); /* may be NULL; also called when it failed */
    void *ctx;
    bool is_busy;
};

struct flash_patches; /* patch.c */

struct flash {
    struct flash_carrier *carrier; /* owned */
    struct flash_patches *patches; /* owned; NULL: there never were any */
    struct log *log;
    const struct clock *clock;
    const char *chip_title;
    const char *wiring; /* a sentence: where the chip has the flash's pins */
    bool must_not_unprotect;
    uint32_t size_override;
    uint32_t encrypt_unit;    /* 0: this chip's agent cannot encrypt */
    const char *crypt_efuses; /* that end encryption in download mode */
    struct flash_info info;
    struct nor_commands commands;
    bool is_identified;
    bool is_held; /* the agent stays started from one public function to the next */
    flash_progress_fn *progress;
    void *progress_ctx;
    struct flash_pending pending[MAILBOX_SLOTS];
    unsigned turn; /* the slot that the next job goes to */
    enum flash_phase phase;
    uint64_t phase_done, phase_total;
};

/* A flash over any carrier, which becomes its own. */
struct flash *flash_new_on(struct flash_carrier *carrier, struct log *log, const struct clock *clock);

/* --- exchange.c: jobs through the slots --- */
/* Puts a job into the next slot, waiting for the one that is there; jobs run in the order given. An error may be of an
   earlier job; then all that was queued has ended or was given up. */
enum err exchange_queue(struct flash *f, const struct flash_task *task,
                        void (*ended)(void *ctx, const struct flash_answer *answer), void *ctx) MUST_USE;
/* Waits for all jobs. */
enum err exchange_drain(struct flash *f) MUST_USE;
/* One job alone. answer may be NULL. */
enum err exchange_one(struct flash *f, const struct flash_task *task, struct flash_answer *answer) MUST_USE;
/* Every public function stands between these: the agent is started, and stopped whatever e is. Returns e, or how stopping
   went. */
enum err flash_begin(struct flash *f) MUST_USE;
enum err flash_end(struct flash *f, enum err e) MUST_USE;
/* The same before something is to be changed; refuses where that cannot be. */
enum err flash_begin_change(struct flash *f) MUST_USE;

void progress_start(struct flash *f, enum flash_phase phase, uint64_t total);
void progress_add(struct flash *f, uint64_t bytes);
/* For exchange_queue: adds what the job has done; ctx is the struct flash. */
void progress_count(void *ctx, const struct flash_answer *answer);

/* --- steps of jobs, between flash_begin and flash_end --- */
enum err step_identify(struct flash *f) MUST_USE;
/* ERR_RANGE with sizes when [offset, offset + len) does not lie in the flash. what: "reading", a file's name. */
enum err step_check_range(struct flash *f, const char *what, uint64_t offset, uint64_t len) MUST_USE;
/* The flash as it is, or as the chip decrypts it. */
enum flash_view { FLASH_AS_IT_IS, FLASH_DECRYPTED };
/* Pieces of each bytes (a multiple of 4, at most MAILBOX_DATA_SIZE), 2^log2_step bytes apart, one behind the other into
   buf. */
struct flash_pieces_of {
    uint32_t offset, each;
    uint8_t log2_step;
    size_t count;
};
enum err step_gather(struct flash *f, const struct flash_pieces_of *g, void *buf) MUST_USE;
enum err step_read(struct flash *f, enum flash_view view, uint32_t offset, void *buf, size_t len) MUST_USE;
/* One digest for each piece of the range, cut at sector boundaries. */
enum err step_digests(struct flash *f, enum flash_view view, uint32_t offset, uint32_t len,
                      uint8_t (*digests)[MAILBOX_DIGEST]) MUST_USE;
/* Number of such pieces, and what their digests should be. */
size_t digest_pieces(uint32_t offset, uint32_t len);
void digest_bytes(const void *bytes, size_t len, uint8_t digest[MAILBOX_DIGEST]);
void digest_blank_sector(uint8_t digest[MAILBOX_DIGEST]);
/* Erasing and programming need the range writable: clears the flash's write protection where it covers some of it, or
   refuses. what: as above. */
enum err step_unprotect(struct flash *f, const char *what, uint32_t offset, uint32_t len) MUST_USE;
enum err step_read_status(struct flash *f) MUST_USE;
/* The task that erases len bytes at offset in units of 2^log2 bytes. */
struct flash_task task_erase(const struct flash *f, const struct nor_erase_type *type, uint32_t offset, uint32_t len);
struct flash_task task_program(const struct flash *f, uint32_t offset, const void *bytes, size_t len,
                               bool is_encrypted);
struct flash_task task_compare(const struct flash *f, uint32_t offset, const void *bytes, size_t len);
/* The parameter of a job that reads. */
uint32_t access_to_read(const struct flash *f);

/* flash_program, whatever is patched: job.c. */
enum err flash_program_raw(struct flash *f, const struct flash_piece *pieces, size_t count, unsigned flags,
                           struct flash_job_result *result) MUST_USE;
void patches_free(struct flash *f); /* patch.c */

/* --- nor_protect.c --- */
/* What the status registers protect, into info->protected_range and info->protection. */
void nor_find_protection(struct flash_info *info);
bool nor_has_block_locks(const struct flash_info *info);
/* One write of a status register, or with 0 bytes a command that unlocks. Opcode 0: none. */
struct nor_status_write {
    uint8_t opcode, bytes;
    uint16_t value;
};
enum { NOR_STATUS_WRITES = 2 };
/* What clears all protection and keeps the other bits. */
void nor_unprotect_writes(const struct flash_info *info, struct nor_status_write writes[NOR_STATUS_WRITES]);

#endif
