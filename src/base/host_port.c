/* SPDX-License-Identifier: Apache-2.0 */
/* Who has a port: the inode of the listening socket in /proc/net/tcp and tcp6 (Documentation/networking/proc_net_tcp.rst of
   Linux), and then the process with an open file of that name (proc_pid_fd(5)). */
#include "base/host.h"

#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { TCP_LISTEN = 0x0A, LINE = 512 };

/* One line: number, local and remote address with port, state, queues, timer, retransmits, user, timeout, inode. */
static bool is_listener(const char *line, unsigned port, unsigned long *inode)
{
    unsigned local, state;
    return sscanf(line, "%*s %*[0-9A-Fa-f]:%x %*s %x %*s %*s %*s %*s %*s %lu", &local, &state, inode) == 3 &&
           local == port && state == TCP_LISTEN;
}

static bool find_inode(const struct host_roots *roots, const char *table, unsigned port, unsigned long *inode)
{
    char path[HOST_PATH], line[LINE];
    snprintf(path, sizeof path, "%s/net/%s", roots->proc, table);
    FILE *f = fopen(path, "r");
    bool found = false;
    while (f && !found && fgets(line, sizeof line, f))
        found = is_listener(line, port, inode);
    if (f)
        fclose(f);
    return found;
}

/* Whether the process has the socket open; false where this user may not look. */
static bool has_open(const struct host_roots *roots, const char *process, const char *wanted)
{
    char folder[2 * HOST_PATH], target[HOST_NAME];
    snprintf(folder, sizeof folder, "%s/%s/fd", roots->proc, process);
    DIR *d = opendir(folder);
    bool found = false;
    for (struct dirent *entry; d && !found && (entry = readdir(d));) {
        ssize_t len = readlinkat(dirfd(d), entry->d_name, target, sizeof target - 1);
        target[len > 0 ? len : 0] = '\0';
        found = !strcmp(target, wanted);
    }
    if (d)
        closedir(d);
    return found;
}

static void describe(const struct host_roots *roots, const char *process, char *text, size_t room)
{
    char path[2 * HOST_PATH], name[HOST_NAME] = "";
    if (strtoul(process, NULL, 10) == (unsigned long)getpid()) {
        snprintf(text, room, "this program itself");
        return;
    }
    snprintf(path, sizeof path, "%s/%s/comm", roots->proc, process);
    host_read_line(name, sizeof name, path);
    snprintf(text, room, "%s, process %s", name[0] ? name : "a program", process);
}

void host_port_holder(const struct host_roots *roots, unsigned port, char *text, size_t room)
{
    unsigned long inode;
    text[0] = '\0';
    if (!find_inode(roots, "tcp", port, &inode) && !find_inode(roots, "tcp6", port, &inode))
        return;
    char wanted[HOST_NAME];
    snprintf(wanted, sizeof wanted, "socket:[%lu]", inode);
    DIR *d = opendir(roots->proc);
    for (struct dirent *entry; d && !text[0] && (entry = readdir(d));)
        if (isdigit((unsigned char)entry->d_name[0]) && has_open(roots, entry->d_name, wanted))
            describe(roots, entry->d_name, text, room);
    if (d)
        closedir(d);
}
