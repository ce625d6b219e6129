/* The writer: every column a stream, every list its offsets. */
#include "civil/screening/snapshot_files.h"

#include "base/buf.h"
#include "base/vec.h"
#include "civil/screening/rows.h"
#include "civil/screening/stream.h"
#include "crypto/hash.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

struct column_out {
    struct stream value, unknown, null;
    struct cohort_column column; /* width, low, high as they are so far */
    bool any_unknown, any_null;
    VEC(struct span) word;
};
struct list_out {
    struct stream offset, unknown;
    uint64_t end;                /* the next offset */
    bool any_known, any_unknown;
};

struct snapshot_writer {
    struct arena *arena;
    const struct schema *schema;
    char *dir, *work;            /* its place, and where it is written */
    int folder;
    bool done;
    struct column_out *column;
    struct list_out *list;       /* by table */
    uint64_t *rows;              /* by table */
};

/* ---- beginning -------------------------------------------------------------------------- */

static void streams(struct snapshot_writer *w) {
    char name[STREAM_NAME_MAX];
    for (size_t i = 0; i < w->schema->column_count; i++) {
        struct column_out *c = &w->column[i];
        const struct schema_column *s = &w->schema->column[i];
        snprintf(name, sizeof name, "c%03zu.value", i);
        stream_init(&c->value, w->folder, name);
        snprintf(name, sizeof name, "c%03zu.unknown", i);
        stream_init(&c->unknown, w->folder, name);
        snprintf(name, sizeof name, "c%03zu.null", i);
        stream_init(&c->null, w->folder, name);
        c->column = (struct cohort_column){.name = s->name, .kind = s->kind, .width = s->width, .scale = s->scale, .low = INT64_MAX, .high = INT64_MIN};
    }
    for (size_t t = 1; t < w->schema->table_count; t++) {
        snprintf(name, sizeof name, "l%02zu.offset", t);
        stream_init(&w->list[t].offset, w->folder, name);
        snprintf(name, sizeof name, "l%02zu.unknown", t);
        stream_init(&w->list[t].unknown, w->folder, name);
    }
}

static enum status words(struct snapshot_writer *w, struct diag *d) {
    for (size_t i = 0; i < w->schema->column_count; i++)
        for (uint32_t k = 0; k < w->schema->column[i].word_count; k++) {
            struct span *word = vec_push_in(w->arena, &w->column[i].word);
            if (!word)
                return arena_full(d);
            *word = w->schema->column[i].word[k];
        }
    return OK;
}

/* "x/" and "x" are one place. */
static char *place(struct arena *a, const char *dir) {
    size_t n = strlen(dir);
    while (n > 1 && dir[n - 1] == '/')
        n--;
    return arena_dup(a, (struct span){dir, n});
}

