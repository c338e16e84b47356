/* SPDX-License-Identifier: Apache-2.0 */
/* The life of a session: opened from the wire upward, closed downward. */
#include "session/session_int.h"

#include "layout/layout.h"
#include "session/flash_map.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DEFAULT_KHZ = 20000, RESET_PULSE_MS = 10 };
enum { DONE = 0, FAILED = 1, NOBODY_THERE = 3 }; /* exit statuses */

struct session *session_new(struct log *log, const atomic_bool *interrupted)
{
    struct session *s = calloc(1, sizeof *s);
    struct rtos *rtos = s ? rtos_new(log) : NULL;
    if (!rtos) {
        free(s);
        return NULL;
    }
    s->rtos = rtos;
    s->log = log;
    s->interrupted = interrupted;
    s->host_clock = clock_host(interrupted);
    s->flash_map.app_offset = LAYOUT_NOWHERE;
    return s;
}

void session_free(struct session *s)
{
    if (!s)
        return;
    session_close(s);
    session_fini_mapping(s);
    session_free_options(&s->options);
    session_free_options(&s->sim_options);
    rtos_free(s->rtos);
    free(s);
}

struct session_config *session_config(struct session *s)
{
    return &s->config;
}

struct log *session_log(const struct session *s)
{
    return s->log;
}

const struct clock *session_clock(const struct session *s)
{
    return s->adapter ? adapter_clock(s->adapter) : &s->host_clock;
}

uint64_t session_opened_ns(const struct session *s)
{
    return s->opened_ns;
}

/* --- interrupts --- */

static void tell_clocks(struct session *s)
{
    const atomic_bool *interrupted = s->interrupt_holds ? NULL : s->interrupted;
    s->host_clock.interrupted = interrupted;
    if (s->adapter)
        s->adapter->clock.interrupted = interrupted;
}

void session_hold_interrupt(struct session *s)
{
    s->interrupt_holds++;
    tell_clocks(s);
}

void session_let_interrupt_go(struct session *s)
{
    s->interrupt_holds--;
    tell_clocks(s);
}

/* --- events --- */

void session_add_listener(struct session *s, struct session_listener *l)
{
    l->next = s->listeners;
    s->listeners = l;
}

void session_remove_listener(struct session *s, struct session_listener *l)
{
    for (struct session_listener **at = &s->listeners; *at; at = &(*at)->next) {
        if (*at == l) {
            *at = l->next;
            l->next = NULL;
            return;
        }
    }
}

void session_tell(struct session *s, const struct session_news *news)
{
    for (struct session_listener *l = s->listeners; l;) {
        struct session_listener *next = l->next; /* a listener may remove itself */
        l->fn(l->ctx, news);
        l = next;
    }
}

static const enum session_event event_of[] = {
    [TARGET_HALTED] = SESSION_HALTED,
    [TARGET_RESUMED] = SESSION_RESUMED,
    [TARGET_DEBUG_HALTED] = SESSION_DEBUG_HALTED,
    [TARGET_DEBUG_RESUMED] = SESSION_DEBUG_RESUMED,
    [TARGET_GONE] = SESSION_GONE,
    [TARGET_WAS_RESET] = SESSION_WAS_RESET,
};

/* Cores that the configuration does not name happen without a word. */
static void on_target_event(void *ctx, struct core *core, enum target_event event)
{
    struct session *s = ctx;
    if (event != TARGET_DEBUG_HALTED && event != TARGET_DEBUG_RESUMED) /* our own code leaves the MMU as it is */
        session_forget_mapping(s);
    rtos_forget(s->rtos);
    s->has_old_threads |= event == TARGET_WAS_RESET;
    if (event == TARGET_WAS_RESET)
        breaks_note_reset(s, false);
    for (unsigned i = 0; i < s->config.core_count; i++) {
        bool is_it = s->config.cores[i].index == core_index(core);
        s->was_reset |= is_it && event == TARGET_WAS_RESET ? 1U << i : 0;
        if (is_it)
            session_tell(s, &(struct session_news){.event = event_of[event], .core = i});
    }
}

