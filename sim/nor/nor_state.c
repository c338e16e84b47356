/* SPDX-License-Identifier: Apache-2.0 */
/* Putting a chip into a state that a program could have left it in. */
#include "sim/nor/nor_int.h"

#include "base/bytes.h"
#include "regs/spi_nor.h"

#include <string.h>

static const char *const names[NOR_STATE_COUNT] = {
#define STATE_NAME(name, text, help) [NOR_STATE_##name] = (text),
    NOR_STATES(STATE_NAME)
#undef STATE_NAME
};

const char *nor_state_name(enum nor_state state)
{
    return names[state];
}

/* --- each state: false when the part cannot be in it --- */

/* As a program that wrote the register would leave it: kept over power-off. */
static bool set_bits(struct nor *n, struct nor_bit bits, bool on)
{
    uint8_t *registers[] = {&n->registers[bits.reg], &n->kept[bits.reg]};
    for (unsigned i = 0; i < 2; i++)
        *registers[i] = (uint8_t)(on ? *registers[i] | bits.mask : *registers[i] & ~bits.mask);
    return bits.mask;
}

static bool enter_qpi(struct nor *n)
{
    if (!(n->sets & (NOR_SET_QPI38 | NOR_SET_QPI35)))
        return false;
    if (n->sets & NOR_SET_QPI38)
        set_bits(n, n->family->quad_enable, true);
    nor_enter_qpi(n);
    return true;
}

static bool enter_octal(struct nor *n, enum nor_mode mode)
{
    const struct nor_octal *octal = n->family->octal;
    if (!octal || (mode == NOR_OPI_STR && !octal->has_str))
        return false;
    if (n->sets & NOR_SET_OCTAL_MX)
        n->config[NOR_CFG_MODE] = mode == NOR_OPI_DTR ? NOR_CR2_DOPI : NOR_CR2_SOPI;
    else
        n->config[NOR_CFG_MODE] = NOR_CFG_OCTAL_DTR;
    nor_take_config(n);
    return n->mode == mode;
}

static bool enter_4byte(struct nor *n)
{
    if (n->sets & NOR_SET_ADDRESS4)
        nor_enter_4byte(n);
    return n->is_4byte;
}

static bool enter_extended(struct nor *n)
{
    n->extended = n->sets & NOR_SET_ADDRESS4 ? 1 : 0;
    return n->extended;
}

static bool enter_continuous(struct nor *n)
{
    if (n->family->continues == NOR_CONTINUE_NEVER || !n->known[NOR_QUAD_IO_READ])
        return false;
    set_bits(n, n->family->quad_enable, true);
    n->continuous = n->known[NOR_QUAD_IO_READ];
    return true;
}

/* A blank block, so that the content stays as it is; the last one if none is. */
static uint32_t find_block(const struct nor *n)
{
    uint32_t block = nor_block(n);
    for (uint32_t end = n->part->size; end; end -= block) {
        uint32_t at = end - block;
        while (at < end && n->bytes[at] == 0xFF)
            at++;
        if (at == end)
            return end - block;
    }
    return n->part->size - block;
}

static bool begin_erase(struct nor *n)
{
    n->address = find_block(n);
    nor_erase_block64(n);
    return nor_is_busy(n);
}

static bool begin_program(struct nor *n)
{
    n->address = 0;
    n->in_count = NOR_PAGE;
    memset(n->in, 0xFF, sizeof n->in);
    nor_page_program(n);
    return nor_is_busy(n);
}

/* Suspended since a while: the stop itself is over. */
static bool stop(struct nor *n, bool is_begun)
{
    if (!is_begun || !(n->sets & (NOR_SET_SUSPEND75 | NOR_SET_SUSPENDB0)))
        return false;
    nor_suspend(n);
    n->busy_until_ps = 0;
    return n->suspended != NOR_OP_NONE;
}

static bool protect(struct nor *n, uint8_t bits)
{
    struct nor_bit all = {0, nor_protect_all_bits(n)};
    set_bits(n, all, false);
    return set_bits(n, (struct nor_bit){0, bits}, true);
}

static bool protect_by_pin(struct nor *n)
{
    struct nor_bit quad = n->family->quad_enable;
    if (n->part->is_quad_fixed || !(n->family->writable[0] & NOR_SR1_SRP))
        return false; /* the pin is a data line, or there is no such bit */
    set_bits(n, quad, false);
    set_bits(n, (struct nor_bit){0, NOR_SR1_SRP}, true);
    n->is_wp_low = true;
    return protect(n, nor_protect_all_bits(n));
}

