/* SPDX-License-Identifier: Apache-2.0 */
/* Programs that a compiler made, for both machines: each result word must be the same. No library but libgcc. */
typedef unsigned int u32;
typedef unsigned long long u64;
typedef unsigned char u8;

/* The packaged library of this compiler has no unsigned division. */
u32 __udivsi3(u32 a, u32 b);
u32 __umodsi3(u32 a, u32 b);
u32 __udivsi3(u32 a, u32 b)
{
    u32 q = 0, r = 0;
    for (int i = 31; i >= 0; i--) {
        u32 carry = r >> 31;
        r = r << 1 | (a >> i & 1);
        if (carry || r >= b) {
            r -= b;
            q |= 1U << i;
        }
    }
    return q;
}
u32 __umodsi3(u32 a, u32 b)
{
    return a - __udivsi3(a, b) * b;
}

u32 results[64];
static u32 count;

static void result(u32 v)
{
    results[count++] = v;
}

static u32 next(u32 *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 17;
    *seed ^= *seed << 5;
    return *seed;
}

static u32 crc32(const u8 *p, u32 n)
{
    u32 c = ~0U;
    while (n--) {
        c ^= *p++;
        for (int i = 0; i < 8; i++)
            c = c & 1 ? c >> 1 ^ 0xEDB88320U : c >> 1;
    }
    return ~c;
}

static int numbers[256];

static void quicksort(int *a, int low, int high)
{
    if (low >= high)
        return;
    int pivot = a[(low + high) / 2], i = low, j = high;
    while (i <= j) {
        while (a[i] < pivot)
            i++;
        while (a[j] > pivot)
            j--;
        if (i <= j) {
            int t = a[i];
            a[i++] = a[j];
            a[j--] = t;
        }
    }
    quicksort(a, low, j);
    quicksort(a, i, high);
}

static u8 bytes[1024];
static short halves[128];

static void text(void)
{
    u32 seed = 99;
    for (u32 i = 0; i < sizeof bytes; i++)
        bytes[i] = (u8)(next(&seed) >> 7);
    result(crc32(bytes, sizeof bytes));
    for (int i = 0; i < 128; i++)
        halves[i] = (short)next(&seed);
    int sum = 0;
    for (int i = 0; i < 128; i++)
        sum += halves[i] * halves[127 - i] >> 3;
    result((u32)sum);
}

static void sorting(void)
{
    u32 seed = 1;
    for (int i = 0; i < 256; i++)
        numbers[i] = (int)next(&seed);
    quicksort(numbers, 0, 255);
    for (int i = 1; i < 256; i++)
        if (numbers[i - 1] > numbers[i])
            result(0xBAD00000U + (u32)i);
    result(crc32((const u8 *)numbers, sizeof numbers));
}

/* Shift and subtract: the compiler's own 64-bit shifts and compares, no library. */
static u64 divide(u64 a, u32 b, u32 *rest)
{
    u64 q = 0, r = 0;
    for (int i = 63; i >= 0; i--) {
        r = r << 1 | (a >> i & 1);
        q <<= 1;
        if (r >= b) {
            r -= b;
            q |= 1;
        }
    }
    *rest = (u32)r;
    return q;
}

static void wide(void)
{
    u64 x = 0x123456789ABCDEFULL;
    u32 y = 0xFEDCBA9, mix = 0;
    for (int i = 0; i < 50; i++) {
        u32 rest;
        x = (x << 13) - (x >> 7) + ((u64)y << 21 ^ x);
        u64 q = divide(x, y, &rest);
        mix ^= rest + (u32)q + (u32)(q >> 32) + (u32)((long long)x >> (i & 63));
        y += (u32)(x >> 33) | 1;
        mix += (u32)y / (u32)(i + 3) + (u32)((int)mix % (i - 60));
    }
    result(mix);
    result((u32)(x >> 32));
}

static u32 bits_of(float f)
{
    union {
        float f;
        u32 bits;
    } u = {f};
    return u.bits;
}

/* Single precision by the compiler's library. */
static void soft_float(void)
{
    float f = 1.0f, g = 3.5f;
    u32 mix = 0;
    for (int i = 1; i < 40; i++) {
        g = g / 1.7f;
        f = f < g ? f / g : g / f;
        g = f != g ? (f / 0.3f) : 2.0f;
        mix ^= bits_of(f) + (u32)i;
    }
    result(mix);
    result((u32)(int)(g / 0.001f));
}

static u32 collatz(u32 n)
{
    u32 steps = 0;
    for (; n != 1; steps++)
        n = n & 1 ? 3 * n + 1 : n / 2;
    return steps;
}

static int ackermann(int m, int n)
{
    return m == 0 ? n + 1 : n == 0 ? ackermann(m - 1, 1) : ackermann(m - 1, ackermann(m, n - 1));
}

void run(void)
{
    text();
    sorting();
    wide();
    soft_float();
    u32 longest = 0;
    for (u32 n = 1; n < 300; n++)
        longest = collatz(n) > longest ? collatz(n) : longest;
    result(longest);
    result((u32)ackermann(2, 9));
    int sieve = 0;
    for (int i = 2; i < 500; i++) {
        int j = 2;
        while (j * j <= i && i % j)
            j++;
        sieve += j * j > i;
    }
    result((u32)sieve);
    result(count);
}
