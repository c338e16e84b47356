/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "base/bits.h"
#include "base/bytes.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/host.h"
#include "base/log.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void reader_is_bounded(void **state)
{
    (void)state;
    const uint8_t bytes[] = {1, 2, 3, 4, 5, 6, 7};
    struct rd r = rd_from(bytes, sizeof bytes);
    assert_int_equal(rd_u16(&r), 0x0201);
    struct rd sub = rd_sub(&r, 2);
    assert_int_equal(rd_u16(&sub), 0x0403);
    assert_int_equal(rd_u8(&sub), 0);
    assert_true(sub.bad);
    assert_false(r.bad);
    assert_int_equal(rd_u32(&r), 0);
    assert_true(r.bad);
    assert_int_equal(rd_u8(&r), 0); /* once bad, always bad */
    uint8_t out[4] = {9, 9, 9, 9};
    rd_copy(&r, out, sizeof out);
    assert_int_equal(le32_get(out), 0);
    assert_true(rd_sub(&r, 0).bad);
}

static void buffer_grows(void **state)
{
    (void)state;
    struct buf b = {0};
    for (unsigned i = 0; i < 1000; i++)
        buf_u32(&b, i);
    assert_int_equal(b.len, 4000);
    assert_int_equal(le32_get(b.bytes + 4 * 999), 999);
    buf_clear(&b);
    buf_printf(&b, "%s-%d", "x", 7);
    assert_string_equal(buf_str(&b), "x-7");
    buf_fini(&b);
    assert_string_equal(buf_str(&b), "");
    buf_fini(&b);
}

static void bits_keep_their_neighbours(void **state)
{
    (void)state;
    uint8_t bits[16];
    for (unsigned at = 0; at < 60; at += 7) {
        for (unsigned count = 1; count <= 64; count++) {
            memset(bits, 0xA5, sizeof bits);
            uint64_t value = 0x123456789ABCDEF0ULL & (count == 64 ? ~0ULL : (1ULL << count) - 1);
            bits_put_u64(bits, at, count, value);
            assert_int_equal(bits_get_u64(bits, at, count), value);
            for (unsigned i = 0; i < 128; i++) {
                if (i < at || i >= at + count)
                    assert_int_equal(bits_get(bits, i), 0xA5 >> (i % 8) & 1);
            }
        }
    }
    uint8_t copy[16] = {0};
    bits_copy(copy, 3, bits, 5, 90);
    for (unsigned i = 0; i < 90; i++)
        assert_int_equal(bits_get(copy, 3 + i), bits_get(bits, 5 + i));
}

static void fields_are_masks(void **state)
{
    (void)state;
    assert_int_equal(FIELD(31, 0), 0xFFFFFFFF);
    assert_int_equal(FIELD(6, 4), 0x70);
    assert_int_equal(field_get(FIELD(6, 4), 0x55), 5);
    assert_int_equal(field_put(FIELD(6, 4), 0xFF, 2), 0xAF);
    assert_int_equal(field_get(BIT(31), 0x80000000), 1);
}

/* Known answers: FIPS 180-2 "abc"; RFC 1321 "abc"; the CRC catalogue's check value. */
static void digests_match_the_standards(void **state)
{
    (void)state;
    static const uint8_t sha_abc[4] = {0xba, 0x78, 0x16, 0xbf}, md5_abc[4] = {0x90, 0x01, 0x50, 0x98};
    uint8_t digest[SHA256_LEN];
    hash_sha256("abc", 3, digest);
    assert_memory_equal(digest, sha_abc, 4);
    hash_md5("abc", 3, digest);
    assert_memory_equal(digest, md5_abc, 4);
    assert_int_equal(hash_crc32(0, "123456789", 9), 0xCBF43926);
}

static void collect(void *ctx, enum log_level level, const char *line)
{
    buf_printf(ctx, "%d:%s\n", level, line);
}

