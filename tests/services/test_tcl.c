/* SPDX-License-Identifier: Apache-2.0 */
/* The configuration language before any chip is there. */
#include "tests/services/tcl_rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CHECK_SAYS(text, part)                                                                                         \
    do {                                                                                                               \
        const char *said_ = (text);                                                                                    \
        if (!strstr(said_, part))                                                                                      \
            fail_msg("'%s' is not in '%s'", part, said_);                                                              \
    } while (0)

static void test_unknown_and_missing_commands(void **state)
{
    (void)state;
    struct tcl_rig r;
    tcl_rig_open(&r);
    assert_string_equal(tcl_rig_fails(&r, "no_such_thing 1 2"), "invalid command name \"no_such_thing\"");
    assert_string_equal(tcl_rig_fails(&r, "nand probe 0"),
                        "'nand' is a command of OpenOCD that espocd does not have yet");
    assert_string_equal(tcl_rig_fails(&r, "esp apptrace start file://x"),
                        "'esp apptrace' is a command of OpenOCD that espocd does not have yet");
    CHECK_SAYS(tcl_rig_fails(&r, "flash frobnicate"),
               "invalid subcommand \"frobnicate\" of flash; there are: bank, banks");
    CHECK_SAYS(tcl_rig_fails(&r, "adapter"), "adapter: a command is expected: driver");
    tcl_rig_close(&r);
}

static void test_stages(void **state)
{
    (void)state;
    struct tcl_rig r;
    tcl_rig_open(&r);
    static const char *const early[] = {"halt", "mdw 0", "reset halt", "flash probe 0", "irscan a 1", "reg pc"};
    for (size_t i = 0; i < sizeof early / sizeof early[0]; i++)
        CHECK_SAYS(tcl_rig_fails(&r, early[i]), "command must be used after 'init'.");
    assert_string_equal(tcl_rig_ok(&r, "command mode halt"), "exec");
    assert_string_equal(tcl_rig_ok(&r, "command mode jtag newtap"), "config");
    assert_string_equal(tcl_rig_ok(&r, "command mode echo"), "any");
    assert_string_equal(tcl_rig_ok(&r, "command mode"), "config");
    tcl_rig_close(&r);
}

static void test_results_and_errors_reach_scripts(void **state)
{
    (void)state;
    struct tcl_rig r;
    tcl_rig_open(&r);
    assert_string_equal(tcl_rig_ok(&r, "set a [adapter speed 1000]"), "adapter speed: 1000 kHz");
    assert_string_equal(tcl_rig_ok(&r, "catch {halt} why; set why"), "The 'halt' command must be used after 'init'.");
    assert_string_equal(tcl_rig_ok(&r, "lindex $errorCode 0"), "OpenOCD");
    assert_string_equal(tcl_rig_ok(&r, "capture {echo hello}"), "hello\n");
    assert_string_equal(tcl_rig_ok(&r, "debug_level"), "2");
    CHECK_SAYS(tcl_rig_fails(&r, "debug_level 9"), "level must be between -3 and 5");
    CHECK_SAYS(tcl_rig_fails(&r, "sleep"), "wrong arguments; usage: sleep milliseconds");
    CHECK_SAYS(tcl_rig_fails(&r, "sleep soon"), "'soon' is not a number");
    CHECK_SAYS(tcl_rig_fails(&r, "sleep -1"), "negative");
    tcl_rig_close(&r);
}

static void test_old_names_run_the_new_ones(void **state)
{
    (void)state;
    struct tcl_rig r;
    tcl_rig_open(&r);
    tcl_rig_ok(&r, "gdb_port 3334; telnet_port 4445; tcl_port disabled; adapter_khz 500");
    CHECK_SAYS(buf_str(&r.said), "DEPRECATED! use 'gdb port', not 'gdb_port'\n");
    CHECK_SAYS(buf_str(&r.said), "DEPRECATED! use 'adapter speed', not 'adapter_khz'\n");
    assert_string_equal(tcl_servers(r.tcl)->gdb_port, "3334");
    assert_string_equal(tcl_servers(r.tcl)->telnet_port, "4445");
    assert_string_equal(tcl_servers(r.tcl)->tcl_port, "disabled");
    assert_int_equal(session_config(r.session)->speed_khz, 500);
    CHECK_SAYS(tcl_rig_fails(&r, "telnet port 65536"), "there is no port 65536");
    tcl_rig_close(&r);
}

