/* SPDX-License-Identifier: Apache-2.0 */
/* flash ...: banks, and work on sectors. Commands with files are in cmd_flash_file.c. */
#include "services/tcl/flash_int.h"
#include "services/tcl/tcl_int.h"

#include "session/flash_map.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { KIB = 1024, MAX_PRINT = 0x100000, BYTES_PER_LINE = 32 };

static enum err cmd_bank(struct tcl_call *c)
{
    struct session_bank bank = {0};
    snprintf(bank.name, sizeof bank.name, "%s", tcl_arg(c, 0));
    snprintf(bank.driver, sizeof bank.driver, "%s", tcl_arg(c, 1));
    enum err e = tcl_arg_u32(c, 2, "the base address", &bank.base);
    if (!e)
        e = tcl_arg_u32(c, 3, "the size", &bank.size);
    int core = tcl_core_by_name(c->tcl, tcl_arg(c, 6));
    if (!e && core < 0)
        e = err_at(tcl_call_log(c), ERR_NOT_FOUND, "flash bank: target '%s' not defined", tcl_arg(c, 6));
    if (!e && !chip_find(bank.driver))
        e = err_at(tcl_call_log(c), ERR_NOT_FOUND, "flash driver '%s' not found; drivers have the names of chips",
                   bank.driver);
    if (e)
        return e;
    const char *suffix = strrchr(bank.name, '.');
    bank.core = (unsigned)core;
    bank.kind = suffix && !strcmp(suffix, ".irom")   ? SESSION_BANK_IROM
                : suffix && !strcmp(suffix, ".drom") ? SESSION_BANK_DROM
                                                     : SESSION_BANK_FLASH;
    return session_add_bank(c->tcl->session, &bank);
}

static void print_bank(struct tcl_call *c, unsigned i)
{
    const struct session_bank *b = &tcl_config(c->tcl)->banks[i];
    tcl_print(c, "#%u : %s (%s) at 0x%08x, size 0x%08x, buswidth 0, chipwidth 0", i, b->name, b->driver, b->base,
              b->size);
}

static enum err cmd_banks(struct tcl_call *c)
{
    for (unsigned i = 0; i < tcl_config(c->tcl)->bank_count; i++)
        print_bank(c, i);
    return ERR_OK;
}

static enum err cmd_list(struct tcl_call *c)
{
    const struct session_config *config = tcl_config(c->tcl);
    for (unsigned i = 0; i < config->bank_count; i++) {
        const struct session_bank *b = &config->banks[i];
        buf_printf(&c->out, "%s{name %s driver %s base 0x%08x size 0x%x bus_width 0 chip_width 0 target %s}",
                   i ? " " : "", b->name, b->driver, b->base, b->size, config->cores[b->core].name);
    }
    return ERR_OK;
}

/* A view through which nothing is seen is found too: what is odd about it has been said. */
static enum err probe(struct tcl_call *c, unsigned *bank)
{
    struct flash *flash;
    struct flash_info info;
    enum err e = tcl_bank_arg(c, 0, bank);
    if (!e && tcl_config(c->tcl)->banks[*bank].kind == SESSION_BANK_FLASH)
        e = tcl_flash_probe(c, &flash, &info);
    if (!e)
        session_mapping(c->tcl->session);
    return e;
}

static enum err cmd_probe(struct tcl_call *c)
{
    unsigned bank = 0;
    enum err e = probe(c, &bank);
    if (!e)
        tcl_print(c, "flash '%s' found at 0x%08x", tcl_config(c->tcl)->banks[bank].driver,
                  tcl_config(c->tcl)->banks[bank].base);
    return e;
}

static enum err cmd_info(struct tcl_call *c)
{
    struct flash *flash;
    struct flash_info info;
    unsigned bank = 0;
    enum err e = probe(c, &bank);
    if (!e)
        e = tcl_flash_probe(c, &flash, &info);
    if (e)
        return e;
    const struct session_bank *b = &tcl_config(c->tcl)->banks[bank];
    print_bank(c, bank);
    for (uint32_t i = 0; i < b->size / FLASH_SECTOR_SIZE; i++)
        tcl_print(c, "\t#%3u: 0x%08x (0x%x %ukB) not protected", i, i * FLASH_SECTOR_SIZE, FLASH_SECTOR_SIZE,
                  FLASH_SECTOR_SIZE / KIB);
    if (b->kind != SESSION_BANK_FLASH && b->size)
        tcl_print(c, "the flash from offset 0x%08x on, as %s sees it", b->offset,
                  tcl_config(c->tcl)->cores[b->core].name);
    tcl_print(c, "%s flash, JEDEC id %02x %02x %02x, %u KB (size from %s)", info.maker, info.manufacturer, info.type,
              info.capacity, info.size / KIB, info.size_source);
    return ERR_OK;
}

