#include "civil/account/shift.h"

#include "base/utf8.h"
#include "calendar/calendar.h"
#include "civil/account/account_internal.h"
#include "civil/evidence/keep.h"
#include "civil/row_json.h"
#include "store/store.h"

#include <string.h>

#define SECOND INT64_C(1000000)
#define DAY (86400 * SECOND)
#define MIDNIGHT(day) ((instant_t)(day) * DAY - 8 * 3600 * SECOND)

/* ---- what was said ------------------------------------------------------------------- */

static bool digit(char c) { return c >= '0' && c <= '9'; }

/* "17:00" in minutes; -1. */
static int clock_time(const char *text) {
    if (strlen(text) != 5 || text[2] != ':' || !digit(text[0]) || !digit(text[1]) || !digit(text[3]) || !digit(text[4]))
        return -1;
    int hour = (text[0] - '0') * 10 + text[1] - '0', minute = (text[3] - '0') * 10 + text[4] - '0';
    return hour < 24 && minute < 60 ? hour * 60 + minute : -1;
}

static bool telephone(const char *text) {
    size_t n = strlen(text);
    return n >= 3 && n <= 40 && strspn(text, "0123456789 +-()") == n;
}

static bool said(const char *text, size_t max) {
    size_t n = strlen(text);
    return n > strspn(text, " ") && n <= max && !utf8_has_hidden(span_of(text), false);
}

static enum status officer(struct txn *t, const struct actor *who, const char *login, int64_t *ret, struct diag *d) {
    enum status s = sql_int(t, ret, 0, d, "SELECT id FROM account WHERE login = ? AND kind = 'staff' AND state = 'active'", SQL_S(login));
    if (s == OK && !*ret)
        return diag_fail(d, E_NOT_FOUND, "account.unknown");
    return s == OK && *ret == who->account ? diag_fail(d, E_FORBIDDEN, "post.self") : s;
}

/* ---- a row ---------------------------------------------------------------------------- */

struct hours { int64_t post, account; instant_t from, until; const char *telephone; int64_t replaces; const char *reason; };

static enum status put(struct civil *c, struct txn *t, const struct actor *who, const struct hours *h, int64_t *ret, struct diag *d) {
    *ret = txn_new_id(t);
    enum status s = sql_exec(t, d, "INSERT INTO post_shift (id, post, account, from_at, until_at, telephone, replaces, reason, made_by, made_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        SQL_I(*ret), SQL_I(h->post), SQL_I(h->account), SQL_I(h->from), SQL_I(h->until), SQL_S(h->telephone), h->replaces ? SQL_I(h->replaces) : SQL_NIL,
        SQL_S(h->reason), SQL_I(who->account), SQL_I(txn_now(t)));
    if (s == OK)
        s = evidence_keep_one(c, t, who, KEPT_POST_SHIFT, 0, *ret, d);
    return s == OK ? account_record(t, c->district, "on_duty", h->account, d) : s;
}

/* A held shift that is not over, and whose it is. */
static enum status ongoing(struct txn *t, int64_t id, struct hours *ret, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_one(t, &r, d, "SELECT post, account, from_at, until_at, telephone, ended_at FROM post_shift WHERE id = ?", SQL_I(id));
    if (s == E_NOT_FOUND)
        return diag_fail(d, E_NOT_FOUND, "shift.none");
    if (s != OK)
        return s;
    *ret = (struct hours){.post = rows_int(r, 0), .account = rows_int(r, 1), .from = rows_int(r, 2), .until = rows_int(r, 3), .telephone = rows_dup(r, 4, txn_arena(t)), .replaces = id};
    bool over = !rows_null(r, 5) || ret->until <= txn_now(t);
    return !ret->telephone ? arena_full(d) : over ? diag_fail(d, E_CONFLICT, "shift.ended") : OK;
}

