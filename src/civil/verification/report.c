/* The verification report as the desk and the applicant see it. */
#include "civil/verification/verification.h"

#include "base/vec.h"
#include "civil/access/access_list.h"
#include "civil/case/case_internal.h"
#include "civil/verification/source.h"

#include <stdio.h>

struct seen { size_t waiting, answered, silent; instant_t answered_at; date_t due_on; };

static void fact_json(struct json_writer *w, const char *prefix, struct span key, const struct json *value, const char *source, instant_t at) {
    BUF_AUTO name;
    buf_init(&name, 1024);
    buf_addf(&name, "%s%.*s", prefix, SPAN_ARG(key));
    json_object(w);
    json_kspan(w, "name", buf_span(&name));
    json_key(w, "value");
    json_value(w, value);
    json_kstring(w, "source", source);
    json_kdate(w, "as_of", at ? instant_date(at) : DATE_NONE);
    json_key(w, "conflict");
    json_nothing(w);
    json_object_end(w);
}

static void object_facts(struct json_writer *w, const char *prefix, const struct json *o, const char *source, instant_t at) {
    for (size_t i = 0; o && o->type == JSON_OBJECT && i < o->size; i++)
        fact_json(w, prefix, o->key[i], o->item[i], source, at);
}

/* A member's facts are the member's; those of the household are the same from
 * every member, so only the applicant's answer shows them. */
static enum status answer_json(struct civil *c, struct txn *t, struct case_row *k, struct rows *r, const struct party *p, const char *source, struct json_writer *w, struct diag *d) {
    const struct json *answer = NULL;
    char prefix[64];
    enum status s = case_unseal_json(c, t, k, "verification_request.answer", rows_int(r, 0), rows_blob(r, 3), &answer, d);
    if (s != OK)
        return s;
    snprintf(prefix, sizeof prefix, "成员%s.", p->number);
    object_facts(w, prefix, json_get(answer, "成员"), source, rows_int(r, 2));
    if (strcmp(p->party, "applicant") == 0)
        object_facts(w, "户.", json_get(answer, "户"), source, rows_int(r, 2));
    snprintf(prefix, sizeof prefix, "赡养人家庭%ld.", strtol(p->number, NULL, 10) + 1);
    object_facts(w, prefix, json_get(answer, "赡养人家庭"), source, rows_int(r, 2));
    return OK;
}

static const struct party *party_of(const struct party *p, size_t n, int64_t person) {
    for (size_t i = 0; i < n; i++)
        if (p[i].person == person)
            return &p[i];
    return NULL;
}

static enum status findings_json(struct civil *c, struct txn *t, struct case_row *k, const struct party *p, size_t n, const char *source, struct seen *seen,
    struct json_writer *w, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = true;
    *seen = (struct seen){.due_on = DATE_NONE};
    enum status s = sql_query(t, &r, d, "SELECT id, state, answered_at, answer, person, due_on FROM verification_request WHERE district = ? AND case_id = ? AND source = ? AND cause IS NULL ORDER BY id",
        SQL_I(k->district), SQL_I(k->id), SQL_S(source));
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        const struct party *who = party_of(p, n, rows_int(r, 4));
        bool answered = span_is(rows_text(r, 1), "answered");
        seen->waiting += span_is(rows_text(r, 1), "waiting");
        seen->silent += span_is(rows_text(r, 1), "no_answer");
        seen->answered += answered;
        seen->due_on = rows_date(r, 5) > seen->due_on ? rows_date(r, 5) : seen->due_on;
        if (answered && rows_int(r, 2) > seen->answered_at)
            seen->answered_at = rows_int(r, 2);
        if (answered && who)
            s = answer_json(c, t, k, r, who, source, w, d);
    }
    return s;
}

