/* SPDX-License-Identifier: Apache-2.0 */
/* What only this chip has: second timers, interrupts to two cores, its eFuses, straps, trace memory. */
#include "rig.h"

#include "base/bytes.h"
#include "regs/xtensa.h"

#include <string.h>

static bool is_raised(struct rig *r, unsigned source)
{
    return r->soc->irq.level[source / 32] >> (source % 32) & 1;
}

static void a_group_has_a_second_timer(void **state)
{
    struct rig *r = *state;
    uint32_t base = ESP32S3_TIMG1_BASE;
    wr(r, base + ESP32S3_TIMG_T1CONFIG + 0x10, 50); /* alarm */
    wr(r, base + ESP32S3_TIMG_INT_ENA, 2);
    wr(r, base + ESP32S3_TIMG_T1CONFIG,
       ESP32S3_TIMG_T_EN | ESP32S3_TIMG_T_INCREASE | ESP32S3_TIMG_T_ALARM_EN | ESP32S3_TIMG_T_USE_XTAL |
           field_put(ESP32S3_TIMG_T_DIVIDER, 0, 40)); /* 1 us */
    rig_pass_ns(r, 49000);
    assert_false(is_raised(r, ESP32S3_INTR_TG1_T0 + 1));
    rig_pass_ns(r, 2000);
    assert_true(is_raised(r, ESP32S3_INTR_TG1_T0 + 1));
    wr(r, base + ESP32S3_TIMG_T1CONFIG + 0x0C, 1U << 31);
    assert_in_range(rd(r, base + ESP32S3_TIMG_T1CONFIG + 4), 50, 51);
    assert_false(rd(r, base + ESP32S3_TIMG_T1CONFIG) & ESP32S3_TIMG_T_ALARM_EN);
    wr(r, base + ESP32S3_TIMG_INT_CLR, 2);
    assert_false(is_raised(r, ESP32S3_INTR_TG1_T0 + 1));
}

static void interrupts_reach_the_core_that_they_are_mapped_to(void **state)
{
    struct rig *r = *state;
    uint32_t source = ESP32S3_INTR_FROM_CPU0 + 1;
    rig_start_app(r);
    wr(r, ESP32S3_INTERRUPT_MAP + ESP32S3_INTERRUPT_CORE1_OFFSET + 4 * source, 2);
    wr(r, ESP32S3_SYSTEM_FROM_CPU_0 + 4, 1);
    assert_int_equal(lx6_sr(soc_lx6(r->soc, APP), SR_INTERRUPT) & BIT(2), BIT(2));
    assert_int_equal(lx6_sr(soc_lx6(r->soc, PRO), SR_INTERRUPT) & BIT(2), 0);
    assert_true(rd(r, ESP32S3_INTERRUPT_STATUS + source / 32 * 4) >> (source % 32) & 1);
    wr(r, ESP32S3_SYSTEM_FROM_CPU_0 + 4, 0);
    assert_int_equal(lx6_sr(soc_lx6(r->soc, APP), SR_INTERRUPT) & BIT(2), 0);
}

static void efuses_say_which_chip_it_is(void **state)
{
    struct rig *r = *state;
    assert_int_equal(rd(r, ESP32S3_EFUSE_RD_MAC_SYS0), 0x92157216);
    assert_int_equal(rd(r, ESP32S3_EFUSE_RD_MAC_SYS1) & 0xFFFF, 0x4863);
    assert_int_equal(field_get(ESP32S3_EFUSE_WAFER_MINOR_LO, rd(r, ESP32S3_EFUSE_RD_MAC_SYS3)), 2);
    assert_int_equal(rd(r, ESP32S3_EFUSE_RD_REPEAT3) & ESP32S3_EFUSE_FLASH_TYPE, 0);
    struct rig octal;
    rig_open_octal(&octal);
    assert_int_not_equal(rd(&octal, ESP32S3_EFUSE_RD_REPEAT3) & ESP32S3_EFUSE_FLASH_TYPE, 0);
    assert_int_equal(field_get(ESP32S3_EFUSE_PSRAM_CAP, rd(&octal, ESP32S3_EFUSE_RD_MAC_SYS4)), 3);
    rig_close(&octal);
}

/* Core 0 sees block 22, core 1 block 26: what esp-idf's trace uses (tracemem_config.h). */
static void trace_memory_is_part_of_sram1(void **state)
{
    struct rig *r = *state;
    assert_int_equal(xtensa_trace_read(r->soc, PRO, 0), 0);
    wr(r, 0x3FCD0000, 0x11111111);
    wr(r, 0x3FCE3FFC, 0x22222222);
    wr(r, ESP32S3_SENS_SRAM_USAGE_2, BIT(5) | BIT(7 + 6)); /* blocks 22 and 26, each the first of its four */
    assert_int_equal(xtensa_trace_read(r->soc, PRO, 0), 0x11111111);
    assert_int_equal(xtensa_trace_read(r->soc, APP, 0xFFF), 0x22222222);
    assert_int_equal(xtensa_trace_read(r->soc, APP, 0x1000), 0);
}

static void pins_show_the_straps(void **state)
{
    struct rig *r = *state;
    assert_int_equal(rd(r, ESP32S3_GPIO_IN), 1); /* GPIO0 is high */
    wr(r, ESP32S3_GPIO_ENABLE + 4, 2);
    wr(r, ESP32S3_GPIO_OUT + 4, 2);
    assert_int_equal(rd(r, ESP32S3_GPIO_IN), 3);
    wr(r, ESP32S3_GPIO_OUT + 8, 2);
    assert_int_equal(rd(r, ESP32S3_GPIO_IN), 1);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, rig_set_up, rig_tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_group_has_a_second_timer),  TEST(interrupts_reach_the_core_that_they_are_mapped_to),
        TEST(efuses_say_which_chip_it_is), TEST(trace_memory_is_part_of_sram1),
        TEST(pins_show_the_straps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
