/* SPDX-License-Identifier: Apache-2.0 */
#include "soc_rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void sink(void *ctx, enum log_level level, const char *line)
{
    struct rig *r = ctx;
    (void)level;
    r->lines++;
    snprintf(r->last_line, sizeof r->last_line, "%s", line);
}

static void sent(void *ctx, unsigned uart, const uint8_t *bytes, size_t len)
{
    struct rig *r = ctx;
    if (uart != r->port || r->sent_len + len > sizeof r->sent)
        return;
    if (!r->sent_len)
        r->first_sent_ps = r->sched.now_ps;
    memcpy(r->sent + r->sent_len, bytes, len);
    r->sent_len += len;
}

void rig_open_soc(struct rig *r, const struct soc_kind *kind, const char *part, const struct soc_config *config)
{
    static const uint8_t loop[] = {0x00, 0x70, 0x00, 0x46, 0xFE, 0xFF}; /* waiti 0; j .-3 */
    uint8_t waiting[0x410] = {0};
    memset(r, 0, sizeof *r);
    memcpy(waiting + 0x400, loop, sizeof loop);
    log_init(&r->log, LOG_INFO);
    r->sink = (struct log_sink){.fn = sink, .ctx = r};
    log_add_sink(&r->log, &r->sink);
    r->nor = nor_new(nor_part_find(part), &r->sched, false, &r->log);
    assert_non_null(r->nor);
    struct soc_config whole = *config;
    whole.log = &r->log;
    whole.sched = &r->sched;
    whole.flash = r->nor;
    whole.rom = config->rom ? config->rom : waiting;
    whole.rom_size = config->rom ? config->rom_size : sizeof waiting;
    whole.uart_sent = sent;
    whole.uart_ctx = r;
    r->soc = soc_new(kind, &whole);
    assert_non_null(r->soc);
}

void rig_close(struct rig *r)
{
    soc_free(r->soc);
    nor_free(r->nor);
    assert_null(r->sched.events);
}

int rig_tear_down(void **state)
{
    rig_close(*state);
    free(*state);
    return 0;
}

void rig_pass_ns(struct rig *r, uint64_t ns)
{
    soc_run_until(r->soc, r->sched.now_ps + ns * PS_PER_NS);
}

mem_fault try_read(struct rig *r, unsigned core, uint32_t addr, unsigned size, uint32_t *value)
{
    return mem_read(&r->soc->cores[core].map, addr, size, value);
}

mem_fault try_write(struct rig *r, unsigned core, uint32_t addr, unsigned size, uint32_t value)
{
    return mem_write(&r->soc->cores[core].map, addr, size, value);
}

uint32_t rd(struct rig *r, uint32_t addr)
{
    uint32_t value = 0;
    assert_int_equal(try_read(r, PRO, addr, 4, &value), MEM_OK);
    return value;
}

void wr(struct rig *r, uint32_t addr, uint32_t value)
{
    assert_int_equal(try_write(r, PRO, addr, 4, value), MEM_OK);
    soc_run_until(r->soc, r->sched.now_ps); /* what was asked for happens */
}

void spi_rig_run(struct rig *r, const struct spi_rig *s, uint32_t command)
{
    wr(r, s->cmd, command);
    for (unsigned i = 0; i < 1000 && rd(r, s->cmd); i++)
        rig_pass_ns(r, 1000);
    assert_int_equal(rd(r, s->cmd), 0);
}

uint8_t spi_rig_status(struct rig *r, const struct spi_rig *s)
{
    wr(r, s->rd_status, 0);
    spi_rig_run(r, s, s->read_status);
    return (uint8_t)rd(r, s->rd_status);
}

void spi_rig_wait_ready(struct rig *r, const struct spi_rig *s)
{
    for (unsigned i = 0; i < 1000 && spi_rig_status(r, s) & NOR_SR1_WIP; i++)
        rig_pass_ns(r, 1000000);
    assert_int_equal(spi_rig_status(r, s), 0);
}
