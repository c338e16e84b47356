/* SPDX-License-Identifier: Apache-2.0 */
/* espocd map: what is in a flash, and what of it is mapped where. */
#include "services/cli/cli.h"

#include "base/file.h"
#include "services/cli/image_info.h"
#include "services/cli/link.h"
#include "services/cli/map_view.h"
#include "services/cli/report.h"
#include "session/survey.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { MAP_JSON = LINK_OPTIONS_END, MAP_SVG, MAP_VERIFY, MAP_QUICK, MAP_TABLE, MAP_APP, MAP_WAIT };
static const struct cli_option map_options[] = {
    LINK_OPTIONS,
    [MAP_JSON] = {"json", 0, NULL, "print JSON"},
    [MAP_SVG] = {"svg", 0, "FILE", "write the picture as SVG instead of printing it; - is the terminal"},
    [MAP_VERIFY] = {"verify", 0, NULL, "read every image whole and check its sums (takes longer)"},
    [MAP_QUICK] = {"quick", 0, NULL, "read what tells the layout and no more: used space stays unknown in places"},
    [MAP_TABLE] = {"table-offset", 0, "OFFSET", "where the partition table lies, when it is not found"},
    [MAP_APP] = {"app-offset", 0, "OFFSET", "where the app lies, when it is not found"},
    [MAP_WAIT] = {"wait", 0, "MS", "let the chip run so long before looking"},
    {NULL, 0, NULL, NULL},
};

enum { WAIT_MAX_MS = 600000, TITLE_LEN = 256 };

struct map_call {
    struct cli_call *call;
    uint64_t table_offset, app_offset, wait_ms;
};

static int take_options(struct map_call *m)
{
    struct {
        unsigned option;
        uint64_t *value, max, initial;
        const char *what;
    } const numbers[] = {
        {MAP_TABLE, &m->table_offset, UINT32_MAX - 1, LAYOUT_NOWHERE, "an offset"},
        {MAP_APP, &m->app_offset, UINT32_MAX - 1, LAYOUT_NOWHERE, "an offset"},
        {MAP_WAIT, &m->wait_ms, WAIT_MAX_MS, 0, "a number of milliseconds up to 600000"},
    };
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        const char *text = cli_value(m->call, numbers[i].option);
        *numbers[i].value = numbers[i].initial;
        if (text && !cli_number(text, numbers[i].max, numbers[i].value))
            return cli_usage(m->call, "--%s '%s' is not %s", map_options[numbers[i].option].name, text,
                             numbers[i].what);
    }
    return CLI_DONE;
}

/* --- the outcome --- */

static enum err write_svg(struct cli_call *call, const struct map_view *view, const char *path)
{
    struct buf svg = {0};
    map_svg(view, &svg);
    enum err e = svg.failed ? err_at(&call->log, ERR_MEMORY, "no memory for the picture") : ERR_OK;
    if (!e && !strcmp(path, "-"))
        fputs(buf_str(&svg), stdout);
    else if (!e)
        e = file_write(&call->log, path, svg.bytes, svg.len);
    buf_fini(&svg);
    return e;
}

static enum err show(struct cli_call *call, const struct map_view *view)
{
    const char *svg = cli_value(call, MAP_SVG);
    if (cli_has(call, MAP_JSON))
        report_json(map_json(view));
    if (svg)
        return write_svg(call, view, svg);
    if (cli_has(call, MAP_JSON))
        return ERR_OK;
    struct buf text = {0};
    map_text(view, report_with_color(), &text);
    enum err e = text.failed ? err_at(&call->log, ERR_MEMORY, "no memory for the picture") : ERR_OK;
    if (!e)
        fputs(buf_str(&text), stdout);
    buf_fini(&text);
    return e;
}

/* --- a file --- */

static enum err read_bytes(void *ctx, uint32_t offset, void *buf, size_t len)
{
    const struct buf *file = ctx;
    memcpy(buf, file->bytes + offset, len);
    return ERR_OK;
}

static enum err map_bytes(struct map_call *m, const struct image_chip *chip, struct buf *file)
{
    if (!file->len || file->len > UINT32_MAX)
        return err_at(&m->call->log, ERR_MALFORMED, "%s has %zu bytes: that is no content of a flash", m->call->args[0],
                      file->len);
    struct layout_request request =
        layout_request_default((struct reader){.read = read_bytes, .ctx = file, .size = (uint32_t)file->len});
    request.chip = chip;
    request.table_offset = (uint32_t)m->table_offset;
    request.app_offset = (uint32_t)m->app_offset;
    request.verify = request.is_file = true;
    request.survey = !cli_has(m->call, MAP_QUICK);
    struct layout layout;
    struct mapping expected = {0};
    struct findings findings = {0};
    enum err e = layout_read(&request, &layout, &findings);
    if (!e) {
        mapping_add_layout(&expected, &layout);
        char title[TITLE_LEN], size[32];
        snprintf(title, sizeof title, "%s: %s%s%s", m->call->args[0], cli_size(size, sizeof size, file->len),
                 layout.chip ? ", " : "", layout.chip ? layout.chip->title : "");
        e = show(m->call,
                 &(struct map_view){.title = title, .layout = &layout, .expected = &expected, .findings = &findings});
    }
    findings_fini(&findings);
    mapping_fini(&expected);
    layout_fini(&layout);
    return e;
}

