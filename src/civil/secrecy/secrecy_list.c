/* Orders as those who decide about them see them, and what a resident reads of one that is over. */
#include "civil/secrecy/secrecy_internal.h"

#include "base/vec.h"
#include "civil/access/access_list.h"
#include "civil/case/case.h"
#include "civil/register/register.h"

#include <stdio.h>

enum { SHOWN = 200 };

/* ---- grounds -------------------------------------------------------------------- */

static const char *csv_kind(const char *kind) { return strcmp(kind, "member") == 0 || strcmp(kind, "place") == 0 ? "compartment" : kind; }

const struct secrecy_ground *secrecy_ground(const struct civil *c, const char *kind, const char *id, date_t day) {
    for (size_t i = 0; i < packs_count(c->packs); i++) {
        const struct pack *p = packs_at(c->packs, i);
        for (size_t k = 0; k < p->secrecy_count; k++) {
            const struct secrecy_ground *g = &p->secrecy[k];
            if (strcmp(g->kind, csv_kind(kind)) == 0 && strcmp(g->id, id) == 0 && g->valid_from <= day && (g->valid_to == DATE_NONE || day <= g->valid_to))
                return g;
        }
    }
    return NULL;
}

static void ground_json(struct json_writer *w, const struct secrecy_ground *g) {
    json_object(w);
    json_kstring(w, "kind", g->kind);
    json_kstring(w, "id", g->id);
    json_kboth(w, "name", g->zh, g->en);
    json_kstring(w, "basis", g->citation);
    json_kint(w, "limit", g->limit);
    json_kstring(w, "unit", g->unit);
    json_kbool(w, "to_confirm", g->to_confirm);
    json_kboth(w, "note", g->note_zh, g->note_en);
    json_object_end(w);
}

static void grounds_json(const struct civil *c, date_t today, struct json_writer *w) {
    json_key(w, "grounds");
    json_array(w);
    for (size_t i = 0; i < packs_count(c->packs); i++)
        for (size_t k = 0; k < packs_at(c->packs, i)->secrecy_count; k++) {
            const struct secrecy_ground *g = &packs_at(c->packs, i)->secrecy[k];
            if (g->valid_from <= today && (g->valid_to == DATE_NONE || today <= g->valid_to))
                ground_json(w, g);
        }
    json_array_end(w);
}

/* ---- orders ------------------------------------------------------------------------ */

static enum status person_kname(struct civil *c, struct txn *t, struct access *x, const char *key, int64_t district, int64_t person, struct json_writer *w, struct diag *d) {
    struct person p = {0};
    enum status s = person ? person_read(c, t, x, txn_arena(t), district, person, &p, d) : OK;
    json_key(w, key);
    json_string(w, person && s == OK ? p.name : NULL);
    return s;
}

static enum status text_of(struct txn *t, const char *sql, int64_t id, const char **ret, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    *ret = NULL;
    enum status s = id ? sql_query(t, &r, d, sql, SQL_I(id)) : OK;
    if (s == OK && r && (s = rows_next(r, &row, d)) == OK && row && !(*ret = rows_dup(r, 0, txn_arena(t))))
        return arena_full(d);
    return s;
}

static enum status account_kname(struct txn *t, const char *key, int64_t account, struct json_writer *w, struct diag *d) {
    const char *name;
    enum status s = text_of(t, "SELECT name FROM account WHERE id = ?", account, &name, d);
    json_key(w, key);
    json_string(w, name);
    return s;
}

static void moment(struct json_writer *w, const char *key, instant_t at) {
    json_key(w, key);
    if (at)
        json_instant(w, at);
    else
        json_nothing(w);
}

static enum status acts_json(struct civil *c, struct txn *t, const struct secrecy_row *o, struct json_writer *w, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    enum status s = sql_query(t, &r, d,
        "SELECT a.id, a.action, a.at, n.name, a.role, a.until_on, a.reason, a.entry FROM secrecy_act a LEFT JOIN account n ON n.id = a.account WHERE a.district = ? AND a.order_id = ? ORDER BY a.id",
        SQL_I(o->district), SQL_I(o->id));
    json_key(w, "acts");
    json_array(w);
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        struct span reason;
        json_object(w);
        json_kspan(w, "action", rows_text(r, 1));
        json_kinstant(w, "at", rows_int(r, 2));
        json_kspan(w, "by", rows_null(r, 3) ? SPAN("") : rows_text(r, 3));
        json_kspan(w, "role", rows_text(r, 4));
        json_kdate(w, "until", rows_date(r, 5));
        json_kid(w, "entry", rows_int(r, 7));
        s = secrecy_reason(c, t, rows_int(r, 0), rows_blob(r, 6), &reason, d);
        if (s == OK)
            json_kspan(w, "reason", reason);
        json_object_end(w);
    }
    json_array_end(w);
    return s;
}

static void may_json(const struct civil *c, const struct secrecy_row *o, const struct actor *who, date_t today, struct json_writer *w) {
    struct diag d = {0};
    bool decides = secrecy_role(c, who) != NULL;
    json_key(w, "may");
    json_array(w);
    if (decides && secrecy_may_confirm(o, who, today, &d) == OK)
        json_string(w, "confirm");
    if (decides && secrecy_may_renew(o, who, today, &d) == OK)
        json_string(w, "renew");
    if (decides && secrecy_may_end(o, who, today, &d) == OK)
        json_string(w, "end");
    json_array_end(w);
}