static void on_progress(void *ctx, enum flash_phase phase, uint64_t done, uint64_t total)
{
    if (((struct session *)ctx)->breaks.is_working)
        return;
    if (phase == FLASH_PHASE_ERASE || phase == FLASH_PHASE_PROGRAM)
        session_forget_mapping(ctx);
    session_tell(ctx, &(struct session_news){.event = SESSION_PROGRESS, .phase = phase, .done = done, .total = total});
}

/* --- the adapter --- */

static enum err find_adapter(struct session *s, const struct adapter_ops **ops)
{
    const char *name = session_adapter_name(s);
    if (!*name)
        return err_at(s->log, ERR_CONFIG,
                      "no adapter is chosen; give an interface or board file (-f board/...cfg), "
                      "'adapter driver NAME', or --sim for a virtual board");
    *ops = adapter_find(name);
    if (*ops)
        return ERR_OK;
    return err_at(s->log, ERR_DISCONNECTED,
                  "adapter '%s' is not in this espocd yet; use --sim for a virtual board, or the "
                  "adapter remote_bitbang",
                  name);
}

/* Gives an option to the adapter if it is one of its own: a configuration may hold those of others. */
static enum err give_option(struct adapter *a, const struct session_option *o)
{
    for (const struct adapter_option *known = a->ops->options; known && known->name; known++) {
        if (!strcmp(known->name, o->name))
            return adapter_configure(a, o->name, o->value);
    }
    return ERR_OK;
}

static enum err configure_adapter(struct session *s)
{
    enum err e = session_choose_board(s);
    for (struct session_option *o = s->is_sim ? s->sim_options : s->options; o && !e; o = o->next)
        e = give_option(s->adapter, o);
    return e;
}

static enum err set_first_speed(struct session *s)
{
    uint32_t khz = s->config.speed_khz ? s->config.speed_khz : DEFAULT_KHZ, actual = khz;
    if (!s->adapter->ops->set_speed)
        return ERR_OK; /* a server elsewhere sets the pace */
    enum err e = adapter_set_speed(s->adapter, khz, &actual);
    if (e)
        return e;
    s->config.speed_khz = actual;
    log_info(s->log, "clock speed %u kHz", actual);
    return ERR_OK;
}

static enum err open_adapter(struct session *s)
{
    const struct adapter_ops *ops;
    enum err e = find_adapter(s, &ops);
    if (e)
        return e;
    s->adapter = adapter_new(ops, s->log);
    if (!s->adapter)
        return err_at(s->log, ERR_MEMORY, "out of memory for the adapter");
    tell_clocks(s);
    e = configure_adapter(s);
    if (!e) {
        e = adapter_open(s->adapter);
        /* Whatever the system calls it: no adapter is there. A virtual board fails for its files only. */
        if (!s->is_sim && (e == ERR_IO || e == ERR_TIMEOUT || e == ERR_NOT_FOUND))
            e = ERR_DISCONNECTED;
        s->opened_ns = clock_now_ns(session_clock(s));
    }
    return e ? e : set_first_speed(s);
}

/* --- the chain --- */

static enum err add_tap(struct session *s, const struct session_tap *tap)
{
    struct jtag_tap t = {.ir_len = tap->ir_len,
                         .ir_capture = tap->ir_capture,
                         .ir_mask = tap->ir_mask,
                         .expected_count = tap->expected_count,
                         .ignore_version = tap->ignore_version};
    _Static_assert(sizeof t.expected_ids == sizeof tap->expected_ids, "as many ids");
    memcpy(t.expected_ids, tap->expected_ids, sizeof t.expected_ids);
    snprintf(t.name, sizeof t.name, "%s", tap->name);
    return jtag_add_tap(s->jtag, &t);
}

