/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DEBUGGEE_H
#define DEBUGGEE_H

/* A crash of the kind that the debugger asked for by a variable; see crashes.c. */
void make_trouble(int kind);

#endif