static const char chip[] = "jtag newtap esp32 tap0 -irlen 5 -expected-id 0x120034e5\n"
                           "jtag newtap esp32 tap1 -irlen 5 -expected-id 0x120034e5 -expected-id 0x120034e6\n"
                           "target create esp32.cpu0 esp32 -chain-position esp32.tap0 -coreid 0 -rtos FreeRTOS\n"
                           "target create esp32.cpu1 esp32 -chain-position esp32.tap1 -coreid 1\n";

static void test_targets_are_described(void **state)
{
    (void)state;
    struct tcl_rig r;
    tcl_rig_open(&r);
    tcl_rig_ok(&r, chip);
    assert_string_equal(tcl_rig_ok(&r, "target names"), "esp32.cpu0 esp32.cpu1");
    assert_string_equal(tcl_rig_ok(&r, "jtag names"), "esp32.tap0 esp32.tap1");
    assert_string_equal(tcl_rig_ok(&r, "esp32.cpu0 cget -rtos"), "FreeRTOS");
    assert_string_equal(tcl_rig_ok(&r, "esp32.cpu1 cget -chain-position"), "esp32.tap1");
    assert_string_equal(tcl_rig_ok(&r, "esp32.cpu1 cget -type"), "esp32");
    tcl_rig_ok(&r, "esp32.cpu1 configure -work-area-size 0x1000 -event halted {set got halted}");
    assert_string_equal(tcl_rig_ok(&r, "esp32.cpu1 cget -work-area-size"), "0x1000");
    tcl_rig_ok(&r, "esp32.cpu1 invoke-event halted");
    assert_string_equal(tcl_rig_ok(&r, "set got"), "halted");
    assert_string_equal(tcl_rig_ok(&r, "esp32.cpu0 curstate"), "unknown");
    tcl_rig_ok(&r, "targets esp32.cpu0");
    CHECK_SAYS(tcl_rig_ok(&r, "targets"), " 0* esp32.cpu0         esp32      little esp32.tap0         unknown");
    CHECK_SAYS(tcl_rig_ok(&r, "scan_chain"),
               " 0 esp32.tap0             Y     0x00000000 0x120034e5     5 0x01  0x03\n");
    tcl_rig_close(&r);
}

