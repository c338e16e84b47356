/* SPDX-License-Identifier: Apache-2.0 */
#include "base/err.h"

#include <stddef.h>

static const struct {
    const char *name, *text;
} errors[] = {
#define ERR_ROW(name, text) [ERR_##name] = {#name, text},
    ERR_LIST(ERR_ROW)
#undef ERR_ROW
};

static const size_t error_count = sizeof errors / sizeof errors[0];

const char *err_text(enum err e)
{
    return (size_t)e < error_count ? errors[e].text : "unknown error";
}

const char *err_name(enum err e)
{
    return (size_t)e < error_count ? errors[e].name : "UNKNOWN";
}
