#include "civil/decision/given.h"

#include "civil/decision/policies.h"

/* ---- what is not stated ------------------------------------------------------------ */

#define FACT(name) {name, sizeof name - 1}
const struct span DECISION_ABSENT_MEANS_NO[DECISION_ABSENT_COUNT] = {FACT("成员.死亡日期"), FACT("成员.迁出本市日期"), FACT("成员.临时无人抚养认定")};

/* Facts that say more of another one: as long as that is not known whole, it alone is asked for. */
static const struct { const char *fact; struct span detail; } DETAILS[] = {
    {"父母状况", FACT("成员.父母状况期限月数")}, {"父母状况", FACT("成员.有其他监护人抚养")}};
_Static_assert(GIVEN_NULL_MAX == DECISION_ABSENT_COUNT + ARRAY_LEN(DETAILS), "as many as there are");

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

size_t given_null(const struct json *facts, struct span ret[GIVEN_NULL_MAX]) {
    const struct json *member = member_examined(facts);
    size_t n = DECISION_ABSENT_COUNT;
    memcpy(ret, DECISION_ABSENT_MEANS_NO, sizeof DECISION_ABSENT_MEANS_NO);
    for (size_t i = 0; member && i < ARRAY_LEN(DETAILS); i++)
        if (!known_whole(json_get(member, DETAILS[i].fact)))
            ret[n++] = DETAILS[i].detail;
    return n;
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

enum status given_benefits(struct arena *a, const struct json *facts, date_t day, const struct json **ret, struct diag *d) {
    const struct json *held = json_get(facts, "在享");
    size_t n = held && held->type == JSON_ARRAY ? held->size : 0, kept = 0;
    const struct json **list = ARENA_ARRAY(a, n + 1, const struct json *);
    if (!list)
        return arena_full(d);
    for (size_t i = 0; i < n; i++) {
        const struct json *from = json_get(held->item[i], "起");
        date_t first;
        bool later = from && from->type == JSON_STRING && date_parse(from->text, &first, NULL) == OK && first > day;
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

enum status given_object(struct arena *a, const struct json *facts, const struct json **ret, struct diag *d) {
    const struct json *application = json_get(facts, "申请"), *household = json_get(facts, "户");
    const struct json *members = json_get(household, "成员"), *number = NULL;
    size_t n = members && members->type == JSON_ARRAY ? members->size : 0, applicants = 0;
    *ret = facts;
    for (size_t i = 0; i < n; i++)
        if (strcmp(json_str(members->item[i], "与申请人关系", ""), "本人") == 0) {
            applicants++;
            number = json_get(members->item[i], "编号");
        }
    if (!json_is_null(json_get(application, "对象")) || applicants != 1 || json_is_null(number))
        return OK;
    if (json_is_null(application))
        application = json_new_object(a, NULL, NULL, 0);
    const struct json *with = application ? json_with(a, application, "对象", number) : NULL;
    *ret = with ? json_with(a, facts, "申请", with) : NULL;
    return *ret ? OK : arena_full(d);
}
