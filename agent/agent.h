/* SPDX-License-Identifier: Apache-2.0 */
/* The agent without its chip: takes jobs from a mailbox. */
#ifndef AGENT_AGENT_H
#define AGENT_AGENT_H

#include "agent/mailbox.h"
#include "agent/mode.h"
#include "agent/spi.h"

struct agent {
    volatile struct mailbox *box;
    uint32_t *data[MAILBOX_SLOTS]; /* the slots' buffers */
    struct spi *spi;
    struct mode mode;                /* in which the flash was found, since the agent attached */
    bool has_changed;                /* the flash, since the agent attached */
    uint32_t tickets[MAILBOX_SLOTS]; /* of the job that each slot was last given */
};

/* Does jobs until JOB_EXIT, or until none is READY with AGENT_STOP_IF_IDLE. */
void agent_run(struct agent *a, enum mailbox_mode mode);

#endif
