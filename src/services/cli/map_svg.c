/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The map as a picture: the flash as a column to scale in the middle, its regions named on the right, the address
 * space that it is mapped to on the left.
 */
#include "services/cli/map_view.h"

#include "services/cli/cli.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    WIDTH_MIN = 980,
    LETTER_WIDTH = 7, /* of the labels, at most, on average */
    TOP = 96,
    COLUMN_X = 400,
    COLUMN_WIDTH = 120,
    COLUMN_HEIGHT = 720,
    LABEL_X = 560,
    LABEL_HEIGHT = 30,
    WINDOW_X = 190,
    WINDOW_WIDTH = 60,
    WINDOW_MIN = 34,
    MIN_HEIGHT = 2,
    MARGIN = 24,
};

static const char *const fills[] = {
    [LAYOUT_UNKNOWN] = "#d9d3c3",
    [LAYOUT_BLANK] = "#f4f4f4",
    [LAYOUT_ENCRYPTED] = "#b7a3c9",
    [LAYOUT_BOOTLOADER] = "#4f8fba",
    [LAYOUT_PARTITION_TABLE] = "#c65d57",
    [LAYOUT_OTADATA] = "#e39a6f",
    [LAYOUT_APP] = "#6aa56a",
    [LAYOUT_NVS] = "#8aa5d8",
    [LAYOUT_NVS_KEYS] = "#6f86b8",
    [LAYOUT_PHY] = "#9fb4c8",
    [LAYOUT_COREDUMP] = "#b98aa5",
    [LAYOUT_SPIFFS] = "#e0c067",
    [LAYOUT_LITTLEFS] = "#e0c067",
    [LAYOUT_FAT] = "#e0c067",
    [LAYOUT_ROMFS] = "#e0c067",
    [LAYOUT_MCUBOOT] = "#6aa56a",
    [LAYOUT_SIMPLE_BOOT] = "#6aa56a",
    [LAYOUT_DATA] = "#a9bcd0",
    [LAYOUT_FOREIGN] = "#d9d3c3",
};

struct picture {
    const struct map_view *view;
    const struct mapping *mapping; /* that which is drawn */
    struct buf *out;
    double width, height; /* of the whole document */
};

static void put_text(struct buf *out, const char *text)
{
    for (; *text; text++) {
        uint8_t c = (uint8_t)*text;
        const char *entity = c == '<' ? "&lt;" : c == '>' ? "&gt;" : c == '&' ? "&amp;" : c == '"' ? "&quot;" : NULL;
        if (entity)
            buf_printf(out, "%s", entity);
        else
            buf_u8(out, c >= 0x20 && c < 0x7F ? c : '?');
    }
}

static void text_at(struct picture *p, double x, double y, const char *class, const char *anchor, const char *text)
{
    buf_printf(p->out, "<text x=\"%.1f\" y=\"%.1f\" class=\"%s\" text-anchor=\"%s\">", x, y, class, anchor);
    put_text(p->out, text);
    buf_printf(p->out, "</text>\n");
}

/* Where a flash offset lies in the column. */
static double y_of(const struct picture *p, uint64_t offset)
{
    uint32_t size = p->view->layout->flash_size;
    return TOP + (size ? (double)offset / size * COLUMN_HEIGHT : 0);
}

/* --- the column --- */

static void draw_region(struct picture *p, const struct layout_region *r)
{
    double y = y_of(p, r->offset), height = y_of(p, (uint64_t)r->offset + r->size) - y;
    if (height < MIN_HEIGHT)
        height = MIN_HEIGHT;
    buf_printf(p->out, "<rect x=\"%d\" y=\"%.1f\" width=\"%d\" height=\"%.1f\" fill=\"%s\"%s/>\n", COLUMN_X, y,
               COLUMN_WIDTH, height, fills[r->kind], map_is_gap(r) ? "" : " class=\"region\" fill-opacity=\"0.35\"");
    if (map_is_gap(r) || !r->is_used_known || !r->used)
        return;
    double used = y_of(p, (uint64_t)r->offset + r->used) - y;
    buf_printf(p->out, "<rect x=\"%d\" y=\"%.1f\" width=\"%d\" height=\"%.1f\" fill=\"%s\"/>\n", COLUMN_X, y,
               COLUMN_WIDTH, used < MIN_HEIGHT ? MIN_HEIGHT : used, fills[r->kind]);
}