static void errors_keep_their_sentence(void **state)
{
    (void)state;
    struct log log;
    struct buf text = {0};
    struct log_sink sink = {.fn = collect, .ctx = &text};
    log_init(&log, LOG_WARN);
    log_add_sink(&log, &sink);
    log_info(&log, "not this");
    log_warn(&log, "this %d", 1);
    assert_string_equal(buf_str(&text), "1:this 1\n");
    assert_string_equal(err_why(&log, ERR_TIMEOUT), "no answer in time");
    assert_int_equal(err_at(&log, ERR_TIMEOUT, "core %d is mute", 1), ERR_TIMEOUT);
    assert_int_equal(err_context(&log, ERR_TIMEOUT, "halting"), ERR_TIMEOUT);
    assert_string_equal(err_why(&log, ERR_TIMEOUT), "halting: core 1 is mute");
    char longest[2000];
    memset(longest, 'x', sizeof longest);
    longest[sizeof longest - 1] = '\0';
    assert_int_equal(err_at(&log, ERR_IO, "%s", longest), ERR_IO);
    assert_int_equal(err_context(&log, ERR_IO, "%s", longest), ERR_IO);
    assert_true(strlen(log.why) < sizeof log.why);
    assert_int_equal(err_append(&log, ERR_IO, "%s", longest), ERR_IO);
    assert_true(strlen(log.why) < sizeof log.why);
    err_forget(&log);
    assert_string_equal(err_why(&log, ERR_IO), err_text(ERR_IO));
    assert_int_equal(err_append(&log, ERR_OK, "nothing is wrong"), ERR_OK);
    assert_string_equal(log.why, "");
    assert_int_equal(err_append(&log, ERR_TIMEOUT, "Look at %s", "EN"), ERR_TIMEOUT);
    assert_string_equal(err_why(&log, ERR_TIMEOUT), "no answer in time. Look at EN");
    log_remove_sink(&log, &sink);
    log_warn(&log, "unheard");
    assert_string_equal(buf_str(&text), "1:this 1\n");
    buf_fini(&text);
}

static void the_first_error_is_kept(void **state)
{
    (void)state;
    struct log log;
    log_init(&log, LOG_SILENT);
    struct err_kept first = err_keep(&log, err_at(&log, ERR_TIMEOUT, "core 1 is mute"));
    assert_string_equal(log.why, "core 1 is mute");
    enum err after = err_at(&log, ERR_IO, "nor can it be put back");
    assert_int_equal(err_first(&log, &first, after), ERR_TIMEOUT);
    assert_string_equal(log.why, "core 1 is mute");

    err_forget(&log); /* what is done since may forget sentences, too */
    assert_int_equal(err_first(&log, &first, ERR_OK), ERR_TIMEOUT);
    assert_string_equal(log.why, "core 1 is mute");
    err_forget(&log);
    assert_int_equal(err_put_back(&log, &first), ERR_TIMEOUT);
    assert_string_equal(log.why, "core 1 is mute");
}

static void without_a_first_error_the_second_counts(void **state)
{
    (void)state;
    struct log log;
    log_init(&log, LOG_SILENT);
    struct err_kept none = err_keep(&log, ERR_OK);
    assert_int_equal(err_first(&log, &none, ERR_OK), ERR_OK);
    assert_int_equal(err_first(&log, &none, err_at(&log, ERR_IO, "cannot be put back")), ERR_IO);
    assert_string_equal(log.why, "cannot be put back");
    assert_int_equal(err_put_back(&log, &none), ERR_OK);
    assert_string_equal(log.why, "");
    struct err_kept unlogged = err_keep(NULL, ERR_MEMORY); /* err_at takes no log, too */
    assert_int_equal(err_first(NULL, &unlogged, ERR_IO), ERR_MEMORY);
}

/* The result of "help" is one line of the log for the console. */
static void a_long_line_arrives_whole(void **state)
{
    (void)state;
    struct log log;
    struct buf text = {0};
    struct log_sink sink = {.fn = collect, .ctx = &text};
    char longest[20000];
    memset(longest, 'x', sizeof longest);
    longest[sizeof longest - 1] = '\0';
    log_init(&log, LOG_WARN);
    log_add_sink(&log, &sink);
    log_warn(&log, "%s", longest);
    assert_int_equal(text.len, strlen("1:") + strlen(longest) + strlen("\n"));
    buf_fini(&text);
}

static void files_say_what_is_wrong(void **state)
{
    (void)state;
    struct log log;
    log_init(&log, LOG_SILENT);
    struct buf content = {0};
    CHECK_ERR(file_read(&log, "/nonexistent/file", &content), ERR_NOT_FOUND);
    assert_non_null(strstr(log.why, "/nonexistent/file"));
    CHECK_ERR(file_read(&log, "/tmp", &content), ERR_IO);
    char path[] = "/tmp/espocd-test-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    close(fd);
    CHECK_OK(file_write(&log, path, "hello", 5));
    CHECK_OK(file_read(&log, path, &content));
    assert_string_equal(buf_str(&content), "hello");
    unlink(path);
    buf_fini(&content);
}

