/* A text checked, run over the cases, tried on a household.  Nothing is stored. */
#include "civil/policy/policy_internal.h"

#include "base/vec.h"
#include "base/xml.h"
#include "civil/decision/explanation.h"
#include "civil/pack/pack.h"
#include "dmn/check.h"
#include "dmn/tck.h"

#include <stdio.h>

enum {
    CASE_BYTES_MAX = 256 << 20, /* one household; the worst worked case takes 30 MB */
    TCK_BYTES_MAX = 512 << 20
};

/* ---- findings ------------------------------------------------------------------------ */

static bool unreadable(enum status s) { return s == E_INPUT || s == E_LIMIT || s == E_NOT_FOUND; }

enum status policy_findings(const struct policies *in_force, struct arena *a, const struct matter *m, struct span text, size_t *ret_count,
    struct diag *d) {
    const struct dmn_findings *f;
    enum status s = policies_check(in_force, a, m, text, &f, d);
    *ret_count = s == OK ? dmn_findings_counted(f) : 0;
    return s;
}

/* What stops the text from being read or compiled, in the form of a finding. */
static void stopper_json(struct json_writer *w, enum lang lang, const struct diag *d) {
    BUF_AUTO text;
    buf_init(&text, 1 << 16);
    struct diag bare = *d;
    bare.where[0] = 0;
    bare.line = 0;
    message_render(&text, lang, &bare);
    json_object(w);
    json_kstring(w, "code", d->code);
    json_kstring(w, "severity", "error");
    if (d->line)
        json_kint(w, "line", d->line);
    json_kspan(w, "message", buf_span(&text));
    json_object_end(w);
}

static enum status findings_write(const struct policies *p, struct arena *a, enum lang lang, const struct matter *m, struct span text, struct json_writer *w) {
    const struct dmn_findings *f = NULL;
    const struct policies *draft;
    struct diag why = {0};
    enum status s = policies_check(p, a, m, text, &f, &why);
    size_t counted = s == OK ? dmn_findings_counted(f) : 0;
    if (s == OK && !counted)
        s = policies_of_draft(p, a, m, text, &draft, &why);
    json_object(w);
    json_key(w, "findings");
    json_array(w);
    for (size_t i = 0; f && i < f->count; i++)
        dmn_finding_json(w, lang, &f->at[i]);
    if (s != OK)
        stopper_json(w, lang, &why);
    json_array_end(w);
    json_kint(w, "counted", (int64_t)counted + (s != OK));
    json_kint(w, "lost", f ? (int64_t)f->lost : 0);
    json_object_end(w);
    return s == OK || unreadable(s) ? OK : s;
}

struct look { struct civil *civil; struct arena *arena; enum lang lang; const struct matter *matter; struct span text; struct json_writer *w; };

static enum status findings(struct txn *t, void *arg, struct diag *d) {
    struct look *x = arg;
    const struct policies *p;
    enum status s = policies_published(x->civil->policies, t, 0, &p, d);
    return s == OK ? findings_write(p, x->arena, x->lang, x->matter, x->text, x->w) : s;
}

enum status policy_findings_json(struct civil *c, struct arena *a, enum lang lang, const char *matter, const char *text, struct json_writer *w, struct diag *d) {
    struct look x = {c, a, lang, NULL, span_of(text), w};
    enum status s = policy_matter(c, matter, &x.matter, d);
    if (s == OK)
        s = policy_size(x.text, d);
    return s == OK ? store_read(c->store, findings, &x, d) : s;
}

/* ---- worked cases ------------------------------------------------------------------------- */

static bool same_line(const struct json *want, const struct decision_line *got) {
    const struct json *member = json_get(want, "member");
    bool who = json_is_null(member) ? got->member == NULL : got->member && span_is(member->text, got->member);
    return who && strcmp(json_str(want, "item", ""), got->item) == 0 && json_int(want, "monthly_fen", 0) == got->monthly_fen &&
           json_int(want, "once_fen", 0) == got->once_fen;
}

