#include "base/base.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/utf8.h"

const char *status_name(enum status s) {
    switch (s) {
    case OK: return "OK";
    case E_USAGE: return "E_USAGE";
    case E_INPUT: return "E_INPUT";
    case E_AUTH: return "E_AUTH";
    case E_FORBIDDEN: return "E_FORBIDDEN";
    case E_NOT_FOUND: return "E_NOT_FOUND";
    case E_CONFLICT: return "E_CONFLICT";
    case E_LIMIT: return "E_LIMIT";
    case E_BUSY: return "E_BUSY";
    case E_CORRUPT: return "E_CORRUPT";
    case E_SYSTEM: return "E_SYSTEM";
    }
    return "E_SYSTEM";
}

/* ---- diagnostics ------------------------------------------------------ */

/* Copies what fits, cut at a character boundary. */
static void text_into(char *to, size_t room, struct span s) {
    size_t n = utf8_cut(s, room - 1);
    if (n)
        memcpy(to, s.at, n);
    to[n] = '\0';
}

enum status diag_fail_args(struct diag *d, enum status s, const char *code,
    const struct diag_arg *args, size_t n) {
    assert(s != OK);
    assert(code && strlen(code) < sizeof d->code);
    assert(n <= DIAG_ARGS_MAX);
    if (!d)
        return s;
    d->status = s;
    text_into(d->code, sizeof d->code, span_of(code));
    d->arg_count = (int)n;
    for (size_t i = 0; i < n; i++) {
        text_into(d->arg[i].name, sizeof d->arg[i].name, span_of(args[i].name));
        if (!args[i].text)
            snprintf(d->arg[i].value, sizeof d->arg[i].value, "%lld", args[i].number);
        else
            text_into(d->arg[i].value, sizeof d->arg[i].value,
                args[i].text_size == SIZE_MAX
                    ? span_of(args[i].text)
                    : span_bytes(args[i].text, args[i].text_size));
    }
    return s;
}

/* A place longer than the room keeps its beginning. */
PRINTF(3, 0)
static void place(char *to, size_t room, const char *fmt, va_list ap) {
    char text[sizeof((struct diag *)0)->where * 2];
    vsnprintf(text, sizeof text, fmt, ap);
    text_into(to, room, span_of(text));
}

enum status diag_at(struct diag *d, const char *fmt, ...) {
    if (!d)
        return E_INPUT;
    va_list ap;
    va_start(ap, fmt);
    place(d->where, sizeof d->where, fmt, ap);
    va_end(ap);
    return d->status;
}

enum status diag_under(struct diag *d, const char *fmt, ...) {
    if (!d)
        return E_INPUT;
    char prefix[sizeof d->where];
    va_list ap;
    va_start(ap, fmt);
    place(prefix, sizeof prefix, fmt, ap);
    va_end(ap);
    char former[sizeof d->where];
    memcpy(former, d->where, sizeof former);
    /* "成员" + "[2]" needs no point between. */
    const char *dot = former[0] && former[0] != '[' ? "." : "";
    char joined[2 * sizeof d->where + 2];
    snprintf(joined, sizeof joined, "%s%s%s", prefix, dot, former);
    text_into(d->where, sizeof d->where, span_of(joined));
    return d->status;
}

const char *errno_name(int error) {
    static const struct { int error; const char *name; } NAME[] = {
        {EACCES, "eacces"}, {EADDRINUSE, "eaddrinuse"}, {EADDRNOTAVAIL, "eaddrnotavail"}, {EAGAIN, "eagain"}, {EBUSY, "ebusy"},
        {ECONNREFUSED, "econnrefused"}, {ECONNRESET, "econnreset"}, {EDQUOT, "edquot"}, {EEXIST, "eexist"}, {EFBIG, "efbig"},
        {EHOSTUNREACH, "ehostunreach"}, {EINVAL, "einval"}, {EIO, "eio"}, {EISDIR, "eisdir"}, {ELOOP, "eloop"}, {EMFILE, "emfile"},
        {ENAMETOOLONG, "enametoolong"}, {ENETUNREACH, "enetunreach"}, {ENOENT, "enoent"}, {ENOSPC, "enospc"}, {ENOTDIR, "enotdir"},
        {ENOTEMPTY, "enotempty"}, {ENXIO, "enxio"}, {EPERM, "eperm"}, {EPIPE, "epipe"}, {EROFS, "erofs"}, {ETIMEDOUT, "etimedout"},
        {ETXTBSY, "etxtbsy"}, {EXDEV, "exdev"}};
    for (size_t i = 0; i < ARRAY_LEN(NAME); i++)
        if (NAME[i].error == error)
            return NAME[i].name;
    return "eother";
}

enum status diag_line(struct diag *d, int line) {
    if (!d)
        return E_INPUT;
    d->line = line;
    return d->status;
}

void diag_clear(struct diag *d) {
    if (d)
        memset(d, 0, sizeof *d);
}

/* ---- memory of the programs ------------------------------------------- */

void *xmalloc(size_t n) {
    void *p = malloc(n ? n : 1);
    if (!p)
        abort();
    return p;
}

void *xcalloc(size_t n, size_t size) {
    void *p = calloc(n ? n : 1, size ? size : 1);
    if (!p)
        abort();
    return p;
}

void *xrealloc(void *p, size_t n) {
    void *q = realloc(p, n ? n : 1);
    if (!q)
        abort();
    return q;
}

char *xstrdup(const char *s) {
    assert(s);
    size_t n = strlen(s) + 1;
    return memcpy(xmalloc(n), s, n);
}
