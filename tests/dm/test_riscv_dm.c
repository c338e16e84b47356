/* SPDX-License-Identifier: Apache-2.0 */
/* The debugger's side of the RISC-V debug module, against a module written from the specification. */
#include "riscv_rig.h"
#include "unit.h"

#include <string.h>

enum { WORDS = 1000, NOWHERE = 0x10000000, FULL_SPEED_TCKS = 46 };

static void poll_once(struct riscv_rig *r, struct dm_status *status)
{
    memset(status, 0, DM_MAX_CORES * sizeof *status);
    CHECK_OK(r->dm->ops->poll(r->dm, status));
}

static void open_examined(struct riscv_rig *r, const struct rrig_config *config, struct dm_status *status)
{
    rrig_open(r, config);
    CHECK_OK(r->dm->ops->examine(r->dm, BIT(config->cores) - 1, status));
}

static void halt_all(struct riscv_rig *r, const struct rrig_config *config)
{
    struct dm_status status[DM_MAX_CORES] = {0};
    unsigned all = BIT(config->cores) - 1;
    open_examined(r, config, status);
    r->dm->ops->queue_halt(r->dm, all, false);
    for (unsigned i = 0; i < 3; i++)
        poll_once(r, status);
    for (unsigned i = 0; i < config->cores; i++)
        assert_true(status[i].is_halted);
    r->dm->ops->queue_acknowledge(r->dm, all);
    CHECK_OK(r->dm->ops->run(r->dm));
}

static void a_module_is_found(void **state)
{
    (void)state;
    struct riscv_rig r;
    struct dm_status status[DM_MAX_CORES] = {0};
    struct rvdm_info info;
    open_examined(&r, &rrig_whole, status);
    assert_true(status[0].is_online && status[0].has_tap && !status[0].is_halted);
    assert_int_equal(r.dm->ops->id(r.dm, 0), 0x1BADB0D1);
    rvdm_info(r.dm, 0, &info);
    assert_int_equal(info.version, DMSTATUS_VERSION_0_13);
    assert_int_equal(info.abits, 7);
    assert_int_equal(info.progbuf_words, 16);
    assert_true(info.has_system_bus && info.has_autoexec && info.has_reset_halt);
    uint64_t executes = r.adapter.executes;
    poll_once(&r, status);
    assert_int_equal(r.adapter.executes, executes + 1);
    assert_true(status[0].is_online && !status[0].core_was_reset); /* power-on was acknowledged */
    rrig_close(&r);
}

static void halting_and_letting_go(void **state)
{
    (void)state;
    struct riscv_rig r;
    struct dm_status status[DM_MAX_CORES];
    halt_all(&r, &rrig_whole);
    assert_int_equal(field_get(DCSR_CAUSE, r.harts[0].csr[CSR_DCSR]), DCSR_CAUSE_HALTREQ);
    r.dm->ops->queue_resume(r.dm, 1);
    CHECK_OK(r.dm->ops->run(r.dm));
    poll_once(&r, status);
    assert_false(status[0].is_halted);
    assert_false(r.harts[0].is_halted);
    rrig_close(&r);
}

static void registers(struct riscv_rig *r)
{
    uint32_t value[4] = {0};
    r->harts[0].x[5] = 0x12345678;
    rvdm_queue_read(r->dm, 0, RISCV_REGNO_X(5), &value[0]);
    rvdm_queue_write(r->dm, 0, RISCV_REGNO_X(31), 0xCAFE0000);
    rvdm_queue_read(r->dm, 0, RISCV_REGNO_X(31), &value[1]);
    rvdm_queue_write(r->dm, 0, CSR_MSCRATCH, 77);
    rvdm_queue_read(r->dm, 0, CSR_MSCRATCH, &value[2]);
    CHECK_OK(r->dm->ops->run(r->dm));
    assert_int_equal(value[0], 0x12345678);
    assert_int_equal(value[1], 0xCAFE0000);
    assert_int_equal(value[2], 77);
    rvdm_queue_read(r->dm, 0, CSR_MIP, &value[3]); /* this core has none */
    CHECK_ERR(r->dm->ops->run(r->dm), ERR_EXEC);
    rvdm_queue_read(r->dm, 0, RISCV_REGNO_X(5), &value[3]);
    CHECK_OK(r->dm->ops->run(r->dm));
    assert_int_equal(value[3], 0x12345678);
}

