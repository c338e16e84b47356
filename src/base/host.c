/* SPDX-License-Identifier: Apache-2.0 */
/* The files of /sys/bus/usb/devices: Documentation/ABI/stable/sysfs-bus-usb of Linux. */
#include "base/host.h"

#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const struct host_roots host_roots = {"/sys/bus/usb/devices", "/dev/bus/usb", "/proc"};

void host_read_line(char *text, size_t room, const char *path)
{
    FILE *f = fopen(path, "r");
    text[0] = '\0';
    if (!f)
        return;
    if (!fgets(text, (int)room, f))
        text[0] = '\0';
    fclose(f);
    text[strcspn(text, "\n")] = '\0';
    for (char *p = text; *p; p++)
        *p = isprint((unsigned char)*p) ? *p : '?';
}

static void read_attribute(char *text, size_t room, const struct host_roots *roots, const char *device,
                           const char *attribute)
{
    char path[2 * HOST_PATH];
    snprintf(path, sizeof path, "%s/%s/%s", roots->sys_usb, device, attribute);
    host_read_line(text, room, path);
}

static unsigned long read_number(const struct host_roots *roots, const char *device, const char *attribute, int base)
{
    char text[HOST_NAME];
    read_attribute(text, sizeof text, roots, device, attribute);
    return strtoul(text, NULL, base);
}

static void read_driver(char *text, size_t room, const struct host_roots *roots, const char *device)
{
    char path[2 * HOST_PATH], target[HOST_PATH];
    snprintf(path, sizeof path, "%s/%s/%s:1.0/driver", roots->sys_usb, device, device);
    ssize_t len = readlink(path, target, sizeof target - 1);
    target[len > 0 ? len : 0] = '\0';
    const char *slash = strrchr(target, '/');
    const char *name = slash ? slash + 1 : target;
    snprintf(text, room, "%.*s", (int)room - 1, name);
}

static void read_device(struct host_usb *u, const struct host_roots *roots, const char *device)
{
    *u = (struct host_usb){0};
    snprintf(u->place, sizeof u->place, "%.*s", HOST_NAME - 1, device);
    u->vendor = (uint16_t)read_number(roots, device, "idVendor", 16);
    u->product = (uint16_t)read_number(roots, device, "idProduct", 16);
    read_attribute(u->name, sizeof u->name, roots, device, "product");
    read_attribute(u->serial, sizeof u->serial, roots, device, "serial");
    read_driver(u->driver, sizeof u->driver, roots, device);
    snprintf(u->node, sizeof u->node, "%s/%03lu/%03lu", roots->dev_usb, read_number(roots, device, "busnum", 10),
             read_number(roots, device, "devnum", 10));
    u->can_open = access(u->node, R_OK | W_OK) == 0;
}

size_t host_usb_list(const struct host_roots *roots, struct host_usb *out, size_t room)
{
    struct dirent **entries;
    size_t found = 0;
    int count = scandir(roots->sys_usb, &entries, NULL, alphasort);
    for (int i = 0; i < count; i++) {
        const char *name = entries[i]->d_name;
        bool is_device = isdigit((unsigned char)name[0]) && !strchr(name, ':'); /* others are hubs' roots, interfaces */
        if (is_device && found < room)
            read_device(&out[found], roots, name);
        found += is_device;
        free(entries[i]);
    }
    if (count >= 0)
        free(entries);
    return found;
}

bool host_is_wsl(const struct host_roots *roots)
{
    char path[HOST_PATH], text[HOST_PATH];
    snprintf(path, sizeof path, "%s/version", roots->proc);
    host_read_line(text, sizeof text, path);
    for (char *p = text; *p; p++)
        *p = (char)tolower((unsigned char)*p);
    return strstr(text, "microsoft") != NULL;
}

bool host_find_program(const char *path, const char *name, char *found, size_t room)
{
    if (!path)
        path = getenv("PATH");
    while (path && *path) {
        size_t len = strcspn(path, ":");
        snprintf(found, room, "%.*s/%s", (int)len, path, name);
        if (len && access(found, X_OK) == 0)
            return true;
        path += len + (path[len] == ':');
    }
    return false;
}
