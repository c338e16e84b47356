/* SPDX-License-Identifier: Apache-2.0 */
/* Partition tables as CSV text: Name, Type, SubType, Offset, Size, Flags. */
#include "layout/partition.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { NAME, TYPE, SUBTYPE, OFFSET, SIZE, FLAGS, FIELDS };
enum { FIELD_MAX = 128, LINE_MAX_LEN = 1024 };

#define DOCS "the form is: Name, Type, SubType, Offset, Size, Flags"

static const struct finding_kind bad_line = {"csv-line", FINDING_ERROR, "the line cannot be understood", DOCS};
static const struct finding_kind bad_text = {"csv-text", FINDING_ERROR, "this is no CSV text",
                                             "give a CSV file as ESP-IDF has it, saved as UTF-8"};
static const struct finding_kind bad_place = {"csv-place", FINDING_ERROR,
                                              "partitions follow each other in the file in the order of their offsets",
                                              "change the offset, or leave it empty to have the next free one used"};
static const struct finding_kind long_name = {"csv-name", FINDING_WARNING, "names have 16 bytes at most, it is cut off",
                                              "give the partition a shorter name"};
static const struct finding_kind too_many = {
    "csv-count", FINDING_ERROR, "a partition table has room for 95 partitions (94 with MD5)", "remove some"};
static const struct finding_kind nothing = {"csv-empty", FINDING_ERROR, "there is no partition in it", DOCS};

static const struct {
    const char *name;
    uint32_t bit;
} flag_names[] = {{"encrypted", PARTITION_ENCRYPTED}, {"readonly", PARTITION_READONLY}};
enum { FLAG_NAMES = sizeof flag_names / sizeof flag_names[0] };

/* One CSV file being read. */
struct csv {
    const struct partition_rules *rules;
    struct partition_table *table;
    struct findings *findings;
    unsigned line;
    bool is_placed; /* the offset of the entry just read was given */
    int64_t size;   /* of the entry just read; negative: the end */
    uint64_t next;  /* first offset behind the partitions so far */
};

#define complain(csv, kind, fmt, ...)                                                                                  \
    findings_add_nowhere((csv)->findings, (kind), "line %u: " fmt, (csv)->line, __VA_ARGS__)

/* Splits a line at commas and strips blanks; missing fields are empty. False when a field is too long. */
static bool split(const char *line, char fields[FIELDS][FIELD_MAX])
{
    memset(fields, 0, FIELDS * FIELD_MAX);
    for (int i = 0; i < FIELDS; i++) {
        size_t len = strcspn(line, ",");
        const char *begin = line, *end = line + len;
        while (begin < end && isspace((unsigned char)*begin))
            begin++;
        while (end > begin && isspace((unsigned char)end[-1]))
            end--;
        if (end - begin >= FIELD_MAX)
            return false;
        memcpy(fields[i], begin, (size_t)(end - begin));
        line += len;
        if (*line)
            line++;
    }
    return true;
}

/* A number with optional sign, 0x, 0o or 0b, and a K or M behind it. */
static bool parse_number(const char *text, int64_t *value)
{
    bool is_negative = *text == '-';
    const char *digits = text + (*text == '-' || *text == '+');
    int base = 10;
    if (digits[0] == '0' && strchr("xXoObB", digits[1]) && digits[1]) {
        base = tolower((unsigned char)digits[1]) == 'x' ? 16 : tolower((unsigned char)digits[1]) == 'o' ? 8 : 2;
        digits += 2;
    }
    if (!isxdigit((unsigned char)*digits))
        return false;
    char *end;
    long long v = strtoll(digits, &end, base);
    int shift = tolower((unsigned char)*end) == 'k' ? 10 : tolower((unsigned char)*end) == 'm' ? 20 : 0;
    if (end == digits || end[shift != 0] || v > UINT32_MAX >> shift)
        return false;
    v <<= shift;
    *value = is_negative ? -v : v;
    return true;
}

static bool parse_type(struct csv *c, const char *text, struct partition *p)
{
    int64_t v = partition_type_value(text);
    if (v < 0 && (!parse_number(text, &v) || v < 0 || v > 0xFE)) {
        complain(c, &bad_line, "the type '%s' is none of app, data, bootloader, partition_table or 0 to 0xFE", text);
        return false;
    }
    p->type = (uint8_t)v;
    return true;
}

static bool parse_subtype(struct csv *c, const char *text, struct partition *p)
{
    if (!*text && p->type == PARTITION_APP) {
        complain(c, &bad_line, "the app partition '%s' has no subtype", p->label);
        return false;
    }
    int64_t v = *text ? partition_subtype_value(p->type, text) : PARTITION_DATA_UNDEFINED;
    if (v < 0 && (!parse_number(text, &v) || v < 0 || v > 0xFF)) {
        char type[8];
        complain(c, &bad_line, "the subtype '%s' is no known one of type %s and no number from 0 to 0xFF", text,
                 partition_type_text(type, p->type));
        return false;
    }
    p->subtype = (uint8_t)v;
    return true;
}

