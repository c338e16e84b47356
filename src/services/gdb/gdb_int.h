/* SPDX-License-Identifier: Apache-2.0 */
/* Shared by the files of this folder. */
#ifndef SERVICES_GDB_GDB_INT_H
#define SERVICES_GDB_GDB_INT_H

#include "services/gdb/gdb.h"
#include "services/line/packet.h"
#include "session/breaks.h"
#include "session/flash_map.h"

enum {
    GDB_MAX_POINTS = 512,
    GDB_MAX_CONDITIONS = 4096, /* bytes of conditions of one breakpoint */
    GDB_HALT_MS = 1000,
    GDB_MAX_THREADS = RTOS_MAX_THREADS + SESSION_MAX_CORES,
};

enum gdb_signal { GDB_SIGNAL_0 = 0, GDB_SIGNAL_INT = 2, GDB_SIGNAL_TRAP = 5 };

/* The numbers of Z and z packets. */
enum point_type { POINT_SOFTWARE, POINT_HARDWARE, POINT_WRITE, POINT_READ, POINT_ACCESS, POINT_TYPES };

/* A breakpoint or watchpoint that a GDB wants. The target has one for all that want the same. */
struct gdb_point {
    unsigned client;
    enum point_type type;
    uint32_t addr, len;
    bool is_borrowed;      /* a "bp" of the user was there before */
    struct buf conditions; /* agent expressions, each behind its length (two bytes); empty: stops always */
};

/* What GDB programs into the flash, until vFlashDone. */
struct gdb_flash {
    struct flash_range *erased; /* offset: an address */
    size_t erased_count;
    struct gdb_flash_piece {
        uint32_t addr;
        struct buf bytes;
    } * pieces;
    size_t piece_count;
    size_t total; /* bytes in pieces */
};

struct gdb_client {
    unsigned id;
    bool is_extended, is_live;                      /* live: attached without halting */
    bool takes_texts, takes_swbreak, takes_hwbreak; /* as its qSupported says */
    unsigned core;                                  /* of g, m and so on: index of the session's configuration */
    unsigned core_cont;                             /* of c and s */
    /* The same, of a thread of the program's operating system; 0: what runs on that core. */
    uint32_t thread, thread_cont;
    uint32_t told; /* the core that it was told of last as the thread that stopped; 0: a thread of the system */
    /* It was told of a core before the system's threads were known, and goes on with that id: which thread it is since then. */
    struct {
        uint32_t id, thread; /* 0: there is none */
    } alias;
    unsigned question;   /* of qSymbol: the last that was asked */
    bool is_waiting;     /* for a stop */
    bool is_interrupted; /* it has asked for the stop */
    unsigned untold;     /* cores that stopped at a point, too, while another one's stop was told */
    unsigned running;    /* the cores that it has let go: one bit each */
    struct {
        bool is_on;
        unsigned core;
        uint32_t start, end;
    } range;
    struct buf map; /* the memory map, as GDB is reading it */
    struct gdb_flash flash;
    char said[256]; /* the last sentence that went to the log for it */
    struct gdb_client *next;
};

struct gdb {
    struct session *session;
    struct tcl *tcl;
    struct line *line;
    struct log *log;
    struct gdb_client *clients;
    struct gdb_point points[GDB_MAX_POINTS];
    size_t point_count;
    bool poll_failed;
    struct gdb_server {
        unsigned core; /* of which it is, in the configuration: where its clients begin */
        char port[32];
    } servers[SESSION_MAX_CORES];
    unsigned server_count;
};

/* One packet on its way. */
struct gdb_call {
    struct gdb *gdb;
    struct gdb_client *client;
    const char *args; /* behind the name of the packet; len bytes, then a zero */
    size_t len;
    struct buf reply;
    bool is_silent; /* there is no reply (yet) */
    bool closes;
};

typedef void gdb_fn(struct gdb_call *c);
/* A packet: one letter, or for those that begin with q, Q or v the word up to : , ; = or the end. */
struct gdb_packet {
    const char *name; /* NULL ends a table */
    gdb_fn *fn;
};
extern const struct gdb_packet gdb_register_packets[], gdb_memory_packets[], gdb_run_packets[], gdb_point_packets[],
    gdb_query_packets[], gdb_xfer_packets[], gdb_flash_packets[], gdb_monitor_packets[], gdb_thread_packets[];

