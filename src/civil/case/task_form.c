/* The form of a step: what it is given, what may come back, and what the law
 * asks of it (matter.json desk.elements.<id>.law: points with a sentence, an
 * article and, where it can be told from the form, a condition). */
#include "civil/case/case_internal.h"

#include "base/vec.h"
#include "civil/access/access_list.h"

#include <stdio.h>
#include <string.h>

/* The label of a field in English: form.en.json names it by its path without numbers. */
static const char *label_en(const struct json *form_en, const char *where) {
    char path[256];
    size_t n = 0;
    for (bool number = false; *where && n + 1 < sizeof path; where++) {
        number = *where == '[' || (number && *where != ']');
        if (!number && *where != ']')
            path[n++] = *where;
    }
    path[n] = 0;
    return json_str(json_get(json_get(form_en, "fields"), path), "label", "");
}

const struct json *case_form_errors(struct arena *a, const struct diag *at, size_t n, const struct json *form_en, enum lang l) {
    const struct json **item = ARENA_ARRAY(a, n + 1, const struct json *);
    for (size_t i = 0; item && i < n; i++) {
        BUF_AUTO b;
        buf_init(&b, 8192);
        struct diag without_place = at[i];
        without_place.where[0] = 0; /* the path is a field of its own */
        const char *label = form_en && l == LANG_EN ? label_en(form_en, at[i].where) : "";
        for (int k = 0; *label && k < without_place.arg_count; k++)
            if (strcmp(without_place.arg[k].name, "label") == 0)
                snprintf(without_place.arg[k].value, sizeof without_place.arg[k].value, "%s", label);
        message_render(&b, l, &without_place);
        if (!(item[i] = EVENT_ARGS(a, "path", at[i].where, "code", at[i].code, "message", buf_str(&b))))
            return NULL;
    }
    return item ? json_new_array(a, item, n) : NULL;
}

/* ---- what it is given -------------------------------------------------------- */

static const struct json *choice(struct arena *a, const char *label, const char *value) { return EVENT_ARGS(a, "label", label, "value", value); }

struct choices { VEC(const struct json *) item; };

static enum status add_choice(struct arena *a, struct choices *list, const char *label, const char *value, struct diag *d) {
    const struct json **slot = vec_push_in(a, &list->item);
    if (!slot || !label || !(*slot = choice(a, label, value)))
        return arena_full(d);
    return OK;
}

static enum status members(struct civil *c, struct txn *t, struct access *x, struct case_row *k, struct choices *ret, struct diag *d) {
    struct party *p = NULL;
    size_t n = 0;
    enum status s = case_parties(c, t, x, k, &p, &n, d);
    for (size_t i = 0; s == OK && i < n; i++)
        if (strcmp(p[i].party, "supporter") != 0)
            s = add_choice(txn_arena(t), ret, arena_printf(txn_arena(t), "%s (%s)", p[i].name ? p[i].name : "", p[i].relation), p[i].number, d);
    return s;
}

static enum status differences(struct civil *c, struct txn *t, struct access *x, struct case_row *k, struct choices *ret, struct diag *d) {
    struct case_facts f;
    enum status s = case_facts(c, t, x, k, &f, d);
    for (size_t i = 0; s == OK && i < f.conflict_count; i++)
        s = add_choice(txn_arena(t), ret, f.conflict[i].fact, f.conflict[i].fact, d);
    return s;
}

static enum status papers(struct txn *t, const struct case_row *k, enum lang l, struct choices *ret, struct diag *d) {
    const struct json *list = json_get(k->matter->json, "papers");
    enum status s = OK;
    for (size_t i = 0; s == OK && list && i < list->size; i++)
        s = add_choice(txn_arena(t), ret, json_str(list->item[i], l == LANG_EN ? "en" : "zh", ""), json_str(list->item[i], "id", ""), d);
    return s;
}

