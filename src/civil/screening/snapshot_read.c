/* Opening: the manifest, then every file mapped read-only. */
#include "civil/screening/snapshot_files.h"

#include "base/arena.h"
#include "civil/screening/stream.h"
#include "crypto/hash.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

struct snapshot {
    struct arena *arena;
    struct cohort_snapshot content;
    struct span *mapped;
    const int64_t *id, *division, *member_id;
    uint64_t bytes;
    char sha256[2 * HASH_BYTES + 1];
};

struct snapshot *snapshot_free(struct snapshot *s) {
    if (!s)
        return NULL;
    for (size_t i = 0; s->mapped && i < s->content.file_count; i++)
        if (s->mapped[i].at)
            munmap((void *)(uintptr_t)s->mapped[i].at, s->mapped[i].size);
    arena_free(s->arena);
    return NULL;
}

/* ---- files ---------------------------------------------------------------------------- */

/* A plain file of the folder itself.  Nothing hangs on what a name points at elsewhere. */
static enum status open_plain(int folder, const char *name, int *ret, uint64_t *ret_size, struct diag *d) {
    struct stat st;
    int fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0 && (errno == ENOENT || errno == ELOOP)) {
        diag_fail(d, E_INPUT, "snapshot.missing", DIAG_S("file", name));
        return diag_at(d, "%s", name), E_INPUT;
    }
    if (fd < 0)
        return snapshot_system(d, name);
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
        close(fd);
        diag_fail(d, E_INPUT, "snapshot.missing", DIAG_S("file", name));
        return diag_at(d, "%s", name), E_INPUT;
    }
    *ret = fd;
    *ret_size = (uint64_t)st.st_size;
    return OK;
}

static enum status read_text(struct arena *a, int folder, const char *name, size_t max, struct span *ret, struct diag *d) {
    int fd = -1;
    uint64_t size;
    enum status s = open_plain(folder, name, &fd, &size, d);
    if (s != OK)
        return s;
    char *text = size <= max ? arena_alloc(a, (size_t)size + 1) : NULL;
    size_t at = 0;
    for (ssize_t n = 1; text && at < size && n > 0; at += n > 0 ? (size_t)n : 0)
        if ((n = read(fd, text + at, (size_t)size - at)) < 0 && errno == EINTR)
            n = 1, at--;
    close(fd);
    if (size > max)
        return diag_fail(d, E_INPUT, "snapshot.format");
    *ret = (struct span){text, at};
    return text ? OK : arena_full(d);
}

static enum status map_file(const struct cohort_snapshot_file *f, int folder, struct span *ret, struct diag *d) {
    char name[80];
    int fd = -1;
    uint64_t size;
    snprintf(name, sizeof name, "%.*s", SPAN_ARG(f->name));
    enum status s = open_plain(folder, name, &fd, &size, d);
    if (s != OK)
        return s;
    if (size != f->bytes) { /* not mapped: reading behind the end of a file is a signal */
        close(fd);
        diag_fail(d, E_INPUT, "snapshot.size");
        return diag_at(d, "%s", name), E_INPUT;
    }
    void *p = mmap(NULL, (size_t)size, PROT_READ, MAP_SHARED, fd, 0);
    if (p == MAP_FAILED)
        s = snapshot_system(d, name);
    else
        *ret = span_bytes(p, (size_t)size);
    close(fd);
    return s;
}

static enum status check_sum(const struct cohort_snapshot_file *f, struct span bytes, struct diag *d) {
    char hex[2 * HASH_BYTES + 1];
    struct hash h = hash_one(HASH_SHA256, bytes);
    hash_hex(&h, hex);
    if (strcmp(hex, f->sha256) == 0)
        return OK;
    diag_fail(d, E_INPUT, "snapshot.checksum");
    return diag_at(d, "%.*s", SPAN_ARG(f->name)), E_INPUT;
}

/* ---- what a snapshot of households must have ----------------------------------------------- */

static const int64_t *ids(const struct cohort_table *t, const char *name) {
    const struct cohort_column *c = t ? cohort_column_find(t, span_of(name)) : NULL;
    return c && c->kind == COHORT_NUMBER && c->width == 8 && c->scale == 0 && !c->unknown && !c->null ? c->value : NULL;
}

static enum status households(struct snapshot *s, struct diag *d) {
    static const int64_t nothing[8];
    const struct cohort_table *t = &s->content.table[0];
    const struct cohort_list *members = cohort_list_find(t, SPAN("成员"));
    s->id = ids(t, "_id");
    s->division = ids(t, "_division");
    s->member_id = members ? ids(members->of, "_id") : NULL;
    if (span_is(t->name, "户") && t->count == 0) { /* columns without rows are left out */
        s->id = s->id ? s->id : nothing;
        s->division = s->division ? s->division : nothing;
        s->member_id = s->member_id ? s->member_id : nothing;
    }
    return span_is(t->name, "户") && s->id && s->division && s->member_id ? OK : diag_fail(d, E_INPUT, "snapshot.tables");
}

