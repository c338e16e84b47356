/* SPDX-License-Identifier: Apache-2.0 */
/* espocd partitions show | check | to-bin | to-csv */
#include "services/cli/cli.h"

#include "base/file.h"
#include "layout/partition.h"
#include "services/cli/report.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Options that every verb has; further ones follow. */
enum { OPT_TABLE, OPT_BOOTLOADER, OPT_RECOVERY, OPT_SIZE, OPT_FIRST };
#define COMMON_OPTIONS                                                                                                 \
    [OPT_TABLE] = {"table-offset", 0, "OFFSET", "where the table lies in flash (default 0x8000)"},                     \
    [OPT_BOOTLOADER] = {"bootloader-offset", 0, "OFFSET", "where the bootloader lies, for tables that list it"},       \
    [OPT_RECOVERY] = {"recovery-offset", 0, "OFFSET", "where the recovery bootloader lies, likewise"},                 \
    [OPT_SIZE] = {"flash-size", 0, "SIZE", "size of the flash, to check that all fits: 4MB"}

/* A table and all that was found in it. */
struct input {
    struct partition_table table;
    struct partition_rules rules;
    struct findings findings;
    bool is_csv;
};

static int take_rules(struct cli_call *call, struct partition_rules *rules)
{
    *rules = partition_rules_default();
    uint64_t v[OPT_FIRST] = {rules->table_offset, rules->bootloader_offset, rules->recovery_offset, 0};
    for (unsigned i = 0; i < OPT_FIRST; i++) {
        const char *text = cli_value(call, i);
        if (text && !cli_number(text, UINT32_MAX - PARTITION_TABLE_SECTOR, &v[i]))
            return cli_usage(call, "--%s '%s' is no number", call->verb->options[i].name, text);
    }
    if (v[OPT_TABLE] % PARTITION_ALIGN)
        return cli_usage(call, "--table-offset 0x%" PRIX64 " is no multiple of 0x1000", v[OPT_TABLE]);
    rules->table_offset = (uint32_t)v[OPT_TABLE];
    rules->bootloader_offset = (uint32_t)v[OPT_BOOTLOADER];
    rules->recovery_offset = (uint32_t)v[OPT_RECOVERY];
    rules->flash_size = v[OPT_SIZE];
    return CLI_DONE;
}

/* Whether it is text, in UTF-8 or UTF-16 (which partition_from_csv then refuses by name). */
static bool is_text(const struct buf *file)
{
    if (file->len >= 2 && file->bytes[0] != file->bytes[1] && file->bytes[0] >= 0xFE && file->bytes[1] >= 0xFE)
        return true;
    for (size_t i = 0; i < file->len; i++) {
        uint8_t c = file->bytes[i];
        if ((c < 0x20 && !isspace(c)) || c == 0xFF)
            return false;
    }
    return true;
}

/* Reads a table from a binary table, a CSV file, or a dump of a flash that has one at the table's offset. */
static void parse(struct input *in, const struct buf *file)
{
    uint32_t at = in->rules.table_offset;
    if (!partition_table_looks_right(file->bytes, file->len) && file->len > at &&
        partition_table_looks_right(file->bytes + at, file->len - at)) {
        in->findings.base = at;
        partition_parse(file->bytes + at, file->len - at, &in->table, &in->findings);
        in->findings.base = 0;
    } else if (file->len && is_text(file)) {
        in->is_csv = true;
        partition_from_csv((const char *)file->bytes, file->len, &in->rules, &in->table, &in->findings);
    } else {
        partition_parse(file->bytes, file->len, &in->table, &in->findings);
    }
    if (!findings_count(&in->findings, FINDING_ERROR))
        partition_check(&in->table, &in->rules, &in->findings);
}

/* Reads the file that the call names. CLI_DONE, also when the table has errors: they are in in->findings then. */
static int load(struct cli_call *call, struct input *in)
{
    *in = (struct input){0};
    int status = take_rules(call, &in->rules);
    if (status != CLI_DONE)
        return status;
    struct buf file = {0};
    enum err e = file_read(&call->log, call->args[0], &file);
    if (!e)
        parse(in, &file);
    buf_fini(&file);
    return cli_fail(call, e);
}

