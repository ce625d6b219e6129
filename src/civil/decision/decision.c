#include "civil/decision/decision.h"

#include "civil/decision/anybody.h"
#include "civil/decision/figures.h"
#include "civil/decision/given.h"
#include "civil/decision/notes.h"
#include "civil/decision/policies.h"
#include "civil/decision/reasons.h"

#include <stdio.h>

/* now() and today() have no place in a policy: it reads 日期.  A fixed instant keeps
 * an answer the same on every run. */
static const int64_t NO_CLOCK = 0;
enum { SHANGHAI_OFFSET_S = 28800 };

const char *decision_outcome_name(enum decision_outcome o) {
    static const char *const NAME[] = {"eligible", "not_eligible", "undecided"};
    return NAME[o];
}

/* ---- the day ------------------------------------------------------------------ */

static enum status day_of(const struct decision_request *r, date_t *ret, struct diag *d) {
    const struct json *j = json_get(r->facts, "日期");
    if (r->as_of != DATE_NONE) {
        *ret = r->as_of;
        return OK;
    }
    enum status s;
    if (json_is_null(j))
        s = diag_fail(d, E_INPUT, "decision.no_date");
    else if (j->type != JSON_STRING)
        s = diag_fail(d, E_INPUT, "decision.not_date");
    else
        s = date_parse(j->text, ret, d);
    return s == OK ? OK : (diag_at(d, "日期"), s);
}

enum status policy_on(const struct policies *p, const char *scheme, date_t day, const struct policy **ret, struct diag *d) {
    date_t first;
    *ret = policies_find(p, scheme, day, &first);
    if (*ret)
        return OK;
    if (first == DATE_NONE)
        return diag_fail(d, E_NOT_FOUND, "decision.no_scheme", DIAG_S("scheme", scheme));
    char text[DATE_TEXT_MAX];
    date_text(first, text);
    diag_fail(d, E_INPUT, "decision.no_policy", DIAG_S("first", text));
    return diag_at(d, "日期");
}

/* ---- reading the answer ------------------------------------------------------------ */

static bool text_of(struct arena *a, const struct feel_value *context, const char *key, const char **ret) {
    const struct feel_value *v = feel_get(context, span_of(key));
    *ret = NULL;
    if (!v || feel_is_null(*v))
        return true;
    return v->kind == FEEL_STRING && (*ret = arena_dup(a, v->string)) != NULL;
}

static enum status fen_of(const struct feel_value *context, const char *key, int64_t *ret, struct diag *d) {
    const struct feel_value *v = feel_get(context, span_of(key));
    *ret = 0;
    if (!v || feel_is_null(*v))
        return OK;
    if (v->kind != FEEL_NUMBER)
        return diag_fail(d, E_INPUT, "decision.answer", DIAG_S("part", key));
    return dec_to_fen(v->number, ret, d);
}

static enum status lines_of(struct arena *a, const struct feel_value *list, struct decision *r, struct diag *d) {
    if (!list || list->kind != FEEL_LIST)
        return diag_fail(d, E_INPUT, "decision.answer", DIAG_S("part", "明细"));
    struct decision_line *line = ARENA_ARRAY(a, list->count + 1, struct decision_line);
    if (!line)
        return arena_full(d);
    for (size_t i = 0; i < list->count; i++) {
        struct decision_line *x = &line[i];
        if (!text_of(a, &list->item[i], "成员", &x->member) || !text_of(a, &list->item[i], "项目", &x->item) || !x->item)
            return diag_fail(d, E_INPUT, "decision.answer", DIAG_S("part", "项目"));
        enum status s = fen_of(&list->item[i], "月金额", &x->monthly_fen, d);
        if (s == OK)
            s = fen_of(&list->item[i], "一次金额", &x->once_fen, d);
        if (s != OK)
            return s;
        r->monthly_fen += x->monthly_fen;
        r->once_fen += x->once_fen;
    }
    r->line = line;
    r->line_count = list->count;
    return OK;
}

