/* SPDX-License-Identifier: Apache-2.0 */
#include "services/cli/progress.h"

#include "services/cli/cli.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { BAR_WIDTH = 40 };

static void end_bar(struct progress *p)
{
    if (p->is_bar_shown)
        fputc('\n', stderr);
    p->is_bar_shown = false;
}

/* "program  [#####.....]  50 %  512 KB  96 KB/s" */
static void show_bar(struct progress *p, uint64_t done)
{
    int percent = p->total ? (int)(done * 100 / p->total) : 100;
    if (p->is_bar_shown && percent == p->percent)
        return;
    char bar[BAR_WIDTH + 1], size[32], speed[32];
    size_t filled = (size_t)(percent * BAR_WIDTH / 100);
    memset(bar, '.', BAR_WIDTH);
    memset(bar, '#', filled);
    bar[BAR_WIDTH] = '\0';
    uint64_t ns = clock_now_ns(session_clock(p->session)) - p->begin_ns;
    uint64_t rate = ns ? (uint64_t)((double)done * 1e9 / (double)ns) : 0;
    fprintf(stderr, "\r%-8s [%s] %3d %%  %s, %s/s   ", flash_phase_name(p->phase), bar, percent,
            cli_size(size, sizeof size, done), cli_size(speed, sizeof speed, rate));
    fflush(stderr);
    p->percent = percent;
    p->is_bar_shown = true;
}

/* Once a phase. */
static void show_line(struct progress *p, uint64_t done)
{
    char size[32];
    if (done != p->total || p->percent == 100)
        return;
    fprintf(stderr, "%s: %s\n", flash_phase_name(p->phase), cli_size(size, sizeof size, done));
    p->percent = 100;
}

static void hear(void *ctx, const struct session_news *news)
{
    struct progress *p = ctx;
    if (news->event != SESSION_PROGRESS || !news->total)
        return;
    if (!p->total || news->phase != p->phase) {
        end_bar(p);
        p->phase = news->phase;
        p->percent = 0;
        p->begin_ns = clock_now_ns(session_clock(p->session));
    }
    p->total = news->total;
    if (p->is_terminal)
        show_bar(p, news->done);
    else
        show_line(p, news->done);
}

void cli_progress_start(struct progress *p, struct session *s, bool silent)
{
    *p = (struct progress){.session = s, .is_terminal = isatty(STDERR_FILENO), .is_silent = silent};
    p->listener = (struct session_listener){.fn = hear, .ctx = p};
    if (!silent)
        session_add_listener(s, &p->listener);
}

void cli_progress_stop(struct progress *p)
{
    if (p->is_silent || !p->session)
        return;
    end_bar(p);
    session_remove_listener(p->session, &p->listener);
    p->session = NULL;
}