static enum err discover(struct session *s)
{
    s->jtag = jtag_new(s->adapter, s->log);
    if (!s->jtag)
        return err_at(s->log, ERR_MEMORY, "out of memory for the chain");
    enum err e = ERR_OK;
    for (unsigned i = 0; i < s->config.tap_count && !e; i++)
        e = s->config.taps[i].is_disabled ? ERR_OK : add_tap(s, &s->config.taps[i]);
    return e ? e : jtag_discover(s->jtag);
}

/* The index that a TAP of the configuration has in the chain, where disabled ones do not count. */
static unsigned chain_index(const struct session *s, unsigned tap)
{
    unsigned index = 0;
    for (unsigned i = 0; i < tap; i++)
        index += s->config.taps[i].is_disabled ? 0 : 1;
    return index;
}

static void keep_idcodes(struct session *s)
{
    for (unsigned i = 0; i < s->config.tap_count; i++) {
        const struct jtag_tap *tap = s->config.taps[i].is_disabled ? NULL : jtag_tap(s->jtag, chain_index(s, i));
        s->config.taps[i].idcode = tap ? tap->idcode : 0;
    }
}

/* ESP_ONLYCPU 1 declares one TAP, for chips with one core and for those with two alike. The chip's others are added when the
   chain turns out to have them. */
static bool add_silent_taps(struct session *s)
{
    struct session_config *config = &s->config;
    const struct chip *chip = config->core_count ? config->cores[0].chip : NULL;
    if (!chip || config->tap_count >= chip->tap_count)
        return false;
    for (unsigned i = config->tap_count; i < chip->tap_count; i++) {
        struct session_tap tap = config->taps[0];
        tap.expected_ids[0] = chip->idcode[i];
        snprintf(tap.name, sizeof tap.name, "%s.auto%u", chip->name, i);
        if (session_add_tap(s, &tap) != ERR_OK)
            return false;
    }
    return true;
}

/* A chain that is not as configured: what is there is named where its IDCODE tells. */
static enum err name_what_is_there(struct session *s, enum err e)
{
    const struct chip *wanted = s->config.core_count ? s->config.cores[0].chip : NULL, *there = NULL;
    for (unsigned n = 0; e == ERR_CHAIN && !there && n < JTAG_MAX_TAPS; n++)
        there = chip_by_idcode(jtag_found_id(s->jtag, n));
    if (!there || there == wanted)
        return e;
    struct err_kept first = err_keep(s->log, e);
    return err_at(s->log, e, "%s. 0x%08x is an %s: target/%s.cfg is for it", first.why, (unsigned)there->idcode[0],
                  there->title, there->name);
}

static enum err open_chain(struct session *s)
{
    unsigned declared = s->config.tap_count;
    enum err e = discover(s);
    if (e == ERR_CHAIN && add_silent_taps(s)) {
        struct err_kept first = err_keep(s->log, e);
        jtag_free(s->jtag);
        e = discover(s);
        if (e) {
            s->config.tap_count = declared;
            e = err_put_back(s->log, &first); /* what was wrong at first is what matters */
        }
    }
    if (!e)
        keep_idcodes(s);
    return name_what_is_there(s, e);
}

/* --- the target --- */

static struct dm *new_dm(struct session *s, const struct chip *chip, const unsigned *taps, unsigned count)
{
    struct rvdm_place places[CHIP_MAX_CORES] = {0};
    if (!chip_is_riscv(chip))
        return xocd_new(s->jtag, taps, count);
    for (unsigned i = 0; i < count; i++)
        places[i] = (struct rvdm_place){.tap = taps[i], .hart = chip->cores[i].hart};
    return rvdm_new(s->jtag, places, count);
}

/* What the configuration says of the use of a RISC-V debug module; other targets do not mind it. */
static enum err set_access(struct session *s)
{
    const struct session_config *config = &s->config;
    const char *ways[sizeof config->memory_ways / sizeof config->memory_ways[0]];
    if (!chip_is_riscv(target_chip(s->target)))
        return ERR_OK;
    for (unsigned i = 0; i < config->memory_way_count; i++)
        ways[i] = config->memory_ways[i];
    enum err e = config->memory_way_count ? target_set_memory_ways(s->target, ways, config->memory_way_count) : ERR_OK;
    if (!e && config->command_timeout_ms)
        e = target_set_command_timeout(s->target, config->command_timeout_ms);
    return e;
}

