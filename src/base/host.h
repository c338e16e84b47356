/* SPDX-License-Identifier: Apache-2.0 */
/* What is found on the machine that the program runs on: USB devices, programs, who has a port, the kind of system. Linux;
   elsewhere nothing is found. Nothing is opened or changed. */
#ifndef BASE_HOST_H
#define BASE_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Where to look: tests have trees of their own. */
struct host_roots {
    const char *sys_usb; /* "/sys/bus/usb/devices" */
    const char *dev_usb; /* "/dev/bus/usb" */
    const char *proc;    /* "/proc" */
};
extern const struct host_roots host_roots;

enum { HOST_NAME = 64, HOST_PATH = 256 };

struct host_usb {
    uint16_t vendor, product;
    char name[HOST_NAME], serial[HOST_NAME]; /* as the device says; "" when it does not */
    char place[HOST_NAME];                   /* "1-2.4": bus, and ports on the way */
    char node[HOST_PATH];                    /* "/dev/bus/usb/001/004" */
    bool can_open;                           /* this user may read and write it */
    char driver[HOST_NAME];                  /* of the system that has its first interface; "" for none */
};

/* Fills at most room; returns how many there are. */
size_t host_usb_list(const struct host_roots *roots, struct host_usb *out, size_t room);
/* The Windows Subsystem for Linux, where USB devices are not seen unless they are attached to it. */
bool host_is_wsl(const struct host_roots *roots);
/* Looks along PATH (NULL: the environment's). */
bool host_find_program(const char *path, const char *name, char *found, size_t room);
/* Who listens on a TCP port: "openocd, process 4711", "this program itself"; "" when the system does not tell this user. */
void host_port_holder(const struct host_roots *roots, unsigned port, char *text, size_t room);
/* The first line of a file, without what a terminal would obey; "" when there is none. */
void host_read_line(char *text, size_t room, const char *path);

#endif
