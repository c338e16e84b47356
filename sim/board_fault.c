/* SPDX-License-Identifier: Apache-2.0 */
/* What goes wrong on purpose. */
#include "sim/board_int.h"

void board_drive_enable(struct board *b)
{
    bool high = !b->srst && b->fault != BOARD_FAULT_HELD_RESET;
    if (high == b->is_enabled)
        return;
    b->is_enabled = high;
    board_catch_up(b);
    esp32_set_enable(b->chip, high);
}

static void begin(struct board *b, enum board_fault fault)
{
    b->fault = fault;
    nor_fault_busy(b->nor, fault == BOARD_FAULT_FLASH_BUSY);
    nor_fault_weak(b->nor, fault == BOARD_FAULT_FLASH_WEAK);
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
static bool next_noise(struct board *b)
{
    bool bit = b->noise & 1;
    b->noise = b->noise >> 1 ^ (bit ? 0x80200003U : 0);
    return bit;
}

bool fault_tdo(struct board *b, bool tdo)
{
    switch (b->fault) {
    case BOARD_FAULT_TDO_HIGH:
        return true;
    case BOARD_FAULT_TDO_LOW:
        return false;
    case BOARD_FAULT_TDO_NOISE:
        return next_noise(b);
    default:
        return tdo;
    }
}
