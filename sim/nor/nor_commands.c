/* SPDX-License-Identifier: Apache-2.0 */
/* The commands of Winbond's W25Q parts with 3-byte addresses, as a table. Source: W25Q64JV datasheet, chapter 8. */
#include "sim/nor/nor_int.h"

#include "regs/spi_nor.h"

#include <string.h>

/* --- reads --- */

static uint8_t read_array(struct nor *n, uint32_t at)
{
    return n->bytes[(n->address + at) % n->part->size];
}

static uint8_t read_sfdp(struct nor *n, uint32_t at)
{
    uint32_t where = (n->address + at) & 0xFFFFFF;
    return where < n->part->sfdp_size ? n->part->sfdp[where] : 0xFF;
}

static uint8_t read_id(struct nor *n, uint32_t at)
{
    return n->part->id[at % 3];
}

static uint8_t read_manufacturer(struct nor *n, uint32_t at)
{
    return (n->address + at) & 1 ? n->part->device_id : n->part->id[0];
}

static uint8_t read_device_id(struct nor *n, uint32_t at)
{
    (void)at;
    return n->part->device_id;
}

/* Every chip has its own; these boards' chips are of one wafer. */
static uint8_t read_unique_id(struct nor *n, uint32_t at)
{
    static const uint8_t unique[8] = {0xD2, 0x64, 0x48, 0x14, 0x5B, 0x2F, 0x61, 0x29};
    (void)n;
    return unique[at % 8];
}

static uint8_t read_status1(struct nor *n, uint32_t at)
{
    (void)at;
    return nor_status(n, 1);
}

static uint8_t read_status2(struct nor *n, uint32_t at)
{
    (void)at;
    return nor_status(n, 2);
}

static uint8_t read_status3(struct nor *n, uint32_t at)
{
    (void)at;
    return nor_status(n, 3);
}

/* --- latches --- */

static void write_enable(struct nor *n)
{
    n->is_write_enabled = true;
}

static void write_disable(struct nor *n)
{
    n->is_write_enabled = false;
}

static void volatile_write_enable(struct nor *n)
{
    n->is_volatile_write_enabled = true;
}

static void write_status1(struct nor *n)
{
    static const uint8_t none = 0;
    if (n->in_count > 2 || n->in_count == 0)
        return;
    uint8_t values[2] = {n->in[0], n->in_count == 2 ? n->in[1] : none};
    nor_write_status(n, 0, values, n->in_count == 2 || n->part->is_status2_cleared ? 2 : 1);
}

static void write_status2(struct nor *n)
{
    if (n->in_count == 1)
        nor_write_status(n, 1, n->in, 1);
}

static void write_status3(struct nor *n)
{
    if (n->in_count == 1)
        nor_write_status(n, 2, n->in, 1);
}

/* --- program and erase --- */

static void tell(struct nor *n, nor_change_fn *fn, uint32_t offset, uint32_t len)
{
    if (fn)
        fn(n->change_ctx, offset, len);
}

/* The fault of a worn chip: the first bit that should have become 0 stays 1. */
static void keep_one_bit(uint8_t *page, const uint8_t *wanted)
{
    for (unsigned i = 0; i < NOR_PAGE; i++) {
        if (wanted[i] != 0xFF) {
            page[i] |= (uint8_t)(~wanted[i] & (wanted[i] + 1));
            return;
        }
    }
}

static void page_program(struct nor *n)
{
    uint32_t count = n->in_count < NOR_PAGE ? n->in_count : NOR_PAGE;
    if (!count)
        return;
    uint32_t page = (n->address % n->part->size) & ~(uint32_t)(NOR_PAGE - 1);
    if (nor_is_protected(n, page, NOR_PAGE)) {
        n->is_write_enabled = false;
        return;
    }
    /* The buffer holds the last 256 bytes; the address runs round inside the page. */
    uint8_t wanted[NOR_PAGE];
    memset(wanted, 0xFF, sizeof wanted);
    for (uint32_t i = n->in_count - count; i < n->in_count; i++)
        wanted[(n->address + i) % NOR_PAGE] = n->in[i % NOR_PAGE];
    tell(n, n->before_change, page, NOR_PAGE);
    for (uint32_t i = 0; i < NOR_PAGE; i++)
        n->bytes[page + i] &= wanted[i];
    if (n->weak)
        keep_one_bit(n->bytes + page, wanted);
    tell(n, n->after_change, page, NOR_PAGE);
    uint64_t ns = n->times->first_byte + (count - 1) * n->times->more_byte;
    nor_begin(n, ns < n->times->page ? ns : n->times->page, NOR_OP_PROGRAM);
}

static void erase(struct nor *n, uint32_t unit, uint64_t ns)
{
    uint32_t first = (n->address % n->part->size) & ~(unit - 1);
    if (nor_is_protected(n, first, unit)) {
        n->is_write_enabled = false;
        return;
    }
    tell(n, n->before_change, first, unit);
    memset(n->bytes + first, 0xFF, unit);
    for (uint32_t sector = first / NOR_SECTOR; sector < (first + unit) / NOR_SECTOR; sector++)
        n->erases[sector]++;
    tell(n, n->after_change, first, unit);
    nor_begin(n, ns, unit == n->part->size ? NOR_OP_OTHER : NOR_OP_ERASE);
}

static void erase_sector(struct nor *n)
{
    erase(n, NOR_SECTOR, n->times->sector);
}

static void erase_block32(struct nor *n)
{
    erase(n, 32 << 10, n->times->block32);
}

static void erase_block64(struct nor *n)
{
    erase(n, 64 << 10, n->times->block64);
}

