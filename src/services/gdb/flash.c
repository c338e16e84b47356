/* SPDX-License-Identifier: Apache-2.0 */
#include "services/gdb/gdb_int.h"

#include <stdlib.h>

void gdb_flash_forget(struct gdb_client *client)
{
    struct gdb_flash *f = &client->flash;
    for (size_t i = 0; i < f->piece_count; i++)
        buf_fini(&f->pieces[i].bytes);
    free(f->pieces);
    free(f->erased);
    *f = (struct gdb_flash){0};
}

const struct gdb_packet gdb_flash_packets[] = {{NULL, NULL}};
