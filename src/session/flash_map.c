/* SPDX-License-Identifier: Apache-2.0 */
#include "session/flash_map.h"

#include "session/session_int.h"
#include "session/survey.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { KIB = 1024 };

/* --- what is said --- */

/* Once: until something else is to be said about the same. */
__attribute__((format(printf, 3, 4))) static void warn_once(struct session *s, enum flash_map_doubt about,
                                                            const char *fmt, ...)
{
    char text[FLASH_MAP_TEXT], *said = s->flash_map.said[about];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    if (!strcmp(text, said))
        return;
    memcpy(said, text, sizeof text);
    log_warn(s->log, "%s", text);
}

static bool has_flash_in(const struct mapping *m)
{
    for (size_t i = 0; i < m->count; i++) {
        if (m->items[i].memory == MAPPING_FLASH)
            return true;
    }
    return false;
}

/* A hint of the user that is not followed. */
static void say_user(struct session *s, const struct layout *l)
{
    uint32_t offset = s->flash_map.app_offset;
    const struct layout_region *boots = l->boot.region < 0 ? NULL : &l->regions[l->boot.region];
    const struct layout_region *runs = l->running.region < 0 ? NULL : &l->regions[l->running.region];
    if (offset == LAYOUT_NOWHERE || (boots && boots->offset == offset) || (runs && runs->offset == offset))
        return;
    if (boots)
        warn_once(s, FLASH_MAP_USER,
                  "esp appimage_offset 0x%" PRIX32 ": the app that boots is at 0x%" PRIX32
                  " (%s), and that is taken; 'esp appimage_offset -1' takes the hint back",
                  offset, boots->offset, l->boot.why);
    else
        warn_once(s, FLASH_MAP_USER,
                  "esp appimage_offset 0x%" PRIX32
                  ": no app image begins there (%s); give the offset at which one does, "
                  "or -1",
                  offset, l->boot.why);
}

static void say_doubts(struct session *s, const struct survey *v, bool is_flash_wanted)
{
    if (!v->has_live)
        warn_once(s, FLASH_MAP_LIVE,
                  "the flash MMU of the %s cannot be read, so only the images in the flash say what is mapped: %s",
                  v->chip->title, v->live_why);
    if (is_flash_wanted && !v->has_layout)
        warn_once(s, FLASH_MAP_FLASH, "the flash cannot be read, so only what is mapped just now is known of it: %s",
                  v->flash_why);
    if (v->has_layout)
        say_user(s, &v->layout);
    if (v->has_layout && !has_flash_in(&s->flash_map.merged))
        warn_once(s, FLASH_MAP_NOTHING,
                  "nothing of the flash is mapped, and no app is found that would be: %s. It can be programmed all the "
                  "same; 'espocd map' shows what is in it",
                  v->layout.boot.why);
}

/* --- the banks of the views --- */

static uint8_t chip_core(const struct session *s, unsigned core)
{
    return (uint8_t)s->config.cores[core].index;
}

/* Flash offset of vaddr, and how much goes on behind it, be it in several ranges. */
static bool stretch(const struct mapping *m, int core, uint32_t vaddr, uint32_t *offset, uint32_t *left)
{
    uint32_t part = 0, next = 0;
    uint64_t sum = 0;
    if (!mapping_to_flash(m, core, vaddr, offset, &part))
        return false;
    do {
        sum += part;
    } while (vaddr + sum <= UINT32_MAX && mapping_to_flash(m, core, (uint32_t)(vaddr + sum), &next, &part) &&
             next == *offset + sum);
    *left = sum < UINT32_MAX ? (uint32_t)sum : UINT32_MAX;
    return true;
}

static bool is_of(const struct mapping_range *r, enum session_bank_kind kind, unsigned core)
{
    bool is_right_bus = kind == SESSION_BANK_IROM ? r->is_code : r->is_data;
    return is_right_bus && r->memory == MAPPING_FLASH && r->core_mask >> core & 1;
}

/* What the app that boots has there, as far as it is so; NULL: the core sees something else. */
static const struct mapping_range *find_expected(const struct mapping *expected, const struct mapping *merged,
                                                 const struct session_bank *bank, unsigned core, uint32_t *size)
{
    for (size_t i = 0; i < expected->count; i++) {
        const struct mapping_range *r = &expected->items[i];
        uint32_t offset, left;
        if (!is_of(r, bank->kind, core) || !stretch(merged, (int)core, r->vaddr, &offset, &left) || offset != r->offset)
            continue;
        *size = left < r->size ? left : r->size;
        return r;
    }
    return NULL;
}

static const struct mapping_range *find_first(const struct mapping *merged, const struct session_bank *bank,
                                              unsigned core, uint32_t *size)
{
    for (size_t i = 0; i < merged->count; i++) {
        const struct mapping_range *r = &merged->items[i];
        uint32_t offset;
        if (is_of(r, bank->kind, core) && stretch(merged, (int)core, r->vaddr, &offset, size))
            return r;
    }
    return NULL;
}

