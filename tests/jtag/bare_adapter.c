/* SPDX-License-Identifier: Apache-2.0 */
/* The dispatcher of src/adapter without its list, which would need the whole virtual board. */
#include "adapter/adapter.h"

enum err adapter_execute(struct adapter *a, struct batch *b)
{
    a->executes++;
    a->tcks += batch_tcks(b);
    return a->ops->execute(a, b);
}

const struct clock *adapter_clock(const struct adapter *a)
{
    return &a->clock;
}

enum err adapter_set_reset(struct adapter *a, bool trst, bool srst)
{
    return a->ops->set_reset ? a->ops->set_reset(a, trst, srst) : ERR_UNSUPPORTED;
}
