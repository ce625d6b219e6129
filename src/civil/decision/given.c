#include "civil/decision/given.h"

#include "civil/decision/policies.h"
#include "dmn/case.h"

enum { SUBJECTS_MAX = 62 }; /* and the household: as many as codes may be (dmn/case.h) */

/* ---- what is not stated ------------------------------------------------------------ */

static const struct span MEMBER = {"成员", sizeof "成员" - 1};

/* Absent, or with an entry that is. */
static bool known_whole(const struct json *fact) {
    if (json_is_null(fact))
        return false;
    for (size_t i = 0; fact->type == JSON_ARRAY && i < fact->size; i++)
        if (json_is_null(fact->item[i]))
            return false;
    return true;
}

static const struct json *member_examined(const struct json *facts) {
    const struct json *members = json_get(json_get(facts, "户"), "成员");
    const char *number = json_str(json_get(facts, "申请"), "对象", "");
    for (size_t i = 0; members && members->type == JSON_ARRAY && i < members->size; i++)
        if (*number && strcmp(json_str(members->item[i], "编号", ""), number) == 0)
            return members->item[i];
    return NULL;
}

enum status given_null(struct arena *a, const struct vocabulary *v, const struct json *facts, const struct span **ret, size_t *ret_count, struct diag *d) {
    const struct json *member = member_examined(facts);
    struct span *list = ARENA_ARRAY(a, v->count + 1, struct span);
    if (!list)
        return arena_full(d);
    size_t n = 0;
    for (size_t i = 0; i < v->count; i++) {
        const struct fact *f = &v->fact[i];
        bool later = member && f->asked_after.size && span_eq(f->entity, MEMBER) && !known_whole(json_get_span(member, f->asked_after));
        if (f->absent_no || later)
            list[n++] = f->label;
    }
    *ret = list;
    *ret_count = n;
    return OK;
}

enum status given_subjects(struct arena *a, const struct json *facts, struct dmn_case_codes *ret, size_t *ret_count, struct diag *d) {
    const struct json *members = json_get(json_get(facts, "户"), "成员");
    size_t n = members && members->type == JSON_ARRAY ? members->size : 0;
    *ret_count = 0;
    if (n == 0 || n > SUBJECTS_MAX)
        return OK;
    struct feel_value *code = ARENA_ARRAY(a, n + 1, struct feel_value);
    if (!code)
        return arena_full(d);
    code[0] = feel_string(SPAN("户"));
    for (size_t i = 0; i < n; i++) {
        const struct json *number = json_get(members->item[i], "编号");
        if (!number || number->type != JSON_STRING)
            return OK;
        code[i + 1] = feel_string(number->text);
    }
    *ret = (struct dmn_case_codes){SPAN("在享.对象"), code, n + 1};
    *ret_count = 1;
    return OK;
}

/* ---- what the day and the application add ------------------------------------------- */

enum status given_date(struct arena *a, const struct json *facts, date_t day, const struct json **ret, struct diag *d) {
    char text[DATE_TEXT_MAX];
    size_t n = date_text(day, text);
    char *kept = arena_dup(a, (struct span){text, n});
    const struct json *j = kept ? json_new_string(a, (struct span){kept, n}) : NULL;
    *ret = j ? json_with(a, facts, "日期", j) : NULL;
    return *ret ? OK : arena_full(d);
}

enum status given_benefits(struct arena *a, const struct json *facts, date_t day, date_t known, const struct json **ret, struct diag *d) {
    struct ymd month = date_ymd(known);
    date_t limit = date_add_months(date_from_ymd(month.year, month.month, 1), 2);
    const struct json *held = json_get(facts, "在享");
    size_t n = held && held->type == JSON_ARRAY ? held->size : 0, kept = 0;
    const struct json **list = ARENA_ARRAY(a, n + 1, const struct json *);
    if (!list)
        return arena_full(d);
    for (size_t i = 0; i < n; i++) {
        const struct json *from = json_get(held->item[i], "起");
        date_t first;
        bool later = from && from->type == JSON_STRING && date_parse(from->text, &first, NULL) == OK && first > day && first < limit;
        if (!later)
            list[kept++] = held->item[i];
    }
    *ret = facts;
    if (kept == n)
        return OK;
    const struct json *now = json_new_array(a, list, kept);
    *ret = now ? json_with(a, facts, "在享", now) : NULL;
    return *ret ? OK : arena_full(d);
}

enum status given_object(struct arena *a, const struct json *facts, bool own, const struct json **ret, struct diag *d) {
    const struct json *application = json_get(facts, "申请"), *household = json_get(facts, "户");
    const struct json *members = json_get(household, "成员"), *number = NULL;
    size_t n = members && members->type == JSON_ARRAY ? members->size : 0, applicants = 0;
    *ret = facts;
    for (size_t i = 0; i < n; i++)
        if (n == 1 || strcmp(json_str(members->item[i], "与申请人关系", ""), "本人") == 0) {
            applicants++;
            number = json_get(members->item[i], "编号");
        }
    if (!json_is_null(json_get(application, "对象")) || json_is_null(number) ||
        !(n == 1 || (own && applicants == 1)))
        return OK;
    if (json_is_null(application))
        application = json_new_object(a, NULL, NULL, 0);
    const struct json *with = application ? json_with(a, application, "对象", number) : NULL;
    *ret = with ? json_with(a, facts, "申请", with) : NULL;
    return *ret ? OK : arena_full(d);
}