static enum status begin(struct snapshot_writer *w, const char *dir, struct diag *d) {
    struct stat st;
    w->dir = place(w->arena, dir);
    char *work = w->dir ? arena_printf(w->arena, "%s.part-XXXXXX", w->dir) : NULL;
    w->column = ARENA_ARRAY(w->arena, w->schema->column_count, struct column_out);
    w->list = ARENA_ARRAY(w->arena, w->schema->table_count, struct list_out);
    w->rows = ARENA_ARRAY(w->arena, w->schema->table_count, uint64_t);
    if (!work || !w->column || !w->list || !w->rows)
        return arena_full(d);
    if (lstat(w->dir, &st) == 0)
        return diag_fail(d, E_CONFLICT, "snapshot.exists", DIAG_S("dir", w->dir));
    if (!mkdtemp(work))
        return snapshot_system(d, w->dir);
    w->work = work;
    w->folder = open(work, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (w->folder < 0 || fchmod(w->folder, 0750) != 0)
        return snapshot_system(d, work);
    streams(w);
    return words(w, d);
}

enum status snapshot_writer_new(const char *dir, const struct schema *schema, struct snapshot_writer **ret, struct diag *d) {
    AUTO(arena) struct arena *a = arena_new(0);
    struct snapshot_writer *w = a ? ARENA_NEW(a, struct snapshot_writer) : NULL;
    if (!w)
        return arena_full(d);
    *w = (struct snapshot_writer){.arena = TAKE(a), .schema = schema, .folder = -1};
    enum status s = begin(w, dir, d);
    if (s == OK)
        *ret = w;
    else
        snapshot_writer_free(w);
    return s;
}

static void remove_one(struct snapshot_writer *w, struct stream *s) {
    stream_release(s);
    unlinkat(w->folder, s->name, 0);
}

struct snapshot_writer *snapshot_writer_free(struct snapshot_writer *w) {
    if (!w)
        return NULL;
    for (size_t i = 0; w->folder >= 0 && i < w->schema->column_count; i++) {
        struct column_out *c = &w->column[i];
        if (c->value.name[0] == 0)
            break;
        stream_release(&c->value), stream_release(&c->unknown), stream_release(&c->null);
        if (!w->done)
            remove_one(w, &c->value), remove_one(w, &c->unknown), remove_one(w, &c->null);
    }
    for (size_t t = 1; w->folder >= 0 && t < w->schema->table_count; t++) {
        stream_release(&w->list[t].offset), stream_release(&w->list[t].unknown);
        if (!w->done && w->list[t].offset.name[0])
            remove_one(w, &w->list[t].offset), remove_one(w, &w->list[t].unknown);
    }
    if (w->work && !w->done) {
        if (w->folder >= 0) {
            unlinkat(w->folder, "manifest.json", 0);
            unlinkat(w->folder, "manifest.sha256", 0);
        }
        rmdir(w->work);
    }
    if (w->folder >= 0)
        close(w->folder);
    arena_free(w->arena);
    return NULL;
}

enum status snapshot_word(struct snapshot_writer *w, size_t column, struct span word, int64_t *ret, struct diag *d) {
    struct column_out *c = &w->column[column];
    for (size_t i = 0; i < c->word.size; i++)
        if (span_eq(c->word.at[i], word)) {
            *ret = (int64_t)i;
            return OK;
        }
    if (c->word.size == SNAPSHOT_WORDS_MAX)
        return diag_fail(d, E_LIMIT, "snapshot.words", DIAG_SPAN("name", c->column.name), DIAG_N("limit", SNAPSHOT_WORDS_MAX));
    struct span *slot = vec_push_in(w->arena, &c->word);
    char *copy = arena_dup(w->arena, word);
    if (!slot || !copy)
        return arena_full(d);
    *ret = (int64_t)c->word.size - 1;
    *slot = (struct span){copy, word.size};
    return OK;
}

/* ---- rows --------------------------------------------------------------------------------- */

struct spread { int64_t low, high; size_t known, unknown, null; };

static struct spread look(const struct batch_column *c, size_t rows) {
    struct spread s = {INT64_MAX, INT64_MIN, 0, 0, 0};
    for (size_t i = 0; i < rows; i++) {
        bool known = c->cell[i] == CELL_KNOWN;
        int64_t v = c->value[i];
        s.low = known && v < s.low ? v : s.low;
        s.high = known && v > s.high ? v : s.high;
        s.known += known;
        s.null += c->cell[i] == CELL_NULL;
    }
    s.unknown = rows - s.known - s.null;
    return s;
}

static int width_for(int64_t low, int64_t high) {
    if (low >= INT8_MIN && high <= INT8_MAX)
        return 1;
    if (low >= INT16_MIN && high <= INT16_MAX)
        return 2;
    return low >= INT32_MIN && high <= INT32_MAX ? 4 : 8;
}

enum { CHUNK = 1024 };

#define NARROW(type)                                                           \
    static void narrow_##type(const struct batch_column *c, size_t n, void *out) { \
        type *to = out;                                                        \
        for (size_t i = 0; i < n; i++)                                         \
            to[i] = (type)(c->cell[i] == CELL_KNOWN ? c->value[i] : 0);         \
    }
NARROW(int8_t)
NARROW(int16_t)
NARROW(int32_t)
NARROW(int64_t)

