/* SPDX-License-Identifier: Apache-2.0 */
#include "session/survey.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HALT_MS = 1000 };

struct work {
    struct session *session;
    struct target *target;
    struct log *log;
    const struct survey_request *request;
    struct survey *out;
    struct core *door; /* a halted core, through which the chip is read */
};

struct survey_request survey_request_default(void)
{
    return (struct survey_request){.table_offset = LAYOUT_NOWHERE, .app_offset = LAYOUT_NOWHERE};
}

void survey_fini(struct survey *v)
{
    layout_fini(&v->layout);
    mapping_fini(&v->now);
    mapping_fini(&v->expected);
    mapping_fini(&v->merged);
    findings_fini(&v->findings);
    for (unsigned i = 0; i < CHIP_MAX_CORES; i++) {
        free(v->mmu_words[i]);
        free(v->psram_words[i]);
    }
    *v = (struct survey){0};
}

bool survey_has_setting(const struct survey *v, enum chip_setting setting)
{
    return v->settings >> setting & 1;
}

/* Whether nothing else can be learned after it. */
static bool is_end(enum err e)
{
    return e == ERR_INTERRUPTED || e == ERR_MEMORY ||
           (e && session_exit_status(e) == session_exit_status(ERR_DISCONNECTED));
}

/* Keeps the sentence of an error that only leaves something out. */
static enum err leave_out(struct work *w, enum err e, char why[SURVEY_WHY])
{
    if (!e || is_end(e))
        return e;
    snprintf(why, SURVEY_WHY, "%s", err_why(w->log, e));
    err_forget(w->log);
    return ERR_OK;
}

/* --- the cores --- */

/* Those that were not halted before, nor by an agent that stayed, and are now. Before the flash is looked at: its agent may
   switch a core on and halt it, and puts that back by itself. */
static void note_halted(struct work *w)
{
    for (unsigned i = 0; i < w->out->core_count; i++) {
        enum core_state before = w->out->cores[i].state;
        bool is_halted = core_state(target_core(w->target, i)) == CORE_HALTED;
        if (is_halted && before != CORE_HALTED && before != CORE_DEBUG_RUNNING)
            w->out->cores_halted |= (uint8_t)(1U << i);
    }
}

static enum err halt(struct work *w)
{
    enum err e = target_poll(w->target);
    for (unsigned i = 0; i < w->out->core_count; i++) {
        const struct core *c = target_core(w->target, i);
        w->out->cores[i].state = core_state(c);
        w->out->cores[i].off = core_state(c) == CORE_UNAVAILABLE ? core_why_off(c) : NULL;
    }
    if (!e)
        e = target_halt(w->target, HALT_MS);
    note_halted(w);
    for (unsigned i = 0; i < w->out->core_count && !e; i++) {
        struct core *c = target_core(w->target, i);
        if (core_state(c) == CORE_HALTED && !w->door)
            w->door = c;
        else if (core_state(c) != CORE_HALTED)
            w->out->cores_off |= (uint8_t)(1U << i);
    }
    if (!e && !w->door)
        e = err_at(w->log, ERR_IN_RESET,
                   "no core of the %s can be halted: it is held in reset, off or asleep; see that EN is high and that "
                   "the program does not put it to sleep",
                   w->out->chip->title);
    return e;
}

/* When the survey halted none, the agent stays for the next job. */
static enum err let_go(struct work *w)
{
    enum err e = ERR_OK;
    if (!w->door) { /* halting has failed, so it is not known yet which of them stand still */
        e = target_poll(w->target);
        note_halted(w);
    }
    if (!e && w->out->cores_halted)
        e = session_release_flash(w->session);
    return e ? e : target_resume_cores(w->target, w->out->cores_halted);
}

/* Whatever has happened, as far as the adapter reaches the chip; the first error counts. */
static enum err end(struct work *w, enum err e)
{
    if (e == ERR_DISCONNECTED)
        return e;
    struct err_kept first = err_keep(w->log, e);
    session_hold_interrupt(w->session);
    enum err after = let_go(w);
    session_let_interrupt_go(w->session);
    return err_first(w->log, &first, after);
}

