/* The manifest: written from a snapshot, and read into one. */
#include "cohort/snapshot.h"

#include "base/json.h"
#include "base/map.h"
#include "base/vec.h"

#include <stdio.h>

static const char *const kind_name[] = {"boolean", "number", "date", "string"};
static const char *const part_name[] = {"value", "unknown", "null", "offset", "unknown"};

/* ---- writing ----------------------------------------------------------------------- */

/* 64-bit numbers as strings, as everywhere in JSON. */
static void kint64(struct json_writer *w, const char *key, int64_t n) {
    json_key(w, key);
    json_stringf(w, "%lld", (long long)n);
}

static void write_files(struct json_writer *w, const struct cohort_snapshot *s, size_t table, size_t field, bool list) {
    for (size_t i = 0; i < s->file_count; i++) {
        const struct cohort_snapshot_file *f = &s->file[i];
        if (f->table != table || f->field != field || list != (f->part >= SNAPSHOT_OFFSET))
            continue;
        json_key(w, part_name[f->part]);
        json_object(w);
        json_kspan(w, "file", f->name);
        kint64(w, "bytes", (int64_t)f->bytes);
        json_kstring(w, "sha256", f->sha256);
        json_object_end(w);
    }
}

static void write_column(struct json_writer *w, const struct cohort_snapshot *s, size_t table, size_t field) {
    const struct cohort_column *c = &s->table[table].column[field];
    json_object(w);
    json_kspan(w, "name", c->name);
    json_kstring(w, "kind", kind_name[c->kind]);
    json_kint(w, "width", c->width);
    if (c->kind == COHORT_NUMBER)
        json_kint(w, "scale", c->scale);
    kint64(w, "low", c->low);
    kint64(w, "high", c->high);
    if (c->kind == COHORT_STRING) {
        json_key(w, "words");
        json_array(w);
        for (uint32_t i = 0; i < c->word_count; i++)
            json_span(w, c->word[i]);
        json_array_end(w);
    }
    write_files(w, s, table, field, false);
    json_object_end(w);
}

static void write_table(struct json_writer *w, const struct cohort_snapshot *s, size_t t) {
    const struct cohort_table *table = &s->table[t];
    json_object(w);
    json_kspan(w, "name", table->name);
    kint64(w, "rows", (int64_t)table->count);
    json_key(w, "columns");
    json_array(w);
    for (size_t i = 0; i < table->column_count; i++)
        write_column(w, s, t, i);
    json_array_end(w);
    json_key(w, "lists");
    json_array(w);
    for (size_t i = 0; i < table->list_count; i++) {
        json_object(w);
        json_kspan(w, "name", table->list[i].name);
        json_kint(w, "table", table->list[i].of - s->table);
        write_files(w, s, t, i, true);
        json_object_end(w);
    }
    json_array_end(w);
    json_object_end(w);
}

void cohort_snapshot_manifest(struct buf *out, const struct cohort_snapshot *s) {
    struct json_writer w;
    json_begin(&w, out, true);
    json_object(&w);
    json_kstring(&w, "format", "minzheng-snapshot");
    json_kint(&w, "version", SNAPSHOT_VERSION);
    json_kdate(&w, "date", s->date);
    json_key(&w, "source");
    json_object(&w);
    json_kstring(&w, "kind", s->source.synthetic ? "synthetic" : "store");
    if (s->source.synthetic) {
        kint64(&w, "people", s->source.people);
        kint64(&w, "seed", (int64_t)s->source.seed);
        kint64(&w, "missed_millionths", s->source.missed_millionths);
        kint64(&w, "lapsed_millionths", s->source.lapsed_millionths);
    } else {
        kint64(&w, "taken_at", s->taken_at);
        json_kspan(&w, "columns", s->columns);
    }
    json_object_end(&w);
    if (s->log_origin.size) {
        json_key(&w, "log");
        json_object(&w);
        json_kspan(&w, "origin", s->log_origin);
        kint64(&w, "size", (int64_t)s->log_size);
        json_kspan(&w, "root", s->log_root);
        json_object_end(&w);
    }
    json_key(&w, "tables");
    json_array(&w);
    for (size_t t = 0; t < s->table_count; t++)
        write_table(&w, s, t);
    json_array_end(&w);
    json_object_end(&w);
    buf_addc(out, '\n');
}

/* ---- reading ------------------------------------------------------------------------- */

struct reader {
    struct arena *a;
    struct cohort_snapshot *s;
    struct cohort_table *table;
    VEC(struct cohort_snapshot_file) file;
    bool *listed;      /* is this table some list's? */
    struct diag *d;
};

