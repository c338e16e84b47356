/* SPDX-License-Identifier: Apache-2.0 */
/* The list of parts, by maker. */
#include "sim/nor/nor_int.h"

#include "base/bytes.h"

#include <strings.h>

static const struct nor_part *const makers[] = {
    nor_parts_winbond, nor_parts_gigadevice, nor_parts_macronix, nor_parts_issi, nor_parts_others, nor_parts_odd, NULL,
};

const struct nor_part *nor_part_at(size_t index)
{
    for (const struct nor_part *const *maker = makers; *maker; maker++) {
        for (const struct nor_part *p = *maker; p->name; p++)
            if (index-- == 0)
                return p;
    }
    return NULL;
}

const struct nor_part *nor_part_find(const char *name)
{
    const struct nor_part *p;
    for (size_t i = 0; (p = nor_part_at(i)); i++)
        if (!strcasecmp(p->name, name))
            break;
    return p;
}

enum err nor_part_parse(struct log *log, const char *name, const struct nor_part **part)
{
    *part = nor_part_find(name);
    if (*part)
        return ERR_OK;
    struct buf known = {0};
    const struct nor_part *p;
    for (size_t i = 0; (p = nor_part_at(i)); i++)
        buf_printf(&known, "%s%s", i ? ", " : "", p->name);
    enum err e = err_at(log, ERR_USAGE, "there is no virtual flash chip '%s'; there are: %s", name, buf_str(&known));
    buf_fini(&known);
    return e;
}

const char *nor_part_name(const struct nor_part *part)
{
    return part->name;
}

const char *nor_part_maker(const struct nor_part *part)
{
    return part->family->maker;
}

uint32_t nor_part_size(const struct nor_part *part)
{
    return part->size;
}

const uint8_t *nor_part_id(const struct nor_part *part)
{
    return part->id;
}
