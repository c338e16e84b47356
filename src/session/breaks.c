/* SPDX-License-Identifier: Apache-2.0 */
/* What the flash holds of breakpoints when the cores go on. */
#include "session/breaks_int.h"

#include "session/flash_map.h"

#include <stdlib.h>
#include <string.h>

enum { HALT_MS = 1000, MAX_BREAKS = BREAKS_OLD };

/* --- the lists --- */

static const struct break_site *find_site(const struct breaks *b, uint32_t addr)
{
    for (size_t i = 0; i < b->site_count; i++) {
        if (b->sites[i].addr == addr)
            return &b->sites[i];
    }
    return NULL;
}

static bool is_in_flash(const struct session *s, uint32_t addr)
{
    const struct break_site *site = find_site(&s->breaks, addr);
    return site && flash_patch_is_at(s->flash, site->offset[0]);
}

static size_t count_in_flash(const struct session *s)
{
    size_t all, n = 0;
    const struct breakpoint *list = target_breakpoints(s->target, &all);
    for (size_t i = 0; i < all; i++)
        n += list[i].kind == BP_FLASH;
    return n;
}

static bool is_old(const struct breaks *b, uint32_t addr)
{
    for (size_t i = 0; i < b->old_count; i++) {
        if (b->old[i] == addr)
            return true;
    }
    return false;
}

static void note_old(struct session *s)
{
    struct breaks *b = &s->breaks;
    size_t all;
    const struct breakpoint *list = target_breakpoints(s->target, &all);
    b->old_count = 0;
    for (size_t i = 0; i < all && b->old_count < MAX_BREAKS; i++) {
        if (list[i].is_movable)
            b->old[b->old_count++] = list[i].addr;
    }
}

/* --- hardware or flash --- */

/* All are put into flash first, in the list only, and then as many as there are slots for become hardware ones. */
static enum err choose(struct session *s)
{
    struct break_choice choices[MAX_BREAKS];
    size_t all, count = 0;
    const struct breakpoint *list = target_breakpoints(s->target, &all);
    for (size_t i = 0; i < all && count < MAX_BREAKS; i++) {
        uint32_t addr = list[i].addr;
        if (list[i].is_movable)
            choices[count++] = (struct break_choice){
                .addr = addr, .is_in_flash = is_in_flash(s, addr), .is_old = is_old(&s->breaks, addr)};
    }
    break_choose(choices, count);
    enum err e = ERR_OK;
    for (size_t i = 0; i < count && !e; i++)
        e = target_move_breakpoint(s->target, choices[i].addr, BP_FLASH);
    for (unsigned rank = 0; rank < count && !e && target_has_free_slot(s->target); rank++) {
        for (size_t i = 0; i < count && !e; i++) {
            if (choices[i].takes_slot && choices[i].rank == rank)
                e = target_move_breakpoint(s->target, choices[i].addr, BP_HARDWARE);
        }
    }
    return e;
}

/* --- the program's begin --- */

static void drop_catch(struct session *s)
{
    struct breaks *b = &s->breaks;
    const struct breakpoint *bp = b->has_catch ? target_breakpoint_at(s->target, b->entry) : NULL;
    if (bp && bp->is_internal && target_remove_breakpoint(s->target, b->entry) != ERR_OK)
        err_forget(s->log);
    b->has_catch = false;
}

/* A hardware breakpoint in flash is not met before the program begins, so its slot is free until then. */
static enum err free_a_slot(struct session *s)
{
    size_t all;
    const struct breakpoint *list = target_breakpoints(s->target, &all);
    for (size_t i = 0; i < all && !target_has_free_slot(s->target); i++) {
        enum err e = list[i].is_movable ? target_move_breakpoint(s->target, list[i].addr, BP_FLASH) : ERR_OK;
        if (e)
            return e;
    }
    return ERR_OK;
}

/* Where the image that boots begins: in RAM, so hardware is needed. A user's own breakpoint there does as well. */
static void set_catch(struct session *s)
{
    struct breaks *b = &s->breaks;
    enum err e = ERR_OK;
    if (b->has_catch)
        return;
    b->entry = session_boot_entry(s);
    if (!b->entry || target_breakpoint_at(s->target, b->entry)) {
        if (!b->entry)
            log_warn(s->log,
                     "breakpoints in flash are set when the program has begun, and no image says where it begins: halt "
                     "it once it runs, and let it go on");
        return;
    }
    e = free_a_slot(s);
    if (!e)
        e = target_add_breakpoint(s->target, b->entry, 3, BP_HARDWARE);
    b->has_catch = !e;
    if (!e)
        target_mark_breakpoint(s->target, b->entry, false, true);
    else
        log_warn(
            s->log,
            "breakpoints in flash are set when the program begins, and there is no hardware breakpoint left to see "
            "that: %s",
            err_why(s->log, e));
    err_forget(s->log);
}

