/* SPDX-License-Identifier: Apache-2.0 */
/* The register list as GDB numbers and names it; what differs between instruction sets is in their lists. */
#include "target/target_int.h"

enum { WORD_BITS = 32, WORD_BYTES = 4, BYTE_BITS = 8 };

const char *core_gdb_architecture(const struct core *c)
{
    return c->ops->gdb_architecture;
}

unsigned core_gdb_number(const struct core *c, unsigned index)
{
    return c->ops->gdb_number ? c->ops->gdb_number(&c->ops->regs[index]) : index;
}

int core_reg_of_gdb_number(const struct core *c, unsigned number)
{
    size_t count = *c->ops->reg_count;
    if (number < count && core_gdb_number(c, number) == number)
        return (int)number;
    for (unsigned i = 0; i < count; i++)
        if (core_gdb_number(c, i) == number)
            return (int)i;
    return -1;
}

/* A narrow register travels as a word. */
unsigned reg_desc_gdb_bytes(const struct reg_desc *d)
{
    return d->bits <= WORD_BITS ? WORD_BYTES : d->bits / BYTE_BITS;
}
