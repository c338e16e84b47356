/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/soc/soc_int.h"

#include <stdlib.h>

enum { CAUSE_POWER_ON = 1 }; /* on every chip of this family: reset_reasons.h of esp-idf */

struct soc *soc_new(const struct soc_kind *kind, const struct soc_config *config)
{
    struct soc *s = calloc(1, kind->state_size);
    if (!s)
        return NULL;
    s->kind = kind;
    s->config = *config;
    s->log = config->log;
    s->sched = config->sched;
    for (unsigned i = 0; i < kind->core_count; i++) {
        s->cores[i].soc = s;
        s->cores[i].index = i;
    }
    if (!kind->init(s) || !memory_init(s) || !kind->cpu->init(s)) {
        soc_free(s);
        return NULL;
    }
    s->config.rom = NULL; /* copied, and the caller's */
    soc_power_on(s);
    return s;
}

void soc_free(struct soc *s)
{
    if (!s)
        return;
    s->kind->cpu->fini(s);
    s->kind->fini(s);
    memory_fini(s);
    free(s);
}

const char *soc_kind_title(const struct soc_kind *kind)
{
    return kind->title;
}

uint32_t soc_kind_rom_size(const struct soc_kind *kind)
{
    return kind->rom_max_size;
}

void soc_power_on(struct soc *s)
{
    s->is_enabled = true;
    reset_chip(s, RESET_POWER, CAUSE_POWER_ON);
    reset_do_pending(s);
}

void soc_set_enable(struct soc *s, bool high)
{
    if (high == s->is_enabled)
        return;
    s->is_enabled = high;
    if (high)
        soc_power_on(s);
    else
        s->kind->unpower(s);
}

bool soc_is_powered(const struct soc *s)
{
    return s->is_enabled && s->sleep != DEEP_SLEEP;
}

bool soc_has_taps(const struct soc *s)
{
    return soc_is_powered(s) && !(s->kind->jtag_lock_hides_taps && s->kind->is_jtag_disabled(s));
}

bool soc_is_debug_closed(const struct soc *s)
{
    return s->sleep != AWAKE || s->kind->is_jtag_disabled(s);
}

enum err soc_burn(struct soc *s, const char *name, const char *value)
{
    if (!s->kind->burn)
        return err_at(s->log, ERR_UNSUPPORTED, "the eFuses of the virtual %s cannot be set yet", s->kind->title);
    return s->kind->burn(s, name, value);
}

void soc_uart_receive(struct soc *s, unsigned uart, const uint8_t *bytes, size_t len)
{
    s->kind->uart_receive(s, uart, bytes, len);
}

bool soc_usb_reset(struct soc *s, bool by_jtag)
{
    if (!s->kind->usb_reset || !soc_is_powered(s) || !s->kind->usb_reset(s, by_jtag))
        return false;
    reset_do_pending(s);
    return true;
}

unsigned soc_tap_count(const struct soc *s)
{
    return s->kind->cpu->tap_count(s);
}

struct soc_tap soc_tap(struct soc *s, unsigned tap)
{
    return s->kind->cpu->tap(s, tap);
}

unsigned soc_core_count(const struct soc *s)
{
    return s->kind->core_count;
}

uint64_t soc_core_instructions(const struct soc *s, unsigned core)
{
    return s->kind->cpu->instructions(&s->cores[core]);
}

struct lx6 *soc_lx6(struct soc *s, unsigned core)
{
    return s->cores[core].lx6;
}

uint64_t soc_resets(const struct soc *s)
{
    return s->resets;
}

uint32_t soc_reset_cause(const struct soc *s, unsigned core)
{
    return s->cores[core].cause;
}