/* Ends a verb: says the findings (unless as JSON already), gives the exit status. */
static int finish(struct input *in, bool with_report)
{
    fflush(stdout);
    if (with_report)
        report_findings(stderr, &in->findings);
    bool has_errors = findings_count(&in->findings, FINDING_ERROR) > 0;
    findings_fini(&in->findings);
    return has_errors ? CLI_FAILED : CLI_DONE;
}

/* --- show and check --- */

static const char *flags_text(char *text, size_t room, uint32_t flags)
{
    snprintf(text, room, "%s%s%s", flags & PARTITION_ENCRYPTED ? "encrypted" : "", (flags & 3) == 3 ? ", " : "",
             flags & PARTITION_READONLY ? "readonly" : "");
    return text;
}

/* A label without what a terminal would obey. */
static const char *printable(char text[PARTITION_LABEL_LEN + 1], const char *label)
{
    size_t i = 0;
    for (; label[i] && i < PARTITION_LABEL_LEN; i++)
        text[i] = isprint((unsigned char)label[i]) ? label[i] : '?';
    text[i] = '\0';
    return text;
}

static void print_table(const struct input *in)
{
    printf("%-16s  %-10s  %-10s  %-10s  %-10s  %10s  %s\n", "name", "type", "subtype", "offset", "end", "size",
           "flags");
    for (unsigned i = 0; i < in->table.count; i++) {
        const struct partition *p = &in->table.items[i];
        char label[PARTITION_LABEL_LEN + 1], type[8], subtype[8], flags[32], size[32];
        printf("%-16s  %-10s  %-10s  0x%08" PRIX32 "  0x%08" PRIX64 "  %10s  %s\n", printable(label, p->label),
               partition_type_text(type, p->type), partition_subtype_text(subtype, p->type, p->subtype), p->offset,
               p->offset + (uint64_t)p->size, cli_size(size, sizeof size, p->size),
               flags_text(flags, sizeof flags, p->flags));
    }
    char hash[2 * MD5_LEN + 1];
    if (in->table.has_md5)
        printf("\nMD5 %s, %s\n", report_bytes(hash, in->table.md5, MD5_LEN),
               memcmp(in->table.md5, in->table.md5_right, MD5_LEN) ? "wrong" : "right");
}

static json_t *table_json(const struct input *in)
{
    json_t *list = json_array();
    for (unsigned i = 0; i < in->table.count; i++) {
        const struct partition *p = &in->table.items[i];
        char type[8], subtype[8];
        json_array_append_new(list, json_pack("{s:o, s:s, s:s, s:o, s:I, s:b, s:b}", "name", report_text(p->label),
                                              "type", partition_type_text(type, p->type), "subtype",
                                              partition_subtype_text(subtype, p->type, p->subtype), "offset",
                                              report_hex(p->offset), "size", (json_int_t)p->size, "encrypted",
                                              (p->flags & PARTITION_ENCRYPTED) != 0, "readonly",
                                              (p->flags & PARTITION_READONLY) != 0));
    }
    json_t *o = json_pack("{s:o, s:s, s:o}", "table_offset", report_hex(in->rules.table_offset), "format",
                          in->is_csv ? "csv" : "binary", "partitions", list);
    char hash[2 * MD5_LEN + 1];
    if (in->table.has_md5)
        json_object_set_new(o, "md5", json_string(report_bytes(hash, in->table.md5, MD5_LEN)));
    json_object_set_new(o, "findings", report_findings_json(&in->findings));
    return o;
}

enum { SHOW_JSON = OPT_FIRST };
static const struct cli_option show_options[] = {
    COMMON_OPTIONS,
    [SHOW_JSON] = {"json", 0, NULL, "print JSON"},
    {NULL, 0, NULL, NULL},
};