/* --- labels: pushed down where they would overlap, then pulled up from the end --- */

static void spread(double *y, size_t count, double first, double last, double step)
{
    for (size_t i = 0; i < count; i++) {
        double least = i ? y[i - 1] + step : first;
        if (y[i] < least)
            y[i] = least;
    }
    for (size_t i = count; i-- > 0;) {
        double most = i + 1 < count ? y[i + 1] - step : last;
        if (y[i] > most)
            y[i] = most;
    }
}

/* "app slot, blink 1.0, IDF v5.3 - boots" */
static const char *describe(const struct layout *l, const struct layout_region *r, char *text, size_t room)
{
    char what[96];
    const char *marks = map_marks(l, r);
    snprintf(text, room, "%s%s%s%s%s", map_what(what, sizeof what, r), r->detail[0] ? ", " : "", r->detail,
             *marks ? " - " : "", marks);
    return text;
}

static void label_region(struct picture *p, const struct layout_region *r, double y)
{
    const struct layout *l = p->view->layout;
    char label[PARTITION_LABEL_LEN + 1], size[32], text[256];
    double middle = (y_of(p, r->offset) + y_of(p, (uint64_t)r->offset + r->size)) / 2;
    buf_printf(p->out, "<path class=\"lead\" d=\"M%d %.1f L%d %.1f\"/>\n", COLUMN_X + COLUMN_WIDTH, middle, LABEL_X - 8,
               y);
    snprintf(text, sizeof text, "0x%08" PRIX32 "  %s  %s", r->offset + l->base, cli_size(size, sizeof size, r->size),
             map_label(label, sizeof label, r));
    text_at(p, LABEL_X, y - 1, "name", "start", text);
    text_at(p, LABEL_X, y + 11, *map_marks(l, r) ? "mark" : "what", "start", describe(l, r, text, sizeof text));
}

/* Wide enough for the longest label. */
static double width_for(const struct layout *l)
{
    size_t longest = 0;
    for (size_t i = 0; i < l->region_count; i++) {
        char text[256];
        size_t len = strlen(describe(l, &l->regions[i], text, sizeof text));
        longest = len > longest ? len : longest;
    }
    double width = LABEL_X + MARGIN + (double)longest * LETTER_WIDTH;
    return width > WIDTH_MIN ? width : WIDTH_MIN;
}

static void label_regions(struct picture *p)
{
    const struct layout *l = p->view->layout;
    double *y = calloc(l->region_count + 1, sizeof *y);
    if (!y) {
        p->out->failed = true;
        return;
    }
    for (size_t i = 0; i < l->region_count; i++)
        y[i] = (y_of(p, l->regions[i].offset) + y_of(p, (uint64_t)l->regions[i].offset + l->regions[i].size)) / 2;
    spread(y, l->region_count, TOP + 8, p->height - MARGIN - LABEL_HEIGHT / 2.0, LABEL_HEIGHT);
    for (size_t i = 0; i < l->region_count; i++)
        label_region(p, &l->regions[i], y[i]);
    free(y);
}

/* --- the address space: a box a range, joined to its place in the column --- */

static double window_height(const struct picture *p)
{
    size_t count = p->mapping->count ? p->mapping->count : 1;
    double each = (p->height - TOP - MARGIN) / (double)count;
    return each < WINDOW_MIN + 12 ? each : WINDOW_MIN + 12;
}

