/* SPDX-License-Identifier: Apache-2.0 */
/* What the two halves of the thread sample share: offsets in a frame. */
#ifndef ROM_THREADS_THREADS_H
#define ROM_THREADS_THREADS_H

#define FRAME          0xA0
#define FRAME_EXIT     0x00
#define FRAME_PC       0x04
#define FRAME_PS       0x08
#define FRAME_A0       0x0C
#define FRAME_SAR      0x4C
#define FRAME_EXCCAUSE 0x50

#endif
