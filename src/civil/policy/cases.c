/* The worked cases a policy is tested with: the pack's, those that published drafts
 * brought with them, and those of the draft at hand. */
#include "civil/policy/policy_internal.h"

#include "base/utf8.h"
#include "base/vec.h"
#include "civil/pack/pack.h"

/* ---- what may be one ------------------------------------------------------------------- */

static enum status wrong(struct diag *d, size_t i, const char *part) {
    diag_fail(d, E_INPUT, "policy.case");
    return diag_at(d, "cases[%zu].%s", i, part);
}

static bool text_within(const struct json *j, const char *key, size_t least, size_t most) {
    struct span s = span_of(json_str(j, key, ""));
    size_t n = utf8_valid(s) ? utf8_length(s) : most + 1;
    return n >= least && n <= most;
}

static bool is_outcome(const char *s) { return strcmp(s, "eligible") == 0 || strcmp(s, "not_eligible") == 0 || strcmp(s, "undecided") == 0; }

static enum status check_case(const struct json *list, size_t i, struct diag *d) {
    const struct json *j = json_at(list, i), *input = json_get(j, "input"), *expected = json_get(j, "expected");
    if (!j || j->type != JSON_OBJECT || !text_within(j, "id", 1, 60))
        return wrong(d, i, "id");
    for (size_t k = 0; k < i; k++)
        if (strcmp(json_str(json_at(list, k), "id", ""), json_str(j, "id", "")) == 0)
            return wrong(d, i, "id");
    if (!text_within(j, "title_zh", 2, 200))
        return wrong(d, i, "title_zh");
    if (!text_within(j, "why", 2, POLICY_WORDS_MAX))
        return wrong(d, i, "why");
    if (!input || input->type != JSON_OBJECT)
        return wrong(d, i, "input");
    if (!is_outcome(json_str(expected, "outcome", "")) || json_int(expected, "monthly_fen", -1) < 0 || json_int(expected, "once_fen", -1) < 0)
        return wrong(d, i, "expected");
    return OK;
}

enum status policy_cases_check(const struct json *cases, struct diag *d) {
    if (json_is_null(cases))
        return OK;
    if (cases->type != JSON_ARRAY)
        return diag_fail(d, E_INPUT, "policy.case"), diag_at(d, "cases");
    if (cases->size > POLICY_CASES_MAX)
        return diag_fail(d, E_LIMIT, "policy.cases", DIAG_N("limit", POLICY_CASES_MAX));
    for (size_t i = 0; i < cases->size; i++) {
        enum status s = check_case(cases, i, d);
        if (s != OK)
            return s;
    }
    return OK;
}

enum status policy_cases_text(struct arena *a, const struct json *cases, const char **ret, struct diag *d) {
    *ret = NULL;
    if (json_is_null(cases) || !cases->size)
        return OK;
    BUF_AUTO out;
    buf_init(&out, POLICY_CASES_BYTES_MAX);
    struct json_writer w;
    json_begin(&w, &out, false);
    json_value(&w, cases);
    if (!buf_ok(&out))
        return diag_fail(d, E_LIMIT, "policy.cases", DIAG_N("limit", POLICY_CASES_MAX));
    *ret = arena_dup(a, buf_span(&out));
    return *ret ? OK : arena_full(d);
}

enum status policy_cases_read(struct arena *a, struct span text, const struct json **ret, struct diag *d) {
    *ret = NULL;
    return text.size ? json_parse(a, text, ret, d) : OK;
}

/* ---- all of a policy ----------------------------------------------------------------------- */

typedef VEC(const struct json *) case_list;

static enum status add(struct arena *a, case_list *list, const struct json *cases, struct diag *d) {
    for (size_t i = 0; cases && i < cases->size; i++) {
        const struct json **slot = vec_push_in(a, list);
        if (!slot)
            return arena_full(d);
        *slot = cases->item[i];
    }
    return OK;
}

static enum status add_published(struct txn *t, case_list *list, const struct matter *m, struct diag *d) {
    struct arena *a = txn_arena(t);
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_query(t, &r, d, "SELECT p.cases FROM policy_draft p JOIN policy_version v ON v.id = p.id WHERE p.matter = ? AND p.cases IS NOT NULL ORDER BY v.version", SQL_S(m->id));
    for (bool more = true; s == OK;) {
        const struct json *cases;
        if ((s = rows_next(r, &more, d)) != OK || !more)
            break;
        char *text = arena_dup(a, rows_text(r, 0));
        s = text ? policy_cases_read(a, (struct span){text, rows_text(r, 0).size}, &cases, d) : arena_full(d);
        if (s == OK)
            s = add(a, list, cases, d);
    }
    return s;
}

enum status policy_cases_of(struct txn *t, const struct matter *m, const struct json *more, struct policy_cases *ret, struct diag *d) {
    case_list list = {0};
    enum status s = OK;
    for (size_t i = 0; s == OK && i < m->example_count; i++) {
        const struct json **slot = vec_push_in(txn_arena(t), &list);
        if (!slot)
            return arena_full(d);
        *slot = m->example[i];
    }
    s = add_published(t, &list, m, d);
    if (s == OK && !json_is_null(more))
        s = add(txn_arena(t), &list, more, d);
    *ret = (struct policy_cases){list.at, list.size, m->example_count};
    return s;
}
