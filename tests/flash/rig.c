/* SPDX-License-Identifier: Apache-2.0 */
#include "rig.h"

#include "base/file.h"
#include "dm/riscv_dm.h"
#include "dm/xocd.h"

#include <stdio.h>
#include <string.h>

static enum err open_adapter(struct rig *r, const char *const *options)
{
    r->adapter = adapter_new(&adapter_sim_ops, &r->log);
    if (!r->adapter)
        return ERR_MEMORY;
    enum err e = ERR_OK;
    for (size_t i = 0; !e && options && options[i]; i += 2)
        e = adapter_configure(r->adapter, options[i], options[i + 1]);
    if (!e)
        e = adapter_open(r->adapter);
    if (!e)
        r->board = adapter_sim_board(r->adapter);
    return e;
}

static enum err open_chain(struct rig *r)
{
    const struct chip *chip = &r->chip;
    r->jtag = jtag_new(r->adapter, &r->log);
    if (!r->jtag)
        return ERR_MEMORY;
    enum err e = ERR_OK;
    for (unsigned i = 0; !e && i < chip->tap_count; i++) {
        struct jtag_tap tap = {.ir_len = chip->ir_len,
                               .ir_capture = 1,
                               .ir_mask = 3,
                               .expected_ids = {chip->idcode[i]},
                               .expected_count = 1};
        snprintf(tap.name, sizeof tap.name, "%s.tap%u", chip->name, i);
        e = jtag_add_tap(r->jtag, &tap);
    }
    return e ? e : jtag_discover(r->jtag);
}

static struct dm *new_dm(struct rig *r)
{
    unsigned taps[CHIP_MAX_CORES] = {0};
    struct rvdm_place places[CHIP_MAX_CORES] = {0};
    for (unsigned i = 0; i < r->chip.core_count; i++) {
        taps[i] = r->chip.cores[i].tap;
        places[i] = (struct rvdm_place){.tap = taps[i], .hart = r->chip.cores[i].hart};
    }
    return chip_is_riscv(&r->chip) ? rvdm_new(r->jtag, places, r->chip.core_count)
                                   : xocd_new(r->jtag, taps, r->chip.core_count);
}

enum err rig_open(struct rig *r, const char *const *options, unsigned cores)
{
    return rig_open_chip(r, "esp32", options, cores);
}

enum err rig_open_chip(struct rig *r, const char *chip, const char *const *options, unsigned cores)
{
    memset(r, 0, sizeof *r);
    log_init(&r->log, LOG_SILENT);
    if (!chip_find(chip))
        return err_at(&r->log, ERR_USAGE, "there is no chip '%s'", chip);
    r->chip = *chip_find(chip);
    if (cores)
        r->chip.core_count = (uint8_t)cores;
    enum err e = open_adapter(r, options);
    if (!e)
        e = open_chain(r);
    if (e)
        return e;
    struct dm *dm = new_dm(r);
    r->target = dm ? target_new(&r->chip, dm, adapter_clock(r->adapter), &r->log) : NULL;
    r->flash = r->target ? flash_new(r->target, 0) : NULL;
    return r->flash ? target_examine(r->target) : ERR_MEMORY;
}

void rig_close(struct rig *r)
{
    flash_free(r->flash);
    target_free(r->target);
    jtag_free(r->jtag);
    adapter_free(r->adapter);
    memset(r, 0, sizeof *r);
}

void rig_fill(uint8_t *bytes, size_t len, uint32_t seed)
{
    for (size_t i = 0; i < len; i++) {
        seed = seed * 1664525 + 1013904223;
        bytes[i] = (uint8_t)(seed >> 24);
    }
}

enum err rig_run_build(struct rig *r, const char *folder, const struct rig_file *list, struct buf *files)
{
    const unsigned flags = FLASH_JOB_ERASE | FLASH_JOB_SKIP_SAME | FLASH_JOB_VERIFY;
    struct flash_piece pieces[RIG_FILES];
    enum err e = ERR_OK;
    size_t count = 0;
    for (; !e && count < RIG_FILES && list[count].name; count++) {
        char path[512];
        snprintf(path, sizeof path, "%s/%s", folder, list[count].name);
        e = file_read(&r->log, path, &files[count]);
        pieces[count] = (struct flash_piece){.offset = list[count].offset,
                                             .bytes = files[count].bytes,
                                             .len = files[count].len,
                                             .name = list[count].name};
    }
    if (!e)
        e = flash_program(r->flash, pieces, count, flags, NULL);
    if (!e)
        e = flash_release(r->flash);
    flash_forget(r->flash);
    return e ? e : target_reset(r->target, RESET_RUN);
}

size_t rig_count_in(struct rig *r, const char *path, const char *text)
{
    struct buf said = {0};
    size_t n = 0;
    if (file_read(&r->log, path, &said) == ERR_OK)
        for (const char *at = strstr(buf_str(&said), text); at; at = strstr(at + 1, text))
            n++;
    buf_fini(&said);
    return n;
}
