/* SPDX-License-Identifier: Apache-2.0 */
#include "services/tcl/sections.h"

#include "base/file.h"

#include <gelf.h>
#include <libelf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { IHEX_DATA = 0, IHEX_END = 1, IHEX_SEGMENT = 2, IHEX_START_SEGMENT = 3, IHEX_LINEAR = 4, IHEX_START = 5 };
enum { IHEX_OVERHEAD = 5, IHEX_MAX = 255 + IHEX_OVERHEAD }; /* count, address (2), type, checksum */

static enum err add_section(struct log *log, const char *path, struct sections *s, struct section section)
{
    if (s->count == SECTIONS_MAX)
        return err_at(log, ERR_RESOURCE, "%s: more than %d separate pieces", path, SECTIONS_MAX);
    if ((uint64_t)section.addr + section.len > 1ULL << 32)
        return err_at(log, ERR_RANGE, "%s: the piece at 0x%08x goes past the end of the address space", path,
                      section.addr);
    s->list[s->count++] = section;
    return ERR_OK;
}

/* --- Intel HEX --- */

static int hex_digit(char c)
{
    const char *digits = "0123456789abcdef", *at = c ? strchr(digits, c | 0x20) : NULL;
    return at ? (int)(at - digits) : -1;
}

/* The bytes of one line behind its colon; 0 when it has none that make sense or its checksum is wrong. */
static size_t ihex_line(const char *line, size_t len, uint8_t *out)
{
    size_t count = len / 2;
    uint8_t sum = 0;
    if (len % 2 || count < IHEX_OVERHEAD || count > IHEX_MAX)
        return 0;
    for (size_t i = 0; i < count; i++) {
        int high = hex_digit(line[2 * i]), low = hex_digit(line[2 * i + 1]);
        if (high < 0 || low < 0)
            return 0;
        out[i] = (uint8_t)(high << 4 | low);
        sum = (uint8_t)(sum + out[i]);
    }
    return sum || out[0] + (size_t)IHEX_OVERHEAD != count ? 0 : count;
}

struct ihex {
    struct log *log;
    const char *path;
    uint32_t base;
    bool is_done;
};

static enum err ihex_data(struct ihex *h, const uint8_t *bytes, struct sections *s)
{
    uint32_t addr = h->base + ((uint32_t)bytes[1] << 8 | bytes[2]);
    struct section *last = s->count ? &s->list[s->count - 1] : NULL;
    size_t at = s->bytes.len;
    buf_append(&s->bytes, bytes + 4, bytes[0]);
    if (last && last->addr + last->len == addr) {
        last->len += bytes[0];
        return ERR_OK;
    }
    return add_section(h->log, h->path, s, (struct section){addr, at, bytes[0]});
}

static enum err ihex_record(struct ihex *h, const uint8_t *bytes, struct sections *s)
{
    uint32_t word = (uint32_t)bytes[4] << 8 | bytes[5];
    switch (bytes[3]) {
    case IHEX_DATA:
        return ihex_data(h, bytes, s);
    case IHEX_END:
        h->is_done = true;
        return ERR_OK;
    case IHEX_SEGMENT:
        h->base = bytes[0] == 2 ? word << 4 : h->base;
        return ERR_OK;
    case IHEX_LINEAR:
        h->base = bytes[0] == 2 ? word << 16 : h->base;
        return ERR_OK;
    case IHEX_START_SEGMENT:
    case IHEX_START:
        return ERR_OK; /* where to start is not ours to say */
    default:
        return ERR_MALFORMED;
    }
}

static enum err ihex_parse(struct log *log, const char *path, struct buf *text, struct sections *s)
{
    struct ihex h = {.log = log, .path = path};
    const char *at = buf_str(text), *end = at + text->len;
    for (unsigned line = 1; at < end && !h.is_done; line++) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        stop = stop ? stop : end;
        size_t len = (size_t)(stop - at);
        while (len && (at[len - 1] == '\r' || at[len - 1] == ' '))
            len--;
        uint8_t bytes[IHEX_MAX + 2] = {0};
        bool is_good = !len || (at[0] == ':' && ihex_line(at + 1, len - 1, bytes));
        enum err e = !is_good ? ERR_MALFORMED : len ? ihex_record(&h, bytes, s) : ERR_OK;
        if (e == ERR_MALFORMED)
            return err_at(log, e, "%s:%u: this is no record of an Intel HEX file, or its checksum is wrong", path,
                          line);
        if (e)
            return e;
        at = stop + 1;
    }
    if (!h.is_done)
        return err_at(log, ERR_MALFORMED, "%s: the Intel HEX file ends without its end record: it was cut off", path);
    return ERR_OK;
}

