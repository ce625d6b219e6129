/* Pairs as officers see them. */
#include "civil/linkage/linkage_internal.h"

#include "base/buf.h"
#include "civil/access/access.h"
#include "civil/register/linkable.h"
#include "civil/register/register.h"
#include "civil/scope.h"
#include "civil/row_json.h"

#include <stdio.h>

static bool is(const char *x, const char *y) { return strcmp(x, y) == 0; }

/* ---- one of the two ------------------------------------------------------------------------------- */

static enum status side(struct civil *c, struct txn *t, struct access *x, const struct person *p, bool whole, bool beside, struct json_writer *w, struct diag *d) {
    struct person_beside more = {0};
    const char *division = p->division;
    enum status s = division_name(t, txn_arena(t), p->division, &division, d);
    if (s == OK && beside)
        s = person_beside(t, x, p->district, p->id, &more, d);
    if (s != OK)
        return s;
    BUF_AUTO name;
    buf_init(&name, 1024);
    if (whole)
        buf_adds(&name, p->name);
    else
        person_name_masked(&name, p->name);
    json_object(w);
    json_kid(w, "person", p->id);
    json_kspan(w, "name", buf_span(&name));
    json_kstring(w, "id_masked", p->id_masked);
    json_kstring(w, "sex", p->male ? "男" : "女");
    json_kint(w, "birth_year", date_ymd(p->birth).year);
    json_kstring(w, "division_name", division);
    json_kbool(w, "has_phone", p->has_phone);
    if (beside) {
        json_key(w, "birth");
        if (whole)
            json_date(w, p->birth);
        else
            json_nothing(w);
        json_key(w, "address");
        if (whole && *more.address)
            json_string(w, more.address);
        else
            json_nothing(w);
        json_kstring(w, "source", more.source);
        json_kinstant(w, "recorded_at", more.recorded_at);
        json_kint(w, "members", more.members);
        json_kint(w, "benefits", more.benefits);
        json_kint(w, "cases", more.cases);
    }
    json_object_end(w);
    return OK;
}

static enum status name_of(struct txn *t, int64_t account, const char *key, struct json_writer *w, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    enum status s = sql_query(t, &r, d, "SELECT name FROM account WHERE id = ?", SQL_I(account));
    if (s == OK)
        s = rows_next(r, &row, d);
    json_key(w, key);
    if (s == OK && row)
        json_span(w, rows_text(r, 0));
    else
        json_nothing(w);
    return s;
}

/* What both rows show; *ret_seen false: one of them is not his to see, and nothing is written. */
struct two { struct person one, other; };
static enum status both(struct civil *c, struct txn *t, struct access *x, const struct actor *who, const struct linkage_pair *p, struct two *ret, bool *ret_seen, struct diag *d) {
    enum status s = person_read(c, t, x, txn_arena(t), p->district, p->one, &ret->one, d);
    if (s == OK)
        s = person_read(c, t, x, txn_arena(t), p->district, p->other, &ret->other, d);
    *ret_seen = s == OK && linkage_role(who, ret->one.division) && linkage_role(who, ret->other.division);
    if (s == E_NOT_FOUND)
        diag_clear(d);
    return s == E_NOT_FOUND ? OK : s;
}

static enum status head(struct civil *c, struct txn *t, struct access *x, const struct actor *who, const struct linkage_pair *p, const struct two *people, bool whole, bool beside, struct json_writer *w, struct diag *d) {
    const char *may[LINKAGE_HOWS + 1];
    const struct json *why = NULL;
    enum status s = json_parse(txn_arena(t), span_of(p->why), &why, d);
    if (s != OK)
        return s;
    linkage_may(who, p, may);
    json_kid(w, "id", p->id);
    json_kstring(w, "state", p->state);
    json_kint(w, "probability_milli", p->probability_milli);
    json_kint(w, "weight_milli", p->weight_milli);
    json_kint(w, "version", p->version);
    json_kinstant(w, "found_at", p->found_at);
    s = name_of(t, p->said_by, "said_by", w, d);
    json_key(w, "said_at");
    if (p->said_at)
        json_instant(w, p->said_at);
    else
        json_nothing(w);
    json_key(w, "kept");
    if (p->kept)
        json_id(w, p->kept);
    else
        json_nothing(w);
    json_key(w, "may");
    json_array(w);
    for (size_t i = 0; may[i]; i++)
        json_string(w, may[i]);
    json_array_end(w);
    json_key(w, "why");
    json_value(w, why);
    json_key(w, "one");
    if (s == OK)
        s = side(c, t, x, &people->one, whole, beside, w, d);
    json_key(w, "other");
    return s == OK ? side(c, t, x, &people->other, whole, beside, w, d) : s;
}

