/* SPDX-License-Identifier: Apache-2.0 */
/* Busy or not, the status registers, and the ranges that they protect. */
#include "sim/nor/nor_int.h"

#include "base/bits.h"
#include "regs/spi_nor.h"

bool nor_is_busy(const struct nor *n)
{
    return n->busy_until_ps && sched_now(n->sched) < n->busy_until_ps;
}

uint64_t nor_busy_until(const struct nor *n)
{
    return n->busy_until_ps;
}

bool nor_is_readable(const struct nor *n)
{
    return !n->absent && !n->is_asleep && !nor_is_busy(n);
}

uint64_t nor_busy_ns(const struct nor *n)
{
    return n->busy_ns;
}

uint8_t nor_status(const struct nor *n, unsigned number)
{
    uint8_t value = n->status[number - 1];
    if (number == 1) {
        if (nor_is_busy(n))
            value |= NOR_SR1_WIP;
        if (n->is_write_enabled)
            value |= NOR_SR1_WEL;
    }
    if (number == 2 && n->suspended)
        value |= NOR_SR2_SUS;
    return value;
}

/* The protected part of the array: from first, len bytes. */
static void protected_range(const struct nor *n, uint32_t *first, uint32_t *len)
{
    unsigned bp = field_get(NOR_SR1_BP, n->status[0]);
    bool is_sectors = n->status[0] & NOR_SR1_SEC, is_bottom = n->status[0] & NOR_SR1_TB;
    if (bp == 0)
        *len = 0;
    else if (bp == 7)
        *len = n->part->size;
    else if (is_sectors) /* 4, 8, 16, 32, 32 KB */
        *len = (uint32_t)NOR_SECTOR << (bp > 4 ? 3 : bp - 1);
    else
        *len = n->part->size >> (7 - bp);
    *first = is_bottom ? 0 : n->part->size - *len;
    if (n->status[1] & NOR_SR2_CMP) {
        *first = is_bottom ? *len : 0;
        *len = n->part->size - *len;
    }
}

bool nor_is_protected(const struct nor *n, uint32_t offset, uint32_t len)
{
    uint32_t first, size;
    protected_range(n, &first, &size);
    return size && offset < first + size && first < offset + len;
}

void nor_begin(struct nor *n, uint64_t ns, enum nor_operation operation)
{
    n->is_write_enabled = false;
    n->running = operation;
    n->busy_ns += ns;
    n->busy_until_ps = n->never_ready ? SCHED_NEVER : sched_now(n->sched) + ns * PS_PER_NS;
}

/* Bits that a write of status register 1, 2 or 3 changes. */
static uint8_t writable(const struct nor *n, unsigned index)
{
    static const uint8_t masks[NOR_STATUS_REGISTERS] = {0xFC, 0x7B, 0x64};
    uint8_t mask = masks[index];
    if (index == 1 && n->part->is_qe_fixed)
        mask &= (uint8_t)~NOR_SR2_QE;
    return mask;
}

void nor_write_status(struct nor *n, unsigned first, const uint8_t *values, unsigned count)
{
    bool is_volatile = n->is_volatile_write_enabled && !n->is_write_enabled;
    n->is_volatile_write_enabled = false;
    if (n->status[1] & NOR_SR2_SRL)
        return;
    for (unsigned i = first; i < first + count && i < NOR_STATUS_REGISTERS; i++) {
        uint8_t mask = writable(n, i);
        uint8_t value = (uint8_t)((n->status[i] & ~mask) | (values[i - first] & mask));
        if (i == 1)
            value |= n->status[1] & NOR_SR2_LB; /* one-time bits */
        n->status[i] = value;
        if (!is_volatile)
            n->status_kept[i] = value;
    }
    if (!is_volatile)
        nor_begin(n, n->times->status, NOR_OP_OTHER);
}

void nor_suspend(struct nor *n)
{
    if (!nor_is_busy(n) || n->suspended || n->running == NOR_OP_OTHER || n->never_ready)
        return;
    uint64_t now = sched_now(n->sched);
    uint64_t stop = now + n->times->suspend * PS_PER_NS;
    if (stop >= n->busy_until_ps)
        return; /* it is done before it could stop */
    n->suspended_left_ps = n->busy_until_ps - stop;
    n->busy_until_ps = stop;
    n->suspended = n->running;
}

void nor_resume(struct nor *n)
{
    if (!n->suspended || nor_is_busy(n))
        return;
    n->running = n->suspended;
    n->suspended = NOR_OP_NONE;
    n->busy_until_ps = sched_now(n->sched) + n->suspended_left_ps;
}