static void registers_are_read_and_written(void **state)
{
    (void)state;
    struct riscv_rig r;
    halt_all(&r, &rrig_whole);
    registers(&r);
    assert_false(rvdm_take_clobbered(r.dm, 0));
    rrig_close(&r);
}

static void csrs_are_reached_by_instructions_where_commands_do_not(void **state)
{
    (void)state;
    struct riscv_rig r;
    struct rrig_config config = rrig_whole;
    uint32_t value;
    config.has_no_abstract_csr = true;
    halt_all(&r, &config);
    rvdm_queue_read(r.dm, 0, CSR_DCSR, &value);
    CHECK_ERR(r.dm->ops->run(r.dm), ERR_UNSUPPORTED);
    CHECK_OK(rvdm_find_csr_way(r.dm, 0));
    registers(&r);
    assert_true(rvdm_take_clobbered(r.dm, 0));
    rrig_close(&r);
}

static void memory(struct riscv_rig *r)
{
    static uint32_t out[WORDS], in[WORDS];
    uint32_t fault = 0, addr = RRIG_RAM + 0x1000, value = 0;
    for (unsigned i = 0; i < WORDS; i++)
        out[i] = i * 2654435761U;
    for (unsigned count = 1; count < 5; count++) {
        memset(in, 0, sizeof in);
        CHECK_OK(r->dm->ops->write_block(r->dm, 1, addr, out + count, count, &fault));
        CHECK_OK(r->dm->ops->read_block(r->dm, 1, addr, in, count, &fault));
        assert_memory_equal(in, out + count, count * sizeof *in);
    }
    CHECK_OK(r->dm->ops->write_block(r->dm, 1, addr, out, WORDS, &fault));
    for (unsigned i = 0; i < WORDS; i++)
        assert_int_equal(rrig_word(r, addr + 4 * i), out[i]);
    CHECK_OK(r->dm->ops->read_block(r->dm, 1, addr, in, WORDS, &fault));
    assert_memory_equal(in, out, sizeof in);

    CHECK_OK(rvdm_store(r->dm, 0, addr + 1, 1, 0x5A));
    CHECK_OK(rvdm_store(r->dm, 0, addr + 6, 2, 0xBEEF));
    assert_int_equal(rrig_word(r, addr), (out[0] & 0xFFFF00FF) | 0x5A00);
    assert_int_equal(rrig_word(r, addr + 4), (out[1] & 0xFFFF) | 0xBEEF0000);
    CHECK_OK(rvdm_load(r->dm, 0, addr + 6, 2, &value));
    assert_int_equal(value, 0xBEEF);
    const struct rvdm_poke pokes[] = {{addr + 8, 1}, {addr + 0x100, 2}, {addr + 8, 3}};
    CHECK_OK(rvdm_store_all(r->dm, 0, pokes, 3));
    assert_int_equal(rrig_word(r, addr + 8), 3);
    assert_int_equal(rrig_word(r, addr + 0x100), 2);
}

