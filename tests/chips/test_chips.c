/* SPDX-License-Identifier: Apache-2.0 */
/* Every chip record is consistent in itself, and the ESP32's says what the TRM says. */
#include "unit.h"

#include "base/bits.h"
#include "chips/chip.h"

#include <string.h>

static void each_chip(void (*check)(const struct chip *))
{
    assert_non_null(chip_list[0]);
    for (const struct chip *const *c = chip_list; *c; c++)
        check(*c);
}

static void check_names(const struct chip *c)
{
    assert_ptr_equal(chip_find(c->name), c);
    assert_ptr_equal(chip_by_image_id(c->image.id), c);
    assert_non_null(c->title);
    for (const struct chip *const *o = chip_list; *o; o++)
        if (*o != c)
            assert_string_not_equal((*o)->name, c->name);
}

static void names_are_unique(void **state)
{
    (void)state;
    each_chip(check_names);
    assert_null(chip_find("esp32x"));
    assert_null(chip_find(""));
    assert_null(chip_by_image_id(0xFFFF));
    assert_ptr_equal(chip_by_debug_id(0x0B339FD2), chip_find("esp32s3"));
    assert_null(chip_by_debug_id(0));
    assert_ptr_equal(chip_by_idcode(0x00005C25), chip_find("esp32c3"));
    assert_null(chip_by_idcode(0x120034E5)); /* of two chips */
    assert_null(chip_by_idcode(0));
}

static void check_regions(const struct chip *c)
{
    for (const struct chip_region *r = c->regions; r->name; r++) {
        assert_true(r->size && r->size % 4 == 0 && r->base % 4 == 0);
        assert_true(r->base + (r->size - 1) >= r->base);
        for (const struct chip_region *o = c->regions; o->name; o++) {
            if (o == r)
                continue;
            assert_string_not_equal(o->name, r->name);
            assert_true(o->base + (o->size - 1) < r->base || o->base > r->base + (r->size - 1));
        }
        assert_ptr_equal(chip_region_at(c, r->base), r);
        assert_ptr_equal(chip_region_at(c, r->base + r->size - 1), r);
    }
}

static void regions_do_not_overlap(void **state)
{
    (void)state;
    each_chip(check_regions);
}

static void check_script(const struct chip *c, const struct chip_script *s, bool may_be_empty)
{
    assert_true(may_be_empty || s->count > 0);
    for (unsigned i = 0; i < s->count; i++) {
        const struct chip_region *r = chip_region_at(c, s->steps[i].addr);
        assert_non_null(r);
        assert_int_equal(r->kind, REGION_PERIPHERAL);
        assert_int_equal(s->steps[i].addr % 4, 0);
        assert_true(s->steps[i].mask == 0 || (s->steps[i].value & ~s->steps[i].mask) == 0);
    }
}

static void check_condition(const struct chip *c, const struct chip_condition *k)
{
    assert_int_equal(chip_region_at(c, k->addr)->kind, REGION_PERIPHERAL);
    assert_true(k->mask != 0 && (k->value & ~k->mask) == 0);
    assert_non_null(k->text);
}

