/* SPDX-License-Identifier: Apache-2.0 */
#include "layout/flasher_args.h"

#include <ctype.h>
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#define REBUILD "build the project again"

void flasher_args_fini(struct flasher_args *a)
{
    for (size_t i = 0; i < a->count; i++) {
        free(a->files[i].path);
        free(a->files[i].name);
    }
    free(a->files);
    free(a->chip);
    free(a->flash_mode);
    free(a->flash_size);
    free(a->flash_freq);
    *a = (struct flasher_args){0};
}

const struct flasher_file *flasher_args_find(const struct flasher_args *a, const char *name)
{
    for (size_t i = 0; i < a->count; i++) {
        if (a->files[i].name && !strcmp(a->files[i].name, name))
            return &a->files[i];
    }
    return NULL;
}

/* "0x1000" or "4096". */
static bool parse_offset(const char *text, uint32_t *offset)
{
    char *end;
    if (!isdigit((unsigned char)text[0]))
        return false;
    errno = 0;
    unsigned long long v = strtoull(text, &end, 0);
    if (errno || end == text || *end || v > UINT32_MAX)
        return false;
    *offset = (uint32_t)v;
    return true;
}

static enum err add_file(struct log *log, struct flasher_args *a, uint32_t offset, const char *path)
{
    for (size_t i = 0; i < a->count; i++) {
        if (a->files[i].offset == offset)
            return err_at(log, ERR_MALFORMED, "'%s' and '%s' are both for offset 0x%x; " REBUILD, a->files[i].path,
                          path, offset);
    }
    if (a->count == a->room) {
        size_t room = a->room ? 2 * a->room : 8;
        struct flasher_file *files = realloc(a->files, room * sizeof *files);
        if (!files)
            return err_at(log, ERR_MEMORY, "no memory for a list of %zu files", room);
        a->files = files;
        a->room = room;
    }
    char *copy = strdup(path);
    if (!copy)
        return err_at(log, ERR_MEMORY, "no memory for the name of '%s'", path);
    a->files[a->count++] = (struct flasher_file){.path = copy, .offset = offset};
    return ERR_OK;
}

/* --- flasher_args.json --- */

static enum err take_files(struct log *log, const json_t *root, struct flasher_args *a)
{
    json_t *files = json_object_get(root, "flash_files");
    const char *key;
    json_t *value;
    if (!json_is_object(files) || !json_object_size(files))
        return err_at(log, ERR_MALFORMED, "it lists no files (\"flash_files\" is missing or empty); " REBUILD);
    json_object_foreach(files, key, value)
    {
        uint32_t offset;
        if (!parse_offset(key, &offset))
            return err_at(log, ERR_MALFORMED, "in \"flash_files\", \"%s\" is no offset in flash; " REBUILD, key);
        if (!json_is_string(value) || !*json_string_value(value))
            return err_at(log, ERR_MALFORMED, "in \"flash_files\", the value of \"%s\" is no file name; " REBUILD, key);
        enum err e = add_file(log, a, offset, json_string_value(value));
        if (e)
            return e;
    }
    return ERR_OK;
}

static bool is_true(const json_t *value)
{
    return json_is_true(value) || (json_is_string(value) && !strcmp(json_string_value(value), "true"));
}

/* The objects beside flash_files name the files and say which are encrypted; what does not match one is ignored. */
static enum err take_names(struct log *log, json_t *root, struct flasher_args *a)
{
    const char *key;
    json_t *value;
    json_object_foreach(root, key, value)
    {
        const char *text = json_string_value(json_object_get(value, "offset"));
        uint32_t offset;
        if (!text || !parse_offset(text, &offset))
            continue;
        for (size_t i = 0; i < a->count; i++) {
            if (a->files[i].offset != offset || a->files[i].name)
                continue;
            a->files[i].is_encrypted = is_true(json_object_get(value, "encrypted"));
            a->files[i].name = strdup(key);
            if (!a->files[i].name)
                return err_at(log, ERR_MEMORY, "no memory for the name '%s'", key);
        }
    }
    return ERR_OK;
}

