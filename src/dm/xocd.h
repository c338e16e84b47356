/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The Xtensa debug module (XDM, OCD) over JTAG.
 *
 * Sources: esp-idf components/xtensa/include/xtensa/xdm-regs.h and xtensa-debug-module.h; the sequences are those that
 * OpenOCD and probe-rs are known to use on the chips.
 */
#ifndef DM_XOCD_H
#define DM_XOCD_H

#include "dm/dm.h"
#include "jtag/jtag.h"

/* taps[n] is the chain's index of core n's TAP. jtag stays the caller's and must outlive the result. NULL when out of
   memory. */
struct dm *xocd_new(struct jtag *jtag, const unsigned *taps, unsigned core_count);

#endif