static enum status source_json(struct civil *c, struct txn *t, struct case_row *k, const struct party *p, size_t n, const struct verification_source *source,
    struct seen *total, struct json_writer *w, struct diag *d) {
    struct seen seen;
    BUF_AUTO findings;
    struct json_writer inner;
    buf_init(&findings, 0);
    json_begin(&inner, &findings, false);
    json_array(&inner);
    enum status s = findings_json(c, t, k, p, n, source->id, &seen, &inner, d);
    json_array_end(&inner);
    if (s != OK || seen.waiting + seen.answered + seen.silent == 0)
        return s;
    const struct json *list = NULL;
    if ((s = json_parse(txn_arena(t), buf_span(&findings), &list, d)) != OK)
        return s;
    json_object(w);
    json_kstring(w, "source", source->id);
    access_text_pair(w, "name", "verification.source", span_of(source->id));
    json_kstring(w, "state", seen.waiting ? "waiting" : seen.silent ? "no_answer" : "answered");
    json_kdate(w, "due_on", seen.due_on);
    json_kinstant_or_null(w, "answered_at", seen.answered_at);
    json_key(w, "findings");
    json_value(w, list);
    json_object_end(w);
    total->waiting += seen.waiting;
    total->answered += seen.answered;
    total->silent += seen.silent;
    return OK;
}

/* Names that the population register has otherwise: for officers alone, since
 * the answer to a mistyped number would be somebody's name. */
static void names_json(struct json_writer *w, const struct party *p, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (p[i].name_stated) {
            json_object(w);
            json_key(w, "fact");
            if (strcmp(p[i].party, "supporter") == 0)
                json_stringf(w, "赡养人家庭%ld.姓名", strtol(p[i].number, NULL, 10) + 1);
            else
                json_stringf(w, "成员%s.姓名", p[i].number);
            json_kstring(w, "declared", p[i].name_stated);
            json_kstring(w, "found", p[i].name);
            json_kstring(w, "source", "register");
            json_key(w, "difference_fen");
            json_nothing(w);
            json_object_end(w);
        }
}

static void conflicts_json(struct json_writer *w, const struct case_facts *f, const struct party *p, size_t n) {
    json_key(w, "conflicts");
    json_array(w);
    names_json(w, p, n);
    for (size_t i = 0; i < f->conflict_count; i++) {
        const struct conflict *x = &f->conflict[i];
        json_object(w);
        json_kstring(w, "fact", x->fact);
        json_key(w, "declared");
        json_value(w, x->declared ? x->declared : json_null());
        json_key(w, "found");
        json_value(w, x->found ? x->found : json_null());
        json_kstring(w, "source", x->source);
        json_key(w, "difference_fen");
        if (x->difference_fen == INT64_MIN)
            json_nothing(w);
        else
            json_int64(w, x->difference_fen);
        json_object_end(w);
    }
    json_array_end(w);
}

static const char *state_of(const struct seen *s) {
    if (!s->waiting && !s->answered && !s->silent)
        return "none";
    return s->waiting == 0 ? "complete" : s->answered ? "partial" : "waiting";
}

enum status verification_json(struct civil *c, struct txn *t, struct access *x, struct case_row *k, bool officer, struct json_writer *w, struct diag *d) {
    struct party *p = NULL;
    struct case_facts facts = {0};
    struct seen total = {0};
    size_t n = 0;
    int64_t asked = 0;
    enum status s = case_parties(c, t, x, k, &p, &n, d);
    if (s == OK)
        s = sql_int(t, &asked, 0, d, "SELECT MAX(asked_at) FROM verification_request WHERE district = ? AND case_id = ?", SQL_I(k->district), SQL_I(k->id));
    if (s == OK && asked)
        s = case_facts(c, t, x, k, &facts, d);
    for (size_t i = 0; s == OK && i < n; i++)
        if (p[i].person_district)
            s = access_add(x, p[i].person_district, p[i].person, ACCESS_VERIFICATION, d);
    if (s != OK)
        return s;
    json_object(w);
    json_kinstant_or_null(w, "requested_at", asked);
    json_key(w, "sources");
    json_array(w);
    for (size_t i = 0; s == OK && i < VERIFICATION_SOURCE_COUNT; i++)
        s = source_json(c, t, k, p, n, &VERIFICATION_SOURCES[i], &total, w, d);
    json_array_end(w);
    json_kstring(w, "state", state_of(&total));
    conflicts_json(w, &facts, p, officer ? n : 0);
    json_key(w, "pdf");
    if (asked)
        json_stringf(w, "/api/cases/%lld/verification.pdf", (long long)k->id);
    else
        json_nothing(w);
    json_kbool(w, "simulated", true);
    json_object_end(w);
    return s;
}
