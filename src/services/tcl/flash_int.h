/* SPDX-License-Identifier: Apache-2.0 */
/* Shared by the commands that work on the flash. */
#ifndef SERVICES_TCL_FLASH_INT_H
#define SERVICES_TCL_FLASH_INT_H

#include "services/tcl/tcl_int.h"

/* A bank by number or name. */
enum err tcl_bank_arg(struct tcl_call *c, int arg, unsigned *index) MUST_USE;
/* Asks the flash who it is, and lets the banks know its size. Halts the chip. Refused without banks (ESP_FLASH_SIZE 0). */
enum err tcl_flash_probe(struct tcl_call *c, struct flash **flash, struct flash_info *info) MUST_USE;

/* A bank that is worked on: the whole flash, or the part of it that a view shows. */
struct tcl_flash_bank {
    struct flash *flash;
    struct flash_info info;
    unsigned index;
    uint32_t base, offset, size; /* as an address, in the flash, and how much */
};
/* The same for a bank argument. A view through which nothing is seen is an error. */
enum err tcl_flash_bank(struct tcl_call *c, int arg, struct tcl_flash_bank *bank) MUST_USE;
/* Checks that len bytes from at on lie in the bank, and makes at their offset in the flash. */
enum err tcl_flash_in_bank(struct tcl_call *c, const struct tcl_flash_bank *bank, uint32_t *at, uint64_t len) MUST_USE;
/* Makes an address the offset in the flash of what is there: it is one already, or it lies where the target sees the flash. */
enum err tcl_flash_address(struct tcl_call *c, const struct flash_info *info, uint32_t *addr, uint64_t len) MUST_USE;
double tcl_seconds_since(const struct tcl_call *c, uint64_t start_ns);
uint64_t tcl_now_ns(const struct tcl_call *c);

/* What a file holds for the flash. Refuses ELF files with the way to an image. The caller frees it with buf_fini. */
enum err tcl_flash_file(struct log *log, const char *path, struct buf *bytes) MUST_USE;

#endif
