/* SPDX-License-Identifier: Apache-2.0 */
/* The map for programs. */
#include "services/cli/map_view.h"

#include "services/cli/report.h"

static json_t *partition_json(const struct partition *p)
{
    char type[8], subtype[8];
    return json_pack("{s:s, s:s, s:b, s:b}", "type", partition_type_text(type, p->type), "subtype",
                     partition_subtype_text(subtype, p->type, p->subtype), "encrypted",
                     (p->flags & PARTITION_ENCRYPTED) != 0, "readonly", (p->flags & PARTITION_READONLY) != 0);
}

static json_t *image_json(const struct image *im)
{
    json_t *o = json_pack("{s:o, s:I, s:b, s:b}", "entry", report_hex(im->header.entry), "size", (json_int_t)im->len,
                          "complete", im->is_complete, "verified", im->is_verified);
    if (im->chip)
        json_object_set_new(o, "chip", json_string(im->chip->name));
    if (im->has_app_desc) {
        json_object_set_new(o, "project", report_text(im->app.project));
        json_object_set_new(o, "version", report_text(im->app.version));
        json_object_set_new(o, "sdk", report_text(im->app.idf_version));
    }
    return o;
}

static json_t *region_json(const struct map_view *v, const struct layout_region *r)
{
    const struct layout *l = v->layout;
    json_t *o =
        json_pack("{s:o, s:I, s:s, s:s}", "offset", report_hex(r->offset + l->base), "size", (json_int_t)r->size,
                  "kind", layout_kind_name(r->kind), "content", layout_kind_name(r->content));
    if (r->label[0])
        json_object_set_new(o, "name", report_text(r->label));
    if (r->is_used_known)
        json_object_set_new(o, "used", json_integer((json_int_t)r->used));
    if (r->detail[0])
        json_object_set_new(o, "detail", report_text(r->detail));
    if (r->partition)
        json_object_set_new(o, "partition", partition_json(r->partition));
    if (r->image)
        json_object_set_new(o, "image", image_json(r->image));
    json_object_set_new(o, "boots", json_boolean(r - l->regions == l->boot.region));
    if (v->now)
        json_object_set_new(o, "runs", json_boolean(r - l->regions == l->running.region));
    return o;
}

static json_t *tables_json(const struct layout *l)
{
    json_t *list = json_array();
    for (size_t i = 0; i < l->table_count; i++) {
        const struct layout_table *t = &l->tables[i];
        json_array_append_new(list, json_pack("{s:o, s:i, s:b, s:b, s:b}", "offset", report_hex(t->offset + l->base),
                                              "partitions", (int)t->table.count, "valid", t->is_valid, "signed",
                                              t->is_signed, "counts", t == l->table));
    }
    return list;
}

/* Stable words. */
static const char *const boot_kinds[] = {
    [LAYOUT_BOOT_UNKNOWN] = "unknown", [LAYOUT_BOOT_NOTHING] = "nothing",    [LAYOUT_BOOT_APP] = "app",
    [LAYOUT_BOOT_MCUBOOT] = "mcuboot", [LAYOUT_BOOT_SIMPLE] = "simple-boot", [LAYOUT_BOOT_USER] = "user",
};

static json_t *boot_json(const struct layout *l, const struct layout_boot *b)
{
    json_t *o = json_pack("{s:s, s:o}", "kind", boot_kinds[b->kind], "why", report_text(b->why));
    if (b->region >= 0)
        json_object_set_new(o, "offset", report_hex(l->regions[b->region].offset + l->base));
    return o;
}

static json_t *range_json(const struct mapping_range *r)
{
    json_t *cores = json_array();
    for (unsigned i = 0; i < 8; i++) {
        if (r->core_mask >> i & 1)
            json_array_append_new(cores, json_integer(i));
    }
    return json_pack("{s:o, s:I, s:s, s:o, s:b, s:b, s:o, s:s}", "address", report_hex(r->vaddr), "size",
                     (json_int_t)r->size, "memory", r->memory == MAPPING_FLASH ? "flash" : "psram", "offset",
                     report_hex(r->offset), "code", r->is_code, "data", r->is_data, "cores", cores, "source",
                     mapping_source_text(r->source));
}

static json_t *mapping_json(const struct mapping *m)
{
    json_t *list = json_array();
    for (size_t i = 0; i < m->count; i++)
        json_array_append_new(list, range_json(&m->items[i]));
    return list;
}

json_t *map_json(const struct map_view *view)
{
    const struct layout *l = view->layout;
    json_t *regions = json_array();
    for (size_t i = 0; i < l->region_count; i++)
        json_array_append_new(regions, region_json(view, &l->regions[i]));
    json_t *o = json_pack("{s:o, s:I, s:b}", "source", report_text(view->title), "size", (json_int_t)l->flash_size,
                          "encrypted", l->is_encrypted);
    if (view->flash)
        json_object_set_new(o, "flash", report_text(view->flash));
    json_object_set_new(o, "bytes_read", json_integer((json_int_t)l->bytes_read));
    if (view->now)
        json_object_set_new(o, "seconds", json_real(view->seconds));
    if (l->chip)
        json_object_set_new(o, "chip", json_string(l->chip->name));
    if (l->known_name)
        json_object_set_new(o, "layout", json_string(l->known_name));
    json_object_set_new(o, "partition_tables", tables_json(l));
    json_object_set_new(o, "boots", boot_json(l, &l->boot));
    if (view->now)
        json_object_set_new(o, "runs", boot_json(l, &l->running));
    json_object_set_new(o, "regions", regions);
    if (view->now && !view->no_live)
        json_object_set_new(o, "mapped", mapping_json(view->now));
    json_object_set_new(o, "expected", mapping_json(view->expected));
    json_object_set_new(o, "findings", report_findings_json(view->findings));
    return o;
}
