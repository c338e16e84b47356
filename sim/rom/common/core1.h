/* SPDX-License-Identifier: Apache-2.0 */
/* The second core. Each chip's folder has it. */
#ifndef ROM_COMMON_CORE1_H
#define ROM_COMMON_CORE1_H

/* Switches its cache, clock and reset so that it runs, by way of the ROM, at entry. */
void core1_enable(void (*entry)(void));

#endif
