#include "civil/screening/stream.h"

#include "crypto/hash.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

enum { STREAM_BUFFER = 1 << 17 }; /* 80 columns of 128 KiB are 10 MB */

enum status snapshot_system(struct diag *d, const char *name) {
    int why = errno;
    diag_fail(d, E_SYSTEM, why == ENOSPC || why == EDQUOT ? "snapshot.full" : "snapshot.file", DIAG_S("file", name), DIAG_S("reason", errno_name(why)));
    return E_SYSTEM;
}

void stream_init(struct stream *s, int folder, const char *name) {
    *s = (struct stream){.folder = folder, .fd = -1};
    snprintf(s->name, sizeof s->name, "%s", name);
}

void stream_release(struct stream *s) {
    if (s->fd >= 0)
        close(s->fd);
    free(s->buffer);
    s->fd = -1;
    s->buffer = NULL;
}

static enum status write_all(struct stream *s, const uint8_t *p, size_t n, struct diag *d) {
    while (n) {
        ssize_t done = write(s->fd, p, n);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return snapshot_system(d, s->name);
        p += done;
        n -= (size_t)done;
    }
    return OK;
}

static enum status flush(struct stream *s, struct diag *d) {
    size_t n = s->buffered;
    s->buffered = 0;
    return n ? write_all(s, s->buffer, n, d) : OK;
}