static int run_show(struct cli_call *call)
{
    struct input in;
    int status = load(call, &in);
    if (status != CLI_DONE)
        return status;
    bool as_json = cli_has(call, SHOW_JSON);
    if (as_json)
        report_json(table_json(&in));
    else if (in.table.count)
        print_table(&in);
    return finish(&in, !as_json);
}

static int run_check(struct cli_call *call)
{
    struct input in;
    int status = load(call, &in);
    if (status != CLI_DONE)
        return status;
    bool as_json = cli_has(call, SHOW_JSON);
    if (as_json)
        report_json(table_json(&in));
    else
        printf("%s: %u partitions, %zu errors, %zu warnings\n", call->args[0], in.table.count,
               findings_count(&in.findings, FINDING_ERROR), findings_count(&in.findings, FINDING_WARNING));
    return finish(&in, !as_json);
}

/* --- conversions --- */

enum { TO_OUTPUT = OPT_FIRST, TO_NO_MD5 };
static const struct cli_option to_bin_options[] = {
    COMMON_OPTIONS,
    [TO_OUTPUT] = {"output", 'o', "FILE", "the file to write (must be given)"},
    [TO_NO_MD5] = {"no-md5", 0, NULL, "leave the MD5 entry out, for bootloaders before ESP-IDF 3.1"},
    {NULL, 0, NULL, NULL},
};
static const struct cli_option to_csv_options[] = {
    COMMON_OPTIONS,
    [TO_OUTPUT] = {"output", 'o', "FILE", "the file to write (default: print it)"},
    {NULL, 0, NULL, NULL},
};

static int run_to_bin(struct cli_call *call)
{
    struct input in;
    struct buf out = {0};
    const char *output = cli_value(call, TO_OUTPUT);
    if (!output)
        return cli_usage(call, "the file to write is missing: -o FILE");
    int status = load(call, &in);
    if (status == CLI_DONE && (status = finish(&in, true)) == CLI_DONE) {
        enum err e = partition_to_bin(&call->log, &in.table, !cli_has(call, TO_NO_MD5), &out);
        if (!e)
            e = file_write(&call->log, output, out.bytes, out.len);
        if (!e)
            printf("%s: %u partitions, %zu bytes\n", output, in.table.count, out.len);
        status = cli_fail(call, e);
    }
    buf_fini(&out);
    return status;
}

static int run_to_csv(struct cli_call *call)
{
    struct input in;
    struct buf out = {0};
    const char *output = cli_value(call, TO_OUTPUT);
    int status = load(call, &in);
    if (status == CLI_DONE && (status = finish(&in, true)) == CLI_DONE) {
        enum err e = partition_to_csv(&call->log, &in.table, &out);
        if (!e && output)
            e = file_write(&call->log, output, out.bytes, out.len);
        else if (!e)
            fputs(buf_str(&out), stdout);
        status = cli_fail(call, e);
    }
    buf_fini(&out);
    return status;
}

#define INPUTS                                                                                                         \
    "FILE is a binary table, a CSV file as ESP-IDF has it, or a dump of a flash with a table at --table-offset."
static const struct cli_verb verbs[] = {
    {"show", "FILE", "show a partition table, and everything that is wrong with it", INPUTS, show_options, 1, 1,
     run_show},
    {"check", "FILE", "check a partition table: alignment, overlaps, sizes, names", INPUTS "\nExit status 1 on errors.",
     show_options, 1, 1, run_check},
    {"to-bin", "FILE", "make the binary table that goes to flash", INPUTS, to_bin_options, 1, 1, run_to_bin},
    {"to-csv", "FILE", "make a CSV file of a table", INPUTS, to_csv_options, 1, 1, run_to_csv},
    {NULL, NULL, NULL, NULL, NULL, 0, 0, NULL},
};

int cmd_partitions(int argc, char **argv)
{
    static const struct cli_command group = {"partitions", "show, convert and check partition tables", cmd_partitions};
    return cli_run_group(&group, verbs, argc, argv);
}