/* Whether the program that the breakpoints are for runs. Before that a bootloader may map anything anywhere. */
static bool has_begun(struct session *s, const struct survey *v)
{
    struct breaks *b = &s->breaks;
    const struct survey_core *first = &v->cores[0];
    if (core_stands_at_reset(target_core(s->target, 0)))
        b->is_booting = true;
    if (!b->is_booting || !first->has_pc)
        return !b->is_booting;
    bool is_there = b->entry && first->pc == b->entry;
    bool is_in_program =
        break_is_flash_window(s, first->pc) && mapping_to_flash(&v->now, 0, first->pc, &(uint32_t){0}, NULL);
    b->is_booting = !is_there && !is_in_program;
    return !b->is_booting;
}

/* --- what is to be in the flash --- */

struct work {
    struct session *session;
    struct survey survey;
    struct break_site *sites;
    size_t count, pending;
    bool is_begun;
};

static bool place_site(const struct survey *v, struct break_site *site)
{
    for (unsigned i = 0; i < BREAK_BYTES; i++) {
        if (!mapping_to_flash(&v->now, -1, site->addr + i, &site->offset[i], NULL))
            return false;
    }
    return true;
}

static enum err read_site(struct session *s, struct break_site *site)
{
    enum err e = ERR_OK;
    for (unsigned i = 0, n; i < BREAK_BYTES && !e; i += n) {
        for (n = 1; i + n < BREAK_BYTES && site->offset[i + n] == site->offset[i] + n;)
            n++;
        e = flash_read(s->flash, site->offset[i], site->original + i, n);
    }
    site->len = (uint8_t)target_break_code(s->target, site->original, site->code);
    return e;
}

static enum err make_site(struct work *w, uint32_t addr)
{
    struct session *s = w->session;
    struct break_site *site = &w->sites[w->count];
    const struct break_site *known = find_site(&s->breaks, addr);
    *site = (struct break_site){.addr = addr};
    if (!place_site(&w->survey, site)) {
        w->pending++;
        return ERR_OK;
    }
    w->count++;
    bool is_same = known && !memcmp(known->offset, site->offset, sizeof site->offset) && is_in_flash(s, addr);
    if (!is_same)
        return read_site(s, site);
    *site = *known;
    return ERR_OK;
}

static enum err make_sites(struct work *w)
{
    size_t all;
    const struct breakpoint *list = target_breakpoints(w->session->target, &all);
    enum err e = ERR_OK;
    w->sites = calloc(all + 1, sizeof *w->sites);
    if (!w->sites)
        return err_at(w->session->log, ERR_MEMORY, "no memory for %zu breakpoints", all);
    for (size_t i = 0; i < all && !e; i++) {
        if (list[i].kind != BP_FLASH)
            continue;
        if (w->is_begun)
            e = make_site(w, list[i].addr);
        else
            w->pending++;
    }
    return e;
}

/* Each at all of its addresses, and the bytes of those that lie over each other once. */
static enum err write_sites(struct work *w)
{
    struct session *s = w->session;
    struct flash_patch *patches = calloc(BREAK_BYTES * w->count + 1, sizeof *patches);
    size_t count = 0;
    if (!patches)
        return err_at(s->log, ERR_MEMORY, "no memory for %zu breakpoints", w->count);
    for (size_t i = 0; i < w->count; i++) {
        for (unsigned k = 0; k < w->sites[i].len; k++) {
            size_t n = 0;
            while (n < count && patches[n].offset != w->sites[i].offset[k])
                n++;
            if (n == count)
                patches[count++] = (struct flash_patch){w->sites[i].offset[k], w->sites[i].code[k]};
        }
    }
    s->breaks.is_working = true;
    enum err e = flash_patch_set(s->flash, patches, count);
    s->breaks.is_working = false;
    free(patches);
    return e;
}

/* The target steps over them and shows the program, wherever they are seen. */
static enum err tell_target(struct session *s)
{
    const struct breaks *b = &s->breaks;
    struct code_patch *list = calloc(BREAK_ALIASES * b->site_count + 1, sizeof *list);
    size_t count = 0;
    if (!list)
        return err_at(s->log, ERR_MEMORY, "no memory for %zu breakpoints", b->site_count);
    for (size_t i = 0; i < b->site_count; i++) {
        const struct break_site *site = &b->sites[i];
        for (size_t k = 0; k < site->seen_count; k++) {
            list[count] = (struct code_patch){.addr = site->seen_at[k], .len = site->len};
            memcpy(list[count++].original, site->original, sizeof site->original);
        }
    }
    enum err e = target_set_patched(s->target, list, count);
    free(list);
    return e;
}

