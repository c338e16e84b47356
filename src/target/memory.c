/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory as a user sees it: any address, any length. Whole words go in blocks; what is left at the ends is read as words and
 * written in the access size that the region takes.
 */
#include "target/target_int.h"

#include "base/bytes.h"

#include <stdlib.h>
#include <string.h>

enum { WORD = 4, CHUNK_WORDS = 16384 };

struct core *core_memory_door(struct core *c)
{
    if (c->state == CORE_HALTED && c->is_learnt)
        return c;
    for (unsigned i = 0; i < c->target->core_count; i++) {
        struct core *o = &c->target->cores[i];
        if (o->state == CORE_HALTED && o->is_learnt)
            return o;
    }
    return c->was_online && c->target->dm->ops->reaches_memory_running(c->target->dm, c->index) ? c : NULL;
}

/* The cores that may share a block there: all halted ones where memory is the same for all. */
static unsigned block_cores(struct core *door, uint32_t addr, size_t bytes)
{
    struct target *t = door->target;
    unsigned cores = 1U << door->index;
    const struct chip_region *r = chip_region_at(t->chip, addr);
    if (!r || r->kind != REGION_RAM || addr - r->base + bytes > r->size)
        return cores;
    for (unsigned i = 0; i < t->core_count; i++)
        if (t->cores[i].state == CORE_HALTED && t->cores[i].is_learnt)
            cores |= 1U << i;
    return cores;
}

/* Block transfers clobber a scratch register of each core. A learnt halt holds its value; it is written back later. */
static void touch(struct target *t, unsigned cores)
{
    for (unsigned i = 0; i < t->core_count; i++)
        if (core_has(cores, i))
            t->cores[i].ops->touch_scratch(&t->cores[i]);
}

static enum err explain(struct core *c, enum err e, uint32_t fault, const char *what)
{
    if (e != ERR_FAULT)
        return e;
    const struct chip_region *r = chip_region_at(c->target->chip, fault);
    bool is_flash = r && (r->kind == REGION_FLASH_DATA || r->kind == REGION_FLASH_CODE || r->kind == REGION_PSRAM);
    c->ops->note_exception(c);
    return err_at(
        c->target->log, e, "%s refused to %s 0x%08x (%s)%s", c->name, what, (unsigned)fault,
        r ? r->name : "no memory is there",
        is_flash ? ": its cache is off, or nothing is mapped there. Let the program start, or read the flash itself "
                   "with 'flash read_bank'"
                 : "");
}

enum err core_read_words(struct core *c, uint32_t addr, uint32_t *words, size_t count)
{
    struct target *t = c->target;
    unsigned cores = block_cores(c, addr, count * WORD);
    uint32_t fault = addr;
    touch(t, cores);
    enum err e = t->dm->ops->read_block(t->dm, cores, addr, words, count, &fault);
    return explain(c, e, fault, "read");
}

enum err core_write_words(struct core *c, uint32_t addr, const uint32_t *words, size_t count)
{
    bool is_guarded;
    enum err e = core_guard_needed(c, addr, &is_guarded);
    if (e)
        return e;
    return is_guarded ? core_write_words_guarded(c, addr, words, count)
                      : core_write_words_unguarded(c, addr, words, count);
}

enum err core_write_words_unguarded(struct core *c, uint32_t addr, const uint32_t *words, size_t count)
{
    struct target *t = c->target;
    unsigned cores = block_cores(c, addr, count * WORD);
    uint32_t fault = addr;
    touch(t, cores);
    enum err e = t->dm->ops->write_block(t->dm, cores, addr, words, count, &fault);
    return explain(c, e, fault, "write");
}

enum err core_access_all(struct core *c, const struct core_access *list, size_t count)
{
    struct core *door = core_memory_door(c);
    if (!door)
        return core_need_halted(c, "access to the chip's registers");
    return door->ops->access_all(door, list, count);
}

/* --- places and lists --- */

/* Of several places in one trip, the debug module tells only of the last whether it was refused: places that may be go alone. */
static bool is_safe(const struct core *door, const struct core_range *range)
{
    const struct chip_region *r = chip_region_at(door->target->chip, range->addr);
    bool is_ram = r && (r->kind == REGION_RAM || r->kind == REGION_RTC_RAM);
    return (door->ops->read_all || door->ops->access_all) && is_ram && range->len <= r->size &&
           range->addr - r->base <= r->size - range->len;
}

static void put_words(const struct core_range *range, const uint32_t *words)
{
    for (size_t i = 0; i < range->len / WORD; i++)
        le32_put((uint8_t *)range->into + i * WORD, words[i]);
}

