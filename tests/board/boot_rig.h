/* SPDX-License-Identifier: Apache-2.0 */
/* A virtual board with a flash composed of files, and what it says on its serial port. */
#ifndef TESTS_BOARD_BOOT_RIG_H
#define TESTS_BOARD_BOOT_RIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/log.h"
#include "sim/board.h"

/* A build directory of the samples, and where its parts belong. */
struct boot_demo {
    const char *variable; /* of the environment: the directory */
    uint32_t table, otadata, factory, ota[2];
};
extern const struct boot_demo boot_demo_8000, boot_demo_e000; /* ESP32 */

/* A board, and what boots there. */
struct boot_board {
    const char *name;
    uint32_t flash_bytes, bootloader; /* offset */
    const struct boot_demo *demo;
};
extern const struct boot_board boot_board_esp32, boot_board_esp32s3, boot_board_esp32c3;

struct boot_rig {
    const struct boot_board *kind;
    const char *efuses; /* NAME=VALUE,... to burn; NULL for none */
    struct board *board;
    struct log log;
    uint8_t *flash;  /* what the board will start with; erased at first */
    char path[64];   /* of the flash's file while the board runs */
    struct buf said; /* all that came */
    struct log_sink sink;
    struct buf warnings; /* of the board: accesses that lead nowhere, registers that are not modelled */
    size_t seen;         /* up to where boot_rig_expect has looked */
};

/* Of a cmocka test: *state, which may be the kind of board (else an ESP32's), is then a rig with an erased flash, its board
   not made yet. */
int boot_rig_setup(void **state);
int boot_rig_teardown(void **state);
/* Puts a file of the demo's directory into the flash. The test fails when it is not there. */
void boot_rig_put(struct boot_rig *r, const struct boot_demo *demo, const char *file, uint32_t offset);
/* Bootloader, table, OTA data and the app in the factory slot. */
void boot_rig_put_all(struct boot_rig *r, const struct boot_demo *demo);
/* Powers the board on. strapping 0: as the board has it. */
void boot_rig_start(struct boot_rig *r, uint8_t strapping);
void boot_rig_run_ms(struct boot_rig *r, unsigned ms);
/* Runs until the text comes behind what was expected before; fails after max_ms, with what was said instead. */
void boot_rig_expect(struct boot_rig *r, const char *text, unsigned max_ms);
/* Whether the text was said at all. */
bool boot_rig_has_said(struct boot_rig *r, const char *text);
unsigned boot_rig_count(struct boot_rig *r, const char *text);

#endif
