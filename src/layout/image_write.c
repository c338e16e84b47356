/* SPDX-License-Identifier: Apache-2.0 */
/* Makes images: joins parts to segments, places them, adds checksum and hash. */
#include "layout/image_int.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum {
    WORD = 4,
    DEFAULT_MODE_DIO = 2,
    DEFAULT_SIZE_4MB = 2,
    APP_DESC_PAGE = 180, /* log2 of the page size in the application descriptor */
};

/* A segment in the making. */
struct piece {
    uint32_t addr;
    const struct image_region *region;
    struct buf data; /* a multiple of 4 bytes once joined */
    uint32_t taken;  /* bytes already written as filling */
};

struct writer {
    struct log *log;
    const struct image_options *options;
    struct piece *pieces; /* by address */
    size_t count;
    struct buf *out;
    uint32_t page_size;
    unsigned segments;
    uint8_t checksum;
};

struct image_options image_options_default(const struct image_chip *chip)
{
    return (struct image_options){.chip = chip,
                                  .spi_mode = DEFAULT_MODE_DIO,
                                  .size = DEFAULT_SIZE_4MB,
                                  .max_rev = IMAGE_ANY_REVISION,
                                  .append_hash = true};
}

/* The page size: as asked for, else as the application descriptor says (esptool cmds.py does the same), else 64 KB. An
   older descriptor does not say; then it is the largest whose page the descriptor begins, behind the two headers. */
static uint32_t choose_page_size(const struct image_options *o, const struct image_part *parts, size_t count)
{
    const uint32_t headers = IMAGE_HEADER_LEN + IMAGE_SEGMENT_HEADER_LEN;
    if (o->page_size || !o->chip->has_small_pages)
        return o->page_size ? o->page_size : IMAGE_PAGE_SIZE;
    for (size_t i = 0; i < count; i++) {
        const struct image_part *p = &parts[i];
        const struct image_region *region = image_region_at(o->chip, p->addr);
        if (!region || !region->is_flash || p->len < IMAGE_APP_DESC_LEN || le32_get(p->bytes) != IMAGE_APP_DESC_MAGIC)
            continue;
        uint8_t log2_page = p->bytes[APP_DESC_PAGE];
        for (uint32_t page = IMAGE_PAGE_SIZE; page >= IMAGE_PAGE_SIZE_MIN; page /= 2) {
            if (log2_page ? page == UINT32_C(1) << log2_page % 32 : (p->addr - headers) % page == 0)
                return page;
        }
    }
    return IMAGE_PAGE_SIZE;
}

static int by_addr(const void *a, const void *b)
{
    const struct image_part *pa = a, *pb = b;
    return pa->addr < pb->addr ? -1 : pa->addr > pb->addr;
}

static enum err check_part(const struct writer *w, const struct image_part *p, const struct image_region **region)
{
    const char *title = w->options->chip->title;
    *region = image_region_at(w->options->chip, p->addr);
    if (!*region)
        return err_at(w->log, ERR_MALFORMED,
                      "%s at 0x%08" PRIX32 " (%" PRIu32
                      " bytes) is in no memory of %s that an image can fill; check the "
                      "linker script, and --chip",
                      p->name, p->addr, p->len, title);
    if (p->len > (*region)->end - p->addr)
        return err_at(w->log, ERR_MALFORMED,
                      "%s at 0x%08" PRIX32 " (%" PRIu32 " bytes) goes past the end of the %s of %s at 0x%08" PRIX32
                      "; check the linker script",
                      p->name, p->addr, p->len, (*region)->name, title, (*region)->end);
    return ERR_OK;
}

/* Whether a part is joined to the piece before it, the gap filled with zeros: to the next word in RAM; within one page in
   flash, where two segments could not be mapped side by side. */
static bool joins(const struct writer *w, const struct piece *last, const struct image_part *p,
                  const struct image_region *region)
{
    if (!last || last->region != region)
        return false;
    uint32_t end = last->addr + (uint32_t)last->data.len, tail = w->options->chip->min_tail;
    if (p->addr == end)
        return true;
    if (region->is_flash)
        return p->addr / w->page_size <= (end - 1 + tail) / w->page_size;
    return p->addr / WORD <= (end + WORD - 1) / WORD;
}

