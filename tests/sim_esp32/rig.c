/* SPDX-License-Identifier: Apache-2.0 */
#include "rig.h"

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
    if (uart || r->sent_len + len > sizeof r->sent)
        return;
    if (!r->sent_len)
        r->first_sent_ps = r->sched.now_ps;
    memcpy(r->sent + r->sent_len, bytes, len);
    r->sent_len += len;
}

void rig_open(struct rig *r, const char *part, const uint8_t *rom, size_t rom_size)
{
    static const uint8_t loop[] = {0x00, 0x70, 0x00, 0x46, 0xFE, 0xFF}; /* waiti 0; j .-3 */
    uint8_t waiting[0x410] = {0};
    memset(r, 0, sizeof *r);
    memcpy(waiting + 0x400, loop, sizeof loop);
    log_init(&r->log, LOG_INFO);
    r->sink = (struct log_sink){.fn = sink, .ctx = r};
    log_add_sink(&r->log, &r->sink);
    r->nor = nor_new(nor_part_find(part ? part : "W25Q64JV"), &r->sched, false, &r->log);
    assert_non_null(r->nor);
    struct soc_config config = {
        .log = &r->log,
        .sched = &r->sched,
        .flash = r->nor,
        .rom = rom ? rom : waiting,
        .rom_size = rom ? rom_size : sizeof waiting,
        .strapping = 0x13,
        .mac = {0x48, 0x63, 0x92, 0x15, 0x72, 0x16},
        .uart_sent = sent,
        .uart_ctx = r,
    };
    r->soc = soc_new(&esp32_kind, &config);
    assert_non_null(r->soc);
    r->chip = esp32_of(r->soc);
}

void rig_close(struct rig *r)
{
    soc_free(r->soc);
    nor_free(r->nor);
    assert_null(r->sched.events);
}

void rig_watchdogs_off(struct rig *r)
{
    wr(r, ESP32_RTC_WDTCONFIG0, 0);
    wr(r, ESP32_TIMG0_BASE + ESP32_TIMG_WDTCONFIG0, 0);
}

int rig_set_up(void **state)
{
    struct rig *r = calloc(1, sizeof *r);
    rig_open(r, NULL, NULL, 0);
    rig_watchdogs_off(r);
    *state = r;
    return 0;
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
