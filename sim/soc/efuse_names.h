/* SPDX-License-Identifier: Apache-2.0 */
/* Burning eFuses by the names that espefuse has for them: the words of the user's, whatever the chip. */
#ifndef SIM_SOC_EFUSE_NAMES_H
#define SIM_SOC_EFUSE_NAMES_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct soc;

/* A number in one word of eFuses. Which word that is, the chip's own way to count them says. */
struct efuse_field {
    const char *name;
    uint32_t word, mask;
};

/* A block of bytes. */
struct efuse_bytes {
    const char *name;
    uint32_t block;   /* in the chip's own way */
    bool is_key_file; /* its bytes stand in the order of a key file, which is the reverse of the eFuses' */
};

struct efuse_names {
    const struct efuse_field *fields; /* ended by a NULL name */
    const struct efuse_bytes *bytes;  /* ended by a NULL name */
    uint32_t *(*word)(struct soc *s, uint32_t word);
    /* The text is hex. ERR_USAGE with a sentence. */
    enum err (*set_bytes)(struct soc *s, const struct efuse_bytes *b, const char *text);
};

/* soc_kind.burn. ERR_NOT_FOUND with the names that there are; ERR_USAGE with a sentence for a value that does not fit. */
enum err efuse_names_burn(struct soc *s, const struct efuse_names *names, const char *name, const char *value) MUST_USE;
/* How many bytes the text has, with or without 0x before, at most room of them kept; -1: it is no hex. */
int efuse_parse_hex(const char *text, uint8_t *bytes, int room);

#endif