static enum err add_part(struct writer *w, const struct image_part *p)
{
    const struct image_region *region;
    enum err e = check_part(w, p, &region);
    if (e)
        return e;
    struct piece *last = w->count ? &w->pieces[w->count - 1] : NULL;
    if (last && p->addr < last->addr + last->data.len)
        return err_at(w->log, ERR_MALFORMED,
                      "%s at 0x%08" PRIX32 " overlaps what is before it, which ends at 0x%08" PRIX32
                      "; check the linker script",
                      p->name, p->addr, last->addr + (uint32_t)last->data.len);
    if (!joins(w, last, p, region)) {
        last = &w->pieces[w->count++];
        *last = (struct piece){.addr = p->addr / WORD * WORD, .region = region};
    }
    buf_fill(&last->data, 0, p->addr - last->addr - last->data.len);
    buf_append(&last->data, p->bytes, p->len);
    return last->data.failed ? err_at(w->log, ERR_MEMORY, "no memory for the image") : ERR_OK;
}

/* Sorts and joins the parts to pieces of whole words. */
static enum err make_pieces(struct writer *w, const struct image_part *parts, size_t count)
{
    struct image_part *sorted = calloc(count + 1, sizeof *sorted);
    w->pieces = calloc(count + 1, sizeof *w->pieces);
    enum err e = sorted && w->pieces ? ERR_OK : err_at(w->log, ERR_MEMORY, "no memory for the image");
    if (!e && count) {
        memcpy(sorted, parts, count * sizeof *sorted);
        qsort(sorted, count, sizeof *sorted, by_addr);
    }
    for (size_t i = 0; !e && i < count; i++) {
        if (sorted[i].len)
            e = add_part(w, &sorted[i]);
    }
    free(sorted);
    for (size_t i = 0; !e && i < w->count; i++) {
        struct buf *data = &w->pieces[i].data;
        buf_fill(data, 0, (WORD - data->len % WORD) % WORD);
    }
    if (!e && !w->count)
        e = err_at(w->log, ERR_MALFORMED, "there is nothing to load: an image needs at least one segment");
    return e;
}

/* bytes NULL: zeros. */
static void write_segment(struct writer *w, uint32_t addr, const uint8_t *bytes, uint32_t len)
{
    buf_u32(w->out, addr);
    buf_u32(w->out, len);
    if (bytes)
        buf_append(w->out, bytes, len);
    else
        buf_fill(w->out, 0, len);
    for (uint32_t i = 0; bytes && i < len; i++)
        w->checksum ^= bytes[i];
    w->segments++;
}

static void write_rest(struct writer *w, struct piece *p)
{
    uint32_t left = (uint32_t)p->data.len - p->taken;
    if (left)
        write_segment(w, p->addr + p->taken, p->data.bytes + p->taken, left);
    p->taken += left;
}

static struct piece *next_ram(struct writer *w)
{
    for (size_t i = 0; i < w->count; i++) {
        if (!w->pieces[i].region->is_flash && w->pieces[i].taken < w->pieces[i].data.len)
            return &w->pieces[i];
    }
    return NULL;
}

/* Fills a gap (0, or at least a segment header) with segments: of RAM as far as they fit, else of padding. */
static void fill_gap(struct writer *w, uint32_t gap)
{
    while (gap) {
        uint32_t room = gap - IMAGE_SEGMENT_HEADER_LEN;
        struct piece *ram = next_ram(w);
        uint32_t len = ram ? (uint32_t)ram->data.len - ram->taken : 0;
        if (len > room)
            len = room;
        if (len && room - len && room - len < IMAGE_SEGMENT_HEADER_LEN)
            len -= IMAGE_SEGMENT_HEADER_LEN - (room - len); /* what is left must hold a header */
        if (!len) {
            write_segment(w, 0, NULL, room);
            return;
        }
        write_segment(w, ram->addr + ram->taken, ram->data.bytes + ram->taken, len);
        ram->taken += len;
        gap = room - len;
    }
}

static void write_flash(struct writer *w, struct piece *p)
{
    uint32_t page = w->page_size;
    uint32_t data_at = (uint32_t)w->out->len + IMAGE_SEGMENT_HEADER_LEN;
    uint32_t gap = (p->addr - data_at) % page;
    if (gap && gap < IMAGE_SEGMENT_HEADER_LEN)
        gap += page;
    fill_gap(w, gap);
    uint32_t tail = (uint32_t)(w->out->len + IMAGE_SEGMENT_HEADER_LEN + p->data.len) % page;
    bool fills_window = p->data.len == p->region->end - p->addr; /* its last page is full, and nothing lies behind it */
    if (tail < w->options->chip->min_tail && !fills_window)
        buf_fill(&p->data, 0, w->options->chip->min_tail - tail);
    write_rest(w, p);
}

