/* SPDX-License-Identifier: Apache-2.0 */
/* The eFuses that a board's user wants burnt: NAME=VALUE, more of them behind commas. */
#include "sim/board_int.h"

#include <stdlib.h>
#include <string.h>

static enum err burn_one(struct board *b, char *word)
{
    char *value = strchr(word, '=');
    if (!value || value == word)
        return err_at(b->log, ERR_USAGE, "'%s' sets no eFuse: write NAME=VALUE, as in FLASH_CRYPT_CNT=1", word);
    *value++ = '\0';
    return soc_burn(b->chip, word, value);
}

enum err board_burn_efuses(struct board *b, const char *list)
{
    if (!list)
        return ERR_OK;
    char *copy = strdup(list), *rest = copy, *word;
    if (!copy)
        return err_at(b->log, ERR_MEMORY, "no memory for the eFuses of a virtual board");
    enum err e = ERR_OK;
    while (!e && (word = strsep(&rest, ",")))
        e = burn_one(b, word);
    free(copy);
    return e;
}
