/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What boots, and what runs.
 *
 * The rule of ESP-IDF's bootloader: esp-idf components/bootloader_support/src/bootloader_utility.c.
 */
#include "layout/layout_int.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct finding_kind no_boot = {"boot-nothing", FINDING_ERROR, "the chip will not start a program",
                                            "write the app, and what belongs to it (bootloader, partition table)"};
static const struct finding_kind passed_over = {"boot-slot-skipped", FINDING_WARNING,
                                                "the bootloader refuses it and tries the other slots",
                                                "write the app to that slot, or erase the OTA data"};
static const struct finding_kind too_large = {
    "table-too-large", FINDING_ERROR, "the bootloader refuses the whole table",
    "set the flash size in the project to that of the flash, and write the bootloader again"};
static const struct finding_kind user_differs = {"boot-user-differs", FINDING_WARNING,
                                                 "what the flash says is taken, not the offset that was given",
                                                 "leave the offset out (appimage_offset)"};
static const struct finding_kind user_no_image = {"boot-user-no-image", FINDING_WARNING,
                                                  "the offset that was given (appimage_offset) is not right",
                                                  "leave it out, or give the offset where the app image begins"};
static const struct finding_kind above_16m = {
    "boot-above-16m", FINDING_NOTE,
    "octal flash is read there like anywhere; quad flash only when the bootloader makes the cache send 32-bit "
    "addresses, which "
    "is an option of ESP-IDF (CONFIG_BOOTLOADER_CACHE_32BIT_ADDR_QUAD_FLASH)",
    "when the flash is quad and it does not start: build the bootloader with that option, or move the app below 16 MB"};
static const struct finding_kind runs_other = {"running-other", FINDING_NOTE,
                                               "an update was made since it started, or the start was changed by hand",
                                               "nothing; the next reset starts the other"};

const char *layout_boot_text(enum layout_boot_kind kind)
{
    static const char *const texts[] = {
        [LAYOUT_BOOT_UNKNOWN] = "cannot be told",
        [LAYOUT_BOOT_NOTHING] = "nothing",
        [LAYOUT_BOOT_APP] = "app slot",
        [LAYOUT_BOOT_MCUBOOT] = "MCUboot slot",
        [LAYOUT_BOOT_SIMPLE] = "simple boot image",
        [LAYOUT_BOOT_USER] = "app that the user named",
    };
    return texts[kind];
}

__attribute__((format(printf, 4, 5))) static void decide(struct layout_boot *b, enum layout_boot_kind kind, int region,
                                                         const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    b->kind = kind;
    b->region = region;
    vsnprintf(b->why, sizeof b->why, fmt, args);
    va_end(args);
}

static int find_kind(const struct layout *l, enum layout_kind kind)
{
    for (size_t i = 0; i < l->region_count; i++) {
        if (l->regions[i].kind == kind)
            return (int)i;
    }
    return -1;
}

/* --- the slots of ESP-IDF --- */

enum { FACTORY = -1, OTA_MAX = 16, TEST = OTA_MAX, NARROW_REACH = 1 << 24 /* of three address bytes */ };

/* The region of a slot: FACTORY, an OTA index, TEST. -1: there is none. */
static int slot_region(const struct layout *l, int slot)
{
    uint8_t subtype = slot == FACTORY ? PARTITION_APP_FACTORY
                      : slot == TEST  ? PARTITION_APP_TEST
                                      : (uint8_t)(PARTITION_APP_OTA_0 + slot);
    for (size_t i = 0; i < l->region_count; i++) {
        const struct partition *p = l->regions[i].partition;
        if (p && partition_is(p, PARTITION_APP, subtype))
            return (int)i;
    }
    return -1;
}

/* Where what is in a region ends in flash. */
static uint64_t content_end(const struct layout_region *r)
{
    return (uint64_t)r->offset + (r->image ? r->image->len : r->mcuboot ? r->mcuboot->len : 0);
}