static void see_sites(struct session *s, const struct mapping *m)
{
    for (size_t i = 0; i < s->breaks.site_count; i++) {
        struct break_site *site = &s->breaks.sites[i];
        size_t n = mapping_from_flash(m, -1, site->offset[0], site->seen_at, BREAK_ALIASES);
        site->seen_count = n < BREAK_ALIASES ? n : BREAK_ALIASES;
    }
}

static void drop_lost_sites(struct session *s)
{
    struct breaks *b = &s->breaks;
    size_t kept = 0;
    for (size_t i = 0; i < b->site_count; i++) {
        if (flash_patch_is_at(s->flash, b->sites[i].offset[0]))
            b->sites[kept++] = b->sites[i];
    }
    b->site_count = kept;
}

void breaks_note_change(struct session *s)
{
    if (s->breaks.is_working)
        return;
    drop_lost_sites(s);
    if (tell_target(s) != ERR_OK)
        err_forget(s->log);
}

/* After an error some may be there and some not. */
static void keep_sites(struct work *w, enum err e)
{
    struct session *s = w->session;
    struct breaks *b = &s->breaks;
    if (e) {
        drop_lost_sites(s);
        free(w->sites);
    } else {
        free(b->sites);
        b->sites = w->sites;
        b->site_count = w->count;
    }
    w->sites = NULL;
    b->is_stale = e != ERR_OK;
}

static void say_wear(struct session *s)
{
    struct breaks *b = &s->breaks;
    if (b->is_wear_said || !flash_patch_writes(s->flash))
        return;
    b->is_wear_said = true;
    log_info(
        s->log,
        "the hardware breakpoints are used up: further ones are put into the flash, %zu into %zu sector%s now. Each "
        "change of a sector is an erase; 'esp flash_breakpoints' counts them",
        b->site_count, flash_patch_sectors(s->flash), flash_patch_sectors(s->flash) == 1 ? "" : "s");
}

static enum err look(struct session *s, struct survey *v)
{
    struct survey_request request = survey_request_default();
    request.leave_flash = true;
    enum err e = session_survey(s, &request, v);
    if (!e && !v->has_live)
        e = err_at(s->log, ERR_FAULT, "it cannot be asked where in the flash breakpoints lie: %s", v->live_why);
    if (!e && !v->has_facts)
        e = err_at(s->log, ERR_FAULT, "%s", v->facts_why);
    if (!e)
        breaks_use_journal(s, v->mac);
    return e;
}

static enum err sync_with(struct work *w)
{
    struct session *s = w->session;
    enum err e = make_sites(w);
    if (!e)
        e = write_sites(w);
    keep_sites(w, e);
    see_sites(s, &w->survey.now);
    struct err_kept first = err_keep(s->log, e);
    return err_first(s->log, &first, tell_target(s));
}

static enum err sync(struct session *s)
{
    struct work w = {.session = s};
    enum err e = look(s, &w.survey);
    w.is_begun = !e && has_begun(s, &w.survey);
    bool needs_flash = w.is_begun || flash_patch_sectors(s->flash);
    if (!e && needs_flash)
        e = flash_hold(s->flash);
    if (!e)
        e = flash_let_go(s->flash, sync_with(&w));
    if (!e && w.pending && !w.is_begun)
        set_catch(s);
    survey_fini(&w.survey);
    free(w.sites);
    if (!e)
        say_wear(s);
    return err_context(s->log, e, "breakpoints in flash");
}

static bool is_in_sync(struct session *s)
{
    const struct breaks *b = &s->breaks;
    size_t all, wanted = 0;
    const struct breakpoint *list = target_breakpoints(s->target, &all);
    for (size_t i = 0; i < all; i++) {
        bool is_wanted = list[i].kind == BP_FLASH;
        wanted += is_wanted;
        if (is_wanted && !is_in_flash(s, list[i].addr))
            return false;
    }
    return wanted == b->site_count && !b->is_stale;
}

static bool is_any(const struct session *s)
{
    return s->breaks.site_count || flash_patch_sectors(s->flash) || count_in_flash(s);
}

/* --- for services --- */