/* Neighbours and others, one value over another, and what is read in between. */
static void sequence(struct riscv_rig *r)
{
    const uint32_t at = RRIG_RAM + 0x3000;
    uint32_t one[3] = {0}, many[4] = {0};
    const struct rvdm_access all[] = {
        {at, 10, NULL, 0},        {at + 4, 11, NULL, 0},    {at, 0, &one[0], 1},        {at, 20, NULL, 0},
        {at + 4, 21, NULL, 0},    {at + 0x40, 22, NULL, 0}, {at + 8, 23, NULL, 0},      {at + 12, 24, NULL, 0},
        {at, 0, many, 4},         {at + 0x44, 25, NULL, 0}, {at + 0x40, 0, &one[1], 1}, {at + 0x44, 0, &one[2], 1},
        {at + 0x48, 26, NULL, 0},
    };
    rrig_poke(r, at + 16, &(uint32_t){0x600D}, 4);
    CHECK_OK(rvdm_access_all(r->dm, 0, all, sizeof all / sizeof all[0]));
    assert_int_equal(one[0], 10);
    assert_int_equal(many[0], 20);
    assert_int_equal(many[1], 21);
    assert_int_equal(many[2], 23);
    assert_int_equal(many[3], 24);
    assert_int_equal(one[1], 22);
    assert_int_equal(one[2], 25);
    assert_int_equal(rrig_word(r, at + 0x48), 26);
    assert_int_equal(rrig_word(r, at + 16), 0x600D);
    const struct rvdm_access bad[] = {{at, 30, NULL, 0}, {NOWHERE, 0, &one[0], 1}};
    CHECK_ERR(rvdm_access_all(r->dm, 0, bad, 2), ERR_FAULT);
    assert_int_equal(rrig_word(r, at), 30);
}

static void faults(struct riscv_rig *r)
{
    static uint32_t words[64];
    uint32_t fault = 0, end = RRIG_RAM + RRIG_RAM_SIZE, value;
    CHECK_ERR(r->dm->ops->read_block(r->dm, 1, NOWHERE, words, 4, &fault), ERR_FAULT);
    assert_int_equal(fault, NOWHERE);
    CHECK_ERR(r->dm->ops->read_block(r->dm, 1, end - 12, words, 8, &fault), ERR_FAULT);
    assert_int_equal(fault, end);
    CHECK_ERR(r->dm->ops->write_block(r->dm, 1, end - 4 * 40, words, 64, &fault), ERR_FAULT);
    assert_int_equal(fault, end);
    CHECK_ERR(rvdm_load(r->dm, 0, NOWHERE, 4, &value), ERR_FAULT);
    CHECK_ERR(rvdm_store(r->dm, 0, NOWHERE, 4, 0), ERR_FAULT);
    CHECK_OK(r->dm->ops->read_block(r->dm, 1, end - 16, words, 4, &fault)); /* up to the end, and not past it */
}

struct variant {
    const char *name;
    struct rrig_config config;
    enum rvdm_way way;
};

/* What makes a difference to the sequences. */
static unsigned make_variants(struct variant *v)
{
    unsigned n = 0;
    v[n++] = (struct variant){"bus", rrig_whole, RVDM_SYSTEM_BUS};
    v[n] = (struct variant){"bus, words only", rrig_whole, RVDM_SYSTEM_BUS};
    v[n++].config.has_narrow_bus = false;
    v[n] = (struct variant){"bus that counts refused addresses", rrig_whole, RVDM_SYSTEM_BUS};
    v[n++].config.counts_refused_address = true;
    v[n] = (struct variant){"program", rrig_whole, RVDM_PROGRAM_BUFFER};
    v[n++].config.has_bus = false;
    v[n] = v[n - 1];
    v[n].name = "program without autoexec";
    v[n++].config.has_autoexec = false;
    v[n] = (struct variant){"two words and an implied break", rrig_whole, RVDM_PROGRAM_BUFFER};
    v[n].config.has_bus = false;
    v[n].config.progbuf_words = 2;
    v[n++].config.has_impebreak = true;
    v[n] = (struct variant){"two words", rrig_whole, RVDM_PROGRAM_BUFFER};
    v[n].config.has_bus = false;
    v[n].config.data_words = 1;
    v[n++].config.progbuf_words = 2;
    v[n] = (struct variant){"one word and an implied break", rrig_whole, RVDM_PROGRAM_BUFFER};
    v[n].config.has_bus = false;
    v[n].config.progbuf_words = 1;
    v[n++].config.has_impebreak = true;
    v[n] = (struct variant){"abstract", rrig_whole, RVDM_ABSTRACT};
    v[n].config.has_bus = false;
    v[n++].config.progbuf_words = 0;
    v[n] = v[n - 1];
    v[n].name = "abstract without autoexec";
    v[n++].config.has_autoexec = false;
    return n;
}

