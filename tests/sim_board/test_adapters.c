/* SPDX-License-Identifier: Apache-2.0 */
/* The adapters sim and remote_bitbang, the latter against the server of the virtual board in a thread. */
#include "unit.h"

#include "scan.h"

#include "adapter/adapter.h"
#include "regs/xtensa.h"
#include "sim/board.h"
#include "sim/server/server.h"

#include <arpa/inet.h>
#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* --- a server in a thread --- */

struct served {
    struct log log, server_log; /* the server's belongs to its thread */
    struct sim_server *server;
    pthread_t thread;
    atomic_bool stop;
    struct adapter *adapter;
    struct scanner scanner;
};

static void *serve(void *ctx)
{
    struct served *t = ctx;
    return (void *)(intptr_t)sim_server_run(t->server, &t->stop);
}

static void start_server(struct served *t)
{
    enum err e;
    t->server = sim_server_new(&(struct sim_server_options){.port = 0}, &t->server_log, &e);
    assert_non_null(t->server);
    assert_true(sim_server_port(t->server) > 0);
    atomic_init(&t->stop, false);
    assert_int_equal(pthread_create(&t->thread, NULL, serve, t), 0);
}

static void stop_server(struct served *t)
{
    void *result;
    if (!t->server)
        return;
    atomic_store(&t->stop, true);
    pthread_join(t->thread, &result);
    assert_int_equal((intptr_t)result, ERR_OK);
    sim_server_free(t->server);
    t->server = NULL;
}

static void execute(void *ctx, struct batch *b)
{
    struct served *t = ctx;
    CHECK_OK(adapter_execute(t->adapter, b));
}

static int set_up(void **state)
{
    struct served *t = calloc(1, sizeof *t);
    assert_non_null(t);
    log_init(&t->log, LOG_SILENT);
    log_init(&t->server_log, LOG_SILENT);
    t->scanner = (struct scanner){.execute = execute, .ctx = t};
    *state = t;
    return 0;
}

static int tear_down(void **state)
{
    struct served *t = *state;
    adapter_free(t->adapter);
    scan_fini(&t->scanner);
    stop_server(t);
    free(t);
    return 0;
}

static void open_bitbang(struct served *t)
{
    char port[8];
    snprintf(port, sizeof port, "%u", sim_server_port(t->server));
    t->adapter = adapter_new(adapter_find("remote_bitbang"), &t->log);
    CHECK_OK(adapter_configure(t->adapter, "host", "127.0.0.1"));
    CHECK_OK(adapter_configure(t->adapter, "port", port));
    CHECK_OK(adapter_configure(t->adapter, "use_remote_sleep", "on"));
    CHECK_OK(adapter_open(t->adapter));
}

/* --- the dispatcher --- */

static void adapters_are_found_by_name(void **state)
{
    struct served *t = *state;
    assert_null(adapter_find("remote_bit"));
    for (size_t i = 0; adapter_list[i]; i++) {
        assert_ptr_equal(adapter_find(adapter_list[i]->name), adapter_list[i]);
        assert_true(strlen(adapter_list[i]->help) > 10);
        t->adapter = adapter_new(adapter_list[i], &t->log);
        assert_non_null(t->adapter);
        struct batch b = {0};
        batch_clock(&b, 1, false, false);
        CHECK_ERR(adapter_execute(t->adapter, &b), ERR_STATE); /* not open */
        CHECK_ERR(adapter_configure(t->adapter, "colour", "red"), ERR_NOT_FOUND);
        assert_non_null(strstr(t->log.why, "colour"));
        batch_fini(&b);
        adapter_free(t->adapter);
    }
    t->adapter = NULL;
}

/* --- sim --- */

