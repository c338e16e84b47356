/* SPDX-License-Identifier: Apache-2.0 */
/* System bus access: every trigger of an access, widths, increments, errors, and a host that is too fast. */
#include "host.h"

static struct rvdbg_config wide(void)
{
    struct rvdbg_config config = rvdbg_config_esp32c3;
    config.bus_sizes = SBCS_ACCESS8 | SBCS_ACCESS16 | SBCS_ACCESS32;
    return config;
}

static uint32_t size(unsigned log2_bytes)
{
    return field_put(SBCS_ACCESS, 0, log2_bytes);
}

static unsigned take_error(struct host *h)
{
    uint32_t sbcs = host_read(h, DM_SBCS);
    host_write(h, DM_SBCS, SBCS_ERROR | SBCS_BUSYERROR | size(2));
    assert_int_equal(host_read(h, DM_SBCS) & (SBCS_ERROR | SBCS_BUSYERROR), 0);
    return field_get(SBCS_ERROR, sbcs);
}

static void reads_and_writes_while_the_core_runs(void **state)
{
    (void)state;
    struct host h;
    host_open(&h, &rvdbg_config_esp32c3);
    host_write(&h, DM_SBCS, size(2) | SBCS_AUTOINCREMENT);
    host_write(&h, DM_SBADDRESS0, BARE_DATA);
    assert_int_equal(h.bare.bus_accesses, 0); /* no read on address */
    for (unsigned i = 0; i < 4; i++)
        host_write(&h, DM_SBDATA0, 0xA0 + i);
    assert_int_equal(host_read(&h, DM_SBADDRESS0), BARE_DATA + 16);
    for (unsigned i = 0; i < 4; i++)
        assert_int_equal(bare_peek(&h.bare, BARE_CODE + 4 * i), 0xA0 + i);
    host_write(&h, DM_SBCS, size(2) | SBCS_AUTOINCREMENT | SBCS_READONADDR | SBCS_READONDATA);
    host_write(&h, DM_SBADDRESS0, BARE_DATA);
    for (unsigned i = 0; i < 3; i++)
        assert_int_equal(host_read(&h, DM_SBDATA0), 0xA0 + i);
    host_write(&h, DM_SBCS, size(2) | SBCS_AUTOINCREMENT);
    assert_int_equal(host_read(&h, DM_SBDATA0), 0xA3);
    assert_int_equal(host_read(&h, DM_SBDATA0), 0xA3); /* no read on data any more */
    assert_int_equal(h.bare.bus_accesses, 8);
    assert_int_equal(host_read(&h, DM_SBADDRESS0), BARE_DATA + 16);
    assert_int_equal(host_read(&h, DM_DMSTATUS) & DMSTATUS_ALLRUNNING, DMSTATUS_ALLRUNNING);
    assert_int_equal(take_error(&h), SBERROR_NONE);
    host_close(&h);
}

static void every_width(void **state)
{
    (void)state;
    struct rvdbg_config config = wide();
    struct host h;
    host_open(&h, &config);
    assert_int_equal(host_read(&h, DM_SBCS), 0x20040407);
    bare_poke(&h.bare, BARE_DATA, 0x44332211);
    for (unsigned log2_bytes = 0; log2_bytes < 3; log2_bytes++) {
        unsigned bytes = 1U << log2_bytes;
        uint32_t mask = log2_bytes == 2 ? ~0U : BIT(8 * bytes) - 1;
        for (unsigned at = 0; at < 4; at += bytes) {
            host_write(&h, DM_SBCS, size(log2_bytes) | SBCS_READONADDR | SBCS_AUTOINCREMENT);
            host_write(&h, DM_SBADDRESS0, BARE_DATA + at);
            assert_int_equal(host_read(&h, DM_SBDATA0) & mask, 0x44332211U >> (8 * at) & mask);
            assert_int_equal(host_read(&h, DM_SBADDRESS0), BARE_DATA + at + bytes);
            host_write(&h, DM_SBCS, size(log2_bytes));
            bare_poke(&h.bare, BARE_DATA + 0x10, ~0U);
            host_write(&h, DM_SBADDRESS0, BARE_DATA + 0x10 + at);
            host_write(&h, DM_SBDATA0, 0);
            assert_int_equal(bare_peek(&h.bare, BARE_DATA + 0x10), ~(mask << (8 * at)));
        }
    }
    host_close(&h);
}

