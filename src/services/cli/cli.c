/* SPDX-License-Identifier: Apache-2.0 */
#include "services/cli/cli.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const struct cli_option no_options[] = {{NULL, 0, NULL, NULL}};

static const struct cli_option *options_of(const struct cli_verb *verb)
{
    return verb->options ? verb->options : no_options;
}

/* "espocd image info" */
static const char *full_name(char *text, size_t room, const struct cli_call *call)
{
    snprintf(text, room, "espocd %s%s%s", call->group ? call->group : "", call->group ? " " : "", call->verb->name);
    return text;
}

int cli_exit_of(enum err e)
{
    switch (e) {
    case ERR_OK:
        return CLI_DONE;
    case ERR_USAGE:
        return CLI_USAGE;
    case ERR_CHAIN:
    case ERR_NO_CHIP:
    case ERR_DISCONNECTED:
    case ERR_POWERED_OFF:
    case ERR_IN_RESET:
        return CLI_NO_CHIP;
    default:
        return CLI_FAILED;
    }
}

int cli_fail(struct cli_call *call, enum err e)
{
    char name[64];
    if (e)
        fprintf(stderr, "%s: %s\n", full_name(name, sizeof name, call), err_why(&call->log, e));
    return cli_exit_of(e);
}

int cli_usage(struct cli_call *call, const char *fmt, ...)
{
    char name[64], text[1024];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    full_name(name, sizeof name, call);
    fprintf(stderr, "%s: %s. '%s --help' shows what it takes.\n", name, text, name);
    return CLI_USAGE;
}

static bool is_optional(const struct cli_option *o)
{
    return o->value && o->value[0] == '[';
}

static void print_option(const struct cli_option *o)
{
    char left[64], letter[8] = "    ";
    if (o->letter)
        snprintf(letter, sizeof letter, "-%c, ", o->letter);
    const char *between = !o->value ? "" : is_optional(o) ? "[=" : " ";
    snprintf(left, sizeof left, "%s--%s%s%s", letter, o->name, between, o->value ? o->value + is_optional(o) : "");
    printf("  %-28s%s%s\n", left, strlen(left) >= 28 ? " " : "", o->help);
}

static int print_verb_help(const struct cli_call *call)
{
    char name[64];
    const struct cli_option *o = options_of(call->verb);
    printf("usage: %s%s%s%s\n\n%s\n", full_name(name, sizeof name, call), *call->verb->synopsis ? " " : "",
           call->verb->synopsis, o->name ? " [OPTIONS]" : "", call->verb->help);
    if (call->verb->more)
        printf("\n%s\n", call->verb->more);
    printf("\nOptions:\n");
    for (; o->name; o++)
        print_option(o);
    printf("  %-28s%s\n", "-h, --help", "show this help");
    return CLI_DONE;
}

/* The option that the text (without dashes, up to an equals sign) names; NULL for none. */
static const struct cli_option *find_option(const struct cli_verb *verb, const char *text)
{
    size_t len = strcspn(text, "=");
    for (const struct cli_option *o = options_of(verb); o->name; o++) {
        if (strlen(o->name) == len && !strncmp(o->name, text, len))
            return o;
    }
    return NULL;
}

static const struct cli_option *find_letter(const struct cli_verb *verb, char letter)
{
    for (const struct cli_option *o = options_of(verb); o->name; o++) {
        if (o->letter == letter)
            return o;
    }
    return NULL;
}

/* Takes one option and its value off argv from *at on. CLI_DONE, or CLI_USAGE after it has said what is wrong. */
static int take_option(struct cli_call *call, int argc, char **argv, int *at)
{
    const char *word = argv[*at];
    bool is_long = word[1] == '-';
    const struct cli_option *o = is_long ? find_option(call->verb, word + 2) : find_letter(call->verb, word[1]);
    if (!o)
        return cli_usage(call, "there is no option '%s'", word);
    const char *value = is_long ? strchr(word, '=') : word[2] ? word + 1 : NULL;
    if (value)
        value++;
    if (!o->value && value)
        return cli_usage(call, "the option '--%s' takes no value, '%s' gives it one", o->name, word);
    if (o->value && !value && !is_optional(o)) {
        if (*at + 1 >= argc)
            return cli_usage(call, "the option '%s' needs a value (%s) behind it", word, o->value);
        value = argv[++*at];
    }
    call->given[call->given_count++] = (struct cli_given){(unsigned)(o - options_of(call->verb)), value};
    return CLI_DONE;
}

static bool is_help(const char *word)
{
    return !strcmp(word, "-h") || !strcmp(word, "--help");
}

/* Sorts argv into options and arguments. *help is set when help is asked for. */
static int take_apart(struct cli_call *call, int argc, char **argv, bool *help)
{
    bool only_args = false;
    for (int i = 1; i < argc; i++) {
        if (only_args || argv[i][0] != '-' || !argv[i][1]) {
            call->args[call->arg_count++] = argv[i];
        } else if (!strcmp(argv[i], "--")) {
            only_args = true;
        } else if (is_help(argv[i])) {
            *help = true;
            return CLI_DONE;
        } else if (take_option(call, argc, argv, &i) != CLI_DONE) {
            return CLI_USAGE;
        }
    }
    return CLI_DONE;
}