static void check_scripts(const struct chip *c)
{
    check_script(c, &c->watchdogs_off, false);
    for (unsigned i = 0; i < c->watchdogs_off.count; i++)
        assert_int_equal(c->watchdogs_off.steps[i].mask, 0);
    unsigned watchdogs = 0;
    for (const struct chip_watchdog *w = c->watchdogs; w->key; w++, watchdogs++) {
        bool is_switched_off = false;
        for (unsigned i = 0; i < c->watchdogs_off.count; i++)
            is_switched_off |= c->watchdogs_off.steps[i].addr == w->config && c->watchdogs_off.steps[i].value == w->off;
        assert_true(is_switched_off);
        assert_int_equal(chip_region_at(c, w->protect)->kind, REGION_PERIPHERAL);
        assert_true(!w->feed_bits || chip_region_at(c, w->feed)->kind == REGION_PERIPHERAL);
    }
    assert_in_range(watchdogs, 1, CHIP_MAX_WATCHDOGS);
    check_script(c, &c->forget_violations, true);
    check_script(c, &c->reset.system_reset, false);
    check_script(c, &c->reset.start_at_stub, true);
    for (unsigned i = 0; i < c->core_count; i++) {
        check_script(c, &c->cores[i].unstall, false);
        check_script(c, &c->cores[i].enable, true);
        for (const struct chip_condition *k = c->cores[i].off; k && k->text; k++)
            check_condition(c, k);
        if (c->cores[i].in_reset.text)
            check_condition(c, &c->cores[i].in_reset);
    }
    if (c->reset.stub_words) {
        check_condition(c, &c->reset.stub_is_done);
        const struct chip_region *r = chip_region_at(c, c->reset.stub_addr);
        assert_true(r && r->is_executable && r->kind == REGION_RTC_RAM);
        assert_true(4U * c->reset.stub_words <= r->size);
    }
}

static void scripts_touch_peripherals_only(void **state)
{
    (void)state;
    each_chip(check_scripts);
}

static void check_cores(const struct chip *c)
{
    assert_in_range(c->core_count, 1, CHIP_MAX_CORES);
    assert_in_range(c->tap_count, 1, CHIP_MAX_TAPS);
    for (unsigned i = 0; i < c->core_count; i++) {
        const struct chip_core *k = &c->cores[i];
        assert_true(k->tap < c->tap_count);
        assert_true(c->idcode[k->tap] & 1);
        assert_non_null(k->suffix);
        for (unsigned j = 0; j < i; j++)
            assert_string_not_equal(k->suffix, c->cores[j].suffix);
        assert_int_equal(chip_region_at(c, k->reset_cause_reg)->kind, REGION_PERIPHERAL);
        assert_true(k->reset_cause_mask != 0);
    }
    assert_int_equal(chip_region_at(c, c->reset_vector)->kind, REGION_ROM);
    assert_int_equal(chip_region_at(c, c->mac_efuse)->kind, REGION_PERIPHERAL);
}

static void cores_are_whole(void **state)
{
    (void)state;
    each_chip(check_cores);
}

static void check_area(const struct chip *c, uint32_t base, uint32_t size, bool is_code)
{
    const struct chip_region *first = chip_region_at(c, base);
    const struct chip_region *last = chip_region_at(c, base + size - 1);
    assert_true(size > 0 && first && first == last);
    assert_int_equal(first->kind, REGION_RAM);
    assert_true(is_code ? first->is_executable : !first->is_word_only);
}

static void check_areas(const struct chip *c)
{
    check_area(c, c->work_area.base, c->work_area.size, false);
    check_area(c, c->agent_area.base, c->agent_area.size, false);
    check_area(c, c->agent_code.base, c->agent_code.size, true);
}

static void areas_are_ram(void **state)
{
    (void)state;
    each_chip(check_areas);
}

static void check_mmu(const struct chip *c)
{
    for (unsigned i = 0; c->mmu.windows[i].size; i++) {
        const struct chip_region *r = chip_region_at(c, c->mmu.windows[i].base);
        assert_non_null(r);
        assert_int_equal(r->kind, c->mmu.windows[i].is_code ? REGION_FLASH_CODE : REGION_FLASH_DATA);
        assert_int_equal(c->mmu.windows[i].base % c->mmu.page_size, 0);
        assert_true(c->mmu.windows[i].size <= r->size);
    }
    const struct chip_mmu_psram *psram = &c->mmu.psram;
    for (unsigned i = 0; psram->size && i < c->core_count; i++) {
        assert_int_equal(chip_region_at(c, psram->control[i])->kind, REGION_PERIPHERAL);
        assert_int_equal(psram->size % psram->page_size + psram->base % psram->page_size, 0);
        assert_true(psram->closed && c->mmu.table[i]);
    }
    for (unsigned i = 0; i < c->core_count; i++)
        assert_true(!c->mmu.table[i] || chip_region_at(c, c->mmu.table[i])->kind == REGION_PERIPHERAL);
    assert_int_equal(c->mmu.invalid_mask & c->mmu.page_mask, 0);
    assert_int_equal(c->mmu.psram_mask & (c->mmu.page_mask | c->mmu.invalid_mask), 0);
    assert_int_equal((uint64_t)(c->mmu.page_mask + 1) * c->mmu.page_size, c->flash.max_size);
    assert_true(!c->flash.encrypt_unit || c->flash.crypt_efuses);
}

