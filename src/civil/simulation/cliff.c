#include "civil/simulation/cliff.h"

#include "base/vec.h"

enum { EXAMINE_CEILING = 256 << 20 };

int cliff_marginal_rate(const struct cliff *c, size_t i) {
    if (i == 0 || i >= c->count)
        return 0;
    int64_t step = c->point[i].earned_fen - c->point[i - 1].earned_fen;
    return step ? (int)((step - (c->point[i].in_hand_fen - c->point[i - 1].in_hand_fen)) * 1000 / step) : 0;
}

/* ---- the household as it would be ------------------------------------------------------- */

static int64_t other_income(const struct json *members, const char *earner) {
    int64_t fen = 0;
    for (size_t i = 0; i < members->size; i++) {
        const struct json *list = json_get(members->item[i], "收入");
        bool is_earner = strcmp(json_str(members->item[i], "编号", ""), earner) == 0;
        for (size_t k = 0; !is_earner && list && list->type == JSON_ARRAY && k < list->size; k++) {
            const struct json *amount = json_get(list->item[k], "月金额");
            int64_t one = 0;
            if (amount && amount->type == JSON_NUMBER && dec_to_fen(amount->number, &one, NULL) == OK)
                fen += one;
        }
    }
    return fen;
}

/* Who earns is employed and has this wage alone; who earns nothing is as the file says, without income. */
static const struct json *earning(struct arena *a, const struct json *member, int64_t fen) {
    static const struct span KEYS[] = {{"类别", sizeof "类别" - 1}, {"月金额", sizeof "月金额" - 1}};
    const struct json **value = ARENA_ARRAY(a, 3, const struct json *);
    if (!value || !(value[0] = json_new_string(a, SPAN("工资性"))) || !(value[1] = json_new_number(a, dec_from_fen(fen))))
        return NULL;
    value[2] = json_new_object(a, KEYS, value, 2);
    const struct json *list = value[2] ? json_new_array(a, &value[2], fen > 0 ? 1 : 0) : NULL;
    const struct json *with = list ? json_with(a, member, "收入", list) : NULL;
    const struct json *work = json_new_string(a, SPAN("在职职工"));
    return with && fen > 0 ? (work ? json_with(a, with, "就业状态", work) : NULL) : with;
}

static const struct json *facts_at(struct arena *a, const struct json *facts, const struct json *members, const char *earner, int64_t fen) {
    const struct json **list = ARENA_ARRAY(a, members->size + 1, const struct json *);
    for (size_t i = 0; list && i < members->size; i++) {
        bool is_earner = strcmp(json_str(members->item[i], "编号", ""), earner) == 0;
        if (!(list[i] = is_earner ? earning(a, members->item[i], fen) : members->item[i]))
            return NULL;
    }
    const struct json *array = list ? json_new_array(a, list, members->size) : NULL;
    const struct json *household = array ? json_with(a, json_get(facts, "户"), "成员", array) : NULL;
    return household ? json_with(a, facts, "户", household) : NULL;
}

/* ---- on another day ------------------------------------------------------------------------- */

static const struct json *moved(struct arena *a, const struct json *x, int years);

static const struct json *moved_list(struct arena *a, const struct json *x, int years) {
    const struct json **item = ARENA_ARRAY(a, x->size + 1, const struct json *);
    for (size_t i = 0; item && i < x->size; i++)
        if (!(item[i] = moved(a, x->item[i], years)))
            return NULL;
    return !item ? NULL : x->type == JSON_ARRAY ? json_new_array(a, item, x->size) : json_new_object(a, x->key, item, x->size);
}

/* Every date so many years later; NULL: memory ended. */
static const struct json *moved(struct arena *a, const struct json *x, int years) {
    char text[DATE_TEXT_MAX];
    date_t day;
    if (x->type == JSON_ARRAY || x->type == JSON_OBJECT)
        return moved_list(a, x, years);
    if (x->type != JSON_STRING || date_parse(x->text, &day, NULL) != OK)
        return x;
    date_text(date_add_months(day, 12 * years), text);
    const char *kept = arena_dup(a, span_of(text));
    return kept ? json_new_string(a, span_of(kept)) : NULL;
}

static const struct json *entry_on(struct arena *a, const struct json *entry, date_t day) {
    int years = date_ymd(day).year - (int)json_int(entry, "year", 0);
    const struct json *facts = years ? moved(a, json_get(entry, "facts"), years) : json_get(entry, "facts");
    return facts ? json_with(a, entry, "facts", facts) : NULL;
}

