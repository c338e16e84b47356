/* SPDX-License-Identifier: Apache-2.0 */
/* json::decode: JSON as Tcl lists and dictionaries, as Jim's own package does it. */
#include "services/tcl/tcl_int.h"

#include <jansson.h>
#include <string.h>

enum { MAX_DEPTH = 64 };

static Jim_Obj *decode(Jim_Interp *jim, const json_t *value, const char *null, int depth)
{
    Jim_Obj *out = Jim_NewListObj(jim, NULL, 0);
    const char *key;
    json_t *item;
    size_t i;
    switch (json_typeof(value)) {
    case JSON_OBJECT:
        json_object_foreach((json_t *)value, key, item)
        {
            Jim_ListAppendElement(jim, out, Jim_NewStringObj(jim, key, -1));
            Jim_ListAppendElement(jim, out,
                                  depth ? decode(jim, item, null, depth - 1) : Jim_NewStringObj(jim, null, -1));
        }
        return out;
    case JSON_ARRAY:
        json_array_foreach(value, i, item) Jim_ListAppendElement(
            jim, out, depth ? decode(jim, item, null, depth - 1) : Jim_NewStringObj(jim, null, -1));
        return out;
    default:
        break;
    }
    Jim_FreeNewObj(jim, out);
    if (json_is_string(value))
        return Jim_NewStringObj(jim, json_string_value(value), (int)json_string_length(value));
    if (json_is_integer(value))
        return Jim_NewIntObj(jim, json_integer_value(value));
    if (json_is_real(value))
        return Jim_NewDoubleObj(jim, json_real_value(value));
    return Jim_NewStringObj(jim, json_is_null(value) ? null : json_is_true(value) ? "true" : "false", -1);
}

static enum err cmd_decode(struct tcl_call *c)
{
    const char *null = "null";
    while (c->argc > 1) {
        if (tcl_arg_is(c, 0, "-null") && c->argc > 2) {
            null = tcl_arg(c, 1);
            tcl_shift(c);
        } else if (!tcl_arg_is(c, 0, "-index")) {
            return tcl_usage_error(c);
        }
        tcl_shift(c);
    }
    json_error_t why;
    json_t *root = json_loads(tcl_arg(c, 0), JSON_DECODE_ANY, &why);
    if (!root)
        return err_at(tcl_call_log(c), ERR_MALFORMED, "json::decode: line %d: %s", why.line, why.text);
    Jim_Obj *out = decode(c->tcl->jim, root, null, MAX_DEPTH);
    Jim_IncrRefCount(out);
    buf_printf(&c->out, "%s", Jim_String(out));
    Jim_DecrRefCount(c->tcl->jim, out);
    json_decref(root);
    return ERR_OK;
}

const struct tcl_command tcl_json_commands[] = {
    {"json::decode", TCL_ANY, cmd_decode, 1, 4, "[-null text] string", "JSON as lists and dictionaries"},
    {NULL},
};
