#include "civil/parameter/parameter.h"

#include "base/utf8.h"
#include "civil/decision/decision.h"
#include "civil/evidence/keep.h"
#include "civil/pack/pack.h"
#include "crypto/hash.h"
#include "store/store.h"
#include "tlog/log.h"

#include <stdio.h>

static bool in_force(const struct parameter *p, date_t day) {
    return p->valid_from <= day && (p->valid_to == DATE_NONE || day <= p->valid_to);
}

static const struct parameter *find(const struct packs *packs, const char *name, date_t valid_from) {
    for (size_t i = 0; i < packs_count(packs); i++) {
        const struct pack *k = packs_at(packs, i);
        for (size_t j = 0; j < k->parameter_count; j++)
            if (k->parameter[j].valid_from == valid_from && strcmp(k->parameter[j].name, name) == 0)
                return &k->parameter[j];
    }
    return NULL;
}

/* Anybody may read this: that a figure was confirmed, and when; not by whom. */
static enum status one_json(const struct civil *c, struct txn *t, const struct parameter *p, struct json_writer *w, struct diag *d) {
    json_object(w);
    json_kstring(w, "name", p->name);
    json_kstring(w, "value", p->value);
    json_kstring(w, "unit", p->unit);
    policies_name_json(w, "label", c->policies, p->name);
    policies_name_json(w, "unit_label", c->policies, p->unit);
    json_kdate(w, "valid_from", p->valid_from);
    json_kdate(w, "valid_to", p->valid_to);
    json_kstring(w, "citation", p->citation);
    json_kstring(w, "confidence", p->confidence);
    json_kstring(w, "owner", p->owner);
    json_kdate(w, "review_by", p->review_by);
    AUTO(rows) struct rows *r = NULL;
    bool found = false;
    enum status s = sql_query(t, &r, d,
        "SELECT c.confirmed_at, c.basis, c.assumption FROM parameter_confirmation c "
        "WHERE c.pack = ? AND c.name = ? AND c.valid_from = ? AND c.value = ?", SQL_S(p->pack), SQL_S(p->name), SQL_I(p->valid_from), SQL_S(p->value));
    if (s == OK)
        s = rows_next(r, &found, d);
    if (s != OK)
        return s;
    json_key(w, "confirmed_at");
    if (found)
        json_instant(w, rows_int(r, 0));
    else
        json_nothing(w);
    json_key(w, "basis");
    if (found)
        json_span(w, rows_text(r, 1));
    else
        json_nothing(w);
    json_kbool(w, "assumption", found && rows_int(r, 2));
    json_kboth(w, "note", p->note_zh, p->note_en);
    json_object_end(w);
    return OK;
}

enum status parameters_json(struct civil *c, struct txn *t, date_t day, struct json_writer *w, struct diag *d) {
    enum status s = OK;
    json_object(w);
    json_key(w, "items");
    json_array(w);
    for (size_t i = 0; s == OK && i < packs_count(c->packs); i++) {
        const struct pack *k = packs_at(c->packs, i);
        for (size_t j = 0; s == OK && j < k->parameter_count; j++)
            if (in_force(&k->parameter[j], day))
                s = one_json(c, t, &k->parameter[j], w, d);
    }
    json_array_end(w);
    json_object_end(w);
    return s;
}

