/* SPDX-License-Identifier: Apache-2.0 */
/* Clocks: which one the core, the APB and the flash have. Sources: TRM chapter 'Reset and Clock'; esp-idf rtc_clk.c,
   clk_tree_defs.h. The crystal has 40 MHz. */
#include "sim/esp32c3/esp32c3_int.h"

enum { SOURCE_PLL = 1, SOURCE_RC_FAST = 2 }; /* SYSCLK_CONF */

const struct period c3_clock_xtal = {.num = 25000, .den = 1};
const struct period c3_clock_rc_fast = C3_RC_FAST;
static const struct period pll_80 = {.num = 12500, .den = 1};

static unsigned source(const struct esp32c3 *s)
{
    return field_get(ESP32C3_SYSTEM_SOC_CLK_SEL, c3_system_word(s, ESP32C3_SYSTEM_SYSCLK_CONF));
}

struct period c3_clock_flash(const struct esp32c3 *s, unsigned select)
{
    static const uint8_t times_40mhz[4] = {2, 3, 4, 4}; /* 80, 120, 160 MHz; 3 is not documented */
    if (source(s) != SOURCE_PLL)
        return s->soc.clocks.apb;
    return (struct period){.num = 25000, .den = times_40mhz[select & 3]};
}

static struct clocks chosen(const struct esp32c3 *s)
{
    uint32_t speed = field_get(ESP32C3_SYSTEM_CPUPERIOD_SEL, c3_system_word(s, ESP32C3_SYSTEM_CPU_PER_CONF));
    if (source(s) == SOURCE_PLL)
        return (struct clocks){.cpu = {.num = pll_80.num, .den = speed ? 2 : 1}, .apb = pll_80};
    struct period p = source(s) == SOURCE_RC_FAST ? c3_clock_rc_fast : c3_clock_xtal;
    p.num *= 1 + field_get(ESP32C3_SYSTEM_PRE_DIV_CNT, c3_system_word(s, ESP32C3_SYSTEM_SYSCLK_CONF));
    return (struct clocks){.cpu = p, .apb = p};
}

void c3_clock_update(struct esp32c3 *s)
{
    struct clocks now = chosen(s), *clocks = &s->soc.clocks;
    if (!clocks->cpu.num) { /* the first time */
        *clocks = now;
        return;
    }
    if (period_is_same(now.cpu, clocks->cpu) && period_is_same(now.apb, clocks->apb))
        return;
    for (unsigned i = 0; i < TIMGS; i++)
        timg_clock_changes(&s->timg[i]);
    run_break(&s->soc); /* the core's own time is settled with the old clock: run.c */
    *clocks = now;
    for (unsigned i = 0; i < TIMGS; i++)
        timg_clock_changed(&s->timg[i]);
}
