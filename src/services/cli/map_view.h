/* SPDX-License-Identifier: Apache-2.0 */
/* What `espocd map` shows, and its three ways to show it. The pictures are pure: the same view gives the same text. */
#ifndef SERVICES_CLI_MAP_VIEW_H
#define SERVICES_CLI_MAP_VIEW_H

#include "base/bytes.h"
#include "layout/layout.h"
#include "layout/mapping.h"

#include "services/cli/report.h"

#include <jansson.h>
#include <stdbool.h>

/* Everything stays the caller's. */
struct map_view {
    const char *title;     /* one line: the chip and its state, or the file */
    const char *cores_off; /* a line for each core that could not be reached at first, and why; NULL for a file */
    const char *flash;     /* one line: what the flash chip said; NULL for a file */
    const char *no_live;   /* why there is no live mapping: "the caches are off"; NULL when there is one */
    const struct layout *layout;
    const struct mapping *now;      /* what the cores see; NULL for a file */
    const struct mapping *expected; /* what they will see once that which boots runs */
    const struct findings *findings;
    unsigned core_count; /* 0: not known */
    double seconds;      /* from the adapter's opening until all this was known; 0 for a file */
};

/* The flash to scale, its regions, the mapping, the findings. At most MAP_COLUMNS wide, but for what has no end. */
enum { MAP_COLUMNS = REPORT_COLUMNS };
void map_text(const struct map_view *view, bool with_color, struct buf *out);
/* A new reference. */
json_t *map_json(const struct map_view *view);
/* One SVG document. */
void map_svg(const struct map_view *view, struct buf *out);

/* --- what the pictures share --- */

/* Whether it is space that no partition and no image claims. */
bool map_is_gap(const struct layout_region *r);
/* "app slot": the kind for people, or what is there instead of it: "app slot, blank". Returns text. */
const char *map_what(char *text, size_t room, const struct layout_region *r);
/* "boots, runs"; "" for none. */
const char *map_marks(const struct layout *l, const struct layout_region *r);
/* A label or "" without what a terminal or an XML parser would obey. Returns text. */
const char *map_label(char *text, size_t room, const struct layout_region *r);
/* "cpu0 cpu1". Returns text. */
const char *map_cores(char *text, size_t room, const struct mapping_range *range, unsigned core_count);

#endif