/* A chip whose buses share one table shows every page twice: the images tell code from data. */
static void place_bank(struct session *s, struct session_bank *bank, const struct mapping *expected)
{
    const struct mapping *merged = &s->flash_map.merged;
    unsigned core = chip_core(s, bank->core);
    uint32_t size = 0;
    const struct mapping_range *r = find_expected(expected, merged, bank, core, &size);
    if (!r)
        r = find_first(merged, bank, core, &size);
    bank->base = r ? r->vaddr : 0;
    bank->size = r ? size : 0;
    bank->offset = r ? r->offset : 0;
}

static void place_banks(struct session *s, const struct mapping *expected)
{
    for (unsigned i = 0; i < s->config.bank_count; i++) {
        if (s->config.banks[i].kind != SESSION_BANK_FLASH)
            place_bank(s, &s->config.banks[i], expected);
    }
}

/* Of one core: the others see the same, or 'flash banks' tells. Data first, as OpenOCD lists the segments. */
static void say_views(struct session *s)
{
    static const enum session_bank_kind kinds[] = {SESSION_BANK_DROM, SESSION_BANK_IROM};
    unsigned n = 0;
    for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
        for (unsigned i = 0; i < s->config.bank_count; i++) {
            const struct session_bank *b = &s->config.banks[i];
            if (b->kind == kinds[k] && b->core == 0 && b->size)
                log_info(s->log, "Flash mapping %u: 0x%" PRIx32 " -> 0x%" PRIx32 ", %" PRIu32 " KB", n++, b->offset,
                         b->base, b->size / KIB);
        }
    }
}

/* --- reading --- */

bool session_has_flash_bank(const struct session *s)
{
    for (unsigned i = 0; i < s->config.bank_count; i++) {
        if (s->config.banks[i].kind == SESSION_BANK_FLASH)
            return true;
    }
    return false;
}

/* Whether the chip stood still when it was looked at, and so what was seen goes on to be true. */
static bool stood_still(const struct survey *v)
{
    return !v->cores_halted;
}

static void take(struct session *s, struct survey *v, bool is_flash_wanted)
{
    mapping_fini(&s->flash_map.merged);
    s->flash_map.merged = v->merged;
    v->merged = (struct mapping){0};
    place_banks(s, &v->expected);
    say_views(s);
    say_doubts(s, v, is_flash_wanted);
    s->flash_map.is_fresh = stood_still(v);
    const struct layout *l = &v->layout;
    const struct image *boots = v->has_layout && l->boot.region >= 0 ? l->regions[l->boot.region].image : NULL;
    s->flash_map.boot_entry = boots ? boots->header.entry : 0;
}

static void read_mapping(struct session *s)
{
    struct survey v;
    struct survey_request request = survey_request_default();
    bool is_flash_wanted = session_has_flash_bank(s);
    request.app_offset = s->flash_map.app_offset;
    request.leave_flash = !is_flash_wanted;
    enum err e = session_survey(s, &request, &v);
    if (!e) {
        take(s, &v, is_flash_wanted);
    } else {
        s->flash_map.merged.count = 0;
        if (e != ERR_INTERRUPTED)
            warn_once(s, FLASH_MAP_CHIP, "what is mapped of the flash cannot be asked just now: %s",
                      err_why(s->log, e));
        err_forget(s->log);
    }
    survey_fini(&v);
}

const struct mapping *session_mapping(struct session *s)
{
    if (!s->target)
        s->flash_map.merged.count = 0;
    else if (!s->flash_map.is_fresh)
        read_mapping(s);
    return &s->flash_map.merged;
}

void session_forget_mapping(struct session *s)
{
    s->flash_map.is_fresh = false;
}

uint32_t session_boot_entry(struct session *s)
{
    session_mapping(s);
    return s->flash_map.boot_entry;
}

void session_set_app_offset(struct session *s, uint32_t offset)
{
    s->flash_map.app_offset = offset;
    s->flash_map.said[FLASH_MAP_USER][0] = '\0';
    session_forget_mapping(s);
}

void session_fini_mapping(struct session *s)
{
    mapping_fini(&s->flash_map.merged);
}

bool session_to_flash(struct session *s, unsigned core, uint32_t vaddr, uint32_t *offset, uint32_t *left)
{
    uint32_t unused;
    return stretch(session_mapping(s), chip_core(s, core), vaddr, offset, left ? left : &unused);
}

size_t session_from_flash(struct session *s, unsigned core, uint32_t offset, uint32_t *vaddrs, size_t room)
{
    return mapping_from_flash(session_mapping(s), chip_core(s, core), offset, vaddrs, room);
}
