/* SPDX-License-Identifier: Apache-2.0 */
/* The debug modules of the chips. Sources: the target file of espressif/openocd-esp32 for the IDCODE; values of dmstatus and
   abstractcs as read from chips in its public issues (209, 228, 353, 389). */
#include "sim/rvdbg/rvdbg_int.h"

/* No public source has the chip's dtmcs, hartinfo and sbcs: abits and idle are those of a common small module; nscratch
   follows from dscratch0 and dscratch1, which the core has; Espressif's debugger uses the bus with 32 bits only. Nor is it
   recorded that it has hartreset. The times are estimates: they only have to be above zero and below a dmi scan. */
const struct rvdbg_config rvdbg_config_esp32c3 = {
    .idcode = 0x00005C25,
    .abits = 7,
    .idle = 1,
    .cores = 1,
    .hartsel_bits = 20,
    .data_words = 2,
    .progbuf_words = 16,
    .nscratch = 2,
    .has_reset_haltreq = true,
    .bus_sizes = SBCS_ACCESS32,
    .command_cycles = 12,
    .bus_cycles = 4,
};
