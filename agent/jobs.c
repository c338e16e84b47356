/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/agent.h"
#include "agent/crypt.h"
#include "agent/digest.h"
#include "agent/nor.h"
#include "agent/sha256.h"

/* One job while it runs. The slot's words are read once: the host owns them again after DONE only. */
struct job {
    struct nor nor;
    uint32_t command, offset, length, parameter, detail;
    uint32_t *data;
};
typedef enum mailbox_result job_fn(struct job *j);

struct copy {
    uint32_t *to;
};

static void copy_sink(void *ctx, const uint32_t *words, uint32_t bytes)
{
    struct copy *c = ctx;
    for (uint32_t i = 0; i < (bytes + 3) / 4; i++)
        c->to[i] = words[i];
    c->to += bytes / 4;
}

static enum mailbox_result do_identify(struct job *j)
{
    return nor_identify(&j->nor, (struct mailbox_id *)(void *)j->data);
}

/* The flash as it is, or as the chip decrypts it. */
static enum mailbox_result stream(struct job *j, uint32_t offset, uint32_t length, nor_sink_fn *fn, void *ctx)
{
    bool is_plain = j->command == JOB_READ_PLAIN || j->command == JOB_DIGEST_PLAIN;
    return is_plain ? crypt_stream(&j->nor, offset, length, fn, ctx) : nor_stream(&j->nor, offset, length, fn, ctx);
}

static enum mailbox_result do_read(struct job *j)
{
    if (j->length > MAILBOX_DATA_SIZE)
        return AGENT_BAD_JOB;
    return stream(j, j->offset, j->length, copy_sink, &(struct copy){j->data});
}

static enum mailbox_result do_gather(struct job *j)
{
    uint32_t each = field_get(GATHER_EACH, j->detail), step = field_get(GATHER_STEP, j->detail);
    struct copy copy = {j->data};
    j->detail = 0;
    if (!each || each % 4 || step > 31 || each > 1U << step || j->length > MAILBOX_DATA_SIZE)
        return AGENT_BAD_JOB;
    uint32_t left = j->length;
    for (uint32_t at = j->offset; left >= each; left -= each, at += 1U << step) {
        enum mailbox_result r = *j->nor.cancel ? AGENT_CANCELLED : stream(j, at, each, copy_sink, &copy);
        if (r)
            return r;
    }
    return left ? AGENT_BAD_JOB : AGENT_OK;
}

static void digest_sink(void *ctx, const uint32_t *words, uint32_t bytes)
{
    digest_add(ctx, words, bytes);
}

static enum mailbox_result do_digest(struct job *j)
{
    uint32_t *out = j->data, *end = j->data + MAILBOX_DATA_SIZE / 4;
    while (j->length) {
        struct digest d;
        uint32_t piece = MAILBOX_SECTOR - j->offset % MAILBOX_SECTOR;
        piece = piece < j->length ? piece : j->length;
        if (out == end)
            return AGENT_BAD_JOB;
        digest_start(&d, 0);
        enum mailbox_result r = stream(j, j->offset, piece, digest_sink, &d);
        if (r)
            return r;
        digest_end(&d);
        for (unsigned i = 0; i < 4; i++)
            *out++ = d.h[i];
        j->offset += piece;
        j->length -= piece;
    }
    return AGENT_OK;
}

static void sha256_sink(void *ctx, const uint32_t *words, uint32_t bytes)
{
    sha256_add(ctx, words, bytes);
}

static enum mailbox_result do_sha256(struct job *j)
{
    struct sha256 s;
    sha256_start(&s);
    enum mailbox_result r = nor_stream(&j->nor, j->offset, j->length, sha256_sink, &s);
    if (!r)
        sha256_end(&s, j->data);
    return r;
}

static enum mailbox_result do_erase(struct job *j)
{
    uint32_t log2_unit = field_get(ACCESS_UNIT, j->parameter);
    if (log2_unit < 12 || log2_unit > 24 || (j->offset | j->length) & ((1U << log2_unit) - 1))
        return AGENT_BAD_JOB;
    for (uint32_t at = 0; at < j->length; at += 1U << log2_unit) {
        if (*j->nor.cancel)
            return AGENT_CANCELLED;
        enum mailbox_result r = nor_erase_unit(&j->nor, j->offset + at);
        if (r)
            return r;
        *j->nor.done = at + (1U << log2_unit);
    }
    return AGENT_OK;
}