static enum err read_core(struct work *w, unsigned index)
{
    struct survey_core *out = &w->out->cores[index];
    struct core *c = target_core(w->target, index);
    int pc = core_state(c) == CORE_HALTED ? core_reg_find(c, "pc") : -1;
    enum err e = pc >= 0 ? core_reg_read(c, (unsigned)pc, &out->pc) : ERR_OK;
    out->has_pc = pc >= 0 && !e;
    /* A reset leaves the table as the last program had it; the boot ROM clears it before it boots (ESP32 and ESP32-S3: their
       ROM's mmu_init, esp-idf components/esp_rom). */
    if (out->has_pc && out->pc == w->out->chip->reset_vector)
        w->out->cores_off |= (uint8_t)(1U << index);
    if (!e)
        e = core_reset_cause(c, &out->reset_cause);
    out->has_reset_cause = !e;
    return e;
}

/* --- the chip --- */

static enum err read_settings(struct work *w)
{
    enum err e = ERR_OK;
    for (const struct chip_efuse *f = w->out->chip->efuses; f && f->name && !e; f++) {
        uint32_t word = 0;
        e = core_read_u32(w->door, f->field.addr, &word);
        if (!e && chip_efuse_is_on(f, word))
            w->out->settings |= 1U << f->setting;
    }
    return e;
}

static enum err read_strapping(struct work *w)
{
    const struct chip_strapping *s = &w->out->chip->strapping;
    uint32_t pins = 0;
    enum err e = s->modes ? core_read_u32(w->door, s->addr, &pins) : ERR_OK;
    for (const struct chip_boot_mode *m = s->modes; !e && m && m->text && !w->out->boot_mode; m++)
        w->out->boot_mode = (pins & m->mask) == m->value ? m : NULL;
    return e;
}

static enum err read_permissions(struct work *w)
{
    enum err e = ERR_OK;
    unsigned bit = 0;
    for (const struct chip_permission *p = w->out->chip->permissions; p && p->bus && !e; p++, bit++) {
        uint32_t value = 0, lock = 0;
        e = core_read_u32(w->door, p->addr, &value);
        if (!e)
            e = core_read_u32(w->door, p->lock_addr, &lock);
        if (!e && (value & p->mask) != p->open) {
            w->out->closed |= 1U << bit;
            w->out->locked |= lock & p->lock_mask ? 1U << bit : 0;
        }
    }
    return e;
}

static enum err read_mac(struct work *w)
{
    uint32_t low = 0, high = 0, addr = w->out->chip->mac_efuse;
    enum err e = core_read_u32(w->door, addr, &low);
    if (!e)
        e = core_read_u32(w->door, addr + 4, &high);
    for (unsigned i = 0; i < SURVEY_MAC; i++)
        w->out->mac[SURVEY_MAC - 1 - i] = (uint8_t)(i < 4 ? low >> (8 * i) : high >> (8 * (i - 4)));
    return e;
}

static enum err read_facts(struct work *w)
{
    enum err e = ERR_OK;
    for (unsigned i = 0; i < w->out->core_count && !e; i++)
        e = read_core(w, i);
    if (!e)
        e = read_mac(w);
    if (!e)
        e = read_settings(w);
    if (!e)
        e = read_strapping(w);
    if (!e)
        e = read_permissions(w);
    w->out->has_facts = !e;
    enum err revision = e ? e : target_chip_revision(w->target, &w->out->revision);
    w->out->has_revision = !revision;
    if (!e && revision && !is_end(revision))
        err_forget(w->log); /* an unknown revision is left out */
    else if (!e)
        e = revision;
    return leave_out(w, e, w->out->facts_why);
}

/* The entries of external RAM, of a core whose bus to it is on: off, they are whatever the last program left. */
static enum err read_psram(struct work *w, unsigned index)
{
    const struct chip_mmu *mmu = &w->out->chip->mmu;
    size_t count = mapping_psram_count(w->out->chip);
    uint32_t control = 0;
    enum err e = count ? core_mem_read(w->door, mmu->psram.control[index], 4, &control, sizeof control) : ERR_OK;
    if (e || !count || control & mmu->psram.closed)
        return e;
    w->out->psram_words[index] = calloc(count, sizeof(uint32_t));
    if (!w->out->psram_words[index])
        return err_at(w->log, ERR_MEMORY, "no memory for the entries of external RAM");
    return core_mem_read(w->door, mmu->table[index] + mmu->psram.first_entry * (uint32_t)sizeof(uint32_t), 4,
                         w->out->psram_words[index], count * sizeof(uint32_t));
}

