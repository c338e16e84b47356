/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One error enum for the whole program.
 *
 * A function that can fail returns enum err and is MUST_USE. The place that knows the cause writes one sentence with
 * err_at() (base/log.h): what was found, where, why it matters, what to do. Callers pass the code on; a caller that
 * knows more (which sector, which file) puts it in front with err_context(). The face that faces the user (Tcl, command
 * line) prints the sentence once.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#define MUST_USE __attribute__((warn_unused_result))

/* X(name, text): the text is what is said when nobody wrote a sentence. */
#define ERR_LIST(X)                                                                                                    \
    X(OK, "done")                                                                                                      \
    X(MEMORY, "out of memory on the host")                                                                             \
    X(USAGE, "wrong arguments")                                                                                        \
    X(CONFIG, "the configuration is incomplete or contradicts itself")                                                 \
    X(UNSUPPORTED, "not supported here")                                                                               \
    X(NOT_FOUND, "not found")                                                                                          \
    X(EXISTS, "exists already")                                                                                        \
    X(IO, "reading or writing a file or socket failed")                                                                \
    X(DISCONNECTED, "the adapter went away")                                                                           \
    X(TIMEOUT, "no answer in time")                                                                                    \
    X(INTERRUPTED, "interrupted")                                                                                      \
    X(MALFORMED, "the data does not have the expected form")                                                           \
    X(RANGE, "out of range")                                                                                           \
    X(ALIGN, "not aligned")                                                                                            \
    X(STATE, "not possible in this state")                                                                             \
    X(FAULT, "the chip refused the memory access")                                                                     \
    X(CHAIN, "the JTAG chain is not as expected")                                                                      \
    X(NO_CHIP, "no chip answers")                                                                                      \
    X(IN_RESET, "the chip is held in reset")                                                                           \
    X(POWERED_OFF, "the core or its debug module is powered off")                                                      \
    X(EXEC, "an instruction given to the core raised an exception")                                                    \
    X(OVERRUN, "the debug module was asked for more while it was busy")                                                \
    X(FLASH, "the flash chip did not do what it was told")                                                             \
    X(VERIFY, "the flash differs from what was written")                                                               \
    X(RESOURCE, "all of the chip's resources of this kind are taken")

enum err {
#define ERR_ENUM(name, text) ERR_##name,
    ERR_LIST(ERR_ENUM)
#undef ERR_ENUM
};

/* The fixed text of an error; never NULL. */
const char *err_text(enum err e);
/* The name of an error without prefix, such as "TIMEOUT", for logs and --json; never NULL. */
const char *err_name(enum err e);

#endif
