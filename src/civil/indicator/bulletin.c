#include "civil/indicator/bulletin.h"

#include "civil/indicator/writing.h"
#include "store/store.h"

#include <stdio.h>

enum { COLUMNS = 6 };

/* ---- read ------------------------------------------------------------------------------------ */

static struct bulletin_figure figure(const struct observed *o, size_t n, const char *key, const char *division, date_t day) {
    for (size_t i = 0; i < n; i++)
        if (o[i].o.day == day && strcmp(o[i].source, "computed") == 0 && strcmp(o[i].o.division, division) == 0 && strcmp(o[i].o.key, key) == 0)
            return (struct bulletin_figure){true, o[i].o.value};
    return (struct bulletin_figure){0};
}

typedef VEC(const char *) names;

static enum status divisions(struct txn *t, struct arena *a, const char *district, names *code, names *name, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    enum status s = sql_query(t, &r, d, "SELECT code, name FROM division WHERE parent = ? ORDER BY code", SQL_S(district));
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        const char **c = vec_push_in(a, code), **n = vec_push_in(a, name);
        if (!c || !n || !(*c = rows_dup(r, 0, a)) || !(*n = rows_dup(r, 1, a)))
            return arena_full(d);
    }
    return s;
}

static enum status line(struct arena *a, const struct bulletin *b, const struct observed *o, size_t n, const char *district, const names *code, struct bulletin_line *x, struct diag *d) {
    date_t first = date_from_ymd(date_ymd(b->last).year, date_ymd(b->last).month, 1);
    const char *key = arena_printf(a, "definition:%s", x->definition->key);
    if (!key || !(x->part = ARENA_ARRAY(a, code->size + 1, struct bulletin_figure)))
        return arena_full(d);
    x->now = figure(o, n, key, district, b->last);
    x->before = figure(o, n, key, district, first - 1);
    x->year_ago = figure(o, n, key, district, date_add_months(first, -11) - 1);
    for (size_t i = 0; i < code->size; i++)
        x->part[i] = figure(o, n, key, code->at[i], b->last);
    return OK;
}

enum status bulletin_read(struct civil *c, struct txn *t, struct arena *a, const struct plans *p, const struct period *month, struct bulletin *ret, struct diag *d) {
    struct observed *o = NULL;
    size_t n = 0;
    names code = {0}, name = {0};
    char district[24];
    if (month->grain != INDICATOR_MONTH)
        return diag_fail(d, E_INPUT, "plan.bulletin_month");
    *ret = (struct bulletin){.last = month->last, .line = ARENA_ARRAY(a, p->definition_count + 1, struct bulletin_line), .base = {.log_root = ""}};
    snprintf(district, sizeof district, "%lld", (long long)c->district);
    enum status s = ret->line ? observations_load(c, t, a, district, month->last, &o, &n, d) : arena_full(d);
    if (s == OK)
        s = divisions(t, a, district, &code, &name, d);
    ret->division = name.at;
    ret->divisions = name.size;
    for (size_t i = 0; s == OK && i < p->definition_count; i++) {
        if (p->definition[i].grain != INDICATOR_MONTH)
            continue;
        ret->line[ret->lines].definition = &p->definition[i];
        s = line(a, ret, o, n, district, &code, &ret->line[ret->lines++], d);
    }
    return s;
}

/* ---- PDF ----------------------------------------------------------------------------------------- */

static const char *text_of(struct arena *a, struct bulletin_figure f) { return plan_report_value(a, f.has, f.value); }

static const char *change(struct arena *a, struct bulletin_figure now, struct bulletin_figure then) {
    char text[DEC_TEXT_MAX];
    if (!now.has || !then.has)
        return "—";
    struct dec by = dec_round(dec_sub(now.value, then.value), 2, DEC_HALF_UP);
    dec_text_short(by, text);
    return arena_printf(a, "%s%s", dec_sign(by) > 0 ? "+" : "", text);
}

