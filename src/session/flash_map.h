/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The mapping that a session keeps: which flash offset lies behind an address, and back. It is read when first asked for,
 * and again after the chip has run, was reset, or its flash was written. It is what the live MMU of each core says,
 * completed by what the images say that will be mapped once the app runs.
 *
 * Nothing here can fail. What cannot be learned is left out, and said once, as a warning in words.
 */
#ifndef SESSION_FLASH_MAP_H
#define SESSION_FLASH_MAP_H

#include "layout/mapping.h"
#include "session/session.h"

/* Never NULL: empty while the session is closed, when nobody answers, or when nothing is mapped. Cores that run are halted
   while it is read. Reading it says each view of the flash as OpenOCD does ("Flash mapping 0: ...") and gives the banks of
   the views (".drom", ".irom") their place. Without flash banks (ESP_FLASH_SIZE 0) the flash itself is not touched. Valid until
   the next call that reads it. */
const struct mapping *session_mapping(struct session *s);
/* It is read anew with the next question: for what the session does not see, such as a register that a script writes. */
void session_forget_mapping(struct session *s);

/* Where the user says that the app lies (esp appimage_offset); LAYOUT_NOWHERE: nothing is said. A hint: it counts when nothing
   in the flash says what boots. */
void session_set_app_offset(struct session *s, uint32_t offset);

/*
 * The same for one core, an index into the configuration's cores.
 * Flash offset of an address: false when it is not mapped, or is PSRAM. left (may be NULL): bytes from there on that lie in
 * the flash one behind the other.
 */
bool session_to_flash(struct session *s, unsigned core, uint32_t vaddr, uint32_t *offset, uint32_t *left);
/* Addresses of a flash offset: fills at most room, gives how many there are. */
size_t session_from_flash(struct session *s, unsigned core, uint32_t offset, uint32_t *vaddrs, size_t room);

#endif