static enum status order_json(struct civil *c, struct txn *t, struct access *x, const struct actor *who, const struct secrecy_row *o, struct json_writer *w, struct diag *d) {
    static const char *const phases[] = {"proposed", "in_force", "over"};
    const struct secrecy_ground *g = secrecy_ground(c, o->kind, o->ground, instant_date(o->ordered_at));
    const char *number;
    date_t today = txn_today(t);
    json_object(w);
    json_kid(w, "id", o->id);
    json_kstring(w, "kind", o->kind);
    json_kstring(w, "ground", o->ground);
    json_kboth(w, "ground_name", g ? g->zh : o->ground, g ? g->en : o->ground);
    json_kstring(w, "basis", g ? g->citation : "");
    json_kstring(w, "state", phases[secrecy_phase(o, today)]);
    enum status s = person_kname(c, t, x, "person_name", o->district, o->person, w, d);
    if (s == OK)
        s = person_kname(c, t, x, "against_name", o->district, o->against, w, d);
    if (s == OK)
        s = account_kname(t, "account_name", o->account, w, d);
    if (s == OK)
        s = text_of(t, "SELECT number FROM case_file WHERE id = ?", o->case_id, &number, d);
    if (s != OK)
        return s;
    json_key(w, "case_number");
    json_string(w, number);
    json_kdate(w, "until", o->until_on);
    json_kdate(w, "opens", o->open_on);
    s = account_kname(t, "ordered_by", o->ordered_by, w, d);
    json_kinstant(w, "ordered_at", o->ordered_at);
    if (s == OK)
        s = account_kname(t, "confirmed_by", o->confirmed_by, w, d);
    moment(w, "confirmed_at", o->confirmed_at);
    moment(w, "ended_at", o->ended_at);
    if (s == OK)
        s = acts_json(c, t, o, w, d);
    may_json(c, o, who, today, w);
    json_object_end(w);
    return s;
}

/* A case in a compartment shows itself to members only; until then to who decides about it. */
static bool shown_to(const struct secrecy_row *o, const struct actor *who) {
    return strcmp(o->kind, "place") != 0 || !o->confirmed_at || actor_inside(who, o->ground);
}

enum status secrecy_list_json(struct civil *c, struct txn *t, struct access *x, const struct actor *who, struct json_writer *w, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    VEC(struct secrecy_row) list = {0};
    enum status s = sql_query(t, &r, d,
        "SELECT " SECRECY_COLUMNS " FROM secrecy_order o WHERE o.district = ? ORDER BY CASE WHEN o.ended_at IS NULL AND (o.until_on IS NULL OR o.until_on >= ?) THEN 0 ELSE 1 END, o.id DESC LIMIT ?",
        SQL_I(c->district), SQL_D(txn_today(t)), SQL_I(SHOWN));
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        struct secrecy_row *o = vec_push_in(txn_arena(t), &list);
        s = o ? secrecy_row_take(r, txn_arena(t), o, d) : arena_full(d);
    }
    json_object(w);
    json_key(w, "items");
    json_array(w);
    for (size_t i = 0; s == OK && i < list.size; i++)
        if (shown_to(&list.at[i], who))
            s = order_json(c, t, x, who, &list.at[i], w, d);
    json_array_end(w);
    grounds_json(c, txn_today(t), w);
    json_kbool(w, "may_order", secrecy_role(c, who) != NULL);
    json_object_end(w);
    return s;
}

/* ---- what the resident reads afterwards ----------------------------------------------- */

enum status secrecy_delayed_json(struct civil *c, struct txn *t, int64_t district, int64_t person, const char *purpose, instant_t looked_at, struct json_writer *w, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    /* The last instant of a day in Shanghai: (day + 1) * 24 h - 8 h. */
    enum status s = sql_query(t, &r, d,
        "SELECT " SECRECY_COLUMNS " FROM secrecy_order o WHERE o.district = ? AND o.person = ? AND o.kind = 'delay' AND o.purpose = ? AND o.confirmed_at <= ? AND "
        "COALESCE(o.ended_at, (o.until_on + 1) * 86400000000 - 28800000000) > ? ORDER BY o.id DESC LIMIT 1",
        SQL_I(district), SQL_I(person), SQL_S(purpose), SQL_I(looked_at), SQL_I(looked_at));
    json_key(w, "delayed");
    if (s == OK)
        s = rows_next(r, &row, d);
    if (s != OK || !row) {
        json_nothing(w);
        return s;
    }
    struct secrecy_row o;
    const char *office;
    if ((s = secrecy_row_take(r, txn_arena(t), &o, d)) == OK)
        s = division_name(t, txn_arena(t), o.office, &office, d);
    if (s != OK)
        return s;
    const struct secrecy_ground *g = secrecy_ground(c, o.kind, o.ground, instant_date(o.ordered_at));
    json_object(w);
    json_kboth(w, "why", g ? g->zh : o.ground, g ? g->en : o.ground);
    json_kstring(w, "basis", g ? g->citation : "");
    json_kstring(w, "office", office);
    json_kstring(w, "role", o.role);
    json_kinstant(w, "from", o.confirmed_at);
    json_kdate(w, "until", o.ended_at && instant_date(o.ended_at) < o.until_on ? instant_date(o.ended_at) : o.until_on);
    json_object_end(w);
    return OK;
}

enum status secrecy_sealed(struct txn *t, int64_t district, int64_t child, const struct actor *who, bool *ret, struct diag *d) {
    int64_t n = 0;
    enum status s = sql_int(t, &n, 0, d,
        "SELECT count(*) FROM secrecy_order o WHERE o.kind = 'seal' AND o.district = ? AND o.person = ? AND o.confirmed_at IS NOT NULL AND o.ended_at IS NULL AND "
        "(o.against = ? OR (o.person = ? AND o.open_on > ?))",
        SQL_I(district), SQL_I(child), SQL_I(who->person), SQL_I(who->person), SQL_D(txn_today(t)));
    *ret = n > 0;
    return s;
}