static enum status close_row(struct civil *c, struct txn *t, const struct actor *who, int64_t id, int64_t account, struct diag *d) {
    enum status s = sql_exec(t, d, "UPDATE post_shift SET ended_at = ? WHERE id = ?", SQL_I(txn_now(t)), SQL_I(id));
    if (s == OK)
        s = evidence_keep_one(c, t, who, KEPT_POST_SHIFT, 0, id, d);
    return s == OK ? account_record(t, c->district, "off_duty", account, d) : s;
}

/* ---- planning --------------------------------------------------------------------------- */

struct planning { struct civil *c; const struct actor *who; const struct shift_plan *p; int begins, length /* minutes */, made; };

static bool chosen(const struct planning *x, date_t day) {
    bool provisional;
    return strcmp(x->p->days, "all") == 0 || calendar_working(x->c->calendar, day, &provisional) == (strcmp(x->p->days, "working") == 0);
}

static enum status free_then(struct txn *t, int64_t post, instant_t from, instant_t until, date_t day, struct diag *d) {
    int64_t held = 0;
    char text[DATE_TEXT_MAX];
    enum status s = sql_int(t, &held, 0, d, "SELECT COUNT(*) FROM post_shift WHERE post = ? AND ended_at IS NULL AND until_at > ? AND from_at < ?", SQL_I(post), SQL_I(from), SQL_I(until));
    if (s != OK || !held)
        return s;
    date_text(day, text);
    (void)diag_fail(d, E_CONFLICT, "shift.held", DIAG_S("day", text));
    return diag_at(d, "from");
}

static enum status plan_closure(struct txn *t, void *arg, struct diag *d) {
    struct planning *x = arg;
    const struct shift_plan *p = x->p;
    int64_t account[SHIFT_TURNS_MAX], id;
    enum status s = post_led(t, x->who, p->post, d);
    if (s == OK && (p->from < txn_today(t) || p->from > txn_today(t) + 366))
        return diag_fail(d, E_INPUT, "shift.days", DIAG_N("limit", SHIFT_DAYS_MAX));
    for (size_t i = 0; s == OK && i < p->logins; i++)
        s = officer(t, x->who, p->login[i], &account[i], d);
    x->made = 0;
    for (date_t day = p->from; s == OK && day <= p->until; day++) {
        instant_t from = MIDNIGHT(day) + x->begins * 60 * SECOND;
        struct hours h = {.post = p->post, .account = account[(size_t)x->made % p->logins], .from = from, .until = from + x->length * 60 * SECOND, .telephone = p->telephone};
        if (!chosen(x, day) || h.until <= txn_now(t))
            continue;
        s = free_then(t, p->post, h.from, h.until, day, d);
        if (s == OK)
            s = put(x->c, t, x->who, &h, &id, d);
        x->made++;
    }
    return s == OK && x->made == 0 ? diag_fail(d, E_INPUT, "shift.empty") : s;
}

enum status shift_plan(struct civil *c, const struct actor *who, const struct shift_plan *p, int *ret_made, struct diag *d) {
    int begins = clock_time(p->begins), ends = clock_time(p->ends);
    struct planning x = {.c = c, .who = who, .p = p, .begins = begins, .length = ends > begins ? ends - begins : ends - begins + 24 * 60};
    if (p->from == DATE_NONE || p->until == DATE_NONE || p->until < p->from || (int64_t)p->until - p->from >= SHIFT_DAYS_MAX)
        return diag_fail(d, E_INPUT, "shift.days", DIAG_N("limit", SHIFT_DAYS_MAX));
    if (begins < 0 || ends < 0)
        return diag_fail(d, E_INPUT, "shift.hours");
    if (p->logins == 0 || p->logins > SHIFT_TURNS_MAX)
        return diag_fail(d, E_INPUT, "shift.people", DIAG_N("limit", SHIFT_TURNS_MAX));
    if (!telephone(p->telephone))
        return diag_fail(d, E_INPUT, "shift.telephone");
    if (strcmp(p->days, "all") != 0 && strcmp(p->days, "working") != 0 && strcmp(p->days, "off") != 0)
        return diag_fail(d, E_INPUT, "shift.which");
    enum status s = store_write(c->store, plan_closure, &x, d);
    if (s == OK)
        *ret_made = x.made;
    return s;
}

