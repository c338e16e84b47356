/* SPDX-License-Identifier: Apache-2.0 */
/*
 * vFlashErase, vFlashWrite, vFlashDone: "load" into the flash windows. GDB names addresses; where they lie in the flash is asked of
 * the mapping. Nothing is touched before vFlashDone, and then it is one job: all is checked first, what is the same already is
 * left alone, and what was written is verified.
 */
#include "services/gdb/gdb_int.h"
#include "session/check.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_PIECES = 1024, MAX_JOB_PIECES = 2 * MAX_PIECES };

void gdb_flash_forget(struct gdb_client *client)
{
    struct gdb_flash *f = &client->flash;
    for (size_t i = 0; i < f->piece_count; i++)
        buf_fini(&f->pieces[i].bytes);
    free(f->pieces);
    free(f->erased);
    *f = (struct gdb_flash){0};
}

static enum err run_event(struct gdb_call *c, const char *event)
{
    return tcl_event(c->gdb->tcl, 0, event);
}

/* A range of addresses that is flash all over: it may lie there in several pieces. fn, when there is one, gets each. */
struct stretch {
    uint32_t addr, offset, len;
};
typedef enum err stretch_fn(void *ctx, const struct stretch *s);

static enum err each_stretch(struct gdb_call *c, uint32_t addr, uint32_t len, stretch_fn *fn, void *ctx)
{
    enum err e = ERR_OK;
    while (len && !e) {
        struct stretch s = {.addr = addr};
        uint32_t left = 0;
        if (!session_to_flash(c->gdb->session, c->client->core, addr, &s.offset, &left))
            return err_at(c->gdb->log, ERR_RANGE,
                          "0x%08x is not mapped to the flash, so it cannot be programmed by its address; nothing was "
                          "changed. Program the build with 'espocd flash' or 'monitor program_esp' once, so that its "
                          "image says what is mapped where",
                          (unsigned)addr);
        s.len = left < len ? left : len;
        e = fn ? fn(ctx, &s) : ERR_OK;
        addr += s.len;
        len -= s.len;
    }
    return e;
}

/* --- vFlashErase --- */

static enum err may_program(struct gdb_call *c)
{
    if (!session_flash(c->gdb->session))
        return err_at(c->gdb->log, ERR_STATE, "the connection to the chip is closed");
    if (gdb_is_off(c->gdb, "gdb flash_program"))
        return err_at(c->gdb->log, ERR_UNSUPPORTED,
                      "programming the flash from GDB is switched off by the configuration: gdb flash_program disable");
    return ERR_OK;
}

static enum err note_erased(struct gdb_call *c, uint32_t addr, uint32_t len)
{
    struct gdb_flash *f = &c->client->flash;
    if (f->erased_count == MAX_PIECES)
        return err_at(c->gdb->log, ERR_RESOURCE, "more than %d ranges are to be erased at once", MAX_PIECES);
    struct flash_range *more = realloc(f->erased, (f->erased_count + 1) * sizeof *more);
    if (!more)
        return ERR_MEMORY;
    f->erased = more;
    f->erased[f->erased_count++] = (struct flash_range){.offset = addr, .len = len};
    return ERR_OK;
}

static enum err check_erase(struct gdb_call *c, uint32_t addr, uint32_t len)
{
    enum err e = may_program(c);
    if (!e && ((addr | len) % FLASH_SECTOR_SIZE || !len || len > UINT32_MAX - addr))
        e = err_at(c->gdb->log, ERR_ALIGN, "0x%x bytes at 0x%08x cannot be erased: erasing is done in 0x%x bytes",
                   (unsigned)len, (unsigned)addr, FLASH_SECTOR_SIZE);
    if (!e && !c->client->flash.erased_count)
        e = run_event(c, "gdb-flash-erase-start");
    return e ? e : each_stretch(c, addr, len, NULL, NULL);
}

static void erase(struct gdb_call *c)
{
    const char *at = c->args;
    uint32_t addr, len;
    if (!gdb_skip(&at, ':') || !gdb_range(&at, &addr, &len))
        return gdb_refuse(c, ERR_MALFORMED, "vFlashErase: address and length are expected");
    line_allow_interrupt(c->gdb->line, true);
    enum err e = check_erase(c, addr, len);
    if (!e)
        e = note_erased(c, addr, len);
    if (!e)
        return gdb_ok(c);
    gdb_flash_forget(c->client);
    gdb_fail(c, e);
}

/* --- vFlashWrite --- */

static bool is_in_erased(const struct gdb_flash *f, uint32_t addr, size_t len)
{
    for (size_t i = 0; i < f->erased_count; i++) {
        const struct flash_range *r = &f->erased[i];
        if (addr >= r->offset && addr - r->offset < r->len) {
            size_t part = r->len - (addr - r->offset);
            if (len <= part)
                return true;
            addr += (uint32_t)part;
            len -= part;
        }
    }
    return false;
}

