/* SPDX-License-Identifier: Apache-2.0 */
#include "services/cli/image_info.h"

#include "base/bytes.h"
#include "services/cli/report.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const char *kind_of(const struct image *im)
{
    return im->has_app_desc ? "application" : im->has_boot_desc ? "bootloader" : "program";
}

static const char *title_of(const struct image *im)
{
    return im->chip ? im->chip->title : "an unknown chip";
}

/* "DIO, 40 MHz, 4 MB" */
static void print_flash(const struct image *im)
{
    const struct image_header *h = &im->header;
    const char *mode = image_mode_name(h->spi_mode), *freq = image_freq_name(im->chip, h->freq);
    char size[32] = "unknown size";
    if (image_size_bytes(h->size))
        cli_size(size, sizeof size, image_size_bytes(h->size));
    printf("  flash settings  ");
    for (const char *p = mode ? mode : "unknown mode"; *p; p++)
        putchar(mode ? toupper((unsigned char)*p) : *p);
    if (freq)
        printf(", %.*s MHz, %s\n", (int)strcspn(freq, "m"), freq, size);
    else
        printf(", clock code 0x%X, %s\n", h->freq, size);
}

static void print_revisions(const struct image_header *h)
{
    unsigned min = h->min_rev ? h->min_rev : h->min_rev_old * 100U;
    printf("  chip revisions  ");
    if (min)
        printf("%u.%u", min / 100, min % 100);
    else
        printf("any");
    if (h->max_rev && h->max_rev != IMAGE_ANY_REVISION)
        printf(" to %u.%u\n", h->max_rev / 100, h->max_rev % 100);
    else
        printf("%s\n", min ? " or later" : "");
}

/* A text from the image, without what a terminal would obey; nothing when it is blank. */
static void print_text(const char *what, const char *text)
{
    if (!text[strspn(text, " ")])
        return;
    printf("  %-14s  ", what);
    for (; *text; text++)
        putchar(isprint((unsigned char)*text) ? *text : '?');
    putchar('\n');
}

static void print_descriptors(const struct image *im)
{
    char hash[2 * SHA256_LEN + 1], built[sizeof im->app.date + sizeof im->app.time];
    if (im->has_app_desc) {
        print_text("project", im->app.project);
        print_text("version", im->app.version);
        snprintf(built, sizeof built, "%s %s", im->app.date, im->app.time);
        print_text("built", built);
        print_text("SDK", im->app.idf_version);
        print_text("ELF SHA-256", report_bytes(hash, im->app.elf_sha256, SHA256_LEN));
    } else if (im->has_boot_desc) {
        print_text("built", im->boot.date);
        print_text("SDK", im->boot.idf_version);
    }
}

static const char *region_name(const struct image_segment *s)
{
    if (s->region)
        return s->region->name;
    return !image_is_padding(s) ? "?" : s->addr ? "not loaded" : "padding";
}

static void print_segments(const struct image *im)
{
    printf("\n  segment  address         size    offset  memory\n");
    for (unsigned n = 0; n < im->segment_count; n++) {
        const struct image_segment *s = &im->segments[n];
        printf("  %7u  0x%08" PRIX32 "  %8" PRIu32 "  0x%06" PRIX32 "  %s%s\n", n, s->addr, s->len, s->offset,
               region_name(s), s->region && s->region->is_flash ? " (mapped)" : "");
    }
    putchar('\n');
}

static void print_sums(const struct image *im)
{
    char hash[2 * SHA256_LEN + 1];
    if (!im->is_complete)
        return;
    printf("  checksum        0x%02X, %s\n", im->checksum, im->checksum == im->checksum_right ? "right" : "wrong");
    if (im->is_hash_there)
        printf("  SHA-256         %s, %s\n", report_bytes(hash, im->sha256, SHA256_LEN),
               memcmp(im->sha256, im->sha256_right, SHA256_LEN) ? "wrong" : "right");
    else
        printf("  SHA-256         none\n");
    if (im->has_old_signature)
        printf("  signature       68 bytes behind the image (secure boot v1, as it looks)\n");
    if (im->signature_count)
        printf("  signature       %u block%s at 0x%" PRIX32 " (secure boot v2)\n", im->signature_count,
               im->signature_count > 1 ? "s" : "", im->signature_offset);
}

