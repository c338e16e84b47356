/* SPDX-License-Identifier: Apache-2.0 */
/* m, M, x, X, qCRC. */
#include "services/gdb/gdb_int.h"

#include <stdlib.h>
#include <string.h>

enum {
    MOST_HEX = PACKET_MAX / 2 - 16,    /* bytes that fit into one reply */
    MOST_BINARY = PACKET_MAX / 2 - 16, /* each may need an escape */
    CRC_BLOCK = 4096,
    WORD = 4,
};

/* Device registers see one access of the size that the user meant (x/hx); everything else takes the fastest way. */
static unsigned width_of(uint32_t addr, uint32_t len)
{
    bool is_access = len == 1 || len == 2 || len == WORD;
    return is_access && addr % len == 0 ? len : 0;
}

/* After a reset the flash is not mapped yet, and what the user means is what will be there: GDB looks at the code where it sets
   breakpoints. Once the program runs, what the core sees is the truth. *len: what lies there in one piece. */
static bool is_only_expected(struct gdb_call *c, uint32_t addr, uint32_t *offset, uint32_t *len)
{
    struct core *core = gdb_client_core(c);
    const struct chip_region *r = chip_region_at(target_chip(core_target(core)), addr);
    bool is_window = r && (r->kind == REGION_FLASH_CODE || r->kind == REGION_FLASH_DATA);
    if (!is_window || !core_stands_at_reset(core))
        return false;
    const struct mapping *m = gdb_mapping(c->gdb, c->client);
    const struct mapping_range *range = m ? mapping_at(m, (int)core_index(core), addr) : NULL;
    if (!range || range->memory != MAPPING_FLASH || range->source == MAPPING_LIVE)
        return false;
    uint32_t left = range->size - (addr - range->vaddr);
    *offset = range->offset + (addr - range->vaddr);
    *len = *len < left ? *len : left;
    return true;
}

static enum err read_some(struct gdb_call *c, uint32_t addr, uint8_t *bytes, uint32_t *len)
{
    uint32_t offset = 0;
    if (is_only_expected(c, addr, &offset, len))
        return flash_read(session_flash(c->gdb->session), offset, bytes, *len);
    gdb_release_agent(c->gdb);
    return core_mem_read(gdb_client_core(c), addr, width_of(addr, *len), bytes, *len);
}

/* Where a read that fails as a whole may end and be of use: the end of the region in which it begins. */
static uint32_t inside_region(struct core *core, uint32_t addr, uint32_t len)
{
    const struct chip_region *r = chip_region_at(target_chip(core_target(core)), addr);
    uint64_t left = r ? (uint64_t)r->base + r->size - addr : len;
    return left < len ? (uint32_t)left : len;
}

/* GDB sees its program, not the breakpoints in it. */
static void hide_breakpoints(struct core *core, uint32_t addr, uint8_t *bytes, uint32_t len)
{
    size_t count;
    const struct breakpoint *list = target_breakpoints(core_target(core), &count);
    for (size_t i = 0; i < count; i++) {
        for (unsigned k = 0; list[i].kind == BP_SOFTWARE && k < list[i].len; k++) {
            if (list[i].addr + k - addr < len)
                bytes[list[i].addr + k - addr] = list[i].original[k];
        }
    }
}

static enum err read_memory(struct gdb_call *c, uint32_t addr, uint8_t *bytes, uint32_t *len)
{
    struct core *core = gdb_client_core(c);
    if (!core)
        return err_at(c->gdb->log, ERR_STATE, "the connection to the chip is closed");
    enum err e = read_some(c, addr, bytes, len);
    uint32_t less = e == ERR_FAULT ? inside_region(core, addr, *len) : *len;
    if (less < *len) {
        *len = less;
        e = read_some(c, addr, bytes, len);
    }
    if (!e)
        hide_breakpoints(core, addr, bytes, *len);
    return e;
}

static bool is_told_of_faults(const struct gdb_call *c)
{
    const char *said = tcl_option(c->gdb->tcl, "gdb report_data_abort");
    return !said || strcmp(said, "disable") != 0;
}