static enum status answer_of(struct arena *a, const struct feel_value *answer, struct decision *r, struct diag *d) {
    const struct feel_value *word = feel_get(answer, SPAN("结论"));
    if (!word || word->kind != FEEL_STRING || (!span_is(word->string, "符合") && !span_is(word->string, "不符合")))
        return diag_fail(d, E_INPUT, "decision.answer", DIAG_S("part", "结论"));
    r->outcome = span_is(word->string, "符合") ? DECISION_ELIGIBLE : DECISION_NOT_ELIGIBLE;
    return r->outcome == DECISION_ELIGIBLE ? lines_of(a, feel_get(answer, SPAN("明细")), r, d) : OK;
}

/* ---- deciding --------------------------------------------------------------------------- */

static enum status missing_of(struct arena *a, const struct dmn_case_answer *answer, struct decision *r, struct diag *d) {
    const char **list = ARENA_ARRAY(a, answer->missing_count + 1, const char *);
    if (!list)
        return arena_full(d);
    for (size_t i = 0; i < answer->missing_count; i++)
        if (!(list[i] = arena_dup(a, answer->missing[i])))
            return arena_full(d);
    r->missing = list;
    r->missing_count = answer->missing_count;
    r->missing_exact = answer->exact;
    return OK;
}

static enum status ask(const struct policies *p, struct arena *a, const struct policy *policy, const struct json *facts, struct feel_value figures, unsigned budget, bool whether_only, struct dmn_case_memory *memory, struct dmn_case_answer *ret, struct diag *d) {
    struct feel_notes *notes = ARENA_NEW(a, struct feel_notes);
    if (!notes)
        return arena_full(d);
    struct feel_env env;
    feel_env_init(&env, a, notes);
    env.now = NO_CLOCK;
    env.now_offset = SHANGHAI_OFFSET_S;
    const struct span *absent;
    size_t absent_count;
    enum status s = given_null(a, &p->words, facts, &absent, &absent_count, d);
    if (s != OK)
        return s;
    struct dmn_case_codes subjects;
    size_t named = 0;
    if ((s = given_subjects(a, facts, &subjects, &named, d)) != OK)
        return s;
    struct dmn_case c = {.model = policy->model, .answer = DECISION_ANSWER, .compared = p->compared, .vocabulary = p->vocabulary, .facts = facts,
        .extra = figures, .null_facts = absent, .null_fact_count = absent_count, .codes = &subjects, .code_list_count = named,
        .evaluation_budget = budget, .whether_only = whether_only, .trace = !whether_only, .memory = memory};
    return dmn_case_decide(&env, &c, ret, d);
}

static enum status evaluate(const struct policies *p, struct arena *a, const struct policy *policy, const struct json *facts, struct feel_value figures, const struct decision_request *q, struct decision *r, struct diag *d) {
    struct dmn_case_answer answer;
    enum status s = ask(p, a, policy, facts, figures, q->budget, q->whether_only, q->memory, &answer, d);
    if (s != OK)
        return s;
    r->trace = answer.trace;
    r->evaluations = answer.evaluations;
    r->certain = answer.certain;
    if (!answer.decided) {
        r->outcome = DECISION_UNDECIDED;
        return missing_of(a, &answer, r, d);
    }
    r->missing_exact = true;
    return answer_of(a, &answer.value, r, d);
}

struct member_question { const struct policies *p; struct arena *arena; const struct policy *policy; struct feel_value figures; const struct decision_request *request; };

static enum status evaluate_member(void *user, const struct json *facts, struct decision *r, struct diag *d) {
    const struct member_question *q = user;
    return evaluate(q->p, q->arena, q->policy, facts, q->figures, q->request, r, d);
}

