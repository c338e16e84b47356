/* SPDX-License-Identifier: Apache-2.0 */
#include "services/cli/report.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Prints a text that may come from a file, without what a terminal would obey. */
static void print_safely(FILE *out, const char *text)
{
    for (; *text; text++)
        putc(iscntrl((unsigned char)*text) ? '?' : *text, out);
}

void report_findings(FILE *out, const struct findings *f)
{
    for (size_t i = 0; i < f->count; i++) {
        const struct finding *item = &f->items[i];
        fprintf(out, "%s: ", severity_name(item->kind->severity));
        if (item->has_offset)
            fprintf(out, "at 0x%" PRIX64 ": ", item->offset);
        print_safely(out, item->seen);
        fprintf(out, "\n    %s; %s\n", item->kind->means, item->kind->remedy);
    }
    if (f->failed)
        fprintf(out, "warning: memory ran out, there are more findings than these\n");
}

void report_words_to(struct buf *out, const char *text, size_t column, size_t indent)
{
    while (*text) {
        size_t len = strcspn(text, " ");
        bool is_first = column <= indent;
        if (!is_first && column + 1 + len > REPORT_COLUMNS) {
            buf_printf(out, "\n%*s", (int)indent, "");
            column = indent;
        } else if (!is_first) {
            buf_u8(out, ' ');
            column++;
        }
        for (size_t i = 0; i < len; i++)
            buf_u8(out, iscntrl((unsigned char)text[i]) ? '?' : (uint8_t)text[i]);
        column += len;
        text += len + (text[len] == ' ');
    }
    buf_u8(out, '\n');
}

void report_words(FILE *out, const char *text, size_t column, size_t indent)
{
    struct buf lines = {0};
    report_words_to(&lines, text, column, indent);
    fputs(buf_str(&lines), out);
    buf_fini(&lines);
}

json_t *report_findings_json(const struct findings *f)
{
    json_t *list = json_array();
    for (size_t i = 0; i < f->count; i++) {
        const struct finding *item = &f->items[i];
        json_t *o = json_object();
        json_object_set_new(o, "severity", json_string(severity_name(item->kind->severity)));
        json_object_set_new(o, "code", json_string(item->kind->code));
        if (item->has_offset)
            json_object_set_new(o, "offset", report_hex(item->offset));
        json_object_set_new(o, "seen", report_text(item->seen));
        json_object_set_new(o, "means", json_string(item->kind->means));
        json_object_set_new(o, "remedy", json_string(item->kind->remedy));
        json_array_append_new(list, o);
    }
    return list;
}

void report_json(json_t *object)
{
    char *text = json_dumps(object, JSON_INDENT(2) | JSON_PRESERVE_ORDER);
    puts(text ? text : "{}");
    free(text);
    json_decref(object);
}

json_t *report_hex(uint64_t value)
{
    char text[24];
    snprintf(text, sizeof text, "0x%08" PRIX64, value);
    return json_string(text);
}

const char *report_bytes(char *text, const uint8_t *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++)
        snprintf(text + 2 * i, 3, "%02x", bytes[i]);
    return text;
}

bool report_with_color(void)
{
    return isatty(STDOUT_FILENO) && !getenv("NO_COLOR");
}

json_t *report_text(const char *text)
{
    json_t *string = json_string(text);
    if (string)
        return string;
    char *copy = strdup(text);
    for (char *p = copy; p && *p; p++) {
        if ((unsigned char)*p >= 0x80)
            *p = '?';
    }
    string = json_string(copy ? copy : "");
    free(copy);
    return string;
}
