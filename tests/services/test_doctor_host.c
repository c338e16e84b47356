/* SPDX-License-Identifier: Apache-2.0 */
/* What doctor says of the host: over a tree of files like Linux's /sys and /dev. */
#include "tests/unit.h"

#include "chips/chip.h"
#include "services/cli/doctor.h"

#include <ftw.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct tree {
    char top[64], sys[128], dev[128], version[128], bin[128];
    struct host_roots roots;
};

static void put(const char *path, const char *text)
{
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    assert_true(fputs(text, f) >= 0);
    assert_int_equal(fclose(f), 0);
}

static void make_folder(const char *path)
{
    assert_int_equal(mkdir(path, 0700), 0);
}

static int set_up(void **state)
{
    struct tree *t = test_calloc(1, sizeof *t);
    snprintf(t->top, sizeof t->top, "/tmp/espocd-doctor-XXXXXX");
    assert_non_null(mkdtemp(t->top));
    snprintf(t->sys, sizeof t->sys, "%s/sys", t->top);
    snprintf(t->dev, sizeof t->dev, "%s/dev", t->top);
    snprintf(t->bin, sizeof t->bin, "%s/bin", t->top);
    snprintf(t->version, sizeof t->version, "%s/version", t->top);
    make_folder(t->sys);
    make_folder(t->dev);
    make_folder(t->bin);
    put(t->version, "Linux version 6.1.0 (gcc)\n");
    t->roots = (struct host_roots){t->sys, t->dev, t->top};
    *state = t;
    return 0;
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
    (void)st;
    (void)kind;
    (void)ftw;
    return remove(path);
}

static int tear_down(void **state)
{
    struct tree *t = *state;
    assert_int_equal(nftw(t->top, remove_one, 8, FTW_DEPTH | FTW_PHYS), 0);
    test_free(t);
    return 0;
}

/* A device at bus 1; with_node: the user may open it. */
static void plug(struct tree *t, const char *place, const char *vendor, const char *product, const char *serial,
                 bool with_node)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", t->sys, place);
    make_folder(path);
    const struct {
        const char *file, *text;
    } files[] = {{"idVendor", vendor},   {"idProduct", product}, {"serial", serial},
                 {"product", "a probe"}, {"busnum", "1\n"},      {"devnum", "4\n"}};
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        snprintf(path, sizeof path, "%s/%s/%s", t->sys, place, files[i].file);
        put(path, files[i].text);
    }
    snprintf(path, sizeof path, "%s/001", t->dev);
    make_folder(path);
    snprintf(path, sizeof path, "%s/001/004", t->dev);
    if (with_node)
        put(path, "");
}

static const struct verdict *find(const struct verdicts *v, const char *subject)
{
    for (size_t i = 0; i < v->count; i++)
        if (!strcmp(v->items[i].subject, subject))
            return &v->items[i];
    return NULL;
}

static struct verdict judge(struct tree *t, const char *subject, const char *chip)
{
    struct verdicts v = {0};
    doctor_host(&v, &t->roots, t->bin, chip_find(chip));
    const struct verdict *found = find(&v, subject);
    assert_non_null(found);
    struct verdict copy = *found;
    verdicts_fini(&v);
    return copy;
}

static void an_adapter_that_can_be_opened(void **state)
{
    plug(*state, "1-2", "0403\n", "6010\n", "TG1234\n", true);
    struct verdict v = judge(*state, "usb", "esp32");
    assert_int_equal(v.kind, VERDICT_GOOD);
    assert_non_null(strstr(v.seen, "FT2232H"));
    assert_non_null(strstr(v.seen, "1-2"));
    assert_non_null(strstr(v.seen, "TG1234"));
}

static void an_adapter_that_may_not_be_opened(void **state)
{
    plug(*state, "1-2.4", "303a\n", "1001\n", "AA:BB\n", false);
    struct verdict v = judge(*state, "usb", "esp32s3");
    assert_int_equal(v.kind, VERDICT_BAD);
    assert_non_null(strstr(v.seen, "001/004"));
    assert_non_null(strstr(v.seen, "303a"));
    assert_non_null(strstr(v.remedy, "udev"));
}

static void an_adapter_that_a_driver_has(void **state)
{
    struct tree *t = *state;
    char path[512];
    plug(t, "1-2", "0403\n", "6014\n", "X\n", true);
    snprintf(path, sizeof path, "%s/1-2/1-2:1.0", t->sys);
    make_folder(path);
    snprintf(path, sizeof path, "%s/1-2/1-2:1.0/driver", t->sys);
    assert_int_equal(symlink("../../../bus/usb/drivers/ftdi_sio", path), 0);
    struct verdict v = judge(t, "usb", "esp32");
    assert_int_equal(v.kind, VERDICT_NOTE);
    assert_non_null(strstr(v.seen, "ftdi_sio"));
}

static void no_adapter(void **state)
{
    struct tree *t = *state;
    plug(t, "1-1", "046d\n", "c077\n", "", true); /* a mouse */
    struct verdict v = judge(t, "usb", "esp32");
    assert_int_equal(v.kind, VERDICT_NOTE);
    assert_non_null(strstr(v.seen, "1 other"));
    put(t->version, "Linux version 5.15.90.1-microsoft-standard-WSL2\n");
    v = judge(t, "usb", "esp32");
    assert_non_null(strstr(v.remedy, "usbipd"));
}

static void what_a_device_says_is_not_obeyed(void **state)
{
    plug(*state, "1-2", "0403\n", "6010\n", "\033[31mred\n", true);
    struct verdict v = judge(*state, "usb", "esp32");
    assert_null(strchr(v.seen, '\033'));
    assert_non_null(strstr(v.seen, "?[31mred"));
}

static void a_gdb_for_the_chip(void **state)
{
    struct tree *t = *state;
    char path[512];
    struct verdict v = judge(t, "gdb", "esp32");
    assert_int_equal(v.kind, VERDICT_NOTE);
    assert_non_null(strstr(v.remedy, "ESP-IDF"));
    snprintf(path, sizeof path, "%s/xtensa-esp-elf-gdb", t->bin);
    put(path, "");
    assert_int_equal(judge(t, "gdb", "esp32").kind, VERDICT_NOTE); /* not executable */
    assert_int_equal(chmod(path, 0700), 0);
    v = judge(t, "gdb", "esp32");
    assert_int_equal(v.kind, VERDICT_GOOD);
    assert_non_null(strstr(v.seen, "xtensa-esp-elf-gdb"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_adapter_that_can_be_opened, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_adapter_that_may_not_be_opened, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_adapter_that_a_driver_has, set_up, tear_down),
        cmocka_unit_test_setup_teardown(no_adapter, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_a_device_says_is_not_obeyed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_gdb_for_the_chip, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