static void test_bad_descriptions(void **state)
{
    (void)state;
    struct tcl_rig r;
    tcl_rig_open(&r);
    tcl_rig_ok(&r, chip);
    static const char *const bad[][2] = {
        {"jtag newtap esp32 tap0 -irlen 5", "there is a TAP 'esp32.tap0' already"},
        {"jtag newtap esp32 tap9", "has no -irlen"},
        {"jtag newtap esp32 tap9 -irlen five", "'five' is not a number"},
        {"jtag newtap esp32 tap9 -colour red", "there is no option '-colour'"},
        {"target create x esp99 -chain-position esp32.tap0", "Unknown target type esp99; there are: esp32"},
        {"target create x esp32 -chain-position tap7", "there is no TAP 'tap7'"},
        {"target create x esp32", "needs -chain-position"},
        {"target create esp32.cpu0 esp32 -chain-position esp32.tap0", "Command/target: esp32.cpu0 Exists"},
        {"target create halt esp32 -chain-position esp32.tap0", "Exists"},
        {"target create x esp32 -chain-position esp32.tap0 -coreid 1", "both core 1"},
        {"target create x esp32 -chain-position esp32.tap0 -coreid 7", "no core 7"},
        {"esp32.cpu0 configure -colour red", "a target has no option '-colour'"},
        {"esp32.cpu0 dance", "invalid command name \"dance\""},
        {"flash bank b esp32 0 0 0 0 nobody", "target 'nobody' not defined"},
        {"flash bank b stm32 0 0 0 0 esp32.cpu0", "flash driver 'stm32' not found"},
        {"adapter driver warp", "there is no adapter 'warp'; there are: sim, remote_bitbang"},
        {"transport select swd", "transport 'swd'"},
        {"reset_config often", "no mode 'often'"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        CHECK_SAYS(tcl_rig_fails(&r, bad[i][0]), bad[i][1]);
    tcl_rig_close(&r);
}

static void test_banks(void **state)
{
    (void)state;
    struct tcl_rig r;
    tcl_rig_open(&r);
    tcl_rig_ok(&r, chip);
    assert_string_equal(tcl_rig_ok(&r, "llength [flash list]"), "0");
    tcl_rig_ok(&r, "flash bank esp32.cpu0.flash esp32 0x0 0x400000 0 0 esp32.cpu0");
    assert_string_equal(tcl_rig_ok(&r, "flash banks"),
                        "#0 : esp32.cpu0.flash (esp32) at 0x00000000, size 0x00400000, buswidth 0, chipwidth 0");
    assert_string_equal(tcl_rig_ok(&r, "dict get [lindex [flash list] 0] name"), "esp32.cpu0.flash");
    assert_int_equal(session_config(r.session)->flash_size_override, 0x400000);
    tcl_rig_close(&r);
}

static void test_configuration_of_absent_adapters_is_kept(void **state)
{
    (void)state;
    struct tcl_rig r;
    tcl_rig_open(&r);
    tcl_rig_ok(&r, "adapter driver ftdi; ftdi vid_pid 0x0403 0x6010; ftdi channel 0; ftdi layout_init 0x0008 0xf00b;"
                   "ftdi layout_signal LED -data 0x1000; adapter serial ABC; transport select jtag");
    assert_string_equal(tcl_rig_ok(&r, "adapter name"), "ftdi");
    CHECK_SAYS(tcl_rig_fails(&r, "ftdi vid_pid 1 2 3"), "pairs");
    CHECK_SAYS(tcl_rig_fails(&r, "init"), "adapter 'ftdi' is not in this espocd yet; use --sim");
    assert_false(tcl_is_init_done(r.tcl));
    tcl_rig_close(&r);
}

static void test_shutdown_and_exit(void **state)
{
    (void)state;
    struct tcl_rig r;
    int status;
    tcl_rig_open(&r);
    tcl_set_in_connection(r.tcl, true);
    tcl_rig_ok(&r, "exit; set never 1");
    assert_true(tcl_took_exit(r.tcl));
    assert_false(tcl_wants_shutdown(r.tcl, &status));
    assert_string_equal(tcl_rig_ok(&r, "info exists never"), "0");
    tcl_rig_ok(&r, "lappend ::pre_shutdown_commands {echo bye} {no_such} {echo last}");
    tcl_rig_ok(&r, "catch {shutdown error}; set never 1");
    assert_true(tcl_wants_shutdown(r.tcl, &status));
    assert_int_equal(status, 1);
    CHECK_SAYS(buf_str(&r.said), "shutdown command invoked\nbye\n");
    CHECK_SAYS(buf_str(&r.said), "last\n");
    tcl_rig_close(&r);
}

static void test_errors_in_files_name_the_place(void **state)
{
    (void)state;
    struct tcl_rig r;
    char path[] = "/tmp/espocd-test-XXXXXX";
    FILE *f = fdopen(mkstemp(path), "w");
    fputs("echo one\nproc inner {} {\n  no_such\n}\ninner\n", f);
    fclose(f);
    tcl_rig_open(&r);
    struct buf why = {0}, expected = {0};
    assert_int_not_equal(tcl_run_file(r.tcl, path, &why), ERR_OK);
    buf_printf(&expected, "%s:3: invalid command name \"no_such\"\n    called at %s:5", path, path);
    assert_string_equal(buf_str(&why), buf_str(&expected));
    buf_fini(&why);
    buf_fini(&expected);
    unlink(path);
    tcl_rig_close(&r);
}

static void test_files_are_found_or_the_near_ones_named(void **state)
{
    (void)state;
    struct tcl_rig r;
    tcl_rig_open(&r);
    struct buf path = {0};
    CHECK_OK(tcl_add_search_dir(r.tcl, ESPOCD_SOURCE "/tcl"));
    CHECK_OK(tcl_find_file(r.tcl, "target/esp32.cfg", &path));
    CHECK_SAYS(buf_str(&path), "/tcl/target/esp32.cfg");
    CHECK_ERR(tcl_find_file(r.tcl, "board/esp32-rover-kit-3.3v.cfg", &path), ERR_NOT_FOUND);
    CHECK_SAYS(r.log.why, "Can't find board/esp32-rover-kit-3.3v.cfg");
    CHECK_SAYS(r.log.why, "there: board/esp32-wrover-kit-3.3v.cfg");
    buf_fini(&path);
    tcl_rig_close(&r);
}

static void test_own_configuration_files(void **state)
{
    (void)state;
    static const char *const files[] = {"board/esp32-wrover-kit-3.3v.cfg",
                                        "board/esp32-wrover-kit-1.8v.cfg",
                                        "board/esp32-ethernet-kit-3.3v.cfg",
                                        "board/esp-wroom-32.cfg",
                                        "board/esp32-wrover.cfg",
                                        "board/esp32-bridge.cfg",
                                        "interface/remote_bitbang.cfg",
                                        "interface/ftdi/esp32_devkitj_v1.cfg",
                                        "board/esp32-solo-1.cfg",
                                        "board/esp32s3-builtin.cfg",
                                        "board/esp32s3-ftdi.cfg",
                                        "board/esp32s3-bridge.cfg"};
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        struct tcl_rig r;
        struct buf why = {0};
        tcl_rig_open(&r);
        CHECK_OK(tcl_add_search_dir(r.tcl, ESPOCD_SOURCE "/tcl"));
        if (tcl_run_file(r.tcl, files[i], &why) != ERR_OK)
            fail_msg("%s: %s", files[i], buf_str(&why));
        buf_fini(&why);
        tcl_rig_close(&r);
    }
}

static void test_user_variables(void **state)
{
    (void)state;
    struct tcl_rig r;
    tcl_rig_open(&r);
    CHECK_OK(tcl_add_search_dir(r.tcl, ESPOCD_SOURCE "/tcl"));
    tcl_rig_ok(&r, "set ESP_RTOS none; set ESP_ONLYCPU 1; set ESP_FLASH_SIZE 0; source [find target/esp32.cfg]");
    assert_string_equal(tcl_rig_ok(&r, "target names"), "esp32");
    assert_string_equal(tcl_rig_ok(&r, "esp32 cget -rtos"), "none");
    assert_string_equal(tcl_rig_ok(&r, "flash list"), "");
    CHECK_SAYS(buf_str(&r.said), "WARNING: ESP flash support is disabled!");
    tcl_rig_ok(&r, "esp32 flashbootstrap 1.8"); /* the group of commands stays reachable behind the target's name */
    tcl_rig_close(&r);
}

/* Both names of the variable; the last column is what the target file makes of it. */
static void test_how_many_cores(void **state)
{
    (void)state;
    static const struct {
        const char *before, *chip, *names;
    } cases[] = {
        {"", "esp32", "esp32.cpu0 esp32.cpu1"},
        {"", "esp32s3", "esp32s3.cpu0 esp32s3.cpu1"},
        {"set ESP_ONLYCPU 1", "esp32s3", "esp32s3"},
        {"set ESP_ONLYCPU 3", "esp32s3", "esp32s3.cpu0 esp32s3.cpu1"},
        {"set ESP32_S3_ONLYCPU 1", "esp32s3", "esp32s3"},
        {"set ESP32_S3_ONLYCPU 2", "esp32s3", "esp32s3.cpu0 esp32s3.cpu1"},
        {"set ESP32_S3_ONLYCPU 1", "esp32", "esp32.cpu0 esp32.cpu1"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct tcl_rig r;
        char script[128];
        tcl_rig_open(&r);
        CHECK_OK(tcl_add_search_dir(r.tcl, ESPOCD_SOURCE "/tcl"));
        snprintf(script, sizeof script, "%s; source [find target/%s.cfg]", cases[i].before, cases[i].chip);
        tcl_rig_ok(&r, script);
        assert_string_equal(tcl_rig_ok(&r, "target names"), cases[i].names);
        tcl_rig_close(&r);
    }
    struct tcl_rig r;
    tcl_rig_open(&r);
    CHECK_OK(tcl_add_search_dir(r.tcl, ESPOCD_SOURCE "/tcl"));
    CHECK_SAYS(tcl_rig_fails(&r, "set ESP_ONLYCPU 2; source [find target/esp32s3.cfg]"), "cannot be left out");
    tcl_rig_close(&r);
}

static void test_json(void **state)
{
    (void)state;
    struct tcl_rig r;
    tcl_rig_open(&r);
    tcl_rig_ok(&r,
               "set d [json::decode {{\"flash_files\": {\"0x1000\": \"boot loader.bin\"}, \"n\": [1, true, null]}}]");
    assert_string_equal(tcl_rig_ok(&r, "dict get [dict get $d flash_files] 0x1000"), "boot loader.bin");
    assert_string_equal(tcl_rig_ok(&r, "lindex [dict get $d n] 1"), "true");
    CHECK_SAYS(tcl_rig_fails(&r, "json::decode {[1,}"), "json::decode: line 1");
    tcl_rig_close(&r);
}

static void test_help(void **state)
{
    (void)state;
    struct tcl_rig r;
    tcl_rig_open(&r);
    CHECK_SAYS(tcl_rig_ok(&r, "help mdw"), "mdw ['phys'] address [count]\n      print words");
    CHECK_SAYS(tcl_rig_ok(&r, "usage flash erase_sector"), "flash erase_sector bank first (last|'last')");
    tcl_rig_ok(&r, "proc mine {a} {}; add_help_text mine {does my thing}; add_usage_text mine <a>");
    CHECK_SAYS(tcl_rig_ok(&r, "help mine"), "mine <a>\n      does my thing");
    CHECK_SAYS(tcl_rig_fails(&r, "help nothing_of_that_name"), "there is no help");
    tcl_rig_close(&r);
}

static void test_program_esp_checks_before_it_opens(void **state)
{
    (void)state;
    struct tcl_rig r;
    int status;
    tcl_rig_open(&r);
    CHECK_SAYS(tcl_rig_fails(&r, "program_esp /nonexistent/app.bin 0x10000"), "/nonexistent/app.bin");
    CHECK_SAYS(tcl_rig_fails(&r, "program_esp {{/nonexistent/a b.bin}} 0x10000"), "/nonexistent/a b.bin");
    CHECK_SAYS(tcl_rig_fails(&r, "program_esp /dev/null 0x10000"), "empty");
    CHECK_SAYS(tcl_rig_fails(&r, "program_esp x.bin verfy"), "'verfy' is no option, so it should be the offset");
    CHECK_SAYS(tcl_rig_fails(&r, "program_esp x.bin -0x1000"), "negative");
    CHECK_SAYS(tcl_rig_fails(&r, "program_esp x.bin 0x1000 0x2000"), "there is an offset already");
    CHECK_SAYS(tcl_rig_fails(&r, "program_esp_bins /nonexistent flasher_args.json"), "/nonexistent/flasher_args.json");
    assert_false(tcl_wants_shutdown(r.tcl, &status));
    tcl_rig_ok(&r, "program_esp /nonexistent/app.bin 0x10000 verify exit");
    assert_true(tcl_wants_shutdown(r.tcl, &status));
    assert_int_equal(status, 1);
    tcl_rig_close(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_unknown_and_missing_commands),
        cmocka_unit_test(test_stages),
        cmocka_unit_test(test_results_and_errors_reach_scripts),
        cmocka_unit_test(test_old_names_run_the_new_ones),
        cmocka_unit_test(test_targets_are_described),
        cmocka_unit_test(test_bad_descriptions),
        cmocka_unit_test(test_banks),
        cmocka_unit_test(test_configuration_of_absent_adapters_is_kept),
        cmocka_unit_test(test_shutdown_and_exit),
        cmocka_unit_test(test_errors_in_files_name_the_place),
        cmocka_unit_test(test_files_are_found_or_the_near_ones_named),
        cmocka_unit_test(test_own_configuration_files),
        cmocka_unit_test(test_user_variables),
        cmocka_unit_test(test_how_many_cores),
        cmocka_unit_test(test_json),
        cmocka_unit_test(test_help),
        cmocka_unit_test(test_program_esp_checks_before_it_opens),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