static void draw_range(struct picture *p, const struct mapping_range *r, double y, double height)
{
    char text[96], cores[40] = "";
    bool is_flash = r->memory == MAPPING_FLASH;
    if (is_flash) {
        double from = y_of(p, r->offset), to = y_of(p, (uint64_t)r->offset + r->size);
        if (to - from < MIN_HEIGHT)
            to = from + MIN_HEIGHT;
        buf_printf(
            p->out,
            "<path class=\"link\" d=\"M%d %.1f C%d %.1f %d %.1f %d %.1f L%d %.1f C%d %.1f %d %.1f %d %.1f Z\"/>\n",
            WINDOW_X + WINDOW_WIDTH, y, WINDOW_X + WINDOW_WIDTH + 70, y, COLUMN_X - 70, from, COLUMN_X, from, COLUMN_X,
            to, COLUMN_X - 70, to, WINDOW_X + WINDOW_WIDTH + 70, y + height, WINDOW_X + WINDOW_WIDTH, y + height);
    }
    buf_printf(p->out, "<rect x=\"%d\" y=\"%.1f\" width=\"%d\" height=\"%.1f\" class=\"%s\"/>\n", WINDOW_X, y,
               WINDOW_WIDTH, height, r->is_code ? "code" : "data");
    text_at(p, WINDOW_X + WINDOW_WIDTH / 2.0, y + height / 2 + 4, "what", "middle",
            !is_flash                  ? "PSRAM"
            : r->is_code && r->is_data ? "code, data"
            : r->is_code               ? "code"
                                       : "data");
    snprintf(text, sizeof text, "0x%08" PRIX32, r->vaddr);
    text_at(p, WINDOW_X - 8, y + 11, "name", "end", text);
    char size[32];
    snprintf(text, sizeof text, "%s  %s", cli_size(size, sizeof size, r->size),
             map_cores(cores, sizeof cores, r, p->view->core_count));
    text_at(p, WINDOW_X - 8, y + 23, "what", "end", text);
}

static void draw_mapping(struct picture *p)
{
    double each = window_height(p);
    for (size_t i = 0; i < p->mapping->count; i++)
        draw_range(p, &p->mapping->items[i], TOP + (double)i * each, each - 8 > 4 ? each - 8 : 4);
}

/* --- the document --- */

static void begin(struct picture *p)
{
    buf_printf(
        p->out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%.0f\" height=\"%.0f\" viewBox=\"0 0 %.0f %.0f\">\n"
        "<style>text{font-family:sans-serif;fill:#222}.title{font-size:16px;font-weight:bold}"
        ".head{font-size:12px;fill:#555}.name{font-size:12px;font-family:monospace}.what{font-size:11px;fill:#555}"
        ".mark{font-size:11px;font-weight:bold;fill:#1f6b1f}.lead{stroke:#aaa;fill:none}"
        ".region{stroke:#666;stroke-width:.5}.link{fill:#88a;fill-opacity:.18;stroke:#88a;stroke-opacity:.5}"
        ".code{fill:#f0d9b5;stroke:#666}.data{fill:#cfe3f1;stroke:#666}.frame{fill:none;stroke:#444}</style>\n"
        "<rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"/>\n",
        p->width, p->height, p->width, p->height);
    text_at(p, MARGIN, 30, "title", "start", p->view->title);
    if (p->view->flash)
        text_at(p, MARGIN, 50, "head", "start", p->view->flash);
    if (p->view->layout->known_name)
        text_at(p, MARGIN, p->view->flash ? 66 : 50, "head", "start", p->view->layout->known_name);
    bool is_live = p->view->now && !p->view->no_live;
    text_at(p, WINDOW_X + WINDOW_WIDTH, TOP - 14, "head", "end",
            !p->mapping->count ? "nothing is mapped"
            : is_live          ? "mapped now"
                               : "mapped once it runs");
    text_at(p, COLUMN_X + COLUMN_WIDTH / 2.0, TOP - 14, "head", "middle", "flash");
}

void map_svg(const struct map_view *view, struct buf *out)
{
    double labels = TOP + MARGIN + 8 + (double)view->layout->region_count * LABEL_HEIGHT;
    double height = TOP + COLUMN_HEIGHT + MARGIN;
    struct picture p = {.view = view,
                        .mapping = view->now && !view->no_live ? view->now : view->expected,
                        .out = out,
                        .width = width_for(view->layout),
                        .height = labels > height ? labels : height};
    begin(&p);
    draw_mapping(&p);
    for (size_t i = 0; i < view->layout->region_count; i++)
        draw_region(&p, &view->layout->regions[i]);
    buf_printf(out, "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" class=\"frame\"/>\n", COLUMN_X, TOP,
               COLUMN_WIDTH, COLUMN_HEIGHT);
    label_regions(&p);
    buf_printf(out, "</svg>\n");
}