static enum mailbox_result do_program(struct job *j)
{
    if (j->length > MAILBOX_DATA_SIZE || (j->offset | j->length) % 4)
        return AGENT_BAD_JOB;
    return nor_program(&j->nor, j->offset, j->data, j->length, &j->detail);
}

static enum mailbox_result do_program_encrypted(struct job *j)
{
    if (j->length > MAILBOX_DATA_SIZE || (j->offset | j->length) % MAILBOX_CRYPT_UNIT)
        return AGENT_BAD_JOB;
    return crypt_program(&j->nor, j->offset, j->data, j->length, &j->detail);
}

struct compare {
    const uint32_t *wanted;
    uint32_t differs, sets; /* bits that are not as wanted, and those of them that only an erase sets */
};

static void compare_sink(void *ctx, const uint32_t *words, uint32_t bytes)
{
    struct compare *c = ctx;
    for (uint32_t i = 0; i < bytes / 4; i++) {
        c->differs |= words[i] ^ c->wanted[i];
        c->sets |= c->wanted[i] & ~words[i];
    }
    c->wanted += bytes / 4;
}

static enum mailbox_result do_compare(struct job *j)
{
    if (j->length > MAILBOX_DATA_SIZE || (j->offset | j->length) % MAILBOX_SECTOR)
        return AGENT_BAD_JOB;
    for (uint32_t n = 0; n < j->length / MAILBOX_SECTOR; n++) {
        struct compare c = {j->data + n * MAILBOX_SECTOR / 4, 0, 0};
        enum mailbox_result r = nor_stream(&j->nor, j->offset + n * MAILBOX_SECTOR, MAILBOX_SECTOR, compare_sink, &c);
        if (r)
            return r;
        uint32_t found = c.sets ? COMPARE_ERASE : c.differs ? COMPARE_CLEARS : COMPARE_SAME;
        j->detail |= found << 2 * n;
    }
    return AGENT_OK;
}

static enum mailbox_result do_status(struct job *j)
{
    uint32_t bytes = j->parameter >> 8;
    if (bytes > 3)
        return AGENT_BAD_JOB;
    return nor_write_status(&j->nor, (uint8_t)j->parameter, bytes, j->detail);
}

static enum mailbox_result do_exit(struct job *j)
{
    (void)j;
    return AGENT_OK;
}

static const struct job_kind {
    job_fn *fn;
    bool is_reading;  /* at the slower clock */
    bool needs_ready; /* a flash that is busy with something from before answers nothing but its status */
    bool has_access;  /* the parameter says how to reach the flash */
} kinds[] = {
    // clang-format off
    [JOB_IDENTIFY] = {do_identify, true,  true,  false},
    [JOB_READ]     = {do_read,     true,  true,  true},
    [JOB_DIGEST]   = {do_digest,   true,  true,  true},
    [JOB_SHA256]   = {do_sha256,   true,  true,  true},
    [JOB_ERASE]    = {do_erase,    false, true,  true},
    [JOB_PROGRAM]  = {do_program,  false, true,  true},
    [JOB_COMPARE]  = {do_compare,  true,  true,  true},
    [JOB_STATUS]   = {do_status,   false, true,  false},
    [JOB_EXIT]     = {do_exit,     true,  false, false},
    [JOB_READ_PLAIN]        = {do_read,              true,  true, true},
    [JOB_DIGEST_PLAIN]      = {do_digest,            true,  true, true},
    [JOB_PROGRAM_ENCRYPTED] = {do_program_encrypted, false, true, true},
    [JOB_GATHER]            = {do_gather,            true,  true, true},
    // clang-format on
};

static bool is_access(uint32_t parameter)
{
    uint32_t bytes = field_get(ACCESS_ADDRESS, parameter);
    return field_get(ACCESS_OPCODE, parameter) && (bytes == 3 || bytes == 4);
}

static const struct job_kind *kind_of(const struct job *j)
{
    if (j->command >= sizeof kinds / sizeof kinds[0] || !kinds[j->command].fn)
        return 0;
    const struct job_kind *kind = &kinds[j->command];
    return kind->has_access && !is_access(j->parameter) ? 0 : kind;
}