/* ---- the list ---------------------------------------------------------------------------------------- */

static const struct { const char *list, *states; } lists[] = {
    {"open", "('open', 'undecided')"}, {"confirm", "('proposed', 'parting')"}, {"merged", "('merged')"}, {"different", "('different')"},
};

/* Where both may be: what the run saw; where they are now is asked of each that is shown. */
static void scope(struct buf *sql, struct sql_value *v, size_t *n, struct arena *a, const struct actor *who) {
    static const char *const column[] = {"p.division_one", "p.division_other"}, *const roles[] = {"clerk", "reviewer", "district_clerk", NULL};
    for (size_t k = 0; k < ARRAY_LEN(column); k++) {
        buf_adds(sql, " AND ");
        scope_of(sql, v, n, a, who, column[k], roles, NULL);
    }
}

static bool cursor_read(const char *text, int64_t *weight, int64_t *id) {
    long long a = 0, b = 0;
    int end = 0;
    if (!text || !*text)
        return true;
    if (strlen(text) > 40 || strchr(text, ' ') || sscanf(text, "%lld.%lld%n", &a, &b, &end) != 2 || text[end] || b <= 0)
        return false;
    *weight = a;
    *id = b;
    return true;
}

static enum status counts(struct txn *t, const struct actor *who, struct json_writer *w, struct diag *d) {
    json_key(w, "counts");
    json_object(w);
    enum status s = OK;
    for (size_t i = 0; s == OK && i < ARRAY_LEN(lists); i++) {
        struct sql_value v[4 * ACTOR_GRANTS_MAX + 1];
        size_t n = 0;
        AUTO(rows) struct rows *r = NULL;
        bool row = false;
        BUF_AUTO sql;
        buf_init(&sql, 0);
        buf_addf(&sql, "SELECT count(*) FROM linkage_pair p WHERE p.state IN %s", lists[i].states);
        scope(&sql, v, &n, txn_arena(t), who);
        s = sql_query_(t, &r, d, buf_str(&sql), v, n);
        if (s == OK)
            s = rows_next(r, &row, d);
        json_kint(w, lists[i].list, s == OK && row ? rows_int(r, 0) : 0);
    }
    json_object_end(w);
    return s;
}

static enum status last_run(struct txn *t, struct json_writer *w, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    enum status s = sql_query(t, &r, d, "SELECT id, people, candidates, found, fresh, gone, verdicts, shift_milli, cut, at FROM linkage_run WHERE complete = 1 ORDER BY id DESC LIMIT 1");
    if (s == OK)
        s = rows_next(r, &row, d);
    json_key(w, "runs");
    json_array(w);
    if (s == OK && row) {
        const struct linkage_report x = {rows_int(r, 0), rows_int(r, 1), rows_int(r, 2), rows_int(r, 3), rows_int(r, 4), rows_int(r, 5), rows_int(r, 6), rows_int(r, 7), rows_int(r, 8) != 0};
        linkage_report_json(&x, w);
    }
    json_array_end(w);
    json_key(w, "ran_at");
    if (s == OK && row)
        json_instant(w, rows_int(r, 9));
    else
        json_nothing(w);
    return s;
}