void image_info_print(const char *name, size_t file_len, const struct image *im)
{
    if (!im->has_header)
        return;
    char size[32];
    printf("%s: %s image for %s, %zu bytes (%s)\n\n", name, kind_of(im), title_of(im), file_len,
           cli_size(size, sizeof size, file_len));
    printf("  entry point     0x%08" PRIX32 "\n", im->header.entry);
    print_flash(im);
    print_revisions(&im->header);
    print_descriptors(im);
    print_segments(im);
    print_sums(im);
}

static json_t *header_json(const struct image *im)
{
    const struct image_header *h = &im->header;
    const char *mode = image_mode_name(h->spi_mode), *freq = image_freq_name(im->chip, h->freq);
    return json_pack("{s:s?, s:i, s:o, s:s?, s:s?, s:I, s:i, s:i, s:i, s:i, s:b}", "chip",
                     im->chip ? im->chip->name : NULL, "chip_id", h->chip_id, "entry", report_hex(h->entry),
                     "flash_mode", mode, "flash_freq", freq, "flash_size", (json_int_t)image_size_bytes(h->size),
                     "wp_pin", h->wp_pin, "min_rev", h->min_rev_old, "min_rev_full", h->min_rev, "max_rev_full",
                     h->max_rev, "hash_appended", h->has_hash);
}

static json_t *segments_json(const struct image *im)
{
    json_t *list = json_array();
    for (unsigned n = 0; n < im->segment_count; n++) {
        const struct image_segment *s = &im->segments[n];
        json_array_append_new(list, json_pack("{s:o, s:I, s:o, s:s, s:b}", "address", report_hex(s->addr), "size",
                                              (json_int_t)s->len, "offset", report_hex(s->offset), "memory",
                                              region_name(s), "mapped", s->region && s->region->is_flash));
    }
    return list;
}

static json_t *app_json(const struct image *im)
{
    const struct image_app_desc *d = &im->app;
    char hash[2 * SHA256_LEN + 1];
    return json_pack("{s:o, s:o, s:o, s:o, s:o, s:s, s:I, s:I}", "project", report_text(d->project), "version",
                     report_text(d->version), "date", report_text(d->date), "time", report_text(d->time), "idf_version",
                     report_text(d->idf_version), "elf_sha256", report_bytes(hash, d->elf_sha256, SHA256_LEN),
                     "secure_version", (json_int_t)d->secure_version, "mmu_page_size", (json_int_t)im->page_size);
}

static void add_sums_json(json_t *o, const struct image *im)
{
    char hash[2 * SHA256_LEN + 1];
    if (!im->is_complete)
        return;
    json_object_set_new(o, "image_size", json_integer(im->len));
    json_object_set_new(o, "checksum", json_integer(im->checksum));
    json_object_set_new(o, "checksum_right", json_boolean(im->checksum == im->checksum_right));
    if (im->is_hash_there) {
        json_object_set_new(o, "sha256", json_string(report_bytes(hash, im->sha256, SHA256_LEN)));
        json_object_set_new(o, "sha256_right", json_boolean(!memcmp(im->sha256, im->sha256_right, SHA256_LEN)));
    }
    json_object_set_new(o, "signature_blocks", json_integer(im->signature_count));
    json_object_set_new(o, "old_signature", json_boolean(im->has_old_signature));
}

json_t *image_info_json(const char *name, size_t file_len, const struct image *im)
{
    json_t *o = json_object();
    json_object_set_new(o, "file", report_text(name));
    json_object_set_new(o, "file_size", json_integer((json_int_t)file_len));
    json_object_set_new(o, "is_image", json_boolean(im->has_header));
    if (!im->has_header)
        return o;
    json_object_set_new(o, "kind", json_string(kind_of(im)));
    json_object_set_new(o, "header", header_json(im));
    json_object_set_new(o, "segments", segments_json(im));
    if (im->has_app_desc)
        json_object_set_new(o, "app", app_json(im));
    if (im->has_boot_desc)
        json_object_set_new(o, "bootloader",
                            json_pack("{s:o, s:o}", "date", report_text(im->boot.date), "idf_version",
                                      report_text(im->boot.idf_version)));
    add_sums_json(o, im);
    return o;
}

int image_chip_option(struct cli_call *call, const char *name, const struct image_chip **chip)
{
    *chip = image_chip_find(name);
    if (*chip)
        return CLI_DONE;
    struct buf known = {0};
    for (const struct image_chip *c = image_chips; c->name; c++)
        buf_printf(&known, "%s%s", known.len ? ", " : "", c->name);
    int status = cli_usage(call, "--chip '%s': there is no such chip; there are: %s", name, buf_str(&known));
    buf_fini(&known);
    return status;
}