/* ---- along the earnings --------------------------------------------------------------------- */

static enum status point_at(const struct cliff_request *r, struct arena *work, const struct json *entry, int64_t fen, struct cliff_point *ret, struct diag *d) {
    const struct json *facts = json_get(entry, "facts"), *members = json_get(json_get(facts, "户"), "成员");
    const char *earner = json_str(entry, "earner", "");
    const struct json *now = facts_at(work, facts, members, earner, fen);
    if (!now)
        return arena_full(d);
    struct examination x;
    enum status s = decision_examine_amounts(r->policies, work, now, r->date, r->set, r->set_count, &x, d);
    if (s == OK)
        *ret = (struct cliff_point){fen, x.monthly_fen, fen + other_income(members, earner) + x.monthly_fen, false};
    return s;
}

static enum status one_household(struct arena *a, struct arena *work, const struct cliff_request *r, const struct json *entry, struct cliff *ret, struct diag *d) {
    size_t n = (size_t)(r->to_fen / r->step_fen) + 1;
    struct cliff_point *point = ARENA_ARRAY(a, n, struct cliff_point);
    if (!point)
        return arena_full(d);
    *ret = (struct cliff){.household = entry, .point = point, .count = n};
    for (size_t i = 0; i < n; i++) {
        arena_reset(work);
        enum status s = point_at(r, work, entry, (int64_t)i * r->step_fen, &point[i], d);
        if (s != OK)
            return s;
        int64_t fall = i ? point[i - 1].in_hand_fen - point[i].in_hand_fen : 0;
        point[i].falls = fall > 0;
        if (fall > ret->worst_fen)
            ret->worst_fen = fall;
    }
    return OK;
}

static bool entry_whole(const struct json *entry) {
    const struct json *members = json_get(json_get(json_get(entry, "facts"), "户"), "成员");
    const char *earner = json_str(entry, "earner", "");
    size_t earners = 0;
    for (size_t i = 0; members && members->type == JSON_ARRAY && i < members->size; i++)
        earners += *earner && strcmp(json_str(members->item[i], "编号", ""), earner) == 0;
    return earners == 1 && json_int(entry, "year", 0) > 1900 && *json_str(entry, "id", "") && *json_str(entry, "zh", "") && *json_str(entry, "en", "");
}

typedef VEC(struct cliff) cliffs_t;

static enum status of_pack(const struct pack *p, struct arena *a, struct arena *work, const struct cliff_request *r, cliffs_t *list, struct diag *d) {
    const struct json *all = NULL;
    enum status s = json_parse(a, p->typical, &all, d);
    for (size_t i = 0; s == OK && all->type == JSON_ARRAY && i < all->size; i++) {
        struct cliff *c = vec_push_in(a, list);
        if (!c)
            return arena_full(d);
        const struct json *entry = entry_whole(all->item[i]) ? entry_on(a, all->item[i], r->date) : NULL;
        if (!entry)
            s = entry_whole(all->item[i]) ? arena_full(d) : diag_fail(d, E_INPUT, "simulation.typical");
        else
            s = one_household(a, work, r, entry, c, d);
        if (s != OK && d && strcmp(d->code, "dmn.rule_error") != 0) /* that is the policy's, and says which */
            diag_under(d, "%s/typical.json[%zu].facts.", p->id, i);
    }
    return s;
}

enum status cliffs_of(const struct packs *packs, struct arena *a, const struct cliff_request *r,
    const struct cliff **ret, size_t *ret_count, struct diag *d) {
    AUTO(arena) struct arena *work = arena_new(EXAMINE_CEILING);
    cliffs_t list = {0};
    if (!work)
        return arena_full(d);
    if (r->step_fen <= 0 || r->to_fen < 0 || r->to_fen / r->step_fen >= CLIFF_POINTS_MAX)
        return diag_fail(d, E_INPUT, "simulation.steps", DIAG_N("most", CLIFF_POINTS_MAX));
    enum status s = OK;
    for (size_t i = 0; s == OK && i < packs_count(packs); i++)
        if (packs_at(packs, i)->typical.size)
            s = of_pack(packs_at(packs, i), a, work, r, &list, d);
    *ret = list.at;
    *ret_count = list.size;
    return s;
}