static const char *name_of(const struct bulletin *b, const struct indicator_definition *x) { return b->lang == LANG_ZH ? x->name : x->name_en; }

static enum status table(struct writing *w, const struct bulletin *b, struct diag *d) {
    static const char *const heads[COLUMNS] = {"plan.report.indicator", "plan.report.unit", "plan.bulletin.now", "plan.bulletin.before", "plan.bulletin.change", "plan.bulletin.year_ago"};
    struct doc_column *column = ARENA_ARRAY(w->a, COLUMNS, struct doc_column);
    struct doc_text *cell = ARENA_ARRAY(w->a, COLUMNS * (b->lines + 1), struct doc_text);
    if (!column || !cell)
        return arena_full(d);
    for (size_t k = 0; k < COLUMNS; k++)
        column[k] = (struct doc_column){.title = {.main = SAY(w, heads[k])}, .right = k >= 2};
    for (size_t i = 0; i < b->lines; i++) {
        const struct bulletin_line *x = &b->line[i];
        struct doc_text *row = &cell[i * COLUMNS];
        const char *text[COLUMNS] = {name_of(b, x->definition), x->definition->unit, text_of(w->a, x->now), text_of(w->a, x->before), change(w->a, x->now, x->before), text_of(w->a, x->year_ago)};
        for (size_t k = 0; k < COLUMNS; k++)
            row[k].main = text[k];
    }
    return writing_block(w, (struct doc_block){.type = DOC_TABLE, .column = column, .column_count = COLUMNS, .cell = cell, .row_count = b->lines}, d);
}

/* One figure over the divisions, as bars; none where no division has it. */
static enum status bars(struct writing *w, const struct bulletin *b, const struct bulletin_line *x, struct diag *d) {
    struct doc_item *item = ARENA_ARRAY(w->a, b->divisions + 1, struct doc_item);
    struct doc_bar *bar = ARENA_ARRAY(w->a, b->divisions + 1, struct doc_bar);
    double most = 0;
    size_t n = 0;
    if (!item || !bar)
        return arena_full(d);
    for (size_t i = 0; i < b->divisions; i++) {
        double v = x->part[i].has ? dec_to_double(x->part[i].value) : 0;
        most = v > most ? v : most;
    }
    for (size_t i = 0; i < b->divisions; i++)
        if (x->part[i].has) {
            bar[n] = (struct doc_bar){most > 0 ? dec_to_double(x->part[i].value) / most : 0, -1};
            item[n++] = (struct doc_item){.title = {.main = b->division[i]}, .text = {.main = text_of(w->a, x->part[i])}};
        }
    const char *title = arena_printf(w->a, "%s（%s）", name_of(b, x->definition), x->definition->unit);
    return n && most > 0 ? writing_block(w, (struct doc_block){.type = DOC_BARS, .title = {.main = title}, .item = item, .item_count = n, .bar = bar}, d) : OK;
}

enum status bulletin_pdf(const struct bulletin *b, struct arena *a, struct buf *out, struct diag *d) {
    struct writing w = {.lang = b->lang, .a = a};
    struct ymd m = date_ymd(b->last);
    const char *title = SAY(&w, "plan.bulletin.title", DIAG_N("year", m.year), DIAG_N("month", m.month));
    enum status s = writing_block(&w, (struct doc_block){.type = DOC_TITLE, .title = {.main = title}}, d);
    if (s == OK)
        s = table(&w, b, d);
    for (size_t i = 0; s == OK && i < b->lines; i++)
        s = bars(&w, b, &b->line[i], d);
    if (s == OK)
        s = writing_paragraph(&w, SAY(&w, "plan.bulletin.rule"), d);
    if (s == OK)
        s = writing_rests_on(&w, &b->base, true, d);
    return s == OK ? writing_pdf(&w, title, title, b->made_at, out, d) : s;
}
