/* SPDX-License-Identifier: Apache-2.0 */
/* Images from ELF files, by libelf on bytes in memory. */
#include "layout/image_int.h"

#include <gelf.h>
#include <inttypes.h>
#include <libelf.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_PARTS = 4096 };

struct loader {
    struct log *log;
    const struct image_options *options;
    Elf *elf;
    struct image_part *parts;
    size_t count;
    uint8_t hash[SHA256_LEN]; /* of the ELF file */
    uint8_t *app_desc;        /* a copy of the section that begins with one, its hash filled in */
};

static enum err check_machine(const struct loader *l, const GElf_Ehdr *head)
{
    static const int machines[] = {[IMAGE_XTENSA] = EM_XTENSA, [IMAGE_RISCV] = EM_RISCV};
    static const char *const names[] = {[IMAGE_XTENSA] = "Xtensa", [IMAGE_RISCV] = "RISC-V"};
    const struct image_chip *chip = l->options->chip;
    if (head->e_ident[EI_CLASS] != ELFCLASS32 || head->e_ident[EI_DATA] != ELFDATA2LSB)
        return err_at(l->log, ERR_MALFORMED, "the ELF file is not 32-bit little-endian, as programs for %s are",
                      chip->title);
    if (head->e_type != ET_EXEC)
        return err_at(l->log, ERR_MALFORMED,
                      "the ELF file is no linked program (type %u); give the file that the linker wrote", head->e_type);
    if (head->e_machine != machines[chip->isa])
        return err_at(l->log, ERR_MALFORMED,
                      "the ELF file is for machine %u, but %s is %s (machine %d); check the file and --chip",
                      head->e_machine, chip->title, names[chip->isa], machines[chip->isa]);
    return ERR_OK;
}

static bool is_loaded(const GElf_Shdr *s)
{
    return (s->sh_flags & SHF_ALLOC) && s->sh_type != SHT_NOBITS && s->sh_type != SHT_NOTE && s->sh_size && s->sh_addr;
}

/* Puts the ELF file's hash into the application descriptor at the begin of the part, if there is one with room for it. */
static enum err fill_app_desc(struct loader *l, struct image_part *p)
{
    static const uint8_t empty[SHA256_LEN];
    if (l->app_desc || p->len < IMAGE_APP_DESC_LEN || le32_get(p->bytes) != IMAGE_APP_DESC_MAGIC ||
        memcmp(p->bytes + IMAGE_APP_DESC_HASH, empty, SHA256_LEN))
        return ERR_OK;
    l->app_desc = malloc(p->len);
    if (!l->app_desc)
        return err_at(l->log, ERR_MEMORY, "no memory for the image");
    memcpy(l->app_desc, p->bytes, p->len);
    memcpy(l->app_desc + IMAGE_APP_DESC_HASH, l->hash, SHA256_LEN);
    p->bytes = l->app_desc;
    return ERR_OK;
}

static enum err add_section(struct loader *l, Elf_Scn *section, size_t names)
{
    GElf_Shdr head;
    if (!gelf_getshdr(section, &head))
        return err_at(l->log, ERR_MALFORMED, "the ELF file has a damaged section header: %s", elf_errmsg(-1));
    if (!is_loaded(&head))
        return ERR_OK;
    const char *name = elf_strptr(l->elf, names, head.sh_name);
    Elf_Data *data = elf_rawdata(section, NULL);
    if (!data || !data->d_buf || data->d_size != head.sh_size || head.sh_addr > UINT32_MAX)
        return err_at(l->log, ERR_MALFORMED, "the section %s of the ELF file is damaged or cut off; build it again",
                      name ? name : "(no name)");
    if (l->count == MAX_PARTS)
        return err_at(l->log, ERR_RANGE, "the ELF file has more than %d sections to load", MAX_PARTS);
    struct image_part *p = &l->parts[l->count++];
    *p = (struct image_part){(uint32_t)head.sh_addr, data->d_buf, (uint32_t)head.sh_size, name ? name : "(no name)"};
    return fill_app_desc(l, p);
}

static enum err add_sections(struct loader *l)
{
    size_t names;
    if (elf_getshdrstrndx(l->elf, &names))
        return err_at(l->log, ERR_MALFORMED, "the ELF file has no names of sections: %s", elf_errmsg(-1));
    enum err e = ERR_OK;
    for (Elf_Scn *s = elf_nextscn(l->elf, NULL); s && !e; s = elf_nextscn(l->elf, s))
        e = add_section(l, s, names);
    return e;
}

static enum err load(struct loader *l, struct buf *out)
{
    GElf_Ehdr head;
    if (!l->elf || elf_kind(l->elf) != ELF_K_ELF || !gelf_getehdr(l->elf, &head))
        return err_at(l->log, ERR_MALFORMED, "this is no ELF file; give the program that the linker wrote");
    enum err e = check_machine(l, &head);
    if (!e)
        e = add_sections(l);
    if (!e)
        e = image_write(l->log, l->options, (uint32_t)head.e_entry, l->parts, l->count, out);
    return e;
}

enum err image_from_elf(struct log *log, const struct image_options *options, const void *elf, size_t len,
                        struct buf *out)
{
    if (!len)
        return err_at(log, ERR_MALFORMED, "this is no ELF file, it is empty; give the program that the linker wrote");
    if (elf_version(EV_CURRENT) == EV_NONE)
        return err_at(log, ERR_UNSUPPORTED, "this libelf is too old: %s", elf_errmsg(-1));
    char *copy = malloc(len + 1); /* libelf wants bytes that it may change */
    struct loader l = {.log = log, .options = options, .parts = calloc(MAX_PARTS, sizeof *l.parts)};
    enum err e = copy && l.parts ? ERR_OK : err_at(log, ERR_MEMORY, "no memory to read the ELF file");
    if (!e) {
        memcpy(copy, elf, len);
        hash_sha256(elf, len, l.hash);
        l.elf = elf_memory(copy, len);
        e = load(&l, out);
    }
    elf_end(l.elf);
    free(l.app_desc);
    free(l.parts);
    free(copy);
    return e;
}