static void sim_runs_in_virtual_time(void **state)
{
    struct served *t = *state;
    t->adapter = adapter_new(&adapter_sim_ops, &t->log);
    assert_null(adapter_sim_board(t->adapter));
    CHECK_OK(adapter_configure(t->adapter, "board", "esp32-wrover"));
    CHECK_OK(adapter_configure(t->adapter, "latency-us", "1000"));
    CHECK_ERR(adapter_configure(t->adapter, "latency-us", "soon"), ERR_USAGE);
    CHECK_OK(adapter_open(t->adapter));
    struct board *board = adapter_sim_board(t->adapter);
    assert_non_null(board);
    CHECK_ERR(adapter_configure(t->adapter, "board", "x"), ERR_STATE);
    uint32_t khz;
    CHECK_OK(adapter_set_speed(t->adapter, 1000, &khz));
    assert_int_equal(khz, 1000);
    assert_int_equal(t->adapter->speed_khz, 1000);
    const struct clock *clock = adapter_clock(t->adapter);
    uint64_t start_ns = clock_now_ns(clock);
    scan_reset(&t->scanner);
    assert_int_equal(clock_now_ns(clock) - start_ns, 6000 + 1000000);
    assert_int_equal(t->adapter->executes, 1);
    assert_int_equal(t->adapter->tcks, 6);
    CHECK_OK(clock_wait_ms(clock, 100)); /* takes no time on the wall */
    assert_int_equal(clock_now_ns(clock) - start_ns, 101006000);
    assert_int_equal(board_now_ns(board), 101006000);
    assert_int_equal(scan_dr(&t->scanner, 0, 32), SCAN_IDCODE);
    CHECK_OK(adapter_set_reset(t->adapter, false, true));
    assert_int_equal(scan_dr(&t->scanner, 0, 32), 0xFFFFFFFF);
    CHECK_OK(adapter_set_reset(t->adapter, false, false));
    uint64_t end_ns = clock_now_ns(clock);
    adapter_close(t->adapter);
    assert_null(adapter_sim_board(t->adapter));
    assert_true(clock_now_ns(clock) >= end_ns); /* never goes back */
}

static void unplugged_sim_is_disconnected(void **state)
{
    struct served *t = *state;
    t->adapter = adapter_new(&adapter_sim_ops, &t->log);
    CHECK_OK(adapter_open(t->adapter));
    board_set_fault(adapter_sim_board(t->adapter), BOARD_FAULT_UNPLUGGED, 10);
    scan_reset(&t->scanner);
    struct batch b = {0};
    batch_clock(&b, 10, false, false);
    CHECK_ERR(adapter_execute(t->adapter, &b), ERR_DISCONNECTED);
    CHECK_ERR(adapter_execute(t->adapter, &b), ERR_DISCONNECTED);
    CHECK_ERR(adapter_set_reset(t->adapter, true, true), ERR_DISCONNECTED);
    batch_fini(&b);
}

static void sim_names_what_it_cannot_open(void **state)
{
    struct served *t = *state;
    t->adapter = adapter_new(&adapter_sim_ops, &t->log);
    CHECK_OK(adapter_configure(t->adapter, "board", "esp99"));
    CHECK_ERR(adapter_open(t->adapter), ERR_USAGE);
    assert_non_null(strstr(t->log.why, "esp99"));
    CHECK_OK(adapter_configure(t->adapter, "board", ""));
    CHECK_OK(adapter_configure(t->adapter, "uart", "/nonexistent/uart.txt"));
    CHECK_ERR(adapter_open(t->adapter), ERR_IO);
    assert_non_null(strstr(t->log.why, "/nonexistent/uart.txt"));
}

/* --- remote_bitbang --- */

static void bitbang_scans_like_sim(void **state)
{
    struct served *t = *state;
    start_server(t);
    open_bitbang(t);
    scan_reset(&t->scanner);
    assert_int_equal(scan_dr(&t->scanner, 0, 64), (uint64_t)SCAN_IDCODE << 32 | SCAN_IDCODE);
    scan_wake(&t->scanner, 0);
    assert_int_equal(scan_read(&t->scanner, 0, NAR_OCDID), 0x0733BFF2);
    assert_true(scan_halt(&t->scanner, 0));
    scan_write_word(&t->scanner, 0, 0x3FFB0000, 0x600DF00D);
    assert_int_equal(scan_read_word(&t->scanner, 0, 0x3FFB0000), 0x600DF00D);
    CHECK_OK(adapter_set_reset(t->adapter, false, true));
    assert_int_equal(scan_dr(&t->scanner, 0, 32), 0xFFFFFFFF);
    CHECK_OK(adapter_set_reset(t->adapter, false, false));
    uint32_t khz;
    CHECK_ERR(adapter_set_speed(t->adapter, 1000, &khz), ERR_UNSUPPORTED);
}