static enum err read_mmu(struct work *w)
{
    const struct chip_mmu *mmu = &w->out->chip->mmu;
    size_t count = mapping_entry_count(w->out->chip);
    enum err e = ERR_OK;
    for (unsigned i = 0; i < w->out->core_count && !e; i++) {
        bool is_shared = i && (!mmu->table[i] || mmu->table[i] == mmu->table[0]);
        if (is_shared)
            continue;
        w->out->mmu_words[i] = calloc(count + 1, sizeof(uint32_t));
        e = w->out->mmu_words[i]
                ? core_mem_read(w->door, mmu->table[i], 4, w->out->mmu_words[i], count * sizeof(uint32_t))
                : err_at(w->log, ERR_MEMORY, "no memory for an MMU table");
        if (!e)
            e = read_psram(w, i);
    }
    w->out->has_live = !e;
    return leave_out(w, e, w->out->live_why);
}

/* --- the flash --- */

static struct mapping_live live_of(const struct survey *v)
{
    struct mapping_live live = {.chip = v->chip, .off_mask = v->cores_off};
    for (unsigned i = 0; i < v->core_count; i++) {
        live.cores[i].entries = v->mmu_words[i];
        live.cores[i].psram = v->psram_words[i];
        live.cores[i].count = v->mmu_words[i] ? mapping_entry_count(v->chip) : 0;
    }
    return live;
}

static enum layout_fact fact(const struct survey *v, enum chip_setting setting)
{
    return !v->has_facts ? LAYOUT_FACT_UNKNOWN : survey_has_setting(v, setting) ? LAYOUT_FACT_YES : LAYOUT_FACT_NO;
}

static enum err read_layout(struct work *w, const struct mapping_live *live)
{
    struct survey *v = w->out;
    struct layout_request request = layout_request_default(flash_reader(session_flash(w->session)));
    request.chip = image_chip_by_id(v->chip->image.id);
    request.table_offset = w->request->table_offset;
    request.app_offset = w->request->app_offset;
    request.is_encryption_on = fact(v, CHIP_FLASH_ENCRYPTION);
    request.is_secure_boot_on = fact(v, CHIP_SECURE_BOOT);
    request.live = v->has_live ? live : NULL;
    request.verify = w->request->verify_images;
    request.survey = w->request->look_everywhere;
    enum err e = layout_read(&request, &v->layout, &v->findings);
    v->has_layout = !e;
    return e;
}

static enum err read_flash(struct work *w, const struct mapping_live *live)
{
    struct flash *f = session_flash(w->session);
    enum err e = flash_hold(f);
    if (!e)
        e = flash_identify(f, &w->out->flash);
    w->out->has_flash = !e;
    if (!e)
        e = read_layout(w, live);
    e = flash_let_go(f, e);
    return leave_out(w, e, w->out->flash_why);
}

static void map(struct work *w, const struct mapping_live *live)
{
    struct survey *v = w->out;
    if (v->has_live)
        mapping_add_live(&v->now, live, v->has_flash ? v->flash.size : 0, &v->findings);
    if (v->has_layout)
        mapping_add_layout(&v->expected, &v->layout);
    const struct mapping *sources[] = {&v->now, &v->expected};
    mapping_merge(sources, 2, &v->merged, &v->findings);
}

enum err session_survey(struct session *s, const struct survey_request *request, struct survey *out)
{
    struct work w = {.session = s, .target = session_target(s), .log = session_log(s), .request = request, .out = out};
    *out = (struct survey){0};
    if (!w.target)
        return err_at(w.log, ERR_CONFIG, "the configuration names no target; use a target/ or board/ file");
    uint64_t begin = clock_now_ns(session_clock(s));
    out->chip = target_chip(w.target);
    out->core_count = target_core_count(w.target);
    enum err e = halt(&w);
    if (!e)
        e = read_facts(&w);
    if (!e)
        e = read_mmu(&w);
    struct mapping_live live = live_of(out);
    if (!e && !request->leave_flash)
        e = read_flash(&w, &live);
    if (!e)
        map(&w, &live);
    e = end(&w, e);
    out->ns = clock_now_ns(session_clock(s)) - begin;
    return e;
}
