/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/soc/spi_wires.h"

bool spi_wires_are_used(const struct spi_wires *w)
{
    return w->flash && !(*w->pins & w->cs_off);
}

void spi_wires_begin(struct spi_wires *w)
{
    if (spi_wires_are_used(w) && !w->is_kept_active)
        nor_select(w->flash);
}

uint8_t spi_wires_exchange(struct spi_wires *w, uint8_t out, unsigned lines)
{
    return spi_wires_are_used(w) ? nor_transfer(w->flash, out, lines) : 0xFF;
}

void spi_wires_dummy(struct spi_wires *w, unsigned clocks)
{
    if (clocks && spi_wires_are_used(w))
        nor_dummy(w->flash, clocks);
}

void spi_wires_end(struct spi_wires *w)
{
    if (!spi_wires_are_used(w))
        return;
    w->is_kept_active = *w->pins & w->cs_keeps;
    if (!w->is_kept_active)
        nor_deselect(w->flash);
}

void spi_wires_release(struct spi_wires *w)
{
    bool keeps = *w->pins & w->cs_keeps && spi_wires_are_used(w);
    if (w->is_kept_active && !keeps) {
        nor_deselect(w->flash);
        w->is_kept_active = false;
    }
}
