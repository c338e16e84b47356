/* SPDX-License-Identifier: Apache-2.0 */
#include "print.h"

#include <stdarg.h>
#include <stdbool.h>

#include "cpu.h"
#include "uart.h"

struct field {
    unsigned width;
    char pad;
    bool is_left;
};

static void put_padded(const char *text, unsigned len, const struct field *f)
{
    unsigned fill = f->width > len ? f->width - len : 0;
    for (unsigned i = 0; !f->is_left && i < fill; i++)
        uart_put(f->pad);
    for (unsigned i = 0; i < len; i++)
        uart_put(text[i]);
    for (unsigned i = 0; f->is_left && i < fill; i++)
        uart_put(' ');
}

static void put_number(uint32_t value, unsigned base, bool is_negative, const struct field *f)
{
    char digits[12];
    unsigned at = sizeof(digits);
    do {
        uint32_t digit = value % base;
        digits[--at] = (char)(digit < 10 ? '0' + digit : 'a' + digit - 10);
        value /= base;
    } while (value);
    if (is_negative)
        digits[--at] = '-';
    put_padded(&digits[at], (unsigned)sizeof(digits) - at, f);
}

static void put_string(const char *text, const struct field *f)
{
    unsigned len = 0;
    while (text[len])
        len++;
    put_padded(text, len, f);
}

static const char *read_field(const char *at, struct field *f)
{
    *f = (struct field){.pad = ' '};
    for (; *at == '0' || *at == '-'; at++) {
        if (*at == '-')
            f->is_left = true;
        else
            f->pad = '0';
    }
    for (; *at >= '0' && *at <= '9'; at++)
        f->width = f->width * 10 + (unsigned)(*at - '0');
    return at;
}

static void put_signed(int value, const struct field *f)
{
    put_number(value < 0 ? 0U - (uint32_t)value : (uint32_t)value, 10, value < 0, f);
}

static void print_list(const char *format, va_list args)
{
    for (const char *at = format; *at; at++) {
        if (*at != '%') {
            uart_put(*at);
            continue;
        }
        struct field f;
        at = read_field(at + 1, &f);
        if (*at == 's')
            put_string(va_arg(args, const char *), &f);
        else if (*at == 'c')
            uart_put((char)va_arg(args, int));
        else if (*at == 'd')
            put_signed(va_arg(args, int), &f);
        else if (*at == 'u' || *at == 'x')
            put_number(va_arg(args, uint32_t), *at == 'x' ? 16 : 10, false, &f);
        else if (*at)
            uart_put(*at);
        else
            return;
    }
}

void print(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    print_list(format, args);
    va_end(args);
}

void print_log(char level, const char *tag, const char *format, ...)
{
    print("%c (%u) %s: ", level, (unsigned)cpu_uptime_ms(), tag);
    va_list args;
    va_start(args, format);
    print_list(format, args);
    va_end(args);
    uart_put('\n');
}
