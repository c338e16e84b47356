/* SPDX-License-Identifier: Apache-2.0 */
/* What the commands that work on a flash have in common: the link to the chip, the files, progress, and the end. */
#ifndef SERVICES_CLI_JOB_H
#define SERVICES_CLI_JOB_H

#include "services/cli/inputs.h"
#include "services/cli/link.h"
#include "services/cli/progress.h"

#include <jansson.h>

/* Everything that one command holds. A zeroed one is empty. */
/* Of the commands that change the flash. */
#define UNPROTECT_HELP "clear the flash's write protection where it is in the way"

struct job {
    struct cli_call *call;
    struct link link;
    struct inputs inputs;
    struct progress progress;
    struct flash_info info;
    uint64_t begin_ns; /* in the session's time */
    bool as_json;
};

/* Opens the link, resets and halts the chip, learns its flash. CLI_DONE, or another exit status after it has said why not,
   the chip then runs if it can be reached;
   job_close is due in both cases. */
int job_open(struct job *j);
void job_close(struct job *j);
/* Ends the work on the chip and starts it, or leaves it halted; also after an error e, which then stays the one told. */
enum err job_finish(struct job *j, enum err e, bool leave_halted) MUST_USE;

struct log *job_log(const struct job *j);
/* Since the chip was reached, in the session's time. */
double job_seconds(const struct job *j);

/* {size, maker, id, size_source} of the flash, and [{file, offset, size}...] of the pieces. New references. */
json_t *job_flash_json(const struct job *j);
json_t *job_pieces_json(const struct job *j);
/* "3 files, 180.2 KB". Returns text. */
const char *job_pieces_text(char *text, size_t room, const struct job *j);
/* Makes images of the programs and sorts; the list is as flash/ takes it, and the caller's to free. */
enum err job_flash_pieces(struct job *j, struct flash_piece **list) MUST_USE;

#endif