/* An access that fails changes nothing, and the ones after it do not happen until the error is cleared. */
static void errors_stick(void **state)
{
    (void)state;
    static const struct {
        uint32_t address;
        unsigned log2_bytes, error;
    } rows[] = {
        {BARE_DATA + 2, 2, SBERROR_ALIGNMENT}, {BARE_DATA + 1, 1, SBERROR_ALIGNMENT}, {0x10000000, 2, SBERROR_ADDRESS},
        {BARE_DATA, 3, SBERROR_SIZE},          {BARE_DATA, 4, SBERROR_SIZE},          {BARE_DATA, 7, SBERROR_SIZE},
    };
    struct rvdbg_config config = wide();
    struct host h;
    host_open(&h, &config);
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        for (unsigned is_write = 0; is_write < 2; is_write++) {
            uint32_t how = SBCS_AUTOINCREMENT | (is_write ? 0 : SBCS_READONADDR);
            host_write(&h, DM_SBCS, size(rows[i].log2_bytes) | how);
            host_write(&h, DM_SBADDRESS0, rows[i].address);
            if (is_write)
                host_write(&h, DM_SBDATA0, 1);
            assert_int_equal(host_read(&h, DM_SBADDRESS0), rows[i].address); /* it has not gone on */
            host_write(&h, DM_SBCS, size(2) | SBCS_READONADDR);
            unsigned before = h.bare.bus_accesses;
            host_write(&h, DM_SBADDRESS0, BARE_DATA);
            host_write(&h, DM_SBDATA0, 1);
            assert_int_equal(h.bare.bus_accesses, before);
            assert_int_equal(take_error(&h), rows[i].error);
        }
    }
    host_write(&h, DM_SBADDRESS0, BARE_ROM); /* cannot be written */
    host_write(&h, DM_SBDATA0, 1);
    assert_int_equal(take_error(&h), SBERROR_ADDRESS);
    host_close(&h);
}

static void narrow_accesses_need_a_bus_for_them(void **state)
{
    (void)state;
    struct host h;
    host_open(&h, &rvdbg_config_esp32c3);
    for (unsigned log2_bytes = 0; log2_bytes < 2; log2_bytes++) {
        host_write(&h, DM_SBCS, size(log2_bytes) | SBCS_READONADDR);
        host_write(&h, DM_SBADDRESS0, BARE_DATA);
        assert_int_equal(take_error(&h), SBERROR_SIZE);
    }
    assert_int_equal(h.bare.bus_accesses, 0);
    host_close(&h);
}

static void a_fast_host_is_told(void **state)
{
    (void)state;
    struct rvdbg_config config = rvdbg_config_esp32c3;
    config.bus_cycles = 1000; /* 500 TCK, ten scans */
    struct host h;
    host_open(&h, &config);
    host_write(&h, DM_SBCS, size(2) | SBCS_AUTOINCREMENT);
    host_write(&h, DM_SBADDRESS0, BARE_DATA);
    host_write(&h, DM_SBDATA0, 0x11);
    assert_true(host_read(&h, DM_SBCS) & SBCS_BUSY);
    host_write(&h, DM_SBDATA0, 0x22); /* lost */
    host_write(&h, DM_SBADDRESS0, 0); /* lost */
    assert_int_equal(host_read(&h, DM_SBCS) & (SBCS_BUSY | SBCS_BUSYERROR), SBCS_BUSY | SBCS_BUSYERROR);
    while (host_read(&h, DM_SBCS) & SBCS_BUSY)
        ;
    host_write(&h, DM_SBDATA0, 0x33); /* ignored while the error stands */
    assert_int_equal(host_read(&h, DM_SBADDRESS0), BARE_DATA + 4);
    assert_int_equal(bare_peek(&h.bare, BARE_DATA), 0x11);
    assert_int_equal(bare_peek(&h.bare, BARE_DATA + 4), 0);
    assert_int_equal(take_error(&h), SBERROR_NONE);
    host_write(&h, DM_SBCS, size(2) | SBCS_READONADDR);
    host_write(&h, DM_SBADDRESS0, BARE_DATA);
    host_read(&h, DM_SBDATA0); /* too early */
    assert_true(host_read(&h, DM_SBCS) & SBCS_BUSYERROR);
    host_close(&h);
}

static void there_may_be_none(void **state)
{
    (void)state;
    struct rvdbg_config config = rvdbg_config_esp32c3;
    config.bus_sizes = 0;
    struct host h;
    host_open(&h, &config);
    host_write(&h, DM_SBCS, size(2) | SBCS_READONADDR);
    host_write(&h, DM_SBADDRESS0, BARE_DATA);
    host_write(&h, DM_SBDATA0, 1);
    assert_int_equal(host_read(&h, DM_SBCS), 0);
    assert_int_equal(host_read(&h, DM_SBADDRESS0), 0);
    assert_int_equal(host_read(&h, DM_SBDATA0), 0);
    assert_int_equal(h.bare.bus_accesses, 0);
    host_close(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_and_writes_while_the_core_runs),
        cmocka_unit_test(every_width),
        cmocka_unit_test(errors_stick),
        cmocka_unit_test(narrow_accesses_need_a_bus_for_them),
        cmocka_unit_test(a_fast_host_is_told),
        cmocka_unit_test(there_may_be_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