static int check_arg_count(struct cli_call *call)
{
    if (call->arg_count < call->verb->min_args)
        return cli_usage(call, "something is missing, it takes: %s", call->verb->synopsis);
    if (call->verb->max_args && call->arg_count > call->verb->max_args)
        return cli_usage(call, "'%s' is too much, it takes: %s", call->args[call->verb->max_args],
                         call->verb->synopsis);
    return CLI_DONE;
}

static void say(void *ctx, enum log_level level, const char *line)
{
    (void)ctx;
    const char *prefix = level == LOG_ERROR ? "error: " : level == LOG_WARN ? "warning: " : "";
    fprintf(level < LOG_ERROR ? stdout : stderr, "%s%s\n", prefix, line);
}

int cli_run_verb(const struct cli_verb *verb, const char *group, int argc, char **argv)
{
    struct cli_call call = {.verb = verb, .group = group, .sink = {.fn = say}};
    log_init(&call.log, LOG_WARN);
    log_add_sink(&call.log, &call.sink);
    call.args = calloc((size_t)argc + 1, sizeof *call.args);
    call.given = calloc((size_t)argc + 1, sizeof *call.given);
    bool help = false;
    int status = call.args && call.given ? take_apart(&call, argc, argv, &help) : cli_fail(&call, ERR_MEMORY);
    if (status == CLI_DONE && help)
        status = print_verb_help(&call);
    else if (status == CLI_DONE && (status = check_arg_count(&call)) == CLI_DONE)
        status = verb->run(&call);
    free(call.args);
    free(call.given);
    return status;
}

static void print_verbs(FILE *out, const char *group, const struct cli_verb *verbs)
{
    for (const struct cli_verb *v = verbs; v->name; v++) {
        char left[80];
        snprintf(left, sizeof left, "espocd %s %s %s", group, v->name, v->synopsis);
        fprintf(out, "  %s\n      %s\n", left, v->help);
    }
}

int cli_run_group(const struct cli_command *group, const struct cli_verb *verbs, int argc, char **argv)
{
    if (argc > 1 && (is_help(argv[1]) || !strcmp(argv[1], "help"))) {
        printf("espocd %s: %s\n\n", group->name, group->help);
        print_verbs(stdout, group->name, verbs);
        printf("\n'espocd %s COMMAND --help' shows the options.\n", group->name);
        return CLI_DONE;
    }
    for (const struct cli_verb *v = verbs; argc > 1 && v->name; v++) {
        if (!strcmp(v->name, argv[1]))
            return cli_run_verb(v, group->name, argc - 1, argv + 1);
    }
    if (argc > 1)
        fprintf(stderr, "espocd %s: there is no '%s'. There is:\n", group->name, argv[1]);
    else
        fprintf(stderr, "espocd %s: say what is to be done:\n", group->name);
    print_verbs(stderr, group->name, verbs);
    return CLI_USAGE;
}

bool cli_has(const struct cli_call *call, unsigned option)
{
    for (size_t i = 0; i < call->given_count; i++) {
        if (call->given[i].option == option)
            return true;
    }
    return false;
}

const char *cli_value(const struct cli_call *call, unsigned option)
{
    const char *value = NULL;
    for (size_t i = 0; i < call->given_count; i++) {
        if (call->given[i].option == option)
            value = call->given[i].value;
    }
    return value;
}

bool cli_number(const char *text, uint64_t max, uint64_t *value)
{
    static const struct {
        const char *suffix;
        unsigned shift;
    } units[] = {{"", 0}, {"k", 10}, {"kb", 10}, {"kib", 10}, {"m", 20}, {"mb", 20}, {"mib", 20}};
    char *end;
    if (!isdigit((unsigned char)text[0]))
        return false;
    bool is_hex = text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
    if (is_hex && !isxdigit((unsigned char)text[2]))
        return false;
    unsigned long long v = strtoull(text, &end, is_hex ? 16 : 10);
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        if (strcasecmp(end, units[i].suffix) || v > max >> units[i].shift)
            continue;
        *value = v << units[i].shift;
        return true;
    }
    return false;
}

const char *cli_size(char *text, size_t room, uint64_t size)
{
    bool is_mb = size >= 1 << 20;
    uint64_t unit = is_mb ? 1 << 20 : 1 << 10;
    const char *name = is_mb ? "MB" : "KB";
    if (size < unit)
        snprintf(text, room, "%u B", (unsigned)size);
    else if (size % unit)
        snprintf(text, room, "%.1f %s", (double)size / (double)unit, name);
    else
        snprintf(text, room, "%llu %s", (unsigned long long)(size / unit), name);
    return text;
}
