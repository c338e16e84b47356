/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz.h"

#include "services/gdb/agent.h"

#include <string.h>

static bool read_memory(void *ctx, uint32_t addr, void *bytes, size_t len)
{
    PROMISE(len <= 8);
    *(unsigned *)ctx += 1;
    memset(bytes, (int)(addr & 0xFF), len);
    return addr % 16 != 15;
}

static bool read_register(void *ctx, unsigned number, uint64_t *value)
{
    *(unsigned *)ctx += 1;
    *value = number * 0x01010101ULL;
    return number < 200;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    enum { STEPS = 1000 };
    unsigned asked = 0;
    uint64_t value = 0;
    const struct agent_ops ops = {.read = read_memory, .read_register = read_register, .ctx = &asked};
    bool is_good = agent_evaluate(bytes, len, &ops, STEPS, &value);
    PROMISE(asked <= STEPS && (is_good || !value));
    return 0;
}
