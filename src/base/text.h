/* SPDX-License-Identifier: Apache-2.0 */
/* Words that users write. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>

/* How many single-character edits make one text of the other: Levenshtein's distance. Texts are cut at 256 characters. */
unsigned text_distance(const char *a, const char *b);
/* Whether text ends with the ending, as ".cfg". */
bool text_ends_with(const char *text, const char *ending);

#endif
