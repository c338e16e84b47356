/* SPDX-License-Identifier: Apache-2.0 */
/* What bench/lx6_speed.c and bench/rv32_speed.c run: a mix of arithmetic, loads, stores, branches and calls, as a compiler makes it. */

/* The first instruction of the image, so that nobody has to look for the entry. */
__asm__(".section .start, \"ax\"\n\tj main_loop\n\t.previous\n");

typedef unsigned char u8;
typedef unsigned u32;

static u8 bytes[4096];
static u32 table[256];

static void make_table(void)
{
    for (u32 i = 0; i < 256; i++) {
        u32 v = i;
        for (int bit = 0; bit < 8; bit++)
            v = v & 1 ? v >> 1 ^ 0xEDB88320 : v >> 1;
        table[i] = v;
    }
}

__attribute__((noinline)) static u32 crc(u32 start, u32 len)
{
    u32 v = ~start;
    for (u32 i = 0; i < len; i++)
        v = table[(v ^ bytes[i]) & 0xFF] ^ v >> 8;
    return ~v;
}

/* An insertion sort of words in place, over and over on changing data. */
__attribute__((noinline)) static void sort(u32 *words, u32 count)
{
    for (u32 i = 1; i < count; i++) {
        u32 v = words[i], at = i;
        while (at > 0 && words[at - 1] > v) {
            words[at] = words[at - 1];
            at--;
        }
        words[at] = v;
    }
}

void main_loop(void);
void main_loop(void)
{
    static u32 words[64];
    u32 seed = 1;
    make_table();
    for (;;) {
        for (u32 i = 0; i < sizeof bytes; i++) {
            seed = seed * 1664525 + 1013904223;
            bytes[i] = (u8)(seed >> 24);
        }
        seed ^= crc(seed, sizeof bytes);
        for (u32 i = 0; i < 64; i++)
            words[i] = seed * (i + 1);
        sort(words, 64);
        seed += words[7];
    }
}
