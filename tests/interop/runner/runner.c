/* SPDX-License-Identifier: Apache-2.0 */
#include "runner.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool runner_init(struct runner *r, const char *program, const struct runner_command *commands, void *ctx)
{
    *r = (struct runner){.program = program, .commands = commands, .ctx = ctx};
    return mem_map_init(&r->map);
}

void runner_fini(struct runner *r)
{
    for (unsigned i = 0; i < r->region_count; i++)
        mem_block_fini(&r->regions[i].block);
    mem_map_fini(&r->map);
}

void runner_clear(struct runner *r)
{
    for (unsigned i = 0; i < r->region_count; i++) {
        struct mem_block *b = &r->regions[i].block;
        memset(b->bytes, 0, b->size);
        mem_block_changed(b, 0, b->size);
    }
}

bool runner_number(const char *text, uint64_t *value)
{
    char *end;
    errno = 0;
    *value = strtoull(text, &end, 0);
    return *text && !*end && !errno;
}

/* --- commands --- */

static const char *cmd_map(void *ctx, const struct runner_args *a)
{
    struct runner *r = ctx;
    uint64_t addr, size;
    if (!runner_number(a->word[1], &addr) || !runner_number(a->word[2], &size))
        return "address and size must be numbers";
    if (!size || addr % MEM_PAGE_SIZE || size % MEM_PAGE_SIZE || addr + size > 1ULL << 32)
        return "address and size must be multiples of 4096 inside 32 bits";
    if (r->region_count == RUNNER_BLOCKS)
        return "too many regions";
    struct mem_block *block = &r->regions[r->region_count].block;
    if (!mem_block_init(block, "ram", (uint32_t)size))
        return "out of memory";
    r->regions[r->region_count++].addr = (uint32_t)addr;
    mem_map_block(&r->map, (uint32_t)addr, (uint32_t)size, block, 0, MEM_R | MEM_W | MEM_X | MEM_NARROW);
    return NULL;
}

static const char *cmd_mem(void *ctx, const struct runner_args *a)
{
    struct runner *r = ctx;
    uint64_t addr;
    const char *hex = a->word[2];
    if (!runner_number(a->word[1], &addr))
        return "the address is not a number";
    for (; *hex; hex += 2, addr++) {
        char digits[3] = {hex[0], hex[1], 0};
        if (!isxdigit((unsigned char)digits[0]) || !isxdigit((unsigned char)digits[1]))
            return "the bytes are not hexadecimal";
        if (mem_write(&r->map, (uint32_t)addr, 1, (uint32_t)strtoul(digits, NULL, 16)))
            return "no memory is mapped there";
    }
    return NULL;
}

static const char *cmd_memfile(void *ctx, const struct runner_args *a)
{
    struct runner *r = ctx;
    uint64_t addr;
    if (!runner_number(a->word[1], &addr))
        return "the address is not a number";
    FILE *f = fopen(a->word[2], "rb");
    if (!f)
        return "the file cannot be opened";
    const char *wrong = NULL;
    for (int byte = getc(f); byte != EOF && !wrong; byte = getc(f), addr++) {
        if (mem_write(&r->map, (uint32_t)addr, 1, (uint32_t)byte))
            wrong = "no memory is mapped there";
    }
    fclose(f);
    return wrong;
}

static const char *cmd_dumpmem(void *ctx, const struct runner_args *a)
{
    struct runner *r = ctx;
    uint64_t addr, len;
    if (!runner_number(a->word[1], &addr) || !runner_number(a->word[2], &len))
        return "address and length must be numbers";
    printf("mem 0x%08x ", (uint32_t)addr);
    for (uint64_t i = 0; i < len; i++) {
        uint32_t byte;
        if (mem_read(&r->map, (uint32_t)(addr + i), 1, &byte))
            return "no memory is mapped there";
        printf("%02x", byte);
    }
    printf("\n");
    return NULL;
}

static const char *cmd_echo(void *ctx, const struct runner_args *a)
{
    (void)ctx;
    printf("%s\n", a->word[1]);
    return NULL;
}

static const struct runner_command common[] = {
    {"map", cmd_map}, {"mem", cmd_mem}, {"memfile", cmd_memfile}, {"dumpmem", cmd_dumpmem}, {"echo", cmd_echo}, {NULL},
};

/* --- lines --- */

static runner_fn *find(const struct runner_command *commands, const char *name)
{
    while (commands->name && strcmp(commands->name, name) != 0)
        commands++;
    return commands->run;
}

static const char *do_line(struct runner *r, char *line)
{
    static const char separators[] = " \t\r\n";
    char none[] = "", *rest = NULL;
    struct runner_args a = {{none, none, none, none}};
    char *word = strtok_r(line, separators, &rest);
    for (unsigned n = 0; word && n < RUNNER_WORDS; n++, word = strtok_r(NULL, separators, &rest))
        a.word[n] = word;
    if (!*a.word[0] || *a.word[0] == '#')
        return NULL;
    runner_fn *its = find(r->commands, a.word[0]), *shared = find(common, a.word[0]);
    return its ? its(r->ctx, &a) : shared ? shared(r, &a) : "unknown command";
}

int runner_run(struct runner *r)
{
    char *line = NULL;
    size_t room = 0;
    const char *wrong = NULL;
    for (unsigned n = 1; !wrong && getline(&line, &room, stdin) > 0; n++) {
        wrong = do_line(r, line);
        if (wrong)
            fprintf(stderr, "%s: line %u: %s\n", r->program, n, wrong);
    }
    free(line);
    return wrong ? EXIT_FAILURE : EXIT_SUCCESS;
}
