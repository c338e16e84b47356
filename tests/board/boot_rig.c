/* SPDX-License-Identifier: Apache-2.0 */
#include "boot_rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "tests/unit.h"

#define NS_PER_MS 1000000U

const struct boot_demo boot_demo_8000 = {"DEMO_8000", 0x8000, 0xD000, 0x10000, {0x110000, 0x210000}};
const struct boot_demo boot_demo_e000 = {"DEMO_E000", 0xE000, 0x14000, 0x20000, {0x120000, 0x220000}};

static const struct boot_demo demo_esp32s3 = {"DEMO_ESP32S3", 0x8000, 0xD000, 0x10000, {0x110000, 0x210000}};
static const struct boot_demo demo_esp32c3 = {"DEMO_ESP32C3", 0x8000, 0xD000, 0x10000, {0x110000, 0x210000}};
const struct boot_board boot_board_esp32 = {"esp32-wrover", 8 << 20, 0x1000, &boot_demo_8000};
const struct boot_board boot_board_esp32s3 = {"esp32s3-n8", 8 << 20, 0, &demo_esp32s3};
const struct boot_board boot_board_esp32c3 = {"esp32c3-n4", 4 << 20, 0, &demo_esp32c3};

static void said(void *ctx, const uint8_t *bytes, size_t len)
{
    struct boot_rig *r = ctx;
    buf_append(&r->said, bytes, len);
}

static void warned(void *ctx, enum log_level level, const char *line)
{
    struct boot_rig *r = ctx;
    if (level == LOG_WARN || level == LOG_ERROR)
        buf_printf(&r->warnings, "%s\n", line);
}

int boot_rig_setup(void **state)
{
    struct boot_rig *r = calloc(1, sizeof(*r));
    assert_non_null(r);
    r->kind = *state ? *state : &boot_board_esp32;
    *state = r;
    log_init(&r->log, LOG_INFO);
    r->sink = (struct log_sink){.fn = warned, .ctx = r};
    log_add_sink(&r->log, &r->sink);
    r->flash = malloc(r->kind->flash_bytes);
    assert_non_null(r->flash);
    memset(r->flash, 0xFF, r->kind->flash_bytes);
    return 0;
}

int boot_rig_teardown(void **state)
{
    struct boot_rig *r = *state;
    board_free(r->board);
    if (r->path[0])
        unlink(r->path);
    free(r->flash);
    buf_fini(&r->said);
    buf_fini(&r->warnings);
    free(r);
    return 0;
}

void boot_rig_put(struct boot_rig *r, const struct boot_demo *demo, const char *file, uint32_t offset)
{
    char path[512];
    struct buf bytes = {0};
    const char *folder = getenv(demo->variable);
    assert_non_null(folder);
    snprintf(path, sizeof(path), "%s/%s", folder, file);
    CHECK_OK(file_read(&r->log, path, &bytes));
    assert_true(offset + bytes.len <= r->kind->flash_bytes);
    memcpy(r->flash + offset, bytes.bytes, bytes.len);
    buf_fini(&bytes);
}

void boot_rig_put_all(struct boot_rig *r, const struct boot_demo *demo)
{
    boot_rig_put(r, demo, "bootloader/bootloader.bin", r->kind->bootloader);
    boot_rig_put(r, demo, "partition_table/partition-table.bin", demo->table);
    boot_rig_put(r, demo, "ota_data_initial.bin", demo->otadata);
    boot_rig_put(r, demo, "app.bin", demo->factory);
}

void boot_rig_start(struct boot_rig *r, uint8_t strapping)
{
    enum err e = ERR_OK;
    snprintf(r->path, sizeof(r->path), "boot-rig-%ld.bin", (long)getpid());
    CHECK_OK(file_write(&r->log, r->path, r->flash, r->kind->flash_bytes));
    struct board_options options = {
        .flash_path = r->path, .uart = said, .uart_ctx = r, .strapping = strapping, .efuses = r->efuses};
    r->board = board_new(r->kind->name, &options, &r->log, &e);
    CHECK_OK(e);
}

void boot_rig_run_ms(struct boot_rig *r, unsigned ms)
{
    board_advance_ns(r->board, (uint64_t)ms * NS_PER_MS);
}

void boot_rig_expect(struct boot_rig *r, const char *text, unsigned max_ms)
{
    for (unsigned ms = 0; ms <= max_ms; ms++) {
        const char *all = buf_str(&r->said), *found = strstr(all + r->seen, text);
        if (found) {
            r->seen = (size_t)(found - all) + strlen(text);
            return;
        }
        boot_rig_run_ms(r, 1);
    }
    fail_msg("'%s' did not come in %u ms; what came:\n%s", text, max_ms, buf_str(&r->said) + r->seen);
}

bool boot_rig_has_said(struct boot_rig *r, const char *text)
{
    return strstr(buf_str(&r->said), text) != NULL;
}

unsigned boot_rig_count(struct boot_rig *r, const char *text)
{
    unsigned count = 0;
    for (const char *at = buf_str(&r->said); (at = strstr(at, text)); at += strlen(text))
        count++;
    return count;
}
