/* SPDX-License-Identifier: Apache-2.0 */
/* Each chip's agent lies where the chip's record says that it may. */
#include "agent/spi_mem.h"
#include "chips/chip.h"
#include "flash/flash_int.h"
#include "tests/unit.h"

#include <string.h>

static bool is_inside(uint32_t at, size_t len, uint32_t base, size_t size)
{
    return at >= base && at - base + len <= size;
}

static void agents_fit_their_chips(void **state)
{
    (void)state;
    for (size_t i = 0; chip_list[i]; i++) {
        const struct chip *c = chip_list[i];
        const struct agent_image *a = agent_image_find(c);
        assert_non_null(a);
        size_t data_len = a->data_end - a->data.addr;
        assert_true(is_inside(a->code.addr, a->code.len, c->agent_code.base, c->agent_code.size));
        assert_true(is_inside(a->data.addr, data_len, c->agent_area.base, c->agent_area.size));
        const struct chip_region *code = chip_region_at(c, a->code.addr), *data = chip_region_at(c, a->data.addr);
        assert_true(code && code->is_executable && is_inside(a->code.addr, a->code.len, code->base, code->size));
        assert_true(data && !data->is_word_only && is_inside(a->data.addr, data_len, data->base, data->size));
        assert_true(is_inside(a->entry, 1, a->code.addr, a->code.len));
        assert_true(is_inside(a->stop, 3, a->code.addr, a->code.len));
        assert_true(is_inside(a->mailbox, sizeof(struct mailbox), a->data.addr, a->data.len));
        assert_true(a->stack_top >= a->data.addr + a->data.len + 1024 && a->stack_top <= a->data_end);
        assert_int_equal(a->stack_top % 16, 0);
    }
}

static void the_mailbox_names_itself(void **state)
{
    (void)state;
    for (size_t i = 0; chip_list[i]; i++) {
        const struct agent_image *a = agent_image_find(chip_list[i]);
        const uint8_t *box = a->data.content + (a->mailbox - a->data.addr);
        assert_int_equal(box[0] | box[1] << 8 | box[2] << 16 | box[3] << 24, MAILBOX_MAGIC);
        assert_int_equal(box[4], MAILBOX_VERSION);
    }
}

/* Another chip's agent or registers are never taken for one's own. */
static void no_chip_has_what_is_another_ones(void **state)
{
    (void)state;
    assert_null(agent_image_find(chip_find("riscv")));
    assert_null(agent_registers_find(chip_find("riscv")));
    assert_null(agent_registers_find(chip_find("esp32")));
    for (size_t i = 0; chip_list[i]; i++) {
        const struct spi_mem_chip *registers = agent_registers_find(chip_list[i]);
        for (size_t k = 0; k < i; k++) {
            assert_ptr_not_equal(agent_image_find(chip_list[i]), agent_image_find(chip_list[k]));
            assert_true(!registers || registers != agent_registers_find(chip_list[k]));
        }
        assert_true(!registers || (registers->spi1 == chip_list[i]->flash.controller_base &&
                                   registers->spi0 == chip_list[i]->flash.cache_base));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agents_fit_their_chips),
        cmocka_unit_test(the_mailbox_names_itself),
        cmocka_unit_test(no_chip_has_what_is_another_ones),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