static enum err take_text(struct log *log, const json_t *root, const char *group, const char *key, char **out)
{
    const char *text = json_string_value(json_object_get(json_object_get(root, group), key));
    if (text && !(*out = strdup(text)))
        return err_at(log, ERR_MEMORY, "no memory for the value of \"%s\"", key);
    return ERR_OK;
}

static enum err take_all(struct log *log, json_t *root, struct flasher_args *a)
{
    const struct {
        const char *group, *key;
        char **out;
    } texts[] = {
        {"extra_esptool_args", "chip", &a->chip},
        {"flash_settings", "flash_mode", &a->flash_mode},
        {"flash_settings", "flash_size", &a->flash_size},
        {"flash_settings", "flash_freq", &a->flash_freq},
    };
    enum err e = take_files(log, root, a);
    if (!e)
        e = take_names(log, root, a);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0] && !e; i++)
        e = take_text(log, root, texts[i].group, texts[i].key, texts[i].out);
    return e;
}

enum err flasher_args_from_json(struct log *log, const char *text, size_t len, struct flasher_args *out)
{
    *out = (struct flasher_args){0};
    json_error_t error;
    json_t *root = json_loadb(text, len, JSON_REJECT_DUPLICATES, &error);
    if (!root)
        return err_at(log, ERR_MALFORMED, "this is no JSON: line %d, column %d: %s; " REBUILD, error.line, error.column,
                      error.text);
    enum err e = take_all(log, root, out);
    json_decref(root);
    if (e)
        flasher_args_fini(out);
    return e;
}

/* --- flash_args --- */

enum { TEXT_LINE_MAX = 4096 };

/* One line: options, or an offset and a path. */
static enum err take_line(struct log *log, char *line, unsigned number, struct flasher_args *a)
{
    size_t len = strlen(line);
    while (len && isspace((unsigned char)line[len - 1]))
        line[--len] = '\0';
    while (isspace((unsigned char)*line))
        line++;
    if (!*line || *line == '-' || *line == '#')
        return ERR_OK;
    size_t word = strcspn(line, " \t");
    char *path = line + word + strspn(line + word, " \t");
    uint32_t offset;
    line[word] = '\0';
    if (!*path)
        return err_at(log, ERR_MALFORMED, "line %u has no file name behind '%s'; " REBUILD, number, line);
    if (!parse_offset(line, &offset))
        return err_at(log, ERR_MALFORMED, "line %u begins with '%s', which is no offset in flash; " REBUILD, number,
                      line);
    return add_file(log, a, offset, path);
}

static enum err take_lines(struct log *log, const char *text, size_t len, struct flasher_args *a)
{
    enum err e = ERR_OK;
    for (unsigned number = 1; len && !e; number++) {
        char line[TEXT_LINE_MAX];
        const char *newline = memchr(text, '\n', len);
        size_t line_len = newline ? (size_t)(newline - text) : len;
        if (line_len >= sizeof line || memchr(text, 0, line_len))
            return err_at(log, ERR_MALFORMED, "line %u is no text, or has more than %d characters; " REBUILD, number,
                          TEXT_LINE_MAX - 1);
        memcpy(line, text, line_len);
        line[line_len] = '\0';
        e = take_line(log, line, number, a);
        line_len += newline != NULL;
        text += line_len;
        len -= line_len;
    }
    if (!e && !a->count)
        e = err_at(log, ERR_MALFORMED, "it lists no files; " REBUILD);
    return e;
}

enum err flasher_args_from_text(struct log *log, const char *text, size_t len, struct flasher_args *out)
{
    *out = (struct flasher_args){0};
    enum err e = take_lines(log, text, len, out);
    if (e)
        flasher_args_fini(out);
    return e;
}
