/* SPDX-License-Identifier: Apache-2.0 */
/* The host's side of the cable. */
#include "services/cli/doctor.h"
#include "services/cli/gdb_find.h"

#include <stdlib.h>
#include <string.h>

/* USB devices that reach an Espressif chip's JTAG. Sources: usb.ids; tcl/interface of OpenOCD; ESP USB JTAG: usb_serial_jtag
   of esp-idf; product 0: any of the maker. */
static const struct known_usb {
    uint16_t vendor, product;
    const char *what;
} known_usb[] = {
    {0x303A, 0x1001, "the USB JTAG that is built into an Espressif chip"},
    {0x303A, 0x1002, "an ESP USB Bridge"},
    {0x0403, 0x6010, "an FT2232H (ESP-Prog, WROVER-KIT)"},
    {0x0403, 0x6011, "an FT4232H"},
    {0x0403, 0x6014, "an FT232H"},
    {0x1366, 0, "a J-Link"},
    {0x0D28, 0x0204, "a CMSIS-DAP probe"},
    {0x2E8A, 0x000C, "a CMSIS-DAP probe (Picoprobe)"},
};

enum { MAX_USB = 128 };

static const struct known_usb *find_known(const struct host_usb *u)
{
    for (size_t i = 0; i < sizeof known_usb / sizeof known_usb[0]; i++) {
        const struct known_usb *k = &known_usb[i];
        if (k->vendor == u->vendor && (!k->product || k->product == u->product))
            return k;
    }
    return NULL;
}

static void judge_usb(struct verdicts *v, const struct host_usb *u, const struct known_usb *k)
{
    if (!u->can_open)
        verdict_add(
            v, VERDICT_BAD, "usb",
            "let the system give USB devices of this maker to the user at the screen: a file in /etc/udev/rules.d "
            "with SUBSYSTEM==\"usb\", ATTR{idVendor}==\"VVVV\", TAG+=\"uaccess\", then plug it in again",
            "%s is at USB %s, and this user may not open %s (maker %04x)", k->what, u->place, u->node, u->vendor);
    else if (u->driver[0] && strcmp(u->driver, "usbfs") && u->vendor == 0x0403)
        verdict_add(v, VERDICT_NOTE, "usb",
                    "nothing, as long as nobody has its serial port open; the driver lets go when JTAG is opened",
                    "%s is at USB %s, serial number %s; the system's driver %s has its first channel", k->what,
                    u->place, u->serial[0] ? u->serial : "none", u->driver);
    else
        verdict_good(v, "usb", "%s is at USB %s, serial number %s", k->what, u->place,
                     u->serial[0] ? u->serial : "none");
}

static void look_at_usb(struct verdicts *v, const struct host_roots *roots)
{
    struct host_usb *list = calloc(MAX_USB, sizeof *list);
    size_t count = list ? host_usb_list(roots, list, MAX_USB) : 0, known = 0;
    for (size_t i = 0; i < count && i < MAX_USB; i++) {
        const struct known_usb *k = find_known(&list[i]);
        if (k)
            judge_usb(v, &list[i], k);
        known += k != NULL;
    }
    free(list);
    if (!known && host_is_wsl(roots))
        verdict_add(v, VERDICT_NOTE, "usb",
                    "in Windows: usbipd list, usbipd bind --busid BUS, usbipd attach --wsl --busid BUS",
                    "no JTAG adapter is on the USB, and this is Windows' Linux subsystem, which sees devices only when "
                    "they are attached to it");
    else if (!known)
        verdict_add(v, VERDICT_NOTE, "usb", "plug one in, or use --sim; a cable may have no data lines",
                    "no JTAG adapter is on the USB (%zu other devices)", count);
}

/* path is a test's own: then nothing else of this machine counts. */
static void look_for_gdb(struct verdicts *v, const char *path, const struct chip *chip)
{
    char found[HOST_PATH];
    bool is_found = false;
    for (size_t i = 0; chip_list[i] && !is_found; i++) {
        if (!chip || chip_list[i] == chip)
            is_found = gdb_search(chip_list[i], path, path ? "" : NULL, found, sizeof found);
    }
    if (is_found)
        verdict_good(v, "gdb", "%s", found);
    else
        verdict_add(v, VERDICT_NOTE, "gdb", gdb_remedy(chip ? chip : chip_list[0]),
                    "no GDB for %s is found; it is not needed to program", chip ? chip->title : "any chip");
}

void doctor_host(struct verdicts *v, const struct host_roots *roots, const char *path, const struct chip *chip)
{
    look_at_usb(v, roots);
    look_for_gdb(v, path, chip);
}
