/* SPDX-License-Identifier: Apache-2.0 */
/* The file that keeps a virtual board's flash between runs, the bare content, as large as the chip; and its states. */
#include "sim/board_int.h"

#include "base/bytes.h"
#include "base/file.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MAX_MS = 1000000000 };

static void note_kept(struct board *b)
{
    b->is_flash_kept = true;
    b->kept_changes = nor_changes(b->nor);
}

enum err board_load_flash(struct board *b)
{
    struct buf content = {0};
    if (!b->flash_path)
        return ERR_OK;
    enum err e = file_read(b->log, b->flash_path, &content);
    if (e == ERR_NOT_FOUND) {
        log_info(b->log, "%s does not exist yet: the flash is blank", b->flash_path);
        err_forget(b->log);
        return ERR_OK;
    }
    if (!e && content.len != nor_size(b->nor))
        e = err_at(b->log, ERR_RANGE,
                   "%s has %zu bytes, but the board's flash has %u; give a file of that size, or none to start blank",
                   b->flash_path, content.len, nor_size(b->nor));
    if (!e) {
        memcpy(nor_bytes(b->nor), content.bytes, content.len);
        note_kept(b);
    }
    buf_fini(&content);
    return e;
}

enum err board_sync(struct board *b)
{
    if (!b->flash_path)
        return ERR_OK;
    board_catch_up(b);
    if (b->is_flash_kept && nor_changes(b->nor) == b->kept_changes && !access(b->flash_path, F_OK))
        return ERR_OK; /* most commands only look, and the file may have 256 MB */
    enum err e = file_write(b->log, b->flash_path, nor_bytes(b->nor), nor_size(b->nor));
    if (!e)
        note_kept(b);
    return e;
}

/* --- states --- */

static enum err parse_ms(struct log *log, const char *text, const char *digits, uint64_t *ms)
{
    char *end;
    errno = 0;
    *ms = strtoull(digits, &end, 0);
    if (isdigit((unsigned char)*digits) && !*end && !errno && *ms <= MAX_MS)
        return ERR_OK;
    return err_at(log, ERR_USAGE, "flash state '%s': '%s' is no number of milliseconds up to %u", text, digits,
                  (unsigned)MAX_MS);
}

enum err board_parse_states(struct log *log, const char *states, char **names, uint64_t *ms)
{
    const char *at = strchr(states, '@');
    *names = NULL;
    *ms = 0;
    enum err e = at ? parse_ms(log, states, at + 1, ms) : ERR_OK;
    if (e)
        return e;
    *names = strndup(states, strcspn(states, "@"));
    if (!*names)
        return err_at(log, ERR_MEMORY, "no memory for the states of the virtual flash");
    e = nor_check_states(log, *names);
    if (e) {
        free(*names);
        *names = NULL;
    }
    return e;
}

/* Whether the part can be in those states: tried on another of its kind. */
static enum err check_states(struct board *b, const char *states)
{
    struct nor *twin = nor_new(nor_part_of(b->nor), &b->sched, false, b->log);
    if (!twin)
        return err_at(b->log, ERR_MEMORY, "no memory for a second virtual flash, to try its states");
    enum err e = nor_preset(twin, states);
    nor_free(twin);
    return e;
}

static void preset_is_due(void *ctx)
{
    struct board *b = ctx;
    enum err e = nor_preset(b->nor, b->flash_states);
    if (e) /* a protected flash does not begin to erase */
        log_warn(b->log, "%s", err_why(b->log, e));
}

enum err board_preset_flash(struct board *b, const char *states)
{
    uint64_t ms = 0;
    char *names;
    enum err e = board_parse_states(b->log, states, &names, &ms);
    if (e)
        return e;
    free(b->flash_states);
    b->flash_states = names;
    sched_cancel(&b->sched, &b->preset);
    board_catch_up(b);
    if (!ms)
        return nor_preset(b->nor, names);
    e = check_states(b, names);
    b->preset = (struct sched_event){.fn = preset_is_due, .ctx = b};
    if (!e)
        sched_in(&b->sched, &b->preset, ms * PS_PER_MS);
    return e;
}
