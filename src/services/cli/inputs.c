/* SPDX-License-Identifier: Apache-2.0 */
#include "services/cli/inputs.h"

#include "base/file.h"
#include "layout/partition.h"
#include "services/cli/cli.h"

#include <inttypes.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FLASHER_ARGS "flasher_args.json"
#define FLASH_ARGS   "flash_args"
enum { DEFAULT_APP_OFFSET = 0x10000 };

void inputs_fini(struct inputs *in)
{
    for (size_t i = 0; i < in->program_count; i++) {
        free(in->programs[i].path);
        buf_fini(&in->programs[i].elf);
    }
    free(in->programs);
    free(in->chip);
    pieces_fini(&in->pieces);
    *in = (struct inputs){0};
}

/* --- paths --- */

static bool is_folder(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* "folder/name" in a new string; name alone when it is absolute. NULL when out of memory. */
static char *join(const char *folder, const char *name)
{
    size_t room = strlen(folder) + strlen(name) + 2;
    char *path = malloc(room);
    if (path && name[0] == '/')
        snprintf(path, room, "%s", name);
    else if (path)
        snprintf(path, room, "%s/%s", folder, name);
    return path;
}

static bool file_exists(const char *folder, const char *name)
{
    char *path = join(folder, name);
    bool exists = path && access(path, F_OK) == 0;
    free(path);
    return exists;
}

/* --- build directories --- */

/* Reads what the build in a folder says about flashing it. */
static enum err read_build(struct log *log, const char *folder, struct flasher_args *out)
{
    bool has_json = file_exists(folder, FLASHER_ARGS);
    char *path = join(folder, has_json ? FLASHER_ARGS : FLASH_ARGS);
    struct buf file = {0};
    *out = (struct flasher_args){0};
    enum err e = path ? file_read(log, path, &file) : err_at(log, ERR_MEMORY, "no memory for a path");
    if (!e && has_json)
        e = flasher_args_from_json(log, buf_str(&file), file.len, out);
    else if (!e)
        e = flasher_args_from_text(log, buf_str(&file), file.len, out);
    if (path && e != ERR_NOT_FOUND && e != ERR_IO)
        e = err_context(log, e, "'%s'", path);
    buf_fini(&file);
    free(path);
    return e;
}

static enum err add_build_file(struct log *log, struct inputs *in, const char *folder, const struct flasher_file *file)
{
    char *path = join(folder, file->path);
    enum err e =
        path ? pieces_add_file(log, &in->pieces, path, file->offset) : err_at(log, ERR_MEMORY, "no memory for a path");
    free(path);
    if (!e)
        in->pieces.items[in->pieces.count - 1].is_encrypted = file->is_encrypted;
    return err_context(log, e, "the build in '%s' is not complete (build the project again)", folder);
}

static enum err add_build(struct log *log, struct inputs *in, const char *folder)
{
    struct flasher_args args;
    char *below = NULL;
    if (!file_exists(folder, FLASHER_ARGS) && !file_exists(folder, FLASH_ARGS)) {
        below = join(folder, "build");
        if (!below || (!file_exists(below, FLASHER_ARGS) && !file_exists(below, FLASH_ARGS))) {
            free(below);
            return err_at(log, ERR_NOT_FOUND,
                          "the folder '%s' is no build: there is no " FLASHER_ARGS
                          " in it; build the project, then give "
                          "its build directory",
                          folder);
        }
        folder = below;
    }
    enum err e = read_build(log, folder, &args);
    for (size_t i = 0; i < args.count && !e; i++)
        e = add_build_file(log, in, folder, &args.files[i]);
    if (!e && args.chip && !in->chip) {
        in->chip = args.chip;
        args.chip = NULL;
    }
    flasher_args_fini(&args);
    free(below);
    return e;
}

/* --- single files --- */

static bool is_elf(const struct buf *file)
{
    return file->len >= 4 && !memcmp(file->bytes, "\177ELF", 4);
}

/* Takes the content of elf over. */
static enum err add_program(struct log *log, struct inputs *in, const char *path, struct buf *elf)
{
    struct program *programs = realloc(in->programs, (in->program_count + 1) * sizeof *programs);
    if (!programs)
        return err_at(log, ERR_MEMORY, "no memory for another program");
    in->programs = programs;
    char *copy = strdup(path);
    if (!copy)
        return err_at(log, ERR_MEMORY, "no memory for the name of '%s'", path);
    in->programs[in->program_count++] = (struct program){.path = copy, .elf = *elf, .is_encrypted = in->encrypts};
    *elf = (struct buf){0};
    return ERR_OK;
}

/* A file without an offset: it must be a program. */
static enum err add_plain(struct log *log, struct inputs *in, const char *path)
{
    struct buf file = {0};
    enum err e = file_read(log, path, &file);
    if (!e && !file.len)
        e = err_at(log, ERR_MALFORMED, "'%s' is empty, there is nothing to write; check that it was built", path);
    else if (!e && !is_elf(&file))
        e = err_at(
            log, ERR_USAGE,
            "'%s' does not say where in flash it goes: write FILE@OFFSET, as in %s@0x10000 (only an ELF file or a "
            "build directory can go without)",
            path, path);
    if (!e)
        e = add_program(log, in, path, &file);
    buf_fini(&file);
    return e;
}

/* FILE@OFFSET: bytes, or a program. */
static enum err add_placed(struct log *log, struct inputs *in, const char *arg)
{
    enum err e = pieces_add_arg(log, &in->pieces, arg);
    if (e)
        return e;
    struct piece *last = &in->pieces.items[in->pieces.count - 1];
    last->is_encrypted = in->encrypts;
    if (!is_elf(&last->bytes))
        return ERR_OK;
    e = add_program(log, in, last->name, &last->bytes);
    if (!e) {
        in->programs[in->program_count - 1].has_offset = true;
        in->programs[in->program_count - 1].offset = last->offset;
        pieces_drop_last(&in->pieces);
    }
    return e;
}

static enum err add_arg(struct log *log, struct inputs *in, const char *arg)
{
    const char *slash = strrchr(arg, '/');
    if (is_folder(arg))
        return add_build(log, in, arg);
    if (!strcmp(slash ? slash + 1 : arg, FLASHER_ARGS)) {
        char *copy = strdup(arg);
        enum err e = copy ? add_build(log, in, dirname(copy)) : err_at(log, ERR_MEMORY, "no memory for a path");
        free(copy);
        return e;
    }
    return strchr(slash ? slash : arg, '@') ? add_placed(log, in, arg) : add_plain(log, in, arg);
}

enum err inputs_read(struct log *log, struct inputs *in, char **args, size_t count)
{
    enum err e = ERR_OK;
    for (size_t i = 0; i < count && !e; i++)
        e = add_arg(log, in, args[i]);
    return e ? e : pieces_sort(log, &in->pieces);
}

/* --- programs --- */

/* Takes mode, clock and size from what the build says, where it says something known. */
static void take_settings(const struct flasher_args *args, struct image_options *o)
{
    uint64_t size;
    int mode = args->flash_mode ? image_mode_code(args->flash_mode) : -1;
    int freq = args->flash_freq ? image_freq_code(o->chip, args->flash_freq) : -1;
    if (mode >= 0)
        o->spi_mode = (uint8_t)mode;
    if (freq >= 0)
        o->freq = (uint8_t)freq;
    if (args->flash_size && cli_number(args->flash_size, UINT32_MAX, &size) && image_size_code(size) >= 0)
        o->size = (uint8_t)image_size_code(size);
}

/* Where the table in the flash has the app that starts without OTA data. False when there is no such table. */
static bool find_in_flash(struct log *log, struct flash *flash, uint32_t *offset)
{
    uint8_t bytes[PARTITION_TABLE_LEN];
    struct partition_table t;
    struct findings f = {0};
    if (flash_read(flash, PARTITION_TABLE_OFFSET, bytes, sizeof bytes)) {
        err_forget(log);
        return false;
    }
    partition_parse(bytes, sizeof bytes, &t, &f);
    bool is_sound = !findings_count(&f, FINDING_ERROR);
    const struct partition *app = partition_default_app(&t);
    findings_fini(&f);
    if (!is_sound || !app)
        return false;
    log_info(log, "the partition table in the flash has the app '%s' at 0x%" PRIX32, app->label, app->offset);
    *offset = app->offset;
    return true;
}

/* A program without an offset: looks beside it, then into the flash. */
static void place(struct log *log, struct program *p, struct image_options *o, struct flash *flash)
{
    struct flasher_args args = {0};
    char *copy = strdup(p->path);
    const char *folder = copy ? dirname(copy) : NULL;
    bool has_build = folder && (file_exists(folder, FLASHER_ARGS)) && !read_build(log, folder, &args);
    const struct flasher_file *app = has_build ? flasher_args_find(&args, "app") : NULL;
    if (!has_build)
        err_forget(log);
    if (has_build)
        take_settings(&args, o);
    p->is_encrypted |= app && app->is_encrypted;
    if (app && !p->has_offset)
        p->offset = app->offset;
    else if (!p->has_offset && !find_in_flash(log, flash, &p->offset))
        p->offset = DEFAULT_APP_OFFSET;
    flasher_args_fini(&args);
    free(copy);
}

/* A program that maps nothing from flash is no app: its place cannot be guessed. */
static enum err check_is_app(struct log *log, const struct program *p, const struct buf *image)
{
    struct image im;
    image_parse(image->bytes, image->len, &im, NULL);
    for (unsigned n = 0; n < im.segment_count; n++) {
        if (im.segments[n].region && im.segments[n].region->is_flash)
            return ERR_OK;
    }
    return err_at(log, ERR_USAGE,
                  "'%s' runs from RAM only, so it is a bootloader or no app: say where it goes, as in %s@0x%X", p->path,
                  p->path, (unsigned)(im.chip ? im.chip->bootloader_offset : 0));
}

static enum err resolve(struct log *log, struct inputs *in, struct program *p, struct image_options o,
                        struct flash *flash)
{
    struct buf image = {0};
    place(log, p, &o, flash);
    enum err e = err_context(log, image_from_elf(log, &o, p->elf.bytes, p->elf.len, &image), "'%s'", p->path);
    if (!e && !p->has_offset)
        e = check_is_app(log, p, &image);
    if (!e)
        e = pieces_add(log, &in->pieces, p->path, p->offset, &image);
    if (!e)
        in->pieces.items[in->pieces.count - 1].is_encrypted = p->is_encrypted;
    buf_fini(&image);
    return e;
}

enum err inputs_resolve(struct log *log, struct inputs *in, const struct chip *chip, struct flash *flash,
                        const struct flash_info *info)
{
    const struct image_chip *image_chip = image_chip_by_id(chip->image.id);
    enum err e = ERR_OK;
    if (!image_chip)
        return err_at(log, ERR_UNSUPPORTED, "images for %s (chip id %u) are not known", chip->title, chip->image.id);
    struct image_options o = image_options_default(image_chip);
    if (image_size_code(info->size) >= 0)
        o.size = (uint8_t)image_size_code(info->size);
    for (size_t i = 0; i < in->program_count && !e; i++)
        e = resolve(log, in, &in->programs[i], o, flash);
    return e ? e : pieces_sort(log, &in->pieces);
}

enum err inputs_check_build(struct log *log, const struct inputs *in, const struct chip *chip)
{
    const struct image_chip *wanted = in->chip ? image_chip_find(in->chip) : NULL;
    if (!in->chip || (wanted && wanted->id == chip->image.id))
        return ERR_OK;
    return err_at(log, ERR_STATE,
                  "the build is for %s, the chip here is %s; nothing was written; build it for %s, or say --force",
                  wanted ? wanted->title : in->chip, chip->title, chip->title);
}
