/* SPDX-License-Identifier: Apache-2.0 */
#include "base/file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static enum err cannot(struct log *log, const char *verb, const char *path)
{
    return err_at(log, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, "cannot %s '%s': %s", verb, path, strerror(errno));
}

enum err file_read(struct log *log, const char *path, struct buf *out)
{
    FILE *f = fopen(path, "rb");
    if (!f)
        return cannot(log, "open", path);
    struct stat st;
    if (fstat(fileno(f), &st) == 0 && S_ISDIR(st.st_mode)) {
        fclose(f);
        return err_at(log, ERR_IO, "cannot read '%s': it is a directory", path);
    }
    uint8_t part[65536];
    size_t got;
    while ((got = fread(part, 1, sizeof part, f)) > 0)
        buf_append(out, part, got);
    enum err e = ERR_OK;
    if (ferror(f))
        e = cannot(log, "read", path);
    else if (out->failed)
        e = err_at(log, ERR_MEMORY, "no memory to read '%s'", path);
    fclose(f);
    return e;
}

enum err file_write(struct log *log, const char *path, const void *bytes, size_t len)
{
    char temporary[4096];
    if (snprintf(temporary, sizeof temporary, "%s.new", path) >= (int)sizeof temporary)
        return err_at(log, ERR_USAGE, "the file name '%.80s...' is too long", path);
    FILE *f = fopen(temporary, "wb");
    if (!f)
        return cannot(log, "create", temporary);
    bool wrote = fwrite(bytes, 1, len, f) == len;
    bool closed = fclose(f) == 0;
    if (!wrote || !closed || rename(temporary, path) != 0) {
        enum err e = cannot(log, "write", path);
        remove(temporary);
        return e;
    }
    return ERR_OK;
}