static void mmu_windows_lie_in_flash_regions(void **state)
{
    (void)state;
    each_chip(check_mmu);
}

static void check_fields(const struct chip *c, const struct chip_field *parts)
{
    assert_true(parts[0].mask);
    for (unsigned i = 0; i < CHIP_REVISION_PARTS && parts[i].mask; i++)
        assert_int_equal(chip_region_at(c, parts[i].addr)->kind, REGION_PERIPHERAL);
}

static void check_revision(const struct chip *c)
{
    check_fields(c, c->revision.major);
    check_fields(c, c->revision.minor);
    for (const struct chip_condition *k = c->revision.is_first; k && k->text; k++)
        check_condition(c, k);
}

static void revisions_are_read_from_registers(void **state)
{
    (void)state;
    each_chip(check_revision);
}

static void check_permissions(const struct chip *c)
{
    for (const struct chip_permission *p = c->permissions; p && p->bus; p++) {
        assert_int_equal(chip_region_at(c, p->addr)->kind, REGION_PERIPHERAL);
        assert_int_equal(chip_region_at(c, p->lock_addr)->kind, REGION_PERIPHERAL);
        assert_true(p->bus < CHIP_BUSES);
        assert_true(p->mask && p->lock_mask && (p->open & ~p->mask) == 0);
    }
}

static void permissions_are_in_registers(void **state)
{
    (void)state;
    each_chip(check_permissions);
}

static void check_causes(const struct chip *c)
{
    for (const struct chip_reset_cause *t = c->reset_causes; t->name; t++) {
        assert_string_equal(chip_reset_cause_text(c, t->code), t->text);
        assert_ptr_equal(chip_reset_cause(c, t->code), t);
        assert_int_equal(t->is_watchdog, strstr(t->name, "WDT") && !strstr(t->name, "BROWN_OUT"));
        assert_int_equal(t->code & ~(field_get(c->cores[0].reset_cause_mask, UINT32_MAX)), 0);
    }
    assert_string_equal(chip_reset_cause_text(c, 0xEE), "unknown");
    assert_null(chip_reset_cause(c, 0xEE));
    assert_string_not_equal(chip_reset_cause_text(c, c->reset.system_reset_cause), "unknown");
}

static void reset_causes_have_texts(void **state)
{
    (void)state;
    each_chip(check_causes);
}

static void the_esp32_is_as_its_manual_says(void **state)
{
    (void)state;
    const struct chip *c = chip_find("esp32");
    assert_non_null(c);
    assert_string_equal(chip_region_at(c, 0x3FFB0000)->name, "SRAM2");
    assert_string_equal(chip_region_at(c, 0x3FFE0000)->name, "SRAM1");
    assert_string_equal(chip_region_at(c, 0x40080000)->name, "SRAM0");
    assert_string_equal(chip_region_at(c, 0x3FF48034)->name, "peripherals");
    assert_string_equal(chip_region_at(c, 0x400D0000)->name, "IRAM0 flash");
    assert_null(chip_region_at(c, 0x3FFAD000));
    assert_null(chip_region_at(c, 0));
    assert_null(chip_region_at(c, 0xFFFFFFFF));
    assert_true(chip_region_at(c, 0x40080000)->is_word_only);
    assert_false(chip_region_at(c, 0x3FFB0000)->is_word_only);
    assert_string_equal(chip_reset_cause_text(c, 0x10), "RTC watch dog core and RTC reset");
    assert_int_equal(c->revision.major_of[7], 3);
}