/* ---- taking over, ending ------------------------------------------------------------------ */

struct replacing { struct civil *c; const struct actor *who; const struct shift_replacement *r; int64_t id; };

static enum status replace_closure(struct txn *t, void *arg, struct diag *d) {
    struct replacing *x = arg;
    struct hours h;
    int64_t was, account = 0;
    enum status s = ongoing(t, x->r->shift, &h, d);
    if (s != OK)
        return s;
    was = h.account;
    if (was != x->who->account && (s = post_led(t, x->who, h.post, d)) != OK)
        return s == E_FORBIDDEN ? diag_fail(d, E_FORBIDDEN, "shift.who") : s;
    s = officer(t, x->who, x->r->login, &account, d);
    if (s == OK && account == was)
        return diag_fail(d, E_INPUT, "shift.same");
    if (s == OK && was == x->who->account) /* nobody hands the post to somebody who has no such work */
        s = absence_colleagues(t, was, account, d);
    if (s == OK)
        s = close_row(x->c, t, x->who, x->r->shift, was, d);
    h.account = account;
    h.from = h.from > txn_now(t) ? h.from : txn_now(t);
    h.reason = x->r->reason;
    if (x->r->telephone && *x->r->telephone)
        h.telephone = x->r->telephone;
    return s == OK ? put(x->c, t, x->who, &h, &x->id, d) : s;
}

enum status shift_replace(struct civil *c, const struct actor *who, const struct shift_replacement *r, int64_t *ret, struct diag *d) {
    struct replacing x = {c, who, r, 0};
    if (!said(r->reason, 300))
        return diag_fail(d, E_INPUT, "shift.reason");
    if (r->telephone && *r->telephone && !telephone(r->telephone))
        return diag_fail(d, E_INPUT, "shift.telephone");
    enum status s = store_write(c->store, replace_closure, &x, d);
    if (s == OK)
        *ret = x.id;
    return s;
}

struct ending { struct civil *c; const struct actor *who; int64_t id; };

static enum status end_closure(struct txn *t, void *arg, struct diag *d) {
    struct ending *x = arg;
    struct hours h;
    enum status s = ongoing(t, x->id, &h, d);
    if (s == OK)
        s = post_led(t, x->who, h.post, d);
    return s == OK ? close_row(x->c, t, x->who, x->id, h.account, d) : s;
}

enum status shift_end(struct civil *c, const struct actor *who, int64_t shift, struct diag *d) {
    struct ending x = {c, who, shift};
    return store_write(c->store, end_closure, &x, d);
}

/* ---- who it is ------------------------------------------------------------------------------ */

enum status shift_now(struct txn *t, const char *role, const char *division, const char **ret_login, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_one(t, &r, d, "SELECT a.login FROM post_shift h JOIN post p ON p.id = h.post JOIN post_role g ON g.post = p.id JOIN account a ON a.id = h.account "
        "WHERE h.ended_at IS NULL AND h.until_at > ? AND h.from_at <= ? AND g.role = ? AND SUBSTR(?, 1, LENGTH(p.division)) = p.division AND a.state = 'active' "
        "ORDER BY LENGTH(p.division) DESC, h.id LIMIT 1", SQL_I(txn_now(t)), SQL_I(txn_now(t)), SQL_S(role), SQL_S(division));
    *ret_login = "";
    if (s == E_NOT_FOUND)
        return OK;
    if (s == OK && !(*ret_login = rows_dup(r, 0, txn_arena(t))))
        return arena_full(d);
    return s;
}

