/* SPDX-License-Identifier: Apache-2.0 */
/* The agent's code on the host: digests against published values, jobs against a flash of bytes. */
#include "agent/digest.h"
#include "agent/sha256.h"
#include "base/bytes.h"
#include "base/hash.h"
#include "native_carrier.h"
#include "tests/unit.h"

#include <stdlib.h>
#include <string.h>

enum {
    ADDRESS3 = 3 << 20,
    READ = ADDRESS3 | 2 << 16 | 8 << 8 | 0x3B,
    ERASE = ADDRESS3 | 12 << 8 | 0x20,
    PROGRAM = ADDRESS3 | 0x02,
};

static void fill_random(uint8_t *bytes, size_t len, uint32_t seed)
{
    for (size_t i = 0; i < len; i++) {
        seed = seed * 1664525 + 1013904223;
        bytes[i] = (uint8_t)(seed >> 24);
    }
}

/* --- digest --- */

static void murmur(const void *bytes, uint32_t len, uint32_t seed, uint8_t out[16])
{
    uint32_t words[80] = {0};
    struct digest d;
    memcpy(words, bytes, len);
    digest_start(&d, seed);
    digest_add(&d, words, len);
    digest_end(&d);
    memcpy(out, d.h, 16);
}

/* The verification value that the SMHasher test suite publishes for MurmurHash3_x86_128: hashes of keys {}, {0}, {0, 1}, ...
   with seeds 256, 255, ..., hashed again. */
static void digest_is_murmur3(void **state)
{
    (void)state;
    uint8_t key[256], hashes[256][16], final[16];
    for (unsigned i = 0; i < 256; i++) {
        key[i] = (uint8_t)i;
        murmur(key, i, 256 - i, hashes[i]);
    }
    struct digest d;
    uint32_t words[sizeof hashes / 4];
    memcpy(words, hashes, sizeof hashes);
    digest_start(&d, 0);
    digest_add(&d, words, sizeof hashes);
    digest_end(&d);
    memcpy(final, d.h, 16);
    assert_int_equal(le32_get(final), 0xB3ECE62A);
}

static void digest_of_bytes_is_that_of_words(void **state)
{
    (void)state;
    uint8_t bytes[4096], one[16], other[16];
    fill_random(bytes, sizeof bytes, 7);
    for (uint32_t len = 0; len < 300; len++) {
        murmur(bytes, len, 0, one);
        digest_bytes(bytes, len, other);
        assert_memory_equal(one, other, 16);
    }
}

static void sha256_of(const uint8_t *bytes, uint32_t len, uint8_t out[32])
{
    struct sha256 s;
    uint32_t digest[8];
    sha256_start(&s);
    for (uint32_t at = 0; at < len; at += 64) {
        uint32_t words[16] = {0};
        uint32_t part = len - at < 64 ? len - at : 64;
        memcpy(words, bytes + at, part);
        sha256_add(&s, words, part);
    }
    sha256_end(&s, digest);
    memcpy(out, digest, 32);
}

static void sha256_agrees_with_nettle(void **state)
{
    (void)state;
    uint8_t bytes[1000], ours[32], theirs[32];
    fill_random(bytes, sizeof bytes, 3);
    for (uint32_t len = 0; len < sizeof bytes; len++) {
        sha256_of(bytes, len, ours);
        hash_sha256(bytes, len, theirs);
        assert_memory_equal(ours, theirs, 32);
    }
}

/* --- jobs, by the mailbox alone --- */

static struct mailbox_slot run(struct native_carrier *c, struct mailbox_slot job)
{
    job.state = SLOT_READY;
    unsigned slot = c->box.next;
    c->box.slots[slot] = job;
    agent_run(&c->agent, job.command == JOB_EXIT ? AGENT_STAY : AGENT_STOP_IF_IDLE);
    assert_int_equal(c->box.slots[slot].state, SLOT_DONE);
    return c->box.slots[slot];
}

static int setup(void **state)
{
    struct native_carrier *c = malloc(sizeof *c);
    native_carrier_init(c);
    *state = c;
    return 0;
}

static int teardown(void **state)
{
    free(*state);
    return 0;
}

static void slots_take_turns(void **state)
{
    struct native_carrier *c = *state;
    c->box.slots[0] = (struct mailbox_slot){.command = JOB_IDENTIFY, .state = SLOT_READY};
    c->box.slots[1] = (struct mailbox_slot){
        .command = JOB_READ, .offset = 0x100, .length = 8, .parameter = READ, .state = SLOT_READY};
    agent_run(&c->agent, AGENT_STOP_IF_IDLE);
    assert_int_equal(c->box.slots[0].state, SLOT_DONE);
    assert_int_equal(c->box.slots[1].state, SLOT_DONE);
    assert_int_equal(c->buffers[0][0], 0x1440EF);
    assert_int_equal(c->buffers[1][1], 0xFFFFFFFF);
    assert_int_equal(c->box.next, 0);
}