static void large_batches_do_not_choke(void **state)
{
    struct served *t = *state;
    start_server(t);
    open_bitbang(t);
    scan_reset(&t->scanner);
    scan_ir(&t->scanner, 0x3FF, 10);
    enum { BITS = 200000 };
    uint8_t *pattern = malloc(BITS / 8);
    assert_non_null(pattern);
    for (unsigned i = 0; i < BITS / 8; i++)
        pattern[i] = (uint8_t)(i * 7 + (i >> 8));
    struct batch b = {0};
    batch_tms(&b, 1, 3, false);
    size_t at = batch_shift(&b, pattern, BITS, true, true);
    batch_tms(&b, 1, 2, false);
    batch_wait(&b, 1234567);
    CHECK_OK(adapter_execute(t->adapter, &b));
    for (unsigned i = 2; i < BITS; i++) { /* two bypass bits in between */
        bool expected = pattern[(i - 2) / 8] >> ((i - 2) % 8) & 1;
        if ((b.in[(at + i) / 8] >> ((at + i) % 8) & 1) != expected)
            fail_msg("bit %u", i);
    }
    assert_int_equal(t->adapter->executes, 3);
    batch_fini(&b);
    free(pattern);
    adapter_close(t->adapter);
    stop_server(t);
}

static void remote_sleep_is_virtual(void **state)
{
    struct served *t = *state;
    start_server(t);
    open_bitbang(t);
    scan_wait(&t->scanner, 2000000); /* 2 ms */
    scan_wait(&t->scanner, 3500);    /* 4 us, rounded up */
    scan_dr(&t->scanner, 0, 10);     /* 15 TCK of 50 ns; waits for the replies, so all before is done */
    adapter_close(t->adapter);
    atomic_store(&t->stop, true);
    pthread_join(t->thread, NULL);
    assert_int_equal(board_now_ns(sim_server_board(t->server)), 2000000 + 4000 + 15 * 50);
    sim_server_free(t->server);
    t->server = NULL;
}

static void refused_connections_say_what_to_start(void **state)
{
    struct served *t = *state;
    start_server(t); /* to have a port that is free after it */
    char port[8];
    snprintf(port, sizeof port, "%u", sim_server_port(t->server));
    stop_server(t);
    t->adapter = adapter_new(&adapter_remote_bitbang_ops, &t->log);
    CHECK_OK(adapter_configure(t->adapter, "port", port));
    CHECK_ERR(adapter_open(t->adapter), ERR_NOT_FOUND);
    assert_non_null(strstr(t->log.why, port));
    assert_non_null(strstr(t->log.why, "espocd sim --rbb"));
    CHECK_ERR(adapter_configure(t->adapter, "port", "70000"), ERR_RANGE);
    CHECK_OK(adapter_configure(t->adapter, "port", "0"));
    CHECK_ERR(adapter_open(t->adapter), ERR_CONFIG);
    CHECK_OK(adapter_configure(t->adapter, "host", "/nonexistent/socket"));
    CHECK_ERR(adapter_open(t->adapter), ERR_NOT_FOUND);
}

static void lost_connections_are_told(void **state)
{
    struct served *t = *state;
    start_server(t);
    open_bitbang(t);
    scan_reset(&t->scanner);
    stop_server(t);
    struct batch b = {0};
    batch_tms(&b, 1, 3, false);
    batch_shift(&b, NULL, 5000, true, true);
    CHECK_ERR(adapter_execute(t->adapter, &b), ERR_DISCONNECTED);
    batch_fini(&b);
}

/* A server that answers its first client's questions only when it is told to, all with 1, and later ones with 0. */
struct late {
    int listener;
    uint16_t port;
    atomic_bool go;
    pthread_t thread;
};

enum { LATE_QUESTIONS = 10 };

static void answer(int fd, unsigned questions, char with)
{
    char c;
    while (questions && read(fd, &c, 1) == 1) {
        if (c != 'R')
            continue;
        questions--;
        if (with)
            assert_int_equal(write(fd, &with, 1), 1);
    }
}

static void *serve_late(void *ctx)
{
    struct late *l = ctx;
    int fd = accept(l->listener, NULL, NULL);
    answer(fd, LATE_QUESTIONS, 0);
    while (!atomic_load(&l->go))
        usleep(1000);
    assert_int_equal(write(fd, "1111111111", LATE_QUESTIONS), LATE_QUESTIONS);
    answer(fd, UINT_MAX, '0'); /* until the client is gone */
    close(fd);
    return NULL;
}

static void start_late(struct late *l)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof at;
    l->listener = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(l->listener, (struct sockaddr *)&at, sizeof at), 0);
    assert_int_equal(listen(l->listener, 1), 0);
    assert_int_equal(getsockname(l->listener, (struct sockaddr *)&at, &len), 0);
    l->port = ntohs(at.sin_port);
    atomic_init(&l->go, false);
    assert_int_equal(pthread_create(&l->thread, NULL, serve_late, l), 0);
}

