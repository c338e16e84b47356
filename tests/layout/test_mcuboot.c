/* SPDX-License-Identifier: Apache-2.0 */
/* MCUboot images. */
#include "look.h"

enum { SLOT = 0x10000, SLOT_SIZE = 0x20000 };

static struct mcuboot_image read_slot(struct scene *s, bool verify, struct findings *f)
{
    struct mcuboot_image m;
    struct reader r = reader_of_memory(s->bytes, s->size);
    CHECK_OK(mcuboot_read(&r, SLOT, SLOT_SIZE, verify, &m, f));
    return m;
}

static void an_image_is_read(void **state)
{
    (void)state;
    struct scene s = scene_new(0x40000);
    struct findings f = {0};
    uint32_t len = scene_mcuboot(&s, SLOT, SLOT_SIZE, 0x400D0000);
    struct mcuboot_image m = read_slot(&s, true, &f);
    assert_true(m.has_header && m.is_whole && m.has_load && m.has_hash && m.is_signed && m.has_trailer);
    assert_true(m.is_verified && m.is_hash_right && !m.is_encrypted);
    assert_int_equal(m.len, len);
    assert_int_equal(m.major, 1);
    assert_int_equal(m.revision, 3);
    assert_int_equal(m.irom.addr, 0x400D0100);
    assert_int_equal(m.irom.offset, 0x100);
    assert_int_equal(m.drom.size, 0);
    assert_int_equal(m.image_ok, 1);
    assert_int_equal(m.copy_done, 0xFF);
    assert_int_equal(f.count, 0);
    findings_fini(&f);
    scene_free(&s);
}

/* Ports that write 32 bytes at once have the unit in the magic: boot/bootutil/src/bootutil_public.c. */
static void a_trailer_with_a_large_unit_is_read(void **state)
{
    (void)state;
    static const uint8_t magic[16] = {32,   0,    0x2D, 0xE1, 0x5D, 0x29, 0x41, 0x0B,
                                      0x8D, 0x77, 0x67, 0x9C, 0x11, 0x0F, 0x1F, 0x8A};
    struct scene s = scene_new(0x40000);
    scene_mcuboot(&s, SLOT, 0, 0x400D0000);
    scene_put(&s, SLOT + SLOT_SIZE - 16, magic, sizeof magic);
    scene_put(&s, SLOT + SLOT_SIZE - 64, &(uint8_t){1}, 1);  /* image_ok */
    scene_put(&s, SLOT + SLOT_SIZE - 96, &(uint8_t){2}, 1);  /* copy_done */
    scene_put(&s, SLOT + SLOT_SIZE - 128, &(uint8_t){3}, 1); /* swap info */
    struct mcuboot_image m = read_slot(&s, false, NULL);
    assert_true(m.has_trailer);
    assert_int_equal(m.image_ok, 1);
    assert_int_equal(m.copy_done, 2);
    assert_int_equal(m.swap_type, 3);
    scene_free(&s);
}

static void damage_is_said(void **state)
{
    (void)state;
    static const struct {
        uint32_t at;
        uint8_t value;
        const char *code;
    } cases[] = {
        {SLOT + 14, 0x10, "mcuboot-damaged"},            /* image size past the slot */
        {SLOT + 8, 0x10, "mcuboot-damaged"},             /* header size 16 */
        {SLOT + 0x20 + 0x1080, 0x00, "mcuboot-damaged"}, /* magic of the TLVs */
        {SLOT + 0x20, 0x00, "mcuboot-no-load-header"},
        {SLOT + 0x20 + 8 + 48 + 6, 0x40, "mcuboot-load-range"}, /* offset of IROM */
        {SLOT + 0x800, 0x40, "mcuboot-hash"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct scene s = scene_new(0x40000);
        struct findings f = {0};
        scene_mcuboot(&s, SLOT, 0, 0x400D0000);
        s.bytes[cases[i].at] = cases[i].value;
        read_slot(&s, true, &f);
        assert_true(f.count > 0);
        assert_string_equal(f.items[0].kind->code, cases[i].code);
        findings_fini(&f);
        scene_free(&s);
    }
}

/* The last part of a Zephyr image is said to be a few bytes longer than the image that imgtool signs. */
static void sizes_that_are_rounded_up_are_taken(void **state)
{
    (void)state;
    enum { IROM_SIZE = SLOT + 0x20 + 8 + 48 + 8, FULL = 0x20 + 0x1080 - 0x100 };
    static const struct {
        uint32_t size;
        bool is_taken;
    } cases[] = {{FULL, true}, {FULL + 8, true}, {FULL + 31, true}, {FULL + 32, false}, {FULL + 0x1000, false}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct scene s = scene_new(0x40000);
        struct findings f = {0};
        scene_mcuboot(&s, SLOT, 0, 0x400D0000);
        le32_put(s.bytes + IROM_SIZE, cases[i].size);
        struct mcuboot_image m = read_slot(&s, false, &f);
        assert_int_equal(m.irom.size, cases[i].is_taken ? cases[i].size : 0);
        assert_int_equal(f.count, cases[i].is_taken ? 0 : 1);
        findings_fini(&f);
        scene_free(&s);
    }
}

static void other_bytes_are_no_image(void **state)
{
    (void)state;
    struct scene s = scene_new(0x40000);
    struct findings f = {0};
    assert_false(read_slot(&s, true, &f).has_header);
    assert_int_equal(f.count, 0);
    scene_free(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_image_is_read),         cmocka_unit_test(a_trailer_with_a_large_unit_is_read),
        cmocka_unit_test(damage_is_said),           cmocka_unit_test(sizes_that_are_rounded_up_are_taken),
        cmocka_unit_test(other_bytes_are_no_image),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