static enum status bad(struct reader *r, const char *where) {
    diag_fail(r->d, E_INPUT, "snapshot.manifest");
    return diag_under(r->d, "%s", where), E_INPUT;
}

static bool text_of(const struct json *j, const char *key, struct span *ret) {
    const struct json *x = json_get(j, key);
    if (!x || x->type != JSON_STRING)
        return false;
    *ret = x->text;
    return true;
}

/* A decimal in a string, whole and exact. */
static bool int64_of(const struct json *j, const char *key, int64_t *ret) {
    struct span t;
    struct dec n;
    if (!text_of(j, key, &t) || t.size == 0 || t.size > 20)
        return false;
    for (size_t i = 0; i < t.size; i++)
        if (!(t.at[i] >= '0' && t.at[i] <= '9') && !(i == 0 && t.at[i] == '-' && t.size > 1))
            return false;
    return dec_parse(t, &n, NULL) == OK && dec_to_int(n, ret, NULL) == OK;
}

static bool small_of(const struct json *j, const char *key, int64_t low, int64_t high, int64_t *ret) {
    const struct json *x = json_get(j, key);
    return x && x->type == JSON_NUMBER && dec_to_int(x->number, ret, NULL) == OK && *ret >= low && *ret <= high;
}

/* A name that stays in its folder. */
static bool file_name(struct span n) {
    for (size_t i = 0; i < n.size; i++)
        if (!(n.at[i] >= 'a' && n.at[i] <= 'z') && !(n.at[i] >= '0' && n.at[i] <= '9') && !(i && (n.at[i] == '.' || n.at[i] == '-')))
            return false;
    return n.size >= 1 && n.size <= 64 && !span_is(n, "manifest.json") && !span_is(n, "manifest.sha256");
}

static bool sha256_text(struct span t, char ret[65]) {
    for (size_t i = 0; i < t.size; i++)
        if (!(t.at[i] >= '0' && t.at[i] <= '9') && !(t.at[i] >= 'a' && t.at[i] <= 'f'))
            return false;
    if (t.size != 64)
        return false;
    memcpy(ret, t.at, 64);
    ret[64] = 0;
    return true;
}

/* *ret false: there is no such file, and that is allowed. */
static enum status read_file(struct reader *r, const struct json *of, struct cohort_snapshot_file f, bool needed) {
    const struct json *j = json_get(of, part_name[f.part]);
    int64_t bytes;
    struct span sha;
    if (!j && !needed)
        return OK;
    if (!text_of(j, "file", &f.name) || !file_name(f.name) || !int64_of(j, "bytes", &bytes) || !text_of(j, "sha256", &sha) || !sha256_text(sha, f.sha256))
        return bad(r, part_name[f.part]);
    f.bytes = (uint64_t)bytes;
    if (f.bytes != cohort_snapshot_bytes(&f))
        return bad(r, part_name[f.part]);
    struct cohort_snapshot_file *slot = vec_push_in(r->a, &r->file);
    if (!slot)
        return arena_full(r->d);
    *slot = f;
    return OK;
}

static enum status read_words(struct reader *r, const struct json *j, struct cohort_column *c) {
    const struct json *words = json_get(j, "words");
    if (!words || words->type != JSON_ARRAY || words->size > SNAPSHOT_WORDS_MAX)
        return bad(r, "words");
    struct span *word = ARENA_ARRAY(r->a, words->size + 1, struct span);
    struct map *seen = map_new(r->a, 0);
    if (!word || !seen)
        return arena_full(r->d);
    for (size_t i = 0; i < words->size; i++) {
        if (words->item[i]->type != JSON_STRING)
            return bad(r, "words");
        word[i] = words->item[i]->text;
        if (map_has(seen, word[i])) /* two numbers for one word would be unequal */
            return bad(r, "words");
        if (!map_put(seen, word[i], word))
            return arena_full(r->d);
    }
    c->word = word;
    c->word_count = (uint32_t)words->size;
    return OK;
}

/* Values that no row of this kind may have, whatever its bytes. */
static bool bounds_ok(const struct cohort_column *c) {
    int64_t least = c->width == 8 ? INT64_MIN : -((int64_t)1 << (8 * c->width - 1)), most = -(least + 1);
    if (c->low > c->high) /* no value is known */
        return c->low == 1 && c->high == 0;
    if (c->low < least || c->high > most)
        return false;
    switch (c->kind) {
    case COHORT_BOOLEAN: return c->low >= 0 && c->high <= 1;
    case COHORT_STRING: return c->low >= 0 && c->high < (int64_t)c->word_count;
    case COHORT_DATE: return c->low > INT32_MIN && c->high <= INT32_MAX;
    case COHORT_NUMBER: return true;
    }
    return false;
}

