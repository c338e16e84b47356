/* SPDX-License-Identifier: Apache-2.0 */
/* OTA data. CRCs are those that ESP-IDF's tools write for these sequence numbers. */
#include "look.h"

static void crcs_are_those_of_esp_idf(void **state)
{
    (void)state;
    assert_int_equal(otadata_crc(1), 0x4743989A);
    assert_int_equal(otadata_crc(6), 0xDA94A023);
}

static void states_have_names(void **state)
{
    (void)state;
    assert_string_equal(otadata_state_text(OTADATA_NEW), "new");
    assert_string_equal(otadata_state_text(OTADATA_ABORTED), "aborted");
    assert_string_equal(otadata_state_text(OTADATA_BLANK), "undefined");
    assert_string_equal(otadata_state_text(77), "unknown");
}

static void a_record_that_cannot_be_read_is_none(void **state)
{
    (void)state;
    struct otadata o;
    otadata_parse(NULL, NULL, 2, &o, NULL);
    assert_int_equal(o.winner, -1);
    assert_true(o.records[0].is_blank && !o.records[0].is_valid);
}

static void records_without_slots_choose_nothing(void **state)
{
    (void)state;
    struct scene s = scene_new(0x2000);
    struct otadata o;
    struct findings f = {0};
    scene_otadata(&s, 0, 3, OTADATA_VALID);
    otadata_parse(s.bytes, s.bytes + 0x1000, 0, &o, &f);
    assert_int_equal(o.slot, 0);
    assert_string_equal(f.items[0].kind->code, "otadata-no-slots");
    findings_fini(&f);
    otadata_parse(s.bytes, s.bytes + 0x1000, 3, &o, NULL);
    assert_int_equal(o.slot, 2);
    scene_free(&s);
}

static void an_unknown_state_is_said(void **state)
{
    (void)state;
    struct scene s = scene_new(0x2000);
    struct otadata o;
    struct findings f = {0};
    scene_otadata(&s, 0, 1, 0x55);
    otadata_parse(s.bytes, s.bytes + 0x1000, 2, &o, &f);
    assert_int_equal(f.count, 1);
    assert_string_equal(f.items[0].kind->code, "otadata-state");
    assert_int_equal(o.winner, 0);
    findings_fini(&f);
    scene_free(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(crcs_are_those_of_esp_idf),
        cmocka_unit_test(states_have_names),
        cmocka_unit_test(a_record_that_cannot_be_read_is_none),
        cmocka_unit_test(records_without_slots_choose_nothing),
        cmocka_unit_test(an_unknown_state_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
