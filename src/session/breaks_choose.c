/* SPDX-License-Identifier: Apache-2.0 */
#include "session/breaks_int.h"

void break_choose(struct break_choice *list, size_t count)
{
    unsigned rank = 0;
    for (unsigned old = 0; old < 2; old++) {
        for (size_t i = 0; i < count; i++) {
            struct break_choice *c = &list[i];
            if (old == 0)
                c->takes_slot = !c->is_in_flash;
            if (c->takes_slot && c->is_old == old)
                c->rank = rank++;
        }
    }
}
