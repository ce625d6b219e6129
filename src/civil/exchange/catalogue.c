/* The packs' exchange.json: what is offered and consumed, why, by which article. */
#include "civil/exchange/submission_internal.h"

#include "civil/pack/pack.h"
#include "civil/register/schema.h"

const struct json *exchange_items(const struct civil *c, const char *list) {
    for (size_t i = 0; c->packs && i < packs_count(c->packs); i++)
        if (packs_at(c->packs, i)->exchange)
            return json_get(packs_at(c->packs, i)->exchange, list);
    return NULL;
}

const struct json *exchange_item(const struct civil *c, const char *list, const char *id) {
    const struct json *all = exchange_items(c, list);
    for (size_t i = 0; !json_is_null(all) && i < all->size; i++)
        if (strcmp(json_str(all->item[i], "id", ""), id) == 0)
            return all->item[i];
    return NULL;
}

enum status exchange_role(const struct actor *who, const char *role, struct diag *d) {
    return actor_may(who, role, actor_division(who, role)) && *actor_division(who, role) ? OK : diag_fail(d, E_FORBIDDEN, "exchange.role");
}

static bool one_of(const char *s, const char *const *list) {
    while (*list && strcmp(*list, s) != 0)
        list++;
    return *list != NULL;
}

static bool both(const struct json *j, const char *key) {
    const struct json *text = json_get(j, key);
    return *json_str(text, "zh", "") && *json_str(text, "en", "");
}

/* A register's columns, none of them personal where the item says so; of benefits the fields that read.c writes. */
static enum status fields_fit(const struct civil *c, struct arena *a, const struct json *j, bool *ret, struct diag *d) {
    static const char *const of_benefits[] = {"number", "scheme", "name", "id_number", "division", "from", "monthly_fen", "state", NULL};
    const struct json *fields = json_get(j, "fields");
    const char *reg = json_str(j, "register", "");
    struct schema *s = ARENA_NEW(a, struct schema);
    *ret = fields && fields->type == JSON_ARRAY && fields->size > 0 && fields->size <= SCHEMA_FIELDS_MAX;
    enum status st = !s ? arena_full(d) : *ret && *reg ? schema_find(c, a, reg, s, d) : OK;
    for (size_t i = 0; st == OK && *ret && i < fields->size; i++) {
        struct span name = fields->item[i]->type == JSON_STRING ? fields->item[i]->text : SPAN("");
        int at = *reg ? schema_field(s, name) : -1;
        *ret = *reg ? at >= 0 && !(s->field[at].personal && !json_bool(j, "personal", true) && json_get(j, "from")) : name.size && one_of(name.at, of_benefits);
    }
    return st;
}

static enum status item_check(const struct civil *c, struct arena *a, const struct json *j, bool source, bool report, struct diag *d) {
    static const char *const schedules[] = {"daily", "weekly", "monthly", NULL}, *const texts[] = {"name", "counterpart", "purpose", "basis", NULL};
    const char *wrong = NULL, *from = json_str(j, "from", "");
    bool fit = true;
    int64_t days = json_int(j, "fresh_days", 0);
    for (const char *const *t = texts; *t && !wrong; t++)
        wrong = both(j, *t) ? NULL : *t;
    if (!wrong && !one_of(json_str(j, "schedule", ""), schedules))
        wrong = "schedule";
    if (!wrong && (days < 1 || days > 366))
        wrong = "fresh_days";
    if (!wrong && source && !both(j, "missing"))
        wrong = "missing";
    struct submission_form form;
    if (!wrong && report)
        return submission_form_of(j, &form, d);
    if (!wrong && (source || strcmp(from, "register") == 0 ? !*json_str(j, "register", "") : strcmp(from, "benefits") != 0 || *json_str(j, "register", "")))
        wrong = "from";
    enum status s = wrong ? OK : fields_fit(c, a, j, &fit, d);
    if (s == OK && !wrong && !fit)
        wrong = "fields";
    return wrong ? diag_fail(d, E_INPUT, "exchange.catalogue", DIAG_S("id", json_str(j, "id", "")), DIAG_S("part", wrong)) : s;
}

enum status exchange_check(const struct civil *c, struct arena *a, struct diag *d) {
    static const char *const lists[] = {"sources", "offers", "submissions"};
    enum status s = OK;
    for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
        const struct json *all = exchange_items(c, lists[i]);
        for (size_t k = 0; s == OK && !json_is_null(all) && k < all->size; k++) {
            s = item_check(c, a, all->item[k], i == 0, i == 2, d);
            if (s == OK && exchange_item(c, lists[i], json_str(all->item[k], "id", "")) != all->item[k])
                s = diag_fail(d, E_INPUT, "exchange.catalogue", DIAG_S("id", json_str(all->item[k], "id", "")), DIAG_S("part", "id"));
        }
    }
    return s;
}
