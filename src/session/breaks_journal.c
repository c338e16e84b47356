/* SPDX-License-Identifier: Apache-2.0 */
/* Where the journal is kept, and what an earlier session has left in one. */
#include "session/breaks_int.h"

#include "base/hash.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char folder[] = "breaks", suffix[] = ".journal";

/* --- its name --- */

/* A virtual board is its flash file; one without a file is forgotten, and so are its breakpoints. */
static void name_of_board(struct session *s, char name[PATCH_CHIP_LEN])
{
    const char *path = session_sim_option(s, "flash");
    char whole[PATH_MAX];
    uint8_t digest[SHA256_LEN];
    const char *real = path ? realpath(path, whole) : NULL;
    real = real ? real : path;
    name[0] = '\0';
    if (!real)
        return;
    hash_sha256(real, strlen(real), digest);
    int len = snprintf(name, PATCH_CHIP_LEN, "sim-");
    for (unsigned i = 0; i < 12; i++)
        len += snprintf(name + len, PATCH_CHIP_LEN - (size_t)len, "%02x", digest[i]);
}

static void name_of_chip(const struct session *s, const uint8_t mac[SURVEY_MAC], char name[PATCH_CHIP_LEN])
{
    int len = snprintf(name, PATCH_CHIP_LEN, "%s-", target_chip(s->target)->name);
    for (unsigned i = 0; i < SURVEY_MAC; i++)
        len += snprintf(name + len, PATCH_CHIP_LEN - (size_t)len, "%02x", mac[i]);
}

static void find_name(struct session *s, const uint8_t mac[SURVEY_MAC], char name[PATCH_CHIP_LEN])
{
    if (s->is_sim)
        name_of_board(s, name);
    else
        name_of_chip(s, mac, name);
}

static enum err find_path(struct session *s, const char *name, char path[STATE_PATH])
{
    char file[PATCH_CHIP_LEN + sizeof suffix];
    snprintf(file, sizeof file, "%s%s", name, suffix);
    return state_path(s->log, folder, file, path);
}

/* --- the store --- */

static enum err append(void *ctx, const void *bytes, size_t len)
{
    struct session *s = ctx;
    struct breaks *b = &s->breaks;
    if (!b->name[0])
        return ERR_OK;
    char path[STATE_PATH];
    enum err e = find_path(s, b->name, path);
    if (!e)
        e = state_file_open(s->log, &b->file, path);
    if (!e)
        e = state_file_append(s->log, &b->file, bytes, len);
    return err_context(
        s->log, e,
        "no breakpoint is put into the flash, because it cannot be written down first which sectors hold "
        "some");
}

static enum err clear(void *ctx)
{
    struct session *s = ctx;
    return state_file_remove(s->log, &s->breaks.file);
}

static void changed(void *ctx)
{
    breaks_note_change(ctx);
}

void breaks_use_journal(struct session *s, const uint8_t mac[SURVEY_MAC])
{
    const struct flash_patch_store store = {append, clear, changed, s};
    if (s->breaks.has_journal)
        return;
    find_name(s, mac, s->breaks.name);
    s->breaks.has_journal = true;
    flash_patch_use(s->flash, &store, s->breaks.name);
}

void breaks_close_journal(struct session *s)
{
    state_file_close(&s->breaks.file);
    s->breaks.has_journal = false;
}

/* --- an earlier session's --- */

static void say(struct session *s, const struct flash_recovery *r)
{
    if (r->restored)
        log_warn(
            s->log,
            "breakpoints of an earlier session, which did not end by itself, were still in the flash: %u sector%s of "
            "the program restored. If the program does not run, reset the chip",
            r->restored, r->restored == 1 ? "" : "s");
    if (r->intact)
        log_info(s->log, "the breakpoints that an earlier session had in %u sector%s of the flash are gone already",
                 r->intact, r->intact == 1 ? "" : "s");
    if (r->foreign)
        log_warn(s->log,
                 "%u sector%s of the flash in which an earlier session had breakpoints, the first at 0x%06" PRIx32
                 ", hold%s something else now: somebody has programmed the flash since, and it is left as it is",
                 r->foreign, r->foreign == 1 ? "" : "s", r->first_foreign, r->foreign == 1 ? "s" : "");
}

/* Cores that ran go on afterwards. */
static enum err restore(struct session *s, struct patch_journal *j)
{
    struct flash_recovery r = {0};
    enum err e = target_poll(s->target);
    unsigned running = 0;
    for (unsigned i = 0; i < target_core_count(s->target); i++)
        running |= core_state(target_core(s->target, i)) == CORE_RUNNING ? 1U << i : 0;
    if (!e)
        e = flash_patch_recover(s->flash, j, &r);
    if (!e)
        say(s, &r);
    struct err_kept first = err_keep(s->log, e);
    enum err after = session_release_flash(s);
    if (!after && running)
        after = target_resume_cores(s->target, running);
    return err_first(s->log, &first, after);
}

static enum err take_journal(struct session *s, const uint8_t mac[SURVEY_MAC])
{
    struct breaks *b = &s->breaks;
    struct patch_journal j = {0};
    struct buf content = {0};
    char path[STATE_PATH], name[PATCH_CHIP_LEN];
    find_name(s, mac, name);
    if (!name[0] || find_path(s, name, path) || access(path, F_OK)) {
        err_forget(s->log);
        return ERR_OK;
    }
    breaks_use_journal(s, mac);
    enum err e = state_file_open(s->log, &b->file, path);
    if (!e)
        e = state_file_read(s->log, &b->file, &content);
    if (!e)
        patch_journal_parse(&j, content.bytes, content.len);
    if (!e && j.failed)
        e = err_at(s->log, ERR_MEMORY, "no memory for '%s'", path);
    if (!e && (!j.count || strcmp(j.chip, b->name) != 0)) /* cut before the flash was touched, or no journal at all */
        e = state_file_remove(s->log, &b->file);
    else if (!e)
        e = state_file_cut(s->log, &b->file, j.read);
    if (!e && b->file.fd)
        e = restore(s, &j);
    patch_journal_fini(&j);
    buf_fini(&content);
    return e;
}

static bool may_have_journal(struct session *s)
{
    char prefix[PATCH_CHIP_LEN], name[PATCH_CHIP_LEN];
    if (!s->target || !s->flash)
        return false;
    snprintf(prefix, sizeof prefix, "%s-", target_chip(s->target)->name);
    if (s->is_sim)
        name_of_board(s, name);
    return state_has_any(folder, s->is_sim ? name : prefix) && (!s->is_sim || name[0]);
}

/* Whatever goes wrong, the session is there: it may be what the user needs to find out why. */
void breaks_recover(struct session *s)
{
    struct survey v;
    struct survey_request request = survey_request_default();
    request.leave_flash = true;
    if (!may_have_journal(s))
        return;
    session_hold_interrupt(s);
    enum err e = session_survey(s, &request, &v);
    if (!e && !v.has_facts)
        e = err_at(s->log, ERR_FAULT, "%s", v.facts_why);
    if (!e)
        e = take_journal(s, v.mac);
    survey_fini(&v);
    session_let_interrupt_go(s);
    if (!e)
        return;
    s->breaks.is_blocked = true;
    log_error(
        s->log,
        "breakpoints of an earlier session may still be in the flash, and could not be taken out: %s. The next start "
        "tries it again",
        err_why(s->log, e));
    err_forget(s->log);
    breaks_close_journal(s);
}
