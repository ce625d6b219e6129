#include "civil/screening/report.h"

#include "base/csv.h"

#include <inttypes.h>
#include <stdlib.h>

/* ---- CSV ------------------------------------------------------------------------------ */

static void csv_row(struct buf *b, const struct snapshot *from, const struct screening *s, const struct screened *f) {
    const struct screening_program *x = s->program;
    buf_addf(b, "%s,%" PRId64 ",", x->policy.matter->scheme, snapshot_ids(from)[screening_household_of(x, f->row)]);
    csv_write(b, screening_number_of(x, f->row));
    buf_addf(b, ",%s,%" PRId64 ",", screen_class_name(f->class), f->monthly_fen);
    BUF_AUTO names;
    buf_init(&names, 0);
    for (size_t i = 0; i < f->missing_count; i++)
        buf_addf(&names, "%s%s", i ? " " : "", f->missing[i]);
    csv_write(b, (struct span){buf_str(&names), names.size});
    buf_adds(b, !f->missing_count ? ",\n" : f->missing_exact ? ",1\n" : ",0\n");
}

struct csv_out { screening_write *write; void *arg; struct buf text; const struct snapshot *from; const struct screening *s; };

static enum status csv_put(struct csv_out *o, const struct screened *f, struct diag *d) {
    csv_row(&o->text, o->from, o->s, f);
    if (o->text.size <= 1 << 16)
        return OK;
    enum status st = o->write(o->arg, buf_span(&o->text), d);
    buf_clear(&o->text);
    return st;
}

enum status screening_csv(screening_write *write, void *arg, const struct snapshot *from, const struct screening *s, struct diag *d) {
    struct csv_out o = {write, arg, .from = from, .s = s};
    enum status st = OK;
    uint32_t *ranked = screening_ranked(s);
    if (!ranked)
        return arena_full(d);
    buf_init(&o.text, 0);
    for (size_t i = 0; st == OK && i < s->count; i++)
        if (s->found[i].class != SCREEN_POSSIBLE)
            st = csv_put(&o, &s->found[i], d);
    for (size_t i = 0; st == OK && i < s->of_class[SCREEN_POSSIBLE]; i++)
        st = csv_put(&o, &s->found[ranked[i]], d);
    if (st == OK)
        st = write(arg, buf_span(&o.text), d);
    buf_release(&o.text);
    free(ranked);
    return st;
}

/* ---- by division ------------------------------------------------------------------------ */

enum { DIVISIONS_MAX = 65536 };
struct division { int64_t code; uint64_t of_class[SCREEN_CLASSES]; };

/* 110102001001 -> 110102001, the subdistrict. */
static int64_t subdistrict(int64_t code) { return code / 1000; }

static int by_code(const void *a, const void *b) {
    int64_t x = ((const struct division *)a)->code, y = ((const struct division *)b)->code;
    return (x > y) - (x < y);
}

static struct division *division_of(struct division *list, size_t *n, int64_t code, size_t *last) {
    if (*last < *n && list[*last].code == code)
        return &list[*last]; /* neighbours live next to each other */
    for (size_t i = 0; i < *n; i++)
        if (list[i].code == code)
            return &list[*last = i];
    if (*n == DIVISIONS_MAX)
        return NULL;
    list[*n].code = code;
    return &list[*last = (*n)++];
}

static enum status divisions_json(struct json_writer *w, const struct snapshot *from, const struct screening *s, struct diag *d) {
    struct division *list = calloc(DIVISIONS_MAX, sizeof *list);
    size_t n = 0, last = 0;
    if (!list)
        return arena_full(d);
    for (size_t i = 0; i < s->count; i++) {
        int64_t code = snapshot_divisions(from)[screening_household_of(s->program, s->found[i].row)];
        struct division *x = division_of(list, &n, subdistrict(code), &last);
        if (x)
            x->of_class[s->found[i].class]++;
    }
    qsort(list, n, sizeof *list, by_code);
    json_key(w, "divisions");
    json_array(w);
    for (size_t i = 0; i < n; i++) {
        json_object(w);
        json_key(w, "division");
        json_stringf(w, "%09" PRId64, list[i].code);
        for (int k = SCREEN_LEAD; k <= SCREEN_RECEIVING; k++)
            json_kint(w, screen_class_name((enum screen_class)k), (int64_t)list[i].of_class[k]);
        json_object_end(w);
    }
    json_array_end(w);
    free(list);
    return OK;
}

/* ---- JSON ---------------------------------------------------------------------------------- */

enum status screening_json(struct json_writer *w, const struct snapshot *from, const struct screening *s, struct diag *d) {
    const struct decision_policy *p = &s->program->policy;
    int64_t fen = 0;
    for (size_t i = 0; i < s->count; i++)
        fen += s->found[i].class == SCREEN_LEAD ? s->found[i].monthly_fen : 0;
    json_object(w);
    json_kstring(w, "scheme", p->matter->scheme);
    json_kint(w, "rows", (int64_t)s->rows);
    for (int k = SCREEN_LEAD; k < SCREEN_CLASSES; k++)
        json_kint(w, screen_class_name((enum screen_class)k), (int64_t)s->of_class[k]);
    json_kint(w, "scalar", (int64_t)s->scalar);
    json_kint(w, "lead_monthly_fen", fen);
    json_kbool(w, "to_confirm", p->to_confirm);
    json_key(w, "missing_parameters");
    json_array(w);
    for (size_t i = 0; i < p->missing_count; i++)
        json_string(w, p->missing[i]);
    json_array_end(w);
    enum status st = divisions_json(w, from, s, d);
    json_object_end(w);
    return st;
}

void screening_snapshot_json(struct json_writer *w, const struct snapshot *from) {
    const struct cohort_snapshot *c = snapshot_content(from);
    json_object(w);
    json_kdate(w, "date", c->date);
    json_kstring(w, "sha256", snapshot_sha256(from));
    json_kbool(w, "synthetic", c->source.synthetic);
    json_kspan(w, "log_origin", c->log_origin);
    json_kint(w, "log_size", (int64_t)c->log_size);
    json_kspan(w, "log_root", c->log_root);
    json_object_end(w);
}
