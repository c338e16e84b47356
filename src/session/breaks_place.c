/* SPDX-License-Identifier: Apache-2.0 */
/* Where a new breakpoint goes, and why it cannot go elsewhere. */
#include "session/breaks_int.h"

#include "session/flash_map.h"

bool break_is_flash_window(const struct session *s, uint32_t addr)
{
    const struct chip_region *r = chip_region_at(target_chip(s->target), addr);
    return r && r->kind == REGION_FLASH_CODE;
}

/* eFuses settle both for good. */
static enum err check_settings(struct session *s, uint32_t addr)
{
    bool is_encrypted = false, is_signed = false;
    const char *encryption = NULL, *boot = NULL;
    enum err e = target_setting(s->target, CHIP_FLASH_ENCRYPTION, &is_encrypted, &encryption);
    if (!e)
        e = target_setting(s->target, CHIP_SECURE_BOOT, &is_signed, &boot);
    if (e)
        return e;
    if (is_encrypted)
        return err_at(
            s->log, ERR_UNSUPPORTED,
            "a breakpoint in flash at 0x%08x is not possible, because flash encryption is on (%s): what stands "
            "there is cipher text, and an instruction cannot be changed in it",
            (unsigned)addr, encryption);
    if (is_signed)
        return err_at(
            s->log, ERR_UNSUPPORTED,
            "a breakpoint in flash at 0x%08x is not possible, because secure boot is on (%s): the chip would not "
            "start a program that was changed",
            (unsigned)addr, boot);
    return ERR_OK;
}

static enum err check_mapping(struct session *s, uint32_t addr, uint32_t *offset)
{
    const struct mapping *m = session_mapping(s);
    if (mapping_to_flash(m, -1, addr, offset, NULL))
        return ERR_OK;
    return err_at(
        s->log, ERR_RANGE,
        "a breakpoint in flash at 0x%08x is not possible, because nothing of the flash is mapped there, and no "
        "program in it says that it will be",
        (unsigned)addr);
}

static enum err check_flash_itself(struct session *s, uint32_t addr, uint32_t offset)
{
    struct flash_info info = {0};
    enum err e = s->breaks.is_checked ? ERR_OK : flash_check_change(s->flash);
    if (!e)
        e = flash_identify(s->flash, &info);
    if (e)
        return err_context(s->log, e, "a breakpoint in flash at 0x%08x is not possible", (unsigned)addr);
    uint32_t sector = offset - offset % FLASH_SECTOR_SIZE;
    const struct flash_range *r = &info.protected_range;
    bool is_protected =
        r->len && sector < r->offset + (uint64_t)r->len && r->offset < sector + (uint64_t)FLASH_SECTOR_SIZE;
    if (is_protected)
        return err_at(
            s->log, ERR_STATE,
            "a breakpoint in flash at 0x%08x is not possible, because its sector 0x%06x is write-protected (%s)",
            (unsigned)addr, (unsigned)sector, info.protection);
    if (offset >= info.size)
        return err_at(
            s->log, ERR_RANGE,
            "a breakpoint in flash at 0x%08x is not possible: it is mapped to 0x%06x, and the flash ends at 0x%06x",
            (unsigned)addr, (unsigned)offset, (unsigned)info.size);
    return ERR_OK;
}

static bool is_halted(const struct session *s)
{
    for (unsigned i = 0; i < target_core_count(s->target); i++) {
        if (core_state(target_core(s->target, i)) == CORE_HALTED)
            return true;
    }
    return false;
}

enum err break_check_flash(struct session *s, uint32_t addr)
{
    uint32_t offset = 0;
    if (!is_halted(s))
        return err_at(s->log, ERR_STATE, "a breakpoint in flash at 0x%08x needs the chip halted: halt it first",
                      (unsigned)addr);
    if (s->breaks.is_blocked)
        return err_at(
            s->log, ERR_STATE,
            "a breakpoint in flash at 0x%08x is not possible, because those of an earlier session could not be "
            "taken out",
            (unsigned)addr);
    if (!session_has_flash_bank(s))
        return err_at(s->log, ERR_UNSUPPORTED,
                      "a breakpoint in flash at 0x%08x is not possible, because the configuration has no flash bank "
                      "(ESP_FLASH_SIZE 0)",
                      (unsigned)addr);
    enum err e = s->breaks.is_checked ? ERR_OK : check_settings(s, addr);
    if (!e)
        e = check_mapping(s, addr, &offset);
    if (!e)
        e = check_flash_itself(s, addr, offset);
    s->breaks.is_checked = !e;
    return e;
}

/* Both sentences: which slots are taken, and why the flash is no way out. */
static enum err add_to_flash(struct session *s, uint32_t addr, uint8_t len)
{
    struct err_kept slots = err_keep(s->log, ERR_RESOURCE);
    enum err e = break_check_flash(s, addr);
    if (!e)
        e = target_add_breakpoint(s->target, addr, len, BP_FLASH);
    if (!e)
        target_mark_breakpoint(s->target, addr, true, false);
    if (!e || e == ERR_EXISTS || e == ERR_DISCONNECTED)
        return e;
    struct err_kept flash = err_keep(s->log, e);
    err_put_back(s->log, &slots);
    return err_append(s->log, ERR_RESOURCE, "And %s", flash.why[0] ? flash.why : err_text(flash.code));
}

enum err session_add_breakpoint(struct session *s, uint32_t addr, uint8_t len, enum session_break kind)
{
    struct target *t = s->target;
    const struct chip_region *r = chip_region_at(target_chip(t), addr);
    bool takes_ram = target_takes_software_breakpoint(t, addr), is_flash = break_is_flash_window(s, addr);
    /* Where code does not run from, GDB has functions return that it calls: there the hardware stops before the fetch. */
    bool is_data = !takes_ram && r && (r->kind == REGION_RAM || r->kind == REGION_RTC_RAM);
    enum err e = ERR_OK;
    if ((kind == SESSION_BREAK_SOFT && !is_flash && !is_data) ||
        (kind == SESSION_BREAK_WRITTEN && (takes_ram || !is_flash)))
        return target_add_breakpoint(t, addr, len, BP_SOFTWARE);
    if (kind == SESSION_BREAK_WRITTEN) {
        e = target_breakpoint_at(t, addr) ? ERR_OK : break_check_flash(s, addr);
        return e ? e : target_add_breakpoint(t, addr, len, BP_FLASH);
    }
    e = target_add_breakpoint(t, addr, len, BP_HARDWARE);
    if (!e && is_flash && kind != SESSION_BREAK_HARD)
        target_mark_breakpoint(t, addr, true, false);
    if (e != ERR_RESOURCE || kind == SESSION_BREAK_HARD)
        return e;
    if (takes_ram)
        return target_add_breakpoint(t, addr, len, BP_SOFTWARE);
    if (!is_flash)
        return err_append(s->log, e, "0x%08x lies in %s, where there can be no other breakpoint", (unsigned)addr,
                          r ? r->name : "no memory");
    return add_to_flash(s, addr, len);
}
