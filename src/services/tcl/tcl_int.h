/* SPDX-License-Identifier: Apache-2.0 */
/* Shared by the command files of this folder. */
#ifndef SERVICES_TCL_TCL_INT_H
#define SERVICES_TCL_TCL_INT_H

#include "services/tcl/tcl.h"

#include <jim.h>

enum tcl_stage { TCL_CONFIG = 1, TCL_EXEC = 2, TCL_ANY = 3 };

struct tcl_call;
typedef enum err tcl_fn(struct tcl_call *c);

/* One command. The words of its name are separated by one space; the longest name that matches wins. */
struct tcl_command {
    const char *name; /* NULL ends a table */
    enum tcl_stage stage;
    tcl_fn *fn;
    int8_t min, max; /* arguments after the name; max -1: any number */
    const char *usage, *help;
    bool is_on_target; /* also reachable as "<target> name ..." */
    const char *key;   /* for handlers that serve many rows */
};

/* A command that is being run. */
struct tcl_call {
    struct tcl *tcl;
    const struct tcl_command *command;
    unsigned core; /* the target it is for: an index into the configuration's cores */
    int argc;
    Jim_Obj *const *argv;
    struct buf out; /* what it prints: the result */
};

/* A name and its text: options of targets and adapters that are only kept, help texts, event bodies. */
struct tcl_pair {
    char *name, *value;
    unsigned owner;
    struct tcl_pair *next;
};

enum { TCL_MAX_PENDING = 32, TCL_MAX_DIRS = 32 };

struct tcl {
    Jim_Interp *jim;
    struct session *session;
    struct log *log;
    char *program_dir;
    char *dirs[TCL_MAX_DIRS];
    unsigned dir_count;
    struct tcl_servers servers;
    char *log_file;
    bool log_to_stdout;

    enum tcl_stage stage;
    bool is_noinit, in_connection, wants_exit, wants_shutdown, is_closing;
    int shutdown_status;
    enum err last_error;
    bool notifications_changed, notifications_on;
    struct buf notifications;

    unsigned current_core;
    bool is_polling, poll_failed, in_reset;
    struct tcl_pair *options; /* what is configured and only kept: owner is a core, or ~0u */
    struct tcl_pair *events;  /* name is the event; owner a core */
    struct tcl_pair *help, *usage;
    struct session_listener listener;
    struct {
        const char *event;
        unsigned core;
    } pending[TCL_MAX_PENDING];
    unsigned pending_count;
    unsigned resets_said[SESSION_MAX_CORES], gone_said[SESSION_MAX_CORES]; /* since the core halted last */

    bool is_permissive, is_semihosting;
    bool encrypts_binary; /* esp encrypt_binary */
    bool goes_on;         /* program_esp ended without "exit" */
};

/* --- the tables: one per subject, all listed in tcl_tables --- */
extern const struct tcl_command tcl_general_commands[], tcl_help_commands[], tcl_server_commands[],
    tcl_adapter_commands[], tcl_driver_commands[], tcl_jtag_commands[], tcl_scan_commands[], tcl_target_commands[],
    tcl_object_commands[], tcl_run_commands[], tcl_memory_commands[], tcl_image_commands[], tcl_register_commands[],
    tcl_break_commands[], tcl_flash_commands[], tcl_flash_file_commands[], tcl_esp_commands[], tcl_xtensa_commands[],
    tcl_riscv_commands[], tcl_program_commands[], tcl_json_commands[];
extern const struct tcl_command *const tcl_tables[];
/* Old names and what they are called now. */
struct tcl_alias {
    const char *old, *now;
};
extern const struct tcl_alias tcl_aliases[];
/* Commands of OpenOCD that are not there yet. */
extern const char *const tcl_missing[];

/* --- dispatch --- */
/* The row whose name is the longest match of the words; *words is how many it took. NULL: none. */
const struct tcl_command *tcl_lookup(int argc, Jim_Obj *const *argv, int *words);
int tcl_dispatch(struct tcl *t, unsigned core, int argc, Jim_Obj *const *argv);
/* Makes "<name> ..." a command for the core of that name. */
void tcl_register_target(struct tcl *t, const char *name);
int tcl_unknown(Jim_Interp *jim, int argc, Jim_Obj *const *argv);
bool tcl_is_missing(const char *name);
/* Writes the sentence for a name that no row matches. */
enum err tcl_no_such_command(struct tcl *t, int argc, Jim_Obj *const *argv);

/* --- arguments and output --- */
const char *tcl_arg(const struct tcl_call *c, int i); /* "" past the end */
bool tcl_arg_is(const struct tcl_call *c, int i, const char *word);
/* A number in C's notation; the sentence names the argument. */
enum err tcl_arg_u32(struct tcl_call *c, int i, const char *what, uint32_t *value) MUST_USE;
enum err tcl_arg_u64(struct tcl_call *c, int i, const char *what, uint64_t *value) MUST_USE;
/* on/off, enable/disable, yes/no, true/false, 1/0. */
enum err tcl_arg_bool(struct tcl_call *c, int i, bool *value) MUST_USE;
enum err tcl_parse_u64(struct log *log, const char *text, const char *what, uint64_t *value) MUST_USE;
/* Removes argument i. */
void tcl_shift(struct tcl_call *c);
/* A file name as scripts give it: one pair of braces or quotes around it is dropped. The string is the caller's. */
char *tcl_file_name(const char *arg);
void tcl_print(struct tcl_call *c, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* "what: on" lines and flags in one: with an argument sets *flag. */
enum err tcl_flag(struct tcl_call *c, bool *flag) MUST_USE;
enum err tcl_usage_error(struct tcl_call *c) MUST_USE;

/* --- the session under a call --- */
struct log *tcl_call_log(const struct tcl_call *c);
struct session_config *tcl_config(const struct tcl *t);
/* The core or target of the call, or a sentence why there is none. */
enum err tcl_core(struct tcl_call *c, struct core **core) MUST_USE;
enum err tcl_target(struct tcl_call *c, struct target **target) MUST_USE;
enum err tcl_flash(struct tcl_call *c, struct flash **flash) MUST_USE;
/* Index of the core that is called so; -1. */
int tcl_core_by_name(const struct tcl *t, const char *name);

/* "<target> configure ...": takes the arguments of the call as options. */
enum err tcl_configure_options(struct tcl_call *c) MUST_USE;

/* --- pairs --- */
const char *tcl_pair_get(const struct tcl_pair *list, unsigned owner, const char *name); /* NULL: none */
enum err tcl_pair_set(struct tcl *t, struct tcl_pair **list, unsigned owner, const char *name,
                      const char *value) MUST_USE;
void tcl_pair_free(struct tcl_pair **list);

/* --- events --- */
/* Runs the handler of an event of a core; "" and errors as OpenOCD: an error is said and passed on. */
enum err tcl_run_event(struct tcl *t, unsigned core, const char *event) MUST_USE;
enum err tcl_run_event_all(struct tcl *t, const char *event) MUST_USE;
/* Runs the handlers that poll and commands left pending. */
void tcl_run_pending(struct tcl *t);
void tcl_on_news(void *ctx, const struct session_news *news);
/* The whole reset procedure with its events. */
enum err tcl_reset(struct tcl *t, enum reset_mode mode) MUST_USE;
/* Removes the last newline of a buffer. */
void tcl_trim(struct buf *b);

extern const char tcl_startup_script[];

#endif
