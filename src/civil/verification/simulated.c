/* Simulated sources: the registers answer in their place. */
#include "civil/verification/source.h"

#include "civil/register/register.h"
#include "store/store.h"

static enum status about_supporter(struct civil *c, struct txn *t, struct access *x, const struct verification_source *self,
    const struct verification_question *q, const struct json **ret, struct diag *d) {
    const struct json *all = NULL;
    *ret = json_null();
    enum status s = source_facts(c, t, x, txn_arena(t), self->id, q->case_district, q->applicant, instant_date(q->asked_at), &all, d);
    const struct json *entry = s == OK ? json_at(json_get(json_get(all, "户"), "赡养人家庭"), q->place) : NULL;
    if (s != OK || !entry)
        return s;
    struct span key = SPAN("赡养人家庭");
    *ret = json_new_object(txn_arena(t), &key, &entry, 1);
    return *ret ? OK : arena_full(d);
}

/* Who else is told of supporters' households learns of them only from the
 * question about each supporter, who consents for himself. */
static const struct json *without_supporters(struct arena *a, const struct json *answer) {
    const struct json *household = json_get(answer, "户");
    if (!household || !json_get(household, "赡养人家庭"))
        return answer;
    struct span *keys = ARENA_ARRAY(a, household->size, struct span);
    const struct json **values = ARENA_ARRAY(a, household->size, const struct json *);
    size_t n = 0;
    if (!keys || !values)
        return NULL;
    for (size_t i = 0; i < household->size; i++)
        if (!span_is(household->key[i], "赡养人家庭")) {
            keys[n] = household->key[i];
            values[n++] = household->item[i];
        }
    const struct json *rest = json_new_object(a, keys, values, n);
    return rest ? json_with(a, answer, "户", rest) : NULL;
}

static enum status from_registers(const struct verification_source *self, struct civil *c, struct txn *t, struct access *x,
    const struct verification_question *q, const struct json **ret, struct diag *d) {
    if (strcmp(q->party, "supporter") == 0)
        return about_supporter(c, t, x, self, q, ret, d);
    *ret = json_null();
    if (!q->person_district)
        return OK;
    const struct json *all = NULL;
    enum status s = source_facts(c, t, x, txn_arena(t), self->id, q->person_district, q->person, instant_date(q->asked_at), &all, d);
    if (s != OK || json_is_null(all))
        return s;
    *ret = without_supporters(txn_arena(t), all);
    return *ret ? OK : arena_full(d);
}

const struct verification_source VERIFICATION_SOURCES[] = {
    {"tax", "verification.source.tax", true, true, 0, 3, from_registers},
    {"hrss", "verification.source.hrss", true, false, 0, 2, from_registers},
    {"fund", "verification.source.fund", true, false, 0, 3, from_registers},
    {"realestate", "verification.source.realestate", true, false, 1, 3, from_registers},
    {"traffic", "verification.source.traffic", true, false, 0, 2, from_registers},
    {"market", "verification.source.market", true, false, 0, 1, from_registers},
    {"dpf", "verification.source.dpf", true, false, 0, 1, from_registers},
    {"bank", "verification.source.bank", true, false, 5, 10, from_registers},
};
const size_t VERIFICATION_SOURCE_COUNT = ARRAY_LEN(VERIFICATION_SOURCES);

const struct verification_source *verification_source_find(const char *id) {
    for (size_t i = 0; i < VERIFICATION_SOURCE_COUNT; i++)
        if (strcmp(VERIFICATION_SOURCES[i].id, id) == 0)
            return &VERIFICATION_SOURCES[i];
    return NULL;
}