static enum status append_values(struct column_out *out, const struct batch_column *c, size_t rows, struct diag *d) {
    _Alignas(64) uint8_t room[CHUNK * 8];
    enum status s = OK;
    for (size_t at = 0; s == OK && at < rows; at += CHUNK) {
        size_t n = rows - at < CHUNK ? rows - at : CHUNK;
        struct batch_column part = {c->value + at, c->cell + at};
        switch (out->column.width) {
        case 1: narrow_int8_t(&part, n, room); break;
        case 2: narrow_int16_t(&part, n, room); break;
        case 4: narrow_int32_t(&part, n, room); break;
        default: narrow_int64_t(&part, n, room); break;
        }
        s = stream_write(&out->value, room, n * out->column.width, d);
    }
    return s;
}

/* Whole words of the same bit need no look at the cells. */
static enum status append_bits(struct stream *s, const struct batch_column *c, size_t rows, size_t set, uint8_t kind, struct diag *d) {
    if (set == 0 && s->fd < 0 && s->word == 0) {
        uint64_t words = (s->bits + rows) / 64 - s->bits / 64;
        s->bits += rows;
        return stream_zeros(s, words * 8, d);
    }
    return stream_bits(s, c->cell, rows, kind, d);
}

static enum status append_column(struct column_out *out, const struct batch_column *c, size_t rows, struct diag *d) {
    struct spread s = look(c, rows);
    enum status r = OK;
    if (s.known) {
        out->column.low = s.low < out->column.low ? s.low : out->column.low;
        out->column.high = s.high > out->column.high ? s.high : out->column.high;
        int width = width_for(s.low, s.high);
        if (width > out->column.width) {
            r = stream_widen(&out->value, out->column.width, width, d);
            out->column.width = (uint8_t)width;
        }
        if (r == OK)
            r = append_values(out, c, rows, d);
    } else {
        r = stream_zeros(&out->value, rows * out->column.width, d);
    }
    out->any_unknown |= s.unknown > 0;
    out->any_null |= s.null > 0;
    if (r == OK)
        r = append_bits(&out->unknown, c, rows, s.unknown, CELL_UNKNOWN, d);
    return r == OK ? append_bits(&out->null, c, rows, s.null, CELL_NULL, d) : r;
}

static enum status append_list(struct list_out *out, const struct batch_table *t, size_t parents, struct diag *d) {
    uint64_t offset[CHUNK];
    enum status s = OK;
    for (size_t at = 0; s == OK && at < parents;) {
        size_t n = 0;
        for (; n < CHUNK && at < parents; n++, at++) {
            offset[n] = out->end;
            out->end += t->elements[at];
            out->any_known |= t->known[at];
            out->any_unknown |= !t->known[at];
        }
        s = stream_write(&out->offset, offset, n * sizeof *offset, d);
    }
    return s == OK ? stream_bits(&out->unknown, t->known, parents, false, d) : s;
}

enum status snapshot_append(struct snapshot_writer *w, const struct batch *b, struct diag *d) {
    const struct schema *schema = w->schema;
    enum status s = OK;
    for (size_t i = 0; s == OK && i < schema->column_count; i++)
        s = append_column(&w->column[i], &b->column[i], b->table[schema->column[i].table].rows, d);
    for (size_t t = 1; s == OK && t < schema->table_count; t++)
        s = append_list(&w->list[t], &b->table[t], b->table[schema->table[t].parent].rows, d);
    for (size_t t = 0; t < schema->table_count; t++)
        w->rows[t] += b->table[t].rows;
    return s;
}

uint64_t snapshot_rows(const struct snapshot_writer *w, size_t table) { return w->rows[table]; }

/* ---- the end ----------------------------------------------------------------------------------- */

struct ending {
    struct snapshot_writer *w;
    struct cohort_snapshot snapshot;
    struct cohort_table *table;
    size_t *place;               /* schema table -> place in the snapshot; SIZE_MAX: nobody knows it */
    VEC(struct cohort_snapshot_file) file;
    VEC(struct stream *) stream; /* of each file */
    struct diag *d;
};