/* As sets: the order of lines is the rules' own affair. */
static bool same_lines(const struct json *want, const struct decision *r) {
    size_t n = want ? want->size : 0;
    if (n != r->line_count)
        return false;
    for (size_t i = 0; i < n; i++) {
        size_t in_want = 0, in_got = 0;
        for (size_t k = 0; k < n; k++) {
            in_want += same_line(want->item[k], &r->line[i]);
            const struct decision_line *x = &r->line[k], *y = &r->line[i];
            in_got += x->monthly_fen == y->monthly_fen && x->once_fen == y->once_fen && strcmp(x->item, y->item) == 0 &&
                      (x->member == y->member || (x->member && y->member && strcmp(x->member, y->member) == 0));
        }
        if (in_want != in_got)
            return false;
    }
    return true;
}

/* Worked cases name a fact by its field; whose it is the input says. */
static struct span field_of(struct span name) {
    const char *dot = name.size ? memrchr(name.at, '.', name.size) : NULL;
    return dot ? (struct span){dot + 1, (size_t)(span_end(name) - dot - 1)} : name;
}

static bool named(const struct json *want, struct span field) {
    for (size_t i = 0; want && i < want->size; i++)
        if (want->item[i]->type == JSON_STRING && span_eq(field_of(want->item[i]->text), field))
            return true;
    return false;
}

static bool same_missing(const struct json *want, const struct decision *r) {
    for (size_t i = 0; i < r->missing_count; i++)
        if (!named(want, field_of(span_of(r->missing[i]))))
            return false;
    for (size_t i = 0; want && i < want->size; i++) {
        bool found = false;
        for (size_t k = 0; k < r->missing_count; k++)
            found |= span_eq(field_of(want->item[i]->text), field_of(span_of(r->missing[k])));
        if (!found)
            return false;
    }
    return true;
}

/* Officers' own cases may leave out the lines and what is missing: then these are not compared. */
static bool as_worked(const struct json *want, const struct decision *r, bool of_pack) {
    bool lines = of_pack || json_get(want, "lines"), missing = of_pack || json_get(want, "missing");
    return strcmp(json_str(want, "outcome", ""), decision_outcome_name(r->outcome)) == 0 && json_int(want, "monthly_fen", 0) == r->monthly_fen &&
           json_int(want, "once_fen", 0) == r->once_fen && (!lines || same_lines(json_get(want, "lines"), r)) && (!missing || same_missing(json_get(want, "missing"), r));
}

static void actual_json(struct json_writer *w, const struct decision *r) {
    json_object(w);
    json_kstring(w, "outcome", decision_outcome_name(r->outcome));
    json_kint(w, "monthly_fen", r->monthly_fen);
    json_kint(w, "once_fen", r->once_fen);
    json_key(w, "lines");
    decision_lines_json(w, r);
    json_key(w, "missing");
    json_array(w);
    for (size_t i = 0; i < r->missing_count; i++)
        json_string(w, r->missing[i]);
    json_array_end(w);
    json_object_end(w);
}

struct score { struct policy_score *count; struct json_writer *w; enum lang lang; };

static void item_begin(struct score *x, struct span id, struct span title, const char *kind, bool passed) {
    if (passed)
        x->count->passed++;
    else
        x->count->failed++;
    if (!x->w)
        return;
    json_object(x->w);
    json_kspan(x->w, "id", id);
    json_kspan(x->w, "title", title);
    json_kstring(x->w, "kind", kind);
    json_kbool(x->w, "passed", passed);
}

static enum status worked_case(const struct policies *draft, struct arena *a, const struct matter *m, const struct json *j, bool of_pack, struct score *x, struct diag *d) {
    struct decision r;
    struct diag why = {0};
    const struct json *want = json_get(j, "expected");
    struct decision_request q = {.scheme = m->scheme, .facts = json_get(j, "input"), .as_of = DATE_NONE};
    enum status s = decision_make(draft, a, &q, &r, &why);
    if (s != OK && !unreadable(s)) {
        *d = why;
        return s;
    }
    item_begin(x, span_of(json_str(j, "id", "")), span_of(json_str(j, "title_zh", "")), of_pack ? "case" : "own", s == OK && as_worked(want, &r, of_pack));
    if (!x->w)
        return OK;
    json_key(x->w, "expected");
    json_value(x->w, want);
    json_key(x->w, "actual");
    if (s == OK)
        actual_json(x->w, &r);
    else
        json_nothing(x->w);
    json_kstring(x->w, "error", s == OK ? NULL : why.code);
    json_kstring(x->w, "why", json_str(j, "why", ""));
    json_object_end(x->w);
    return OK;
}

/* ---- cases in TCK format ----------------------------------------------------------------------- */