static enum status open_file(struct stream *s, struct diag *d) {
    if (s->fd >= 0)
        return OK;
    if (!s->buffer && !(s->buffer = malloc(STREAM_BUFFER)))
        return diag_fail(d, E_LIMIT, "base.memory");
    s->fd = openat(s->folder, s->name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
    if (s->fd < 0 || lseek(s->fd, (off_t)(SNAPSHOT_HEADER_BYTES + s->bytes), SEEK_SET) < 0)
        return snapshot_system(d, s->name);
    return OK;
}

static bool zeros(const uint8_t *p, size_t n) {
    return n == 0 || (p[0] == 0 && memcmp(p, p + 1, n - 1) == 0);
}

enum status stream_write(struct stream *s, const void *p, size_t n, struct diag *d) {
    const uint8_t *at = p;
    enum status r = OK;
    if (s->fd < 0 && !zeros(at, n))
        r = open_file(s, d);
    if (r != OK)
        return r;
    s->bytes += n;
    if (s->fd < 0)
        return OK;
    if (s->buffered + n > STREAM_BUFFER && (r = flush(s, d)) != OK)
        return r;
    if (n > STREAM_BUFFER)
        return write_all(s, at, n, d);
    memcpy(s->buffer + s->buffered, at, n);
    s->buffered += n;
    return OK;
}

enum status stream_zeros(struct stream *s, uint64_t n, struct diag *d) {
    static const uint8_t nothing[4096];
    enum status r = OK;
    if (s->fd < 0) {
        s->bytes += n;
        return OK;
    }
    for (; r == OK && n; n -= n < sizeof nothing ? n : sizeof nothing)
        r = stream_write(s, nothing, n < sizeof nothing ? (size_t)n : sizeof nothing, d);
    return r;
}

enum status stream_bits(struct stream *s, const uint8_t *cell, size_t n, uint8_t kind, struct diag *d) {
    enum { WORDS = 128 };
    uint64_t out[WORDS];
    size_t words = 0;
    enum status r = OK;
    for (size_t i = 0; r == OK && i < n; i++) {
        s->word |= (uint64_t)(cell[i] == kind) << (s->bits++ % 64);
        if (s->bits % 64)
            continue;
        out[words++] = s->word;
        s->word = 0;
        if (words == WORDS) {
            r = stream_write(s, out, sizeof out, d);
            words = 0;
        }
    }
    return r == OK ? stream_write(s, out, words * sizeof *out, d) : r;
}

/* ---- widening ---------------------------------------------------------------------------- */

static int64_t value_at(const uint8_t *p, int width) {
    int8_t a;
    int16_t b;
    int32_t c;
    int64_t e;
    switch (width) {
    case 1: return memcpy(&a, p, 1), a;
    case 2: return memcpy(&b, p, 2), b;
    case 4: return memcpy(&c, p, 4), c;
    default: return memcpy(&e, p, 8), e;
    }
}

static enum status copy_wider(struct stream *from, struct stream *to, int narrow, int wide, struct diag *d) {
    enum { VALUES = 1024 };
    uint8_t in[VALUES * 8], out[VALUES * 8];
    enum status r = OK;
    for (uint64_t at = 0; r == OK && at < from->bytes;) {
        size_t n = from->bytes - at < (uint64_t)(VALUES * narrow) ? (size_t)(from->bytes - at) : (size_t)(VALUES * narrow);
        if (pread(from->fd, in, n, (off_t)(SNAPSHOT_HEADER_BYTES + at)) != (ssize_t)n)
            return snapshot_system(d, from->name);
        size_t values = n / (size_t)narrow;
        for (size_t i = 0; i < values; i++) {
            int64_t v = value_at(in + i * (size_t)narrow, narrow);
            memcpy(out + i * (size_t)wide, &v, (size_t)wide); /* little-endian: the low bytes come first */
        }
        r = stream_write(to, out, values * (size_t)wide, d);
        at += n;
    }
    return r;
}

enum status stream_widen(struct stream *s, int from, int to, struct diag *d) {
    if (s->fd < 0) {
        s->bytes = s->bytes / (uint64_t)from * (uint64_t)to;
        return OK;
    }
    struct stream wider;
    char name[STREAM_NAME_MAX];
    snprintf(name, sizeof name, "%.40s.w", s->name);
    stream_init(&wider, s->folder, name);
    enum status r = flush(s, d);
    if (r == OK)
        r = copy_wider(s, &wider, from, to, d);
    if (r == OK)
        r = open_file(&wider, d);
    if (r == OK && renameat(s->folder, wider.name, s->folder, s->name) != 0)
        r = snapshot_system(d, s->name);
    if (r != OK) {
        stream_release(&wider);
        unlinkat(s->folder, name, 0);
        return r;
    }
    memcpy(wider.name, s->name, sizeof s->name);
    stream_release(s);
    *s = wider;
    return OK;
}

/* ---- the end ------------------------------------------------------------------------------- */

static enum status sum(struct stream *s, struct cohort_snapshot_file *f, struct diag *d) {
    void *p = mmap(NULL, f->bytes, PROT_READ, MAP_SHARED, s->fd, 0);
    if (p == MAP_FAILED)
        return snapshot_system(d, s->name);
    struct hash h = hash_one(HASH_SHA256, span_bytes(p, f->bytes));
    munmap(p, f->bytes);
    hash_hex(&h, f->sha256);
    return OK;
}

enum status stream_finish(struct stream *s, struct cohort_snapshot_file *f, struct diag *d) {
    uint8_t header[SNAPSHOT_HEADER_BYTES];
    enum status r = OK;
    if (s->bits % 64)
        r = stream_write(s, &s->word, sizeof s->word, d);
    if (r == OK)
        r = open_file(s, d);
    if (r == OK)
        r = flush(s, d);
    f->name = span_of(s->name);
    f->bytes = cohort_snapshot_bytes(f);
    cohort_snapshot_header(f, header);
    if (r != OK)
        return r;
    if (ftruncate(s->fd, (off_t)f->bytes) != 0 || pwrite(s->fd, header, sizeof header, 0) != (ssize_t)sizeof header)
        return snapshot_system(d, s->name);
    return OK;
}

enum status stream_sync(struct stream *s, struct cohort_snapshot_file *f, struct diag *d) {
    enum status r = fsync(s->fd) == 0 ? sum(s, f, d) : snapshot_system(d, s->name);
    stream_release(s);
    return r;
}
