/* SPDX-License-Identifier: Apache-2.0 */
#include "services/cli/map_view.h"

#include <stdio.h>
#include <string.h>

bool map_is_gap(const struct layout_region *r)
{
    return r->kind == LAYOUT_BLANK || r->kind == LAYOUT_UNKNOWN || r->kind == LAYOUT_ENCRYPTED;
}

const char *map_what(char *text, size_t room, const struct layout_region *r)
{
    bool is_other = r->content != r->kind, is_alone = r->kind == LAYOUT_APP && !r->partition;
    bool is_app = r->image && (r->image->has_app_desc || image_maps_flash(r->image));
    const char *alone = is_app ? "app image" : "image for RAM";
    snprintf(text, room, "%s%s%s", is_alone ? alone : layout_kind_text(r->kind), is_other ? ": " : "",
             is_other ? layout_kind_text(r->content) : "");
    return text;
}

const char *map_marks(const struct layout *l, const struct layout_region *r)
{
    int index = (int)(r - l->regions);
    bool boots = l->boot.region == index, runs = l->running.region == index;
    return boots && runs ? "boots, runs" : boots ? "boots" : runs ? "runs" : "";
}

const char *map_label(char *text, size_t room, const struct layout_region *r)
{
    size_t i = 0;
    for (; r->label[i] && i + 1 < room; i++)
        text[i] = r->label[i] >= 0x20 && r->label[i] < 0x7F ? r->label[i] : '?';
    text[i] = '\0';
    return text;
}

const char *map_cores(char *text, size_t room, const struct mapping_range *range, unsigned core_count)
{
    size_t at = 0;
    text[0] = '\0';
    for (unsigned i = 0; i < core_count && at < room; i++) {
        if (range->core_mask >> i & 1)
            at += (size_t)snprintf(text + at, room - at, "%scpu%u", at ? " " : "", i);
    }
    return text;
}