static void the_esp32s3_is_as_its_manual_says(void **state)
{
    (void)state;
    const struct chip *c = chip_find("esp32s3");
    assert_non_null(c);
    assert_string_equal(chip_region_at(c, 0x3FC88000)->name, "SRAM1");
    assert_string_equal(chip_region_at(c, 0x3FCF0000)->name, "SRAM2");
    assert_string_equal(chip_region_at(c, 0x40377FFC)->name, "SRAM0");
    assert_string_equal(chip_region_at(c, 0x403DFFFC)->name, "SRAM1 (code)");
    assert_string_equal(chip_region_at(c, 0x600FE000)->name, "RTC fast");
    assert_string_equal(chip_region_at(c, 0x43FFFFFC)->name, "IBUS flash");
    assert_null(chip_region_at(c, 0x3FC87FFC));
    assert_null(chip_region_at(c, 0x403E0000));
    assert_true(chip_region_at(c, 0x40378000)->is_word_only);
    assert_false(chip_region_at(c, 0x3FC88000)->is_word_only);
    assert_string_equal(chip_reset_cause_text(c, 0x12), "Super watch dog reset");
    assert_int_equal(c->mmu.page_mask, 0x3FFF);
    assert_int_equal(c->image.bootloader_offset, 0);
    /* The agent's code must not lie in its data: they are two views of one memory. */
    uint32_t code_as_data = c->agent_code.base - 0x6F0000;
    assert_true(code_as_data + c->agent_code.size <= c->agent_area.base ||
                code_as_data >= c->agent_area.base + c->agent_area.size);
}

static void check_efuses(const struct chip *c)
{
    unsigned encryption = 0;
    for (const struct chip_efuse *e = c->efuses; e->name; e++) {
        const struct chip_region *r = chip_region_at(c, e->field.addr);
        assert_true(r && r->kind == REGION_PERIPHERAL && e->field.addr % 4 == 0 && e->field.mask);
        assert_false(chip_efuse_is_on(e, 0) || chip_efuse_is_on(e, ~e->field.mask));
        assert_true(chip_efuse_is_on(e, e->field.mask & (~e->field.mask + 1)));
        encryption += e->setting == CHIP_FLASH_ENCRYPTION;
    }
    assert_int_equal(encryption, 1);
    assert_int_equal(chip_region_at(c, c->strapping.addr)->kind, REGION_PERIPHERAL);
    unsigned from_flash = 0;
    for (const struct chip_boot_mode *m = c->strapping.modes; m->text; m++) {
        assert_int_equal(m->value & ~m->mask, 0);
        from_flash += m->is_from_flash;
    }
    assert_int_equal(from_flash, 1);
}

static void efuses_say_what_is_on(void **state)
{
    (void)state;
    each_chip(check_efuses);
    /* Counted: two bits of FLASH_CRYPT_CNT are off again. */
    assert_false(chip_efuse_is_on(&chip_find("esp32")->efuses[0], 3U << 20));
    assert_true(chip_efuse_is_on(&chip_find("esp32")->efuses[0], 7U << 20));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_unique),
        cmocka_unit_test(efuses_say_what_is_on),
        cmocka_unit_test(regions_do_not_overlap),
        cmocka_unit_test(scripts_touch_peripherals_only),
        cmocka_unit_test(cores_are_whole),
        cmocka_unit_test(areas_are_ram),
        cmocka_unit_test(mmu_windows_lie_in_flash_regions),
        cmocka_unit_test(reset_causes_have_texts),
        cmocka_unit_test(revisions_are_read_from_registers),
        cmocka_unit_test(permissions_are_in_registers),
        cmocka_unit_test(the_esp32_is_as_its_manual_says),
        cmocka_unit_test(the_esp32s3_is_as_its_manual_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