static void erase_chip(struct nor *n)
{
    n->address = 0;
    erase(n, n->part->size, n->times->chip);
}

/* --- sleep and reset --- */

static void power_down(struct nor *n)
{
    n->is_asleep = true;
}

static void release_power_down(struct nor *n)
{
    if (n->is_asleep)
        n->busy_until_ps = sched_now(n->sched) + n->times->wake * PS_PER_NS;
    n->is_asleep = false;
}

static void reset_enable(struct nor *n)
{
    n->is_reset_enabled = true;
}

static void reset(struct nor *n)
{
    if (!n->is_reset_enabled)
        return;
    nor_power_on(n);
    n->busy_until_ps = sched_now(n->sched) + n->times->reset * PS_PER_NS;
}

/* clang-format off */
#define ALWAYS    (NOR_WHEN_BUSY | NOR_WHEN_SUSPENDED)
#define SUSPENDED NOR_WHEN_SUSPENDED
#define WRITABLE  NOR_WHEN_WRITABLE
static const struct nor_command commands[] = {
    /* opcode                  address  on mode dummy data  when                        data                run */
    { NOR_READ,                  3, 1, 0, 0, 1, SUSPENDED,                 read_array,        NULL },
    { NOR_FAST_READ,             3, 1, 0, 8, 1, SUSPENDED,                 read_array,        NULL },
    { NOR_DUAL_OUT_READ,         3, 1, 0, 8, 2, SUSPENDED,                 read_array,        NULL },
    { NOR_QUAD_OUT_READ,         3, 1, 0, 8, 4, SUSPENDED | NOR_WHEN_QUAD, read_array,        NULL },
    { NOR_DUAL_IO_READ,          3, 2, 1, 0, 2, SUSPENDED,                 read_array,        NULL },
    { NOR_QUAD_IO_READ,          3, 4, 1, 4, 4, SUSPENDED | NOR_WHEN_QUAD, read_array,        NULL },
    { NOR_READ_SFDP,             3, 1, 0, 8, 1, SUSPENDED,                 read_sfdp,         NULL },
    { NOR_READ_ID,               0, 1, 0, 0, 1, SUSPENDED,                 read_id,           NULL },
    { NOR_READ_MANUFACTURER,     3, 1, 0, 0, 1, SUSPENDED,                 read_manufacturer, NULL },
    { NOR_READ_UNIQUE_ID,        0, 1, 0, 32, 1, SUSPENDED,                read_unique_id,    NULL },
    { NOR_READ_STATUS1,          0, 1, 0, 0, 1, ALWAYS,                    read_status1,      NULL },
    { NOR_READ_STATUS2,          0, 1, 0, 0, 1, ALWAYS,                    read_status2,      NULL },
    { NOR_READ_STATUS3,          0, 1, 0, 0, 1, ALWAYS,                    read_status3,      NULL },
    { NOR_WRITE_ENABLE,          0, 1, 0, 0, 0, SUSPENDED,                 NULL,              write_enable },
    { NOR_WRITE_DISABLE,         0, 1, 0, 0, 0, SUSPENDED,                 NULL,              write_disable },
    { NOR_VOLATILE_WRITE_ENABLE, 0, 1, 0, 0, 0, SUSPENDED,                 NULL,              volatile_write_enable },
    { NOR_WRITE_STATUS,          0, 1, 0, 0, 1, 0,                         NULL,              write_status1 },
    { NOR_WRITE_STATUS2,         0, 1, 0, 0, 1, 0,                         NULL,              write_status2 },
    { NOR_WRITE_STATUS3,         0, 1, 0, 0, 1, 0,                         NULL,              write_status3 },
    { NOR_PAGE_PROGRAM,          3, 1, 0, 0, 1, WRITABLE | SUSPENDED,      NULL,              page_program },
    { NOR_QUAD_PROGRAM,          3, 1, 0, 0, 4, WRITABLE | SUSPENDED | NOR_WHEN_QUAD, NULL,   page_program },
    { NOR_ERASE_SECTOR,          3, 1, 0, 0, 0, WRITABLE,                  NULL,              erase_sector },
    { NOR_ERASE_BLOCK32,         3, 1, 0, 0, 0, WRITABLE,                  NULL,              erase_block32 },
    { NOR_ERASE_BLOCK64,         3, 1, 0, 0, 0, WRITABLE,                  NULL,              erase_block64 },
    { NOR_ERASE_CHIP,            0, 1, 0, 0, 0, WRITABLE,                  NULL,              erase_chip },
    { NOR_ERASE_CHIP_ALT,        0, 1, 0, 0, 0, WRITABLE,                  NULL,              erase_chip },
    { NOR_SUSPEND,               0, 1, 0, 0, 0, NOR_WHEN_BUSY,             NULL,              nor_suspend },
    { NOR_RESUME,                0, 1, 0, 0, 0, SUSPENDED,                 NULL,              nor_resume },
    { NOR_POWER_DOWN,            0, 1, 0, 0, 0, 0,                         NULL,              power_down },
    { NOR_RELEASE_POWER_DOWN,    0, 1, 0, 24, 1, NOR_WHEN_ASLEEP | SUSPENDED, read_device_id, release_power_down },
    { NOR_RESET_ENABLE,          0, 1, 0, 0, 0, ALWAYS,                    NULL,              reset_enable },
    { NOR_RESET,                 0, 1, 0, 0, 0, ALWAYS,                    NULL,              reset },
};
/* clang-format on */

const struct nor_command *nor_command_find(uint8_t opcode)
{
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        if (commands[i].opcode == opcode)
            return &commands[i];
    return NULL;
}
