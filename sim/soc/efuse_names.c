/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/soc/efuse_names.h"

#include "base/bits.h"
#include "base/bytes.h"
#include "sim/soc/soc_int.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static enum err refuse_name(struct soc *s, const struct efuse_names *names, const char *name)
{
    struct buf known = {0};
    for (const struct efuse_field *f = names->fields; f->name; f++)
        buf_printf(&known, "%s, ", f->name);
    for (const struct efuse_bytes *b = names->bytes; b->name; b++)
        buf_printf(&known, "%s%s", b == names->bytes ? "" : ", ", b->name);
    enum err e = err_at(s->log, ERR_USAGE, "the virtual %s has no eFuse '%s' to set; it has %s", s->kind->title, name,
                        buf_str(&known));
    buf_fini(&known);
    return e;
}

static enum err set_field(struct soc *s, const struct efuse_names *names, const struct efuse_field *f,
                          const char *value)
{
    char *end;
    errno = 0;
    unsigned long long number = strtoull(value, &end, 0);
    uint32_t most = field_get(f->mask, f->mask);
    if (!isdigit((unsigned char)*value) || *end)
        return err_at(s->log, ERR_USAGE,
                      "the value '%s' of the eFuse %s is no number; write it decimal, or hex with 0x", value, f->name);
    if (errno || number > most)
        return err_at(s->log, ERR_USAGE, "the value %s does not fit into the eFuse %s; the largest is 0x%x", value,
                      f->name, most);
    *names->word(s, f->word) |= field_put(f->mask, 0, (uint32_t)number);
    return ERR_OK;
}

static int nibble(char c)
{
    return isdigit((unsigned char)c) ? c - '0' : isxdigit((unsigned char)c) ? tolower((unsigned char)c) - 'a' + 10 : -1;
}

int efuse_parse_hex(const char *text, uint8_t *bytes, int room)
{
    int count = 0;
    if (text[0] == '0' && tolower((unsigned char)text[1]) == 'x')
        text += 2;
    for (; *text; text += 2, count++) {
        int high = nibble(text[0]), low = high < 0 ? -1 : nibble(text[1]);
        if (low < 0)
            return -1;
        if (count < room)
            bytes[count] = (uint8_t)(16 * high + low);
    }
    return count;
}

enum err efuse_names_burn(struct soc *s, const struct efuse_names *names, const char *name, const char *value)
{
    for (const struct efuse_field *f = names->fields; f->name; f++)
        if (!strcasecmp(f->name, name))
            return set_field(s, names, f, value);
    for (const struct efuse_bytes *b = names->bytes; b->name; b++)
        if (!strcasecmp(b->name, name))
            return names->set_bytes(s, b, value);
    return refuse_name(s, names, name);
}