/* Why the bootloader would refuse a slot, as far as was read; NULL: it starts it. */
static const char *refusal(const struct layout *l, const struct layout_region *r)
{
    const struct image *im = r->image;
    if (r->content == LAYOUT_BLANK)
        return "is blank";
    if (r->content == LAYOUT_ENCRYPTED)
        return "is cipher text";
    if (!im)
        return "holds no image";
    if (!im->is_complete)
        return "holds a truncated image";
    if (l->chip && im->chip != l->chip)
        return "holds an image for another chip";
    if (l->chip && l->chip->reach_mb && content_end(r) > (uint64_t)l->chip->reach_mb << 20)
        return "reaches beyond the part of the flash that this chip can run programs from";
    return image_is_damaged(im) ? "holds a damaged image" : NULL;
}

static const char *slot_name(char text[16], int slot)
{
    if (slot == FACTORY || slot == TEST)
        return slot == TEST ? "test" : "factory";
    snprintf(text, 16, "ota_%d", slot);
    return text;
}

static bool try_slot(struct engine *en, int slot, const char *why, bool is_first)
{
    struct layout *l = en->out;
    int region = slot_region(l, slot);
    if (region < 0)
        return false;
    const struct layout_region *r = &l->regions[region];
    const char *no = refusal(l, r);
    char name[16];
    if (no && is_first)
        findings_add(en->f, &passed_over, r->offset, "%s: %s (%s) %s", why, slot_name(name, slot), r->label, no);
    if (!no)
        decide(&l->boot, LAYOUT_BOOT_APP, region, "%s%s%s", why,
               is_first ? "" : "; that fails, so the next slot that holds an image is taken: ",
               is_first ? "" : slot_name(name, slot));
    return !no;
}

/* From the chosen slot down to factory, then up through the others, then test. */
static bool try_slots(struct engine *en, int chosen, const char *why)
{
    for (int slot = chosen; slot >= FACTORY; slot--) {
        if (try_slot(en, slot, why, slot == chosen))
            return true;
    }
    for (int slot = chosen + 1; slot <= TEST; slot++) {
        if (try_slot(en, slot, why, false))
            return true;
    }
    return false;
}

/* The slot that OTA data choose. */
static int choose_slot(const struct layout *l, char *why, size_t room)
{
    const struct otadata *o = &l->otadata;
    bool has_factory = slot_region(l, FACTORY) >= 0;
    int fallback = has_factory ? FACTORY : 0;
    char text[16];
    const char *name = slot_name(text, fallback);
    if (find_kind(l, LAYOUT_OTADATA) < 0) {
        snprintf(why, room, "there is no OTA data in the table: %s", name);
        return fallback;
    }
    if (o->winner < 0) {
        bool is_blank = o->records[0].is_blank && o->records[1].is_blank;
        snprintf(why, room, "the OTA data %s: %s", is_blank ? "is blank" : "has no valid record", name);
        return fallback;
    }
    if (o->is_pending) {
        int to = o->fallback >= 0 ? (int)o->fallback_slot : fallback;
        snprintf(why, room, "ota_%u was not confirmed, the next start rolls back to %s", o->slot, slot_name(text, to));
        return to;
    }
    snprintf(why, room, "OTA data record %d (sequence %" PRIu32 ", %s) chooses ota_%u", o->winner,
             o->records[o->winner].seq, otadata_state_text(o->records[o->winner].state), o->slot);
    return (int)(o->slot % OTA_MAX);
}

/* The bootloader refuses a table of which a partition goes beyond the flash, for whose size it takes what its own header says
   (esp-idf components/bootloader_support/src/flash_partitions.c). */
static bool is_too_large(struct engine *en)
{
    const struct layout *l = en->out;
    uint32_t size = l->image_flash_size ? l->image_flash_size : l->flash_size;
    for (unsigned i = 0; i < l->table->table.count; i++) {
        const struct partition *p = &l->table->table.items[i];
        if (p->offset + (uint64_t)p->size <= size)
            continue;
        findings_add(en->f, &too_large, l->table->offset + i * PARTITION_ENTRY_LEN,
                     "the partition '%s' ends at 0x%" PRIX64 ", the bootloader's header speaks of 0x%" PRIX32
                     " bytes of flash",
                     p->label, p->offset + (uint64_t)p->size, size);
        return true;
    }
    return false;
}