static enum status add_file(struct ending *e, struct stream *s, struct cohort_snapshot_file f) {
    enum status r = stream_finish(s, &f, e->d);
    struct cohort_snapshot_file *slot = r == OK ? vec_push_in(e->w->arena, &e->file) : NULL;
    struct stream **of = slot ? vec_push_in(e->w->arena, &e->stream) : NULL;
    if (r == OK && !of)
        return arena_full(e->d);
    if (r == OK) {
        *slot = f;
        *of = s;
    }
    return r;
}

static bool kept(const struct column_out *c) { return c->column.low <= c->column.high || c->any_null; }

static enum status end_columns(struct ending *e, size_t t, uint32_t at) {
    struct snapshot_writer *w = e->w;
    const struct schema_table *st = &w->schema->table[t];
    struct cohort_column *column = ARENA_ARRAY(w->arena, st->column_count + 1, struct cohort_column);
    uint32_t n = 0;
    enum status s = column ? OK : arena_full(e->d);
    for (size_t i = st->column; s == OK && i < st->column + st->column_count; i++) {
        struct column_out *c = &w->column[i];
        if (!kept(c)) {
            remove_one(w, &c->value), remove_one(w, &c->unknown), remove_one(w, &c->null);
            continue;
        }
        if (c->column.low > c->column.high)
            c->column.low = 1, c->column.high = 0;
        c->column.word = c->word.at;
        c->column.word_count = (uint32_t)c->word.size;
        s = add_file(e, &c->value, (struct cohort_snapshot_file){.part = SNAPSHOT_VALUE, .table = at, .field = n, .width = c->column.width, .rows = w->rows[t]});
        if (s == OK && c->any_unknown)
            s = add_file(e, &c->unknown, (struct cohort_snapshot_file){.part = SNAPSHOT_UNKNOWN, .table = at, .field = n, .rows = w->rows[t]});
        else
            remove_one(w, &c->unknown);
        if (s == OK && c->any_null)
            s = add_file(e, &c->null, (struct cohort_snapshot_file){.part = SNAPSHOT_NULL, .table = at, .field = n, .rows = w->rows[t]});
        else
            remove_one(w, &c->null);
        column[n++] = c->column;
    }
    e->table[at].column = column;
    e->table[at].column_count = n;
    return s;
}

static enum status end_lists(struct ending *e, size_t t, uint32_t at) {
    struct snapshot_writer *w = e->w;
    struct cohort_list *list = ARENA_ARRAY(w->arena, w->schema->table_count, struct cohort_list);
    uint32_t n = 0;
    enum status s = list ? OK : arena_full(e->d);
    for (size_t k = 1; s == OK && k < w->schema->table_count; k++) {
        struct list_out *l = &w->list[k];
        if (w->schema->table[k].parent != t || e->place[k] == SIZE_MAX)
            continue;
        s = stream_write(&l->offset, &l->end, sizeof l->end, e->d);
        if (s == OK)
            s = add_file(e, &l->offset, (struct cohort_snapshot_file){.part = SNAPSHOT_OFFSET, .table = at, .field = n, .width = 8, .rows = w->rows[t] + 1});
        if (s == OK && l->any_unknown)
            s = add_file(e, &l->unknown, (struct cohort_snapshot_file){.part = SNAPSHOT_LIST_UNKNOWN, .table = at, .field = n, .rows = w->rows[t]});
        else
            remove_one(w, &l->unknown);
        list[n++] = (struct cohort_list){.name = w->schema->table[k].name, .of = &e->table[e->place[k]]};
    }
    e->table[at].list = list;
    e->table[at].list_count = n;
    return s;
}

/* A list that no household knows is left out, and what hangs below it. */
static void places(struct ending *e) {
    struct snapshot_writer *w = e->w;
    size_t n = 1;
    e->place[0] = 0;
    for (size_t t = 1; t < w->schema->table_count; t++)
        e->place[t] = w->list[t].any_known && e->place[w->schema->table[t].parent] != SIZE_MAX ? n++ : SIZE_MAX;
    e->snapshot.table_count = n;
}

