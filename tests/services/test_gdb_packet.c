/* SPDX-License-Identifier: Apache-2.0 */
/* Frames of GDB's remote protocol. The bytes are worked out by hand from the manual's appendix E.1. */
#include "tests/unit.h"

#include "services/line/packet.h"

#include <stdlib.h>
#include <string.h>

struct heard {
    enum packet_event events[32];
    unsigned count;
    uint8_t data[64];
    size_t len;
};

/* Feeds bytes in pieces of a size, and notes what came. */
static struct heard feed(struct packet_parser *p, const char *bytes, size_t len, size_t piece)
{
    struct heard h = {0};
    for (size_t at = 0; at < len;) {
        size_t used = 0, part = len - at < piece ? len - at : piece;
        enum packet_event event = packet_take(p, (const uint8_t *)bytes + at, part, &used);
        at += used;
        if (event == PACKET_MORE)
            continue;
        assert_true(h.count < 32);
        h.events[h.count++] = event;
        if (event == PACKET_DATA) {
            assert_true(p->len <= sizeof h.data);
            memcpy(h.data, p->data, p->len);
            h.len = p->len;
        }
    }
    return h;
}

#define FEED(p, text, piece) feed(p, text, sizeof(text) - 1, piece)

static struct packet_parser *parser(void)
{
    struct packet_parser *p = calloc(1, sizeof *p);
    assert_non_null(p);
    return p;
}

static void test_a_packet_comes_in_any_pieces(void **state)
{
    (void)state;
    for (size_t piece = 1; piece < 12; piece++) {
        struct packet_parser *p = parser();
        struct heard h = FEED(p, "+$m0,4#fd", piece);
        assert_int_equal(h.count, 2);
        assert_int_equal(h.events[0], PACKET_ACK);
        assert_int_equal(h.events[1], PACKET_DATA);
        assert_int_equal(h.len, 4);
        assert_memory_equal(h.data, "m0,4", 4);
        free(p);
    }
}

static void test_escapes_are_undone_and_stars_are_bytes(void **state)
{
    (void)state;
    struct packet_parser *p = parser();
    struct heard h = FEED(p, "$a}\x03}\x04}]*#67", 100);
    assert_int_equal(h.count, 1);
    assert_int_equal(h.events[0], PACKET_DAMAGED); /* the sum is another one */
    h = FEED(p, "$a}\x03}\x04}]*#66", 100);
    assert_int_equal(h.events[0], PACKET_DATA);
    assert_int_equal(h.len, 5);
    assert_memory_equal(h.data, "a#$}*", 5);
    free(p);
}

static void test_ctrl_c_counts_between_packets_only(void **state)
{
    (void)state;
    struct packet_parser *p = parser();
    struct heard h = FEED(p, "\x03$\x03#03\x03", 1);
    assert_int_equal(h.count, 3);
    assert_int_equal(h.events[0], PACKET_INTERRUPT);
    assert_int_equal(h.events[1], PACKET_DATA);
    assert_int_equal(h.data[0], 3);
    assert_int_equal(h.events[2], PACKET_INTERRUPT);
    free(p);
}

static void test_damage_is_seen_and_the_next_packet_is_good(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        enum packet_event event;
    } cases[] = {{"$g#00", PACKET_DAMAGED}, {"$g#xy", PACKET_DAMAGED}, {"$g}#e4", PACKET_DAMAGED}, {"-", PACKET_NACK}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct packet_parser *p = parser();
        assert_int_equal(feed(p, cases[i].bytes, strlen(cases[i].bytes), 3).events[0], cases[i].event);
        assert_int_equal(FEED(p, "$g#67", 1).events[0], PACKET_DATA);
        free(p);
    }
}

static void test_a_new_packet_ends_one_that_was_cut_off(void **state)
{
    (void)state;
    struct packet_parser *p = parser();
    struct heard h = FEED(p, "$m12345$g#67", 100);
    assert_int_equal(h.count, 1);
    assert_int_equal(h.events[0], PACKET_DATA);
    assert_int_equal(h.len, 1);
    free(p);
}

static void test_the_sum_does_not_matter_without_acks(void **state)
{
    (void)state;
    struct packet_parser *p = parser();
    p->ignores_sum = true;
    assert_int_equal(FEED(p, "$g#00", 1).events[0], PACKET_DATA);
    free(p);
}

static void test_the_longest_packet_and_one_more(void **state)
{
    (void)state;
    for (size_t more = 0; more < 2; more++) {
        struct packet_parser *p = parser();
        p->ignores_sum = true;
        struct buf bytes = {0};
        buf_u8(&bytes, '$');
        buf_fill(&bytes, 'a', PACKET_MAX + more);
        buf_printf(&bytes, "#00");
        size_t used = 0;
        enum packet_event event = packet_take(p, bytes.bytes, bytes.len, &used);
        assert_int_equal(event, more ? PACKET_TOO_LONG : PACKET_DATA);
        assert_int_equal(used, bytes.len);
        buf_fini(&bytes);
        free(p);
    }
}

static void test_what_is_sent(void **state)
{
    (void)state;
    static const struct {
        const char *payload;
        size_t len;
        const char *frame;
    } cases[] = {
        {"", 0, "$#00"},
        {"OK", 2, "$OK#9a"},
        {"000", 3, "$000#90"},
        {"0000", 4, "$0* #7a"},        /* three more: ' ' */
        {"0000000", 7, "$0*\"0#ac"},   /* six more would be '#': five, and one for itself */
        {"00000000", 8, "$0*\"00#dc"}, /* seven more would be '$' */
        {"000000000", 9, "$0*%#7f"},   /* eight more */
        {"a#$}*", 5, "$a}\x03}\x04}]}\n#c3"},
        {"****", 4, "$}\n}\n}\n}\n#1c"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct buf out = {0};
        packet_put(&out, cases[i].payload, cases[i].len);
        assert_string_equal(buf_str(&out), cases[i].frame);
        buf_fini(&out);
    }
}

static void test_a_run_has_at_most_98_bytes(void **state)
{
    (void)state;
    char zeros[200];
    struct buf out = {0};
    memset(zeros, '0', sizeof zeros);
    packet_put(&out, zeros, 98);
    assert_memory_equal(out.bytes, "$0*~#", 5);
    buf_clear(&out);
    packet_put(&out, zeros, 99);
    assert_memory_equal(out.bytes, "$0*~0#", 6);
    buf_clear(&out);
    packet_put_notification(&out, "Stop", 4);
    assert_string_equal(buf_str(&out), "%Stop#a6");
    buf_fini(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_packet_comes_in_any_pieces),
        cmocka_unit_test(test_escapes_are_undone_and_stars_are_bytes),
        cmocka_unit_test(test_ctrl_c_counts_between_packets_only),
        cmocka_unit_test(test_damage_is_seen_and_the_next_packet_is_good),
        cmocka_unit_test(test_a_new_packet_ends_one_that_was_cut_off),
        cmocka_unit_test(test_the_sum_does_not_matter_without_acks),
        cmocka_unit_test(test_the_longest_packet_and_one_more),
        cmocka_unit_test(test_what_is_sent),
        cmocka_unit_test(test_a_run_has_at_most_98_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
