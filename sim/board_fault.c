/* SPDX-License-Identifier: Apache-2.0 */
/* What goes wrong on purpose. */
#include "sim/board_int.h"

#include "base/bytes.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name;
    enum board_fault fault;
} faults[] = {
#define FAULT_ROW(name, text, help) {text, BOARD_FAULT_##name},
    BOARD_FAULTS(FAULT_ROW)
#undef FAULT_ROW
};
enum { FAULT_COUNT = sizeof faults / sizeof *faults };

static enum err refuse_fault(struct log *log, const char *text, size_t len)
{
    struct buf known = {0};
    for (size_t i = 0; i < FAULT_COUNT; i++)
        buf_printf(&known, "%s%s", i ? ", " : "", faults[i].name);
    enum err e = err_at(log, ERR_USAGE, "a virtual board has no fault '%.*s'; it has: %s (each also as NAME@TCKS)",
                        (int)len, text, buf_str(&known));
    buf_fini(&known);
    return e;
}

enum err board_fault_parse(struct log *log, const char *text, enum board_fault *fault, uint64_t *after_tcks)
{
    const char *at = strchr(text, '@');
    size_t len = at ? (size_t)(at - text) : strlen(text), i = 0;
    while (i < FAULT_COUNT && (strlen(faults[i].name) != len || strncmp(faults[i].name, text, len) != 0))
        i++;
    if (i == FAULT_COUNT)
        return refuse_fault(log, text, len);
    *fault = faults[i].fault;
    *after_tcks = 0;
    if (!at)
        return ERR_OK;
    char *end;
    errno = 0;
    *after_tcks = strtoull(at + 1, &end, 0);
    if (isdigit((unsigned char)at[1]) && !*end && !errno)
        return ERR_OK;
    return err_at(log, ERR_USAGE, "fault '%s': '%s' is no number of TCK periods", text, at + 1);
}

void board_drive_enable(struct board *b)
{
    bool high = !b->srst && b->fault != BOARD_FAULT_HELD_RESET;
    if (high == b->is_enabled)
        return;
    b->is_enabled = high;
    board_catch_up(b);
    soc_set_enable(b->chip, high);
}

static void begin(struct board *b, enum board_fault fault)
{
    b->fault = fault;
    nor_fault_busy(b->nor, fault == BOARD_FAULT_FLASH_BUSY);
    nor_fault_weak(b->nor, fault == BOARD_FAULT_FLASH_WEAK);
    nor_set_absent(b->nor, b->is_flash_absent || fault == BOARD_FAULT_FLASH_ABSENT);
    b->noise = 0x2545F491;
    board_drive_enable(b);
}

void board_set_fault(struct board *b, enum board_fault fault, uint64_t after_tcks)
{
    b->next_fault = BOARD_FAULT_NONE;
    if (!after_tcks || fault == BOARD_FAULT_NONE) {
        board_catch_up(b);
        begin(b, fault);
        return;
    }
    b->next_fault = fault;
    b->fault_in = after_tcks;
}

void fault_count_down(struct board *b)
{
    if (b->next_fault == BOARD_FAULT_NONE || --b->fault_in)
        return;
    enum board_fault fault = b->next_fault;
    b->next_fault = BOARD_FAULT_NONE;
    board_catch_up(b);
    begin(b, fault);
}

bool board_is_unplugged(const struct board *b)
{
    return b->fault == BOARD_FAULT_UNPLUGGED;
}

/* A linear feedback shift register (taps 32, 22, 2, 1). */
static uint32_t next_noise(uint32_t noise)
{
    return noise >> 1 ^ (noise & 1 ? 0x80200003U : 0);
}

bool fault_level(const struct board *b, bool tdo)
{
    switch (b->fault) {
    case BOARD_FAULT_TDO_HIGH:
        return true;
    case BOARD_FAULT_TDO_LOW:
        return false;
    case BOARD_FAULT_TDO_NOISE:
        return b->noise & 1;
    default:
        return tdo;
    }
}

bool fault_tdo(struct board *b, bool tdo)
{
    bool level = fault_level(b, tdo);
    if (b->fault == BOARD_FAULT_TDO_NOISE)
        b->noise = next_noise(b->noise);
    return level;
}
