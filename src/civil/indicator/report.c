#include "civil/indicator/writing.h"

#include <stdio.h>

enum { COLUMNS = 7 };

const char *plan_report_kind(const struct plan_state *s) {
    const struct json *list = json_get(s->plan->json, "evaluation");
    int year = date_ymd(s->as_of).year;
    for (size_t i = 0; list && i < list->size; i++)
        if (json_int(list->item[i], "year", 0) == year && s->as_of == plan_year_end(year))
            return strcmp(json_str(list->item[i], "kind", ""), "midterm") == 0 ? "plan.report.midterm" : "plan.report.final";
    return "plan.report.status";
}

const char *plan_report_value(struct arena *a, bool has, struct dec value) {
    char text[DEC_TEXT_MAX];
    if (!has)
        return "—";
    dec_text_short(dec_round(value, 2, DEC_HALF_UP), text);
    return arena_dup(a, span_of(text));
}

static const char *name_of(const struct writing *w, const struct indicator *i) { return w->lang == LANG_ZH ? i->name : i->name_en; }

static bool judged(const struct standing_row *r) { return r->standing.status != NULL; }

/* How many stand where, in words. */
static enum status summary(struct writing *w, struct diag *d) {
    static const char *const states[] = {"met", "ahead", "on_track", "at_risk", "missed", "no_data"};
    const struct plan_state *s = w->r->state;
    struct doc_item *item = ARENA_ARRAY(w->a, ARRAY_LEN(states), struct doc_item);
    size_t n = 0;
    if (!item)
        return arena_full(d);
    for (size_t k = 0; k < ARRAY_LEN(states); k++) {
        int64_t count = 0, binding = 0;
        for (size_t i = 0; i < s->count; i++)
            if (judged(&s->row[i]) && strcmp(s->row[i].standing.status, states[k]) == 0) {
                count++;
                binding += s->row[i].indicator->binding;
            }
        if (count)
            item[n++] = (struct doc_item){.title = {.main = SAY(w, "plan.state", DIAG_S("state", states[k]))}, .text = {.main = SAY(w, "plan.report.count", DIAG_N("n", count), DIAG_N("binding", binding))}};
    }
    return writing_block(w, (struct doc_block){.type = DOC_PAIRS, .item = item, .item_count = n}, d);
}

static void cells(struct writing *w, const struct standing_row *r, struct doc_text *cell) {
    const struct indicator *i = r->indicator;
    const char *target = arena_printf(w->a, "%s%s", i->op[0] == '>' ? "≥" : "", *i->target ? i->target : "—");
    cell[0].main = *i->no ? i->no : "";
    cell[1].main = name_of(w, i);
    cell[2].main = *i->unit ? i->unit : "—";
    cell[3].main = *i->base ? i->base : "—";
    cell[4].main = target;
    cell[5].main = plan_report_value(w->a, r->standing.has_value, r->standing.value);
    cell[6].main = judged(r) ? SAY(w, "plan.state", DIAG_S("state", r->standing.status)) : "—";
}

/* How far each promise is on its way, and how far the time. */
static enum status progress(struct writing *w, struct diag *d) {
    const struct plan_state *s = w->r->state;
    struct doc_item *item = ARENA_ARRAY(w->a, s->count + 1, struct doc_item);
    struct doc_bar *bar = ARENA_ARRAY(w->a, s->count + 1, struct doc_bar);
    size_t n = 0;
    if (!item || !bar)
        return arena_full(d);
    for (size_t i = 0; i < s->count; i++) {
        const struct indicator_standing *x = &s->row[i].standing;
        if (!x->has_progress || !*s->row[i].indicator->no)
            continue; /* what is promised in prose stands in the tables below */
        struct dec percent = dec_round(dec_mul(x->done, dec_int(100)), 1, DEC_HALF_UP);
        char text[DEC_TEXT_MAX];
        dec_text_short(percent, text);
        bar[n] = (struct doc_bar){dec_to_double(x->done), dec_to_double(x->time)};
        item[n++] = (struct doc_item){.title = {.main = name_of(w, s->row[i].indicator)}, .text = {.main = arena_printf(w->a, "%s%%　%s", text, SAY(w, "plan.state", DIAG_S("state", x->status)))}};
    }
    return n ? writing_block(w, (struct doc_block){.type = DOC_BARS, .title = {.main = SAY(w, "plan.report.progress")}, .item = item, .item_count = n, .bar = bar,
        .note = {.main = SAY(w, "plan.report.progress_note")}}, d) : OK;
}

