/* SPDX-License-Identifier: Apache-2.0 */
#include "services/cli/job.h"

#include "services/cli/report.h"

#include <stdio.h>
#include <stdlib.h>

struct log *job_log(const struct job *j)
{
    return &j->call->log;
}

double job_seconds(const struct job *j)
{
    return (double)(clock_now_ns(session_clock(j->link.session)) - j->begin_ns) / 1e9;
}

int job_open(struct job *j)
{
    int status = link_open(&j->link, j->call);
    if (status != CLI_DONE)
        return status;
    cli_progress_start(&j->progress, j->link.session, j->as_json);
    j->begin_ns = clock_now_ns(session_clock(j->link.session));
    enum err e = link_reset_init(&j->link);
    bool is_held = !e || e == ERR_INTERRUPTED; /* else the reset itself is what fails */
    if (!e)
        e = flash_identify(link_flash(&j->link), &j->info);
    if (e && is_held)
        e = job_finish(j, e, false);
    return cli_fail(j->call, e);
}

void job_close(struct job *j)
{
    cli_progress_stop(&j->progress);
    link_close(&j->link);
    inputs_fini(&j->inputs);
}

enum err job_finish(struct job *j, enum err e, bool leave_halted)
{
    struct err_kept first = err_keep(job_log(j), e);
    cli_progress_stop(&j->progress);
    return err_first(job_log(j), &first, link_finish(&j->link, leave_halted));
}

json_t *job_flash_json(const struct job *j)
{
    char id[8];
    snprintf(id, sizeof id, "%02x%02x%02x", j->info.manufacturer, j->info.type, j->info.capacity);
    return json_pack("{s:I, s:s, s:s, s:s}", "size", (json_int_t)j->info.size, "maker", j->info.maker, "id", id,
                     "size_source", j->info.size_source);
}

json_t *job_pieces_json(const struct job *j)
{
    const struct pieces *p = &j->inputs.pieces;
    json_t *list = json_array();
    for (size_t i = 0; i < p->count; i++)
        json_array_append_new(list,
                              json_pack("{s:o, s:o, s:I}", "file", report_text(p->items[i].name), "offset",
                                        report_hex(p->items[i].offset), "size", (json_int_t)p->items[i].bytes.len));
    return list;
}

static uint64_t total_len(const struct pieces *p)
{
    uint64_t total = 0;
    for (size_t i = 0; i < p->count; i++)
        total += p->items[i].bytes.len;
    return total;
}

const char *job_pieces_text(char *text, size_t room, const struct job *j)
{
    const struct pieces *p = &j->inputs.pieces;
    char size[32];
    snprintf(text, room, "%zu file%s, %s", p->count, p->count == 1 ? "" : "s",
             cli_size(size, sizeof size, total_len(p)));
    return text;
}

enum err job_flash_pieces(struct job *j, struct flash_piece **list)
{
    const struct pieces *p = &j->inputs.pieces;
    const struct chip *chip = target_chip(link_target(&j->link));
    enum err e = inputs_resolve(job_log(j), &j->inputs, chip, link_flash(&j->link), &j->info);
    if (e)
        return e;
    *list = calloc(p->count + 1, sizeof **list);
    if (!*list)
        return err_at(job_log(j), ERR_MEMORY, "no memory for the list of files");
    for (size_t i = 0; i < p->count; i++)
        (*list)[i] = (struct flash_piece){p->items[i].offset, p->items[i].bytes.bytes, p->items[i].bytes.len,
                                          p->items[i].name, p->items[i].is_encrypted};
    return ERR_OK;
}