/* --- ELF --- */

static enum err elf_segment(struct log *log, const char *path, const GElf_Phdr *p, struct sections *s)
{
    if (p->p_type != PT_LOAD || !p->p_filesz)
        return ERR_OK;
    if (p->p_offset > s->bytes.len || p->p_filesz > s->bytes.len - p->p_offset || p->p_paddr > UINT32_MAX)
        return err_at(log, ERR_MALFORMED, "%s: a segment of the ELF file lies outside of the file: it was cut off",
                      path);
    return add_section(log, path, s, (struct section){(uint32_t)p->p_paddr, (size_t)p->p_offset, (size_t)p->p_filesz});
}

static enum err elf_parse(struct log *log, const char *path, struct sections *s)
{
    size_t count = 0;
    if (elf_version(EV_CURRENT) == EV_NONE)
        return err_at(log, ERR_UNSUPPORTED, "%s: libelf is too old", path);
    Elf *elf = elf_memory((char *)s->bytes.bytes, s->bytes.len);
    enum err e = ERR_OK;
    if (!elf || elf_kind(elf) != ELF_K_ELF || elf_getphdrnum(elf, &count) != 0)
        e = err_at(log, ERR_MALFORMED, "%s: not a whole ELF file: %s", path, elf_errmsg(-1));
    for (size_t i = 0; i < count && !e; i++) {
        GElf_Phdr p;
        if (gelf_getphdr(elf, (int)i, &p))
            e = elf_segment(log, path, &p, s);
    }
    elf_end(elf);
    return e;
}

/* --- the file --- */

static const char *guess(const struct buf *b)
{
    if (b->len >= SELFMAG && !memcmp(b->bytes, ELFMAG, SELFMAG))
        return "elf";
    uint8_t record[IHEX_MAX];
    const uint8_t *stop = b->len ? memchr(b->bytes, '\n', b->len) : NULL;
    size_t len = stop ? (size_t)(stop - b->bytes) : 0;
    if (len && b->bytes[len - 1] == '\r')
        len--;
    bool is_hex = len > 1 && b->bytes[0] == ':' && ihex_line((const char *)b->bytes + 1, len - 1, record);
    return is_hex ? "ihex" : "bin";
}

static enum err parse(struct log *log, const char *path, struct sections *s)
{
    if (!strcmp(s->kind, "bin"))
        return add_section(log, path, s, (struct section){0, 0, s->bytes.len});
    if (!strcmp(s->kind, "elf"))
        return elf_parse(log, path, s);
    if (strcmp(s->kind, "ihex") != 0)
        return err_at(log, ERR_UNSUPPORTED, "%s: files of kind '%s' cannot be read; there are bin, ihex and elf", path,
                      s->kind);
    struct buf text = s->bytes;
    s->bytes = (struct buf){0};
    enum err e = ihex_parse(log, path, &text, s);
    buf_fini(&text);
    return e;
}

enum err sections_load(struct log *log, const char *path, const char *kind, struct sections *s)
{
    enum err e = file_read(log, path, &s->bytes);
    if (e)
        return e;
    if (!s->bytes.len)
        return err_at(log, ERR_MALFORMED, "%s is empty", path);
    s->kind = kind ? kind : guess(&s->bytes);
    e = parse(log, path, s);
    if (!e && s->bytes.failed)
        e = err_at(log, ERR_MEMORY, "%s: out of memory", path);
    if (!e && !s->count)
        e = err_at(log, ERR_MALFORMED, "%s holds nothing that could be loaded", path);
    return e;
}

void sections_fini(struct sections *s)
{
    buf_fini(&s->bytes);
    s->count = 0;
}