static void shift_json(struct rows *r, const struct actor *who, const char *division, instant_t now, struct json_writer *w) {
    instant_t from = rows_int(r, 4), until = rows_null(r, 6) ? rows_int(r, 5) : rows_int(r, 6);
    bool open = rows_null(r, 6) && until > now, leads = actor_may(who, "leader", division), own = rows_int(r, 12) == who->account;
    json_object(w);
    json_kid(w, "id", rows_int(r, 0));
    json_kspan(w, "post_name", rows_text(r, 1));
    json_kspan(w, "division_name", rows_null(r, 3) ? rows_text(r, 2) : rows_text(r, 3));
    json_kspan(w, "login", rows_text(r, 7));
    json_kspan(w, "name", rows_text(r, 8));
    json_kspan(w, "telephone", rows_text(r, 9));
    json_kinstant(w, "from", from);
    json_kinstant(w, "until", until);
    json_kbool(w, "now", open && from <= now);
    json_kbool(w, "me", own);
    row_text_or_null(w, "replaces_name", r, 10);
    row_text_or_null(w, "reason", r, 11);
    json_kbool(w, "may_replace", open && (leads || own));
    json_kbool(w, "may_end", open && leads);
    json_object_end(w);
}

/* Nights, a post with a roster each, at whose midnight nobody is there. */
static enum status open_nights(struct txn *t, const struct actor *who, struct json_writer *w, struct diag *d) {
    enum status s = OK;
    json_key(w, "open_nights");
    json_array(w);
    for (date_t day = txn_today(t); s == OK && day < txn_today(t) + SHIFT_NIGHTS_SHOWN; day++) {
        AUTO(rows) struct rows *r = NULL;
        bool row = true;
        s = sql_query(t, &r, d, "SELECT p.name, p.division, v.name FROM post p LEFT JOIN division v ON v.code = p.division WHERE "
            "EXISTS (SELECT 1 FROM post_shift h WHERE h.post = p.id AND h.until_at > ? AND h.ended_at IS NULL) AND "
            "NOT EXISTS (SELECT 1 FROM post_shift h WHERE h.post = p.id AND h.ended_at IS NULL AND h.from_at <= ? AND h.until_at > ?) ORDER BY p.division, p.name LIMIT 50",
            SQL_I(txn_now(t) - 14 * DAY), SQL_I(MIDNIGHT(day + 1)), SQL_I(MIDNIGHT(day + 1)));
        while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
            char *division = rows_dup(r, 1, txn_arena(t));
            if (!division)
                return arena_full(d);
            if (!actor_near(who, division))
                continue;
            json_object(w);
            json_kdate(w, "day", day);
            json_kspan(w, "post_name", rows_text(r, 0));
            json_kspan(w, "division_name", rows_null(r, 2) ? rows_text(r, 1) : rows_text(r, 2));
            json_object_end(w);
        }
    }
    json_array_end(w);
    return s;
}

enum status shifts_json(struct txn *t, const struct actor *who, struct json_writer *w, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = true;
    int shown = 0;
    enum status s = sql_query(t, &r, d,
        "SELECT h.id, p.name, p.division, v.name, h.from_at, h.until_at, h.ended_at, a.login, a.name, h.telephone, b.name, h.reason, h.account FROM post_shift h "
        "JOIN post p ON p.id = h.post JOIN account a ON a.id = h.account LEFT JOIN division v ON v.code = p.division "
        "LEFT JOIN post_shift o ON o.id = h.replaces LEFT JOIN account b ON b.id = o.account "
        "WHERE h.until_at > ? AND (h.ended_at IS NULL OR h.ended_at > h.from_at) ORDER BY h.from_at, h.id", SQL_I(txn_now(t) - SHIFT_SHOWN_BACK * DAY));
    json_object(w);
    json_key(w, "items");
    json_array(w);
    while (s == OK && shown <= SHIFTS_SHOWN_MAX && (s = rows_next(r, &row, d)) == OK && row) {
        char *division = rows_dup(r, 2, txn_arena(t));
        if (!division)
            return arena_full(d);
        if (actor_near(who, division) && shown++ < SHIFTS_SHOWN_MAX)
            shift_json(r, who, division, txn_now(t), w);
    }
    json_array_end(w);
    json_kbool(w, "more", shown > SHIFTS_SHOWN_MAX);
    if (s == OK)
        s = open_nights(t, who, w, d);
    json_object_end(w);
    return s;
}