/* Replies to an exchange that was interrupted do not answer the questions of the next one. */
static void late_replies_are_not_taken_for_others(void **state)
{
    struct served *t = *state;
    struct late late;
    atomic_bool interrupted = true;
    char port[8];
    start_late(&late);
    snprintf(port, sizeof port, "%u", late.port);
    t->adapter = adapter_new(&adapter_remote_bitbang_ops, &t->log);
    CHECK_OK(adapter_configure(t->adapter, "port", port));
    CHECK_OK(adapter_configure(t->adapter, "host", "127.0.0.1"));
    CHECK_OK(adapter_open(t->adapter));
    t->adapter->clock.interrupted = &interrupted;
    struct batch b = {0};
    batch_shift(&b, NULL, LATE_QUESTIONS, true, false);
    CHECK_ERR(adapter_execute(t->adapter, &b), ERR_INTERRUPTED);
    atomic_store(&interrupted, false);
    atomic_store(&late.go, true);
    batch_clear(&b);
    batch_shift(&b, NULL, 8, true, false);
    CHECK_OK(adapter_execute(t->adapter, &b));
    assert_int_equal(b.in[0], 0);
    batch_fini(&b);
    adapter_close(t->adapter);
    pthread_join(late.thread, NULL);
    close(late.listener);
}

/* --- the server and its clients --- */

static int dial(struct served *t)
{
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons(sim_server_port(t->server)),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_true(fd >= 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
    return fd;
}

static void say(int fd, const char *text)
{
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
}

/* What comes until the other end closes. */
static size_t hear_all(int fd, char *text, size_t room)
{
    size_t len = 0;
    ssize_t n;
    while (len < room && (n = read(fd, text + len, room - len)) > 0)
        len += (size_t)n;
    return len;
}

static void tdo_changes_with_the_falling_clock(void **state)
{
    struct served *t = *state;
    char text[16];
    start_server(t);
    int fd = dial(t);
    say(fd, "262626262626042615040"); /* Test-Logic-Reset, idle, Select-DR, Capture-DR; now in Shift-DR */
    say(fd, "R4R0R");                 /* bit 0 of the IDCODE (1), the same while TCK is high, bit 1 (0) */
    say(fd, "bBruQR");                /* nothing after Q is heard */
    assert_int_equal(hear_all(fd, text, sizeof text), 3);
    assert_memory_equal(text, "110", 3);
    close(fd);
}

static void clients_come_and_go(void **state)
{
    struct served *t = *state;
    char text[16];
    start_server(t);
    int first = dial(t);
    say(first, "R");
    assert_int_equal(read(first, text, 1), 1); /* it is served */
    int second = dial(t);
    assert_int_equal(hear_all(second, text, sizeof text), 0); /* turned away */
    close(second);
    say(first, "R");
    assert_int_equal(read(first, text, 1), 1);
    struct linger hard = {.l_onoff = 1};
    setsockopt(first, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
    say(first, "RRRRRRRRRRRRRRRR");
    close(first); /* a reset, with replies unread */
    int web = dial(t);
    say(web, "GET / HTTP/1.0\r\n\r\n");
    hear_all(web, text, sizeof text);
    close(web);
    open_bitbang(t);
    scan_reset(&t->scanner);
    assert_int_equal(scan_dr(&t->scanner, 0, 32), SCAN_IDCODE);
}

static void ports_in_use_are_refused(void **state)
{
    struct served *t = *state;
    enum err e;
    start_server(t);
    struct sim_server_options options = {.port = sim_server_port(t->server)};
    assert_null(sim_server_new(&options, &t->log, &e));
    CHECK_ERR(e, ERR_IO);
    char port[8];
    snprintf(port, sizeof port, "%u", options.port);
    assert_non_null(strstr(t->log.why, port));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(adapters_are_found_by_name),
        TEST(sim_runs_in_virtual_time),
        TEST(unplugged_sim_is_disconnected),
        TEST(sim_names_what_it_cannot_open),
        TEST(bitbang_scans_like_sim),
        TEST(large_batches_do_not_choke),
        TEST(remote_sleep_is_virtual),
        TEST(refused_connections_say_what_to_start),
        TEST(lost_connections_are_told),
        TEST(tdo_changes_with_the_falling_clock),
        TEST(clients_come_and_go),
        TEST(ports_in_use_are_refused),
        TEST(late_replies_are_not_taken_for_others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
