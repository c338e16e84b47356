/* SPDX-License-Identifier: Apache-2.0 */
/* What is in the chain, and what is wrong with it. */
#include "base/bits.h"
#include "jtag/jtag_int.h"

#include <stdio.h>
#include <string.h>

enum {
    IDCODE_BITS = 32,
    SCAN_BITS = IDCODE_BITS * (JTAG_MAX_TAPS + 1), /* one more than can be, to see the end */
};
#define IDCODE_MAKER FIELD(11, 1)
#define IDCODE_PART  FIELD(27, 12)
#define VERSION_MASK FIELD(31, 28)

/* JEP106: bank in bits 10:7, number in 6:0. Those that are met beside Espressif's chips. */
static const struct {
    uint16_t code;
    const char *name;
} makers[] = {
    {0x020, "STMicroelectronics"},
    {0x043, "Xilinx"},
    {0x06E, "Altera"},
    {0x23B, "ARM Ltd"},
    {0x272, "Tensilica"},
    {0x489, "SiFive Inc"},
    {0x612, "Espressif Systems"},
};

const char *jtag_maker(uint32_t idcode)
{
    for (size_t i = 0; i < sizeof makers / sizeof makers[0]; i++)
        if (makers[i].code == field_get(IDCODE_MAKER, idcode))
            return makers[i].name;
    return "<unknown>";
}

bool jtag_id_matches(const struct jtag_tap *tap, uint32_t id)
{
    uint32_t mask = tap->ignore_version ? ~VERSION_MASK : UINT32_MAX;
    for (unsigned i = 0; i < tap->expected_count; i++)
        if (((tap->expected_ids[i] ^ id) & mask) == 0)
            return true;
    return tap->expected_count == 0;
}

static bool all_are(const uint8_t *bits, size_t from, size_t count, bool value)
{
    for (size_t i = from; i < count; i++)
        if (bits_get(bits, i) != value)
            return false;
    return true;
}

/* After Test-Logic-Reset a TAP shifts out its IDCODE, whose first bit is 1, or one 0 bit of BYPASS. After the last one
   come the ones that were shifted in; no IDCODE is all ones. */
void jtag_parse_chain(const uint8_t *bits, size_t count, struct jtag_chain_scan *scan)
{
    *scan = (struct jtag_chain_scan){
        .is_all_ones = all_are(bits, 0, count, true),
        .is_all_zeros = all_are(bits, 0, count, false),
    };
    size_t at = 0;
    while (at < count && !all_are(bits, at, count, true)) {
        bool has_id = bits_get(bits, at);
        if (scan->count == JTAG_MAX_TAPS || (has_id && at + IDCODE_BITS > count)) {
            scan->is_endless = true;
            return;
        }
        scan->ids[scan->count++] = has_id ? (uint32_t)bits_get_u64(bits, at, IDCODE_BITS) : 0;
        at += has_id ? IDCODE_BITS : 1;
    }
    scan->is_endless = at >= count;
}

static void log_tap(struct jtag *j, const char *name, const char *what, uint32_t id)
{
    /* OpenOCD's line, to the letter: programs match on it */
    log_info(j->log, "JTAG tap: %s %16.16s: 0x%08x (mfg: 0x%3.3x (%s), part: 0x%4.4x, ver: 0x%1.1x)", name, what,
             (unsigned)id, (unsigned)field_get(IDCODE_MAKER, id), jtag_maker(id), (unsigned)field_get(IDCODE_PART, id),
             (unsigned)field_get(VERSION_MASK, id));
}

static void log_chain(struct jtag *j, const struct jtag_chain_scan *scan)
{
    for (unsigned i = 0; i < scan->count; i++) {
        const struct jtag_tap *tap = jtag_tap(j, i);
        bool is_expected = tap && jtag_id_matches(tap, scan->ids[i]);
        char name[24];
        snprintf(name, sizeof name, "auto%u.tap", i);
        if (scan->ids[i])
            log_tap(j, tap ? tap->name : name, is_expected ? "tap/device found" : "UNEXPECTED", scan->ids[i]);
        for (unsigned k = 0; tap && !is_expected && k < tap->expected_count; k++)
            log_info(j->log,
                     "JTAG tap: %s       expected %u of %u: 0x%08x (mfg: 0x%3.3x (%s), part: 0x%4.4x, ver: 0x%1.1x)",
                     tap->name, k + 1, tap->expected_count, (unsigned)tap->expected_ids[k],
                     (unsigned)field_get(IDCODE_MAKER, tap->expected_ids[k]), jtag_maker(tap->expected_ids[k]),
                     (unsigned)field_get(IDCODE_PART, tap->expected_ids[k]),
                     (unsigned)field_get(VERSION_MASK, tap->expected_ids[k]));
    }
}

/* "0x120034e5 (Tensilica), one without IDCODE" */
static void list_ids(const struct jtag_chain_scan *scan, char *text, size_t room)
{
    size_t used = 0;
    text[0] = 0;
    for (unsigned i = 0; i < scan->count && used < room; i++) {
        const char *comma = i ? ", " : "";
        int n = scan->ids[i] ? snprintf(text + used, room - used, "%s0x%08x (%s)", comma, (unsigned)scan->ids[i],
                                        jtag_maker(scan->ids[i]))
                             : snprintf(text + used, room - used, "%sone without IDCODE", comma);
        used += n > 0 ? (size_t)n : 0;
    }
}