static enum err keep_piece(struct gdb_call *c, uint32_t addr, const void *bytes, size_t len)
{
    struct gdb_flash *f = &c->client->flash;
    struct gdb_flash_piece *last = f->piece_count ? &f->pieces[f->piece_count - 1] : NULL;
    f->total += len;
    if (f->total > target_chip(session_target(c->gdb->session))->flash.max_size)
        return err_at(c->gdb->log, ERR_RANGE, "more is to be written than any flash of this chip holds");
    if (!last || last->addr + last->bytes.len != addr) {
        if (f->piece_count == MAX_PIECES)
            return err_at(c->gdb->log, ERR_RESOURCE, "more than %d ranges are to be written at once", MAX_PIECES);
        struct gdb_flash_piece *more = realloc(f->pieces, (f->piece_count + 1) * sizeof *more);
        if (!more)
            return ERR_MEMORY;
        f->pieces = more;
        last = &f->pieces[f->piece_count++];
        *last = (struct gdb_flash_piece){.addr = addr};
    }
    buf_append(&last->bytes, bytes, len);
    return last->bytes.failed ? ERR_MEMORY : ERR_OK;
}

static void write_flash(struct gdb_call *c)
{
    const char *at = c->args;
    uint32_t addr;
    if (!gdb_skip(&at, ':') || !gdb_hex32(&at, &addr) || !gdb_skip(&at, ':'))
        return gdb_refuse(c, ERR_MALFORMED, "vFlashWrite: an address and bytes are expected");
    size_t len = c->len - (size_t)(at - c->args);
    enum err e = may_program(c);
    if (!e && !is_in_erased(&c->client->flash, addr, len)) {
        buf_printf(&c->reply, "E.memtype"); /* the one text that GDB looks for here */
        return;
    }
    if (!e)
        e = keep_piece(c, addr, at, len);
    if (e)
        gdb_fail(c, e);
    else
        gdb_ok(c);
}

/* --- vFlashDone --- */

struct job {
    struct gdb_call *call;
    struct flash_piece pieces[MAX_JOB_PIECES];
    size_t count;
    const struct gdb_flash_piece *from;
    bool is_encrypted;
};

static enum err add_to_job(void *ctx, const struct stretch *s)
{
    struct job *job = ctx;
    if (job->count == MAX_JOB_PIECES)
        return err_at(job->call->gdb->log, ERR_RESOURCE, "what is to be written lies in too many places of the flash");
    job->pieces[job->count++] = (struct flash_piece){.offset = s->offset,
                                                     .bytes = job->from->bytes.bytes + (s->addr - job->from->addr),
                                                     .len = s->len,
                                                     .name = "GDB's load",
                                                     .is_encrypted = job->is_encrypted};
    return ERR_OK;
}

static enum err make_job(struct gdb_call *c, struct job *job)
{
    struct gdb_flash *f = &c->client->flash;
    enum err e = target_setting(session_target(c->gdb->session), CHIP_FLASH_ENCRYPTION, &job->is_encrypted, NULL);
    for (size_t i = 0; i < f->piece_count && !e; i++) {
        job->from = &f->pieces[i];
        e = each_stretch(c, job->from->addr, (uint32_t)job->from->bytes.len, add_to_job, job);
    }
    if (!e && job->is_encrypted)
        e = session_check_encryption(session_target(c->gdb->session), job->pieces, job->count);
    return e;
}

static bool is_touched(const struct gdb_flash *f, uint32_t sector)
{
    for (size_t i = 0; i < f->piece_count; i++) {
        const struct gdb_flash_piece *p = &f->pieces[i];
        if (p->addr < (uint64_t)sector + FLASH_SECTOR_SIZE && sector < (uint64_t)p->addr + p->bytes.len)
            return true;
    }
    return false;
}

static enum err erase_stretch(void *ctx, const struct stretch *s)
{
    return flash_erase(session_flash(ctx), s->offset, s->len);
}

/* Sectors that were to be erased and get nothing. */
static enum err erase_rest(struct gdb_call *c)
{
    const struct gdb_flash *f = &c->client->flash;
    enum err e = ERR_OK;
    for (size_t i = 0; i < f->erased_count && !e; i++) {
        const struct flash_range *r = &f->erased[i];
        for (uint32_t at = 0, len; at < r->len && !e; at += len) {
            bool stays = is_touched(f, r->offset + at);
            for (len = FLASH_SECTOR_SIZE; at + len < r->len && is_touched(f, r->offset + at + len) == stays;)
                len += FLASH_SECTOR_SIZE;
            if (!stays)
                e = each_stretch(c, r->offset + at, len, erase_stretch, c->gdb->session);
        }
    }
    return e;
}

static enum err program(struct gdb_call *c)
{
    struct flash_job_result result;
    struct job *job = calloc(1, sizeof *job);
    if (!job)
        return ERR_MEMORY;
    job->call = c;
    enum err e = make_job(c, job);
    if (!e)
        e = erase_rest(c);
    if (!e && job->count)
        e = flash_program(session_flash(c->gdb->session), job->pieces, job->count,
                          FLASH_JOB_ERASE | FLASH_JOB_SKIP_SAME | FLASH_JOB_VERIFY, &result);
    free(job);
    return e;
}

static void done(struct gdb_call *c)
{
    line_allow_interrupt(c->gdb->line, true);
    enum err e = c->client->flash.erased_count ? may_program(c) : ERR_OK;
    if (!e && c->client->flash.erased_count) {
        e = run_event(c, "gdb-flash-erase-end");
        if (!e)
            e = run_event(c, "gdb-flash-write-start");
        if (!e)
            e = program(c);
        if (!e)
            e = run_event(c, "gdb-flash-write-end");
    }
    gdb_flash_forget(c->client);
    if (e)
        gdb_fail(c, e);
    else
        gdb_ok(c);
}

const struct gdb_packet gdb_flash_packets[] = {
    {"vFlashErase", erase}, {"vFlashWrite", write_flash}, {"vFlashDone", done}, {NULL, NULL}};
