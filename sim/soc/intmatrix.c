/* SPDX-License-Identifier: Apache-2.0 */
/* The interrupt matrix: sources to the external lines of each core. Source: chapter 'Interrupt Matrix' of the TRMs. */
#include "sim/soc/soc_int.h"

#include "base/bits.h"

#include <string.h>

static void drive_line(struct soc *s, unsigned core, unsigned line)
{
    const uint32_t *sources = s->irq.line[core][line], *level = s->irq.level;
    bool is_high = false;
    for (unsigned i = 0; i < IRQ_WORDS; i++)
        is_high = is_high || sources[i] & level[i];
    if (s->kind->drive_line)
        s->kind->drive_line(&s->cores[core], line, is_high);
    else
        s->kind->cpu->set_irq(&s->cores[core], line, is_high);
    if (is_high && s->running && s->running != &s->cores[core])
        run_break(s); /* the other core may have to wake up */
}

void irq_set(struct soc *s, unsigned source, bool level)
{
    uint32_t bit = BIT(source % 32), *word = &s->irq.level[source / 32];
    if (!(*word & bit) == !level)
        return;
    *word ^= bit;
    for (unsigned core = 0; core < s->kind->core_count; core++)
        drive_line(s, core, s->kind->irq_line(s, core, source));
}

void irq_pulse(struct soc *s, unsigned source)
{
    irq_set(s, source, true);
    irq_set(s, source, false);
}

void irq_map(struct soc *s, unsigned core, unsigned source, unsigned before, unsigned line)
{
    s->irq.line[core][before & 31][source / 32] &= ~BIT(source % 32);
    s->irq.line[core][line & 31][source / 32] |= BIT(source % 32);
    drive_line(s, core, before & 31);
    drive_line(s, core, line & 31);
}

void irq_reset(struct soc *s)
{
    memset(&s->irq, 0, sizeof s->irq);
    for (unsigned core = 0; core < s->kind->core_count; core++) {
        for (unsigned source = 0; source < s->kind->irq_sources; source++)
            s->irq.line[core][s->kind->irq_no_line][source / 32] |= BIT(source % 32);
        for (unsigned line = 0; line < 32; line++)
            drive_line(s, core, line);
    }
}