static enum err read_together(struct core *door, const struct core_range *list, size_t count, size_t total)
{
    struct core_access *accesses = calloc(count, sizeof *accesses);
    uint32_t *words = calloc(total, sizeof *words);
    enum err e =
        accesses && words ? ERR_OK : err_at(door->target->log, ERR_MEMORY, "no memory to read %zu places", count);
    size_t used = 0, at = 0;
    for (size_t i = 0; !e && i < count; i++) {
        if (!is_safe(door, &list[i]))
            continue;
        accesses[used++] = (struct core_access){.addr = list[i].addr, .into = words + at, .count = list[i].len / WORD};
        at += list[i].len / WORD;
    }
    if (!e && used)
        e = (door->ops->read_all ? door->ops->read_all : door->ops->access_all)(door, accesses, used);
    at = 0;
    for (size_t i = 0; !e && i < count; i++) {
        if (!is_safe(door, &list[i]))
            continue;
        put_words(&list[i], words + at);
        at += list[i].len / WORD;
    }
    free(accesses);
    free(words);
    return e;
}

enum err core_read_ranges(struct core *c, const struct core_range *list, size_t count)
{
    struct core *door = core_memory_door(c);
    size_t total = 0;
    if (!door)
        return core_need_halted(c, "access to memory");
    for (size_t i = 0; i < count; i++)
        total += list[i].len / WORD;
    enum err e = total ? read_together(door, list, count, total) : ERR_OK;
    bool is_alone = e == ERR_UNSUPPORTED;
    if (is_alone) {
        err_forget(c->target->log);
        e = ERR_OK;
    }
    for (size_t i = 0; !e && i < count; i++)
        if (is_alone || !is_safe(door, &list[i]))
            e = core_mem_read(door, list[i].addr, 0, list[i].into, list[i].len);
    return e;
}

enum err core_follow(struct core *c, const struct core_chain *list, size_t count)
{
    struct core *door = core_memory_door(c);
    if (!door)
        return core_need_halted(c, "access to memory");
    if (!door->ops->follow)
        return err_at(c->target->log, ERR_UNSUPPORTED, "%s cannot follow lists by itself", c->name);
    return door->ops->follow(door, list, count);
}

static enum err check_width(struct core *c, uint32_t addr, unsigned width, size_t len)
{
    if (width != 0 && width != 1 && width != 2 && width != WORD)
        return err_at(c->target->log, ERR_USAGE, "memory is accessed in 1, 2 or 4 bytes, not %u", width);
    if (width > 1 && (addr % width || len % width))
        return err_at(c->target->log, ERR_ALIGN,
                      "an access of %u bytes needs an address and a length that are multiples of it, "
                      "not 0x%08x and %zu",
                      width, (unsigned)addr, len);
    if (len && addr + (uint32_t)(len - 1) < addr)
        return err_at(c->target->log, ERR_RANGE, "0x%08x and %zu bytes reach past the end of the address space",
                      (unsigned)addr, len);
    return ERR_OK;
}

static enum err find_door(struct core *c, struct core **door)
{
    *door = core_memory_door(c);
    if (*door)
        return ERR_OK;
    return core_need_halted(c, "access to memory");
}

/* --- reading --- */

/* Up to CHUNK_WORDS words around the bytes. */
static enum err read_chunk(struct core *door, uint32_t addr, uint8_t *out, size_t len, uint32_t *words)
{
    uint32_t first = addr & ~3U;
    size_t count = (addr - first + len + WORD - 1) / WORD;
    enum err e = core_read_words(door, first, words, count);
    for (size_t i = 0; !e && i < len; i++) {
        size_t at = addr - first + i;
        out[i] = (uint8_t)(words[at / WORD] >> (8 * (at % WORD)));
    }
    return e;
}

enum err core_mem_read(struct core *c, uint32_t addr, unsigned width, void *buf, size_t len)
{
    struct core *door;
    enum err e = check_width(c, addr, width, len);
    if (!e)
        e = find_door(c, &door);
    if (e || !len)
        return e;
    size_t room = len / WORD + 2 < CHUNK_WORDS ? len / WORD + 2 : CHUNK_WORDS;
    uint32_t *words = malloc(room * sizeof *words);
    if (!words)
        return err_at(c->target->log, ERR_MEMORY, "no memory to read %zu bytes of the chip's", len);
    for (size_t done = 0, n; !e && done < len; done += n) {
        uint32_t at = addr + (uint32_t)done;
        n = (room - 1) * WORD - at % WORD;
        n = len - done < n ? len - done : n;
        e = read_chunk(door, at, (uint8_t *)buf + done, n, words);
    }
    free(words);
    if (!e)
        target_hide_patched(c->target, addr, buf, len);
    return e;
}

enum err core_read_u32(struct core *c, uint32_t addr, uint32_t *value)
{
    uint8_t bytes[WORD] = {0};
    enum err e = core_mem_read(c, addr, WORD, bytes, sizeof bytes);
    *value = le32_get(bytes);
    return e;
}

/* --- writing --- */