static enum status drop_table(struct snapshot_writer *w, size_t t) {
    for (size_t i = w->schema->table[t].column, end = i + w->schema->table[t].column_count; i < end; i++)
        remove_one(w, &w->column[i].value), remove_one(w, &w->column[i].unknown), remove_one(w, &w->column[i].null);
    remove_one(w, &w->list[t].offset), remove_one(w, &w->list[t].unknown);
    return OK;
}

static enum status write_file(struct snapshot_writer *w, const char *name, struct span text, struct diag *d) {
    int fd = openat(w->folder, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
    if (fd < 0)
        return snapshot_system(d, name);
    enum status s = OK;
    for (size_t at = 0; s == OK && at < text.size;) {
        ssize_t n = write(fd, text.at + at, text.size - at);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            s = snapshot_system(d, name);
        else
            at += (size_t)n;
    }
    if (s == OK && fsync(fd) != 0)
        s = snapshot_system(d, name);
    close(fd);
    return s;
}

/* As sha256sum writes and checks it. */
static enum status write_manifest(struct snapshot_writer *w, const struct cohort_snapshot *snapshot, struct diag *d) {
    BUF_AUTO text, sum;
    buf_init(&text, SNAPSHOT_MANIFEST_MAX);
    buf_init(&sum, 256);
    cohort_snapshot_manifest(&text, snapshot);
    if (!buf_ok(&text))
        return arena_full(d);
    struct hash h = hash_one(HASH_SHA256, buf_span(&text));
    char hex[2 * HASH_BYTES + 1];
    hash_hex(&h, hex);
    buf_addf(&sum, "%s  manifest.json\n", hex);
    enum status s = write_file(w, "manifest.json", buf_span(&text), d);
    return s == OK ? write_file(w, "manifest.sha256", buf_span(&sum), d) : s;
}

static enum status put_in_place(struct snapshot_writer *w, struct diag *d) {
    if (fsync(w->folder) != 0)
        return snapshot_system(d, w->work);
    /* RENAME_NOREPLACE: an empty folder that appeared meanwhile would be replaced else. */
    if (renameat2(AT_FDCWD, w->work, AT_FDCWD, w->dir, RENAME_NOREPLACE) != 0)
        return errno == EEXIST ? diag_fail(d, E_CONFLICT, "snapshot.exists", DIAG_S("dir", w->dir)) : snapshot_system(d, w->dir);
    w->done = true;
    int parent = openat(w->folder, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (parent >= 0) {
        (void)!fsync(parent);
        close(parent);
    }
    return OK;
}

enum status snapshot_finish(struct snapshot_writer *w, const struct cohort_snapshot *about, struct diag *d) {
    struct ending e = {.w = w, .snapshot = *about, .d = d};
    size_t tables = w->schema->table_count;
    e.place = ARENA_ARRAY(w->arena, tables, size_t);
    e.table = ARENA_ARRAY(w->arena, tables, struct cohort_table);
    if (!e.place || !e.table)
        return arena_full(d);
    places(&e);
    e.snapshot.table = e.table;
    enum status s = OK;
    for (size_t t = 0; s == OK && t < tables; t++) {
        if (e.place[t] == SIZE_MAX) {
            s = drop_table(w, t);
            continue;
        }
        uint32_t at = (uint32_t)e.place[t];
        e.table[at].name = w->schema->table[t].name;
        e.table[at].count = w->rows[t];
        s = end_columns(&e, t, at);
        if (s == OK)
            s = end_lists(&e, t, at);
    }
    e.snapshot.file = e.file.at;
    e.snapshot.file_count = e.file.size;
    for (size_t i = 0; s == OK && i < e.file.size; i++)
        s = stream_sync(e.stream.at[i], &e.file.at[i], d);
    if (s == OK)
        s = write_manifest(w, &e.snapshot, d);
    return s == OK ? put_in_place(w, d) : s;
}