enum err session_prepare_run(struct session *s)
{
    enum err e = ERR_OK;
    if (!s->target || !s->flash)
        return ERR_OK;
    session_hold_interrupt(s);
    s->breaks.is_checked = false;
    s->breaks.is_stale |= s->breaks.has_catch;
    drop_catch(s);
    if (is_any(s))
        e = choose(s);
    if (!e && is_any(s) && !is_in_sync(s))
        e = sync(s);
    note_old(s);
    struct err_kept first = err_keep(s->log, e);
    e = err_first(s->log, &first, session_release_flash(s));
    session_let_interrupt_go(s);
    return e;
}

enum err session_prepare_step(struct session *s)
{
    enum err e = session_release_flash(s);
    struct survey v = {0};
    if (e || !s->target || !s->breaks.is_stale || !s->breaks.site_count)
        return e;
    e = look(s, &v);
    if (!e) {
        see_sites(s, &v.now);
        e = tell_target(s);
    }
    survey_fini(&v);
    return e;
}

enum err session_drop_breakpoints(struct session *s)
{
    if (!s->target || !s->flash || !is_any(s) || count_in_flash(s) == s->breaks.site_count)
        return ERR_OK;
    return session_prepare_run(s);
}

/* All out, before a reset or the end of the session. */
enum err breaks_take_out(struct session *s)
{
    struct breaks *b = &s->breaks;
    if (!s->flash || !flash_patch_sectors(s->flash))
        return ERR_OK;
    b->is_working = true;
    enum err e = flash_patch_set(s->flash, NULL, 0);
    b->is_working = false;
    if (!e) {
        b->site_count = 0;
        e = target_set_patched(s->target, NULL, 0);
    }
    b->is_stale = true;
    return err_context(s->log, e, "taking the breakpoints out of the flash");
}

void breaks_expect_program(struct session *s)
{
    if (s->target && s->flash && count_in_flash(s))
        set_catch(s);
}

void breaks_note_reset(struct session *s, bool is_ours)
{
    s->breaks.is_booting = s->breaks.is_stale = true;
    s->breaks.was_reset = !is_ours;
}

/* A bootloader is to see the program as it was built. */
static enum err after_reset(struct session *s, bool *goes_on)
{
    s->breaks.was_reset = false;
    bool runs = false;
    for (unsigned i = 0; i < target_core_count(s->target); i++)
        runs |= core_state(target_core(s->target, i)) == CORE_RUNNING;
    if (!runs || !is_any(s))
        return ERR_OK; /* session_prepare_run does it when it goes on */
    enum err e = target_halt(s->target, HALT_MS);
    if (!e)
        e = session_prepare_run(s);
    if (!e)
        e = target_resume(s->target);
    *goes_on = !e;
    return e;
}

enum err session_look_after(struct session *s, bool *goes_on)
{
    struct breaks *b = &s->breaks;
    *goes_on = false;
    if (!s->target || !s->flash)
        return ERR_OK;
    if (b->was_reset)
        return after_reset(s, goes_on);
    struct core *first = target_core(s->target, 0);
    uint32_t pc = 0;
    int index = core_reg_find(first, "pc");
    if (!b->has_catch || core_state(first) != CORE_HALTED || core_halt_reason(first) != HALT_BREAKPOINT)
        return ERR_OK;
    enum err e = core_reg_read(first, (unsigned)index, &pc);
    if (e || pc != b->entry)
        return e;
    e = session_prepare_run(s);
    if (!e)
        e = target_resume(s->target);
    *goes_on = !e;
    return e;
}

void breaks_fini(struct session *s)
{
    struct breaks *b = &s->breaks;
    unsigned writes = session_flash_break_writes(s);
    if (writes)
        log_info(s->log, "%u sector%s of the flash %s written for breakpoints, and to take them out again", writes,
                 writes == 1 ? "" : "s", writes == 1 ? "was" : "were");
    free(b->sites);
    breaks_close_journal(s);
    *b = (struct breaks){0};
}

/* --- lists --- */

size_t session_flash_breaks(struct session *s, struct session_flash_break *out, size_t room)
{
    size_t all = 0, count = 0;
    const struct breakpoint *list = s->target ? target_breakpoints(s->target, &all) : NULL;
    for (size_t i = 0; i < all; i++) {
        const struct break_site *site = find_site(&s->breaks, list[i].addr);
        if (!list[i].is_movable && list[i].kind != BP_FLASH)
            continue;
        if (count < room)
            out[count] = (struct session_flash_break){.addr = list[i].addr,
                                                      .offset = site ? site->offset[0] : 0,
                                                      .is_known = site != NULL,
                                                      .is_set = is_in_flash(s, list[i].addr),
                                                      .is_movable = list[i].kind == BP_HARDWARE};
        count++;
    }
    return count;
}

unsigned session_flash_break_writes(const struct session *s)
{
    return s->flash ? flash_patch_writes(s->flash) : 0;
}