static void waits_can_be_interrupted(void **state)
{
    (void)state;
    atomic_bool stop = false;
    struct clock clock = clock_host(&stop);
    CHECK_OK(clock_wait_ns(&clock, 1000));
    struct deadline d = deadline_ms(&clock, 0);
    assert_true(deadline_passed(&d));
    atomic_store(&stop, true);
    CHECK_ERR(clock_wait_ms(&clock, 100000), ERR_INTERRUPTED);
}

static void put(const char *folder, const char *name, const char *text)
{
    char path[128];
    struct log log;
    log_init(&log, LOG_SILENT);
    snprintf(path, sizeof path, "%s/%s", folder, name);
    CHECK_OK(file_write(&log, path, text, strlen(text)));
}

/* A tree like Linux's /proc: one process, which listens on 4444, and on 6666 by IPv6; one that this user may not look at. */
static void make_proc(const char *top)
{
    static const char *const folders[] = {"net", "4711", "4711/fd", "4712"};
    char path[128];
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        snprintf(path, sizeof path, "%s/%s", top, folders[i]);
        assert_int_equal(mkdir(path, 0700), 0);
    }
    put(top, "net/tcp",
        "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
        "   0: 0100007F:115C 0100007F:9C40 01 00000000:00000000 00:00000000 00000000  1000        0 99 1 0 20 4 30 10 "
        "-1\n"
        "   1: 0100007F:115C 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 100 1 0 100 0 0 10 "
        "0\n"
        "   2: 0100007F:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 102 1 0 100 0 0 10 "
        "0\n");
    put(top, "net/tcp6",
        "  sl  local_address                         remote_address                        st tx_queue rx_queue tr\n"
        "   0: 00000000000000000000000001000000:1A0A 00000000000000000000000000000000:0000 0A 00000000:00000000 "
        "00:00000000 00000000  1000        0 101 1 0 100 0 0 10 0\n");
    put(top, "4711/comm", "openocd\n");
    snprintf(path, sizeof path, "%s/4711/fd/3", top);
    assert_int_equal(symlink("socket:[100]", path), 0);
    snprintf(path, sizeof path, "%s/4711/fd/4", top);
    assert_int_equal(symlink("socket:[101]", path), 0);
}

static void a_port_has_a_holder(void **state)
{
    (void)state;
    static const struct {
        unsigned port;
        const char *holder;
    } rows[] = {{4444, "openocd, process 4711"}, {6666, "openocd, process 4711"}, {22, ""}, {80, ""}};
    char top[] = "/tmp/espocd-proc-XXXXXX", command[64], holder[64];
    assert_non_null(mkdtemp(top));
    make_proc(top);
    const struct host_roots roots = {.proc = top}, nothing = {.proc = "/nowhere"};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        host_port_holder(&roots, rows[i].port, holder, sizeof holder);
        assert_string_equal(holder, rows[i].holder);
    }
    host_port_holder(&nothing, 4444, holder, sizeof holder);
    assert_string_equal(holder, "");
    snprintf(command, sizeof command, "rm -r %s", top);
    assert_int_equal(system(command), 0);
}

static void distance_counts_edits(void **state)
{
    (void)state;
    static const struct {
        const char *a, *b;
        unsigned edits;
    } rows[] = {{"", "", 0},    {"flash", "flash", 0},  {"falsh", "flash", 2}, {"map", "", 3},
                {"", "map", 3}, {"doctr", "doctor", 1}, {"erase", "read", 4},  {"kitten", "sitting", 3}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(text_distance(rows[i].a, rows[i].b), rows[i].edits);
    assert_true(text_ends_with("a.cfg", ".cfg") && text_ends_with(".cfg", ".cfg"));
    assert_false(text_ends_with("cfg", ".cfg") || text_ends_with("a.cfg.c", ".cfg"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(distance_counts_edits),
        cmocka_unit_test(reader_is_bounded),
        cmocka_unit_test(buffer_grows),
        cmocka_unit_test(bits_keep_their_neighbours),
        cmocka_unit_test(fields_are_masks),
        cmocka_unit_test(digests_match_the_standards),
        cmocka_unit_test(errors_keep_their_sentence),
        cmocka_unit_test(the_first_error_is_kept),
        cmocka_unit_test(without_a_first_error_the_second_counts),
        cmocka_unit_test(a_long_line_arrives_whole),
        cmocka_unit_test(files_say_what_is_wrong),
        cmocka_unit_test(waits_can_be_interrupted),
        cmocka_unit_test(a_port_has_a_holder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
