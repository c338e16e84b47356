/* SPDX-License-Identifier: Apache-2.0 */
/* The list of verdicts, and how it is shown. */
#include "services/cli/doctor.h"

#include "services/cli/report.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *word, *color; /* parameters of the terminal's SGR sequence */
} kinds[] = {
    [VERDICT_GOOD] = {"good", "32"},
    [VERDICT_NOTE] = {"note", "33"},
    [VERDICT_BAD] = {"bad", "31;1"},
};

void verdicts_fini(struct verdicts *v)
{
    free(v->items);
    *v = (struct verdicts){0};
}

static struct verdict *append(struct verdicts *v)
{
    if (v->count == v->room) {
        size_t room = v->room ? 2 * v->room : 32;
        struct verdict *items = realloc(v->items, room * sizeof *items);
        if (!items) {
            v->failed = true;
            return NULL;
        }
        v->items = items;
        v->room = room;
    }
    v->items[v->count] = (struct verdict){0};
    return &v->items[v->count++];
}

static void add(struct verdicts *v, enum verdict_kind kind, const char *subject, const char *remedy, const char *fmt,
                va_list args)
{
    struct verdict *item = append(v);
    if (!item)
        return;
    item->kind = kind;
    item->subject = subject;
    snprintf(item->remedy, sizeof item->remedy, "%s", remedy);
    vsnprintf(item->seen, sizeof item->seen, fmt, args);
}

void verdict_good(struct verdicts *v, const char *subject, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    add(v, VERDICT_GOOD, subject, "", fmt, args);
    va_end(args);
}

void verdict_add(struct verdicts *v, enum verdict_kind kind, const char *subject, const char *remedy, const char *fmt,
                 ...)
{
    va_list args;
    va_start(args, fmt);
    add(v, kind, subject, remedy, fmt, args);
    va_end(args);
}

size_t verdicts_count(const struct verdicts *v, enum verdict_kind kind)
{
    size_t n = 0;
    for (size_t i = 0; i < v->count; i++)
        n += v->items[i].kind == kind;
    return n;
}

void verdicts_print(FILE *out, const struct verdicts *v, bool with_color)
{
    for (size_t i = 0; i < v->count; i++) {
        const struct verdict *item = &v->items[i];
        fprintf(out, with_color ? "\033[%s" : "", kinds[item->kind].color);
        fprintf(out, with_color ? "m%-4s\033[0m" : "%-4s", kinds[item->kind].word);
        fprintf(out, "  %-8s  ", item->subject);
        report_words(out, item->seen, 16, 16);
        if (item->remedy[0]) {
            fprintf(out, "%16s-> ", "");
            report_words(out, item->remedy, 19, 19);
        }
    }
    if (v->failed)
        fprintf(out, "note  espocd    memory ran out, there is more than this\n");
}

json_t *verdicts_json(const struct verdicts *v)
{
    json_t *list = json_array();
    for (size_t i = 0; i < v->count; i++) {
        const struct verdict *item = &v->items[i];
        json_t *o = json_pack("{s:s, s:s, s:o}", "verdict", kinds[item->kind].word, "subject", item->subject, "seen",
                              report_text(item->seen));
        if (item->remedy[0])
            json_object_set_new(o, "remedy", report_text(item->remedy));
        json_array_append_new(list, o);
    }
    return list;
}
