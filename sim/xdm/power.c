/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PWRCTL and PWRSTAT. All power domains of the chips with this module are on as long as the chip is; what remains are the
 * two resets and the rule that opens the registers for JTAG.
 */
#include "sim/xdm/xdm_int.h"

#include "regs/xtensa.h"

#define PWRSTAT_EVENTS (PWRSTAT_CORE_WAS_RESET | PWRSTAT_DEBUG_WAS_RESET)
/* CoreStillNeeded is set in every log of a real ESP32: 0x5F, and 0x0F after the events were cleared (esp-idf, guide to
   JTAG debugging). */
#define PWRSTAT_LIVE                                                                                                   \
    (PWRSTAT_CORE_DOMAIN_ON | PWRSTAT_MEM_DOMAIN_ON | PWRSTAT_DEBUG_DOMAIN_ON | PWRSTAT_CORE_STILL_NEEDED)
#define PWRCTL_WRITABLE                                                                                                \
    (PWRCTL_CORE_WAKEUP | PWRCTL_MEM_WAKEUP | PWRCTL_DEBUG_WAKEUP | PWRCTL_CORE_RESET | PWRCTL_DEBUG_RESET |           \
     PWRCTL_JTAG_DEBUG_USE)

uint8_t power_ctl(const struct xdm *x)
{
    return x->power.ctl;
}

/* JtagDebugUse has to rise after the wake-up bits have got their values, and to stay (comment on PWRCTL in the headers of
   the debug module). */
static void follow_jtag_debug_use(struct xdm *x, uint8_t before, uint8_t now)
{
    if (!(now & PWRCTL_JTAG_DEBUG_USE))
        x->power.jtag_works = false;
    else if (!(before & PWRCTL_JTAG_DEBUG_USE))
        x->power.jtag_works = before & now & PWRCTL_DEBUG_WAKEUP;
}

void power_set_ctl(struct xdm *x, uint8_t value)
{
    uint8_t before = x->power.ctl, now = (uint8_t)(value & PWRCTL_WRITABLE), changed = before ^ now;
    x->power.ctl = now;
    follow_jtag_debug_use(x, before, now);
    if (changed & now & PWRCTL_DEBUG_RESET)
        xdm_module_reset(x);
    if (changed & PWRCTL_CORE_RESET)
        x->env.hold_reset(x->env.ctx, x->env.core, now & PWRCTL_CORE_RESET);
}

uint8_t power_stat(struct xdm *x)
{
    /* A core that is held in reset is being reset: the bit comes back after it was cleared, which is how a debugger
       tells a reset that lasts from one that was. */
    if (x->env.is_in_reset(x->env.ctx, x->env.core))
        x->power.events |= PWRSTAT_CORE_WAS_RESET;
    if (x->power.ctl & PWRCTL_DEBUG_RESET)
        x->power.events |= PWRSTAT_DEBUG_WAS_RESET;
    return (uint8_t)(PWRSTAT_LIVE | x->power.events);
}

void power_clear_stat(struct xdm *x, uint8_t ones)
{
    x->power.events &= (uint8_t) ~(ones & PWRSTAT_EVENTS);
}

bool power_is_module_there(struct xdm *x)
{
    return x->power.jtag_works && !(x->power.ctl & PWRCTL_DEBUG_RESET) && !x->env.is_jtag_disabled(x->env.ctx);
}

/* --- the same registers in the numbering of APB, as the core and NAR 0x58, 0x59 see them --- */

struct bit_pair {
    uint32_t jtag, apb;
};

static const struct bit_pair ctl_bits[] = {
    {PWRCTL_CORE_WAKEUP, BIT(0)}, {PWRCTL_MEM_WAKEUP, BIT(8)},   {PWRCTL_DEBUG_WAKEUP, BIT(12)},
    {PWRCTL_CORE_RESET, BIT(16)}, {PWRCTL_DEBUG_RESET, BIT(28)}, {0, 0},
};

static const struct bit_pair stat_bits[] = {
    {PWRSTAT_CORE_DOMAIN_ON, BIT(0)},
    {PWRSTAT_MEM_DOMAIN_ON, BIT(8)},
    {PWRSTAT_DEBUG_DOMAIN_ON, BIT(12)},
    {PWRSTAT_CORE_STILL_NEEDED, BIT(4)},
    {PWRSTAT_CORE_WAS_RESET, BIT(16)},
    {PWRSTAT_DEBUG_WAS_RESET, BIT(28)},
    {0, 0},
};

static uint32_t to_apb(const struct bit_pair *bits, uint32_t jtag)
{
    uint32_t apb = 0;
    for (; bits->jtag; bits++)
        apb |= jtag & bits->jtag ? bits->apb : 0;
    return apb;
}

static uint8_t to_jtag(const struct bit_pair *bits, uint32_t apb)
{
    uint32_t jtag = 0;
    for (; bits->jtag; bits++)
        jtag |= apb & bits->apb ? bits->jtag : 0;
    return (uint8_t)jtag;
}

uint32_t power_apb_ctl(struct xdm *x, unsigned index)
{
    (void)index;
    return to_apb(ctl_bits, x->power.ctl);
}

void power_apb_set_ctl(struct xdm *x, unsigned index, uint32_t value, enum xdm_side side)
{
    (void)index;
    uint8_t kept = PWRCTL_JTAG_DEBUG_USE;
    if (side == XDM_FROM_CORE)
        kept |= PWRCTL_CORE_RESET; /* a core that resets itself in the middle of its WER is not modelled */
    power_set_ctl(x, (uint8_t)((to_jtag(ctl_bits, value) & ~kept) | (x->power.ctl & kept)));
}

uint32_t power_apb_stat(struct xdm *x, unsigned index)
{
    (void)index;
    return to_apb(stat_bits, power_stat(x));
}

void power_apb_clear_stat(struct xdm *x, unsigned index, uint32_t value, enum xdm_side side)
{
    (void)index;
    (void)side;
    power_clear_stat(x, to_jtag(stat_bits, value));
}
