/* SPDX-License-Identifier: Apache-2.0 */
#include "base/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void log_init(struct log *log, enum log_level level)
{
    *log = (struct log){.level = level};
}

void log_add_sink(struct log *log, struct log_sink *sink)
{
    sink->next = log->sinks;
    log->sinks = sink;
}

void log_remove_sink(struct log *log, struct log_sink *sink)
{
    for (struct log_sink **at = &log->sinks; *at; at = &(*at)->next) {
        if (*at == sink) {
            *at = sink->next;
            sink->next = NULL;
            return;
        }
    }
}

void log_vat(struct log *log, enum log_level level, const char *fmt, va_list args)
{
    if (!log || level > log->level)
        return;
    char room[2048], *line = room;
    va_list again;
    va_copy(again, args);
    int len = vsnprintf(room, sizeof room, fmt, args);
    /* What a command prints may be long; when there is no memory for it, its beginning is said. */
    if (len >= (int)sizeof room && vasprintf(&line, fmt, again) < 0)
        line = room;
    va_end(again);
    for (struct log_sink *sink = log->sinks; sink;) {
        struct log_sink *next = sink->next; /* a sink may remove itself */
        sink->fn(sink->ctx, level, line);
        sink = next;
    }
    if (line != room)
        free(line);
}

void log_at(struct log *log, enum log_level level, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    log_vat(log, level, fmt, args);
    va_end(args);
}

enum err(err_at)(struct log *log, enum err code, const char *fmt, ...)
{
    if (!log)
        return code;
    va_list args;
    va_start(args, fmt);
    vsnprintf(log->why, sizeof log->why, fmt, args);
    va_end(args);
    log_debug(log, "%s: %s", err_name(code), log->why);
    return code;
}

enum err err_context(struct log *log, enum err code, const char *fmt, ...)
{
    if (code == ERR_OK || !log)
        return code;
    char front[512], back[sizeof log->why];
    va_list args;
    va_start(args, fmt);
    vsnprintf(front, sizeof front, fmt, args);
    va_end(args);
    snprintf(back, sizeof back, "%s", err_why(log, code));
    snprintf(log->why, sizeof log->why, "%s: %.*s", front, (int)(sizeof log->why - strlen(front) - 3), back);
    return code;
}

enum err err_append(struct log *log, enum err code, const char *fmt, ...)
{
    if (code == ERR_OK || !log)
        return code;
    if (!log->why[0])
        snprintf(log->why, sizeof log->why, "%s", err_text(code));
    size_t at = strlen(log->why);
    at += (size_t)snprintf(log->why + at, sizeof log->why - at, ". ");
    va_list args;
    va_start(args, fmt);
    if (at < sizeof log->why)
        vsnprintf(log->why + at, sizeof log->why - at, fmt, args);
    va_end(args);
    return code;
}

const char *err_why(const struct log *log, enum err code)
{
    return log && log->why[0] ? log->why : err_text(code);
}

void err_forget(struct log *log)
{
    log->why[0] = '\0';
}

struct err_kept err_keep(const struct log *log, enum err code)
{
    struct err_kept kept = {.code = code};
    if (log)
        memcpy(kept.why, log->why, sizeof kept.why);
    return kept;
}

enum err err_put_back(struct log *log, const struct err_kept *kept)
{
    if (log)
        memcpy(log->why, kept->why, sizeof log->why);
    return kept->code;
}

enum err err_first(struct log *log, const struct err_kept *kept, enum err after)
{
    return kept->code ? err_put_back(log, kept) : after;
}
