/* SPDX-License-Identifier: Apache-2.0 */
/* The ROM's window vectors: a recursion deeper than the register file, by each kind of call. */
#include "tests/unit.h"

#include <string.h>

#include "regs/xtensa.h"
#include "sim/lx6/lx6.h"
#include "sim/rom/rom.h"

enum { DEPTH = 30, CODE = 0x40080000, MAIN = CODE + 32, END = MAIN + 6, RAM = 0x3FFB0000, STACK = RAM + 0x3000 };

struct machine {
    struct mem_map map;
    struct mem_block rom, code, ram;
    struct lx6 *core;
};

/* f(n): n ? n + f(n - 1) : 0, then a main that calls it; inc is 1, 2 or 3 for CALL4, CALL8, CALL12. */
static void put_program(uint8_t *at, unsigned inc)
{
    uint8_t call = (uint8_t)(0x05 | inc << 4), arg = (uint8_t)(4 * inc + 2), to = (uint8_t)(arg << 4 | 2);
    const uint8_t program[] = {
        // clang-format off
        0x36, 0x81, 0x00,                         /* 0: entry a1, 64 */
        0x56, 0x12, 0x00,                         /* 3: bnez a2, 8 */
        0x1D, 0xF0,                               /* 6: retw.n */
        to, 0xC2, 0xFF,                           /* 8: addi arg, a2, -1 */
        0x40 | call, 0xFF, 0xFF,                  /* 11: callN 0 */
        (uint8_t)(arg << 4), 0x22, 0x80,          /* 14: add a2, a2, arg */
        0x1D, 0xF0,                               /* 17: retw.n */
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        to, 0xA0, DEPTH,                          /* 32: movi arg, DEPTH */
        0xC0 | call, 0xFD, 0xFF,                  /* 35: callN 0 */
        0x06, 0xFF, 0xFF,                         /* 38: j 38 */
        // clang-format on
    };
    memcpy(at, program, sizeof(program));
}

static int setup(void **state)
{
    struct machine *m = test_calloc(1, sizeof(*m));
    size_t rom_size;
    const uint8_t *rom = rom_esp32(&rom_size);
    assert_true(mem_map_init(&m->map) && mem_block_init(&m->rom, "rom", 0x10000) &&
                mem_block_init(&m->code, "code", 0x1000) && mem_block_init(&m->ram, "ram", 0x4000));
    memcpy(m->rom.bytes, rom, rom_size);
    mem_map_block(&m->map, 0x40000000, 0x10000, &m->rom, 0, MEM_R | MEM_X);
    mem_map_block(&m->map, CODE, 0x1000, &m->code, 0, MEM_R | MEM_X);
    mem_map_block(&m->map, RAM, 0x4000, &m->ram, 0, MEM_R | MEM_W | MEM_NARROW);
    m->core = lx6_new(&lx6_config_esp32_pro, &m->map, &(struct lx6_hooks){0});
    *state = m;
    return 0;
}

static int teardown(void **state)
{
    struct machine *m = *state;
    lx6_free(m->core);
    mem_map_fini(&m->map);
    mem_block_fini(&m->rom);
    mem_block_fini(&m->code);
    mem_block_fini(&m->ram);
    test_free(m);
    return 0;
}

static void recursion_comes_back(void **state)
{
    struct machine *m = *state;
    for (unsigned inc = 1; inc <= 3; inc++) {
        put_program(m->code.bytes, inc);
        mem_block_changed(&m->code, 0, m->code.size);
        lx6_reset(m->core, 0);
        lx6_set_pc(m->core, MAIN);
        lx6_set_sr(m->core, SR_WINDOWBASE, 0);
        lx6_set_sr(m->core, SR_WINDOWSTART, 1);
        lx6_set_sr(m->core, SR_PS, PS_WOE | PS_UM);
        lx6_set_ar(m->core, 1, STACK);
        /* Below a frame's stack lies its caller's stack pointer: main's is as good as any. */
        assert_int_equal(mem_write(&m->map, STACK - 12, 4, STACK + 0x400), MEM_OK);
        lx6_run(m->core, 20000);
        assert_int_equal(lx6_pc(m->core), END);
        assert_int_equal(lx6_a(m->core, 4 * inc + 2), DEPTH * (DEPTH + 1) / 2);
        assert_int_equal(lx6_a(m->core, 1), STACK);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(recursion_comes_back, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
