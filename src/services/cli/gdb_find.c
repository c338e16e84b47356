/* SPDX-License-Identifier: Apache-2.0 */
#include "services/cli/gdb_find.h"

#include "base/bytes.h"
#include "base/host.h"

#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MAX_NAMES = 4 };

/* Names by instruction set, the best first; %s is the chip's name. Xtensa's registers differ from core to core, so that no GDB for
   all of them knows those of a chip. Names: ESP-IDF tools.json; Debian packages gdb-multiarch, and others of the same. */
static const struct kind {
    const char *names[MAX_NAMES + 1];
    const char *remedy;
} kinds[] = {
    [ISA_XTENSA_LX6] =
        {{"xtensa-%s-elf-gdb", "xtensa-esp-elf-gdb"},
         "ESP-IDF brings it ('idf_tools.py install xtensa-esp-elf-gdb'); a GDB of a distribution does not "
         "know this chip's registers"},
    [ISA_XTENSA_LX7] =
        {{"xtensa-%s-elf-gdb", "xtensa-esp-elf-gdb"},
         "ESP-IDF brings it ('idf_tools.py install xtensa-esp-elf-gdb'); a GDB of a distribution does not "
         "know this chip's registers"},
    [ISA_RV32] = {{"riscv32-esp-elf-gdb", "gdb-multiarch", "riscv64-unknown-elf-gdb", "riscv32-unknown-elf-gdb"},
                  "Debian and Ubuntu have it (apt install gdb-multiarch); ESP-IDF brings one, too ('idf_tools.py "
                  "install riscv32-esp-elf-gdb')"},
};

/* Tools lie in tools/NAME/VERSION/NAME/bin; the last one by its name is the newest. */
static bool find_tool(const char *tools_dir, const char *name, char *found, size_t room)
{
    struct buf pattern = {0};
    glob_t matches;
    buf_printf(&pattern, "%s/tools/*-gdb/*/*/bin/%s", tools_dir, name);
    int outcome = glob(buf_str(&pattern), 0, NULL, &matches);
    buf_fini(&pattern);
    if (outcome != 0)
        return false;
    bool is_there = false;
    for (size_t i = matches.gl_pathc; i-- > 0 && !is_there;) {
        is_there = access(matches.gl_pathv[i], X_OK) == 0;
        snprintf(found, room, "%s", matches.gl_pathv[i]);
    }
    globfree(&matches);
    return is_there;
}

static const char *default_tools(char *text, size_t room)
{
    const char *given = getenv("IDF_TOOLS_PATH"), *home = getenv("HOME");
    snprintf(text, room, "%s%s", given ? given : home ? home : "", given ? "" : "/.espressif");
    return text;
}

static void put_name(char *name, size_t room, const char *pattern, const struct chip *chip)
{
    const char *at = strstr(pattern, "%s");
    if (at)
        snprintf(name, room, "%.*s%s%s", (int)(at - pattern), pattern, chip->name, at + 2);
    else
        snprintf(name, room, "%s", pattern);
}

bool gdb_search(const struct chip *chip, const char *path, const char *tools_dir, char *found, size_t room)
{
    const struct kind *kind = &kinds[chip->isa];
    char tools[HOST_PATH];
    if (!tools_dir)
        tools_dir = default_tools(tools, sizeof tools);
    for (size_t i = 0; kind->names[i]; i++) {
        char name[HOST_NAME];
        put_name(name, sizeof name, kind->names[i], chip);
        if (host_find_program(path, name, found, room) || find_tool(tools_dir, name, found, room))
            return true;
    }
    return false;
}

const char *gdb_remedy(const struct chip *chip)
{
    return kinds[chip->isa].remedy;
}

enum err gdb_find(struct log *log, const struct chip *chip, const char *path, const char *tools_dir, char *found,
                  size_t room)
{
    char tools[HOST_PATH], tried[HOST_PATH] = "";
    if (gdb_search(chip, path, tools_dir, found, room))
        return ERR_OK;
    for (size_t i = 0, used = 0; kinds[chip->isa].names[i]; i++, used = strlen(tried)) {
        snprintf(tried + used, sizeof tried - used, "%s", i ? ", " : "");
        used = strlen(tried);
        put_name(tried + used, sizeof tried - used, kinds[chip->isa].names[i], chip);
    }
    return err_at(
        log, ERR_NOT_FOUND,
        "there is no GDB for the %s, neither along PATH nor in %s/tools (looked for: %s). %s. Or name one: --gdb "
        "PROGRAM",
        chip->title, tools_dir ? tools_dir : default_tools(tools, sizeof tools), tried, gdb_remedy(chip));
}

/* --- the program --- */

static bool has_function(Elf *elf, Elf_Scn *section, const GElf_Shdr *head, const char *name)
{
    Elf_Data *data = elf_getdata(section, NULL);
    size_t count = data && head->sh_entsize ? (size_t)(head->sh_size / head->sh_entsize) : 0;
    for (size_t i = 0; i < count; i++) {
        GElf_Sym symbol;
        if (!gelf_getsym(data, (int)i, &symbol) || GELF_ST_TYPE(symbol.st_info) != STT_FUNC)
            continue;
        const char *text = elf_strptr(elf, head->sh_link, symbol.st_name);
        if (text && !strcmp(text, name))
            return true;
    }
    return false;
}

static bool defines(Elf *elf, const char *name)
{
    for (Elf_Scn *s = elf_nextscn(elf, NULL); s; s = elf_nextscn(elf, s)) {
        GElf_Shdr head;
        if (gelf_getshdr(s, &head) && head.sh_type == SHT_SYMTAB && has_function(elf, s, &head, name))
            return true;
    }
    return false;
}

enum err gdb_first_function(struct log *log, const char *elf_path, const char **name)
{
    static const char *const names[] = {"app_main", "main"};
    int fd = open(elf_path, O_RDONLY);
    if (fd < 0)
        return err_at(log, ERR_NOT_FOUND, "%s cannot be read: %s", elf_path, strerror(errno));
    Elf *elf = elf_version(EV_CURRENT) == EV_NONE ? NULL : elf_begin(fd, ELF_C_READ, NULL);
    enum err e = ERR_OK;
    *name = NULL;
    if (!elf || elf_kind(elf) != ELF_K_ELF)
        e = err_at(log, ERR_MALFORMED,
                   "%s is no ELF file: GDB needs the program as the linker wrote it, with its symbols (build/NAME.elf)",
                   elf_path);
    for (size_t i = 0; !e && !*name && i < sizeof names / sizeof names[0]; i++)
        if (defines(elf, names[i]))
            *name = names[i];
    elf_end(elf);
    close(fd);
    return e;
}
