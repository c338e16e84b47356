/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz.h"

#include "layout/flasher_args.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct flasher_args a;
    if (!flasher_args_from_json(NULL, (const char *)bytes, len, &a))
        PROMISE(a.count && a.files[0].path);
    flasher_args_fini(&a);
    if (!flasher_args_from_text(NULL, (const char *)bytes, len, &a))
        PROMISE(a.count && a.files[0].path);
    flasher_args_fini(&a);
    return 0;
}