static bool has_app_desc(const struct piece *p)
{
    return p->region->is_flash && p->data.len >= IMAGE_APP_DESC_LEN && le32_get(p->data.bytes) == IMAGE_APP_DESC_MAGIC;
}

/* The segment with the application descriptor first, where loaders look for it; then the other mapped ones, then RAM. */
static void write_segments(struct writer *w)
{
    for (size_t i = 0; i < w->count; i++) {
        if (has_app_desc(&w->pieces[i]))
            write_flash(w, &w->pieces[i]);
    }
    for (size_t i = 0; i < w->count; i++) {
        if (w->pieces[i].region->is_flash && !w->pieces[i].taken)
            write_flash(w, &w->pieces[i]);
    }
    for (size_t i = 0; i < w->count; i++) {
        if (!w->pieces[i].region->is_flash)
            write_rest(w, &w->pieces[i]);
    }
}

static void write_header(struct writer *w, uint32_t entry)
{
    const struct image_options *o = w->options;
    buf_u8(w->out, IMAGE_MAGIC);
    buf_u8(w->out, 0); /* the number of segments, when it is known */
    buf_u8(w->out, o->spi_mode);
    buf_u8(w->out, (uint8_t)(o->size << 4 | o->freq));
    buf_u32(w->out, entry);
    buf_u8(w->out, IMAGE_NO_WP_PIN);
    buf_fill(w->out, 0, 3); /* drive strengths */
    buf_u16(w->out, o->chip->id);
    buf_u8(w->out, o->min_rev_old);
    buf_u16(w->out, o->min_rev);
    buf_u16(w->out, o->max_rev);
    buf_fill(w->out, 0, 4);
    buf_u8(w->out, o->append_hash);
}

static void write_sums(struct writer *w)
{
    buf_fill(w->out, 0, IMAGE_CHECKSUM_BLOCK - 1 - w->out->len % IMAGE_CHECKSUM_BLOCK);
    buf_u8(w->out, w->checksum);
    if (!w->options->append_hash || w->out->failed)
        return;
    uint8_t digest[SHA256_LEN];
    hash_sha256(w->out->bytes, w->out->len, digest);
    buf_append(w->out, digest, sizeof digest);
}

static enum err write_all(struct writer *w, uint32_t entry)
{
    write_header(w, entry);
    write_segments(w);
    if (w->segments > IMAGE_MAX_SEGMENTS)
        return err_at(w->log, ERR_RANGE,
                      "the image would need %u segments, loaders take %d; let the linker script put sections that are "
                      "loaded side by side, without gaps",
                      w->segments, IMAGE_MAX_SEGMENTS);
    if (!w->out->failed)
        w->out->bytes[1] = (uint8_t)w->segments;
    write_sums(w);
    return w->out->failed ? err_at(w->log, ERR_MEMORY, "no memory for the image") : ERR_OK;
}

enum err image_write(struct log *log, const struct image_options *options, uint32_t entry,
                     const struct image_part *parts, size_t count, struct buf *out)
{
    if (!options->chip->regions)
        return err_at(
            log, ERR_UNSUPPORTED,
            "the memory map of %s is not known here, so no image can be made for it; use the tools of its SDK",
            options->chip->title);
    struct writer w = {.log = log, .options = options, .out = out, .checksum = IMAGE_CHECKSUM_SEED};
    w.page_size = choose_page_size(options, parts, count);
    enum err e = make_pieces(&w, parts, count);
    if (!e)
        e = write_all(&w, entry);
    for (size_t i = 0; i < w.count; i++)
        buf_fini(&w.pieces[i].data);
    free(w.pieces);
    return e;
}

enum err image_patch(struct log *log, uint8_t *bytes, size_t len, int spi_mode, int freq, int size)
{
    struct image im;
    image_parse(bytes, len, &im, NULL);
    if (!im.is_complete)
        return err_at(log, ERR_MALFORMED,
                      "the flash settings cannot be changed, because this is no whole image; give a whole one, or keep "
                      "the settings");
    if (spi_mode >= 0)
        bytes[2] = (uint8_t)spi_mode;
    if (freq >= 0)
        bytes[3] = (uint8_t)((bytes[3] & 0xF0) | freq);
    if (size >= 0)
        bytes[3] = (uint8_t)((bytes[3] & 0x0F) | size << 4);
    if (im.is_hash_there)
        hash_sha256(bytes, im.checksum_offset + 1, bytes + im.checksum_offset + 1);
    return ERR_OK;
}