static enum status items(struct civil *c, struct txn *t, struct access *x, const struct actor *who, const char *states, int64_t weight, int64_t after, struct json_writer *w, struct diag *d) {
    struct sql_value v[4 * ACTOR_GRANTS_MAX + 5];
    size_t n = 0, shown = 0;
    struct linkage_pair last = {0};
    bool row = true, more = false;
    AUTO(rows) struct rows *r = NULL;
    BUF_AUTO sql;
    buf_init(&sql, 0);
    buf_addf(&sql, "SELECT " LINKAGE_COLUMNS " FROM linkage_pair p WHERE p.state IN %s AND (p.weight_milli < ? OR (p.weight_milli = ? AND p.id > ?))", states);
    v[n++] = SQL_I(weight);
    v[n++] = SQL_I(weight);
    v[n++] = SQL_I(after);
    scope(&sql, v, &n, txn_arena(t), who);
    buf_adds(&sql, " ORDER BY p.weight_milli DESC, p.id LIMIT ?");
    v[n++] = SQL_I(LINKAGE_PAGE + 1);
    enum status s = sql_query_(t, &r, d, buf_str(&sql), v, n);
    json_key(w, "items");
    json_array(w);
    for (; s == OK && (s = rows_next(r, &row, d)) == OK && row; shown++) {
        struct two people;
        bool seen = false;
        if ((more = shown == LINKAGE_PAGE))
            break;
        s = linkage_take(r, txn_arena(t), &last, d);
        if (s == OK)
            s = both(c, t, x, who, &last, &people, &seen, d);
        if (s != OK || !seen)
            continue;
        json_object(w);
        s = head(c, t, x, who, &last, &people, false, false, w, d);
        json_object_end(w);
    }
    json_array_end(w);
    json_key(w, "next_cursor");
    if (more)
        json_stringf(w, "%lld.%lld", (long long)last.weight_milli, (long long)last.id);
    else
        json_nothing(w);
    return s;
}

static void bounds(struct json_writer *w) {
    json_key(w, "words");
    json_object(w);
    json_kint(w, "min", LINKAGE_WORDS_MIN);
    json_kint(w, "max", LINKAGE_WORDS_MAX);
    json_object_end(w);
}

enum status linkage_list_json(struct civil *c, struct txn *t, struct access *x, const struct actor *who, const char *list, const char *cursor, struct json_writer *w, struct diag *d) {
    int64_t weight = INT64_MAX, after = 0;
    const char *states = NULL;
    for (size_t i = 0; i < ARRAY_LEN(lists); i++)
        if (is(lists[i].list, list && *list ? list : "open"))
            states = lists[i].states;
    if (!states)
        return diag_fail(d, E_INPUT, "linkage.list");
    if (!cursor_read(cursor, &weight, &after)) {
        (void)!diag_fail(d, E_INPUT, "linkage.cursor");
        return diag_at(d, "cursor");
    }
    char district[24];
    snprintf(district, sizeof district, "%lld", (long long)c->district);
    json_object(w);
    json_kbool(w, "may_run", actor_may(who, "district_clerk", district));
    bounds(w);
    enum status s = last_run(t, w, d);
    if (s == OK)
        s = counts(t, who, w, d);
    if (s == OK)
        s = items(c, t, x, who, states, weight, after, w, d);
    json_object_end(w);
    return s;
}

/* ---- one ------------------------------------------------------------------------------------------------ */

static enum status acts(struct civil *c, struct txn *t, const struct linkage_pair *p, struct json_writer *w, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = true;
    enum status s = sql_query(t, &r, d, "SELECT a.id, a.at, COALESCE(k.name, ''), a.kind, a.kept, a.words FROM linkage_act a LEFT JOIN account k ON k.id = a.account WHERE a.district = ? AND a.pair = ? ORDER BY a.id",
        SQL_I(p->district), SQL_I(p->id));
    json_key(w, "acts");
    json_array(w);
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        struct span words;
        s = linkage_words_open(c, t, p, rows_int(r, 0), rows_blob(r, 5), &words, d);
        if (s == E_NOT_FOUND) { /* the person's key was erased */
            diag_clear(d);
            words = SPAN("");
            s = OK;
        }
        if (s != OK)
            break;
        json_object(w);
        json_kinstant(w, "at", rows_int(r, 1));
        json_kspan(w, "by", rows_text(r, 2));
        json_kspan(w, "kind", rows_text(r, 3));
        row_id_or_null(w, "kept", r, 4);
        json_kspan(w, "words", words);
        json_object_end(w);
    }
    json_array_end(w);
    return s;
}

enum status linkage_pair_json(struct civil *c, struct txn *t, struct access *x, const struct actor *who, int64_t pair, bool whole, struct json_writer *w, struct diag *d) {
    struct linkage_pair p;
    struct two people;
    bool seen = false;
    enum status s = linkage_pair_read(t, pair, &p, d);
    if (s == OK)
        s = both(c, t, x, who, &p, &people, &seen, d);
    if (s == OK && !seen)
        return diag_fail(d, E_NOT_FOUND, "linkage.none");
    if (s != OK)
        return s;
    json_object(w);
    json_kbool(w, "whole", whole);
    bounds(w);
    s = head(c, t, x, who, &p, &people, whole, true, w, d);
    if (s == OK)
        s = acts(c, t, &p, w, d);
    json_object_end(w);
    return s;
}