static enum err open_target(struct session *s)
{
    const struct session_config *config = &s->config;
    if (!config->core_count)
        return ERR_OK; /* scripts that only scan need none */
    const struct chip *chip = config->cores[0].chip;
    unsigned taps[CHIP_MAX_CORES] = {0}, count = 0;
    for (unsigned i = 0; i < config->core_count; i++) {
        const struct session_core *core = &config->cores[i];
        taps[core->index] = chain_index(s, core->tap);
        count = core->index + 1 > count ? core->index + 1 : count;
    }
    struct dm *dm = new_dm(s, chip, taps, count);
    s->target = dm ? target_new(chip, dm, session_clock(s), s->log) : NULL;
    if (!s->target)
        return err_at(s->log, ERR_MEMORY, "out of memory for the target");
    target_on_event(s->target, on_target_event, s);
    const struct rtos_memory memory = rtos_target_memory(s->target);
    rtos_set_memory(s->rtos, &memory);
    for (unsigned i = 0; i < config->core_count; i++)
        core_set_name(target_core(s->target, config->cores[i].index), config->cores[i].name);
    s->flash = flash_new(s->target, config->flash_size_override);
    if (!s->flash)
        return err_at(s->log, ERR_MEMORY, "out of memory for the flash");
    flash_on_progress(s->flash, on_progress, s);
    return set_access(s);
}

/* A chip that sleeps deeply, or whose program has taken the pins of JTAG, is there for a while after a reset. False when
   there is no line, and then the sentence of the error is what it was. */
static bool pulse_reset_line(struct session *s)
{
    struct err_kept first = err_keep(s->log, ERR_NO_CHIP);
    bool is_low = adapter_set_reset(s->adapter, false, true) == ERR_OK;
    bool is_done = is_low && clock_wait_ms(session_clock(s), RESET_PULSE_MS) == ERR_OK;
    if (is_low) /* also after Ctrl-C */
        is_done &= adapter_set_reset(s->adapter, false, false) == ERR_OK;
    err_put_back(s->log, &first);
    if (is_done)
        log_info(s->log, "nothing answers: the reset line (SRST) was pulsed, and it is tried again");
    return is_done;
}

static enum err find_chain(struct session *s)
{
    enum err e = open_chain(s);
    if (e != ERR_NO_CHIP || !pulse_reset_line(s))
        return e;
    jtag_free(s->jtag);
    s->jtag = NULL;
    return open_chain(s);
}

enum err session_connect(struct session *s)
{
    if (session_is_open(s))
        return ERR_OK;
    enum err e = open_adapter(s);
    if (!e)
        e = find_chain(s);
    if (!e)
        e = open_target(s);
    if (e)
        session_close(s);
    return e;
}

enum err session_examine(struct session *s)
{
    if (!s->target)
        return ERR_OK;
    enum err e = target_examine(s->target);
    if (e == ERR_NO_CHIP && pulse_reset_line(s))
        e = target_examine(s->target);
    if (e)
        session_close(s);
    else
        breaks_recover(s);
    return e;
}

enum err session_open(struct session *s)
{
    if (session_is_open(s))
        return ERR_OK;
    enum err e = session_connect(s);
    return e ? e : session_examine(s);
}

/* A program that has not begun has no threads, whatever its last run has left. */
static void end_old_threads(struct session *s)
{
    bool stands = false;
    for (unsigned i = 0; s->has_old_threads && i < target_core_count(s->target); i++)
        stands |= core_stands_at_reset(target_core(s->target, i));
    if (stands && rtos_start_anew(s->rtos) != ERR_OK)
        log_warn(
            s->log,
            "the threads of the program's last run could not be forgotten; they are shown until it clears its memory");
    s->has_old_threads &= !stands || !rtos_has_symbols(s->rtos);
}

