/* SPDX-License-Identifier: Apache-2.0 */
/* Clocks: which one the cores and the APB have. Sources: TRM chapter 'Reset and Clock'; esp-idf rtc_clk.c. */
#include "sim/esp32/esp32_int.h"

#define XTAL_MHZ 40
#define PLL_APB  ((struct period){.num = 12500, .den = 1}) /* 80 MHz */
/* The internal 8 MHz oscillator runs at 8.5 MHz (soc.h, clk_tree_defs.h). */
#define CK8M     ((struct period){.num = 2000000, .den = 17})

struct period clock_rtc_slow(void)
{
    return (struct period){.num = 20000000, .den = 3}; /* 150 kHz */
}

static struct clocks chosen(const struct esp32 *s)
{
    uint32_t source = field_get(ESP32_RTC_SOC_CLK_SEL, *block_word(&s->rtc, ESP32_RTC_CLK_CONF - ESP32_RTC_BASE));
    uint32_t speed =
        field_get(ESP32_DPORT_CPUPERIOD_SEL, *block_word(&s->dport, ESP32_DPORT_CPU_PER_CONF - ESP32_DPORT_BASE));
    uint32_t divider = 1 + field_get(ESP32_SYSCON_PRE_DIV_CNT, *block_word(&s->syscon, 0));
    if (source == 1) {
        uint64_t times = speed > 2 ? 3 : speed + 1;
        return (struct clocks){.cpu = {.num = PLL_APB.num, .den = times}, .apb = PLL_APB};
    }
    struct period p = source == 2 ? CK8M : (struct period){.num = 1000000, .den = XTAL_MHZ};
    p.num *= divider;
    return (struct clocks){.cpu = p, .apb = p};
}

void clock_init(struct esp32 *s)
{
    s->soc.clocks = chosen(s);
}

void clock_update(struct esp32 *s)
{
    struct clocks now = chosen(s);
    if (period_is_same(now.cpu, s->soc.clocks.cpu) && period_is_same(now.apb, s->soc.clocks.apb))
        return;
    for (unsigned i = 0; i < TIMGS; i++)
        timg_clock_changes(&s->timg[i]);
    run_break(&s->soc); /* the core's own time is settled with the old clock: run.c */
    s->soc.clocks.apb = now.apb;
    s->soc.clocks.cpu = now.cpu;
    for (unsigned i = 0; i < TIMGS; i++)
        timg_clock_changed(&s->timg[i]);
}