static bool set_quad(struct nor *n, bool on)
{
    struct nor_bit quad = n->family->quad_enable;
    if (n->part->is_quad_fixed && on != nor_bit_of(n, quad))
        return false;
    return set_bits(n, quad, on);
}

static bool fall_asleep(struct nor *n)
{
    nor_power_down(n);
    return true;
}

static bool enable_write(struct nor *n)
{
    nor_write_enable(n);
    return true;
}

static bool stick(struct nor *n, bool low)
{
    n->stuck = low ? NOR_ALL_LOW : NOR_ALL_HIGH;
    return true;
}

static bool enter(struct nor *n, enum nor_state state)
{
    switch (state) {
    case NOR_STATE_QPI:
        return enter_qpi(n);
    case NOR_STATE_OPI_STR:
        return enter_octal(n, NOR_OPI_STR);
    case NOR_STATE_OPI_DTR:
        return enter_octal(n, NOR_OPI_DTR);
    case NOR_STATE_ADDRESS4:
        return enter_4byte(n);
    case NOR_STATE_EXTENDED:
        return enter_extended(n);
    case NOR_STATE_CONTINUOUS:
        return enter_continuous(n);
    case NOR_STATE_ASLEEP:
        return fall_asleep(n);
    case NOR_STATE_ERASING:
        return begin_erase(n);
    case NOR_STATE_ERASE_SUSPENDED:
        return stop(n, begin_erase(n));
    case NOR_STATE_PROGRAM_SUSPENDED:
        return stop(n, begin_program(n));
    case NOR_STATE_WRITE_ENABLED:
        return enable_write(n);
    case NOR_STATE_PROTECTED_BLOCKS:
        return protect(n, nor_protect_half_bits(n));
    case NOR_STATE_PROTECTED_ALL:
        return protect(n, nor_protect_all_bits(n));
    case NOR_STATE_PROTECTED_PIN:
        return protect_by_pin(n);
    case NOR_STATE_BLOCK_LOCKS:
        return n->sets & NOR_SET_LOCKS && set_bits(n, n->family->locks_on, true);
    case NOR_STATE_QE_CLEAR:
        return set_quad(n, false);
    case NOR_STATE_QE_SET:
        return set_quad(n, true);
    case NOR_STATE_STUCK_LOW:
        return stick(n, true);
    case NOR_STATE_STUCK_HIGH:
        return stick(n, false);
    case NOR_STATE_COUNT:
        break;
    }
    return false;
}

enum err nor_enter(struct nor *n, enum nor_state state)
{
    if (enter(n, state))
        return ERR_OK;
    if (!n->log)
        return ERR_UNSUPPORTED;
    return err_at(n->log, ERR_UNSUPPORTED,
                  "a %s cannot be found in the state '%s'; give another state, or a part that has it", n->part->name,
                  state < NOR_STATE_COUNT ? names[state] : "?");
}

/* --- by name --- */

static enum err refuse_name(struct log *log, const char *name, size_t len)
{
    struct buf known = {0};
    for (unsigned i = 0; i < NOR_STATE_COUNT; i++)
        buf_printf(&known, "%s%s", i ? ", " : "", names[i]);
    enum err e =
        err_at(log, ERR_USAGE, "a virtual flash has no state '%.*s'; it has: %s", (int)len, name, buf_str(&known));
    buf_fini(&known);
    return e;
}

/* NOR_STATE_COUNT: there is none of that name. */
static enum nor_state find_state(const char *name, size_t len)
{
    unsigned i = 0;
    while (i < NOR_STATE_COUNT && (strlen(names[i]) != len || strncmp(names[i], name, len) != 0))
        i++;
    return (enum nor_state)i;
}

/* n: NULL when the names are only looked at. log may be NULL. */
static enum err take_names(struct log *log, struct nor *n, const char *given)
{
    enum err e = ERR_OK;
    for (const char *at = given; !e; at++) {
        size_t len = strcspn(at, ",");
        enum nor_state state = find_state(at, len);
        if (state == NOR_STATE_COUNT)
            e = log ? refuse_name(log, at, len) : ERR_USAGE;
        else if (n)
            e = nor_enter(n, state);
        at += len;
        if (!*at)
            break;
    }
    return e;
}

enum err nor_preset(struct nor *n, const char *names_given)
{
    return take_names(n->log, n, names_given);
}

enum err nor_check_states(struct log *log, const char *names_given)
{
    return take_names(log, NULL, names_given);
}