/* A ring of three nodes, followed from two of them, and places far apart. */
static void places_and_lists(struct riscv_rig *r, enum rvdm_way way, bool can_follow)
{
    enum { NODES = 3, STEP = 0x1000, AT = RRIG_RAM + 0x8000, LONG = 40 };
    uint32_t nodes[2][LONG] = {{0}}, values[2][LONG] = {{0}}, words[64] = {0}, places[2][4] = {{0}}, fault;
    for (uint32_t i = 0; i < NODES; i++) {
        uint32_t node[] = {0, AT + (i + 1) % NODES * STEP, 0, 0x500 + i};
        rrig_poke(r, AT + i * STEP, node, sizeof node);
    }
    CHECK_OK(r->dm->ops->read_block(r->dm, 1, AT, words, 64, &fault)); /* now the waits are known */
    const struct rvdm_range ranges[] = {{AT + STEP, places[0], 4}, {AT + 2 * STEP + 12, places[1], 1}};
    const struct rvdm_chain chains[] = {{AT, 4, 12, nodes[0], values[0], LONG},
                                        {AT + STEP, 4, 12, nodes[1], values[1], 1}};
    uint64_t executes = r->adapter.executes;
    CHECK_ERR(rvdm_read_ranges(r->dm, 0, ranges, 2), way == RVDM_ABSTRACT ? ERR_UNSUPPORTED : ERR_OK);
    if (way != RVDM_ABSTRACT) {
        assert_in_range(r->adapter.executes - executes, 1, 3);
        assert_int_equal(places[0][1], AT + 2 * STEP);
        assert_int_equal(places[0][3], 0x501);
        assert_int_equal(places[1][0], 0x502);
        CHECK_ERR(
            rvdm_read_ranges(r->dm, 0, (const struct rvdm_range[]){{NOWHERE, places[1], 2}, {AT, places[0], 4}}, 2),
            ERR_FAULT);
    }
    CHECK_ERR(rvdm_follow(r->dm, 0, chains, 2), can_follow ? ERR_OK : ERR_UNSUPPORTED);
    if (!can_follow)
        return;
    for (uint32_t i = 0; i < LONG; i++) {
        assert_int_equal(nodes[0][i], AT + (i + 1) % NODES * STEP);
        assert_int_equal(values[0][i], 0x500 + (i + 1) % NODES);
    }
    assert_int_equal(nodes[1][0], AT + 2 * STEP);
    assert_int_equal(values[1][0], 0x502);
    executes = r->adapter.executes;
    CHECK_OK(rvdm_follow(r->dm, 0, chains, 2));
    assert_in_range(r->adapter.executes - executes, 1, 3);
    rrig_poke(r, AT + STEP + 4, &(uint32_t){NOWHERE}, 4);
    CHECK_ERR(rvdm_follow(r->dm, 0, chains, 2), ERR_FAULT);
    CHECK_OK(r->dm->ops->read_block(r->dm, 1, AT, words, 64, &fault));
}

static void places_and_lists_take_one_run(void **state)
{
    (void)state;
    static const unsigned delays[] = {0, 30, 300};
    struct variant all[16];
    unsigned count = make_variants(all);
    for (unsigned i = 0; i < 3 * count; i++) {
        static struct riscv_rig r;
        struct rrig_config config = all[i / 3].config;
        config.command_tcks = config.bus_tcks = delays[i % 3];
        print_message("%s, accesses of %u clocks\n", all[i / 3].name, delays[i % 3]);
        halt_all(&r, &config);
        bool can_follow = config.progbuf_words > 2 || (config.progbuf_words == 2 && config.has_impebreak);
        places_and_lists(&r, all[i / 3].way, can_follow);
        rrig_close(&r);
    }
}