/* Flash and external RAM may lie in the same part of the address space: the MMU says which it is there. */
static enum err is_psram(struct core *door, uint32_t addr, bool *is)
{
    const struct chip_mmu *m = &door->target->chip->mmu;
    *is = false;
    for (const struct chip_mmu_window *w = m->windows; m->psram_mask && w->size; w++) {
        uint32_t entry;
        if (addr - w->base >= w->size)
            continue;
        uint32_t at = m->table[0] + (w->first_entry + (addr - w->base) / m->page_size) * WORD;
        enum err e = core_read_words(door, at, &entry, 1);
        if (e)
            return e;
        *is = (entry & m->psram_mask) && !(entry & m->invalid_mask);
    }
    return ERR_OK;
}

static enum err refuse_write(struct core *c, uint32_t addr, const struct chip_region *r)
{
    if (r->kind == REGION_ROM)
        return err_at(c->target->log, ERR_UNSUPPORTED, "0x%08x lies in %s, which cannot be written", (unsigned)addr,
                      r->name);
    return err_at(
        c->target->log, ERR_UNSUPPORTED,
        "0x%08x lies in %s, the view of the flash, which cannot be written like memory: use 'program_esp', 'flash "
        "write_image' or 'espocd flash'",
        (unsigned)addr, r->name);
}

static enum err check_writable(struct core *c, struct core *door, uint32_t addr)
{
    const struct chip_region *r = chip_region_at(c->target->chip, addr);
    if (!r || (r->kind != REGION_FLASH_DATA && r->kind != REGION_FLASH_CODE && r->kind != REGION_ROM))
        return ERR_OK;
    bool is_ram = false;
    enum err e = r->kind == REGION_FLASH_DATA ? is_psram(door, addr, &is_ram) : ERR_OK;
    return e || is_ram ? e : refuse_write(c, addr, r);
}

/* Bytes of one word: in the access size that does it where narrow ones are taken, so that a neighbour that another core
   changes at that moment is not undone; else by reading and writing the word. */
static enum err write_part(struct core *door, uint32_t addr, const uint8_t *bytes, size_t len)
{
    const struct chip_region *r = chip_region_at(door->target->chip, addr);
    bool is_guarded;
    enum err e = core_guard_needed(door, addr, &is_guarded);
    if (e)
        return e;
    if (r && !r->is_word_only && !is_guarded) {
        for (size_t i = 0, n; !e && i < len; i += n) {
            n = (addr + i) % 2 == 0 && len - i >= 2 ? 2 : 1;
            e = door->ops->store(door, addr + (uint32_t)i, (unsigned)n, n == 2 ? le16_get(bytes + i) : bytes[i]);
        }
        return e;
    }
    uint32_t word;
    uint8_t all[WORD];
    e = core_read_words(door, addr & ~3U, &word, 1);
    if (e)
        return e;
    le32_put(all, word);
    memcpy(all + addr % WORD, bytes, len);
    word = le32_get(all);
    return core_write_words(door, addr & ~3U, &word, 1);
}

static enum err write_whole(struct core *door, uint32_t addr, const uint8_t *bytes, size_t count)
{
    size_t room = count < CHUNK_WORDS ? count : CHUNK_WORDS;
    uint32_t *words = malloc(room * sizeof *words);
    if (!words)
        return err_at(door->target->log, ERR_MEMORY, "no memory to write %zu words to the chip", count);
    enum err e = ERR_OK;
    for (size_t done = 0, n; !e && done < count; done += n) {
        n = count - done < room ? count - done : room;
        for (size_t i = 0; i < n; i++)
            words[i] = le32_get(bytes + (done + i) * WORD);
        e = core_write_words(door, addr + (uint32_t)(done * WORD), words, n);
    }
    free(words);
    return e;
}

enum err core_mem_write(struct core *c, uint32_t addr, unsigned width, const void *buf, size_t len)
{
    struct core *door;
    enum err e = check_width(c, addr, width, len);
    if (!e)
        e = find_door(c, &door);
    if (e || !len)
        return e;
    e = check_writable(c, door, addr);
    if (e)
        return e;
    const uint8_t *bytes = buf;
    size_t head = addr % WORD ? WORD - addr % WORD : 0;
    head = head < len ? head : len;
    size_t whole = (len - head) / WORD, tail = (len - head) % WORD;
    if (head)
        e = write_part(door, addr, bytes, head);
    if (!e && whole)
        e = write_whole(door, addr + (uint32_t)head, bytes + head, whole);
    if (!e && tail)
        e = write_part(door, addr + (uint32_t)(len - tail), bytes + len - tail, tail);
    target_note_write(c->target, addr, len);
    return e;
}

enum err core_write_u32(struct core *c, uint32_t addr, uint32_t value)
{
    uint8_t bytes[WORD];
    le32_put(bytes, value);
    return core_mem_write(c, addr, WORD, bytes, sizeof bytes);
}