enum err session_release_flash(struct session *s)
{
    if (!s->flash)
        return ERR_OK;
    enum err e = flash_release(s->flash);
    flash_forget(s->flash);
    if (!e && s->has_old_threads)
        end_old_threads(s);
    return e;
}

/* A chip that does not let its flash be written before is reset all the same, and its flash restored after it. */
static enum err take_breaks_out(struct session *s)
{
    enum err e = breaks_take_out(s);
    if (!e || e == ERR_INTERRUPTED || e == ERR_DISCONNECTED)
        return e;
    log_warn(s->log, "%s; it is tried again after the reset", err_why(s->log, e));
    err_forget(s->log);
    return ERR_OK;
}

enum err session_reset(struct session *s, enum reset_mode mode)
{
    enum err e = take_breaks_out(s);
    if (e)
        return e;
    if (mode == RESET_RUN)
        breaks_expect_program(s);
    e = session_release_flash(s);
    if (e == ERR_INTERRUPTED)
        return e;
    if (e)
        err_forget(s->log);
    session_forget_mapping(s);
    e = target_reset(s->target, mode);
    breaks_note_reset(s, true);
    return e;
}

/* Breakpoints in flash go with the session, whatever the cores do; those that run go on. */
static void close_breaks(struct session *s)
{
    if (!s->flash || !flash_patch_sectors(s->flash))
        return;
    enum err e = target_poll(s->target);
    unsigned running = 0;
    for (unsigned i = 0; i < target_core_count(s->target); i++)
        running |= core_state(target_core(s->target, i)) == CORE_RUNNING ? 1U << i : 0;
    if (!e)
        e = breaks_take_out(s);
    if (!e)
        e = session_release_flash(s);
    if (!e && running)
        e = target_resume_cores(s->target, running);
    if (e)
        log_warn(s->log, "breakpoints are still in the flash: %s. The next start of espocd takes them out",
                 err_why(s->log, e));
    err_forget(s->log);
}

void session_close(struct session *s)
{
    struct err_kept first = err_keep(s->log, ERR_OK); /* the sentence of the error that led here, if one did */
    session_hold_interrupt(s);
    close_breaks(s);
    enum err e = session_release_flash(s);
    session_let_interrupt_go(s);
    if (e && session_exit_status(e) == FAILED && !first.why[0]) /* that nobody is there has been told by then */
        log_warn(s->log, "the flash agent could not be taken out of the chip: %s", err_why(s->log, e));
    session_forget_mapping(s);
    rtos_set_memory(s->rtos, NULL);
    breaks_fini(s);
    flash_free(s->flash);
    target_free(s->target);
    jtag_free(s->jtag);
    adapter_free(s->adapter);
    s->flash = NULL;
    s->target = NULL;
    s->jtag = NULL;
    s->adapter = NULL;
    err_put_back(s->log, &first);
}

bool session_is_open(const struct session *s)
{
    return s->adapter != NULL;
}

int session_exit_status(enum err e)
{
    switch (e) {
    case ERR_OK:
        return DONE;
    case ERR_DISCONNECTED:
    case ERR_NO_CHIP:
    case ERR_CHAIN:
    case ERR_IN_RESET:
    case ERR_POWERED_OFF:
        return NOBODY_THERE;
    default:
        return FAILED;
    }
}

struct adapter *session_adapter(struct session *s)
{
    return s->adapter;
}

struct jtag *session_jtag(struct session *s)
{
    return s->jtag;
}

struct rtos *session_rtos(struct session *s)
{
    return s->rtos;
}

struct target *session_target(struct session *s)
{
    return s->target;
}

struct flash *session_flash(struct session *s)
{
    return s->flash;
}

struct core *session_core(struct session *s, unsigned index)
{
    if (!s->target || index >= s->config.core_count)
        return NULL;
    return target_core(s->target, s->config.cores[index].index);
}
