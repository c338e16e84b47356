/* SPDX-License-Identifier: Apache-2.0 */
/* The memory of virtual boards: what pages take, aliases, faults, and the tracking of decoded code. */
#include "unit.h"

#include "regs/xtensa.h"
#include "sim/mem.h"

#include <string.h>

enum { RAM = 0x3FFE0000, IRAM = 0x40080000, REVERSED = 0x400A0000, REGS = 0x3FF40000, SIZE = 0x4000 };

struct fixture {
    struct mem_map map;
    struct mem_block ram;
    uint32_t reg, last_offset;
    unsigned unmapped;
    struct mem_device device;
};

static mem_fault reg_read(void *ctx, uint32_t offset, uint32_t *value)
{
    struct fixture *f = ctx;
    f->last_offset = offset;
    *value = f->reg;
    return MEM_OK;
}

static mem_fault reg_write(void *ctx, uint32_t offset, uint32_t value)
{
    struct fixture *f = ctx;
    f->last_offset = offset;
    f->reg = value;
    return MEM_OK;
}

static void count_unmapped(void *ctx, uint32_t addr, bool is_write)
{
    (void)addr;
    (void)is_write;
    ((struct fixture *)ctx)->unmapped++;
}

static void setup(struct fixture *f)
{
    memset(f, 0, sizeof *f);
    assert_true(mem_map_init(&f->map));
    assert_true(mem_block_init(&f->ram, "ram", SIZE));
    f->map.unmapped = count_unmapped;
    f->map.ctx = f;
    f->device = (struct mem_device){"regs", reg_read, reg_write, f};
    mem_map_block(&f->map, RAM, SIZE, &f->ram, 0, MEM_R | MEM_W | MEM_NARROW);
    mem_map_block(&f->map, IRAM, SIZE, &f->ram, 0, MEM_R | MEM_W | MEM_X);
    mem_map_block(&f->map, REVERSED, SIZE, &f->ram, 0, MEM_R | MEM_W | MEM_X | MEM_REVERSED);
    mem_map_device(&f->map, REGS, MEM_PAGE_SIZE, &f->device, REGS - 0x100);
}

static void teardown(struct fixture *f)
{
    mem_map_fini(&f->map);
    mem_block_fini(&f->ram);
}

static uint32_t read_ok(struct fixture *f, uint32_t addr, unsigned size)
{
    uint32_t value = 0xDEADBEEF;
    assert_int_equal(mem_read(&f->map, addr, size, &value), MEM_OK);
    return value;
}

static void aliases_show_the_same_bytes(void **state)
{
    (void)state;
    struct fixture f;
    setup(&f);
    assert_int_equal(mem_write(&f.map, RAM + 0x10, 4, 0x44332211), MEM_OK);
    assert_int_equal(read_ok(&f, IRAM + 0x10, 4), 0x44332211);
    assert_int_equal(read_ok(&f, RAM + 0x11, 1), 0x22);
    assert_int_equal(read_ok(&f, RAM + 0x11, 2), 0x3322);
    assert_int_equal(mem_write(&f.map, RAM + 0xFFD, 4, 0xA1B2C3D4), MEM_OK); /* over a page boundary */
    assert_int_equal(read_ok(&f, RAM + 0xFFD, 4), 0xA1B2C3D4);
    assert_int_equal(read_ok(&f, RAM + 0x1000, 1), 0xA1);
    teardown(&f);
}

static void reversed_words_run_backwards(void **state)
{
    (void)state;
    struct fixture f;
    setup(&f);
    for (uint32_t at = 0; at < SIZE; at += 4)
        assert_int_equal(mem_write(&f.map, RAM + at, 4, 0x01000000 | at), MEM_OK);
    for (uint32_t at = 0; at < SIZE; at += 4)
        assert_int_equal(read_ok(&f, REVERSED + at, 4), 0x01000000 | (SIZE - 4 - at));
    assert_int_equal(mem_write(&f.map, REVERSED, 4, 0xCAFE1234), MEM_OK);
    assert_int_equal(read_ok(&f, RAM + SIZE - 4, 4), 0xCAFE1234);
    uint8_t bytes[3];
    assert_int_equal(mem_fetch(&f.map, REVERSED + 2, bytes, 3), MEM_OK); /* bytes in a word are not swapped */
    assert_memory_equal(bytes, ((uint8_t[]){0xFE, 0xCA, 0xF8}), 3);
    assert_null(mem_fast_read(&f.map, REVERSED, 4));
    assert_null(mem_fast_write(&f.map, REVERSED, 4));
    teardown(&f);
}

