/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz.h"

#include "layout/image.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct image im;
    struct findings f = {0};
    image_parse(bytes, len, &im, &f);
    PROMISE(im.has_header || f.count);
    PROMISE(im.is_complete || findings_count(&f, FINDING_ERROR));
    PROMISE(im.len <= len);
    for (unsigned n = 0; n < im.segment_count; n++)
        PROMISE(im.segments[n].offset <= len && im.segments[n].len <= len - im.segments[n].offset);
    if (im.is_complete) {
        uint8_t *copy = malloc(len);
        struct image again;
        PROMISE(copy);
        memcpy(copy, bytes, len);
        PROMISE(!image_patch(NULL, copy, len, 1, 2, 3));
        image_parse(copy, len, &again, NULL);
        PROMISE(again.header.spi_mode == 1 && again.header.freq == 2 && again.header.size == 3);
        PROMISE(!again.is_hash_there || !memcmp(again.sha256, again.sha256_right, SHA256_LEN));
        free(copy);
    }
    findings_fini(&f);
    return 0;
}