static void memory_is_reached_by_every_way(void **state)
{
    (void)state;
    struct variant all[16];
    unsigned count = make_variants(all);
    for (unsigned i = 0; i < 2 * count; i++) {
        static struct riscv_rig r;
        struct variant *v = &all[i / 2];
        print_message("%s%s\n", v->name, i & 1 ? ", compressed" : "");
        halt_all(&r, &v->config);
        rvdm_set_compressed(r.dm, 0, i & 1);
        assert_int_equal(rvdm_way(r.dm, 0), v->way);
        r.harts[0].x[RISCV_S0] = r.harts[0].x[RISCV_S1] = 0x55AA55AA;
        memory(&r);
        sequence(&r);
        bool is_changed = r.harts[0].x[RISCV_S0] != 0x55AA55AA || r.harts[0].x[RISCV_S1] != 0x55AA55AA;
        assert_true(rvdm_take_clobbered(r.dm, 0) || !is_changed);
        faults(&r);
        rrig_close(&r);
    }
}

/* Each access takes longer than the scans of a debugger that has not learnt it. */
static void slow_modules_are_waited_for(void **state)
{
    (void)state;
    static const unsigned tcks[] = {20, 60, 200, 1000};
    struct variant all[16];
    unsigned count = make_variants(all);
    for (unsigned i = 0; i < count; i++)
        for (unsigned k = 0; k < 4; k++) {
            static struct riscv_rig r;
            struct rrig_config config = all[i].config;
            config.idle = 0;
            config.dmi_tcks = k == 1 ? 60 : k == 2 ? 6 : 0;
            config.command_tcks = tcks[k];
            config.bus_tcks = tcks[k];
            halt_all(&r, &config);
            memory(&r);
            sequence(&r);
            registers(&r);
            assert_true(k == 0 || r.overruns_seen || r.bus_overruns_seen || r.busy_seen);
            unsigned seen = r.overruns_seen + r.bus_overruns_seen + r.busy_seen;
            memory(&r); /* now the waits are known */
            assert_int_equal(r.overruns_seen + r.bus_overruns_seen + r.busy_seen, seen);
            rrig_close(&r);
        }
}

static void a_word_costs_one_scan(void **state)
{
    (void)state;
    struct variant all[16];
    unsigned count = make_variants(all);
    for (unsigned i = 0; i < count; i++) {
        static struct riscv_rig r;
        static uint32_t words[8192];
        uint32_t fault;
        bool is_one_scan =
            all[i].config.has_autoexec && (all[i].way != RVDM_PROGRAM_BUFFER || all[i].config.progbuf_words > 2);
        if (!is_one_scan)
            continue;
        halt_all(&r, &all[i].config);
        CHECK_OK(r.dm->ops->read_block(r.dm, 1, RRIG_RAM, words, 64, &fault));
        uint64_t tcks = r.tcks, executes = r.adapter.executes;
        CHECK_OK(r.dm->ops->read_block(r.dm, 1, RRIG_RAM, words, 8192, &fault));
        print_message("%s: %.2f TCK a word read\n", all[i].name, (double)(r.tcks - tcks) / 8192);
        assert_in_range((r.tcks - tcks) / 8192, FULL_SPEED_TCKS - 1, FULL_SPEED_TCKS);
        assert_int_equal(r.adapter.executes, executes + 1);
        rrig_close(&r);
    }
}

static void a_sequence_over_the_bus_is_one_run(void **state)
{
    (void)state;
    static struct riscv_rig r;
    uint32_t word = 0;
    struct rvdm_access all[64];
    halt_all(&r, &rrig_whole);
    for (unsigned i = 0; i < 64; i++)
        all[i] = i & 1 ? (struct rvdm_access){RRIG_RAM + 8 * i, 0, &word, 1}
                       : (struct rvdm_access){RRIG_RAM + 4 * i, i, NULL, 0};
    CHECK_OK(rvdm_access_all(r.dm, 0, all, 64));
    uint64_t executes = r.adapter.executes;
    CHECK_OK(rvdm_access_all(r.dm, 0, all, 64));
    assert_int_equal(r.adapter.executes, executes + 1);
    rrig_close(&r);
}

