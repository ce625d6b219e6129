#include "civil/decision/anybody.h"

#include "base/vec.h"

#include <stdlib.h>

typedef VEC(const char *) names_t;

static int by_name(const void *a, const void *b) { return strcmp(*(const char *const *)a, *(const char *const *)b); }

/* Sorted, each once. */
static bool settle(names_t *list) {
    size_t n = 0;
    qsort(list->at, list->size, sizeof *list->at, by_name);
    for (size_t i = 0; i < list->size; i++)
        if (n == 0 || strcmp(list->at[n - 1], list->at[i]))
            list->at[n++] = list->at[i];
    list->size = n;
    return true;
}

static const struct json *naming(struct arena *a, const struct json *facts, const struct json *number) {
    const struct json *application = json_get(facts, "申请");
    if (json_is_null(application))
        application = json_new_object(a, NULL, NULL, 0);
    const struct json *with = application ? json_with(a, application, "对象", number) : NULL;
    return with ? json_with(a, facts, "申请", with) : NULL;
}

static bool add(struct arena *a, names_t *list, const char *name) {
    const char **slot = vec_push_in(a, list);
    if (slot)
        *slot = name;
    return slot != NULL;
}

enum status anybody_decide(struct arena *a, decide_member *decide, void *user, struct decision *r, struct diag *d) {
    const struct json *members = json_get(json_get(r->facts, "户"), "成员");
    struct decision told = *r;
    bool refused = true, exact = true, any = false;
    names_t missing = {0};
    for (size_t i = 0; i < members->size; i++) {
        const struct json *number = json_get(members->item[i], "编号"), *facts = naming(a, r->facts, number);
        struct decision one = *r;
        if (json_is_null(number))
            continue; /* an entry that is not known names nobody */
        if (!facts)
            return arena_full(d);
        enum status s = decide(user, facts, &one, d);
        if (s != OK)
            return s;
        refused = refused && one.outcome == DECISION_NOT_ELIGIBLE;
        exact = exact && one.missing_exact;
        for (size_t k = 0; k < one.missing_count; k++)
            if (!add(a, &missing, one.missing[k]))
                return arena_full(d);
        bool applicant = strcmp(json_str(members->item[i], "与申请人关系", ""), "本人") == 0;
        if (!any || applicant)
            told = one;
        any = true;
    }
    told.facts = r->facts;
    if (!refused) {
        if (!add(a, &missing, "申请.对象") || !settle(&missing))
            return arena_full(d);
        told.outcome = DECISION_UNDECIDED;
        told.monthly_fen = told.once_fen = 0;
        told.line = NULL;
        told.line_count = 0;
        told.missing = missing.at;
        told.missing_count = missing.size;
        told.missing_exact = exact;
    }
    *r = told;
    return OK;
}