static bool decide_by_table(struct engine *en)
{
    char why[128];
    if (is_too_large(en))
        return false;
    int slot = choose_slot(en->out, why, sizeof why);
    return try_slots(en, slot, why);
}

/* --- the others --- */

static int find_mcuboot(const struct layout *l)
{
    for (size_t i = 0; i < l->region_count; i++) {
        if (l->regions[i].mcuboot)
            return (int)i;
    }
    return -1;
}

/* Nothing that boots was found: the app that the user named, when there is one. */
static bool decide_by_user(struct engine *en)
{
    struct layout *l = en->out;
    uint32_t offset = en->request->app_offset;
    for (size_t i = 0; offset != LAYOUT_NOWHERE && i < l->region_count; i++) {
        const struct layout_region *r = &l->regions[i];
        if (r->offset == offset && (r->image || r->mcuboot)) {
            decide(&l->boot, LAYOUT_BOOT_USER, (int)i, "the user said that the app is at 0x%" PRIX32, offset);
            return true;
        }
    }
    return false;
}

static void check_user(struct engine *en)
{
    const struct layout *l = en->out;
    uint32_t offset = en->request->app_offset;
    if (offset == LAYOUT_NOWHERE || l->boot.kind == LAYOUT_BOOT_USER)
        return;
    if (l->boot.region < 0)
        findings_add(en->f, &user_no_image, offset, "no image begins here");
    else if (l->regions[l->boot.region].offset != offset)
        findings_add(en->f, &user_differs, offset,
                     "the app was said to be here, but the one at 0x%" PRIX32 " boots: %s",
                     l->regions[l->boot.region].offset, l->boot.why);
}

static bool is_all_blank(const struct layout *l)
{
    for (size_t i = 0; i < l->region_count; i++) {
        if (l->regions[i].content != LAYOUT_BLANK)
            return false;
    }
    return true;
}

/* A file may be the begin of a flash. */
static bool ends_before_apps(const struct engine *en)
{
    const struct partition_table *t = &en->out->table->table;
    for (unsigned i = 0; i < t->count; i++) {
        if (t->items[i].type == PARTITION_APP && t->items[i].offset < en->size)
            return false;
    }
    return en->request->is_file;
}

/* Why nothing boots. */
static const char *nothing(const struct engine *en, bool has_bootloader)
{
    const struct layout *l = en->out;
    if (is_all_blank(l))
        return "the flash is blank";
    if (!has_bootloader)
        return "there is no bootloader";
    if (!l->table)
        return "there is no partition table, and no image that another bootloader would start";
    if (l->table->is_valid && ends_before_apps(en))
        return "the file ends before the app slots";
    return l->table->is_valid ? "no app slot holds an image that the bootloader would start"
                              : "the partition table is damaged";
}

static void decide_otherwise(struct engine *en, bool has_bootloader)
{
    struct layout *l = en->out;
    int mcuboot = find_mcuboot(l);
    if (has_bootloader && mcuboot >= 0) {
        decide(&l->boot, LAYOUT_BOOT_MCUBOOT, mcuboot, "the first slot with an MCUboot image");
        return;
    }
    if (decide_by_user(en))
        return;
    int loader = find_kind(l, LAYOUT_BOOTLOADER);
    if (has_bootloader && !l->table && !l->regions[loader].image->has_boot_desc) {
        decide(&l->boot, LAYOUT_BOOT_UNKNOWN, -1,
               "there is no partition table; what stands in place of the bootloader may be the whole program");
        return;
    }
    decide(&l->boot, LAYOUT_BOOT_NOTHING, -1, "%s", nothing(en, has_bootloader));
    if (!en->request->is_file)
        findings_add_nowhere(en->f, &no_boot, "%s", l->boot.why);
}

void boot_decide(struct engine *en)
{
    struct layout *l = en->out;
    int simple = find_kind(l, LAYOUT_SIMPLE_BOOT), loader = find_kind(l, LAYOUT_BOOTLOADER);
    bool has_bootloader = loader >= 0 && l->regions[loader].image && !image_maps_flash(l->regions[loader].image);
    bool is_cipher = loader >= 0 && l->regions[loader].content == LAYOUT_ENCRYPTED;
    if (simple >= 0)
        decide(&l->boot, LAYOUT_BOOT_SIMPLE, simple, "the boot ROM starts it itself");
    else if (is_cipher)
        decide(&l->boot, LAYOUT_BOOT_UNKNOWN, -1, "the flash is encrypted");
    else if (!has_bootloader || !l->table || !l->table->is_valid || !decide_by_table(en))
        decide_otherwise(en, has_bootloader);
    check_user(en);
}

