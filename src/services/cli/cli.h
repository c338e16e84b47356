/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The subcommands of the command line: rows of tables. Options, their help and the argument checks come from the rows.
 */
#ifndef SERVICES_CLI_CLI_H
#define SERVICES_CLI_CLI_H

#include "base/err.h"
#include "base/log.h"
#include "sim/board.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The exit status of the program. */
enum cli_exit { CLI_DONE = 0, CLI_FAILED = 1, CLI_USAGE = 2, CLI_NO_CHIP = 3 };

/* A subcommand: "espocd NAME ...". argv[0] is its name. Returns enum cli_exit. */
struct cli_command {
    const char *name; /* NULL ends the list */
    const char *help; /* one line */
    int (*run)(int argc, char **argv);
};

int cmd_image(int argc, char **argv);
int cmd_partitions(int argc, char **argv);
int cmd_sim(int argc, char **argv);
int cmd_flash(int argc, char **argv);
int cmd_verify(int argc, char **argv);
int cmd_read(int argc, char **argv);
int cmd_map(int argc, char **argv);
int cmd_doctor(int argc, char **argv);
int cmd_gdb(int argc, char **argv);
int cmd_erase(int argc, char **argv);
/* The command line of OpenOCD: argv[0] is the program's name, the rest its options. */
int cmd_openocd(int argc, char **argv);

/* An option of a verb. The order in the table is its index in the calls below. */
struct cli_option {
    const char *name;  /* "flash-size"; NULL ends the list */
    char letter;       /* 'o' for -o, 0 for none */
    const char *value; /* what stands for its value in help: "SIZE"; "[BOARD]" when it may be left out; NULL: a flag */
    const char *help;
};

/* The help of an option that names a fault of a virtual board. Further lines begin where cli.c has the column of help. */
#define CLI_FAULT_LINE(name, text, help) "\n                                " text ": " help
#define CLI_FAULT_HELP                                                                                                 \
    "let this go wrong on the virtual board, at once or after so many TCK periods:" BOARD_FAULTS(CLI_FAULT_LINE)

#define CLI_EFUSE_HELP "burn eFuses of the virtual board first, by the names of espefuse, as FLASH_CRYPT_CNT=1"

/* The same for the states of its flash. */
#define CLI_STATE_HELP                                                                                                 \
    "what the virtual board's flash is found in, so many milliseconds after power-on (0):" NOR_STATES(CLI_FAULT_LINE)
#define CLI_PART_HELP "another part in place of the virtual board's flash; 'espocd sim --flash-part list' shows all"

struct cli_call;

/* A verb of a subcommand ("info" of "image"), or a subcommand that has no verbs. */
struct cli_verb {
    const char *name;     /* NULL ends the list */
    const char *synopsis; /* its arguments: "FILE" */
    const char *help;     /* one line */
    const char *more;     /* further text for --help, may be NULL */
    const struct cli_option *options;
    unsigned min_args, max_args; /* max_args 0: any number */
    int (*run)(struct cli_call *call);
};

struct cli_given {
    unsigned option;
    const char *value; /* NULL when it has none */
};

/* One run of a verb, its command line taken apart. */
struct cli_call {
    const struct cli_verb *verb;
    const char *group; /* "image", or NULL */
    char **args;       /* what is no option, in order */
    size_t arg_count;
    struct cli_given *given; /* options in the order given */
    size_t given_count;
    struct log log;
    struct log_sink sink;
};

/* Runs the verb that argv[1] names, or prints the help of the group. */
int cli_run_group(const struct cli_command *group, const struct cli_verb *verbs, int argc, char **argv);
/* Takes argv[1...] apart by the verb's table and runs it. group: the word before its name, or NULL. */
int cli_run_verb(const struct cli_verb *verb, const char *group, int argc, char **argv);

bool cli_has(const struct cli_call *call, unsigned option);
/* The value given last; NULL when the option was not given (or has no value). */
const char *cli_value(const struct cli_call *call, unsigned option);

/* Says the sentence of an error (once, on stderr) and gives the exit status that belongs to it. */
int cli_fail(struct cli_call *call, enum err e);
int cli_exit_of(enum err e);
/* Says what is wrong with the command line, and where help is; gives CLI_USAGE. */
int cli_usage(struct cli_call *call, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* A number as users write it: decimal or 0x hex, with k, K, KB, KiB, m, M, MB, MiB. False when it is none or does not
   fit. */
bool cli_number(const char *text, uint64_t max, uint64_t *value);
/* "1.5 MB", "24 KB", "100 B": a size for people. Returns text. */
const char *cli_size(char *text, size_t room, uint64_t size);

#endif