/* One table a section of the plan, with what it prints twice or in contradiction told below. */
static enum status section(struct writing *w, size_t first, size_t last, struct diag *d) {
    static const char *const heads[COLUMNS] = {"plan.report.no", "plan.report.indicator", "plan.report.unit", "plan.report.base", "plan.report.target", "plan.report.current", "plan.report.state"};
    const struct plan_state *s = w->r->state;
    struct doc_column *column = ARENA_ARRAY(w->a, COLUMNS, struct doc_column);
    struct doc_text *cell = ARENA_ARRAY(w->a, COLUMNS * (last - first), struct doc_text);
    VEC(struct doc_item) notes = {0};
    if (!column || !cell)
        return arena_full(d);
    for (size_t k = 0; k < COLUMNS; k++)
        column[k] = (struct doc_column){.title = {.main = SAY(w, heads[k])}, .right = k >= 3 && k <= 5};
    for (size_t i = first; i < last; i++) {
        const struct indicator *x = s->row[i].indicator;
        const char *note = w->lang == LANG_ZH ? x->note : x->note_en;
        cells(w, &s->row[i], &cell[(i - first) * COLUMNS]);
        if (!*note)
            continue;
        struct doc_item *slot = vec_push_in(w->a, &notes);
        if (!slot)
            return arena_full(d);
        *slot = (struct doc_item){.text = {.main = arena_printf(w->a, "%s：%s", name_of(w, x), note)}};
    }
    enum status e = writing_block(w, (struct doc_block){.type = DOC_PARAGRAPH, .text = {.main = s->row[first].indicator->section}}, d);
    if (e == OK)
        e = writing_block(w, (struct doc_block){.type = DOC_TABLE, .column = column, .column_count = COLUMNS, .cell = cell, .row_count = last - first}, d);
    if (e == OK && notes.size)
        e = writing_block(w, (struct doc_block){.type = DOC_LIST, .title = {.main = SAY(w, "plan.report.notes")}, .item = notes.at, .item_count = notes.size}, d);
    return e;
}

/* What is printed in a table of the plan first; promises in its prose after, section by section. */
static enum status sections(struct writing *w, struct diag *d) {
    const struct plan_state *s = w->r->state;
    enum status e = OK;
    for (size_t i = 0, end; e == OK && i < s->count; i = end) {
        for (end = i + 1; end < s->count && strcmp(s->row[end].indicator->section, s->row[i].indicator->section) == 0;)
            end++;
        e = section(w, i, end, d);
    }
    return e;
}

enum status plan_report_pdf(const struct plan_report *r, struct arena *a, struct buf *out, struct diag *d) {
    struct writing w = {.lang = r->lang, .a = a, .r = r};
    const struct plan_state *s = r->state;
    char day[DATE_TEXT_MAX];
    date_text(s->as_of, day);
    const char *name = r->lang == LANG_ZH ? s->plan->name : s->plan->name_en;
    const char *title = arena_printf(a, "%s %s", name, SAY(&w, plan_report_kind(s)));
    enum status e = writing_block(&w, (struct doc_block){.type = DOC_TITLE, .title = {.main = title}}, d);
    if (e == OK)
        e = writing_block(&w, (struct doc_block){.type = DOC_NUMBER, .text = {.main = SAY(&w, "plan.report.as_of", DIAG_S("day", day))}}, d);
    if (e == OK && r->base.demo)
        e = writing_block(&w, (struct doc_block){.type = DOC_PARAGRAPH, .text = {.main = SAY(&w, "plan.report.demo")}}, d);
    if (e == OK)
        e = summary(&w, d);
    if (e == OK)
        e = progress(&w, d);
    if (e == OK)
        e = sections(&w, d);
    if (e == OK)
        e = writing_block(&w, (struct doc_block){.type = DOC_PARAGRAPH, .text = {.main = SAY(&w, "plan.report.rule")}}, d);
    if (e == OK)
        e = writing_rests_on(&w, &r->base, false, d);
    return e == OK ? writing_pdf(&w, title, name, r->made_at, out, d) : e;
}
