/* SPDX-License-Identifier: Apache-2.0 */
/* The program: a table of subcommands in front of the command line of OpenOCD. */
#include "services/cli/cli.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>

static const struct cli_command commands[] = {
    {"flash", "program files, a build or an ELF file into the flash", cmd_flash},
    {"verify", "compare files with the flash", cmd_verify},
    {"read", "read the flash into a file", cmd_read},
    {"erase", "erase the flash or a part of it", cmd_erase},
    {"map", "show what is in a flash, and what of it is mapped where", cmd_map},
    {"doctor", "look for everything that is wrong or odd, and say what helps", cmd_doctor},
    {"gdb", "debug the chip: server and GDB in one go", cmd_gdb},
    {"image", "look into, make and merge ESP images", cmd_image},
    {"partitions", "show, convert and check partition tables", cmd_partitions},
    {"sim", "serve a virtual board over remote_bitbang", cmd_sim},
    {NULL, NULL, NULL},
};

static void print_commands(FILE *out)
{
    for (const struct cli_command *c = commands; c->name; c++)
        fprintf(out, "  espocd %-12s%s\n", c->name, c->help);
}

static int print_help(void)
{
    printf("espocd programs and debugs Espressif chips over JTAG, and carries virtual boards.\n\n"
           "Commands ('espocd COMMAND --help' says more):\n");
    print_commands(stdout);
    printf("\nThe command line of OpenOCD:\n"
           "  espocd [-f FILE]... [-c COMMAND]... [-s DIR]... [-d[LEVEL]] [-l FILE]\n"
           "    -f, --file FILE       use a configuration file\n"
           "    -c, --command COMMAND run a command\n"
           "    -s, --search DIR      look for configuration files and scripts there too\n"
           "    -d, --debug[=LEVEL]   set the debug level (3 when none is given)\n"
           "    -l, --log_output FILE write the log to a file\n"
           "        --sim[=BOARD]     use a virtual board instead of the adapter\n"
           "        --sim-flash FILE  keep the virtual board's flash in a file\n"
           "        --sim-flash-part PART\n"
           "                          " CLI_PART_HELP "\n"
           "        --sim-flash-state NAME[,NAME...][@MS]\n"
           "                          " CLI_STATE_HELP "\n"
           "        --sim-uart[=FILE] show the virtual board's serial output (or write it to a file)\n"
           "        --sim-rom FILE    give the virtual board another boot ROM\n"
           "        --sim-efuse NAME=VALUE,...\n"
           "                          " CLI_EFUSE_HELP "\n"
           "        --sim-fault NAME[@TCKS]\n"
           "                          " CLI_FAULT_HELP "\n"
           "    -v, --version         show the version\n"
           "    -h, --help            show this help\n"
           "    --sim[=BOARD]         use a virtual board instead of the adapter; 'espocd flash --help' has its "
           "options\n\n"
           "Exit status: 0 done, 1 the job failed, 2 wrong usage, 3 no adapter or no chip.\n");
    return CLI_DONE;
}

static const struct cli_command *find_command(const char *name)
{
    for (const struct cli_command *c = commands; c->name; c++) {
        if (!strcmp(c->name, name))
            return c;
    }
    return NULL;
}

/* The command that was meant, when it is close to one; NULL. */
static const struct cli_command *nearest_command(const char *word)
{
    const struct cli_command *best = NULL;
    unsigned least = 3; /* a letter too many or too few, or two changed places */
    for (const struct cli_command *c = commands; c->name; c++) {
        unsigned d = text_distance(word, c->name);
        if (d < least && d < strlen(word)) {
            least = d;
            best = c;
        }
    }
    return best;
}

/* The first word is no command and no option. */
static int say_unknown(const char *word)
{
    const struct cli_command *near = nearest_command(word);
    if (text_ends_with(word, ".cfg") || text_ends_with(word, ".tcl")) {
        fprintf(stderr,
                "espocd: '%s' is no command. A configuration file is given with -f: espocd -f %s; 'espocd --help' says "
                "more.\n",
                word, word);
        return CLI_USAGE;
    }
    fprintf(stderr, "espocd: there is no command '%s'", word);
    if (near)
        fprintf(stderr, "; did you mean '%s'?", near->name);
    fprintf(stderr, "%s The commands are:\n", near ? "" : ".");
    print_commands(stderr);
    fprintf(stderr, "A configuration file is given with -f, a Tcl command with -c; 'espocd --help' says more.\n");
    return CLI_USAGE;
}

static int dispatch(int argc, char **argv)
{
    if (argc < 2)
        return cmd_openocd(argc, argv);
    if (!strcmp(argv[1], "-h") || !strcmp(argv[1], "--help") || !strcmp(argv[1], "help"))
        return print_help();
    const struct cli_command *command = find_command(argv[1]);
    if (command)
        return command->run(argc - 1, argv + 1);
    if (argv[1][0] == '-')
        return cmd_openocd(argc, argv);
    return say_unknown(argv[1]);
}

int main(int argc, char **argv)
{
    int status = dispatch(argc, argv);
    if (fflush(stdout) != 0 || ferror(stdout)) {
        fprintf(stderr, "espocd: the output could not be written (is the disk full, or the reader gone?)\n");
        return status ? status : CLI_FAILED;
    }
    return status;
}