static enum err judge_ids(struct jtag *j, const struct jtag_chain_scan *scan)
{
    for (unsigned i = 0; i < j->tap_count; i++) {
        const struct jtag_tap *tap = &j->taps[i];
        if (!scan->ids[i] || jtag_id_matches(tap, scan->ids[i]))
            continue;
        return err_at(
            j->log, ERR_CHAIN,
            "TAP %s is 0x%08x (%s) and not 0x%08x: this is another chip than the configuration names. Use the "
            "target or board file of the chip that is connected, or check which board is plugged in",
            tap->name, (unsigned)scan->ids[i], jtag_maker(scan->ids[i]), (unsigned)tap->expected_ids[0]);
    }
    return ERR_OK;
}

static enum err judge_count(struct jtag *j, const struct jtag_chain_scan *scan)
{
    char ids[512];
    list_ids(scan, ids, sizeof ids);
    if (scan->count > j->tap_count)
        return err_at(
            j->log, ERR_CHAIN,
            "the chain has %u TAPs (from TDO on: %s) and the configuration names %u: another chip or device is in "
            "the chain. Name every TAP in the configuration, in this order, or take the other device off",
            scan->count, ids, j->tap_count);
    return err_at(
        j->log, ERR_CHAIN,
        "the chain has only %u of the %u TAPs that the configuration names (found from TDO on: %s): it is for "
        "another chip, or the chain is interrupted. Use the target file of the chip that is connected, and "
        "check the wiring",
        scan->count, j->tap_count, ids);
}

static bool is_same(const struct jtag_chain_scan *a, const struct jtag_chain_scan *b)
{
    return a->count == b->count && a->is_endless == b->is_endless &&
           !memcmp(a->ids, b->ids, a->count * sizeof a->ids[0]);
}

enum err jtag_judge_chain(struct jtag *j, const struct jtag_chain_scan *first, const struct jtag_chain_scan *second)
{
    if (first->is_all_ones && second->is_all_ones)
        return err_at(
            j->log, ERR_NO_CHIP,
            "no TAP answers, TDO reads only ones: the chip is held in reset (EN low) or in deep sleep, has no power, "
            "its "
            "JTAG is switched off by eFuse or used as GPIO, or TDO is not connected. Check the board's power and EN, "
            "and the wires TDO, TMS, TCK and ground; wake a chip that sleeps with its reset button, and try again at "
            "once");
    if (first->is_all_zeros && second->is_all_zeros)
        return err_at(
            j->log, ERR_NO_CHIP,
            "no TAP answers, TDO reads only zeros: the chip has no power, or TDO is shorted to ground or held "
            "low by something else. Check the board's power, the adapter's reference voltage, and the wire "
            "TDO");
    if (!is_same(first, second))
        return err_at(
            j->log, ERR_CHAIN,
            "the chain reads differently each time (0x%08x, then 0x%08x): noise on the wires, a missing ground, "
            "or TCK is too fast. Shorten the wires, check ground, or lower the speed ('adapter speed 1000')",
            (unsigned)first->ids[0], (unsigned)second->ids[0]);
    if (first->is_endless)
        return err_at(
            j->log, ERR_CHAIN,
            "the chain reads garbage (first word 0x%08x) that does not end: TDI does not reach the first TAP, "
            "wires are swapped, or TCK is too fast. Check TDI and TDO, or lower the speed ('adapter speed 1000')",
            (unsigned)first->ids[0]);
    if (j->tap_count && first->count != j->tap_count)
        return judge_count(j, first);
    return judge_ids(j, first);
}

/* Two looks at the chain in one round trip: only noise changes between them. */
static enum err look(struct jtag *j, struct jtag_chain_scan *first, struct jtag_chain_scan *second)
{
    uint8_t ones[SCAN_BITS / 8], in[2][SCAN_BITS / 8];
    memset(ones, 0xFF, sizeof ones);
    for (unsigned i = 0; i < 2; i++) {
        jtag_reset_taps(j);
        jtag_begin_shift(j, JTAG_SHIFT_DR);
        size_t at = jtag_shift(j, ones, SCAN_BITS);
        jtag_capture(j, &(struct jtag_capture){.at = at, .bits = SCAN_BITS, .bytes = in[i]});
    }
    jtag_reset_taps(j);
    enum err e = jtag_run(j);
    if (e)
        return e;
    jtag_parse_chain(in[0], SCAN_BITS, first);
    jtag_parse_chain(in[1], SCAN_BITS, second);
    return ERR_OK;
}

enum err jtag_discover(struct jtag *j)
{
    struct jtag_chain_scan first, second;
    enum err e = look(j, &first, &second);
    if (e)
        return e;
    if (!first.is_all_ones && !first.is_all_zeros && !first.is_endless)
        log_chain(j, &first);
    memcpy(j->found_ids, first.ids, sizeof j->found_ids);
    e = jtag_judge_chain(j, &first, &second);
    if (e)
        return e;
    for (unsigned i = 0; i < j->tap_count; i++)
        j->taps[i].idcode = first.ids[i];
    jtag_ir(j, NULL, 0); /* every IR is checked as it captures */
    return jtag_run(j);
}

uint32_t jtag_found_id(const struct jtag *j, unsigned n)
{
    return n < JTAG_MAX_TAPS ? j->found_ids[n] : 0;
}