static void tck_result(void *data, const struct dmn_tck_result *r) {
    struct score *x = data;
    if (r->outcome == DMN_TCK_SKIPPED)
        return;
    item_begin(x, r->case_id, r->node, "tck", r->outcome == DMN_TCK_PASSED);
    if (!x->w)
        return;
    json_kspan(x->w, "expected", r->expected);
    json_kspan(x->w, "actual", r->actual);
    json_kspan(x->w, "error", r->reason);
    json_kstring(x->w, "why", "");
    json_object_end(x->w);
}

typedef VEC(struct dmn_tck_file) file_list;

static enum status add_files(struct arena *a, file_list *list, const struct pack_file *file, size_t n, const struct span *instead, struct diag *d) {
    for (size_t i = 0; i < n; i++) {
        struct dmn_tck_file *f = vec_push_in(a, list);
        if (!f)
            return arena_full(d);
        *f = (struct dmn_tck_file){span_of(file[i].name), instead ? *instead : file[i].text};
    }
    return OK;
}

/* Of each series the latest: what a draft imports from now on. */
static enum status add_imports(struct arena *a, file_list *list, const struct packs *packs, const struct matter *m, struct diag *d) {
    enum status s = OK;
    for (size_t i = 0; s == OK && i < packs_count(packs); i++) {
        const struct pack *p = packs_at(packs, i);
        for (size_t k = 0; s == OK && k < p->model_count; k++)
            if (p->model[k].file_count)
                s = add_files(a, list, &p->model[k].file[p->model[k].file_count - 1], 1, NULL, d);
        for (size_t k = 0; s == OK && k < p->matter_count; k++)
            if (&p->matter[k] != m)
                s = add_files(a, list, &p->matter[k].decision[p->matter[k].decision_count - 1], 1, NULL, d);
    }
    return s;
}

/* The draft stands for whatever file of the matter a test names. */
static enum status tck_cases(struct arena *a, const struct packs *packs, const struct matter *m, struct span text, struct score *x, struct diag *d) {
    file_list list = {0};
    struct dmn_tck_count count = {0};
    enum status s = add_files(a, &list, m->decision, m->decision_count, &text, d);
    if (s == OK)
        s = add_files(a, &list, m->test, m->test_count, NULL, d);
    if (s == OK)
        s = add_imports(a, &list, packs, m, d);
    return s == OK && m->test_count ? dmn_tck_folder(a, span_of(m->id), list.at, list.size, tck_result, x, &count, d) : s;
}

/* ---- both ---------------------------------------------------------------------------------------- */

enum status policy_tests(const struct policies *draft, const struct packs *packs, const struct matter *m, const struct policy_cases *cases, struct span text, struct policy_score *ret,
    struct json_writer *w, struct diag *d) {
    AUTO(arena) struct arena *a = arena_new(CASE_BYTES_MAX), *kit = arena_new(TCK_BYTES_MAX);
    struct score x = {.count = ret, .w = w};
    enum status s = a && kit ? OK : arena_full(d);
    for (size_t i = 0; s == OK && i < cases->count; i++) {
        arena_reset(a);
        s = worked_case(draft, a, m, cases->at[i], i < cases->of_pack, &x, d);
    }
    return s == OK ? tck_cases(kit, packs, m, text, &x, d) : s;
}

enum status policy_tests_json(struct civil *c, struct txn *t, const char *matter, const char *text, const struct json *more, struct json_writer *w, struct diag *d) {
    const struct matter *m;
    const struct policies *p, *draft;
    struct policy_score score = {0};
    struct policy_cases cases;
    enum status s = policy_matter(c, matter, &m, d);
    if (s == OK)
        s = policy_size(span_of(text), d);
    if (s == OK)
        s = policy_cases_check(more, d);
    if (s == OK)
        s = policy_cases_of(t, m, more, &cases, d);
    if (s == OK)
        s = policies_published(c->policies, t, 0, &p, d);
    if (s == OK)
        s = policies_of_draft(p, txn_arena(t), m, span_of(text), &draft, d);
    if (s != OK)
        return s;
    json_object(w);
    json_key(w, "items");
    json_array(w);
    s = policy_tests(draft, c->packs, m, &cases, span_of(text), &score, w, d);
    json_array_end(w);
    json_kint(w, "passed", (int64_t)score.passed);
    json_kint(w, "failed", (int64_t)score.failed);
    json_object_end(w);
    return s;
}

