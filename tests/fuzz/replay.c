/* SPDX-License-Identifier: Apache-2.0 */
/* Gives every file of the folders named to the fuzz target, so that a corpus is a regression test for any compiler. */
#include "fuzz.h"

#include "base/bytes.h"
#include "base/file.h"
#include "base/log.h"

#include <dirent.h>
#include <string.h>

static int replay_file(const char *path)
{
    struct log log;
    struct buf file = {0};
    log_init(&log, LOG_SILENT);
    if (file_read(&log, path, &file)) {
        fprintf(stderr, "%s\n", log.why);
        return 1;
    }
    uint8_t *exact = malloc(file.len ? file.len : 1); /* no room behind it, for the sanitizer */
    if (!exact)
        abort();
    if (file.len)
        memcpy(exact, file.bytes, file.len);
    LLVMFuzzerTestOneInput(exact, file.len);
    free(exact);
    buf_fini(&file);
    return 0;
}

static int replay_folder(const char *folder, unsigned *count)
{
    int failed = 0;
    DIR *dir = opendir(folder);
    if (!dir) {
        perror(folder);
        return 1;
    }
    for (struct dirent *entry; (entry = readdir(dir));) {
        char path[4096];
        if (entry->d_name[0] == '.')
            continue;
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        failed |= replay_file(path);
        ++*count;
    }
    closedir(dir);
    return failed;
}

int main(int argc, char **argv)
{
    unsigned count = 0;
    int failed = argc < 2;
    for (int i = 1; i < argc; i++)
        failed |= replay_folder(argv[i], &count);
    printf("%u inputs\n", count);
    return failed || !count;
}