/* The days that a condition may hold a date against; 受理日期 is null until the case is accepted. */
static const struct json *days(struct arena *a, const struct txn *t, const struct case_row *k, const struct json *given) {
    const struct { const char *name; date_t day; } DAYS[] = {{"今天", txn_today(t)}, {"申请日期", instant_date(k->applied_at)},
        {"受理日期", k->accepted_at ? instant_date(k->accepted_at) : DATE_NONE}};
    for (size_t i = 0; given && i < ARRAY_LEN(DAYS); i++) {
        char text[DATE_TEXT_MAX];
        if (DAYS[i].day == DATE_NONE)
            continue;
        date_text(DAYS[i].day, text);
        const struct json *day = json_new_string(a, span_of(text));
        given = day ? json_with(a, given, DAYS[i].name, day) : NULL;
    }
    return given;
}

enum status task_given(struct civil *c, struct txn *t, struct access *x, struct case_row *k, const struct bpmn_node *n, const char *outcome,
    enum lang l, const struct json **ret, struct diag *d) {
    static const struct { const char *what, *name; } LISTS[] = {{"members", "成员名单"}, {"differences", "核对差异"}, {"papers", "材料清单"}};
    struct arena *a = txn_arena(t);
    const struct json *wanted = json_get(desk_element(k->matter, n->id), "given");
    *ret = NULL;
    if (!case_task_form(c->models, k->matter, n->form))
        return OK;
    const struct json *given = days(a, t, k, EVENT_ARGS(a, "outcome", outcome));
    for (size_t i = 0; given && wanted && i < wanted->size; i++) {
        struct choices list = {0};
        size_t which = 0;
        while (which < ARRAY_LEN(LISTS) && !span_is(wanted->item[i]->text, LISTS[which].what))
            which++;
        assert(which < ARRAY_LEN(LISTS)); /* models.c has looked */
        enum status s = which == 0 ? members(c, t, x, k, &list, d) : which == 1 ? differences(c, t, x, k, &list, d) : papers(t, k, l, &list, d);
        if (s != OK)
            return s;
        const struct json *array = json_new_array(a, list.item.at, list.item.size);
        given = array ? json_with(a, given, LISTS[which].name, array) : NULL;
    }
    *ret = given;
    return given ? OK : arena_full(d);
}

/* ---- what comes back ------------------------------------------------------------ */

/* The points whose condition does not hold; a condition that cannot be
 * computed, since an answer is missing, does not hold. */
static enum status law_broken(struct civil *c, struct txn *t, const struct case_row *k, const struct bpmn_node *n, const struct json *names, enum lang l,
    struct diag *at, size_t room, size_t *ret_n, struct diag *d) {
    const struct evaluator *feel = case_feel(c->models);
    const struct json *law = json_get(desk_element(k->matter, n->id), "law");
    *ret_n = 0;
    for (size_t i = 0; law && i < law->size && *ret_n < room; i++) {
        const struct json *v = NULL;
        struct span holds = span_of(json_str(law->item[i], "holds", ""));
        if (!holds.size)
            continue;
        enum status s = feel->value(feel->user, txn_arena(t), holds, names, &v, d);
        if (s != OK && s != E_INPUT)
            return s;
        if (s == OK && v && v->type == JSON_TRUE)
            continue;
        diag_clear(d);
        struct diag *x = &at[(*ret_n)++];
        *x = (struct diag){0};
        (void)diag_fail(x, E_INPUT, "case.law_point", DIAG_S("point", json_str(law->item[i], l == LANG_EN ? "en" : "zh", "")),
            DIAG_S("article", json_str(law->item[i], "article", "")));
        diag_at(x, "%s", json_str(law->item[i], "at", ""));
    }
    return OK;
}

static enum status refused(struct arena *a, const struct diag *at, size_t n, const struct json *form_en, enum lang l, const struct json **ret_errors, struct diag *d) {
    *ret_errors = case_form_errors(a, at, n, form_en, l);
    return *ret_errors ? diag_fail(d, E_INPUT, "case.task_form", DIAG_N("count", (long long)n)) : arena_full(d);
}

/* What was given, and over it what is kept: the names that the law's conditions see. */
static const struct json *names_of(struct arena *a, const struct json *given, const struct json *clean) {
    for (size_t i = 0; given && i < clean->size; i++)
        given = json_with(a, given, clean->key[i].at, clean->item[i]);
    return given;
}

enum { LAW_POINTS_MAX = 40 };