double tcl_seconds_since(const struct tcl_call *c, uint64_t start_ns)
{
    return (double)(clock_now_ns(session_clock(c->tcl->session)) - start_ns) / 1e9;
}

uint64_t tcl_now_ns(const struct tcl_call *c)
{
    return clock_now_ns(session_clock(c->tcl->session));
}

static enum err cmd_erase_sector(struct tcl_call *c)
{
    struct tcl_flash_bank bank;
    enum err e = tcl_flash_bank(c, 0, &bank);
    if (e)
        return e;
    uint32_t count = bank.size / FLASH_SECTOR_SIZE, first = 0, last = count - 1;
    e = tcl_arg_u32(c, 1, "the first sector", &first);
    if (!e && !tcl_arg_is(c, 2, "last"))
        e = tcl_arg_u32(c, 2, "the last sector", &last);
    if (!e && (last >= count || first > last))
        e = err_at(tcl_call_log(c), ERR_RANGE,
                   "flash erase_sector: there are no sectors %u to %u; the bank has sectors 0 to %u", first, last,
                   count - 1);
    if (e)
        return e;
    uint64_t start = tcl_now_ns(c);
    e = flash_erase(bank.flash, bank.offset + first * FLASH_SECTOR_SIZE, (last - first + 1) * FLASH_SECTOR_SIZE);
    if (!e)
        tcl_print(c, "erased sectors %u through %u on flash bank %u in %fs", first, last, bank.index,
                  tcl_seconds_since(c, start));
    return e;
}

/* "[pad] [unlock] ADDRESS LENGTH"; what is mapped is so in whole sectors. */
static enum err erase_range(struct tcl_call *c, uint32_t *addr, uint32_t *len)
{
    bool pad = false;
    while (tcl_arg_is(c, 0, "pad") || tcl_arg_is(c, 0, "unlock")) {
        pad |= tcl_arg_is(c, 0, "pad");
        tcl_shift(c);
    }
    if (c->argc != 2)
        return tcl_usage_error(c);
    enum err e = tcl_arg_u32(c, 0, "the address", addr);
    if (!e)
        e = tcl_arg_u32(c, 1, "the length", len);
    if (!e && !*len)
        e = err_at(tcl_call_log(c), ERR_RANGE, "flash erase_address: the length is 0; there is nothing to erase");
    if (e)
        return e;
    uint32_t before = *addr % FLASH_SECTOR_SIZE, after = (*addr + *len) % FLASH_SECTOR_SIZE;
    if ((before || after) && !pad)
        return err_at(tcl_call_log(c), ERR_ALIGN,
                      "flash erase_address: 0x%08x and length 0x%x are not multiples of 0x%x; "
                      "'pad' erases whole sectors",
                      *addr, *len, FLASH_SECTOR_SIZE);
    *addr -= before;
    *len += before + (after ? FLASH_SECTOR_SIZE - after : 0);
    return ERR_OK;
}

static enum err cmd_erase_address(struct tcl_call *c)
{
    struct flash *flash;
    struct flash_info info;
    uint32_t addr = 0, len = 0;
    enum err e = tcl_flash_probe(c, &flash, &info);
    if (!e)
        e = erase_range(c, &addr, &len);
    uint32_t offset = addr;
    if (!e)
        e = tcl_flash_address(c, &info, &offset, len);
    if (e)
        return e;
    uint64_t start = tcl_now_ns(c);
    e = flash_erase(flash, offset, len);
    double seconds = tcl_seconds_since(c, start);
    if (!e)
        tcl_print(c, "erased address 0x%08x (length %u) in %fs (%0.3f KiB/s)", addr, len, seconds,
                  seconds > 0 ? len / 1024.0 / seconds : 0.0);
    return e;
}

static enum err cmd_erase_check(struct tcl_call *c)
{
    struct tcl_flash_bank bank;
    enum err e = tcl_flash_bank(c, 0, &bank);
    if (e)
        return e;
    uint32_t count = bank.size / FLASH_SECTOR_SIZE, full = 0;
    bool *is_blank = calloc(count, sizeof *is_blank);
    e = is_blank ? flash_blank_check(bank.flash, bank.offset, bank.size, is_blank) : ERR_MEMORY;
    if (!e)
        tcl_print(c, "successfully checked erase state");
    for (uint32_t i = 0; i < count && !e; i++) {
        if (is_blank[i])
            continue;
        full++;
        tcl_print(c, "\t# %3u: 0x%08x (0x%x %ukB) not erased", i, i * FLASH_SECTOR_SIZE, FLASH_SECTOR_SIZE,
                  FLASH_SECTOR_SIZE / KIB);
    }
    if (!e && !full)
        tcl_print(c, "\tBank is erased");
    free(is_blank);
    return e;
}

