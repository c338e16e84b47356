/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the programs have in common that run an interpreter for comparison with other simulators (lx6run, rv32run):
 * commands from stdin, one on a line, and the memory that they speak of. Numbers are C literals (0x.. for hexadecimal).
 * An empty line and one that begins with # do nothing. An error goes to stderr with the line number and ends the program
 * with status 1. The commands that all have:
 *
 *   map ADDR SIZE      RAM (read, write, execute, any alignment), multiples of 4096, filled with zeros
 *   mem ADDR HEX       writes bytes, two hexadecimal digits each
 *   memfile ADDR PATH  writes a file's bytes
 *   dumpmem ADDR LEN   prints "mem ADDR HEX"
 *   echo TEXT          prints the text: a mark between cases
 */
#ifndef TESTS_INTEROP_RUNNER_H
#define TESTS_INTEROP_RUNNER_H

#include "sim/mem.h"

enum { RUNNER_BLOCKS = 16, RUNNER_WORDS = 4 };

/* The command and up to three more words; "" when missing. */
struct runner_args {
    char *word[RUNNER_WORDS];
};

/* Returns NULL or what is wrong. */
typedef const char *runner_fn(void *ctx, const struct runner_args *a);

struct runner_command {
    const char *name;
    runner_fn *run;
};

struct runner {
    const char *program;
    struct mem_map map;
    struct {
        uint32_t addr;
        struct mem_block block;
    } regions[RUNNER_BLOCKS];
    unsigned region_count;
    const struct runner_command *commands; /* the program's own, ended by a name of NULL */
    void *ctx;                             /* for these */
};

/* program, commands and ctx stay the caller's. False when out of memory. */
bool runner_init(struct runner *r, const char *program, const struct runner_command *commands, void *ctx);
void runner_fini(struct runner *r);
/* Fills all mapped memory with zeros. */
void runner_clear(struct runner *r);
/* Does all lines of stdin; the exit status. */
int runner_run(struct runner *r);

bool runner_number(const char *text, uint64_t *value);

#endif
