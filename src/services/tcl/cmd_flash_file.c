/* SPDX-License-Identifier: Apache-2.0 */
/* flash write_image, write_bank, read_bank, verify_bank...: files into the flash and back. */
#include "services/tcl/flash_int.h"
#include "services/tcl/sections.h"

#include "base/file.h"
#include "session/check.h"

#include <stdlib.h>
#include <string.h>

enum { DIFF_LIMIT = 128 };

enum err tcl_flash_file(struct log *log, const char *path, struct buf *bytes)
{
    enum err e = file_read(log, path, bytes);
    if (!e && !bytes->len)
        e = err_at(log, ERR_MALFORMED, "%s is empty; there is nothing to write", path);
    if (!e && bytes->len >= 4 &&
        !memcmp(bytes->bytes,
                "\x7f"
                "ELF",
                4))
        e = err_at(log, ERR_MALFORMED, "%s is an ELF file, not a flash image; 'espocd image create' makes one of it",
                   path);
    return e;
}

/* A file that was read and the place that it is for. */
struct flash_call {
    struct tcl_flash_bank bank; /* only its flash, when the place is an address */
    bool has_bank;
    char *path;
    struct sections sections;
    struct flash_piece pieces[SECTIONS_MAX];
    uint32_t offset;
    uint64_t len, start_ns;
};

static enum err make_piece(struct tcl_call *c, struct flash_call *f, unsigned i)
{
    const struct section *s = &f->sections.list[i];
    uint32_t at = s->addr + f->offset;
    f->len += s->len;
    enum err e =
        f->has_bank ? tcl_flash_in_bank(c, &f->bank, &at, s->len) : tcl_flash_address(c, &f->bank.info, &at, s->len);
    f->pieces[i] = (struct flash_piece){.offset = at,
                                        .bytes = f->sections.bytes.bytes + s->at,
                                        .len = s->len,
                                        .name = f->path,
                                        .is_encrypted = c->tcl->encrypts_binary};
    return e;
}

/* kind NULL: find out; "bin": take the bytes as they are. Everything is read and checked before the chip is touched. */
static enum err load_file(struct tcl_call *c, struct flash_call *f, int path_arg, const char *kind)
{
    f->path = tcl_file_name(tcl_arg(c, path_arg));
    enum err e = f->path ? ERR_OK : ERR_MEMORY;
    if (!e && c->argc > path_arg + 1)
        e = tcl_arg_u32(c, path_arg + 1, "the offset", &f->offset);
    if (!e)
        e = sections_load(tcl_call_log(c), f->path, kind, &f->sections);
    if (!e && !strcmp(f->sections.kind, "elf"))
        e = err_at(tcl_call_log(c), ERR_MALFORMED,
                   "%s is an ELF file, not a flash image; 'espocd image create' makes one of it", f->path);
    return e;
}

/* The file is the first argument, or the second one behind the bank. */
static enum err flash_begin(struct tcl_call *c, struct flash_call *f, int path_arg, const char *kind)
{
    unsigned bank;
    f->has_bank = path_arg > 0;
    enum err e = f->has_bank ? tcl_bank_arg(c, 0, &bank) : ERR_OK;
    if (!e)
        e = load_file(c, f, path_arg, kind);
    if (!e)
        e = f->has_bank ? tcl_flash_bank(c, 0, &f->bank) : tcl_flash_probe(c, &f->bank.flash, &f->bank.info);
    for (unsigned i = 0; i < f->sections.count && !e; i++)
        e = make_piece(c, f, i);
    if (!e && c->tcl->encrypts_binary)
        e = session_check_encryption(session_target(c->tcl->session), f->pieces, f->sections.count);
    f->start_ns = tcl_now_ns(c);
    return e;
}

static void flash_end(struct flash_call *f)
{
    sections_fini(&f->sections);
    free(f->path);
    free(f);
}

static struct flash_call *flash_call_new(void)
{
    return calloc(1, sizeof(struct flash_call));
}

static double rate(const struct flash_call *f, double seconds)
{
    return seconds > 0 ? (double)f->len / 1024 / seconds : 0.0;
}

static enum err cmd_write_image(struct tcl_call *c)
{
    unsigned flags = FLASH_JOB_SKIP_SAME;
    struct flash_job_result result;
    while (tcl_arg_is(c, 0, "erase") || tcl_arg_is(c, 0, "unlock")) {
        if (tcl_arg_is(c, 0, "erase")) {
            flags |= FLASH_JOB_ERASE;
            tcl_print(c, "auto erase enabled");
        }
        tcl_shift(c);
    }
    if (!c->argc || c->argc > 3)
        return tcl_usage_error(c);
    struct flash_call *f = flash_call_new();
    enum err e = f ? flash_begin(c, f, 0, c->argc > 2 ? tcl_arg(c, 2) : NULL) : ERR_MEMORY;
    if (!e)
        e = flash_program(f->bank.flash, f->pieces, f->sections.count, flags, &result);
    double seconds = e ? 0 : tcl_seconds_since(c, f->start_ns);
    if (!e)
        tcl_print(c, "wrote %llu bytes from file %s in %fs (%0.3f KiB/s)", (unsigned long long)f->len, f->path, seconds,
                  rate(f, seconds));
    if (f)
        flash_end(f);
    return e;
}

