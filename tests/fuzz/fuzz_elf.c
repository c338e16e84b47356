/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz.h"

#include "layout/image.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct image_options options = image_options_default(image_chip_find("esp32"));
    struct buf out = {0};
    struct findings f = {0};
    struct image im;
    if (!image_from_elf(NULL, &options, bytes, len, &out)) {
        image_parse(out.bytes, out.len, &im, &f);
        PROMISE(im.is_complete && im.len == out.len);
        PROMISE(!findings_count(&f, FINDING_ERROR));
    }
    findings_fini(&f);
    buf_fini(&out);
    return 0;
}