static void gathers_pieces(void **state)
{
    struct native_carrier *c = *state;
    enum { EACH = 72, COUNT = 5, STEP = 12 }; /* more than the controller's buffer holds at once */
    for (size_t i = 0; i < (size_t)COUNT << STEP; i++)
        c->nor.bytes[i] = (uint8_t)(i * 7 + (i >> 8));
    struct mailbox_slot s = run(c, (struct mailbox_slot){.command = JOB_GATHER,
                                                         .offset = 0x20,
                                                         .length = EACH * COUNT,
                                                         .parameter = READ,
                                                         .detail = EACH | STEP << 16});
    assert_int_equal(s.result, AGENT_OK);
    for (size_t n = 0; n < COUNT; n++)
        assert_memory_equal((uint8_t *)c->buffers[0] + n * EACH, c->nor.bytes + 0x20 + (n << STEP), EACH);
}

/* READY written a second time, by a debugger that was too fast: the job is done once, and the slot comes out DONE. */
static void a_job_that_is_given_twice_is_done_once(void **state)
{
    struct native_carrier *c = *state;
    enum { TICKET_7 = SLOT_READY | 7 << 8, TICKET_8 = SLOT_READY | 8 << 8 };
    const struct mailbox_slot erase = {.command = JOB_ERASE, .length = 4096, .parameter = ERASE, .state = TICKET_7};
    c->box.slots[0] = erase;
    agent_run(&c->agent, AGENT_STOP_IF_IDLE);
    assert_int_equal(c->nor.erases[0], 1);
    c->box.slots[0].state = TICKET_7;
    agent_run(&c->agent, AGENT_STOP_IF_IDLE); /* whose turn is slot 1 */
    assert_int_equal(c->box.slots[0].state, SLOT_DONE);
    run(c, (struct mailbox_slot){.command = JOB_READ, .length = 4, .parameter = READ}); /* in slot 1 */
    c->box.slots[0].state = TICKET_7;
    agent_run(&c->agent, AGENT_STOP_IF_IDLE);
    assert_int_equal(c->box.slots[0].state, SLOT_DONE);
    assert_int_equal(c->nor.erases[0], 1);
    c->box.slots[0] = erase;
    c->box.slots[0].state = TICKET_8;
    agent_run(&c->agent, AGENT_STOP_IF_IDLE);
    assert_int_equal(c->nor.erases[0], 2);
}

static void attaches_once_and_puts_back(void **state)
{
    struct native_carrier *c = *state;
    run(c, (struct mailbox_slot){.command = JOB_READ, .length = 4, .parameter = READ});
    run(c, (struct mailbox_slot){.command = JOB_READ, .length = 4, .parameter = READ});
    assert_int_equal(c->nor.attaches, 1);
    assert_true(c->box.attached);
    run(c, (struct mailbox_slot){.command = JOB_EXIT});
    assert_int_equal(c->nor.releases, 1);
    assert_int_equal(c->nor.flushes, 0);
    assert_false(c->box.attached);
    run(c, (struct mailbox_slot){.command = JOB_ERASE, .length = 4096, .parameter = ERASE});
    run(c, (struct mailbox_slot){.command = JOB_EXIT});
    assert_int_equal(c->nor.attaches, 2);
    assert_int_equal(c->nor.flushes, 1);
}

static void programs_around_page_ends(void **state)
{
    struct native_carrier *c = *state;
    uint8_t bytes[1000];
    fill_random(bytes, sizeof bytes, 1);
    memcpy(c->buffers[0], bytes, sizeof bytes);
    struct mailbox_slot s =
        run(c, (struct mailbox_slot){.command = JOB_PROGRAM, .offset = 0x1FEC, .length = 1000, .parameter = PROGRAM});
    assert_int_equal(s.result, AGENT_OK);
    assert_int_equal(s.done, 1000);
    assert_int_equal(s.detail, 5); /* 0x1F00, 0x2000, 0x2100, 0x2200, 0x2300 */
    assert_memory_equal(c->nor.bytes + 0x1FEC, bytes, 1000);
    assert_int_equal(c->nor.bytes[0x1FEB], 0xFF);
    assert_int_equal(c->nor.bytes[0x1FEC + 1000], 0xFF);
}

static void blank_chunks_are_left_out(void **state)
{
    struct native_carrier *c = *state;
    memset(&c->buffers, 0xFF, 4096);
    c->buffers[0][64] = 0x12345678; /* byte 256 */
    struct mailbox_slot s = run(c, (struct mailbox_slot){.command = JOB_PROGRAM, .length = 4096, .parameter = PROGRAM});
    assert_int_equal(s.detail, 1);
    assert_int_equal(c->nor.commands[0x02], 1);
}

