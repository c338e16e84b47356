/* SPDX-License-Identifier: Apache-2.0 */
/* One look of the layout engine at a scene, and what a test expects of it. */
#ifndef TESTS_LAYOUT_LOOK_H
#define TESTS_LAYOUT_LOOK_H

#include "unit.h"

#include "scenes.h"

#include <stdio.h>
#include <string.h>

struct look {
    struct layout l;
    struct findings f;
};

static inline void look(struct look *k, const struct layout_request *request)
{
    *k = (struct look){0};
    CHECK_OK(layout_read(request, &k->l, &k->f));
    /* Regions cover the flash without gaps. */
    uint32_t at = 0;
    for (size_t i = 0; i < k->l.region_count; i++) {
        const struct layout_region *r = &k->l.regions[i];
        assert_true(r->offset <= at);
        at = r->offset + r->size > at ? r->offset + r->size : at;
    }
    assert_int_equal(at, k->l.flash_size);
}

static inline void done(struct look *k)
{
    layout_fini(&k->l);
    findings_fini(&k->f);
}

static inline const struct finding *finding(const struct look *k, const char *code)
{
    for (size_t i = 0; i < k->f.count; i++) {
        if (!strcmp(k->f.items[i].kind->code, code))
            return &k->f.items[i];
    }
    return NULL;
}

static inline void expect_boot(const struct look *k, enum layout_boot_kind kind, uint32_t offset, const char *why)
{
    assert_string_equal(layout_boot_text(k->l.boot.kind), layout_boot_text(kind));
    assert_true(k->l.boot.region >= 0);
    assert_int_equal(k->l.regions[k->l.boot.region].offset, offset);
    if (!strstr(k->l.boot.why, why))
        assert_string_equal(k->l.boot.why, why);
}

static inline const struct layout_region *expect_region(const struct look *k, uint32_t offset, enum layout_kind kind,
                                                        enum layout_kind content)
{
    const struct layout_region *r = layout_at(&k->l, offset);
    assert_non_null(r);
    assert_int_equal(r->offset, offset);
    assert_string_equal(layout_kind_name(r->kind), layout_kind_name(kind));
    assert_string_equal(layout_kind_name(r->content), layout_kind_name(content));
    return r;
}

/* No warning and no error. */
static inline void expect_quiet(const struct look *k)
{
    for (size_t i = 0; i < k->f.count; i++) {
        if (k->f.items[i].kind->severity != FINDING_NOTE)
            assert_string_equal(k->f.items[i].seen, k->f.items[i].kind->code);
    }
}

/* One warning or error of that code, at that offset. */
static inline const struct finding *expect_finding(const struct look *k, const char *code, uint32_t offset)
{
    const struct finding *f = finding(k, code);
    if (!f)
        assert_string_equal("not found", code);
    assert_true(f->has_offset);
    assert_int_equal(f->offset, offset);
    return f;
}

/* A look with nothing known and nothing asked for. */
static inline void look_at(struct look *k, struct scene *s)
{
    struct layout_request request = scene_request(s);
    look(k, &request);
}

static inline void leave(struct look *k, struct scene *s)
{
    done(k);
    scene_free(s);
}

#endif
