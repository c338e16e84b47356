/* SPDX-License-Identifier: Apache-2.0 */
/* Whole files, with errors that name the file and say why. */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include "base/bytes.h"
#include "base/log.h"

/* Appends the whole file to out. ERR_NOT_FOUND or ERR_IO with the path and the system's reason. */
enum err file_read(struct log *log, const char *path, struct buf *out) MUST_USE;
/* Writes a new file or replaces one, through a temporary file beside it, so that a crash leaves the old one whole. */
enum err file_write(struct log *log, const char *path, const void *bytes, size_t len) MUST_USE;

#endif