static void comparison_tells_three_kinds(void **state)
{
    struct native_carrier *c = *state;
    memset(c->nor.bytes, 0x0F, 3 * 4096);
    memset(c->buffers[0], 0x0F, 3 * 4096);
    ((uint8_t *)c->buffers[0])[4096 + 17] = 0x0E;
    ((uint8_t *)c->buffers[0])[2 * 4096 + 4095] = 0x1F;
    struct mailbox_slot s =
        run(c, (struct mailbox_slot){.command = JOB_COMPARE, .length = 3 * 4096, .parameter = READ});
    assert_int_equal(s.detail, COMPARE_SAME | COMPARE_CLEARS << 2 | COMPARE_ERASE << 4);
}

static void a_failed_job_stops_the_one_behind(void **state)
{
    struct native_carrier *c = *state;
    c->nor.ignores_enable = true;
    c->box.slots[0] =
        (struct mailbox_slot){.command = JOB_ERASE, .length = 4096, .parameter = ERASE, .state = SLOT_READY};
    c->box.slots[1] =
        (struct mailbox_slot){.command = JOB_PROGRAM, .length = 4096, .parameter = PROGRAM, .state = SLOT_READY};
    agent_run(&c->agent, AGENT_STOP_IF_IDLE);
    assert_int_equal(c->box.slots[0].result, AGENT_NOT_ENABLED);
    assert_int_equal(c->box.slots[1].result, AGENT_NOT_BEGUN);
    assert_int_equal(c->nor.commands[0x02], 0);
}

static void jobs_that_do_not_fit_are_refused(void **state)
{
    struct native_carrier *c = *state;
    static const struct mailbox_slot wrong[] = {
        {.command = 0},
        {.command = 77},
        {.command = JOB_READ, .length = MAILBOX_DATA_SIZE + 1, .parameter = READ},
        {.command = JOB_READ, .length = 4},
        {.command = JOB_READ, .length = 4, .parameter = READ & ~ACCESS_ADDRESS},
        {.command = JOB_PROGRAM, .length = MAILBOX_DATA_SIZE + 4, .parameter = PROGRAM},
        {.command = JOB_PROGRAM, .offset = 2, .length = 4, .parameter = PROGRAM},
        {.command = JOB_ERASE, .offset = 0x1000, .length = 0x10000, .parameter = ADDRESS3 | 0xD8 | 16 << 8},
        {.command = JOB_ERASE, .length = 4, .parameter = ADDRESS3 | 0xD8 | 2 << 8},
        {.command = JOB_COMPARE, .length = 100, .parameter = READ},
        {.command = JOB_STATUS, .parameter = 1 | 9 << 8},
        {.command = JOB_GATHER, .length = 16, .parameter = READ, .detail = 0 | 12 << 16},
        {.command = JOB_GATHER, .length = 18, .parameter = READ, .detail = 6 | 12 << 16},
        {.command = JOB_GATHER, .length = 20, .parameter = READ, .detail = 16 | 12 << 16},
        {.command = JOB_GATHER, .length = 16, .parameter = READ, .detail = 16 | 3 << 16},
        {.command = JOB_GATHER, .length = 16, .parameter = READ, .detail = 16 | 32 << 16},
        {.command = JOB_GATHER, .length = MAILBOX_DATA_SIZE + 16, .parameter = READ, .detail = 16 | 12 << 16},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        c->box.cancel = 0;
        assert_int_equal(run(c, wrong[i]).result, AGENT_BAD_JOB);
    }
    for (unsigned i = 0; i < FAKE_SECTORS; i++)
        assert_int_equal(c->nor.erases[i], 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(digest_is_murmur3),
        cmocka_unit_test(digest_of_bytes_is_that_of_words),
        cmocka_unit_test(sha256_agrees_with_nettle),
        cmocka_unit_test_setup_teardown(slots_take_turns, setup, teardown),
        cmocka_unit_test_setup_teardown(a_job_that_is_given_twice_is_done_once, setup, teardown),
        cmocka_unit_test_setup_teardown(gathers_pieces, setup, teardown),
        cmocka_unit_test_setup_teardown(attaches_once_and_puts_back, setup, teardown),
        cmocka_unit_test_setup_teardown(programs_around_page_ends, setup, teardown),
        cmocka_unit_test_setup_teardown(blank_chunks_are_left_out, setup, teardown),
        cmocka_unit_test_setup_teardown(comparison_tells_three_kinds, setup, teardown),
        cmocka_unit_test_setup_teardown(a_failed_job_stops_the_one_behind, setup, teardown),
        cmocka_unit_test_setup_teardown(jobs_that_do_not_fit_are_refused, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