static enum err cmd_write_bank(struct tcl_call *c)
{
    struct flash_job_result result;
    struct flash_call *f = flash_call_new();
    enum err e = f ? flash_begin(c, f, 1, "bin") : ERR_MEMORY;
    if (!e)
        e = flash_program(f->bank.flash, f->pieces, f->sections.count, 0, &result);
    double seconds = e ? 0 : tcl_seconds_since(c, f->start_ns);
    if (!e)
        tcl_print(c, "wrote %llu bytes from file %s to flash bank %u at offset 0x%08x in %fs (%0.3f KiB/s)",
                  (unsigned long long)f->len, f->path, f->bank.index, f->offset, seconds, rate(f, seconds));
    if (f)
        flash_end(f);
    return e;
}

static enum err read_to_file(struct tcl_call *c, const struct tcl_flash_bank *bank, uint32_t at, uint32_t len)
{
    uint32_t offset = at;
    enum err e = tcl_flash_in_bank(c, bank, &offset, len);
    if (e)
        return e;
    char *path = tcl_file_name(tcl_arg(c, 1));
    uint8_t *bytes = malloc(len ? len : 1);
    uint64_t start = tcl_now_ns(c);
    e = path && bytes ? flash_read(bank->flash, offset, bytes, len) : ERR_MEMORY;
    if (!e)
        e = file_write(tcl_call_log(c), path, bytes, len);
    double seconds = tcl_seconds_since(c, start);
    if (!e)
        tcl_print(c, "wrote %u bytes to file %s from flash bank %u at offset 0x%08x in %fs (%0.3f KiB/s)", len, path,
                  bank->index, at, seconds, seconds > 0 ? len / 1024.0 / seconds : 0.0);
    free(bytes);
    free(path);
    return e;
}

static enum err cmd_read_bank(struct tcl_call *c)
{
    struct tcl_flash_bank bank;
    uint32_t at = 0, len = 0;
    enum err e = c->argc > 2 ? tcl_arg_u32(c, 2, "the offset", &at) : ERR_OK;
    if (!e && c->argc > 3)
        e = tcl_arg_u32(c, 3, "the length", &len);
    if (!e)
        e = tcl_flash_bank(c, 0, &bank);
    if (!e && c->argc <= 3)
        len = at < bank.size ? bank.size - at : 0;
    return e ? e : read_to_file(c, &bank, at, len);
}

static unsigned compare(struct tcl_call *c, const struct flash_piece *p, const uint8_t *is)
{
    unsigned diffs = 0;
    for (size_t at = 0; at < p->len && diffs < DIFF_LIMIT; at++) {
        if (is[at] != p->bytes[at])
            tcl_print(c, "diff %u address 0x%08x. Was 0x%02x instead of 0x%02x", diffs++, p->offset + (uint32_t)at,
                      is[at], p->bytes[at]);
    }
    return diffs;
}

/* The hash says whether; only when it differs the bytes come over the wire to say where. */
static enum err verify(struct tcl_call *c, struct flash_call *f)
{
    enum err e = flash_verify(f->bank.flash, f->pieces, f->sections.count);
    if (e != ERR_VERIFY)
        return e;
    for (unsigned i = 0; i < f->sections.count; i++) {
        uint8_t *is = malloc(f->pieces[i].len);
        if (is && flash_read(f->bank.flash, f->pieces[i].offset, is, f->pieces[i].len) == ERR_OK)
            compare(c, &f->pieces[i], is);
        free(is);
    }
    return err_at(tcl_call_log(c), ERR_VERIFY, "contents differ");
}

static enum err verify_file(struct tcl_call *c, int path_arg, const char *kind)
{
    struct flash_call *f = flash_call_new();
    enum err e = f ? flash_begin(c, f, path_arg, kind) : ERR_MEMORY;
    if (!e)
        e = verify(c, f);
    double seconds = e ? 0 : tcl_seconds_since(c, f->start_ns);
    if (!e && path_arg)
        tcl_print(c, "read %llu bytes from file %s and flash bank %u at offset 0x%08x in %fs (%0.3f KiB/s)",
                  (unsigned long long)f->len, f->path, f->bank.index, f->offset, seconds, rate(f, seconds));
    else if (!e)
        tcl_print(c, "verified %llu bytes from file %s in %fs (%0.3f KiB/s)", (unsigned long long)f->len, f->path,
                  seconds, rate(f, seconds));
    if (!e)
        tcl_print(c, "contents match");
    if (f)
        flash_end(f);
    return e;
}

static enum err cmd_verify_bank(struct tcl_call *c)
{
    return verify_file(c, 1, "bin");
}

static enum err cmd_verify_image(struct tcl_call *c)
{
    return verify_file(c, 0, c->argc > 2 ? tcl_arg(c, 2) : NULL);
}

const struct tcl_command tcl_flash_file_commands[] = {
    {"flash write_image", TCL_EXEC, cmd_write_image, 1, 5, "['erase'] ['unlock'] file [offset [bin|ihex]]",
     "write a file to the flash"},
    {"flash write_bank", TCL_EXEC, cmd_write_bank, 2, 3, "bank file [offset]",
     "write a file to a bank, without erasing"},
    {"flash read_bank", TCL_EXEC, cmd_read_bank, 2, 4, "bank file [offset [length]]", "write flash content to a file"},
    {"flash verify_bank", TCL_EXEC, cmd_verify_bank, 2, 3, "bank file [offset]", "compare a file with a bank"},
    {"flash verify_image", TCL_EXEC, cmd_verify_image, 1, 3, "file [offset [bin|ihex]]",
     "compare a file with the flash"},
    {NULL},
};
