/* Finding out which column is which field. */
#include "civil/import/import_internal.h"

#include "crypto/hash.h"

/* Spaces, line breaks and the asterisk for "required" do not make another heading. */
static struct span plain(struct arena *a, struct span text) {
    char *out = arena_alloc(a, text.size + 1);
    size_t n = 0;
    for (size_t i = 0; out && i < text.size; i++) {
        if ((unsigned char)text.at[i] <= ' ' || text.at[i] == '*')
            continue;
        if (text.size - i >= 3 && memcmp(text.at + i, "\u3000", 3) == 0) {
            i += 2;
            continue;
        }
        out[n++] = text.at[i];
    }
    return (struct span){out, out ? n : 0};
}

static bool named(struct arena *a, const struct field *f, struct span heading) {
    const char *const own[] = {f->zh, f->en, f->column};
    for (size_t i = 0; i < ARRAY_LEN(own); i++)
        if (span_eq(plain(a, span_of(own[i])), heading))
            return true;
    for (size_t i = 0; f->names && i < f->names->size; i++)
        if (f->names->item[i]->type == JSON_STRING && span_eq(f->names->item[i]->text, heading))
            return true;
    return false;
}

/* What the caller says of a heading: *ret_column -1 leaves it out.  False: nothing. */
static bool asked(struct arena *a, const struct schema *s, const char *map, struct span heading, int *ret_field, bool *ret_wrong) {
    for (const char *p = map; p && *p;) {
        size_t n = strcspn(p, ","), eq = strcspn(p, "=");
        if (eq < n && span_eq(plain(a, (struct span){p, eq}), heading)) {
            struct span column = {p + eq + 1, n - eq - 1};
            *ret_field = column.size ? schema_field(s, column) : -1;
            *ret_wrong |= column.size && *ret_field < 0;
            return true;
        }
        p += n + (p[n] == ',');
    }
    return false;
}

struct finding { struct civil *c; struct arena *a; const struct schema *s; const struct import_asked *x; struct mapping *best; size_t score; int rows; bool wrong; };

static size_t read_headings(struct finding *f, const struct sheet_row *row, struct mapping *m) {
    size_t hits = 0;
    *m = (struct mapping){.line = row->line, .columns = row->cells};
    for (size_t i = 0; i < row->cells; i++) {
        m->heading[i] = plain(f->a, row->cell[i].text);
        m->field[i] = -1;
        if (!m->heading[i].size || asked(f->a, f->s, f->x->map, m->heading[i], &m->field[i], &f->wrong)) {
            hits += m->field[i] >= 0;
            continue;
        }
        for (size_t k = 0; k < f->s->fields && m->field[i] < 0; k++)
            if (named(f->a, &f->s->field[k], m->heading[i]))
                m->field[i] = (int)k;
        hits += m->field[i] >= 0;
    }
    return hits;
}

struct remembered { const struct schema *s; struct mapping *m; bool hit; };

/* "column,,column": one for each heading, as it was said before. */
static enum status recall(struct txn *t, void *arg, struct diag *d) {
    struct remembered *x = arg;
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    enum status s = sql_query(t, &r, d, "SELECT mapping FROM import_mapping WHERE register = ? AND headings = ?", SQL_S(x->s->name), SQL_S(x->m->key));
    if (s != OK || (s = rows_next(r, &row, d)) != OK || !row)
        return s;
    struct span text = rows_text(r, 0);
    const char *p = text.at, *end = text.at + text.size;
    for (size_t i = 0; i < x->m->columns && p <= end; i++) {
        size_t n = 0;
        while (p + n < end && p[n] != ',')
            n++;
        x->m->field[i] = n ? schema_field(x->s, (struct span){p, n}) : -1;
        p += n + 1;
    }
    x->hit = true;
    return OK;
}

static enum status one_row(void *arg, const struct sheet_row *row, struct diag *d) {
    struct finding *f = arg;
    struct mapping *m = ARENA_NEW(f->a, struct mapping);
    if (!m)
        return arena_full(d);
    size_t hits = read_headings(f, row, m);
    struct hash h = hash_of(HASH_SHA256, m->heading, m->columns);
    hash_hex(&h, m->key);
    struct remembered r = {f->s, m, false};
    enum status s = f->x->map ? OK : store_read(f->c->store, recall, &r, d);
    if (s != OK)
        return s;
    if (r.hit) /* said before for these very headings */
        hits = SHEET_COLUMNS_MAX + 1;
    if (hits > f->score) {
        f->score = hits;
        *f->best = *m;
    }
    return ++f->rows >= IMPORT_HEADING_ROWS ? E_BUSY : OK; /* enough was seen */
}

static enum status check(const struct schema *s, const struct mapping *m, struct diag *d) {
    for (size_t k = 0; k < s->fields; k++) {
        int times = 0;
        for (size_t i = 0; i < m->columns; i++)
            times += m->field[i] == (int)k;
        if (times > 1)
            return diag_fail(d, E_INPUT, "import.twice_mapped", DIAG_S("field", s->field[k].zh));
        bool key = false;
        for (size_t i = 0; i < s->keys; i++)
            key |= s->key[i] == k;
        key |= s->division < 0 && s->title == k && people_is(s->name); /* nobody is taken without a name */
        if (times == 0 && key) /* without it no record is found; other required ones may be on record */
            return diag_fail(d, E_INPUT, "import.required", DIAG_S("field", s->field[k].zh), DIAG_N("line", m->line));
    }
    return OK;
}

enum status mapping_find(struct civil *c, struct arena *a, const struct schema *s, const struct import_asked *x, struct mapping *ret, struct sheet_info *info, struct diag *d) {
    struct finding f = {.c = c, .a = a, .s = s, .x = x, .best = ret};
    struct diag own = {0};
    enum status st = sheet_read(x->file, a, one_row, &f, info, &own);
    if (st != OK && st != E_BUSY)
        return *d = own, st;
    if (f.wrong)
        return diag_fail(d, E_INPUT, "import.map");
    if (f.score == 0)
        return diag_fail(d, E_INPUT, "import.headings", DIAG_S("register", s->zh), DIAG_N("rows", IMPORT_HEADING_ROWS));
    return check(s, ret, d);
}

enum status mapping_keep(struct txn *t, const struct actor *who, const struct schema *s, const struct mapping *m, struct diag *d) {
    BUF_AUTO text;
    buf_init(&text, 65536);
    for (size_t i = 0; i < m->columns; i++)
        buf_addf(&text, "%s%s", i ? "," : "", m->field[i] >= 0 ? s->field[m->field[i]].column : "");
    if (!buf_ok(&text))
        return arena_full(d);
    return sql_exec(t, d, "INSERT INTO import_mapping (register, headings, mapping, set_at, set_by) VALUES (?, ?, ?, ?, ?) "
        "ON CONFLICT (register, headings) DO UPDATE SET mapping = excluded.mapping, set_at = excluded.set_at, set_by = excluded.set_by",
        SQL_S(s->name), SQL_S(m->key), SQL_T(buf_span(&text)), SQL_I(txn_now(t)), SQL_I(who->account));
}