/* The offset that follows from the rules for a bootloader or table entry; PARTITION_UNKNOWN when none does. */
static uint32_t fixed_offset(const struct csv *c, const struct partition *p)
{
    if (partition_is(p, PARTITION_TABLE, PARTITION_PRIMARY))
        return c->rules->table_offset;
    if (partition_is(p, PARTITION_BOOTLOADER, PARTITION_PRIMARY))
        return c->rules->bootloader_offset;
    if (partition_is(p, PARTITION_BOOTLOADER, PARTITION_BOOTLOADER_RECOVERY))
        return c->rules->recovery_offset;
    return PARTITION_UNKNOWN;
}

static bool parse_offset(struct csv *c, const char *text, struct partition *p)
{
    int64_t v;
    uint32_t fixed = fixed_offset(c, p);
    c->is_placed = fixed != PARTITION_UNKNOWN || *text;
    if (fixed != PARTITION_UNKNOWN) {
        p->offset = fixed;
        return true;
    }
    if (!*text && p->type == PARTITION_BOOTLOADER) {
        complain(c, &bad_line, "the bootloader '%s' has no offset, and the rules say none", p->label);
        return false;
    }
    if (!*text)
        return true;
    if (!parse_number(text, &v) || v < 0) {
        complain(c, &bad_line, "the offset '%s' is no number from 0 to 0xFFFFFFFF", text);
        return false;
    }
    p->offset = (uint32_t)v;
    return true;
}

static bool parse_size(struct csv *c, const char *text, const struct partition *p)
{
    uint32_t boot = c->rules->bootloader_offset;
    if (p->type == PARTITION_TABLE) {
        c->size = PARTITION_TABLE_SECTOR;
        return true;
    }
    if (p->type == PARTITION_BOOTLOADER && boot < c->rules->table_offset) {
        c->size = c->rules->table_offset - boot;
        return true;
    }
    if (p->type == PARTITION_BOOTLOADER && (boot != PARTITION_UNKNOWN || !*text)) {
        complain(c, &bad_line, "the size of the bootloader '%s' follows from its offset, which is %s", p->label,
                 boot == PARTITION_UNKNOWN ? "not known here: give the offset of the primary bootloader"
                                           : "not below that of the table");
        return false;
    }
    if (!parse_number(text, &c->size)) {
        complain(c, &bad_line, "the size '%s' is no number (bytes, or with K or M)", text);
        return false;
    }
    return true;
}

static bool parse_flags(struct csv *c, char *text, struct partition *p)
{
    char *rest = text;
    for (char *word; (word = strsep(&rest, ":"));) {
        size_t i = 0;
        while (i < FLAG_NAMES && strcmp(flag_names[i].name, word))
            i++;
        if (i < FLAG_NAMES) {
            p->flags |= flag_names[i].bit;
        } else if (*word) {
            complain(c, &bad_line, "there is no flag '%s'; the flags are encrypted and readonly, joined by a colon",
                     word);
            return false;
        }
    }
    return true;
}

/* Primary bootloader and table lie before the other partitions and take no part in their placement. */
static bool is_before_all(const struct partition *p)
{
    return (p->type == PARTITION_BOOTLOADER || p->type == PARTITION_TABLE) && p->subtype == PARTITION_PRIMARY;
}

static uint64_t align_up(uint64_t v, uint32_t unit)
{
    return (v + unit - 1) / unit * unit;
}

/* Gives the entry its offset and size. */
static bool place(struct csv *c, struct partition *p)
{
    uint64_t offset = p->offset;
    if (!c->is_placed)
        offset = align_up(c->next, p->type == PARTITION_APP ? PARTITION_APP_ALIGN : PARTITION_ALIGN);
    else if (offset < c->next && !is_before_all(p)) {
        complain(c, &bad_place, "'%s' begins at 0x%" PRIX64 ", but what is before it (%s) ends at 0x%" PRIX64, p->label,
                 offset, c->table->count ? "a partition" : "the partition table", c->next);
        return false;
    }
    int64_t size = c->size < 0 ? -c->size - (int64_t)offset : c->size;
    if (size < 0 || offset + (uint64_t)size > UINT64_C(1) << 32 || offset > UINT32_MAX || size > UINT32_MAX) {
        complain(c, &bad_place, "'%s' would be at 0x%" PRIX64 " with %" PRId64 " bytes, outside of 4 GB", p->label,
                 offset, size);
        return false;
    }
    p->offset = (uint32_t)offset;
    p->size = (uint32_t)size;
    if (!is_before_all(p))
        c->next = offset + (uint64_t)size;
    return true;
}

