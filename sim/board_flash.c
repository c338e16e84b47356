/* SPDX-License-Identifier: Apache-2.0 */
/* The file that keeps a virtual board's flash between runs: the bare content, as large as the chip. */
#include "sim/board_int.h"

#include "base/file.h"

#include <string.h>

enum err board_load_flash(struct board *b)
{
    struct buf content = {0};
    if (!b->flash_path)
        return ERR_OK;
    enum err e = file_read(b->log, b->flash_path, &content);
    if (e == ERR_NOT_FOUND) {
        log_info(b->log, "%s does not exist yet: the flash is blank", b->flash_path);
        err_forget(b->log);
        return ERR_OK;
    }
    if (!e && content.len != nor_size(b->nor))
        e = err_at(b->log, ERR_RANGE,
                   "%s has %zu bytes, but the board's flash has %u; give a file of that size, or none to start blank",
                   b->flash_path, content.len, nor_size(b->nor));
    if (!e)
        memcpy(nor_bytes(b->nor), content.bytes, content.len);
    buf_fini(&content);
    return e;
}

enum err board_sync(struct board *b)
{
    if (!b->flash_path)
        return ERR_OK;
    board_catch_up(b);
    return file_write(b->log, b->flash_path, nor_bytes(b->nor), nor_size(b->nor));
}