static enum status read_manifest(struct snapshot *s, int folder, struct diag *d) {
    struct span manifest, sum;
    struct diag why = {0};
    enum status r = read_text(s->arena, folder, "manifest.json", SNAPSHOT_MANIFEST_MAX, &manifest, &why);
    if (r == E_INPUT && strcmp(why.code, "snapshot.missing") == 0)
        return diag_fail(d, E_NOT_FOUND, "snapshot.none");
    if (r != OK) {
        *d = why;
        return r;
    }
    struct hash h = hash_one(HASH_SHA256, manifest);
    hash_hex(&h, s->sha256);
    r = cohort_snapshot_parse(s->arena, manifest, &s->content, d);
    if (r == OK)
        r = read_text(s->arena, folder, "manifest.sha256", 256, &sum, d);
    if (r == OK && (sum.size < 2 * HASH_BYTES || memcmp(sum.at, s->sha256, 2 * HASH_BYTES) != 0)) {
        diag_fail(d, E_INPUT, "snapshot.checksum");
        return diag_at(d, "manifest.json"), E_INPUT;
    }
    return r;
}

/* ---- every byte, by several threads ------------------------------------------------------------ */

enum { THREADS_MAX = 4, WORTH_A_THREAD = 64 << 20 }; /* bytes */

struct looking {
    struct snapshot *s;
    enum status (*one)(struct snapshot *s, size_t i, struct diag *d);
    size_t count;
    atomic_size_t next;
    pthread_mutex_t lock; /* of what follows: the first that failed, in order */
    size_t failed;
    enum status status;
    struct diag diag;
};

static void *look(void *arg) {
    struct looking *l = arg;
    for (size_t i; (i = atomic_fetch_add(&l->next, 1)) < l->count;) {
        struct diag d = {0};
        enum status r = l->one(l->s, i, &d);
        if (r == OK)
            continue;
        pthread_mutex_lock(&l->lock);
        if (l->status == OK || i < l->failed) {
            l->failed = i;
            l->status = r;
            l->diag = d;
        }
        pthread_mutex_unlock(&l->lock);
        atomic_store(&l->next, l->count); /* those before it are being looked at */
    }
    return NULL;
}

static enum status look_at_all(struct snapshot *s, enum status (*one)(struct snapshot *, size_t, struct diag *), size_t count, struct diag *d) {
    struct looking l = {.s = s, .one = one, .count = count, .lock = PTHREAD_MUTEX_INITIALIZER};
    pthread_t thread[THREADS_MAX];
    unsigned more = 0;
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    while (more + 1 < THREADS_MAX && more + 1 < processors && s->bytes / WORTH_A_THREAD > more && pthread_create(&thread[more], NULL, look, &l) == 0)
        more++;
    look(&l);
    while (more)
        pthread_join(thread[--more], NULL);
    if (l.status != OK && d)
        *d = l.diag;
    return l.status;
}

static enum status summed(struct snapshot *s, size_t i, struct diag *d) { return check_sum(&s->content.file[i], s->mapped[i], d); }
static enum status checked(struct snapshot *s, size_t i, struct diag *d) { return cohort_snapshot_check(&s->content, i, d); }
static enum status measured(struct snapshot *s, size_t i, struct diag *d) {
    (void)d;
    return cohort_snapshot_measure(&s->content, i), OK;
}

static enum status open_in(struct snapshot *s, int folder, bool verify, struct diag *d) {
    enum status r = read_manifest(s, folder, d);
    if (r == OK && !(s->mapped = ARENA_ARRAY(s->arena, s->content.file_count + 1, struct span)))
        return arena_full(d);
    for (size_t i = 0; r == OK && i < s->content.file_count; i++) {
        r = map_file(&s->content.file[i], folder, &s->mapped[i], d);
        s->bytes += s->content.file[i].bytes;
    }
    if (r == OK && verify)
        r = look_at_all(s, summed, s->content.file_count, d);
    if (r == OK)
        r = cohort_snapshot_attach(&s->content, s->mapped, d);
    if (r == OK)
        r = look_at_all(s, checked, s->content.file_count, d);
    if (r == OK)
        r = look_at_all(s, measured, s->content.table_count, d);
    return r == OK ? households(s, d) : r;
}

enum status snapshot_open(const char *dir, bool verify, struct snapshot **ret, struct diag *d) {
    AUTO(arena) struct arena *a = arena_new(0);
    struct snapshot *s = a ? ARENA_NEW(a, struct snapshot) : NULL;
    if (!s)
        return arena_full(d);
    int folder = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0)
        return errno == ENOENT || errno == ENOTDIR ? diag_fail(d, E_NOT_FOUND, "snapshot.none", DIAG_S("dir", dir)) : snapshot_system(d, dir);
    s->arena = TAKE(a);
    enum status r = open_in(s, folder, verify, d);
    close(folder);
    if (r == OK)
        *ret = s;
    else
        snapshot_free(s);
    return r;
}

const struct cohort_table *snapshot_household(const struct snapshot *s) { return &s->content.table[0]; }
const struct cohort_snapshot *snapshot_content(const struct snapshot *s) { return &s->content; }
const char *snapshot_sha256(const struct snapshot *s) { return s->sha256; }
uint64_t snapshot_bytes(const struct snapshot *s) { return s->bytes; }
const int64_t *snapshot_ids(const struct snapshot *s) { return s->id; }
const int64_t *snapshot_divisions(const struct snapshot *s) { return s->division; }
const int64_t *snapshot_member_ids(const struct snapshot *s) { return s->member_id; }
