/* SPDX-License-Identifier: Apache-2.0 */
/* The command line of OpenOCD: its options, in their order, then serving. */
#include "services/cli/cli.h"
#include "services/cli/openocd_int.h"

#include "base/text.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

enum {
    OPTION_SIM = 256,
    OPTION_SIM_PART,
    OPTION_SIM_STATE,
    OPTION_SIM_FLASH,
    OPTION_SIM_UART,
    OPTION_SIM_ROM,
    OPTION_SIM_EFUSE,
    OPTION_SIM_FAULT
};

static const struct option long_options[] = {
    {"help", no_argument, NULL, 'h'},
    {"version", no_argument, NULL, 'v'},
    {"debug", optional_argument, NULL, 'd'},
    {"log_output", required_argument, NULL, 'l'},
    {"file", required_argument, NULL, 'f'},
    {"search", required_argument, NULL, 's'},
    {"command", required_argument, NULL, 'c'},
    {"sim", optional_argument, NULL, OPTION_SIM},
    {"sim-flash", required_argument, NULL, OPTION_SIM_FLASH},
    {"sim-flash-part", required_argument, NULL, OPTION_SIM_PART},
    {"sim-flash-state", required_argument, NULL, OPTION_SIM_STATE},
    {"sim-uart", optional_argument, NULL, OPTION_SIM_UART},
    {"sim-rom", required_argument, NULL, OPTION_SIM_ROM},
    {"sim-efuse", required_argument, NULL, OPTION_SIM_EFUSE},
    {"sim-fault", required_argument, NULL, OPTION_SIM_FAULT},
    {NULL, 0, NULL, 0},
};

/* What -f and -c said, in their order. */
struct step {
    bool is_file;
    const char *text;
};

struct options {
    struct step *steps;
    size_t step_count;
    struct session_sim sim;
    bool is_sim, asks_help, asks_version;
};

static void print_banner(void)
{
    fprintf(stderr, "%s\nLicensed under Apache-2.0\nFor bug reports, read\n\tthe file CONTRIBUTING.md of espocd\n",
            tcl_version());
}

static void print_help(void)
{
    fputs("--help              | -h        show this help\n"
          "--version           | -v        show the version\n"
          "--file FILE         | -f FILE   use a configuration file\n"
          "--search DIR        | -s DIR    look for configuration files and scripts there too\n"
          "--debug[=LEVEL]     | -d[LEVEL] set the debug level (3 when none is given)\n"
          "--log_output FILE   | -l FILE   write the log to a file\n"
          "--command COMMAND   | -c COMMAND run a command\n"
          "--sim[=BOARD]                   use a virtual board instead of the adapter\n"
          "--sim-flash FILE                keep the virtual board's flash in a file\n"
          "--sim-flash-part PART           " CLI_PART_HELP "\n"
          "--sim-flash-state NAME[,NAME...][@MS]\n"
          "                                " CLI_STATE_HELP "\n"
          "--sim-uart[=FILE]               show the virtual board's serial output (or write it to a file)\n"
          "--sim-rom FILE                  give the virtual board another boot ROM\n"
          "--sim-efuse NAME=VALUE,...      " CLI_EFUSE_HELP "\n"
          "--sim-fault NAME[@TCKS]         " CLI_FAULT_HELP "\n",
          stdout);
}

/* An option that is a command in other words. */
static bool run_option(struct openocd *o, const char *command, const char *value)
{
    struct buf result = {0}, script = {0};
    buf_printf(&script, "%s {%s}", command, value);
    enum err e = tcl_eval(o->tcl, buf_str(&script), NULL, &result);
    if (e)
        log_error(&o->log, "%s", buf_str(&result));
    buf_fini(&script);
    buf_fini(&result);
    return !e;
}

static bool take_option(struct openocd *o, struct options *out, int option)
{
    switch (option) {
    case 'h':
        out->asks_help = true;
        return true;
    case 'v':
        out->asks_version = true;
        return true;
    case 'd':
        return run_option(o, "debug_level", optarg ? optarg : "3");
    case 'l':
        return run_option(o, "log_output", optarg);
    case 's':
        return tcl_add_search_dir(o->tcl, optarg) == ERR_OK;
    case 'f':
    case 'c':
        out->steps[out->step_count++] = (struct step){option == 'f', optarg};
        return true;
    case OPTION_SIM_FLASH:
        out->sim.flash_path = optarg;
        break;
    case OPTION_SIM_PART:
        out->sim.flash_part = optarg;
        break;
    case OPTION_SIM_STATE:
        out->sim.flash_state = optarg;
        break;
    case OPTION_SIM_UART:
        out->sim.uart_path = optarg ? optarg : "-";
        break;
    case OPTION_SIM_ROM:
        out->sim.rom_path = optarg;
        break;
    case OPTION_SIM_EFUSE:
        out->sim.efuses = optarg;
        break;
    case OPTION_SIM_FAULT:
        out->sim.fault = optarg;
        break;
    case OPTION_SIM:
        out->sim.board = optarg;
        break;
    default:
        return false; /* getopt has said what is wrong */
    }
    return out->is_sim = true;
}