enum status policy_try_json(struct civil *c, struct txn *t, const char *matter, const char *text, const struct json *facts, date_t day,
    struct json_writer *w, struct diag *d) {
    const struct matter *m;
    const struct policies *p;
    struct decision r;
    enum status s = policy_matter(c, matter, &m, d);
    if (s == OK && text)
        s = policy_size(span_of(text), d);
    if (s == OK)
        s = policies_published(c->policies, t, 0, &p, d);
    if (s == OK && text)
        s = policies_of_draft(p, txn_arena(t), m, span_of(text), &p, d);
    if (s != OK)
        return s;
    struct decision_request q = {.scheme = m->scheme, .facts = facts, .as_of = day};
    struct decision_explanation x;
    if ((s = decision_make(p, txn_arena(t), &q, &r, d)) == OK && (s = decision_explain(p, txn_arena(t), &r, 0, &x, d)) == OK)
        decision_json(w, &r, true, &x);
    return s;
}

static void names_json(struct json_writer *w, const struct dmn_labels *labels, struct arena *a, const struct matter *m) {
    const struct xml *root;
    if (!m->decision_count || xml_parse(a, m->decision[m->decision_count - 1].text, &root, NULL) != OK)
        return;
    for (const struct xml *e = root->child; e; e = e->next) {
        struct span name = xml_attr(e, "name"), en = dmn_label_of(labels, LANG_EN, name);
        if (!name.size || span_eq(name, en))
            continue;
        json_object(w);
        json_kspan(w, "name", name);
        json_kspan(w, "en", en);
        json_object_end(w);
    }
}

static void fact_json(struct json_writer *w, const struct dmn_labels *labels, const struct fact *f) {
    static const char *const kinds[] = {"date", "number", "boolean", "string", "entity"};
    json_object(w);
    json_kspan(w, "entity", f->entity);
    json_kspan(w, "name", f->name);
    json_kstring(w, "kind", kinds[f->kind]);
    json_kbool(w, "list", f->list);
    if (f->kind == FACT_ENTITY)
        json_kspan(w, "of", f->of);
    json_key(w, "codes");
    json_array(w);
    for (size_t i = 0; i < f->code_count; i++)
        json_span(w, f->code[i]);
    json_array_end(w);
    json_key(w, "codes_en");
    json_array(w);
    for (size_t i = 0; i < f->code_count; i++)
        json_span(w, dmn_label_of(labels, LANG_EN, f->code[i]));
    json_array_end(w);
    if (f->ranged) {
        json_kint(w, "low", f->low);
        json_kint(w, "high", f->high);
    }
    json_kspan(w, "unit", f->unit.at ? f->unit : SPAN(""));
    json_key(w, "meaning");
    json_object(w);
    json_kspan(w, "zh", f->meaning[LANG_ZH]);
    json_kspan(w, "en", f->meaning[LANG_EN]);
    json_object_end(w);
    json_object_end(w);
}

enum status policy_cases_json(struct civil *c, struct txn *t, const char *matter, struct json_writer *w, struct diag *d) {
    const struct matter *m;
    struct policy_cases cases;
    enum status s = policy_matter(c, matter, &m, d);
    if (s == OK)
        s = policy_cases_of(t, m, NULL, &cases, d);
    if (s != OK)
        return s;
    json_object(w);
    json_key(w, "items");
    json_array(w);
    for (size_t i = 0; i < cases.count; i++) {
        json_object(w);
        json_kstring(w, "id", json_str(cases.at[i], "id", ""));
        json_kstring(w, "title", json_str(cases.at[i], "title_zh", ""));
        json_kstring(w, "why", json_str(cases.at[i], "why", ""));
        json_key(w, "input");
        json_value(w, json_get(cases.at[i], "input"));
        json_object_end(w);
    }
    json_array_end(w);
    json_key(w, "facts");
    json_array(w);
    const struct vocabulary *v = policies_vocabulary(c->policies);
    struct dmn_labels labels = policies_labels(c->policies);
    for (size_t i = 0; i < v->count; i++)
        fact_json(w, &labels, &v->fact[i]);
    json_array_end(w);
    json_key(w, "names");
    json_array(w);
    names_json(w, &labels, txn_arena(t), m);
    json_array_end(w);
    json_object_end(w);
    return OK;
}
