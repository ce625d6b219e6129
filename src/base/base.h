/* The words every file speaks: statuses, diagnostics, spans, ownership.
 *
 * Two ways to fail.  A bug (a broken promise between two functions) asserts.
 * An event of the world (bad input, a full disk, a lost race) returns a
 * status and fills a diagnostic; the caller passes it on or handles it.
 *
 * Nothing here prints, exits or keeps global state, so the engines can run
 * inside a server, a database or a browser. */
#ifndef BASE_BASE_H
#define BASE_BASE_H

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define NODISCARD __attribute__((warn_unused_result))
#define PRINTF(f, a) __attribute__((format(printf, f, a)))
#define UNUSED __attribute__((unused))
#define ARRAY_LEN(a) (sizeof(a) / sizeof *(a))

/* Each status maps once to an HTTP status (http/problem.h) and once to an
 * exit status (cli/exit.h). */
enum status {
    OK = 0,
    E_USAGE,     /* the caller asked wrongly: command line, unknown parameter */
    E_INPUT,     /* data from outside is wrong: form, file, model, body */
    E_AUTH,      /* who are you? */
    E_FORBIDDEN, /* you may not */
    E_NOT_FOUND,
    E_CONFLICT,  /* true a moment ago: version, duplicate, state */
    E_LIMIT,     /* a ceiling was reached, memory included */
    E_BUSY,      /* try again: lock, serialization failure, rate */
    E_CORRUPT,   /* stored data contradicts itself */
    E_SYSTEM     /* disk, network, another program */
};

/* The name of a status as logs and JSON show it: "E_INPUT". */
const char *status_name(enum status s);

/* A view of bytes.  Not terminated; owned by somebody else. */
struct span {
    const char *at;
    size_t size;
};

static inline struct span span_of(const char *s) {
    return (struct span){s, s ? strlen(s) : 0};
}
static inline struct span span_bytes(const void *p, size_t n) {
    return (struct span){(const char *)p, n};
}
/* Names of 8 to 16 bytes, two to five Chinese characters, are most of what is
 * compared: two words that overlap, without a call. */
static inline bool span_eq(struct span a, struct span b) {
    if (a.size != b.size)
        return false;
    if (a.size == 0 || a.at == b.at)
        return true;
    if (a.size - 8 > 8)
        return memcmp(a.at, b.at, a.size) == 0;
    uint64_t x[2], y[2];
    memcpy(&x[0], a.at, 8);
    memcpy(&y[0], b.at, 8);
    memcpy(&x[1], a.at + a.size - 8, 8);
    memcpy(&y[1], b.at + a.size - 8, 8);
    return ((x[0] ^ y[0]) | (x[1] ^ y[1])) == 0;
}
static inline bool span_is(struct span a, const char *s) {
    return span_eq(a, span_of(s));
}
/* One behind the last byte; an empty span may be {NULL, 0}, and NULL + 0 is
 * undefined in C. */
static inline const char *span_end(struct span s) {
    return s.size ? s.at + s.size : s.at;
}
#define SPAN(literal) ((struct span){(literal), sizeof(literal) - 1})
/* printf("%.*s", SPAN_ARG(s)) */
#define SPAN_ARG(s) (int)(s).size, (s).at

/* ---- diagnostics ------------------------------------------------------ */

/* What went wrong, where, and the facts a sentence about it needs.
 * The sentence itself is in the catalogue (messages.csv beside the code,
 * Chinese and English: what, where, what to do), never in C.
 *
 * A diag never holds personal data: names and numbers of people are neither
 * logged nor shown back. */
enum { DIAG_ARGS_MAX = 6 };

struct diag {
    enum status status;
    char code[64];   /* catalogue key, "idnum.check_digit" */
    char where[256]; /* path in the input: "户.成员[2].收入", "file.dmn:12" */
    int line;        /* 1-based, 0 = does not apply */
    int arg_count;
    struct {
        char name[24];
        char value[200]; /* cut at a character boundary */
    } arg[DIAG_ARGS_MAX];
};

struct diag_arg {
    const char *name;
    const char *text;  /* or NULL: use number */
    long long number;
    size_t text_size;  /* SIZE_MAX: terminated */
};
#define DIAG_S(name, s) ((struct diag_arg){(name), (s), 0, SIZE_MAX})
#define DIAG_N(name, n) ((struct diag_arg){(name), NULL, (long long)(n), 0})
#define DIAG_SPAN(name, sp) ((struct diag_arg){(name), (sp).at, 0, (sp).size})

/* diag_fail(diag, E_INPUT, "idnum.check_digit", DIAG_S("position", "18"));
 * Fills `d` (which may be NULL) and returns the status, so that a function can
 * `return diag_fail(...)`.  Keeps d->where. */
#define diag_fail(d, status, code, ...)                                        \
    diag_fail_args((d), (status), (code),                                      \
        (const struct diag_arg[]){{0}, ##__VA_ARGS__} + 1,                     \
        sizeof((const struct diag_arg[]){{0}, ##__VA_ARGS__}) /                \
                sizeof(struct diag_arg) - 1)
enum status diag_fail_args(struct diag *d, enum status s, const char *code,
    const struct diag_arg *args, size_t n);

/* Sets the place; printf-like.  Returns d->status for `return diag_at(...)`. */
enum status diag_at(struct diag *d, const char *fmt, ...) PRINTF(2, 3);
/* Prefixes the place: "成员[2]" + "." + former place. */
enum status diag_under(struct diag *d, const char *fmt, ...) PRINTF(2, 3);
enum status diag_line(struct diag *d, int line);
/* "enospc": what a sentence words as {reason@errno}; "eother": one of those that nobody meets. */
const char *errno_name(int error);
void diag_clear(struct diag *d);

/* ---- ownership -------------------------------------------------------- */

/* A destructor `T_free(struct T *)` accepts NULL and returns NULL.
 * AUTO(T) struct T *x = NULL;   freed when the scope ends
 * *ret = TAKE(x);               handed over */
#define AUTO(type) __attribute__((cleanup(type##_auto_free_)))
#define DEFINE_AUTO(type)                                                      \
    static inline void type##_auto_free_(struct type **p) { type##_free(*p); }
#define TAKE(p) __extension__({ __typeof__(p) take_ = (p); (p) = NULL; take_; })

/* Only the programs may abort when memory ends (cli, server); the engines
 * return E_LIMIT.  See arena.h. */
void *xmalloc(size_t n);
void *xcalloc(size_t n, size_t size);
void *xrealloc(void *p, size_t n);
char *xstrdup(const char *s);

#endif