static bool parse(struct openocd *o, int argc, char **argv, struct options *out)
{
    optind = 1;
    for (int option; (option = getopt_long(argc, argv, "hvd::l:f:s:c:", long_options, NULL)) != -1;) {
        if (take_option(o, out, option))
            continue;
        if (option == '?')
            fprintf(stderr, "'espocd --help' shows the options.\n");
        return false;
    }
    if (optind < argc) {
        bool is_config = text_ends_with(argv[optind], ".cfg") || text_ends_with(argv[optind], ".tcl");
        fprintf(stderr, "Unexpected command line argument: %s\n%s; 'espocd --help' shows the options.\n", argv[optind],
                is_config ? "Each configuration file is given with its own -f"
                          : "A Tcl command is given with -c, all of its words in one pair of quotes");
        return false;
    }
    return true;
}

static int fail(struct openocd *o, const struct step *step, enum err e, const char *text)
{
    if (step->is_file)
        log_error(&o->log, "%s", text);
    else
        log_error(&o->log, "-c \"%s\": %s", step->text, text);
    return tcl_exit_status(o->tcl, e);
}

/* is_bare: the command line named no step, so this is what OpenOCD does then. */
static int run_step(struct openocd *o, const struct step *step, bool is_bare)
{
    struct buf result = {0};
    enum err e =
        step->is_file ? tcl_run_file(o->tcl, step->text, &result) : tcl_eval(o->tcl, step->text, NULL, &result);
    int status = CLI_DONE;
    if (e && is_bare)
        buf_printf(&result, "; name configuration files with -f, or a command: 'espocd --help' shows them");
    if (e)
        status = fail(o, step, e, buf_str(&result));
    else if (result.len)
        log_user(&o->log, "%s", buf_str(&result));
    buf_fini(&result);
    return status;
}

static int run_steps(struct openocd *o, const struct options *options)
{
    static const struct step default_step = {true, "openocd.cfg"};
    bool is_bare = !options->step_count && !options->is_sim;
    const struct step *steps = is_bare ? &default_step : options->steps;
    size_t count = is_bare ? 1 : options->step_count;
    int status = CLI_DONE;
    for (size_t i = 0; i < count; i++) {
        status = run_step(o, &steps[i], is_bare);
        int asked;
        if (tcl_wants_shutdown(o->tcl, &asked))
            return status ? status : asked;
        if (status)
            return status;
    }
    return openocd_serve(o);
}

static int run(struct openocd *o, const struct options *options)
{
    if (options->asks_help) {
        print_help();
        return CLI_DONE;
    }
    if (options->asks_version)
        return CLI_DONE; /* the banner said it */
    enum err e = options->is_sim ? session_use_sim(o->session, &options->sim) : ERR_OK;
    if (!e)
        return run_steps(o, options);
    log_error(&o->log, "%s", err_why(&o->log, e));
    return cli_exit_of(e);
}

bool openocd_open(struct openocd *o, const char *program, enum log_level most)
{
    log_init(&o->log, LOG_INFO);
    console_init(&o->console, &o->log);
    o->console.most = most;
    o->session = session_new(&o->log, &o->interrupted);
    o->tcl = o->session ? tcl_new(o->session, program) : NULL;
    o->line = o->tcl ? line_start(&o->log, &o->interrupted) : NULL;
    o->console.tcl = o->tcl;
    o->gdb = o->line ? gdb_new(o->session, o->tcl, o->line) : NULL;
    return o->gdb != NULL;
}

/* Downward. The chip is let go even when a signal interrupted the last job. */
void openocd_close(struct openocd *o)
{
    atomic_store(&o->interrupted, false);
    gdb_free(o->gdb);
    if (o->session)
        session_close(o->session);
    o->console.tcl = NULL;
    line_stop(o->line);
    tcl_free(o->tcl);
    session_free(o->session);
    console_fini(&o->console, &o->log);
}

int cmd_openocd(int argc, char **argv)
{
    struct openocd o = {0};
    struct options options = {.steps = calloc((size_t)argc + 1, sizeof *options.steps)};
    int status = CLI_FAILED;
    print_banner();
    if (!options.steps || !openocd_open(&o, argv[0], LOG_DEBUG_USB))
        fputs("Error: espocd could not start: out of memory\n", stderr);
    else if (!parse(&o, argc, argv, &options))
        status = CLI_USAGE;
    else
        status = run(&o, &options);
    openocd_close(&o);
    free(options.steps);
    return status;
}
