/* SPDX-License-Identifier: Apache-2.0 */
/* Log lines for people: with the prefixes that programs look for. */
#include "services/cli/openocd_int.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const char *prefix_of(enum log_level level)
{
    static const char *const prefixes[] = {"Error: ", "Warn : ", "Info : ", "Debug: ", "Debug: ", "Debug: "};
    return level >= LOG_ERROR && level <= LOG_DEBUG_USB ? prefixes[level] : "";
}

static void close_file(struct console *c)
{
    if (c->file)
        fclose(c->file);
    free(c->file_name);
    c->file = NULL;
    c->file_name = NULL;
}

/* Follows what -l and log_output said last. */
static void follow_file(struct console *c)
{
    const char *wanted = c->tcl ? tcl_log_file(c->tcl) : NULL;
    if ((!wanted && !c->file_name) || (wanted && c->file_name && !strcmp(wanted, c->file_name)))
        return;
    close_file(c);
    if (!wanted)
        return;
    c->file_name = strdup(wanted);
    c->file = fopen(wanted, "w");
    if (!c->file)
        fprintf(stderr, "Error: the log file %s cannot be written: %s; the log goes on here\n", wanted,
                strerror(errno));
}

static void on_line(void *ctx, enum log_level level, const char *line)
{
    struct console *c = ctx;
    if (level > c->most && !(c->tcl && tcl_log_file(c->tcl)))
        return;
    follow_file(c);
    FILE *out = c->file ? c->file : c->tcl && tcl_log_to_stdout(c->tcl) && level != LOG_ERROR ? stdout : stderr;
    c->line_count++;
    if (level >= LOG_DEBUG)
        fprintf(out, "Debug: %u %ld ", c->line_count, (long)(clock() * 1000 / CLOCKS_PER_SEC));
    else
        fputs(prefix_of(level), out);
    fputs(line, out);
    fputc('\n', out);
    fflush(out);
}

void console_init(struct console *c, struct log *log)
{
    *c = (struct console){.sink = {.fn = on_line, .ctx = c}, .most = LOG_DEBUG_USB};
    log_add_sink(log, &c->sink);
}

void console_fini(struct console *c, struct log *log)
{
    log_remove_sink(log, &c->sink);
    close_file(c);
}
