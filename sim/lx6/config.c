/* SPDX-License-Identifier: Apache-2.0 */
/* The cores of the chips. Source: core-isa.h of xtensa_esp32 and xtensa_esp32s3 in espressif/xtensa-overlays. */
#include "sim/lx6/lx6_int.h"

// clang-format off
/* What both have: options, vectors, and interrupts. */
#define COMMON                                                                                                         \
    .reset_vector = 0x40000400, .vecbase_reset = 0x40000000,                                                           \
    .has_loops = true, .has_mac16 = true, .has_booleans = true, .has_fp = true, .has_s32c1i = true,                    \
    .irq_level = { 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 3, 1, 1, 7, 3, 5, 1, 1, 2, 2, 2, 3, 3, 4, 4, 5, 3, 4, 3, 4, 5 },    \
    .irq_external = 0x8FBE333F | BIT(11), /* levels; the profiling line included */                                    \
    .irq_edge = BIT(10) | BIT(22) | BIT(28) | BIT(30), .irq_software = BIT(7) | BIT(29),                                \
    .irq_timer = { 6, 15, 16 }, .irq_nmi = 14, .irq_profiling = 11

#define LX6_ESP32                                                                                                      \
    COMMON, .configid0 = 0xC2BCFFFE, .configid1 = 0x1CC5FE96, .has_dfp = true, .has_expstate = true
#define LX7_ESP32S3                                                                                                    \
    COMMON, .configid0 = 0xC2F0FFFE, .configid1 = 0x23090F1F, .has_salt = true, .has_pie = true
// clang-format on

const struct lx6_config lx6_config_esp32_pro = {.prid = 0xCDCD, LX6_ESP32};
const struct lx6_config lx6_config_esp32_app = {.prid = 0xABAB, LX6_ESP32};
const struct lx6_config lx7_config_esp32s3_pro = {.prid = 0xCDCD, LX7_ESP32S3};
const struct lx6_config lx7_config_esp32s3_app = {.prid = 0xABAB, LX7_ESP32S3};
