/* SPDX-License-Identifier: Apache-2.0 */
/* Memory protection of the program against itself, as ESP-IDF's apps have it. Chips that have it bring it in their folder. */
#ifndef ROM_COMMON_PROTECT_H
#define ROM_COMMON_PROTECT_H

#include <stdbool.h>
#include <stdint.h>

/* From now on code in RAM is not written, data not executed, and monitors latch who tries. is_locked: until the next reset. */
void protect_on(bool is_locked);
/* Not 0: somebody tried. */
uint32_t protect_violations(void);

#endif
