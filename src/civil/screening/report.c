#include "civil/screening/report.h"

#include "base/csv.h"

#include <inttypes.h>
#include <stdlib.h>

/* ---- CSV ------------------------------------------------------------------------------ */

void screening_csv_header(FILE *out) { fputs("scheme,household,member,class,monthly_fen,missing\n", out); }

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
    buf_addc(b, '\n');
}

static void csv_put(FILE *out, struct buf *b, const struct snapshot *from, const struct screening *s, const struct screened *f) {
    csv_row(b, from, s, f);
    if (b->size > 1 << 16) {
        fwrite(b->at, 1, b->size, out);
        buf_clear(b);
    }
}

enum status screening_csv(FILE *out, const struct snapshot *from, const struct screening *s, struct diag *d) {
    BUF_AUTO b;
    buf_init(&b, 0);
    uint32_t *ranked = screening_ranked(s);
    if (!ranked)
        return arena_full(d);
    for (size_t i = 0; i < s->count; i++)
        if (s->found[i].class != SCREEN_RULE_ERROR && s->found[i].class != SCREEN_POSSIBLE)
            csv_put(out, &b, from, s, &s->found[i]);
    for (size_t i = 0; i < s->of_class[SCREEN_POSSIBLE]; i++)
        csv_put(out, &b, from, s, &s->found[ranked[i]]);
    fwrite(b.at, 1, b.size, out);
    free(ranked);
    return fflush(out) == 0 && !ferror(out) ? OK : diag_fail(d, E_SYSTEM, "screening.file");
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