/* The flash is looked for with the first job, because the host watches over a job. */
static enum mailbox_result find_flash(struct agent *a, struct job *j)
{
    spi_clock_for_reading(a->spi);
    enum mailbox_result r = mode_find(&a->mode, a->spi, &a->box->cancel);
    if (!r || (r == AGENT_NO_FLASH && j->command == JOB_IDENTIFY))
        return AGENT_OK;
    j->nor.status = a->mode.status;
    j->detail = r == AGENT_NO_SPI ? mode_number(&a->mode) : a->mode.rdid;
    a->mode.way = 0;
    return r;
}

static enum mailbox_result do_job(struct agent *a, struct job *j)
{
    const struct job_kind *kind = kind_of(j);
    enum mailbox_result r = AGENT_OK;
    if (!kind)
        return AGENT_BAD_JOB;
    if (!a->mode.way && j->command != JOB_EXIT)
        r = find_flash(a, j);
    if (r)
        return r;
    if (kind->is_reading)
        spi_clock_for_reading(a->spi);
    else
        spi_clock_for_writing(a->spi);
    if (kind->needs_ready && a->mode.way && (a->box->cancel || nor_wait_ready(&j->nor)))
        return AGENT_NOT_BEGUN;
    return kind->fn(j);
}

static void run_job(struct agent *a, volatile struct mailbox_slot *slot, uint32_t *data)
{
    struct job j = {
        .nor = {.spi = a->spi,
                .mode = &a->mode,
                .access = slot->parameter,
                .cancel = &a->box->cancel,
                .done = &slot->done},
        .command = slot->command,
        .offset = slot->offset,
        .length = slot->length,
        .parameter = slot->parameter,
        .detail = slot->command == JOB_STATUS || slot->command == JOB_GATHER ? slot->detail : 0,
        .data = data,
    };
    slot->done = 0;
    enum mailbox_result r = do_job(a, &j);
    a->has_changed |= j.nor.has_changed;
    bool is_status = r == AGENT_CANCELLED || r == AGENT_NOT_ENABLED || r == AGENT_NOT_BEGUN;
    slot->detail = is_status ? j.nor.status : j.detail;
    slot->result = r;
    if (r) /* the job behind was given in the belief that this one succeeds */
        a->box->cancel = 1;
}

static void attach(struct agent *a)
{
    if (a->box->attached)
        return;
    spi_attach(a->spi);
    a->has_changed = false;
    a->mode.way = 0;
    a->box->attached = 1;
}

static void release(struct agent *a, uint32_t how)
{
    mode_leave(&a->mode, a->spi, how == EXIT_FOR_BOOT);
    spi_release(a->spi, a->has_changed);
    a->mode.way = 0;
    a->box->attached = 0;
}

/* The buffers are ordinary memory: nothing of them may move across a slot's change of hands. */
static inline void compiler_barrier(void)
{
    __asm__ volatile("" ::: "memory");
}

/* A job that was taken and is READY again was written twice: it is done. */
static void settle(struct agent *a)
{
    for (uint32_t n = 0; n < MAILBOX_SLOTS; n++) {
        volatile struct mailbox_slot *slot = &a->box->slots[n];
        uint32_t state = slot->state, ticket = field_get(SLOT_TICKET, state);
        if (field_get(SLOT_STATE, state) == SLOT_READY && ticket && ticket == a->tickets[n])
            slot->state = SLOT_DONE;
    }
}

void agent_run(struct agent *a, enum mailbox_mode mode)
{
    volatile struct mailbox *box = a->box;
    attach(a);
    for (;;) {
        uint32_t turn = box->next;
        volatile struct mailbox_slot *slot = &box->slots[turn];
        box->passes++;
        settle(a);
        uint32_t state = slot->state;
        if (field_get(SLOT_STATE, state) != SLOT_READY) {
            if (mode == AGENT_STOP_IF_IDLE)
                return;
            continue;
        }
        a->tickets[turn] = field_get(SLOT_TICKET, state);
        slot->state = SLOT_RUNNING;
        compiler_barrier();
        bool is_exit = slot->command == JOB_EXIT;
        run_job(a, slot, a->data[turn]);
        box->next = (turn + 1) % MAILBOX_SLOTS;
        if (is_exit)
            release(a, slot->parameter);
        compiler_barrier();
        slot->state = SLOT_DONE;
        if (is_exit)
            return;
    }
}
