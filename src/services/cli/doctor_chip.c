/* SPDX-License-Identifier: Apache-2.0 */
/* The chip and its flash, as a survey found them. */
#include "services/cli/doctor.h"

#include "services/cli/cli.h"

/* What a setting that is on means. */
static const struct {
    enum verdict_kind kind;
    const char *seen, *remedy;
} settings[] = {
    [CHIP_FLASH_ENCRYPTION] =
        {VERDICT_NOTE, "flash encryption is on",
         "program with 'encrypt' (program_esp) or --encrypt what the chip is to read decrypted; what "
         "is read from the flash is cipher text"},
    [CHIP_SECURE_BOOT] = {VERDICT_NOTE, "secure boot is on", "only signed images start: sign before programming"},
    [CHIP_JTAG_OFF] =
        {VERDICT_BAD, "JTAG is switched off by eFuse, in part or for good",
         "debugging works as long as a program lets JTAG in again, or over what is left of it (USB or pins); "
         "an eFuse cannot be set back"},
    [CHIP_DOWNLOAD_OFF] = {VERDICT_NOTE, "the serial download mode is switched off for good",
                           "JTAG is the only way to program this chip: do not switch it off"},
    [CHIP_DOWNLOAD_LIMITED] = {VERDICT_NOTE, "the serial download mode is limited: it reads neither flash nor RAM",
                               "use JTAG to read the flash"},
    [CHIP_SECOND_CORE_OFF] = {VERDICT_NOTE, "the second core is switched off for good",
                              "build for one core (ESP-IDF: CONFIG_FREERTOS_UNICORE)"},
};

static void judge_identity(struct verdicts *v, const struct survey *s)
{
    char revision[16] = "";
    if (s->has_revision)
        snprintf(revision, sizeof revision, " v%u.%u", s->revision / 100, s->revision % 100);
    if (!s->has_facts) {
        verdict_add(v, VERDICT_BAD, "chip", "try again after a reset; see that the supply is steady",
                    "%s: its registers could not be read: %s", s->chip->title, s->facts_why);
        return;
    }
    verdict_good(v, "chip", "%s%s, MAC %02x:%02x:%02x:%02x:%02x:%02x", s->chip->title, revision, s->mac[0], s->mac[1],
                 s->mac[2], s->mac[3], s->mac[4], s->mac[5]);
    if (!s->has_revision)
        verdict_add(v, VERDICT_NOTE, "chip", "none is needed; images that ask for a revision are not checked",
                    "its eFuses name a revision that is not known");
}

static void judge_settings(struct verdicts *v, const struct survey *s)
{
    size_t on = 0;
    for (const struct chip_efuse *e = s->chip->efuses; e && e->name; e++)
        on += survey_has_setting(s, e->setting);
    for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++) {
        if (settings[i].seen && survey_has_setting(s, (enum chip_setting)i))
            verdict_add(v, settings[i].kind, "eFuses", settings[i].remedy, "%s", settings[i].seen);
    }
    if (!on)
        verdict_good(v, "eFuses", "flash encryption, secure boot off; JTAG, serial download on");
}

static void judge_strapping(struct verdicts *v, const struct survey *s)
{
    if (s->boot_mode && s->boot_mode->is_from_flash)
        verdict_good(v, "pins", "the strapping pins asked for %s", s->boot_mode->text);
    else if (s->boot_mode)
        verdict_add(
            v, VERDICT_BAD, "pins",
            "let GPIO0 be high at reset: release the boot button, look at what drives the pin (DTR of the serial "
            "port does on many boards), then reset the chip",
            "the strapping pins asked for %s: the program in the flash does not start", s->boot_mode->text);
}

static const char *state_of(const struct survey_core *c)
{
    return c->state == CORE_RESET ? "in reset" : core_state_name(c->state);
}

/* It was halted nevertheless, if its PC is known. */
static void judge_absence(struct verdicts *v, unsigned index, const struct survey_core *c, const char *cause)
{
    verdict_add(
        v, VERDICT_NOTE, "cores",
        c->has_pc ? "nothing: it was halted all the same, and goes on as it was. A program that sleeps is easier "
                    "to debug with its power saving switched off, and 'reset halt' ends what keeps a core away"
                  : "if it is to run, start it in the program; 'reset halt' ends what keeps a core away. A "
                    "program that sleeps is easier to debug with its power saving switched off",
        "cpu%u could not be reached%s: %s; its last reset: %s", index, c->has_pc ? " at first" : "", c->off, cause);
}

static void judge_core(struct verdicts *v, const struct survey *s, unsigned index)
{
    const struct survey_core *c = &s->cores[index];
    const struct chip_reset_cause *reset = c->has_reset_cause ? chip_reset_cause(s->chip, c->reset_cause) : NULL;
    char at[32] = "";
    if (c->has_pc)
        snprintf(at, sizeof at, " at 0x%08X", c->pc);
    const char *cause = c->has_reset_cause ? chip_reset_cause_text(s->chip, c->reset_cause) : "not known";
    if (c->off)
        judge_absence(v, index, c, cause);
    else if (reset && reset->is_watchdog)
        verdict_add(v, VERDICT_NOTE, "cores",
                    "the program did not feed a watchdog, or none was there to feed it: see its serial output",
                    "cpu%u was %s%s; its last reset: %s", index, state_of(c), at, cause);
    else
        verdict_good(v, "cores", "cpu%u was %s%s; its last reset: %s", index, state_of(c), at, cause);
}

