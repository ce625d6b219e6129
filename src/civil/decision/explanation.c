#include "civil/decision/explanation.h"

#include "civil/decision/change.h"

#include <stdio.h>

enum status decision_explain(const struct policies *p, struct arena *a, const struct decision *r, unsigned budget,
    struct decision_explanation *ret, struct diag *d) {
    struct decision_explanation x = {.decision = r, .budget = budget ? budget : DECISION_CHANGE_BUDGET, .complete = true};
    struct dmn_explanation *why = r->trace ? ARENA_NEW(a, struct dmn_explanation) : NULL;
    date_t first;
    const struct policy *policy = policies_find(p, r->scheme, r->date, &first);
    enum status s = OK;
    if (r->trace && !why)
        return arena_full(d);
    if (why)
        s = dmn_explain(a, policy->model, r->trace, DECISION_ANSWER, why, d);
    x.why = why;
    if (s == OK && r->outcome == DECISION_NOT_ELIGIBLE)
        s = decision_changes(p, a, &x, d);
    if (s == OK)
        *ret = x;
    return s;
}

/* ---- saying a change ---------------------------------------------------------------- */

#define SAY(out, l, code, ...)                                                 \
    message_text((out), (l), (code), (const struct diag_arg[]){{0}, ##__VA_ARGS__} + 1, \
        sizeof((const struct diag_arg[]){{0}, ##__VA_ARGS__}) / sizeof(struct diag_arg) - 1)

struct speech { enum lang l; const struct decision_explanation *x; };

static struct span label(const struct speech *s, const char *entity, struct span name) {
    char path[256];
    int n = snprintf(path, sizeof path, "%s.%.*s", entity, SPAN_ARG(name));
    struct dmn_label found = {0};
    bool known = n > 0 && (size_t)n < sizeof path && s->x->decision->labels.find(s->x->decision->labels.data, (struct span){path, (size_t)n}, &found);
    struct span words = s->l == LANG_EN ? found.en : found.zh;
    return known && words.size ? words : dmn_label_of(&s->x->decision->labels, s->l, name);
}

/* What tells one item of a list from the others: its kind, else its number. */
static void qualifier(struct buf *out, const struct speech *s, const struct json *item) {
    static const char *const KEYS[] = {"与申请人关系", "类别", "性质", "用途", "关系", "待遇"};
    for (size_t i = 0; i < ARRAY_LEN(KEYS); i++) {
        const struct json *v = json_get(item, KEYS[i]);
        if (v && v->type == JSON_STRING) {
            buf_add(out, dmn_label_of(&s->x->decision->labels, s->l, v->text));
            return;
        }
    }
}

static void item_words(struct buf *out, const struct speech *s, struct span entity, const struct json *item, size_t index) {
    BUF_AUTO kind;
    buf_init(&kind, 0);
    qualifier(&kind, s, item);
    const struct json *number = json_get(item, "编号");
    char place[24];
    snprintf(place, sizeof place, "%zu", index + 1);
    struct span which = number && number->type == JSON_STRING ? number->text : span_of(place);
    SAY(out, s->l, kind.size ? "decision.change_item_kind" : "decision.change_item", DIAG_SPAN("entity", label(s, "实体", entity)),
        DIAG_SPAN("number", which), DIAG_SPAN("kind", buf_span(&kind)));
}

/* 成员 1（本人）的收入 2（养老金）的月金额; in English from the inside out. */
static void joined(struct buf *out, const struct speech *s, struct span outer, struct span inner) {
    if (outer.size)
        SAY(out, s->l, "decision.change_of", DIAG_SPAN("outer", outer), DIAG_SPAN("inner", inner));
    else
        buf_add(out, inner);
}

static struct span entity_of(const struct decision_move *m, struct span list) {
    return m->kind == MOVE_SET || list.size ? list : m->field;
}

static void subject(struct buf *out, const struct speech *s, const struct decision_move *m) {
    const struct json *j = s->x->decision->facts;
    struct span list = {0};
    for (size_t i = 0; i < m->step_count; i++) {
        const struct decision_step *step = &m->step[i];
        j = step->key.at ? json_get_span(j, step->key) : json_at(j, step->index);
        if (step->key.at)
            list = step->key;
        bool last = i + 1 == m->step_count;
        if (step->key.at && !last)
            continue;
        BUF_AUTO one, sofar;
        buf_init(&one, 0);
        buf_init(&sofar, 0);
        if (step->key.at) {
            char entity[128];
            snprintf(entity, sizeof entity, "%.*s", SPAN_ARG(m->entity));
            buf_add(&one, label(s, entity, m->field));
        } else
            item_words(&one, s, entity_of(m, list), j, step->index);
        buf_add(&sofar, buf_span(out));
        buf_clear(out);
        joined(out, s, buf_span(&sofar), buf_span(&one));
    }
}

static struct span unit_of(const struct speech *s, const struct decision_move *m) {
    char path[256];
    struct dmn_label found = {0};
    int n = snprintf(path, sizeof path, "%.*s.%.*s", SPAN_ARG(m->entity), SPAN_ARG(m->field));
    return n > 0 && (size_t)n < sizeof path && s->x->decision->labels.find(s->x->decision->labels.data, (struct span){path, (size_t)n}, &found) ? found.unit : (struct span){0};
}

static void value_words(struct buf *out, const struct speech *s, const struct decision_move *m, const struct json *j) {
    struct feel_value v = feel_null();
    date_t day;
    if (!j)
        return;
    for (size_t i = 0; j->type == JSON_ARRAY && i < j->size; i++) {
        if (i)
            message_text(out, s->l, "explain.or", NULL, 0);
        value_words(out, s, m, j->item[i]);
    }
    if (j->type == JSON_ARRAY && j->size)
        return;
    if (j->type == JSON_NUMBER)
        v = feel_number(j->number);
    else if (j->type == JSON_TRUE || j->type == JSON_FALSE)
        v = feel_bool(j->type == JSON_TRUE);
    else if (m->type == FACT_DATE && j->type == JSON_STRING && date_parse(j->text, &day, NULL) == OK)
        v = feel_date(day);
    else if (j->type == JSON_STRING)
        v = feel_string(j->text);
    dmn_value_text(out, s->l, &s->x->decision->labels, &v, unit_of(s, m));
}

static void difference(struct buf *out, const struct speech *s, const struct decision_move *m) {
    if (!m->number || m->from->type != JSON_NUMBER || m->to->type != JSON_NUMBER)
        return;
    struct span unit = unit_of(s, m);
    const char *slash = unit.at ? memchr(unit.at, '/', unit.size) : NULL;
    struct feel_value v = feel_number(dec_abs(dec_sub(m->from->number, m->to->number)));
    dmn_value_text(out, s->l, &s->x->decision->labels, &v, slash ? (struct span){unit.at, (size_t)(slash - unit.at)} : unit);
}

static const char *move_code(const struct decision_move *m) {
    if (m->kind == MOVE_REMOVE_ALL)
        return "decision.change_none";
    if (m->kind == MOVE_REMOVE)
        return "decision.change_without";
    if (!m->number)
        return "decision.change_to";
    if (m->type == FACT_DATE)
        return m->direction < 0 ? m->beyond ? "decision.change_before" : "decision.change_earlier" : m->beyond ? "decision.change_after" : "decision.change_later";
    return m->direction < 0 ? m->beyond ? "decision.change_most" : "decision.change_less" : m->beyond ? "decision.change_least" : "decision.change_more";
}

static void move_words(struct buf *out, const struct speech *s, const struct decision_move *m) {
    BUF_AUTO what, from, to, by;
    buf_init(&what, 0);
    buf_init(&from, 0);
    buf_init(&to, 0);
    buf_init(&by, 0);
    subject(&what, s, m);
    value_words(&from, s, m, m->from);
    value_words(&to, s, m, m->to);
    difference(&by, s, m);
    SAY(out, s->l, move_code(m), DIAG_SPAN("what", buf_span(&what)), DIAG_SPAN("from", buf_span(&from)), DIAG_SPAN("to", buf_span(&to)), DIAG_SPAN("by", buf_span(&by)));
}

void decision_change_text(struct buf *out, enum lang l, const struct decision_explanation *x, const struct decision_change *c, bool reason) {
    struct speech s = {l, x};
    BUF_AUTO first, second;
    buf_init(&first, 0);
    buf_init(&second, 0);
    move_words(&first, &s, &c->move[0]);
    if (c->count == 2)
        move_words(&second, &s, &c->move[1]);
    const char *code = reason ? "decision.change_reason" : c->count == 2 ? "decision.change_two" : "decision.change_one";
    SAY(out, l, code, DIAG_SPAN("first", buf_span(&first)), DIAG_SPAN("second", buf_span(&second)));
}

/* ---- the page -------------------------------------------------------------------------- */

#define LINE(out, ...) (SAY(out, __VA_ARGS__), buf_addc((out), '\n'))

static void changes_text(struct buf *out, enum lang l, const struct decision_explanation *x, const struct decision_change *list, size_t n, bool reason) {
    for (size_t i = 0; i < n; i++) {
        BUF_AUTO one;
        buf_init(&one, 0);
        decision_change_text(&one, l, x, &list[i], reason);
        LINE(out, l, "decision.change_line", DIAG_N("number", i + 1), DIAG_SPAN("text", buf_span(&one)));
    }
}

void decision_explanation_text(struct buf *out, enum lang l, const struct decision_explanation *x) {
    if (x->why)
        dmn_explanation_text(out, l, &x->decision->labels, x->why, x->decision->outcome != DECISION_ELIGIBLE);
    if (x->decision->outcome != DECISION_NOT_ELIGIBLE)
        return;
    LINE(out, l, x->change_count ? "decision.change_title" : "decision.change_found_none");
    changes_text(out, l, x, x->change, x->change_count, false);
    if (x->reason_count)
        LINE(out, l, "decision.change_reasons");
    changes_text(out, l, x, x->reason, x->reason_count, true);
    LINE(out, l, x->complete ? "decision.change_tried" : "decision.change_tried_some");
    LINE(out, l, "decision.change_advisory");
}

/* ---- JSON --------------------------------------------------------------------------------- */

typedef void (*words_fn)(struct buf *out, enum lang l, const void *x);

static void text_json(struct json_writer *w, const char *key, words_fn words, const void *x) {
    if (key)
        json_key(w, key);
    json_object(w);
    for (enum lang l = LANG_ZH; l <= LANG_EN; l++) {
        BUF_AUTO b;
        buf_init(&b, 0);
        words(&b, l, x);
        json_kspan(w, l == LANG_ZH ? "zh" : "en", buf_span(&b));
    }
    json_object_end(w);
}

struct change_words { const struct decision_explanation *x; const struct decision_change *c; bool reason; };
static void change_words(struct buf *out, enum lang l, const void *data) {
    const struct change_words *c = data;
    decision_change_text(out, l, c->x, c->c, c->reason);
}

struct rule_words { const struct dmn_trace_table *t; const struct dmn_trace_rule *r; };
static void rule_words(struct buf *out, enum lang l, const void *data) {
    const struct rule_words *r = data;
    dmn_rule_text(out, l, r->t, r->r);
}

struct condition_words { const struct decision_explanation *x; const struct dmn_condition *c; };
static void condition_words(struct buf *out, enum lang l, const void *data) {
    const struct condition_words *c = data;
    dmn_condition_text(out, l, &c->x->decision->labels, c->c);
}

struct name_words { const struct decision_explanation *x; struct span name; };
static void name_words(struct buf *out, enum lang l, const void *data) {
    const struct name_words *n = data;
    buf_add(out, dmn_label_of(&n->x->decision->labels, l, n->name));
}

static void path_json(struct json_writer *w, const struct decision_move *m) {
    BUF_AUTO b;
    buf_init(&b, 0);
    for (size_t i = 0; i < m->step_count; i++) {
        if (!m->step[i].key.at) {
            buf_addf(&b, "[%zu]", m->step[i].index);
            continue;
        }
        if (i)
            buf_addc(&b, '.');
        buf_add(&b, m->step[i].key);
    }
    json_kspan(w, "fact", buf_span(&b));
}

static void move_json(struct json_writer *w, const struct decision_move *m) {
    static const char *const KIND[] = {"set", "remove", "remove_all"};
    json_object(w);
    json_kstring(w, "kind", KIND[m->kind]);
    path_json(w, m);
    json_key(w, "from");
    json_value(w, m->from);
    json_key(w, "to");
    json_value(w, m->to ? m->to : json_null());
    json_kbool(w, "threshold", m->number);
    json_kbool(w, "beyond", m->beyond);
    json_object_end(w);
}

static void changes_json(struct json_writer *w, const char *key, const struct decision_explanation *x, const struct decision_change *list, size_t n, bool reason) {
    json_key(w, key);
    json_array(w);
    for (size_t i = 0; i < n; i++) {
        struct change_words words = {x, &list[i], reason};
        json_object(w);
        text_json(w, "text", change_words, &words);
        json_key(w, "moves");
        json_array(w);
        for (size_t k = 0; k < list[i].count; k++)
            move_json(w, &list[i].move[k]);
        json_array_end(w);
        json_object_end(w);
    }
    json_array_end(w);
}

static bool in_chain(const struct decision_explanation *x, struct span name) {
    for (size_t i = 0; i < x->why->chain_count; i++) {
        const struct dmn_trace_decision *d = x->why->decision[x->why->chain[i]].decision;
        if (span_eq(d->name, name) && d->value.kind == FEEL_BOOLEAN)
            return true;
    }
    return false;
}

/* A condition that is another decision's answer is told there. */
static bool final(const struct decision_explanation *x, const struct dmn_condition *c) {
    return c->op != DMN_OP_IS || !c->source.size || !in_chain(x, c->source);
}

static void near_json(struct json_writer *w, const struct decision_explanation *x, const struct dmn_explained_decision *d, const struct dmn_explained_table *t) {
    const struct dmn_near_rule *near = &t->near[0];
    size_t told = 0;
    for (size_t i = 0; i < near->count; i++)
        told += final(x, &near->condition[i]);
    if (!told)
        return;
    struct rule_words rule = {t->table, near->rule};
    struct name_words name = {x, d->decision->name};
    json_object(w);
    text_json(w, "decision", name_words, &name);
    json_kspan(w, "table_id", t->table->table_id);
    json_kspan(w, "rule_id", near->rule->id);
    json_kint(w, "number", (int64_t)near->rule->number);
    text_json(w, "text", rule_words, &rule);
    json_key(w, "conditions");
    json_array(w);
    for (size_t i = 0; i < near->count; i++) {
        struct condition_words c = {x, &near->condition[i]};
        if (final(x, c.c))
            text_json(w, NULL, condition_words, &c);
    }
    json_array_end(w);
    json_object_end(w);
}

static bool refused(const struct dmn_explained_decision *d) {
    return d->decision->value.kind != FEEL_BOOLEAN || !d->decision->value.boolean;
}

static void nearest_json(struct json_writer *w, const struct decision_explanation *x) {
    json_key(w, "nearest");
    json_array(w);
    for (size_t i = 0; x->why && x->decision->outcome == DECISION_NOT_ELIGIBLE && i < x->why->chain_count; i++) {
        const struct dmn_explained_decision *d = &x->why->decision[x->why->chain[i]];
        for (size_t k = 0; k < d->decision->table_count && refused(d); k++) {
            const struct dmn_explained_table *t = &x->why->table[d->decision->table_first + k];
            if (t->near_count && span_eq(t->table->element_name, d->decision->name))
                near_json(w, x, d, t);
        }
    }
    json_array_end(w);
}

static void advisory_words(struct buf *out, enum lang l, const void *data) {
    (void)data;
    message_text(out, l, "decision.change_advisory", NULL, 0);
}

void decision_explanation_json(struct json_writer *w, const struct decision_explanation *x, bool whole) {
    json_object(w);
    nearest_json(w, x);
    changes_json(w, "changes", x, x->change, x->change_count, false);
    changes_json(w, "unchangeable", x, x->reason, x->reason_count, true);
    json_key(w, "amounts");
    decision_amounts_json(w, x);
    json_kint(w, "tried", x->tried);
    json_kint(w, "budget", x->budget);
    json_kbool(w, "complete", x->complete);
    text_json(w, "advisory", advisory_words, NULL);
    json_key(w, "why");
    if (whole && x->why)
        dmn_explanation_json(w, &x->decision->labels, x->why);
    else
        json_nothing(w);
    json_object_end(w);
}