/* --- what runs --- */

/* Whether the live mapping is that of the image: the code of the image is where its segments say, page by page. */
static bool runs_image(const struct mapping *live, const struct layout_region *r)
{
    struct mapping says = {0};
    bool has_code = false, is_same = true;
    if (r->image)
        mapping_add_image(&says, r->image, r->offset, MAPPING_IMAGE);
    if (r->mcuboot)
        mapping_add_mcuboot(&says, r->mcuboot, r->offset);
    for (size_t i = 0; i < says.count; i++) {
        const struct mapping_range *want = &says.items[i];
        uint32_t offset;
        bool is_mapped = mapping_to_flash(live, -1, want->vaddr, &offset, NULL);
        has_code = has_code || (want->is_code && is_mapped);
        is_same = is_same && (!want->is_code || (is_mapped && offset == want->offset));
    }
    mapping_fini(&says);
    return has_code && is_same;
}

static void run_by_live(struct engine *en)
{
    struct layout *l = en->out;
    struct mapping live = {0};
    mapping_add_live(&live, en->request->live, en->request->is_file ? 0 : en->size, en->f);
    for (size_t i = 0; i < l->region_count && l->running.region < 0; i++) {
        if (!runs_image(&live, &l->regions[i]))
            continue;
        const struct layout_region *r = &l->regions[i];
        enum layout_boot_kind kind = r->mcuboot                      ? LAYOUT_BOOT_MCUBOOT
                                     : r->kind == LAYOUT_SIMPLE_BOOT ? LAYOUT_BOOT_SIMPLE
                                                                     : LAYOUT_BOOT_APP;
        decide(&l->running, kind, (int)i, "the live MMU maps its code");
    }
    if (l->running.region < 0)
        decide(&l->running, LAYOUT_BOOT_UNKNOWN, -1, "%s",
               live.count ? "the live MMU maps no image that was found: a bootloader runs, or a program from elsewhere"
                          : "the live MMU maps nothing: no program that uses the flash runs");
    mapping_fini(&live);
}

static void run_by_desc(struct engine *en)
{
    struct layout *l = en->out;
    struct image_app_desc desc;
    if (!image_app_desc_parse(en->request->running_desc, IMAGE_APP_DESC_LEN, &desc))
        return;
    for (size_t i = 0; i < l->region_count; i++) {
        const struct image *im = l->regions[i].image;
        if (im && im->has_app_desc && !memcmp(im->app.elf_sha256, desc.elf_sha256, sizeof desc.elf_sha256)) {
            decide(&l->running, LAYOUT_BOOT_APP, (int)i, "its app descriptor is the one of the running program");
            return;
        }
    }
}

/* What runs does not ask. */
static void say_above_16m(struct engine *en)
{
    const struct layout *l = en->out;
    if (l->boot.region < 0 || l->boot.region == l->running.region)
        return;
    const struct layout_region *r = &l->regions[l->boot.region];
    if (content_end(r) > NARROW_REACH)
        findings_add(en->f, &above_16m, r->offset, "the app that boots ends at 0x%" PRIX64 ", above 16 MB",
                     content_end(r));
}

void running_decide(struct engine *en)
{
    struct layout *l = en->out;
    if (en->request->live && en->request->live->chip)
        run_by_live(en);
    if (l->running.region < 0 && en->request->running_desc)
        run_by_desc(en);
    if (l->running.region >= 0 && l->boot.region >= 0 && l->running.region != l->boot.region)
        findings_add(en->f, &runs_other, l->regions[l->running.region].offset,
                     "'%s' runs, the next reset starts '%s': %s", l->regions[l->running.region].label,
                     l->regions[l->boot.region].label, l->boot.why);
    say_above_16m(en);
}
