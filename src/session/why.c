/* SPDX-License-Identifier: Apache-2.0 */
/* Why a core stopped, as far as the program or the chip around the core knows more of it. */
#include "session/session_int.h"

#include "base/bytes.h"

#include <string.h>

enum { WORD = 4, TEXT_MAX = 200 };

/* ESP-IDF, components/esp_system/panic.c: whether it was an abort, and what was said of it (an assertion's text, say). The name of the
   latter has changed. */
enum symbol { PANIC_ABORT, ABORT_DETAILS, OLD_ABORT_DETAILS };
static const char *const symbols[] = {"g_panic_abort", "g_panic_abort_details", "s_panic_abort_details"};
_Static_assert(sizeof symbols / sizeof symbols[0] == SESSION_SYMBOLS, "room for all");

const char *session_symbol_name(unsigned i)
{
    return i < SESSION_SYMBOLS ? symbols[i] : NULL;
}

void session_set_symbol(struct session *s, const char *name, uint32_t addr)
{
    for (unsigned i = 0; i < SESSION_SYMBOLS; i++) {
        if (strcmp(symbols[i], name) != 0)
            continue;
        s->symbols[i] = addr;
        s->has_symbol[i] = true;
    }
}

static bool read_word(struct session *s, struct core *c, unsigned symbol, uint32_t *value)
{
    uint32_t addr = s->symbols[symbol];
    if (!s->has_symbol[symbol] || core_read_u32(c, addr - addr % WORD, value) != ERR_OK)
        return false;
    *value >>= 8 * (addr % WORD);
    return true;
}

/* Printable characters of a string of the program's, up to a limit. */
static void put_string(struct core *c, uint32_t addr, struct buf *out)
{
    char text[TEXT_MAX] = "";
    uint32_t len = sizeof text - 1 - addr % WORD;
    if (core_mem_read(c, addr, 0, text, len) != ERR_OK)
        return err_forget(target_log(core_target(c)));
    text[len] = 0;
    for (char *at = text; *at; at++)
        *at = *at >= ' ' && *at < 0x7F ? *at : ' ';
    if (*text)
        buf_printf(out, ": \"%s\"", text);
}

static void put_abort(struct session *s, struct core *c, struct buf *out)
{
    uint32_t is_abort = 0, details = 0;
    if (!read_word(s, c, PANIC_ABORT, &is_abort) || (is_abort & 0xFF) != 1)
        return;
    buf_printf(out, "%sthe program has called abort()", out->len ? "; " : "");
    bool has_text = read_word(s, c, ABORT_DETAILS, &details) || read_word(s, c, OLD_ABORT_DETAILS, &details);
    if (has_text && details)
        put_string(c, details, out);
}

/* The register that says so keeps it until the next reset: it is news once. */
static void put_watchdog(struct session *s, unsigned index, struct core *c, struct buf *out)
{
    uint32_t code = 0;
    if (!(s->was_reset >> index & 1) || core_reset_cause(c, &code) != ERR_OK)
        return;
    s->was_reset &= ~(1U << index);
    const struct chip_reset_cause *cause = chip_reset_cause(target_chip(core_target(c)), code);
    if (cause && cause->is_watchdog)
        buf_printf(out, "%sa watchdog has reset the chip since the last stop (%s: %s)", out->len ? "; " : "",
                   cause->name, cause->text);
}

void session_put_why(struct session *s, unsigned index, struct buf *out)
{
    struct core *c = session_core(s, index);
    if (!c || core_state(c) != CORE_HALTED)
        return;
    core_put_why(c, out);
    enum halt_reason reason = core_halt_reason(c);
    if (reason != HALT_SINGLE_STEP && !core_stands_at_reset(c))
        put_abort(s, c, out);
    put_watchdog(s, index, c, out);
    err_forget(s->log);
}
