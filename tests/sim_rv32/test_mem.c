/* SPDX-License-Identifier: Apache-2.0 */
/* Memory as the core sees it: devices, refusals, alignment, code that changes. */
#include "asm.h"

static void devices_take_words_only(void **state)
{
    (void)state;
    struct machine m;
    machine_init(&m, NULL);
    rv32_set_x(m.core, 5, DEVICE);
    PUT(&m, CODE, LW(6, 5, 8), SW(6, 5, 4), SB(6, 5, 4));
    rv32_run(m.core, 2);
    assert_int_equal(x(&m, 6), 0xD0000008);
    assert_int_equal(m.device_reads, 1);
    assert_int_equal(m.written, 0xD0000008);
    rv32_run(m.core, 1);
    check_trap(&m, CAUSE_STORE_ACCESS, CODE + 8, DEVICE + 4);
    assert_int_equal(m.device_writes, 1);
    machine_fini(&m);
}

static void nowhere_is_refused(void **state)
{
    (void)state;
    static const struct {
        uint32_t word, cause, tval, epc;
    } rows[] = {
        {LW(6, 5, 4), CAUSE_LOAD_ACCESS, NOWHERE + 4, CODE},
        {LW(6, 5, 5), CAUSE_LOAD_ACCESS, NOWHERE + 5, CODE},
        {SW(6, 5, 4), CAUSE_STORE_ACCESS, NOWHERE + 4, CODE},
        {JALR(1, 5, 4), CAUSE_FETCH_ACCESS, NOWHERE + 4, NOWHERE + 4},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct machine m;
        machine_init(&m, NULL);
        rv32_set_x(m.core, 5, NOWHERE);
        PUT(&m, CODE, rows[i].word);
        rv32_run(m.core, rows[i].cause == CAUSE_FETCH_ACCESS ? 2 : 1);
        check_trap(&m, rows[i].cause, rows[i].epc, rows[i].tval);
        machine_fini(&m);
    }
}

/* An instruction whose second half lies where nothing is. */
static void half_an_instruction(void **state)
{
    (void)state;
    struct machine m;
    machine_init(&m, NULL);
    m.at = CODE + MEM_SIZE - 2;
    m.code.bytes[MEM_SIZE - 2] = 0x13;
    rv32_set_pc(m.core, m.at);
    rv32_run(m.core, 1);
    check_trap(&m, CAUSE_FETCH_ACCESS, CODE + MEM_SIZE - 2, CODE + MEM_SIZE);
    machine_fini(&m);
}

static void misaligned_works_in_memory(void **state)
{
    (void)state;
    struct machine m;
    machine_init(&m, NULL);
    rv32_set_x(m.core, 5, DATA + MEM_PAGE_SIZE - 2); /* over a page's end, too */
    rv32_set_x(m.core, 6, 0x11223344);
    PUT(&m, CODE, SW(6, 5, 0), LW(7, 5, 0), LH(8, 5, 1));
    rv32_run(m.core, 3);
    assert_int_equal(x(&m, 7), 0x11223344);
    assert_int_equal(x(&m, 8), 0x2233);
    machine_fini(&m);
}

static void misaligned_traps_where_the_core_cannot(void **state)
{
    (void)state;
    struct machine m;
    struct rv32_config config = rv32_config_esp32c3;
    config.options &= ~(uint32_t)RV32_MISALIGNED;
    machine_init_as(&m, &config, NULL);
    rv32_set_x(m.core, 5, DATA);
    PUT(&m, CODE, LW(6, 5, 0), LB(6, 5, 3), LW(6, 5, 2));
    PUT(&m, CODE + VECTORS, SW(6, 5, 1));
    rv32_run(m.core, 3);
    check_trap(&m, CAUSE_LOAD_MISALIGNED, CODE + 8, DATA + 2);
    rv32_run(m.core, 1);
    check_trap(&m, CAUSE_STORE_MISALIGNED, CODE + VECTORS, DATA + 1);
    machine_fini(&m);
}

/* Without FENCE.I: the next instruction is the new one, even in the block that runs. */
static void code_that_writes_itself(void **state)
{
    (void)state;
    struct machine m;
    machine_init(&m, NULL);
    rv32_set_x(m.core, 5, CODE);
    rv32_set_x(m.core, 6, ADDI(7, 0, 2));
    PUT(&m, CODE, SW(6, 5, 8), NOP, ADDI(7, 0, 1), JAL(0, -12));
    rv32_run(m.core, 3);
    assert_int_equal(x(&m, 7), 2);
    rv32_run(m.core, 2); /* back to the start, and the same word again */
    rv32_set_x(m.core, 6, ADDI(7, 0, 3));
    rv32_run(m.core, 6);
    assert_int_equal(x(&m, 7), 3);
    machine_fini(&m);
}

static void the_map_may_change(void **state)
{
    (void)state;
    struct machine m;
    machine_init(&m, NULL);
    PUT(&m, CODE, ADDI(5, 0, 1), JAL(0, -4));
    PUT(&m, CODE + MEM_PAGE_SIZE, ADDI(5, 0, 2), JAL(0, -4));
    rv32_run(m.core, 10);
    assert_int_equal(x(&m, 5), 1);
    mem_map_block(&m.map, CODE, MEM_PAGE_SIZE, &m.code, MEM_PAGE_SIZE, MEM_R | MEM_X);
    rv32_run(m.core, 10);
    assert_int_equal(x(&m, 5), 2);
    mem_unmap(&m.map, CODE, MEM_PAGE_SIZE, MEM_OK);
    rv32_run(m.core, 1);
    check_trap(&m, CAUSE_FETCH_ACCESS, CODE, CODE);
    machine_fini(&m);
}

TEST_MAIN(T(devices_take_words_only), T(nowhere_is_refused), T(half_an_instruction), T(misaligned_works_in_memory),
          T(misaligned_traps_where_the_core_cannot), T(code_that_writes_itself), T(the_map_may_change))
