/* SPDX-License-Identifier: Apache-2.0 */
/* A person's terminal over telnet: the server echoes and edits the line. */
#include "services/line/line_int.h"

#include <stdlib.h>
#include <string.h>

enum {
    IAC = 0xFF,
    DONT = 0xFE,
    DO = 0xFD,
    WONT = 0xFC,
    WILL = 0xFB,
    SB = 0xFA,
    SE = 0xF0,
    OPTION_ECHO = 1,
    OPTION_SUPPRESS_GO_AHEAD = 3,
    CTRL_A = 1,
    CTRL_C = 3,
    CTRL_D = 4,
    CTRL_E = 5,
    BACKSPACE = 8,
    CTRL_K = 11,
    CTRL_N = 14,
    CTRL_P = 16,
    CTRL_U = 21,
    ESCAPE = 27,
    DELETE = 127,
};

void telnet_greet(struct conn *c)
{
    static const uint8_t negotiation[] = {IAC, WILL, OPTION_SUPPRESS_GO_AHEAD, IAC, WILL, OPTION_ECHO,
                                          IAC, DO,   OPTION_SUPPRESS_GO_AHEAD, IAC, DONT, OPTION_ECHO};
    static const char banner[] = "Open On-Chip Debugger\r\n";
    conn_send(c, negotiation, sizeof negotiation);
    conn_send(c, banner, sizeof banner - 1);
    telnet_prompt(c);
}

void telnet_fini(struct telnet *t)
{
    buf_fini(&t->edit);
    for (unsigned i = 0; i < t->history_count; i++)
        free(t->history[i]);
    t->history_count = 0;
}

void telnet_prompt(struct conn *c)
{
    struct telnet *t = &c->telnet;
    conn_send(c, "\r> ", 3);
    conn_send(c, t->edit.bytes, t->edit.len);
    for (size_t i = t->cursor; i < t->edit.len; i++)
        conn_send(c, "\b", 1);
}

void telnet_text(struct conn *c, const char *text, size_t len)
{
    while (len) {
        const char *end = memchr(text, '\n', len);
        size_t part = end ? (size_t)(end - text) : len;
        conn_send(c, text, part);
        if (!end)
            return;
        conn_send(c, "\r\n", 2);
        text += part + 1;
        len -= part + 1;
    }
}

static void blank(struct conn *c, size_t count)
{
    while (count--)
        conn_send(c, " ", 1);
}

void telnet_log(struct conn *c, const char *text, size_t len)
{
    struct telnet *t = &c->telnet;
    if (!c->pending) {
        conn_send(c, "\r", 1);
        blank(c, t->edit.len + 2);
        conn_send(c, "\r", 1);
    }
    telnet_text(c, text, len);
    conn_send(c, "\r\n", 2);
    if (!c->pending)
        telnet_prompt(c);
}

/* --- editing --- */

/* Draws the line again from the cursor on; gone: how many characters were there before and are not now. */
static void redraw_tail(struct conn *c, size_t gone)
{
    struct telnet *t = &c->telnet;
    conn_send(c, t->edit.bytes + t->cursor, t->edit.len - t->cursor);
    blank(c, gone);
    for (size_t i = t->cursor; i < t->edit.len + gone; i++)
        conn_send(c, "\b", 1);
}

static void insert(struct conn *c, uint8_t byte)
{
    struct telnet *t = &c->telnet;
    if (t->edit.len >= TELNET_MAX_LINE)
        return;
    buf_u8(&t->edit, byte);
    if (t->edit.failed)
        return;
    memmove(t->edit.bytes + t->cursor + 1, t->edit.bytes + t->cursor, t->edit.len - 1 - t->cursor);
    t->edit.bytes[t->cursor++] = byte;
    conn_send(c, &byte, 1);
    if (t->cursor < t->edit.len)
        redraw_tail(c, 0);
}

static void move_to(struct conn *c, size_t cursor)
{
    struct telnet *t = &c->telnet;
    for (; t->cursor > cursor; t->cursor--)
        conn_send(c, "\b", 1);
    if (cursor > t->edit.len)
        cursor = t->edit.len;
    if (cursor > t->cursor)
        conn_send(c, t->edit.bytes + t->cursor, cursor - t->cursor);
    t->cursor = cursor;
}

/* Removes count characters at the cursor. */
static void cut(struct conn *c, size_t count)
{
    struct telnet *t = &c->telnet;
    if (count > t->edit.len - t->cursor)
        count = t->edit.len - t->cursor;
    if (!count)
        return;
    memmove(t->edit.bytes + t->cursor, t->edit.bytes + t->cursor + count, t->edit.len - t->cursor - count);
    t->edit.len -= count;
    redraw_tail(c, count);
}