static int map_file(struct map_call *m)
{
    struct buf file = {0};
    const struct image_chip *chip = NULL;
    const char *name = cli_value(m->call, LINK_CHIP);
    if (name && image_chip_option(m->call, name, &chip))
        return CLI_USAGE;
    enum err e = file_read(&m->call->log, m->call->args[0], &file);
    if (!e)
        e = map_bytes(m, chip, &file);
    buf_fini(&file);
    return cli_fail(m->call, e);
}

/* --- a chip --- */

static void say_chip(char *text, size_t room, const struct survey *v)
{
    size_t at = (size_t)snprintf(text, room, "%s", v->chip->title);
    if (v->has_revision)
        at += (size_t)snprintf(text + at, room - at, " v%u.%u", v->revision / 100, v->revision % 100);
    if (v->has_facts)
        at += (size_t)snprintf(text + at, room - at, ", MAC %02x:%02x:%02x:%02x:%02x:%02x", v->mac[0], v->mac[1],
                               v->mac[2], v->mac[3], v->mac[4], v->mac[5]);
    for (unsigned i = 0; i < v->core_count && at < room; i++)
        at += (size_t)snprintf(text + at, room - at, ", cpu%u %s", i, core_state_name(v->cores[i].state));
}

/* A line for each core that could not be reached at first. */
static void say_off(struct buf *out, const struct survey *v)
{
    for (unsigned i = 0; i < v->core_count; i++) {
        char head[32];
        if (!v->cores[i].off)
            continue;
        snprintf(head, sizeof head, "cpu%u was unavailable:", i);
        buf_printf(out, "%s", head);
        report_words_to(out, v->cores[i].off, strlen(head), 2);
    }
}

static void say_flash(char *text, size_t room, const struct survey *v)
{
    char size[32];
    const struct flash_info *f = &v->flash;
    snprintf(text, room, "Flash %s: %s, JEDEC id %02x%02x%02x", cli_size(size, sizeof size, f->size), f->maker,
             f->manufacturer, f->type, f->capacity);
}

static enum err show_survey(struct cli_call *call, const struct survey *v, double seconds)
{
    char title[TITLE_LEN], flash[TITLE_LEN];
    if (!v->has_layout)
        return err_at(&call->log, ERR_FLASH, "%s", v->flash_why);
    struct buf off = {0};
    say_chip(title, sizeof title, v);
    say_flash(flash, sizeof flash, v);
    say_off(&off, v);
    enum err e = off.failed ? err_at(&call->log, ERR_MEMORY, "no memory for the state of the cores")
                            : show(call, &(struct map_view){.title = title,
                                                            .cores_off = buf_str(&off),
                                                            .flash = flash,
                                                            .no_live = v->has_live ? NULL : v->live_why,
                                                            .layout = &v->layout,
                                                            .now = &v->now,
                                                            .expected = &v->expected,
                                                            .findings = &v->findings,
                                                            .core_count = v->core_count,
                                                            .seconds = seconds});
    buf_fini(&off);
    return e;
}

/* Without the time that the chip was given to run. */
static double seconds_since(const struct link *l, uint64_t wait_ms)
{
    uint64_t ns = clock_now_ns(session_clock(l->session)) - session_opened_ns(l->session);
    return (double)ns / 1e9 - (double)wait_ms / 1e3;
}

static enum err survey_and_show(struct map_call *m, struct link *l)
{
    struct survey survey = {0};
    struct survey_request request = survey_request_default();
    request.table_offset = (uint32_t)m->table_offset;
    request.app_offset = (uint32_t)m->app_offset;
    request.verify_images = cli_has(m->call, MAP_VERIFY);
    request.look_everywhere = !cli_has(m->call, MAP_QUICK);
    enum err e = m->wait_ms ? clock_wait_ms(session_clock(l->session), (uint32_t)m->wait_ms) : ERR_OK;
    if (!e)
        e = session_survey(l->session, &request, &survey);
    if (!e)
        e = show_survey(m->call, &survey, seconds_since(l, m->wait_ms));
    survey_fini(&survey);
    return e;
}

static int map_chip(struct map_call *m)
{
    struct link link = {0};
    int status = link_open(&link, m->call);
    if (status == CLI_DONE)
        status = cli_fail(m->call, survey_and_show(m, &link));
    link_close(&link);
    return status;
}

static int run_map(struct cli_call *call)
{
    struct map_call m = {.call = call};
    int status = take_options(&m);
    if (status != CLI_DONE)
        return status;
    return call->arg_count ? map_file(&m) : map_chip(&m);
}

int cmd_map(int argc, char **argv)
{
    static const struct cli_verb verb = {
        "map",
        "[FILE]",
        "show what is in a flash, and what of it is mapped where",
        "Of a chip: its cores are halted while it is read, and go on afterwards; nothing is changed.\n"
        "Of FILE, the content of a flash from its start (or one image): no chip is needed.",
        map_options,
        0,
        1,
        run_map,
    };
    return cli_run_verb(&verb, NULL, argc, argv);
}
