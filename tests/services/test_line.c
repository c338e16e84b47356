/* SPDX-License-Identifier: Apache-2.0 */
/* The servers as their clients see them: real sockets on loopback, the wire thread played by the test. */
#include "tests/unit.h"

#include "services/line/line.h"

#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { WAIT_MS = 3000 };

struct rig {
    struct log log;
    atomic_bool interrupted;
    struct line *line;
    char port[32];
    int client;
};

static int connect_to(const char *port)
{
    struct sockaddr_in to = {
        .sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(port)), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
    return fd;
}

static void rig_open(struct rig *r, enum line_kind kind)
{
    *r = (struct rig){0};
    log_init(&r->log, LOG_ERROR);
    r->line = line_start(&r->log, &r->interrupted);
    assert_non_null(r->line);
    CHECK_OK(line_listen(r->line, kind, "127.0.0.1", "0", r->port));
    r->client = connect_to(r->port);
}

static void rig_close(struct rig *r)
{
    close(r->client);
    line_stop(r->line);
}

static void say(const struct rig *r, const char *bytes, size_t len)
{
    assert_int_equal(write(r->client, bytes, len), (ssize_t)len);
}

/* Reads until the text has come, or the peer hung up, or time is over; what came is in got. */
static bool hears(const struct rig *r, const char *text, char *got, size_t room)
{
    size_t len = 0;
    got[0] = 0;
    while (!strstr(got, text)) {
        struct pollfd p = {.fd = r->client, .events = POLLIN};
        if (poll(&p, 1, WAIT_MS) != 1)
            return false;
        ssize_t more = read(r->client, got + len, room - 1 - len);
        if (more <= 0)
            return false;
        for (ssize_t i = 0; i < more; i++) /* a zero byte would hide the rest */
            got[len + (size_t)i] = got[len + (size_t)i] ? got[len + (size_t)i] : '~';
        len += (size_t)more;
        got[len] = 0;
    }
    return true;
}

static void answer(struct rig *r, const char *expected, const char *reply)
{
    struct line_request q;
    assert_true(line_wait(r->line, WAIT_MS, &q));
    assert_string_equal(q.text, expected);
    free(q.text);
    line_reply(r->line, q.connection, reply, strlen(reply), false);
}

static void test_tcl_frames_with_1a(void **state)
{
    (void)state;
    struct rig r;
    char got[256];
    rig_open(&r, LINE_TCL);
    say(&r, "echo ", 5);
    say(&r,
        "a\x1a"
        "b\nc\x1a",
        6); /* two requests in one piece, one with a newline */
    answer(&r, "echo a", "one");
    answer(&r, "b\nc", "");
    assert_true(hears(&r, "one\x1a\x1a", got, sizeof got));
    rig_close(&r);
}

static void test_telnet_greets_echoes_and_prompts(void **state)
{
    (void)state;
    struct rig r;
    char got[512];
    rig_open(&r, LINE_TELNET);
    assert_true(hears(&r, "> ", got, sizeof got));
    assert_memory_equal(got,
                        "\xff\xfb\x03\xff\xfb\x01\xff\xfd\x03\xff\xfe\x01"
                        "Open On-Chip Debugger\r\n\r> ",
                        38);
    say(&r, "\xff\xfd\x01tarx\bgets\r\0", 13);
    answer(&r, "targets", "a\nb\n");
    assert_true(hears(&r, "b\r\n\r> ", got, sizeof got));
    assert_non_null(strstr(got, "\r\na\r\nb\r\n\r> "));
    rig_close(&r);
}

static void test_telnet_edits_and_remembers(void **state)
{
    (void)state;
    struct rig r;
    rig_open(&r, LINE_TELNET);
    say(&r, "halt\r\n", 6);
    answer(&r, "halt", "");
    say(&r, "\x1b[A\x01x\x1b[C\x1b[3~\x05!\r\n", 16); /* up, Home, x, right, Delete, End, ! */
    answer(&r, "xhlt!", "");
    say(&r, "nonsense\x03resume\r\n", 17);
    answer(&r, "resume", "");
    rig_close(&r);
}