static void set_line(struct conn *c, const char *text)
{
    move_to(c, 0);
    cut(c, c->telnet.edit.len);
    for (; *text; text++)
        insert(c, (uint8_t)*text);
}

static void walk_history(struct conn *c, int step)
{
    struct telnet *t = &c->telnet;
    if ((step < 0 && !t->history_at) || (step > 0 && t->history_at >= t->history_count))
        return;
    t->history_at = step < 0 ? t->history_at - 1 : t->history_at + 1;
    set_line(c, t->history_at < t->history_count ? t->history[t->history_at] : "");
}

static void keep_history(struct telnet *t)
{
    const char *text = buf_str(&t->edit);
    bool is_same = t->history_count && !strcmp(t->history[t->history_count - 1], text);
    char *copy = *text && !is_same ? strdup(text) : NULL;
    if (copy && t->history_count == LINE_HISTORY) {
        free(t->history[0]);
        memmove(t->history, t->history + 1, --t->history_count * sizeof t->history[0]);
    }
    if (copy)
        t->history[t->history_count++] = copy;
    t->history_at = t->history_count;
}

static bool enter(struct conn *c)
{
    conn_send(c, "\r\n", 2);
    keep_history(&c->telnet);
    c->telnet.cursor = 0;
    return true;
}

static void control(struct conn *c, uint8_t byte)
{
    struct telnet *t = &c->telnet;
    switch (byte) {
    case CTRL_A:
        return move_to(c, 0);
    case CTRL_E:
        return move_to(c, t->edit.len);
    case CTRL_C:
    case CTRL_U:
        return set_line(c, "");
    case CTRL_K:
        return cut(c, t->edit.len - t->cursor);
    case CTRL_P:
        return walk_history(c, -1);
    case CTRL_N:
        return walk_history(c, 1);
    case BACKSPACE:
    case DELETE:
        if (t->cursor) {
            move_to(c, t->cursor - 1);
            cut(c, 1);
        }
        return;
    case CTRL_D:
        if (!t->edit.len)
            conn_close(c);
        return;
    default:
        return;
    }
}

/* The last byte of an escape sequence: arrows, Home, End, Delete. */
static void escape_key(struct conn *c, uint8_t byte)
{
    struct telnet *t = &c->telnet;
    switch (byte) {
    case 'A':
        return walk_history(c, -1);
    case 'B':
        return walk_history(c, 1);
    case 'C':
        return move_to(c, t->cursor + 1);
    case 'D':
        return move_to(c, t->cursor ? t->cursor - 1 : 0);
    case 'H':
        return move_to(c, 0);
    case 'F':
        return move_to(c, t->edit.len);
    case '~':
        if (t->csi == '3')
            cut(c, 1);
        return;
    default:
        return;
    }
}

static bool text_byte(struct conn *c, uint8_t byte)
{
    struct telnet *t = &c->telnet;
    bool follows_cr = t->after_cr;
    t->after_cr = byte == '\r';
    if (byte == IAC)
        t->state = TELNET_IAC;
    else if (byte == ESCAPE)
        t->state = TELNET_ESC;
    else if (byte == '\r' || (byte == '\n' && !follows_cr))
        return enter(c);
    else if (byte == '\t')
        insert(c, ' ');
    else if (byte >= ' ' && byte != DELETE)
        insert(c, byte);
    else if (byte && byte != '\n')
        control(c, byte);
    return false;
}

bool telnet_byte(struct conn *c, uint8_t byte)
{
    struct telnet *t = &c->telnet;
    switch (t->state) {
    case TELNET_TEXT:
        return text_byte(c, byte);
    case TELNET_IAC:
        t->state = byte == SB ? TELNET_SUB : byte >= WILL && byte <= DONT ? TELNET_OPTION : TELNET_TEXT;
        return false;
    case TELNET_OPTION:
        t->state = TELNET_TEXT;
        return false;
    case TELNET_SUB:
        t->state = byte == IAC ? TELNET_SUB_IAC : TELNET_SUB;
        return false;
    case TELNET_SUB_IAC:
        t->state = byte == SE ? TELNET_TEXT : TELNET_SUB;
        return false;
    case TELNET_ESC:
        t->csi = 0;
        t->state = byte == '[' || byte == 'O' ? TELNET_CSI : TELNET_TEXT;
        return false;
    case TELNET_CSI:
        if (byte >= '0' && byte <= '9') {
            t->csi = (char)byte;
            return false;
        }
        t->state = TELNET_TEXT;
        escape_key(c, byte);
        return false;
    }
    return false;
}
