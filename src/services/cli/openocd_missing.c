/* SPDX-License-Identifier: Apache-2.0 */
/* The command line of OpenOCD. */
#include "services/cli/cli.h"

#include <stdio.h>
#include <string.h>

int cmd_openocd(int argc, char **argv)
{
    if (argc > 1 && (!strcmp(argv[1], "-v") || !strcmp(argv[1], "--version"))) {
        fprintf(stderr, "espocd %s\n", ESPOCD_VERSION);
        return CLI_DONE;
    }
    fprintf(stderr, "espocd: the command line of OpenOCD is not there yet\n");
    return CLI_FAILED;
}