static enum err read_range(struct tcl_call *c, uint32_t addr, uint64_t len, struct buf *bytes)
{
    struct flash *flash;
    struct flash_info info;
    enum err e = tcl_flash_probe(c, &flash, &info);
    if (!e)
        e = tcl_flash_address(c, &info, &addr, len);
    if (!e && len > MAX_PRINT)
        e = err_at(tcl_call_log(c), ERR_RANGE,
                   "%s: 0x%llx bytes are too many to print; flash read_bank writes them to a file", c->command->name,
                   (unsigned long long)len);
    if (e)
        return e;
    buf_fill(bytes, 0, (size_t)len);
    return bytes->failed ? ERR_MEMORY : flash_read(flash, addr, bytes->bytes, (size_t)len);
}

static uint32_t element(const uint8_t *at, unsigned width)
{
    return width == 4 ? le32_get(at) : width == 2 ? le16_get(at) : *at;
}

static enum err cmd_md(struct tcl_call *c)
{
    uint32_t addr = 0, count = 1;
    unsigned width = (unsigned)(c->command->key[0] - '0');
    struct buf bytes = {0};
    enum err e = tcl_arg_u32(c, 0, "the address", &addr);
    if (!e && c->argc > 1)
        e = tcl_arg_u32(c, 1, "the count", &count);
    if (!e)
        e = read_range(c, addr, (uint64_t)count * width, &bytes);
    for (size_t at = 0; at + width <= bytes.len && !e; at += width) {
        if (at % BYTES_PER_LINE == 0)
            buf_printf(&c->out, "%s0x%08x: ", at ? "\n" : "", addr + (uint32_t)at);
        buf_printf(&c->out, "%0*x ", (int)(2 * width), element(bytes.bytes + at, width));
    }
    if (!e)
        buf_printf(&c->out, "\n");
    buf_fini(&bytes);
    return e;
}

static enum err cmd_read_memory(struct tcl_call *c)
{
    uint32_t addr = 0, bits = 0, count = 0;
    struct buf bytes = {0};
    enum err e = tcl_arg_u32(c, 0, "the address", &addr);
    if (!e)
        e = tcl_arg_u32(c, 1, "the width", &bits);
    if (!e)
        e = tcl_arg_u32(c, 2, "the count", &count);
    if (!e && bits != 8 && bits != 16 && bits != 32)
        e = tcl_usage_error(c);
    unsigned width = bits / 8;
    if (!e)
        e = read_range(c, addr, (uint64_t)count * width, &bytes);
    for (uint32_t i = 0; i < count && !e; i++)
        buf_printf(&c->out, "%s0x%x", i ? " " : "", element(bytes.bytes + (size_t)i * width, width));
    buf_fini(&bytes);
    return e;
}

static enum err cmd_init(struct tcl_call *c)
{
    (void)c; /* "init" does it */
    return ERR_OK;
}

const struct tcl_command tcl_flash_commands[] = {
    {"flash bank", TCL_CONFIG, cmd_bank, 7, -1, "name driver base size chip_width bus_width target",
     "name a flash bank"},
    {"flash banks", TCL_ANY, cmd_banks, 0, 0, "", "print the banks"},
    {"flash list", TCL_ANY, cmd_list, 0, 0, "", "return the banks as a list of dictionaries"},
    {"flash init", TCL_CONFIG, cmd_init, 0, 0, "", "done by 'init'"},
    {"flash probe", TCL_EXEC, cmd_probe, 1, 1, "bank", "ask the flash who it is"},
    {"flash info", TCL_EXEC, cmd_info, 1, 2, "bank ['sectors']", "print what is known of a bank"},
    {"flash erase_sector", TCL_EXEC, cmd_erase_sector, 3, 3, "bank first (last|'last')", "erase sectors"},
    {"flash erase_address", TCL_EXEC, cmd_erase_address, 2, 4, "['pad'] ['unlock'] address length", "erase a range"},
    {"flash erase_check", TCL_EXEC, cmd_erase_check, 1, 1, "bank", "say which sectors are not blank"},
    {"flash mdw", TCL_EXEC, cmd_md, 1, 2, "address [count]", "print words of the flash", .key = "4"},
    {"flash mdh", TCL_EXEC, cmd_md, 1, 2, "address [count]", "print half words of the flash", .key = "2"},
    {"flash mdb", TCL_EXEC, cmd_md, 1, 2, "address [count]", "print bytes of the flash", .key = "1"},
    {"flash read_memory", TCL_EXEC, cmd_read_memory, 3, 3, "address width count", "return flash content as a list"},
    {NULL},
};