/* --- server.c: replies --- */
void gdb_ok(struct gdb_call *c);
/* The error's sentence, for a GDB that takes texts; else a number, and the sentence goes to the log. */
void gdb_fail(struct gdb_call *c, enum err e);
/* The same with the sentence made here. */
void gdb_refuse(struct gdb_call *c, enum err e, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* Text on the GDB's console; only while it waits for a stop or for a command's end. */
void gdb_say(struct gdb *g, const struct gdb_client *client, const char *text);
/* The core that a client's packets are about; NULL: the session has none, or not any more. */
struct core *gdb_core(struct gdb *g, unsigned index);
struct core *gdb_client_core(const struct gdb_call *c);
/* Whether that core, or another through which memory is reached, stands still. */
bool gdb_is_halted(struct gdb *g);

/* --- text.c: what packets are made of --- */
/* Reads hex digits from *at; false when there is none, or the number does not fit. */
bool gdb_hex(const char **at, uint64_t *value);
bool gdb_hex32(const char **at, uint32_t *value);
/* "addr,len" */
bool gdb_range(const char **at, uint32_t *addr, uint32_t *len);
bool gdb_skip(const char **at, char c);
/* The id of a thread, -1 for all, 0 for any. */
enum { GDB_ALL_THREADS = -1, GDB_ANY_THREAD = 0 };
bool gdb_thread(const char **at, int64_t *id);
unsigned gdb_thread_id(unsigned core); /* of a core itself */
void gdb_put_hex(struct buf *out, const void *bytes, size_t len);
/* Bytes out of hex digits until the end of the text: false when there is anything else. */
bool gdb_get_hex(const char *text, size_t len, struct buf *out);

/* --- threads.c --- */
struct gdb_thread {
    uint32_t id;                    /* as the client knows it */
    int core;                       /* on which it runs, an index into the configuration's; -1: on none */
    const struct rtos_thread *rtos; /* NULL: the core itself. Valid until the chip runs. */
};
/* All that GDB is told of; those that run come first. */
size_t gdb_list_threads(struct gdb *g, struct gdb_client *client, struct gdb_thread list[static GDB_MAX_THREADS]);
/* False: there is no thread of that id, and no core. */
bool gdb_find_thread(struct gdb *g, struct gdb_client *client, uint32_t id, struct gdb_thread *out);
/* The one that a client's g, p and so on are about. */
bool gdb_client_thread(struct gdb *g, struct gdb_client *client, struct gdb_thread *out);
/* What runs on the client's core: the client takes it for the current thread from now on. */
uint32_t gdb_tell_thread(struct gdb *g, struct gdb_client *client);
/* Its name and state in words. */
void gdb_put_thread(struct gdb *g, const struct gdb_thread *t, struct buf *out);
/* The object "threads" of qXfer. */
void gdb_put_threads(struct gdb *g, struct gdb_client *client, struct buf *out);

/* --- run.c --- */
/* Lets go what waits for the client; called when it detaches or is gone. */
void gdb_stop_waiting(struct gdb_client *client);
enum err gdb_resume_all(struct gdb *g) MUST_USE;
/* Halts what runs; ERR_OK when at least one core stands still. */
enum err gdb_halt_all(struct gdb *g) MUST_USE;
/* "T05thread:1;...": why the target stands still, for this client. */
void gdb_put_stop(struct gdb *g, struct gdb_client *client, struct buf *out);
/* The same of a halted core, whichever stands for the client's last stop. */
void gdb_put_stop_of(struct gdb *g, struct gdb_client *client, struct core *core, struct buf *out);
/* Cores, by bit, that have come to a point of the client's, too, and of which it was not told. */
unsigned gdb_find_untold(struct gdb *g, const struct gdb_client *client);

/* --- points.c --- */
/* Removes a client's points (NULL: everybody's); halts the chip for it when it must, and lets it go on. */
enum err gdb_remove_points(struct gdb *g, const struct gdb_client *client) MUST_USE;
/* The point that stopped a core; NULL: none of ours. */
const struct gdb_point *gdb_hit_point(struct gdb *g, const struct gdb_client *client, struct core *core);
/* Of one core: whether it stopped at points whose conditions are all false. */
bool gdb_is_unwanted(struct gdb *g, struct core *core);
/* Whether a stop at breakpoints is one that nobody wants: all conditions are false. */
bool gdb_is_unwanted_stop(struct gdb *g);

/* --- memory_map.c --- */
/* The mapping, if asking for it does not halt a chip that is to run on; NULL otherwise. */
const struct mapping *gdb_mapping(struct gdb *g, const struct gdb_client *client);
/* Before GDB reads or writes memory: it is to see the program's RAM, whoever has used the flash before. */
void gdb_release_agent(struct gdb *g);
void gdb_put_memory_map(struct gdb *g, const struct gdb_client *client, struct buf *out);
/* Whether an option of the configuration is switched off ("gdb memory_map"). */
bool gdb_is_off(const struct gdb *g, const char *option);

/* --- flash.c --- */
void gdb_flash_forget(struct gdb_client *client);

#endif