static enum status check_form(struct civil *c, struct txn *t, const struct actor *who, struct case_row *k, const struct bpmn_node *n, const struct form *form,
    const struct json *given, const struct json *data, struct arena *a, const struct json **ret_clean, const struct json **ret_errors, struct diag *d) {
    struct form_context ctx = {.feel = case_feel(c->models), .given = given, .today = txn_today(t)};
    struct form_errors errors = {0};
    struct diag broken[LAW_POINTS_MAX];
    size_t count = 0;
    const struct pack_task *task = matter_task(k->matter, n->form);
    const struct json *form_en = task ? task->form_en : NULL;
    enum status s = form_validate(form, data, &ctx, txn_arena(t), ret_clean, &errors, d);
    if (s != OK || errors.size)
        return s != OK ? s : refused(a, errors.at, errors.size, form_en, who->lang, ret_errors, d);
    const struct json *names = names_of(txn_arena(t), given, *ret_clean);
    if (!names)
        return arena_full(d);
    s = law_broken(c, t, k, n, names, who->lang, broken, ARRAY_LEN(broken), &count, d);
    return s == OK && count ? refused(a, broken, count, form_en, who->lang, ret_errors, d) : s;
}

enum status task_data_check(struct civil *c, struct txn *t, const struct actor *who, struct case_row *k, const struct bpmn_node *n, const char *role,
    const char *outcome, const struct json *data, struct arena *a, const struct json **ret_clean, const struct json **ret_errors, struct diag *d) {
    const struct form *form = case_task_form(c->models, k->matter, n->form);
    const struct json *given = NULL;
    struct access *access = NULL;
    *ret_clean = NULL;
    if (!form)
        return data && data->size ? diag_fail(d, E_INPUT, "case.no_task_form") : OK;
    if (!data && !(data = json_new_object(txn_arena(t), NULL, NULL, 0)))
        return arena_full(d);
    enum status s = access_begin(txn_arena(t), who, role, "case_handling", k->district, k->id, &access, d);
    if (s == OK)
        s = task_given(c, t, access, k, n, outcome, who->lang, &given, d);
    if (s == OK && !access_empty(access))
        s = access_commit_in(c, t, access, NULL, d);
    return s == OK ? check_form(c, t, who, k, n, form, given, data, a, ret_clean, ret_errors, d) : s;
}

/* ---- as the desk shows it ------------------------------------------------------------ */

static void law_json(struct json_writer *w, const struct case_row *k, const struct bpmn_node *n) {
    const struct json *law = json_get(desk_element(k->matter, n->id), "law");
    json_key(w, "law");
    json_array(w);
    for (size_t i = 0; law && i < law->size; i++) {
        const struct json *p = law->item[i];
        json_object(w);
        json_kstring(w, "id", json_str(p, "id", ""));
        text_pair(w, "text", json_str(p, "zh", ""), json_str(p, "en", ""));
        json_key(w, "article");
        json_string(w, json_str(p, "article", NULL));
        json_key(w, "holds");
        json_string(w, json_str(p, "holds", NULL));
        json_object_end(w);
    }
    json_array_end(w);
}

static void value_or_null(struct json_writer *w, const char *key, const struct json *v) {
    json_key(w, key);
    if (v)
        json_value(w, v);
    else
        json_nothing(w);
}

enum status task_form_json(struct civil *c, struct txn *t, struct access *x, struct case_row *k, const struct bpmn_node *n, bool whole,
    enum lang l, struct json_writer *w, struct diag *d) {
    const struct pack_task *task = whole && *n->form ? matter_task(k->matter, n->form) : NULL;
    const struct json *given = NULL;
    enum status s = task ? task_given(c, t, x, k, n, "", l, &given, d) : OK;
    if (s != OK)
        return s;
    law_json(w, k, n);
    json_key(w, "limit");
    json_string(w, *n->limit ? n->limit : NULL);
    json_kbool(w, "has_form", *n->form != 0);
    value_or_null(w, "form", task ? task->form : NULL);
    value_or_null(w, "form_en", task ? task->form_en : NULL);
    value_or_null(w, "given", given);
    return OK;
}