/* Does the application leave open which of several members it is about? */
static bool about_anybody(const struct decision *x) {
    const struct json *members = json_get(json_get(x->facts, "户"), "成员");
    return strcmp(json_str(x->matter->json, "unit", ""), "person") == 0 && json_is_null(json_get(json_get(x->facts, "申请"), "对象")) &&
        members && members->type == JSON_ARRAY && members->size > 1;
}

enum status decision_would(const struct policies *p, struct arena *a, const struct decision *r, const struct json *facts, unsigned budget, bool *ret_eligible, struct diag *d) {
    date_t first;
    const struct policy *policy = policies_find(p, r->scheme, r->date, &first);
    struct diag why = {0};
    struct dmn_case_answer answer;
    *ret_eligible = false;
    enum status s = vocabulary_check(&p->words, facts, r->date, &why);
    if (s == OK)
        s = ask(p, a, policy, facts, r->figures, budget, true, NULL, &answer, &why);
    if (s == OK && answer.decided) {
        const struct feel_value *word = feel_get(&answer.value, SPAN("结论"));
        *ret_eligible = word && word->kind == FEEL_STRING && span_is(word->string, "符合");
    }
    if (s == E_LIMIT) /* memory; a change that cannot be, or that no rule decides, is just no way out */
        *d = why;
    return s == E_LIMIT ? s : OK;
}

/* The rows that this case's answer hung on: what no rule of it read is not to be confirmed for it. */
static void keep_read(struct decision *x, const struct dmn_model *m, struct figures *f) {
    size_t n = 0;
    for (size_t i = 0; i < f->used.size; i++)
        if (!x->trace || dmn_trace_read(m, x->trace, span_of(f->used.at[i]->name)))
            f->used.at[n++] = f->used.at[i];
    x->parameter = f->used.at;
    x->parameter_count = n;
    for (size_t i = 0; i < n; i++)
        x->to_confirm |= f->used.at[i]->to_confirm;
}

enum status decision_make(const struct policies *p, struct arena *a, const struct decision_request *r, struct decision *ret, struct diag *d) {
    const struct policy *policy;
    date_t day = DATE_NONE;
    if (!r->facts || r->facts->type != JSON_OBJECT)
        return diag_at(d, "输入"), diag_fail(d, E_INPUT, "decision.not_object");
    enum status s = day_of(r, &day, d);
    if (s == OK)
        s = policy_on(p, r->scheme, day, &policy, d);
    if (s == OK)
        s = vocabulary_check(&p->words, r->facts, day, d);
    if (s != OK)
        return s;
    struct decision x = {.scheme = policy->matter->scheme, .date = day, .matter = policy->matter, .policy = policy->file, .labels = dmn_label_table_labels(p->labels)};
    struct figures f = {0};
    const struct json *facts;
    if ((s = figures_on(p, a, policy, day, r->set, r->set_count, &f, d)) != OK || (s = given_date(a, r->facts, day, &facts, d)) != OK ||
        (s = given_benefits(a, facts, day, vocabulary_known_on(r->facts, day), &facts, d)) != OK)
        return s;
    if (strcmp(json_str(policy->matter->json, "unit", ""), "person") == 0 &&
        (s = given_object(a, facts, strcmp(json_str(policy->matter->json, "subject", ""), "applicant") == 0, &facts, d)) != OK)
        return s;
    x.facts = facts;
    x.figures = f.values;
    if (f.missing.size) { /* which facts would matter cannot be told without the figures */
        x.outcome = DECISION_UNDECIDED;
        x.missing = f.missing.at;
        x.missing_count = f.missing.size;
    } else if (about_anybody(&x))
        s = anybody_decide(a, evaluate_member, &(struct member_question){p, a, policy, f.values, r}, &x, d);
    else
        s = evaluate(p, a, policy, facts, f.values, r, &x, d);
    if (s != OK)
        return s;
    keep_read(&x, policy->model, &f);
    if ((s = reasons_of(a, p->packs, policy->model, &x, d)) == OK)
        s = notes_of(a, p, r->facts, &x, d);
    if (s == OK)
        *ret = x;
    return s;
}
