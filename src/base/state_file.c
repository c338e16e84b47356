/* SPDX-License-Identifier: Apache-2.0 */
#include "base/state_file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FOLDER_MODE = 0700, FILE_MODE = 0600 };

static enum err cannot(struct log *log, const char *verb, const char *path)
{
    return err_at(log, ERR_IO, "cannot %s '%s': %s", verb, path, strerror(errno));
}

/* False when neither is set; relative paths do not count, as the specification says. */
static bool find_folder(const char *folder, char path[STATE_PATH])
{
    const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
    int len = 0;
    if (state && *state == '/')
        len = snprintf(path, STATE_PATH, "%s/espocd/%s", state, folder);
    else if (home && *home == '/')
        len = snprintf(path, STATE_PATH, "%s/.local/state/espocd/%s", home, folder);
    return len > 0 && len < STATE_PATH;
}

enum err state_path(struct log *log, const char *folder, const char *name, char path[STATE_PATH])
{
    char in[STATE_PATH];
    bool is_there = find_folder(folder, in);
    int len = is_there ? snprintf(path, STATE_PATH, "%s/%s", in, name) : 0;
    if (len > 0 && len < STATE_PATH)
        return ERR_OK;
    return err_at(log, ERR_NOT_FOUND,
                  "neither XDG_STATE_HOME nor HOME names a folder in which something could be remembered");
}

bool state_has_any(const char *folder, const char *prefix)
{
    char path[STATE_PATH];
    DIR *dir = find_folder(folder, path) ? opendir(path) : NULL;
    bool has = false;
    for (struct dirent *entry; dir && !has && (entry = readdir(dir));)
        has = !strncmp(entry->d_name, prefix, strlen(prefix));
    if (dir)
        closedir(dir);
    return has;
}

/* Every folder on the way to the file. */
static bool make_folders(const char *path)
{
    char part[STATE_PATH];
    bool is_good = true;
    for (const char *slash = strchr(path + 1, '/'); slash && is_good; slash = strchr(slash + 1, '/')) {
        snprintf(part, sizeof part, "%.*s", (int)(slash - path), path);
        is_good = mkdir(part, FOLDER_MODE) == 0 || errno == EEXIST;
    }
    return is_good;
}

enum err state_file_open(struct log *log, struct state_file *f, const char *path)
{
    if (f->fd)
        return ERR_OK;
    int fd = make_folders(path) ? open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, FILE_MODE) : -1;
    if (fd < 0)
        return cannot(log, "open", path);
    if (flock(fd, LOCK_EX | LOCK_NB)) {
        close(fd);
        return err_at(log, ERR_STATE, "'%s' is in use by another program", path);
    }
    f->fd = fd;
    snprintf(f->path, sizeof f->path, "%s", path);
    return ERR_OK;
}

enum err state_file_read(struct log *log, struct state_file *f, struct buf *out)
{
    uint8_t part[4096];
    ssize_t got;
    for (off_t at = 0; (got = pread(f->fd, part, sizeof part, at)) > 0; at += got)
        buf_append(out, part, (size_t)got);
    if (got < 0)
        return cannot(log, "read", f->path);
    return out->failed ? ERR_MEMORY : ERR_OK;
}

/* A new file is on the disk when its folder is. */
static bool sync_folder(const char *path)
{
    char folder[STATE_PATH];
    snprintf(folder, sizeof folder, "%.*s", (int)(strrchr(path, '/') - path), path);
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool is_good = fd >= 0 && fsync(fd) == 0;
    if (fd >= 0)
        close(fd);
    return is_good;
}

enum err state_file_append(struct log *log, struct state_file *f, const void *bytes, size_t len)
{
    const uint8_t *at = bytes;
    struct stat st = {0};
    bool is_new = fstat(f->fd, &st) == 0 && st.st_size == 0;
    while (len) {
        ssize_t wrote = write(f->fd, at, len);
        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote <= 0)
            return cannot(log, "write", f->path);
        at += wrote;
        len -= (size_t)wrote;
    }
    if (fsync(f->fd) || (is_new && !sync_folder(f->path)))
        return cannot(log, "write", f->path);
    return ERR_OK;
}

enum err state_file_cut(struct log *log, struct state_file *f, size_t len)
{
    return ftruncate(f->fd, (off_t)len) ? cannot(log, "cut", f->path) : ERR_OK;
}

enum err state_file_remove(struct log *log, struct state_file *f)
{
    if (!f->fd)
        return ERR_OK;
    enum err e = unlink(f->path) && errno != ENOENT ? cannot(log, "remove", f->path) : ERR_OK;
    state_file_close(f);
    return e;
}

void state_file_close(struct state_file *f)
{
    if (f->fd)
        close(f->fd);
    *f = (struct state_file){0};
}
