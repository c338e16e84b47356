/* SPDX-License-Identifier: Apache-2.0 */
/* espocd image info | create | merge */
#include "services/cli/cli.h"

#include "base/file.h"
#include "layout/image.h"
#include "services/cli/image_info.h"
#include "services/cli/pieces.h"
#include "services/cli/report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { INFO_JSON };
static const struct cli_option info_options[] = {
    [INFO_JSON] = {"json", 0, NULL, "print JSON"},
    {NULL, 0, NULL, NULL},
};

static int run_info(struct cli_call *call)
{
    struct buf file = {0};
    struct findings findings = {0};
    struct image im;
    const char *name = call->args[0];
    enum err e = file_read(&call->log, name, &file);
    if (e) {
        buf_fini(&file);
        return cli_fail(call, e);
    }
    image_parse(file.bytes, file.len, &im, &findings);
    if (cli_has(call, INFO_JSON)) {
        json_t *o = image_info_json(name, file.len, &im);
        json_object_set_new(o, "findings", report_findings_json(&findings));
        report_json(o);
        e = findings_verdict(&call->log, &findings, ERR_MALFORMED);
    } else {
        image_info_print(name, file.len, &im);
        fflush(stdout);
        report_findings(stderr, &findings);
        e = findings_count(&findings, FINDING_ERROR) ? ERR_MALFORMED : ERR_OK;
    }
    findings_fini(&findings);
    buf_fini(&file);
    return cli_exit_of(e);
}

enum {
    CREATE_CHIP,
    CREATE_OUTPUT,
    CREATE_MODE,
    CREATE_FREQ,
    CREATE_SIZE,
    CREATE_MIN_REV_OLD,
    CREATE_MIN_REV,
    CREATE_MAX_REV,
    CREATE_PAGE,
    CREATE_NO_HASH,
};
static const struct cli_option create_options[] = {
    [CREATE_CHIP] = {"chip", 0, "CHIP", "the chip: esp32, esp32s3, esp32c3, ... (must be given)"},
    [CREATE_OUTPUT] = {"output", 'o', "FILE", "the image to write (default: the ELF file's name, ending in .bin)"},
    [CREATE_MODE] = {"flash-mode", 0, "MODE", "qio, qout, dio, dout, fast-read or slow-read (default dio)"},
    [CREATE_FREQ] = {"flash-freq", 0, "FREQ", "clock of the flash: 80m, 40m, ... (default: the second fastest)"},
    [CREATE_SIZE] = {"flash-size", 0, "SIZE", "1MB to 128MB (default 4MB)"},
    [CREATE_MIN_REV_OLD] = {"min-rev", 0, "MAJOR", "least chip revision, old field of the header (default 0)"},
    [CREATE_MIN_REV] = {"min-rev-full", 0, "REV", "least chip revision, major * 100 + minor (default 0)"},
    [CREATE_MAX_REV] = {"max-rev-full", 0, "REV", "greatest chip revision, major * 100 + minor (default: any)"},
    [CREATE_PAGE] = {"mmu-page-size", 0, "SIZE", "page of the flash MMU: 8KB to 64KB (default: as the program says)"},
    [CREATE_NO_HASH] = {"no-hash", 0, NULL, "do not append the SHA-256 of the image"},
    {NULL, 0, NULL, NULL},
};

/* Takes a number option up to max into *value, when it was given. */
static int take_number(struct cli_call *call, unsigned option, uint64_t max, uint64_t *value)
{
    const char *text = cli_value(call, option);
    if (text && !cli_number(text, max, value))
        return cli_usage(call, "--%s '%s' is no number from 0 to %llu", call->verb->options[option].name, text,
                         (unsigned long long)max);
    return CLI_DONE;
}

static int take_revisions(struct cli_call *call, struct image_options *o)
{
    uint64_t old = o->min_rev_old, min = o->min_rev, max = o->max_rev;
    if (take_number(call, CREATE_MIN_REV_OLD, UINT8_MAX, &old) || take_number(call, CREATE_MIN_REV, UINT16_MAX, &min) ||
        take_number(call, CREATE_MAX_REV, UINT16_MAX, &max))
        return CLI_USAGE;
    if (min > max)
        return cli_usage(call, "the least revision %u is above the greatest, %u", (unsigned)min, (unsigned)max);
    o->min_rev_old = (uint8_t)old;
    o->min_rev = (uint16_t)min;
    o->max_rev = (uint16_t)max;
    return CLI_DONE;
}

static int take_flash(struct cli_call *call, struct image_options *o)
{
    const char *mode = cli_value(call, CREATE_MODE), *freq = cli_value(call, CREATE_FREQ);
    const char *size = cli_value(call, CREATE_SIZE);
    int mode_code = mode ? image_mode_code(mode) : o->spi_mode;
    int freq_code = freq ? image_freq_code(o->chip, freq) : o->freq;
    uint64_t bytes = image_size_bytes(o->size), page = o->page_size;
    if (mode_code < 0)
        return cli_usage(call, "there is no flash mode '%s'", mode);
    if (freq_code < 0)
        return cli_usage(call, "%s has no flash clock '%s'", o->chip->title, freq);
    if (size && (!cli_number(size, UINT32_MAX, &bytes) || image_size_code(bytes) < 0))
        return cli_usage(call, "the flash size '%s' is none of 1MB, 2MB, 4MB, ... 128MB", size);
    if (take_number(call, CREATE_PAGE, IMAGE_PAGE_SIZE, &page))
        return CLI_USAGE;
    bool is_page = page >= IMAGE_PAGE_SIZE_MIN && (page & (page - 1)) == 0;
    if (page && (!is_page || (page != IMAGE_PAGE_SIZE && !o->chip->has_small_pages)))
        return cli_usage(call, "%s has no flash MMU pages of %u bytes", o->chip->title, (unsigned)page);
    o->spi_mode = (uint8_t)mode_code;
    o->freq = (uint8_t)freq_code;
    o->size = (uint8_t)image_size_code(bytes);
    o->page_size = (uint32_t)page;
    return CLI_DONE;
}

