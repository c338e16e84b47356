/* SPDX-License-Identifier: Apache-2.0 */
/* The hashes that run on the chip, against the vectors of their standards and against nettle. */
#include "tests/unit.h"

#include <nettle/md5.h>
#include <nettle/sha2.h>
#include <string.h>

#include "sim/rom/common/md5.h"
#include "sim/rom/common/sha256.h"

static const uint8_t abc_md5[16] = {0x90, 0x01, 0x50, 0x98, 0x3c, 0xd2, 0x4f, 0xb0,
                                    0xd6, 0x96, 0x3f, 0x7d, 0x28, 0xe1, 0x7f, 0x72}; /* RFC 1321, A.5 */

static void md5_of_abc(void **state)
{
    (void)state;
    uint8_t digest[16];
    md5((const uint8_t *)"abc", 3, digest);
    assert_memory_equal(digest, abc_md5, sizeof(digest));
}

static void digests_agree_at_each_length(void **state)
{
    (void)state;
    uint8_t bytes[300], ours[32], theirs[32];
    for (unsigned i = 0; i < sizeof(bytes); i++)
        bytes[i] = (uint8_t)(i * 7 + 1);
    for (unsigned len = 0; len <= sizeof(bytes); len++) {
        struct md5_ctx m;
        md5_init(&m);
        md5_update(&m, len, bytes);
        md5_digest(&m, 16, theirs);
        md5(bytes, len, ours);
        assert_memory_equal(ours, theirs, 16);
        struct sha256_ctx n;
        sha256_init(&n);
        sha256_update(&n, len, bytes);
        sha256_digest(&n, 32, theirs);
        struct sha256 s;
        sha256_start(&s);
        sha256_add(&s, bytes, len / 3); /* in two pieces */
        sha256_add(&s, bytes + len / 3, len - len / 3);
        sha256_end(&s, ours);
        assert_memory_equal(ours, theirs, 32);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(md5_of_abc),
        cmocka_unit_test(digests_agree_at_each_length),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