enum status parameter_confirm_in(struct civil *c, struct txn *t, const struct actor *who, const char *name, date_t valid_from,
    const char *basis, bool assumption, struct diag *d) {
    const struct parameter *p = find(c->packs, name, valid_from);
    if (!p)
        return diag_fail(d, E_NOT_FOUND, "parameter.unknown");
    if (!p->to_confirm)
        return diag_fail(d, E_CONFLICT, "parameter.certain", DIAG_S("name", p->name));
    size_t length = utf8_valid(span_of(basis)) ? utf8_length(span_of(basis)) : 0;
    if (length < 4 || length > 1000)
        return diag_fail(d, E_INPUT, "parameter.basis");
    bool confirmed = false;
    enum status s = parameter_confirmed(t, p, &confirmed, NULL, d);
    if (s != OK || confirmed)
        return s == OK ? diag_fail(d, E_CONFLICT, "parameter.confirmed", DIAG_S("name", p->name)) : s;
    uint8_t salt[TLOG_SALT_BYTES];
    random_bytes(salt, sizeof salt);
    char day[DATE_TEXT_MAX];
    date_text(valid_from, day);
    char *text = arena_printf(txn_arena(t), "%s|%s|%s|%s|%s", p->pack, p->name, day, p->value, basis);
    const struct json *j = text ? json_new_string(txn_arena(t), span_of(text)) : NULL;
    struct tlog_commitment payload;
    s = j ? tlog_entry_commit(span_bytes(salt, sizeof salt), j, &payload, d) : arena_full(d);
    const char *office = actor_division(who, "policy");
    struct tlog_entry e = {.kind = TLOG_POLICY_PUBLISH, .time = txn_now(t), .district = c->district, .office = *office ? office : "system",
        .role = *office ? "policy" : "system", .action = assumption ? "assumed" : "confirmed", .payload = &payload};
    int64_t entry = 0;
    if (s == OK)
        s = tlog_record(t, &e, &entry, d);
    /* The former value's confirmation gives way; the log keeps it. */
    if (s == OK)
        s = sql_exec(t, d,
            "INSERT INTO parameter_confirmation (pack, name, valid_from, value, confirmed_by, confirmed_at, basis, assumption, entry) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (pack, name, valid_from) DO UPDATE SET value = excluded.value, "
            "confirmed_by = excluded.confirmed_by, confirmed_at = excluded.confirmed_at, basis = excluded.basis, assumption = excluded.assumption, entry = excluded.entry",
            SQL_S(p->pack), SQL_S(p->name), SQL_I(valid_from), SQL_S(p->value), SQL_I(who->account), SQL_I(txn_now(t)), SQL_S(basis),
            SQL_I(assumption), SQL_I(entry));
    return s == OK ? evidence_keep_in(c, t, who, KEPT_PARAMETER, 0, &entry, 1, d) : s;
}

struct confirm { struct civil *civil; const struct actor *who; const char *name, *basis; date_t from; bool assumption; };

static enum status confirm(struct txn *t, void *arg, struct diag *d) {
    struct confirm *x = arg;
    return parameter_confirm_in(x->civil, t, x->who, x->name, x->from, x->basis, x->assumption, d);
}

enum status parameter_confirm(struct civil *c, const struct actor *who, const char *name, date_t valid_from, const char *basis,
    bool assumption, struct diag *d) {
    struct confirm x = {c, who, name, basis, valid_from, assumption};
    return store_write(c->store, confirm, &x, d);
}

enum status parameter_confirmed(struct txn *t, const struct parameter *p, bool *ret, bool *ret_assumption, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    *ret = false;
    enum status s = sql_query(t, &r, d, "SELECT assumption FROM parameter_confirmation WHERE pack = ? AND name = ? AND valid_from = ? AND value = ?",
        SQL_S(p->pack), SQL_S(p->name), SQL_I(p->valid_from), SQL_S(p->value));
    if (s == OK)
        s = rows_next(r, ret, d);
    if (s == OK && ret_assumption)
        *ret_assumption = *ret && rows_int(r, 0) != 0;
    return s;
}

enum status parameters_open(struct civil *c, struct txn *t, date_t day, const char *const *name, size_t n, const char **ret_open, struct diag *d) {
    *ret_open = NULL;
    for (size_t i = 0; i < n; i++) {
        const struct parameter *p = packs_parameter(c->packs, name[i], day);
        bool confirmed = false;
        if (!p || !p->to_confirm)
            continue;
        enum status s = parameter_confirmed(t, p, &confirmed, NULL, d);
        if (s != OK)
            return s;
        if (!confirmed) {
            *ret_open = p->name;
            return OK;
        }
    }
    return OK;
}