/* Two cores behind one module. */
static void cores_are_told_apart(void **state)
{
    (void)state;
    struct riscv_rig r;
    struct rrig_config config = rrig_whole;
    struct dm_status status[DM_MAX_CORES];
    uint32_t id[2] = {9, 9};
    config.cores = 2;
    halt_all(&r, &config);
    for (unsigned i = 0; i < 2; i++) {
        rvdm_queue_read(r.dm, i, CSR_MHARTID, &id[i]);
        CHECK_OK(r.dm->ops->run(r.dm));
    }
    assert_int_equal(id[0], 0);
    assert_int_equal(id[1], 1);
    r.dm->ops->queue_resume(r.dm, 2);
    CHECK_OK(r.dm->ops->run(r.dm));
    poll_once(&r, status);
    assert_true(status[0].is_halted && !status[1].is_halted);
    r.dm->ops->queue_break_network(r.dm, 3, DM_BREAK_IN | DM_BREAK_OUT);
    r.dm->ops->queue_resume(r.dm, 1);
    CHECK_OK(r.dm->ops->run(r.dm));
    r.dm->ops->queue_halt(r.dm, 1, false); /* takes the other one of its group with it */
    poll_once(&r, status);
    poll_once(&r, status);
    assert_true(status[0].is_halted && status[1].is_halted);
    assert_int_equal(field_get(DCSR_CAUSE, r.harts[1].csr[CSR_DCSR]), DCSR_CAUSE_GROUP);
    rrig_close(&r);
}

static void a_hart_that_is_not_there_is_offline(void **state)
{
    (void)state;
    struct riscv_rig r;
    struct rrig_config config = rrig_whole;
    struct dm_status status[DM_MAX_CORES];
    config.cores = 2;
    open_examined(&r, &config, status);
    r.harts[1].is_absent = true;
    poll_once(&r, status);
    assert_true(status[0].is_online && !status[1].is_online && status[1].has_tap);
    r.harts[1].is_absent = false;
    poll_once(&r, status);
    assert_true(status[1].is_online);
    rrig_close(&r);
}

static void resets_stop_at_the_vector(struct rrig_config config)
{
    struct riscv_rig r;
    struct dm_status status[DM_MAX_CORES];
    open_examined(&r, &config, status);
    poll_once(&r, status);
    CHECK_OK(r.dm->ops->assert_reset(r.dm, 1));
    poll_once(&r, status);
    assert_true(status[0].is_in_reset && !status[0].is_halted);
    uint64_t executed = r.harts[0].executed;
    CHECK_OK(r.dm->ops->deassert_reset(r.dm, 1, true));
    poll_once(&r, status);
    poll_once(&r, status);
    assert_true(status[0].is_halted && !status[0].is_in_reset);
    assert_int_equal(r.harts[0].csr[CSR_DPC], RRIG_RESET_VECTOR);
    assert_true(r.harts[0].executed == 0 || r.harts[0].executed == executed);
    r.dm->ops->queue_acknowledge(r.dm, 1);
    r.dm->ops->queue_resume(r.dm, 1);
    CHECK_OK(r.dm->ops->run(r.dm));
    assert_false(r.harts[0].halts_at_reset || r.harts[0].wants_halt);
    rrig_close(&r);
}

static void a_reset_stops_at_the_vector(void **state)
{
    (void)state;
    struct rrig_config config = rrig_whole;
    resets_stop_at_the_vector(config);
    config.has_reset_halt = config.has_hartreset = false;
    resets_stop_at_the_vector(config);
}

static void a_chip_that_lost_its_power_is_found_again(void **state)
{
    (void)state;
    struct riscv_rig r;
    struct dm_status status[DM_MAX_CORES];
    halt_all(&r, &rrig_whole);
    rrig_power_cycle(&r);
    poll_once(&r, status);
    assert_true(status[0].is_online && status[0].debug_was_reset && status[0].core_was_reset);
    assert_false(status[0].is_halted);
    poll_once(&r, status);
    assert_false(status[0].debug_was_reset || status[0].core_was_reset);
    rrig_close(&r);
}

