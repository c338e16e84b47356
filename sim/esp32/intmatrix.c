/* SPDX-License-Identifier: Apache-2.0 */
/* The interrupt matrix: 69 sources to the external lines of each core. Source: TRM chapter 'Interrupt Matrix'. */
#include "sim/esp32/esp32_int.h"

#include <string.h>

enum { NO_LINE = 16 }; /* what the map registers hold after reset: an internal line, so nothing is connected */

static void drive_line(struct esp32 *s, unsigned core, unsigned line)
{
    const struct lx6_config *c = core == PRO ? &lx6_config_esp32_pro : &lx6_config_esp32_app;
    if (!((c->irq_external | c->irq_edge) >> line & 1))
        return;
    const uint32_t *sources = s->irq.line[core][line], *level = s->irq.level;
    bool is_high = (sources[0] & level[0]) | (sources[1] & level[1]) | (sources[2] & level[2]);
    lx6_set_irq(s->cores[core].lx6, line, is_high);
    if (is_high && s->running && s->running != &s->cores[core])
        run_break(s); /* the other core may have to wake up */
}

static unsigned line_of(const struct esp32 *s, unsigned core, unsigned source)
{
    uint32_t map = core == PRO ? ESP32_DPORT_PRO_INTR_MAP : ESP32_DPORT_APP_INTR_MAP;
    return *block_word(&s->dport, map - ESP32_DPORT_BASE + 4 * source) & 31;
}

void irq_set(struct esp32 *s, unsigned source, bool level)
{
    uint32_t bit = BIT(source % 32), *word = &s->irq.level[source / 32];
    if (!(*word & bit) == !level)
        return;
    *word ^= bit;
    for (unsigned core = 0; core < CORES; core++)
        drive_line(s, core, line_of(s, core, source));
}

void irq_pulse(struct esp32 *s, unsigned source)
{
    irq_set(s, source, true);
    irq_set(s, source, false);
}

void irq_map(struct esp32 *s, unsigned core, unsigned source, unsigned before, unsigned line)
{
    s->irq.line[core][before & 31][source / 32] &= ~BIT(source % 32);
    s->irq.line[core][line & 31][source / 32] |= BIT(source % 32);
    drive_line(s, core, before & 31);
    drive_line(s, core, line & 31);
}

void irq_reset(struct esp32 *s)
{
    memset(&s->irq, 0, sizeof s->irq);
    for (unsigned core = 0; core < CORES; core++) {
        for (unsigned source = 0; source < ESP32_INTR_COUNT; source++)
            s->irq.line[core][NO_LINE][source / 32] |= BIT(source % 32);
        for (unsigned line = 0; line < 32; line++)
            drive_line(s, core, line);
    }
}