static void judge_resets(struct verdicts *v, unsigned resets, unsigned watched_ms)
{
    if (resets > 1)
        verdict_add(v, VERDICT_BAD, "resets",
                    "what the flash holds does not start (see below), or the program crashes: its serial output says "
                    "which; programming works all the same",
                    "the chip was reset %u times within %u ms", resets, watched_ms);
    else
        verdict_good(v, "resets", "no loop of resets within %u ms", watched_ms);
}

static const char *const buses[CHIP_BUSES] = {
    [CHIP_INSTRUCTION_BUS] = "the instruction bus",
    [CHIP_DATA_BUS] = "the data bus",
};

/* A bus has several permissions; they are told as one. */
static void judge_permissions(struct verdicts *v, const struct survey *s)
{
    bool is_closed[CHIP_BUSES] = {false}, is_locked[CHIP_BUSES] = {false};
    unsigned bit = 0;
    for (const struct chip_permission *p = s->chip->permissions; p && p->bus; p++, bit++) {
        is_closed[p->bus] |= s->closed >> bit & 1;
        is_locked[p->bus] |= s->locked >> bit & 1;
    }
    for (unsigned bus = 0; bus < CHIP_BUSES; bus++) {
        if (is_closed[bus])
            verdict_add(v, VERDICT_NOTE, "memory",
                        is_locked[bus] ? "espocd works around it where it can; 'reset halt' ends it"
                                       : "espocd lifts it for its own accesses and puts it back",
                        "the program protects memory on %s%s", buses[bus],
                        is_locked[bus] ? ", and nothing but a reset changes that" : "");
    }
}

void doctor_chip(struct verdicts *v, const struct survey *s, unsigned resets, unsigned watched_ms)
{
    judge_identity(v, s);
    judge_resets(v, resets, watched_ms);
    if (!s->has_facts)
        return;
    judge_settings(v, s);
    judge_strapping(v, s);
    for (unsigned i = 0; i < s->core_count; i++)
        judge_core(v, s, i);
    judge_permissions(v, s);
}

/* --- the flash --- */

static void judge_findings(struct verdicts *v, const struct findings *f)
{
    for (size_t i = 0; i < f->count; i++) {
        const struct finding *item = &f->items[i];
        char remedy[VERDICT_REMEDY], at[32] = "";
        snprintf(remedy, sizeof remedy, "%s; %s", item->kind->means, item->kind->remedy);
        if (item->has_offset)
            snprintf(at, sizeof at, "at 0x%llX: ", (unsigned long long)item->offset);
        verdict_add(v, item->kind->severity == FINDING_ERROR ? VERDICT_BAD : VERDICT_NOTE, "layout", remedy, "%s%s", at,
                    item->seen);
    }
}

static const char *const modes[] = {
    [FLASH_MODE_QPI] = "four lines (QPI)",
    [FLASH_MODE_OPI_STR] = "eight lines (OPI, single rate)",
    [FLASH_MODE_OPI_DTR] = "eight lines at double rate (OPI DTR)",
};

static const struct {
    unsigned note;
    const char *seen, *remedy;
} notes[] = {
    {FLASH_WAS_CONTINUOUS, "it was reading without an opcode (continuous read), as a program left it",
     "nothing: it was left so"},
    {FLASH_WAS_ASLEEP, "it was asleep (deep power-down), as a program left it", "nothing: it was left so"},
    {FLASH_WAS_BUSY, "an erase or program was running",
     "nothing: it has ended; a reset in the middle of one leaves its "
     "sectors undefined, so program them again"},
    {FLASH_WAS_SUSPENDED, "an erase or program was suspended", "nothing: it was resumed and has ended"},
};

static void judge_flash_state(struct verdicts *v, const struct flash_info *f)
{
    if (f->mode <= FLASH_MODE_OPI_DTR && modes[f->mode])
        verdict_good(v, "flash", "it takes commands on %s, as the program that runs has set it", modes[f->mode]);
    for (size_t i = 0; i < sizeof notes / sizeof notes[0]; i++) {
        if (f->notes & notes[i].note)
            verdict_add(v, VERDICT_NOTE, "flash", notes[i].remedy, "%s", notes[i].seen);
    }
    if (f->protected_range.len)
        verdict_add(v, VERDICT_NOTE, "flash",
                    "espocd flash --unprotect (or erase --unprotect) clears it; the Tcl commands do so by themselves",
                    "0x%06X to 0x%06X are write-protected by %s", f->protected_range.offset,
                    f->protected_range.offset + f->protected_range.len - 1, f->protection);
}

void doctor_flash(struct verdicts *v, const struct survey *s)
{
    char size[32];
    if (!s->has_flash) {
        verdict_add(v, VERDICT_BAD, "flash", "", "%s", s->flash_why);
        return;
    }
    verdict_good(v, "flash", "%s, JEDEC id %02x%02x%02x, %s by %s", s->flash.maker, s->flash.manufacturer,
                 s->flash.type, s->flash.capacity, cli_size(size, sizeof size, s->flash.size), s->flash.size_source);
    judge_flash_state(v, &s->flash);
    if (!s->has_layout) {
        verdict_add(v, VERDICT_BAD, "layout", "try again after a reset", "the flash could not be read: %s",
                    s->flash_why);
        return;
    }
    if (s->layout.boot.region >= 0)
        verdict_good(v, "layout", "%s at 0x%X boots (%s)",
                     layout_kind_text(s->layout.regions[s->layout.boot.region].kind),
                     s->layout.regions[s->layout.boot.region].offset, s->layout.boot.why);
    judge_findings(v, &s->findings);
}