static enum status read_column(struct reader *r, const struct json *j, uint32_t table, uint32_t field, struct cohort_column *c) {
    int64_t width, scale = 0;
    struct span kind;
    size_t k = 0;
    if (!text_of(j, "name", &c->name))
        return bad(r, "name");
    if (!text_of(j, "kind", &kind))
        return bad(r, "kind");
    while (k < ARRAY_LEN(kind_name) && !span_is(kind, kind_name[k]))
        k++;
    if (k == ARRAY_LEN(kind_name))
        return bad(r, "kind");
    c->kind = (enum cohort_kind)k;
    if (!small_of(j, "width", 1, 8, &width) || (width & (width - 1)))
        return bad(r, "width");
    if (c->kind == COHORT_NUMBER && !small_of(j, "scale", 0, 6, &scale))
        return bad(r, "scale");
    c->width = (uint8_t)width;
    c->scale = (uint8_t)scale;
    enum status s = c->kind == COHORT_STRING ? read_words(r, j, c) : OK;
    if (s != OK)
        return s;
    if (!int64_of(j, "low", &c->low) || !int64_of(j, "high", &c->high) || !bounds_ok(c))
        return bad(r, "low");
    uint64_t rows = r->table[table].count;
    s = read_file(r, j, (struct cohort_snapshot_file){.part = SNAPSHOT_VALUE, .table = table, .field = field, .width = c->width, .rows = rows}, true);
    if (s == OK)
        s = read_file(r, j, (struct cohort_snapshot_file){.part = SNAPSHOT_UNKNOWN, .table = table, .field = field, .rows = rows}, false);
    return s == OK ? read_file(r, j, (struct cohort_snapshot_file){.part = SNAPSHOT_NULL, .table = table, .field = field, .rows = rows}, false) : s;
}

static enum status read_list(struct reader *r, const struct json *j, uint32_t table, uint32_t field, struct cohort_list *l) {
    int64_t of;
    if (!text_of(j, "name", &l->name) || !l->name.size)
        return bad(r, "name");
    /* Behind its parent, and only once: so the tables are a tree. */
    if (!small_of(j, "table", table + 1, (int64_t)r->s->table_count - 1, &of) || r->listed[of])
        return bad(r, "table");
    r->listed[of] = true;
    l->of = &r->table[of];
    uint64_t rows = r->table[table].count;
    enum status s = read_file(r, j, (struct cohort_snapshot_file){.part = SNAPSHOT_OFFSET, .table = table, .field = field, .width = 8, .rows = rows + 1}, true);
    return s == OK ? read_file(r, j, (struct cohort_snapshot_file){.part = SNAPSHOT_LIST_UNKNOWN, .table = table, .field = field, .rows = rows}, false) : s;
}

static bool twice(const struct cohort_table *t) {
    for (size_t i = 0; i < t->column_count + t->list_count; i++)
        for (size_t k = 0; k < i; k++)
            if (span_eq(i < t->column_count ? t->column[i].name : t->list[i - t->column_count].name,
                    k < t->column_count ? t->column[k].name : t->list[k - t->column_count].name))
                return true;
    return false;
}

static enum status read_table(struct reader *r, const struct json *j, uint32_t t) {
    const struct json *columns = json_get(j, "columns"), *lists = json_get(j, "lists");
    struct cohort_table *table = &r->table[t];
    if (!columns || columns->type != JSON_ARRAY || columns->size > SNAPSHOT_COLUMNS_MAX)
        return bad(r, "columns");
    if (!lists || lists->type != JSON_ARRAY || lists->size > SNAPSHOT_TABLES_MAX)
        return bad(r, "lists");
    struct cohort_column *column = ARENA_ARRAY(r->a, columns->size + 1, struct cohort_column);
    struct cohort_list *list = ARENA_ARRAY(r->a, lists->size + 1, struct cohort_list);
    if (!column || !list)
        return arena_full(r->d);
    table->column = column;
    table->list = list;
    enum status s = OK;
    for (size_t i = 0; s == OK && i < columns->size; i++, table->column_count++)
        if ((s = read_column(r, columns->item[i], t, (uint32_t)i, &column[i])) != OK)
            diag_under(r->d, "columns[%zu]", i);
    for (size_t i = 0; s == OK && i < lists->size; i++, table->list_count++)
        if ((s = read_list(r, lists->item[i], t, (uint32_t)i, &list[i])) != OK)
            diag_under(r->d, "lists[%zu]", i);
    if (s == OK && twice(table))
        return bad(r, "columns");
    return s;
}