/* FILE.elf becomes FILE.bin, other names get .bin behind them. */
static char *default_output(const char *elf)
{
    size_t len = strlen(elf);
    if (len > 4 && !strcmp(elf + len - 4, ".elf"))
        len -= 4;
    char *name = malloc(len + 5);
    if (name)
        snprintf(name, len + 5, "%.*s.bin", (int)len, elf);
    return name;
}

static enum err create(struct cli_call *call, const struct image_options *options, const char *output)
{
    const char *input = call->args[0];
    struct buf elf = {0}, out = {0};
    enum err e = file_read(&call->log, input, &elf);
    if (!e)
        e = err_context(&call->log, image_from_elf(&call->log, options, elf.bytes, elf.len, &out), "'%s'", input);
    if (!e)
        e = file_write(&call->log, output, out.bytes, out.len);
    if (!e) {
        struct image im;
        image_parse(out.bytes, out.len, &im, NULL);
        printf("%s: %zu bytes in %u segments for %s\n", output, out.len, im.segment_count, options->chip->title);
    }
    buf_fini(&elf);
    buf_fini(&out);
    return e;
}

static int run_create(struct cli_call *call)
{
    const char *chip_name = cli_value(call, CREATE_CHIP);
    if (!chip_name)
        return cli_usage(call, "the chip is missing: --chip esp32, for example");
    const struct image_chip *chip;
    if (image_chip_option(call, chip_name, &chip))
        return CLI_USAGE;
    struct image_options options = image_options_default(chip);
    options.append_hash = !cli_has(call, CREATE_NO_HASH);
    if (take_revisions(call, &options) || take_flash(call, &options))
        return CLI_USAGE;
    const char *given = cli_value(call, CREATE_OUTPUT);
    char *own = given ? NULL : default_output(call->args[0]);
    if (!given && !own)
        return cli_fail(call, ERR_MEMORY);
    enum err e = create(call, &options, given ? given : own);
    free(own);
    return cli_fail(call, e);
}

enum { MERGE_OUTPUT, MERGE_FILL, MERGE_BASE, MERGE_PAD };
static const struct cli_option merge_options[] = {
    [MERGE_OUTPUT] = {"output", 'o', "FILE", "the file to write (must be given)"},
    [MERGE_FILL] = {"fill", 0, "BYTE", "what fills the gaps (default 0xFF, as erased flash)"},
    [MERGE_BASE] = {"base", 0, "OFFSET", "flash offset of the file's first byte (default 0)"},
    [MERGE_PAD] = {"pad-to", 0, "SIZE", "fill the file up to this flash offset: 4MB, ..."},
    {NULL, 0, NULL, NULL},
};

static int run_merge(struct cli_call *call)
{
    const char *output = cli_value(call, MERGE_OUTPUT);
    uint64_t fill = 0xFF, base = 0, pad = 0;
    if (!output)
        return cli_usage(call, "the file to write is missing: -o FILE");
    if (take_number(call, MERGE_FILL, UINT8_MAX, &fill) || take_number(call, MERGE_BASE, UINT32_MAX, &base) ||
        take_number(call, MERGE_PAD, PIECES_MAX_END, &pad))
        return CLI_USAGE;
    struct pieces pieces = {0};
    struct buf out = {0};
    enum err e = ERR_OK;
    for (size_t i = 0; i < call->arg_count && !e; i++)
        e = pieces_add_arg(&call->log, &pieces, call->args[i]);
    if (!e)
        e = pieces_merge(&call->log, &pieces, &(struct merge_options){(uint32_t)base, (uint8_t)fill, pad}, &out);
    if (!e)
        e = file_write(&call->log, output, out.bytes, out.len);
    if (!e)
        printf("%s: %zu bytes, from flash offset 0x%llX on\n", output, out.len, (unsigned long long)base);
    buf_fini(&out);
    pieces_fini(&pieces);
    return cli_fail(call, e);
}

static const struct cli_verb verbs[] = {
    {"info", "FILE", "show what an image says, and everything that is wrong with it",
     "Exit status 1 when the image is damaged or the file is no image.", info_options, 1, 1, run_info},
    {"create", "FILE.elf", "make an image from an ELF file",
     "Sections that are neighbours are joined. What is mapped from flash is placed on offsets that fit its addresses,\n"
     "and the gaps are filled with what goes to RAM. The SHA-256 of the ELF file is put into the application\n"
     "descriptor when there is one with room for it.",
     create_options, 1, 1, run_create},
    {"merge", "FILE@OFFSET...", "put several files into one, each at its flash offset",
     "Offsets are decimal or hex (0x8000).", merge_options, 1, 0, run_merge},
    {NULL, NULL, NULL, NULL, NULL, 0, 0, NULL},
};

int cmd_image(int argc, char **argv)
{
    static const struct cli_command group = {"image", "look into, make and merge ESP images", cmd_image};
    return cli_run_group(&group, verbs, argc, argv);
}
