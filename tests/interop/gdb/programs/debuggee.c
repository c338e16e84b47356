/* SPDX-License-Identifier: Apache-2.0 */
/* What GDB debugs: locals, structures, recursion, calls, loops, memory that changes. One lap after the other, for ever. */
#include "debuggee.h"

struct point {
    int x, y;
};

struct shape {
    const char *name;
    struct point corners[4];
    unsigned kind : 3, is_closed : 1;
};

static const int primes[] = {2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37};
enum { PRIMES = sizeof primes / sizeof primes[0] };

volatile unsigned laps;
volatile int watched, written_rarely, trouble;
volatile unsigned char small;
volatile int history[16];
volatile long long wide = 0x1122334455667788;
const char message[] = "the same bytes in GDB, in the file and in the chip";
struct shape square = {"square", {{0, 0}, {4, 0}, {4, 4}, {0, 4}}, 5, 1};

int add(int a, int b)
{
    return a + b;
}

long long mix(int a, long long b, int c)
{
    return a + b - c;
}

int sum_of(const int *values, int count)
{
    int sum = 0;
    for (int i = 0; i < count; i++)
        sum += values[i];
    return sum;
}

__attribute__((noinline)) int bottom(int from)
{
    int here = from + 1000;
    watched += here & 1;
    return here;
}

__attribute__((noinline)) int deep(int levels)
{
    int twice = levels * 2;
    if (levels == 0)
        return bottom(twice);
    int below = deep(levels - 1);
    return below + twice;
}

__attribute__((noinline)) void touch(unsigned lap)
{
    int before = watched;
    watched = before + 3;
    history[lap % 16] = before;
    small = (unsigned char)(small + 1);
    if (lap % 8 == 7)
        written_rarely = (int)lap;
}

__attribute__((noinline)) int measure(struct shape *s)
{
    int area = 0;
    for (int i = 0; i < 4; i++) {
        struct point a = s->corners[i], b = s->corners[(i + 1) % 4];
        area += a.x * b.y - b.x * a.y;
    }
    return area / 2;
}

/* Twenty functions for twenty breakpoints. */
#define STOP(n)                                                                                                        \
    __attribute__((noinline)) unsigned stop_##n(unsigned lap)                                                          \
    {                                                                                                                  \
        return lap + n;                                                                                                \
    }
#define EACH_STOP(do)                                                                                                  \
    do                                                                                                                 \
    (0) do(1) do(2) do(3) do(4) do(5) do(6) do(7) do(8) do(9) do(10) do(11) do(12) do(13) do(14) do(15) do(16) do(     \
        17) do(18) do(19)
EACH_STOP(STOP)
#define CALL_STOP(n) stops += stop_##n(lap);

volatile unsigned stops;

int main(void)
{
    for (unsigned lap = 0;; lap++) {
        laps = lap;
        touch(lap);
        int area = measure(&square);
        int sum = sum_of(primes, PRIMES);
        int depth = deep(6);
        history[(lap + 1) % 16] = add(area, sum) + depth;
        EACH_STOP(CALL_STOP)
        if (trouble)
            make_trouble(trouble);
    }
}