static enum status read_tables(struct reader *r, const struct json *tables) {
    size_t n = tables && tables->type == JSON_ARRAY ? tables->size : 0;
    if (n == 0 || n > SNAPSHOT_TABLES_MAX)
        return bad(r, "tables");
    r->table = ARENA_ARRAY(r->a, n, struct cohort_table);
    r->listed = ARENA_ARRAY(r->a, n, bool);
    if (!r->table || !r->listed)
        return arena_full(r->d);
    r->s->table = r->table;
    r->s->table_count = n;
    for (size_t t = 0; t < n; t++) { /* counts first: a list's sizes need its parent's only, its table the other's */
        int64_t rows;
        if (!text_of(tables->item[t], "name", &r->table[t].name) || !int64_of(tables->item[t], "rows", &rows) || rows < 0 || (uint64_t)rows > SNAPSHOT_ROWS_MAX)
            return bad(r, "tables");
        r->table[t].count = (uint64_t)rows;
    }
    for (size_t t = 0; t < n; t++) {
        enum status s = read_table(r, tables->item[t], (uint32_t)t);
        if (s != OK)
            return diag_under(r->d, "tables[%zu]", t), s;
    }
    for (size_t t = 1; t < n; t++)
        if (!r->listed[t])
            return bad(r, "tables");
    for (size_t i = 0; i < r->file.size; i++)
        for (size_t k = 0; k < i; k++)
            if (span_eq(r->file.at[i].name, r->file.at[k].name))
                return bad(r, "file");
    return OK;
}

static enum status read_source(struct reader *r, const struct json *j) {
    struct cohort_snapshot *s = r->s;
    struct span kind;
    int64_t seed;
    if (!text_of(j, "kind", &kind))
        return bad(r, "source");
    if (span_is(kind, "store"))
        return int64_of(j, "taken_at", &s->taken_at) && text_of(j, "columns", &s->columns) ? OK : bad(r, "source");
    s->source.synthetic = true;
    bool ok = span_is(kind, "synthetic") && int64_of(j, "people", &s->source.people) && int64_of(j, "seed", &seed) &&
              int64_of(j, "missed_millionths", &s->source.missed_millionths) && int64_of(j, "lapsed_millionths", &s->source.lapsed_millionths);
    if (!ok)
        return bad(r, "source");
    s->source.seed = (uint64_t)seed;
    return OK;
}

static enum status read_log(struct reader *r, const struct json *j) {
    struct cohort_snapshot *s = r->s;
    char sha[65];
    int64_t size;
    if (!j)
        return OK;
    if (!text_of(j, "origin", &s->log_origin) || !int64_of(j, "size", &size) || size < 0 || !text_of(j, "root", &s->log_root) || !sha256_text(s->log_root, sha))
        return bad(r, "log");
    s->log_size = (uint64_t)size;
    return OK;
}

enum status cohort_snapshot_parse(struct arena *a, struct span manifest, struct cohort_snapshot *ret, struct diag *d) {
    const struct json *j = NULL;
    struct span format, date;
    *ret = (struct cohort_snapshot){0};
    struct reader r = {.a = a, .s = ret, .d = d};
    if (manifest.size > SNAPSHOT_MANIFEST_MAX)
        return diag_fail(d, E_INPUT, "snapshot.format");
    struct diag why = {0}; /* of a text that nobody wrote by hand: where in it is no help */
    enum status s = json_parse(a, manifest, &j, &why);
    if (s == E_INPUT)
        return diag_fail(d, E_INPUT, "snapshot.manifest");
    if (s != OK)
        return *d = why, s;
    if (!text_of(j, "format", &format) || !span_is(format, "minzheng-snapshot"))
        return diag_fail(d, E_INPUT, "snapshot.format");
    int64_t version = json_int(j, "version", -1);
    if (version != SNAPSHOT_VERSION)
        return diag_fail(d, E_INPUT, "snapshot.version", DIAG_N("version", version), DIAG_N("ours", SNAPSHOT_VERSION));
    if (!text_of(j, "date", &date) || date_parse(date, &ret->date, NULL) != OK)
        return bad(&r, "date");
    s = read_source(&r, json_get(j, "source"));
    if (s == OK)
        s = read_log(&r, json_get(j, "log"));
    if (s == OK)
        s = read_tables(&r, json_get(j, "tables"));
    ret->file = r.file.at;
    ret->file_count = r.file.size;
    return s;
}