static void read_to(struct gdb_call *c, uint32_t most, bool is_binary)
{
    const char *at = c->args;
    uint32_t addr, len;
    if (!gdb_range(&at, &addr, &len) || *at)
        return gdb_refuse(c, ERR_MALFORMED, "m, x: address and length are expected");
    len = len < most ? len : most;
    if (len > UINT32_MAX - addr)
        len = UINT32_MAX - addr + 1;
    uint8_t *bytes = calloc(1, len ? len : 1);
    enum err e = !bytes ? ERR_MEMORY : len ? read_memory(c, addr, bytes, &len) : ERR_OK;
    if (e == ERR_FAULT && !is_told_of_faults(c)) {
        memset(bytes, 0, len);
        e = ERR_OK;
    }
    if (e) {
        gdb_fail(c, e);
    } else if (is_binary) {
        buf_u8(&c->reply, 'b');
        buf_append(&c->reply, bytes, len);
    } else {
        gdb_put_hex(&c->reply, bytes, len);
    }
    free(bytes);
}

static void read_hex(struct gdb_call *c)
{
    read_to(c, MOST_HEX, false);
}

static void read_binary(struct gdb_call *c)
{
    read_to(c, MOST_BINARY, true);
}

static void write_memory(struct gdb_call *c, uint32_t addr, const void *bytes, uint32_t len)
{
    struct core *core = gdb_client_core(c);
    enum err e = core ? ERR_OK : err_at(c->gdb->log, ERR_STATE, "the connection to the chip is closed");
    gdb_release_agent(c->gdb);
    if (!e && len)
        e = core_mem_write(core, addr, width_of(addr, len), bytes, len);
    if (e)
        gdb_fail(c, e);
    else
        gdb_ok(c);
}

static void write_hex(struct gdb_call *c)
{
    const char *at = c->args;
    uint32_t addr, len;
    struct buf bytes = {0};
    bool is_good = gdb_range(&at, &addr, &len) && gdb_skip(&at, ':') &&
                   gdb_get_hex(at, c->len - (size_t)(at - c->args), &bytes) && bytes.len == len;
    if (is_good)
        write_memory(c, addr, bytes.bytes, len);
    else
        gdb_refuse(c, ERR_MALFORMED, "M: address, length and as many bytes in hex are expected");
    buf_fini(&bytes);
}

static void write_binary(struct gdb_call *c)
{
    const char *at = c->args;
    uint32_t addr, len;
    if (!gdb_range(&at, &addr, &len) || !gdb_skip(&at, ':') || c->len - (size_t)(at - c->args) != len)
        return gdb_refuse(c, ERR_MALFORMED, "X: address, length and as many bytes are expected");
    write_memory(c, addr, at, len);
}

/* --- qCRC: polynomial 0x04C11DB7, most significant bit first, begins with all ones, not inverted at the end --- */

static uint32_t crc_of(uint32_t crc, const uint8_t *bytes, size_t len)
{
    enum { BITS = 8, TOP_SHIFT = 24 };
    static const uint32_t polynomial = 0x04C11DB7, top = 0x80000000;
    for (size_t i = 0; i < len; i++) {
        crc ^= (uint32_t)bytes[i] << TOP_SHIFT;
        for (unsigned bit = 0; bit < BITS; bit++)
            crc = crc & top ? crc << 1 ^ polynomial : crc << 1;
    }
    return crc;
}

static void check_crc(struct gdb_call *c)
{
    const char *at = c->args;
    uint32_t addr, left, crc = UINT32_MAX;
    uint8_t block[CRC_BLOCK];
    enum err e = ERR_OK;
    if (!gdb_skip(&at, ':') || !gdb_range(&at, &addr, &left))
        return gdb_refuse(c, ERR_MALFORMED, "qCRC: address and length are expected");
    line_allow_interrupt(c->gdb->line, true);
    while (left && !e) {
        uint32_t part = left < CRC_BLOCK ? left : CRC_BLOCK;
        e = read_memory(c, addr, block, &part);
        if (!e)
            crc = crc_of(crc, block, part);
        addr += part;
        left -= part;
    }
    if (e)
        gdb_fail(c, e);
    else
        buf_printf(&c->reply, "C%08x", (unsigned)crc);
}

const struct gdb_packet gdb_memory_packets[] = {{"m", read_hex},     {"M", write_hex},    {"x", read_binary},
                                                {"X", write_binary}, {"qCRC", check_crc}, {NULL, NULL}};