static void refuses_what_a_page_does_not_take(void **state)
{
    (void)state;
    const mem_fault load_store = MEM_FAULT(EXCCAUSE_LOAD_STORE_ERROR), fetch = MEM_FAULT(EXCCAUSE_FETCH_ERROR);
    struct fixture f;
    setup(&f);
    uint32_t v;
    uint8_t bytes[3];
    assert_int_equal(mem_read(&f.map, IRAM, 1, &v), load_store);
    assert_int_equal(mem_read(&f.map, IRAM + 2, 4, &v), load_store);
    assert_int_equal(mem_write(&f.map, IRAM, 2, 0), load_store);
    assert_int_equal(mem_fetch(&f.map, RAM, bytes, 3), fetch);
    assert_int_equal(mem_fetch(&f.map, REGS, bytes, 3), fetch);
    assert_int_equal(f.unmapped, 0);
    assert_int_equal(mem_read(&f.map, 0x20000000, 4, &v), load_store);
    assert_int_equal(mem_fetch(&f.map, 0x20000000, bytes, 3), fetch);
    assert_int_equal(mem_write(&f.map, RAM + SIZE - 2, 4, ~0U), load_store); /* second half leads nowhere */
    assert_int_equal(read_ok(&f, RAM + SIZE - 4, 4), 0);
    assert_int_equal(f.unmapped, 3);
    mem_map_block(&f.map, IRAM, MEM_PAGE_SIZE, &f.ram, 0, MEM_R | MEM_X);
    assert_int_equal(mem_write(&f.map, IRAM, 4, 1), load_store);
    mem_map_block(&f.map, IRAM, MEM_PAGE_SIZE, &f.ram, 0, MEM_R | MEM_X | MEM_DROP_W);
    assert_int_equal(mem_write(&f.map, IRAM, 4, 1), MEM_OK);
    assert_int_equal(read_ok(&f, IRAM, 4), 0);
    uint32_t generation = f.map.generation;
    mem_unmap(&f.map, IRAM, MEM_PAGE_SIZE, MEM_FAULT(EXCCAUSE_PIF_DATA_FETCH));
    assert_int_not_equal(f.map.generation, generation);
    assert_int_equal(mem_fetch(&f.map, IRAM, bytes, 3), MEM_FAULT(EXCCAUSE_PIF_DATA_FETCH));
    assert_int_equal(f.unmapped, 3);
    teardown(&f);
}

static void devices_get_aligned_words_only(void **state)
{
    (void)state;
    struct fixture f;
    setup(&f);
    uint32_t v;
    assert_int_equal(mem_write(&f.map, REGS + 8, 4, 77), MEM_OK);
    assert_int_equal(f.last_offset, 0x108);
    assert_int_equal(read_ok(&f, REGS + 4, 4), 77);
    assert_int_equal(f.last_offset, 0x104);
    assert_int_equal(mem_read(&f.map, REGS, 1, &v), MEM_FAULT(EXCCAUSE_LOAD_STORE_ERROR));
    assert_int_equal(mem_write(&f.map, REGS + 2, 4, 0), MEM_FAULT(EXCCAUSE_LOAD_STORE_ERROR));
    assert_int_equal(f.reg, 77);
    teardown(&f);
}

static void writes_to_code_change_its_epoch(void **state)
{
    (void)state;
    struct fixture f;
    setup(&f);
    const uint32_t *epoch = mem_mark_code(&f.map, IRAM + 0x104);
    assert_null(mem_fast_write(&f.map, RAM + 0x1FC, 4));
    assert_non_null(mem_fast_write(&f.map, RAM + 0x200, 4));
    assert_null(mem_fast_write(&f.map, RAM + 0xFE, 4)); /* its second half lies in the marked line */
    uint32_t before = *epoch;
    assert_int_equal(mem_write(&f.map, RAM + 0x200, 4, 1), MEM_OK);
    assert_int_equal(*epoch, before);
    assert_int_equal(mem_write(&f.map, REVERSED + SIZE - 0x104, 4, 1),
                     MEM_OK); /* the same line, through another alias */
    assert_int_equal(*epoch, before + 1);
    assert_non_null(mem_fast_write(&f.map, RAM + 0x1FC, 4));
    assert_int_equal(mem_write(&f.map, RAM + 0x104, 4, 1), MEM_OK); /* nobody decodes it now */
    assert_int_equal(*epoch, before + 1);
    assert_ptr_equal(mem_mark_code(&f.map, REVERSED + SIZE - 0x104), epoch);
    mem_block_changed(&f.ram, 0, 0x101);
    assert_int_equal(*epoch, before + 2);
    assert_null(mem_mark_code(&f.map, REGS));
    teardown(&f);
}

static void fast_path_agrees_with_the_slow_one(void **state)
{
    (void)state;
    struct fixture f;
    setup(&f);
    assert_ptr_equal(mem_fast_read(&f.map, RAM + 5, 2), f.ram.bytes + 5);
    assert_ptr_equal(mem_fast_write(&f.map, IRAM + 8, 4), f.ram.bytes + 8);
    assert_null(mem_fast_read(&f.map, RAM + 0xFFE, 4));
    assert_null(mem_fast_read(&f.map, IRAM + 1, 1));
    assert_null(mem_fast_read(&f.map, REGS, 4));
    assert_null(mem_fast_read(&f.map, 0, 4));
    teardown(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(aliases_show_the_same_bytes),       cmocka_unit_test(reversed_words_run_backwards),
        cmocka_unit_test(refuses_what_a_page_does_not_take), cmocka_unit_test(devices_get_aligned_words_only),
        cmocka_unit_test(writes_to_code_change_its_epoch),   cmocka_unit_test(fast_path_agrees_with_the_slow_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