static void test_a_line_waits_for_the_one_before(void **state)
{
    (void)state;
    struct rig r;
    struct line_request q, none;
    rig_open(&r, LINE_TELNET);
    say(&r, "one\ntwo\n", 8);
    assert_true(line_wait(r.line, WAIT_MS, &q));
    assert_string_equal(q.text, "one");
    assert_false(line_wait(r.line, 50, &none));
    line_reply(r.line, q.connection, "", 0, false);
    free(q.text);
    answer(&r, "two", "");
    rig_close(&r);
}

static void test_ctrl_c_interrupts_a_running_request(void **state)
{
    (void)state;
    struct rig r;
    struct line_request q;
    rig_open(&r, LINE_TELNET);
    say(&r, "reset run\n", 10);
    assert_true(line_wait(r.line, WAIT_MS, &q));
    assert_false(atomic_load(&r.interrupted));
    say(&r, "\x03", 1);
    for (int i = 0; i < WAIT_MS && !atomic_load(&r.interrupted); i++)
        usleep(1000);
    assert_true(atomic_load(&r.interrupted));
    free(q.text);
    line_reply(r.line, q.connection, "", 0, true);
    rig_close(&r);
}

static void test_http_is_dropped(void **state)
{
    (void)state;
    static const char request[] = "POST / HTTP/1.1\r\nHost: localhost\r\n\r\nshutdown\n\x1a";
    char got[256];
    for (enum line_kind kind = LINE_TELNET; kind < LINE_KINDS; kind++) {
        struct rig r;
        struct line_request q;
        rig_open(&r, kind);
        say(&r, request, sizeof request - 1);
        assert_false(hears(&r, "never", got, sizeof got)); /* ends: hung up */
        assert_false(line_wait(r.line, 50, &q));
        rig_close(&r);
    }
}

static void test_a_client_that_has_said_all_gets_its_replies(void **state)
{
    (void)state;
    struct rig r;
    char got[256];
    rig_open(&r, LINE_TCL);
    say(&r,
        "a\x1a"
        "b\x1a",
        4);
    shutdown(r.client, SHUT_WR);
    answer(&r, "a", "1");
    answer(&r, "b", "2");
    assert_true(hears(&r,
                      "1\x1a"
                      "2\x1a",
                      got, sizeof got));
    rig_close(&r);
}