static void a_chip_that_is_gone_is_an_error(void **state)
{
    (void)state;
    struct riscv_rig r;
    struct dm_status status[DM_MAX_CORES] = {0};
    open_examined(&r, &rrig_whole, status);
    r.is_gone = true;
    CHECK_ERR(r.dm->ops->poll(r.dm, status), ERR_NO_CHIP);
    r.is_gone = false;
    poll_once(&r, status);
    assert_true(status[0].is_online);
    rrig_close(&r);
}

/* As in light sleep: asked again and again, and set up anew when it wakes. */
static void a_module_without_a_clock_is_waited_for(void **state)
{
    (void)state;
    struct riscv_rig r;
    struct dm_status status[DM_MAX_CORES] = {0};
    uint32_t value;
    halt_all(&r, &rrig_whole);
    r.dm->ops->queue_resume(r.dm, 1);
    CHECK_OK(r.dm->ops->run(r.dm));
    r.is_unclocked = true;
    for (unsigned i = 0; i < 3; i++) {
        poll_once(&r, status);
        assert_true(status[0].has_tap && !status[0].is_online && !status[0].is_halted);
    }
    rvdm_queue_read(r.dm, 0, RISCV_REGNO_X(1), &value);
    CHECK_ERR(r.dm->ops->run(r.dm), ERR_POWERED_OFF);
    r.is_unclocked = false;
    for (unsigned i = 0; i < 3; i++)
        poll_once(&r, status);
    assert_true(status[0].is_online && status[0].has_tap);
    rrig_close(&r);
}

static void a_running_core_obeys_no_command(void **state)
{
    (void)state;
    struct riscv_rig r;
    struct dm_status status[DM_MAX_CORES] = {0};
    uint32_t value, fault, word = 5;
    open_examined(&r, &rrig_whole, status);
    rvdm_queue_read(r.dm, 0, RISCV_REGNO_X(1), &value);
    CHECK_ERR(r.dm->ops->run(r.dm), ERR_STATE);
    assert_true(r.dm->ops->reaches_memory_running(r.dm, 0));
    CHECK_OK(r.dm->ops->write_block(r.dm, 1, RRIG_RAM + 0x100, &word, 1, &fault));
    assert_int_equal(rrig_word(&r, RRIG_RAM + 0x100), 5);
    static const enum rvdm_way no_bus[] = {RVDM_PROGRAM_BUFFER, RVDM_ABSTRACT};
    rvdm_set_ways(r.dm, no_bus, 2);
    assert_false(r.dm->ops->reaches_memory_running(r.dm, 0));
    CHECK_ERR(r.dm->ops->write_block(r.dm, 1, RRIG_RAM + 0x100, &word, 1, &fault), ERR_STATE);
    rrig_close(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_module_is_found),
        cmocka_unit_test(halting_and_letting_go),
        cmocka_unit_test(registers_are_read_and_written),
        cmocka_unit_test(csrs_are_reached_by_instructions_where_commands_do_not),
        cmocka_unit_test(memory_is_reached_by_every_way),
        cmocka_unit_test(places_and_lists_take_one_run),
        cmocka_unit_test(slow_modules_are_waited_for),
        cmocka_unit_test(a_word_costs_one_scan),
        cmocka_unit_test(a_sequence_over_the_bus_is_one_run),
        cmocka_unit_test(cores_are_told_apart),
        cmocka_unit_test(a_hart_that_is_not_there_is_offline),
        cmocka_unit_test(a_reset_stops_at_the_vector),
        cmocka_unit_test(a_chip_that_lost_its_power_is_found_again),
        cmocka_unit_test(a_chip_that_is_gone_is_an_error),
        cmocka_unit_test(a_module_without_a_clock_is_waited_for),
        cmocka_unit_test(a_running_core_obeys_no_command),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
