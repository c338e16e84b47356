/* SPDX-License-Identifier: Apache-2.0 */
/* Where in the flash a bank, or an address, is. */
#include "services/tcl/flash_int.h"

#include "session/flash_map.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { KIB = 1024 };

static enum err no_banks(struct tcl_call *c)
{
    return err_at(
        tcl_call_log(c), ERR_UNSUPPORTED,
        "%s: there are no flash banks, flash support is off; leave out 'set ESP_FLASH_SIZE 0' (espocd needs no "
        "such help), or name a bank with 'flash bank'",
        c->command->name);
}

enum err tcl_bank_arg(struct tcl_call *c, int arg, unsigned *index)
{
    const struct session_config *config = tcl_config(c->tcl);
    const char *text = tcl_arg(c, arg);
    if (!config->bank_count)
        return no_banks(c);
    for (unsigned i = 0; i < config->bank_count; i++) {
        if (!strcmp(config->banks[i].name, text)) {
            *index = i;
            return ERR_OK;
        }
    }
    char *end;
    unsigned long number = strtoul(text, &end, 10);
    if (end != text && !*end && number < config->bank_count) {
        *index = (unsigned)number;
        return ERR_OK;
    }
    return err_at(tcl_call_log(c), ERR_NOT_FOUND,
                  "flash bank '%s' not found; 'flash banks' lists the %u that there are", text, config->bank_count);
}

enum err tcl_flash_probe(struct tcl_call *c, struct flash **flash, struct flash_info *info)
{
    struct session_config *config = tcl_config(c->tcl);
    enum err e = config->bank_count ? tcl_flash(c, flash) : no_banks(c);
    if (!e)
        e = flash_identify(*flash, info);
    for (unsigned i = 0; i < config->bank_count && !e; i++) {
        struct session_bank *b = &config->banks[i];
        if (b->kind != SESSION_BANK_FLASH || b->size == info->size)
            continue;
        log_info(tcl_call_log(c), "Auto-detected flash bank '%s' size %u KB", b->name, info->size / KIB);
        b->size = info->size;
    }
    return e;
}

enum err tcl_flash_bank(struct tcl_call *c, int arg, struct tcl_flash_bank *bank)
{
    *bank = (struct tcl_flash_bank){0};
    enum err e = tcl_bank_arg(c, arg, &bank->index);
    if (!e)
        e = tcl_flash_probe(c, &bank->flash, &bank->info);
    if (e)
        return e;
    const struct session_bank *b = &tcl_config(c->tcl)->banks[bank->index];
    if (b->kind == SESSION_BANK_FLASH) {
        bank->size = bank->info.size;
        return ERR_OK;
    }
    session_mapping(c->tcl->session);
    bank->base = b->base;
    bank->offset = b->offset;
    bank->size = b->size;
    if (bank->size)
        return ERR_OK;
    return err_at(
        tcl_call_log(c), ERR_STATE,
        "%s: bank '%s' is empty: no flash is mapped there, and no app is found that would map it; use the bank "
        "of the whole flash",
        c->command->name, b->name);
}

enum err tcl_flash_in_bank(struct tcl_call *c, const struct tcl_flash_bank *bank, uint32_t *at, uint64_t len)
{
    if (*at > bank->size || len > bank->size - *at)
        return err_at(tcl_call_log(c), ERR_RANGE,
                      "%s: 0x%" PRIx64 " bytes from 0x%08" PRIx32 " on do not lie in the bank '%s' of 0x%" PRIx32
                      " bytes",
                      c->command->name, len, *at, tcl_config(c->tcl)->banks[bank->index].name, bank->size);
    *at += bank->offset;
    return ERR_OK;
}

enum err tcl_flash_address(struct tcl_call *c, const struct flash_info *info, uint32_t *addr, uint64_t len)
{
    uint32_t offset, left;
    if (*addr <= info->size && len <= info->size - *addr)
        return ERR_OK;
    bool is_mapped = *addr >= info->size && session_to_flash(c->tcl->session, c->core, *addr, &offset, &left);
    if (!is_mapped)
        return err_at(tcl_call_log(c), ERR_RANGE,
                      "%s: 0x%" PRIx64 " bytes from 0x%08" PRIx32 " on do not lie in the flash of 0x%" PRIx32
                      " bytes, nor where %s sees it ('esp flash_map' tells where)",
                      c->command->name, len, *addr, info->size, tcl_config(c->tcl)->cores[c->core].name);
    if (len > left)
        return err_at(tcl_call_log(c), ERR_RANGE,
                      "%s: 0x%" PRIx64 " bytes from 0x%08" PRIx32 " on: only 0x%" PRIx32
                      " of them lie in the flash in one piece ('esp flash_map' tells which)",
                      c->command->name, len, *addr, left);
    *addr = offset;
    return ERR_OK;
}
