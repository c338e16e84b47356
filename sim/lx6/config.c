/* SPDX-License-Identifier: Apache-2.0 */
/* The cores of the ESP32. Source: core-isa.h of xtensa_esp32 in espressif/xtensa-overlays. */
#include "sim/lx6/lx6_int.h"

// clang-format off
#define ESP32_CORE                                                                                                     \
    .configid0 = 0xC2BCFFFE, .configid1 = 0x1CC5FE96, .reset_vector = 0x40000400, .vecbase_reset = 0x40000000,         \
    .has_loops = true, .has_mac16 = true, .has_booleans = true, .has_fp = true, .has_s32c1i = true, .has_salt = false, \
    .irq_level = { 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 3, 1, 1, 7, 3, 5, 1, 1, 2, 2, 2, 3, 3, 4, 4, 5, 3, 4, 3, 4, 5 },    \
    .irq_external = 0x8FBE333F | BIT(11), /* levels; the profiling line included */                                    \
    .irq_edge = BIT(10) | BIT(22) | BIT(28) | BIT(30), .irq_software = BIT(7) | BIT(29),                                \
    .irq_timer = { 6, 15, 16 }, .irq_nmi = 14, .irq_profiling = 11
// clang-format on

const struct lx6_config lx6_config_esp32_pro = {.prid = 0xCDCD, ESP32_CORE};
const struct lx6_config lx6_config_esp32_app = {.prid = 0xABAB, ESP32_CORE};
