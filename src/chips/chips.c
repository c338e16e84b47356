/* SPDX-License-Identifier: Apache-2.0 */
#include "chips/chip.h"

#include "chips/chips_int.h"

#include <stddef.h>
#include <string.h>

const struct chip *const chip_list[] = {&chip_esp32, &chip_esp32s3, &chip_esp32c3, NULL};

const struct chip *chip_find(const char *name)
{
    for (const struct chip *const *c = chip_list; *c; c++)
        if (!strcmp((*c)->name, name))
            return *c;
    return strcmp(name, chip_riscv.name) ? NULL : &chip_riscv;
}

const struct chip *chip_by_image_id(uint16_t id)
{
    for (const struct chip *const *c = chip_list; *c; c++)
        if ((*c)->image.id == id)
            return *c;
    return NULL;
}

const struct chip *chip_by_debug_id(uint32_t id)
{
    for (const struct chip *const *c = chip_list; *c; c++)
        if (id && (*c)->debug_id == id)
            return *c;
    return NULL;
}

const struct chip *chip_by_idcode(uint32_t idcode)
{
    const struct chip *found = NULL;
    for (const struct chip *const *c = chip_list; *c; c++) {
        if (!idcode || (*c)->idcode[0] != idcode)
            continue;
        if (found)
            return NULL;
        found = *c;
    }
    return found;
}

bool chip_is_riscv(const struct chip *chip)
{
    return chip->isa == ISA_RV32 || chip->isa == ISA_RV32_ANY;
}

const struct chip_region *chip_region_at(const struct chip *chip, uint32_t addr)
{
    for (const struct chip_region *r = chip->regions; r->name; r++)
        if (addr - r->base < r->size)
            return r;
    return NULL;
}

const struct chip_reset_cause *chip_reset_cause(const struct chip *chip, uint32_t code)
{
    for (const struct chip_reset_cause *c = chip->reset_causes; c->name; c++)
        if (c->code == code)
            return c;
    return NULL;
}

const char *chip_reset_cause_text(const struct chip *chip, uint32_t code)
{
    const struct chip_reset_cause *cause = chip_reset_cause(chip, code);
    return cause ? cause->text : "unknown";
}

bool chip_efuse_is_on(const struct chip_efuse *efuse, uint32_t word)
{
    uint32_t bits = word & efuse->field.mask;
    return efuse->is_odd_count ? __builtin_parity(bits) : bits != 0;
}
