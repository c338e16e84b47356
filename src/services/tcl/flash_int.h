/* SPDX-License-Identifier: Apache-2.0 */
/* Shared by the commands that work on the flash. */
#ifndef SERVICES_TCL_FLASH_INT_H
#define SERVICES_TCL_FLASH_INT_H

#include "services/tcl/tcl_int.h"

/* A bank by number or name. */
enum err tcl_bank_arg(struct tcl_call *c, int arg, unsigned *index) MUST_USE;
/* Asks the flash who it is, and lets the banks know its size. */
enum err tcl_flash_probe(struct tcl_call *c, struct flash **flash, struct flash_info *info) MUST_USE;
/* The same for a bank argument that must be the whole flash. */
enum err tcl_whole_bank(struct tcl_call *c, int arg, struct flash **flash, struct flash_info *info) MUST_USE;
double tcl_seconds_since(const struct tcl_call *c, uint64_t start_ns);
uint64_t tcl_now_ns(const struct tcl_call *c);

/* What a file holds for the flash. Refuses ELF files with the way to an image. The caller frees it with buf_fini. */
enum err tcl_flash_file(struct log *log, const char *path, struct buf *bytes) MUST_USE;

#endif
