/* SPDX-License-Identifier: Apache-2.0 */
/* The cores of the chips. Source: core-isa.h and xtensa-modules.c of xtensa_esp32 and xtensa_esp32s3 in
   espressif/xtensa-overlays; PRID: esp-idf components/soc (soc.h, CORE_ID_REGVAL_...). */
#include "sim/lx6/lx6_int.h"

// clang-format off
/* Both chips have the same lines, levels, timers and vectors. */
#define SAME_VECTORS_AND_INTERRUPTS                                                                                    \
    .reset_vector = 0x40000400, .vecbase_reset = 0x40000000,                                                           \
    .irq_level = { 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 3, 1, 1, 7, 3, 5, 1, 1, 2, 2, 2, 3, 3, 4, 4, 5, 3, 4, 3, 4, 5 },    \
    .irq_external = 0x8FBE333F | BIT(11), /* levels; the profiling line included */                                    \
    .irq_edge = BIT(10) | BIT(22) | BIT(28) | BIT(30), .irq_software = BIT(7) | BIT(29),                                \
    .irq_timer = { 6, 15, 16 }, .irq_nmi = 14, .irq_profiling = 11
#define ESP32_CORE                                                                                                     \
    .configid0 = 0xC2BCFFFE, .configid1 = 0x1CC5FE96, SAME_VECTORS_AND_INTERRUPTS,                                     \
    .options = LX6_LOOPS | LX6_MAC16 | LX6_BOOLEANS | LX6_FP | LX6_DFP | LX6_S32C1I | LX6_EXPSTATE
#define ESP32S3_CORE                                                                                                   \
    .configid0 = 0xC2F0FFFE, .configid1 = 0x23090F1F, SAME_VECTORS_AND_INTERRUPTS,                                     \
    .options = LX6_LOOPS | LX6_MAC16 | LX6_BOOLEANS | LX6_FP | LX6_S32C1I | LX6_SALT | LX6_ERACCESS | LX6_PIE
// clang-format on

const struct lx6_config lx6_config_esp32_pro = {.prid = 0xCDCD, ESP32_CORE};
const struct lx6_config lx6_config_esp32_app = {.prid = 0xABAB, ESP32_CORE};
const struct lx6_config lx7_config_esp32s3_pro = {.prid = 0xCDCD, ESP32S3_CORE};
const struct lx6_config lx7_config_esp32s3_app = {.prid = 0xABAB, ESP32S3_CORE};
