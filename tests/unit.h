/* SPDX-License-Identifier: Apache-2.0 */
/* What every unit test needs: cmocka with its prerequisites, and checks of enum err that say the name of the error. */
#ifndef TESTS_UNIT_H
#define TESTS_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/err.h"

#define CHECK_OK(call)       assert_string_equal(err_name(call), "OK")
#define CHECK_ERR(call, err) assert_string_equal(err_name(call), err_name(err))

#endif
