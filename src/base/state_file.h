/* SPDX-License-Identifier: Apache-2.0 */
/* Files in which a program remembers something from one run to the next: $XDG_STATE_HOME/espocd/..., or ~/.local/state/espocd/...
   (XDG Base Directory Specification). One program at a time has one. Linux. */
#ifndef BASE_STATE_FILE_H
#define BASE_STATE_FILE_H

#include "base/bytes.h"
#include "base/log.h"

enum { STATE_PATH = 4096 };

/* The path of a file of that name in that folder; nothing is made. ERR_NOT_FOUND when neither variable is set. */
enum err state_path(struct log *log, const char *folder, const char *name, char path[STATE_PATH]) MUST_USE;
/* Whether there is a file in the folder whose name begins so. */
bool state_has_any(const char *folder, const char *prefix);

struct state_file {
    int fd; /* 0: not open */
    char path[STATE_PATH];
};

/* Opens the file, or makes it and its folders, and locks it. ERR_STATE when another program has it. */
enum err state_file_open(struct log *log, struct state_file *f, const char *path) MUST_USE;
/* All of it. */
enum err state_file_read(struct log *log, struct state_file *f, struct buf *out) MUST_USE;
/* Behind what is there; on the disk when it returns, and so is the file's name. */
enum err state_file_append(struct log *log, struct state_file *f, const void *bytes, size_t len) MUST_USE;
/* Cuts it to that length. */
enum err state_file_cut(struct log *log, struct state_file *f, size_t len) MUST_USE;
/* Removes and closes it. */
enum err state_file_remove(struct log *log, struct state_file *f) MUST_USE;
void state_file_close(struct state_file *f); /* takes a zeroed one */

#endif
