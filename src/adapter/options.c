/* SPDX-License-Identifier: Apache-2.0 */
#include "adapter/options.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum err option_number(struct log *log, const char *option, const char *value, uint32_t max, uint32_t *number)
{
    char *end;
    errno = 0;
    unsigned long long v = strtoull(value, &end, 0);
    if (!isdigit((unsigned char)value[0]) || *end || errno)
        return err_at(log, ERR_USAGE, "%s: \"%s\" is not a number", option, value);
    if (v > max)
        return err_at(log, ERR_RANGE, "%s: %s is too large; the largest is %u", option, value, max);
    *number = (uint32_t)v;
    return ERR_OK;
}

enum err option_bool(struct log *log, const char *option, const char *value, bool *is_on)
{
    static const char *const words[][2] = {{"off", "on"}, {"0", "1"}, {"no", "yes"}, {"false", "true"}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        for (unsigned on = 0; on < 2; on++) {
            if (!strcmp(words[i][on], value)) {
                *is_on = on;
                return ERR_OK;
            }
        }
    }
    return err_at(log, ERR_USAGE, "%s: \"%s\" is neither on nor off", option, value);
}

enum err option_string(struct log *log, const char *value, char **string)
{
    char *copy = *value ? strdup(value) : NULL;
    if (*value && !copy)
        return err_at(log, ERR_MEMORY, "no memory for an option of the adapter");
    free(*string);
    *string = copy;
    return ERR_OK;
}
