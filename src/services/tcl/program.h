/* SPDX-License-Identifier: Apache-2.0 */
/* program_esp and program_esp_bins: one job with one or many files. */
#ifndef SERVICES_TCL_PROGRAM_H
#define SERVICES_TCL_PROGRAM_H

#include "services/tcl/flash_int.h"

struct program_options {
    bool verify, reset, exit, no_skip, encrypt, force;
};

/* One file of the job. */
struct program_file {
    char *path; /* to open; owned */
    char *name; /* as the user wrote it; owned */
    char *args; /* the words behind the name, for the line that repeats them; owned */
    uint32_t offset;
    bool encrypt;
    struct buf bytes;
};

struct program_job {
    struct program_options options;
    struct program_file *files;
    struct flash_piece *pieces; /* the files as flash/ takes them, once they are read; owned */
    unsigned count;
    bool is_set; /* of program_esp_bins: more lines are printed */
    uint64_t start_ns;
};

/* Takes one option word; false when it is none. */
bool program_option(struct program_options *o, const char *word);
/* Runs the job and says its lines. The error's sentence is what Tcl gets; with "exit" the program ends with its status. */
enum err program_run(struct tcl_call *c, struct program_job *job) MUST_USE;
/* What is left to do when a job is over, or was refused before it began: with "exit" the program ends. */
enum err program_end(struct tcl_call *c, const struct program_job *job, enum err e) MUST_USE;
void program_fini(struct program_job *job);

#endif