static void test_a_vanished_client_harms_nobody(void **state)
{
    (void)state;
    struct rig r;
    struct line_request q;
    char got[64];
    rig_open(&r, LINE_TCL);
    say(&r, "first\x1asecond\x1a", 13);
    assert_true(line_wait(r.line, WAIT_MS, &q));
    struct linger now = {.l_onoff = 1};
    setsockopt(r.client, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    close(r.client);
    line_reply(r.line, q.connection, "x", 1, false);
    free(q.text);
    r.client = connect_to(r.port);
    say(&r, "third\x1a", 6);
    while (line_wait(r.line, WAIT_MS, &q)) { /* "second" may have been taken before the end was seen */
        bool is_third = !strcmp(q.text, "third");
        free(q.text);
        line_reply(r.line, q.connection, "ok", 2, false);
        if (is_third)
            break;
    }
    assert_true(hears(&r, "ok\x1a", got, sizeof got));
    rig_close(&r);
}

static void test_events_go_to_those_who_asked(void **state)
{
    (void)state;
    struct rig r;
    struct line_request q;
    char got[256];
    rig_open(&r, LINE_TCL);
    line_notify(r.line, "early\x1a", 6);
    say(&r, "on\x1a", 3);
    assert_true(line_wait(r.line, WAIT_MS, &q));
    free(q.text);
    line_set_notifications(r.line, q.connection, true);
    line_reply(r.line, q.connection, "done", 4, false);
    line_notify(r.line, "late\x1a", 5);
    assert_true(hears(&r, "late\x1a", got, sizeof got));
    assert_null(strstr(got, "early"));
    rig_close(&r);
}

static void test_log_lines_keep_what_is_being_typed(void **state)
{
    (void)state;
    struct rig r;
    char got[256];
    rig_open(&r, LINE_TELNET);
    say(&r, "hal", 3);
    assert_true(hears(&r, "hal", got, sizeof got));
    line_log(r.line, "the core halted");
    assert_true(hears(&r, "> hal", got, sizeof got));
    assert_non_null(strstr(got, "\rthe core halted\r\n\r> hal"));
    rig_close(&r);
}

static void test_a_port_in_use_is_named_with_a_remedy(void **state)
{
    (void)state;
    struct rig r;
    char port[32];
    rig_open(&r, LINE_TCL);
    CHECK_ERR(line_listen(r.line, LINE_TELNET, "127.0.0.1", r.port, port), ERR_EXISTS);
    assert_non_null(strstr(r.log.why, r.port));
    assert_non_null(strstr(r.log.why, "telnet port"));
    rig_close(&r);
}

static void test_a_server_can_be_switched_off(void **state)
{
    (void)state;
    struct rig r;
    char port[32];
    rig_open(&r, LINE_TCL);
    CHECK_OK(line_listen(r.line, LINE_TELNET, "127.0.0.1", "disabled", port));
    assert_string_equal(port, "");
    CHECK_ERR(line_listen(r.line, LINE_TELNET, "127.0.0.1", "seven", port), ERR_USAGE);
    rig_close(&r);
}

/* --- GDB --- */

/* The next event of the GDB; its text is dropped. */
static struct line_request gdb_event(struct rig *r, enum line_event event, const char *text, size_t len)
{
    struct line_request q;
    assert_true(line_wait(r->line, WAIT_MS, &q));
    assert_int_equal(q.kind, LINE_GDB);
    assert_int_equal(q.event, event);
    assert_int_equal(q.len, len);
    assert_memory_equal(q.text, text, len);
    free(q.text);
    return q;
}

static void gdb_open(struct rig *r)
{
    rig_open(r, LINE_GDB);
    say(r, "+", 1);
    struct line_request q = gdb_event(r, LINE_CAME, "", 0);
    line_end(r->line, q.connection, false);
}

static void test_gdb_packets_are_framed_and_may_hold_any_byte(void **state)
{
    (void)state;
    struct rig r;
    char got[256];
    gdb_open(&r);
    say(&r, "$X0,2:\0}\x03#a0$g#67", 17); /* the second one waits for the first */
    struct line_request q = gdb_event(&r, LINE_SENT, "X0,2:\0#", 7);
    struct line_request none;
    assert_false(line_wait(r.line, 50, &none));
    line_packet(r.line, q.connection, "OK", 2);
    line_end(r.line, q.connection, false);
    q = gdb_event(&r, LINE_SENT, "g", 1);
    line_packet(r.line, q.connection, "00000000", 8);
    line_end(r.line, q.connection, false);
    assert_true(hears(&r, "+$OK#9a+$0*\"00#dc", got, sizeof got));
    say(&r, "-", 1); /* once more, please */
    assert_true(hears(&r, "$0*\"00#dc", got, sizeof got));
    rig_close(&r);
}

static void test_gdb_goes_without_acknowledgements(void **state)
{
    (void)state;
    struct rig r;
    char got[256];
    gdb_open(&r);
    say(&r, "$QStartNoAckMode#b0+$g#00", 25); /* sums do not matter any more */
    struct line_request q = gdb_event(&r, LINE_SENT, "g", 1);
    line_packet(r.line, q.connection, "", 0);
    line_end(r.line, q.connection, true);
    assert_true(hears(&r, "$#00", got, sizeof got));
    assert_string_equal(got, "+$OK#9a$#00");
    rig_close(&r);
}

static void test_ctrl_c_of_gdb_is_an_event_unless_a_request_lets_it_interrupt(void **state)
{
    (void)state;
    struct rig r;
    gdb_open(&r);
    say(&r, "\x03", 1);
    struct line_request q = gdb_event(&r, LINE_INTERRUPT, "", 0);
    line_end(r.line, q.connection, false);
    say(&r, "$s#73", 5);
    q = gdb_event(&r, LINE_SENT, "s", 1);
    say(&r, "\x03", 1);
    struct line_request later = gdb_event(&r, LINE_INTERRUPT, "", 0);
    assert_false(atomic_load(&r.interrupted));
    line_end(r.line, q.connection, false);
    line_end(r.line, later.connection, false);
    say(&r, "$c#63", 5);
    q = gdb_event(&r, LINE_SENT, "c", 1);
    line_allow_interrupt(r.line, true);
    say(&r, "\x03", 1);
    for (int i = 0; i < WAIT_MS && !atomic_load(&r.interrupted); i++)
        usleep(1000);
    assert_true(atomic_load(&r.interrupted));
    line_end(r.line, q.connection, false);
    rig_close(&r);
}

static void test_a_gdb_that_goes_is_told_of_once(void **state)
{
    (void)state;
    struct rig r;
    struct line_request q, none;
    gdb_open(&r);
    say(&r, "$c#63$g#67", 10);
    q = gdb_event(&r, LINE_SENT, "c", 1);
    shutdown(r.client, SHUT_RDWR);
    struct line_request gone = gdb_event(&r, LINE_WENT, "", 0);
    assert_int_equal(gone.connection, q.connection);
    line_packet(r.line, q.connection, "S05", 3);
    line_end(r.line, q.connection, false);
    line_end(r.line, q.connection, false);
    assert_false(line_wait(r.line, 50, &none));
    rig_close(&r);
}

static void test_gdb_is_kept_patient(void **state)
{
    (void)state;
    struct rig r;
    char got[256];
    gdb_open(&r);
    say(&r, "$g#67", 5);
    struct line_request q = gdb_event(&r, LINE_SENT, "g", 1);
    line_keep_patient(r.line, q.connection, LINE_NOTES);
    assert_true(hears(&r, "+%espocd:0#", got, sizeof got));
    line_keep_patient(r.line, q.connection, LINE_CONSOLE);
    assert_true(hears(&r, "$O#4f", got, sizeof got));
    line_end(r.line, q.connection, false);
    rig_close(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tcl_frames_with_1a),
        cmocka_unit_test(test_telnet_greets_echoes_and_prompts),
        cmocka_unit_test(test_telnet_edits_and_remembers),
        cmocka_unit_test(test_a_line_waits_for_the_one_before),
        cmocka_unit_test(test_ctrl_c_interrupts_a_running_request),
        cmocka_unit_test(test_http_is_dropped),
        cmocka_unit_test(test_a_client_that_has_said_all_gets_its_replies),
        cmocka_unit_test(test_a_vanished_client_harms_nobody),
        cmocka_unit_test(test_events_go_to_those_who_asked),
        cmocka_unit_test(test_log_lines_keep_what_is_being_typed),
        cmocka_unit_test(test_a_port_in_use_is_named_with_a_remedy),
        cmocka_unit_test(test_a_server_can_be_switched_off),
        cmocka_unit_test(test_gdb_packets_are_framed_and_may_hold_any_byte),
        cmocka_unit_test(test_gdb_goes_without_acknowledgements),
        cmocka_unit_test(test_ctrl_c_of_gdb_is_an_event_unless_a_request_lets_it_interrupt),
        cmocka_unit_test(test_a_gdb_that_goes_is_told_of_once),
        cmocka_unit_test(test_gdb_is_kept_patient),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
