/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Messages to the user, and the sentence that belongs to the last error.
 *
 * A struct log belongs to one session. Lines go to every sink whose level admits them. Not thread safe: it is used by the
 * wire thread only; a sink that feeds another thread must queue.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/err.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>

/* The levels of OpenOCD, which scripts set with -d and debug_level. */
enum log_level {
    LOG_SILENT = -3,
    LOG_OUTPUT = -2, /* the output of a command */
    LOG_USER = -1,   /* what the user asked for, without prefix */
    LOG_ERROR = 0,
    LOG_WARN = 1,
    LOG_INFO = 2,
    LOG_DEBUG = 3,
    LOG_DEBUG_IO = 4,
    LOG_DEBUG_USB = 5,
};

/* line has no trailing newline and is valid during the call only. */
typedef void log_sink_fn(void *ctx, enum log_level level, const char *line);

struct log_sink {
    log_sink_fn *fn;
    void *ctx;
    struct log_sink *next; /* owned by the log while added */
};

enum { LOG_WHY = 1024 };

struct log {
    enum log_level level;
    struct log_sink *sinks;
    char why[LOG_WHY]; /* the sentence of the last error, empty if none was written */
};

void log_init(struct log *log, enum log_level level);
/* The sink stays the caller's and must live until it is removed. Removing one that was not added does nothing. */
void log_add_sink(struct log *log, struct log_sink *sink);
void log_remove_sink(struct log *log, struct log_sink *sink);

void log_at(struct log *log, enum log_level level, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
void log_vat(struct log *log, enum log_level level, const char *fmt, va_list args);
#define log_error(log, ...) log_at(log, LOG_ERROR, __VA_ARGS__)
#define log_warn(log, ...)  log_at(log, LOG_WARN, __VA_ARGS__)
#define log_info(log, ...)  log_at(log, LOG_INFO, __VA_ARGS__)
#define log_user(log, ...)  log_at(log, LOG_USER, __VA_ARGS__)
#define log_debug(log, ...) log_at(log, LOG_DEBUG, __VA_ARGS__)

/* Writes the sentence of an error (replacing the one before) and returns the code: return err_at(log, ERR_TIMEOUT, ...). */
enum err err_at(struct log *log, enum err code, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
#ifdef __clang_analyzer__ /* it cannot see that the code that comes back is the one that went in, never ERR_OK */
#define err_at(log, code, ...) ((void)err_at(log, code, __VA_ARGS__), (code))
#endif
/* Puts "<text>: " in front of the sentence and returns the code; does nothing for ERR_OK. */
enum err err_context(struct log *log, enum err code, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* Puts ". <text>" behind the sentence and returns the code; does nothing for ERR_OK. */
enum err err_append(struct log *log, enum err code, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* The sentence of the error that was just returned: log->why, or err_text(code) when nobody wrote one. */
const char *err_why(const struct log *log, enum err code);
/* Forgets the sentence, for code that tries something and goes on when it fails. */
void err_forget(struct log *log);

/* An error with its sentence, while something else is done that may fail, too: putting things back, trying another way. */
struct err_kept {
    enum err code;
    char why[LOG_WHY];
};
/* A copy, code may be ERR_OK; the log is left as it is. */
struct err_kept err_keep(const struct log *log, enum err code) MUST_USE;
/* Makes the kept sentence that of the last error again, whatever was said since; returns the kept code. */
enum err err_put_back(struct log *log, const struct err_kept *kept);
/* Of the kept error and that of what was done since the first one counts: puts the kept one back if it is one, else leaves
   the sentence of after; returns the code that goes with it. */
enum err err_first(struct log *log, const struct err_kept *kept, enum err after) MUST_USE;

#endif