static void parse_line(struct csv *c, const char *line)
{
    char fields[FIELDS][FIELD_MAX];
    struct partition p = {.line = c->line};
    if (!split(line, fields)) {
        complain(c, &bad_line, "a field has more than %d characters", FIELD_MAX - 1);
        return;
    }
    size_t len = strlen(fields[NAME]);
    memcpy(p.label, fields[NAME], len < PARTITION_LABEL_LEN ? len : PARTITION_LABEL_LEN);
    if (len > PARTITION_LABEL_LEN)
        complain(c, &long_name, "the name '%s' has %zu bytes", fields[NAME], len);
    if (!parse_type(c, fields[TYPE], &p) || !parse_subtype(c, fields[SUBTYPE], &p) ||
        !parse_offset(c, fields[OFFSET], &p) || !parse_size(c, fields[SIZE], &p) ||
        !parse_flags(c, fields[FLAGS], &p) || !place(c, &p))
        return;
    if (c->table->count == PARTITION_MAX)
        complain(c, &too_many, "'%s' is partition number %d", p.label, PARTITION_MAX + 1);
    else
        c->table->items[c->table->count++] = p;
}

/* Takes a line without its end; blank ones and comments mean nothing. */
static void take_line(struct csv *c, const char *begin, size_t len)
{
    char line[LINE_MAX_LEN];
    c->line++;
    while (len && isspace((unsigned char)*begin)) {
        begin++;
        len--;
    }
    if (!len || *begin == '#')
        return;
    if (len >= sizeof line) {
        complain(c, &bad_line, "it has more than %d characters", LINE_MAX_LEN - 1);
        return;
    }
    memcpy(line, begin, len);
    line[len] = '\0';
    if (memchr(begin, '\0', len))
        complain(c, &bad_text, "there is a zero byte in '%s'", line);
    else if (strchr(line, '$'))
        complain(c, &bad_line, "variables such as in '%s' are not expanded; write the value", line);
    else
        parse_line(c, line);
}

/* A text in UTF-16 or binary data. */
static const char *encoding_trouble(const uint8_t *bytes, size_t len)
{
    if (len >= 2 && ((bytes[0] == 0xFF && bytes[1] == 0xFE) || (bytes[0] == 0xFE && bytes[1] == 0xFF)))
        return "it begins with the mark of UTF-16";
    return len && memchr(bytes, 0, len < LINE_MAX_LEN ? len : LINE_MAX_LEN) ? "there are zero bytes in it" : NULL;
}

void partition_from_csv(const char *text, size_t len, const struct partition_rules *rules, struct partition_table *out,
                        struct findings *findings)
{
    *out = (struct partition_table){0};
    struct csv c = {rules, out, findings, .next = (uint64_t)rules->table_offset + PARTITION_TABLE_SECTOR};
    const char *trouble = encoding_trouble((const uint8_t *)text, len);
    if (trouble) {
        findings_add_nowhere(findings, &bad_text, "%s", trouble);
        return;
    }
    if (len >= 3 && !memcmp(text, "\xEF\xBB\xBF", 3)) {
        text += 3;
        len -= 3;
    }
    while (len) {
        const char *newline = memchr(text, '\n', len);
        size_t line_len = newline ? (size_t)(newline - text) : len;
        take_line(&c, text, line_len);
        line_len += newline != NULL;
        text += line_len;
        len -= line_len;
    }
    if (!out->count && !(findings && findings_count(findings, FINDING_ERROR)))
        findings_add_nowhere(findings, &nothing, "the text has %u lines, all of them blank or comments", c.line);
}

/* A size as people write it. */
static void write_size(struct buf *out, uint32_t size)
{
    if (size && size % (1 << 20) == 0)
        buf_printf(out, "%" PRIu32 "M", size >> 20);
    else if (size && size % (1 << 10) == 0)
        buf_printf(out, "%" PRIu32 "K", size >> 10);
    else
        buf_printf(out, "0x%" PRIx32, size);
}

static bool is_csv_name(const char *label)
{
    size_t len = strlen(label);
    if (len && (label[0] == '#' || isspace((unsigned char)label[0]) || isspace((unsigned char)label[len - 1])))
        return false;
    return !strpbrk(label, ",\n\r$");
}

enum err partition_to_csv(struct log *log, const struct partition_table *t, struct buf *out)
{
    buf_printf(out, "# ESP-IDF Partition Table\n# Name, Type, SubType, Offset, Size, Flags\n");
    for (unsigned i = 0; i < t->count; i++) {
        const struct partition *p = &t->items[i];
        char type[8], subtype[8];
        if (!is_csv_name(p->label))
            return err_at(log, ERR_UNSUPPORTED,
                          "partition %u at 0x%" PRIX32 " has a name that CSV cannot hold (a comma, a line end, or a "
                          "blank at its ends); keep the table binary, or make it again",
                          i, p->offset);
        buf_printf(out, "%s,%s,%s,0x%" PRIx32 ",", p->label, partition_type_text(type, p->type),
                   partition_subtype_text(subtype, p->type, p->subtype), p->offset);
        write_size(out, p->size);
        const char *between = ",";
        for (size_t k = 0; k < FLAG_NAMES; k++) {
            if (p->flags & flag_names[k].bit) {
                buf_printf(out, "%s%s", between, flag_names[k].name);
                between = ":";
            }
        }
        buf_printf(out, "%s\n", *between == ',' ? "," : "");
    }
    return out->failed ? err_at(log, ERR_MEMORY, "no memory for the CSV text") : ERR_OK;
}
