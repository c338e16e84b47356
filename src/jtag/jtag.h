/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The JTAG chain: its TAPs, and a queue of scans.
 *
 * How a session builds the way down, from the wire upward:
 *     adapter_new, adapter_open
 *     jtag_new(adapter), jtag_add_tap(...) for each TAP from TDO on, jtag_discover
 *     xocd_new(jtag, taps of the cores)                     (dm/xocd.h)
 *     target_new(chip, dm)                                 (target/target.h)
 *
 * Scans are queued, run together by jtag_run (one adapter round trip), and their captures are valid after a good run.
 * Queueing cannot fail. IR scans are made by need: a DR scan says which instruction each TAP is to have, TAPs not named are
 * put in BYPASS, and no IR scan is made that would repeat what the TAPs hold already. Scans follow each other by the
 * shortest way, without passing Run-Test/Idle: a DR scan of n bits costs n + 4 clocks.
 */
#ifndef JTAG_JTAG_H
#define JTAG_JTAG_H

#include "adapter/adapter.h"
#include "base/err.h"
#include "base/log.h"
#include "jtag/state.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct jtag;

enum { JTAG_MAX_TAPS = 16, JTAG_MAX_IDS = 8, JTAG_NAME_LEN = 64 };

/* A TAP that the configuration expects. */
struct jtag_tap {
    char name[JTAG_NAME_LEN]; /* "esp32.tap0" */
    unsigned ir_len;          /* bits, 2..32 */
    uint32_t ir_capture;      /* what Capture-IR loads, where ir_mask is set; the standard's value is 1 with mask 3 */
    uint32_t ir_mask;
    uint32_t expected_ids[JTAG_MAX_IDS]; /* none: any IDCODE, or none at all */
    unsigned expected_count;
    bool ignore_version; /* bits 31:28 of the IDCODE */
    uint32_t idcode;     /* what jtag_discover found; 0: a TAP without IDCODE, or not yet asked */
};

/* The adapter stays the caller's and must be open for jtag_discover and jtag_run. NULL when out of memory. */
struct jtag *jtag_new(struct adapter *adapter, struct log *log);
void jtag_free(struct jtag *j); /* takes NULL */
/* Adds the next TAP, seen from TDO; a disabled one is not in the chain and is not added. Copied. ERR_RANGE for an IR length
   that cannot be, ERR_RESOURCE for too many. */
enum err jtag_add_tap(struct jtag *j, const struct jtag_tap *tap) MUST_USE;
unsigned jtag_tap_count(const struct jtag *j);
const struct jtag_tap *jtag_tap(const struct jtag *j, unsigned index); /* NULL past the end */
struct log *jtag_log(const struct jtag *j);
const struct clock *jtag_clock(const struct jtag *j);

/* Resets the TAPs, reads every IDCODE, checks the IRs, and logs what it found. ERR_NO_CHIP when nothing answers and
   ERR_CHAIN when something else than the expected answers; the sentence names the symptom and its usual causes. Without any
   TAP added it only reports what is there. */
enum err jtag_discover(struct jtag *j) MUST_USE;
/* The IDCODEs that it read last, seen from TDO, whatever it gave; 0 for a TAP without one, and past the end. */
uint32_t jtag_found_id(const struct jtag *j, unsigned n);

/* --- the queue --- */

enum { JTAG_IR_KEEP = 0xFFFFFFFF }; /* the instruction that the TAP holds, whatever it is */

/* One TAP's part of a DR scan. Up to 32 bits go through out and in; a longer one gives bit strings. */
struct jtag_field {
    unsigned tap;
    uint32_t ir; /* the instruction that the TAP is to hold */
    unsigned bits;
    uint32_t out;
    uint32_t *in;            /* may be NULL */
    uint32_t in_mask;        /* not 0: the captured bits under the mask are ORed into *in instead of stored */
    const uint8_t *out_bits; /* instead of out, when not NULL; copied */
    uint8_t *in_bits;        /* instead of in, when not NULL */
};

/* Queues a DR scan through these TAPs, in ascending order of tap. */
void jtag_dr(struct jtag *j, const struct jtag_field *fields, unsigned count);
/* Queues an IR scan in any case: the TAPs named get their ir (bits and out are ignored), all others BYPASS. in receives the
   captured IR. */
void jtag_ir(struct jtag *j, const struct jtag_field *fields, unsigned count);
/* Queues clocks in Run-Test/Idle. */
void jtag_idle(struct jtag *j, size_t clocks);
/* Queues a wait without clocks. */
void jtag_wait_ns(struct jtag *j, uint64_t ns);
/* Queues a move to a stable state. The scan before is updated on the way, except by Pause of its own kind, where it rests
   until the next scan or move. */
void jtag_goto(struct jtag *j, enum jtag_state state);
/* Queues Test-Logic-Reset: all IRs are forgotten. */
void jtag_reset_taps(struct jtag *j);
/* TCK periods queued so far, for those who keep batches to a size. */
uint64_t jtag_queued_tcks(const struct jtag *j);
/* Runs the queue and empties it, also when it fails. After an error the state of the TAPs counts as unknown: the next scan
   resets them first. ERR_CHAIN when an IR captured what it must not. Does nothing when the queue is empty. */
enum err jtag_run(struct jtag *j) MUST_USE;
/* Drives the chip's reset line (SRST), not from the queue. ERR_UNSUPPORTED when the adapter has none. */
enum err jtag_drive_reset(struct jtag *j, bool asserted) MUST_USE;
/* The TAPs were reset from outside (TRST, power): forgets what they hold. */
void jtag_forget(struct jtag *j);

#endif
