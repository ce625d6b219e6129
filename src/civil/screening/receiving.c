#include "civil/screening/receiving.h"

static int64_t word_index(const struct cohort_column *c, struct span word) {
    for (uint32_t i = 0; c && i < c->word_count; i++)
        if (span_eq(c->word[i], word))
            return i;
    return -1;
}

enum status receiving_open(struct arena *a, const struct screening_program *x, struct receiving *ret, struct diag *d) {
    struct receiving r = {.x = x, .list = cohort_list_find(x->household, SPAN("在享")), .wanted = -1};
    if (r.list) {
        r.benefit = cohort_column_find(r.list->of, SPAN("待遇"));
        r.object = cohort_column_find(r.list->of, SPAN("对象"));
        r.from = cohort_column_find(r.list->of, SPAN("起"));
        r.amount = cohort_column_find(r.list->of, SPAN("月金额"));
        r.wanted = word_index(r.benefit, span_of(json_str(x->policy.matter->json, "benefit", "")));
    }
    r.number = cohort_column_find(x->member->of, SPAN("编号"));
    if (r.object && r.number) {
        if (!(r.number_of = ARENA_ARRAY(a, r.object->word_count + 1, int32_t)))
            return arena_full(d);
        for (uint32_t i = 0; i < r.object->word_count; i++)
            r.number_of[i] = (int32_t)word_index(r.number, r.object->word[i]);
    }
    *ret = r;
    return OK;
}

static bool of_row(const struct receiving *r, uint64_t row, uint64_t i) {
    if (!cohort_known(r->benefit, i) || cohort_stored(r->benefit, i) != r->wanted)
        return false;
    if (cohort_known(r->from, i) && cohort_stored(r->from, i) > r->x->date)
        return false; /* begins later */
    return !r->x->policy.of_person || (cohort_known(r->object, i) && r->number_of && cohort_known(r->number, row) &&
        r->number_of[cohort_stored(r->object, i)] == cohort_stored(r->number, row));
}

int64_t receiving_fen(const struct receiving *r, uint64_t row, uint64_t household) {
    int64_t fen = -1;
    if (r->wanted < 0)
        return fen;
    for (uint64_t i = r->list->offset[household]; i < r->list->offset[household + 1]; i++)
        if (of_row(r, row, i))
            fen = (fen < 0 ? 0 : fen) + (r->amount && cohort_known(r->amount, i) ? cohort_fen(r->amount, i) : 0);
    return fen;
}
