#include "civil/register/population.h"

#include "base/buf.h"
#include "civil/access/access.h"
#include "civil/evidence/keep.h"
#include "civil/register/population_ids.h"
#include "civil/register/register_internal.h"
#include "civil/register/schema.h"
#include "civil/register/search.h"
#include "civil/register/touched.h"
#include "crypto/vault.h"
#include "store/store.h"

#include <stdio.h>

/* ---- finding whom a row means ------------------------------------------------------------------ */

/* Who has the number, as readers see him (or as this batch has written him). */
struct found {
    int64_t person, district, record_batch;
    bool any, believed;
    char *name, *division;
    struct span phone;
    date_t birth;
};

static enum status find(struct txn *t, const struct population_batch *b, const struct hash *blind, struct found *ret, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    *ret = (struct found){0};
    enum status s = sql_one(t, &r, d,
        "SELECT p.district, p.id, p.phone, r.name, r.division, r.birth, r.batch, CASE WHEN r.batch IS NULL OR r.batch NOT IN (SELECT batch FROM import_hidden) THEN 1 ELSE 0 END "
        "FROM person q JOIN person p ON p.district = q.district AND p.id = COALESCE((SELECT g.kept FROM person_merge g WHERE g.district = q.district AND g.merged = q.id AND g.undone_at IS NULL), q.id) "
        "LEFT JOIN person_record r ON r.district = p.district AND r.person = p.id AND r.superseded_at IS NULL AND r.valid_to IS NULL WHERE q.id_blind = ?",
        SQL_B(span_bytes(blind->byte, HASH_BYTES)));
    if (s == E_NOT_FOUND)
        return OK;
    if (s != OK)
        return s;
    *ret = (struct found){.any = true, .district = rows_int(r, 0), .person = rows_int(r, 1), .record_batch = rows_int(r, 6), .believed = !rows_null(r, 3) && rows_int(r, 7),
        .name = rows_null(r, 3) ? NULL : rows_dup(r, 3, txn_arena(t)), .division = rows_dup(r, 4, txn_arena(t)), .birth = rows_date(r, 5)};
    struct span phone = rows_blob(r, 2);
    if (phone.at) {
        char *copy = arena_dup(txn_arena(t), phone);
        ret->phone = (struct span){copy, copy ? phone.size : 0};
    }
    return OK;
}

/* A row without a number: who has this name and birth date may be meant. */
static enum status possible(struct txn *t, const struct population_batch *b, const struct population_row *row, struct diag *d) {
    char day[DATE_TEXT_MAX];
    int64_t n = 0;
    if (row->birth == DATE_NONE)
        return diag_fail(d, E_INPUT, "import.no_number");
    size_t size = date_text(row->birth, day);
    struct hash blind = vault_blind(b->civil->vault, "birth", (struct span){day, size});
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_query(t, &r, d,
        "SELECT r.name FROM person p JOIN person_record r ON r.district = p.district AND r.person = p.id AND r.superseded_at IS NULL AND r.valid_to IS NULL "
        "AND " REGISTER_SHOWN("r") " WHERE p.district = ? AND p.birth_blind = ?", SQL_I(b->civil->district), SQL_B(span_bytes(blind.byte, HASH_BYTES)));
    for (bool more = true; s == OK;) {
        if ((s = rows_next(r, &more, d)) != OK || !more)
            break;
        n += search_name_alike(rows_text(r, 0), span_of(row->name));
    }
    if (s != OK)
        return s;
    return n ? diag_fail(d, E_CONFLICT, "import.possible", DIAG_N("n", n)) : diag_fail(d, E_INPUT, "import.no_number");
}

/* ---- households ------------------------------------------------------------------------------------ */

struct home { int64_t id, batch; bool fresh; };
struct living { int64_t household, batch; char *relation; date_t since; };

static enum status living(struct txn *t, int64_t district, int64_t person, int64_t batch, struct living *ret, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    *ret = (struct living){0};
    enum status s = sql_one(t, &r, d,
        "SELECT household, relation, valid_from, batch FROM household_member m WHERE district = ? AND person = ? AND superseded_at IS NULL AND valid_to IS NULL "
        "AND (m.batch = ? OR " REGISTER_SHOWN("m") ")", SQL_I(district), SQL_I(person), SQL_I(batch));
    if (s == E_NOT_FOUND)
        return OK;
    if (s == OK)
        *ret = (struct living){rows_int(r, 0), rows_int(r, 3), rows_dup(r, 1, txn_arena(t)), rows_date(r, 2)};
    return s == OK && !ret->relation ? arena_full(d) : s;
}

/* 户号, or a keyed digest of the head's number: with neither the row says nothing of a household. */
static enum status household_key(struct txn *t, const struct population_batch *b, const struct population_row *row, const char **ret, struct diag *d) {
    const char *head = row->head_number ? row->head_number : row->relation && strcmp(row->relation, "本人") == 0 ? row->number : NULL;
    *ret = row->household_number;
    if (*ret || !head)
        return OK;
    struct hash h = vault_blind(b->civil->vault, "household_head", span_of(head));
    char hex[65];
    hash_hex(&h, hex);
    *ret = arena_printf(txn_arena(t), "#%.32s", hex);
    return *ret ? OK : arena_full(d);
}

/* Where the head on record lives already is his household, whatever the file calls it. */
static enum status head_home(struct txn *t, const struct population_batch *b, const struct population_row *row, struct home *ret, struct diag *d) {
    const char *head = row->household_number ? NULL : row->head_number;
    struct found who = {0};
    struct living at = {0};
    if (!head)
        return OK;
    struct hash blind = vault_blind(b->civil->vault, "id_number", span_of(head));
    enum status s = find(t, b, &blind, &who, d);
    if (s == OK && who.any && who.district == b->civil->district)
        s = living(t, who.district, who.person, b->id, &at, d);
    ret->id = at.household;
    return s;
}

static enum status home_of(struct txn *t, const struct population_batch *b, const struct population_row *row, const char *key, const char *division, struct home *ret, struct diag *d) {
    *ret = (struct home){0};
    enum status s = head_home(t, b, row, ret, d);
    if (s != OK || ret->id)
        return s;
    AUTO(rows) struct rows *r = NULL;
    s = sql_one(t, &r, d, "SELECT h.id, h.batch, CASE WHEN h.batch IN (SELECT batch FROM import_hidden) THEN 1 ELSE 0 END, "
        "(SELECT count(*) FROM import_batch o WHERE o.id = h.batch AND o.district = h.district AND o.state <> 'undone') FROM household h WHERE h.district = ? AND h.number = ?",
        SQL_I(b->civil->district), SQL_S(key));
    if (s == OK) {
        *ret = (struct home){rows_int(r, 0), rows_int(r, 1), false};
        if (!rows_int(r, 2) || ret->batch == b->id)
            return OK;
        if (rows_int(r, 3)) /* of a batch that waits itself */
            return diag_fail(d, E_CONFLICT, "import.other_batch");
        rows_free(TAKE(r)); /* of one that was taken back: its household is this one's now */
        if (b->dry)
            return OK;
        s = sql_exec(t, d, "UPDATE household SET batch = ?, division = ?, address = ? WHERE district = ? AND id = ?", SQL_I(b->id), SQL_S(division), SQL_S(row->address),
            SQL_I(b->civil->district), SQL_I(ret->id));
        return s == OK ? ids_add(txn_arena(t), &b->touched->household, ret->id, d) : s;
    }
    if (s != E_NOT_FOUND || b->dry)
        return s == E_NOT_FOUND ? OK : s;
    diag_clear(d);
    *ret = (struct home){txn_new_id(t), b->id, true};
    s = sql_exec(t, d, "INSERT INTO household (district, id, division, address, created_at, synthetic, number, batch) VALUES (?, ?, ?, ?, ?, 0, ?, ?)",
        SQL_I(b->civil->district), SQL_I(ret->id), SQL_S(division), SQL_S(row->address), SQL_I(txn_now(t)), SQL_S(key), SQL_I(b->id));
    return s == OK ? ids_add(txn_arena(t), &b->touched->household, ret->id, d) : s;
}

static enum status one_head(struct txn *t, const struct population_batch *b, int64_t household, int64_t person, struct diag *d) {
    int64_t n = 0;
    enum status s = sql_int(t, &n, 0, d,
        "SELECT count(*) FROM household_member m WHERE district = ? AND household = ? AND person <> ? AND relation = '本人' AND valid_to IS NULL AND (superseded_at IS NULL OR superseded_at = 0) "
        "AND (m.batch = ? OR " REGISTER_SHOWN("m") ")", SQL_I(b->civil->district), SQL_I(household), SQL_I(person), SQL_I(b->id));
    return s == OK && n ? diag_fail(d, E_CONFLICT, "import.two_heads") : s;
}

/* `person` 0: nobody yet, nothing is written. */
static enum status join(struct txn *t, const struct population_batch *b, const struct population_row *row, int64_t person, const char *division, bool *changed, struct diag *d) {
    const char *key = NULL;
    struct home home;
    struct living now = {0};
    enum status s = household_key(t, b, row, &key, d);
    if (s != OK || !key)
        return s;
    s = home_of(t, b, row, key, division, &home, d);
    if (s == OK && person)
        s = living(t, b->civil->district, person, b->id, &now, d);
    if (s != OK)
        return s;
    const char *relation = row->relation ? row->relation : now.household && now.household == home.id ? now.relation : "其他";
    if (home.id && strcmp(relation, "本人") == 0 && !home.fresh && (s = one_head(t, b, home.id, person, d)) != OK)
        return s;
    if (now.household && now.household == home.id && strcmp(now.relation, relation) == 0)
        return OK;
    if (now.household && now.since >= b->valid_from)
        return diag_fail(d, E_CONFLICT, "register.valid_from");
    *changed = true;
    if (b->dry || !person)
        return OK;
    s = sql_exec(t, d,
        "INSERT INTO household_member (district, household, person, recorded_at, relation, valid_from, valid_to, superseded_at, recorded_by, batch) VALUES (?, ?, ?, ?, ?, ?, NULL, ?, ?, ?)",
        SQL_I(b->civil->district), SQL_I(home.id), SQL_I(person), SQL_I(row->at), SQL_S(relation), SQL_D(b->valid_from), now.household ? SQL_I(0) : SQL_NIL,
        SQL_I(b->who->account), SQL_I(b->id));
    return s == OK ? ids_add(txn_arena(t), &b->touched->member, person, d) : s;
}

/* ---- one row ---------------------------------------------------------------------------------------- */

static bool put(struct arena *a, struct fact_list *f, const char *key, const char *text) {
    return !text || fact_add(f, a, key, json_new_string(a, span_of(text)));
}

static enum status facts_of(struct txn *t, const struct population_row *row, const struct json **ret, struct diag *d) {
    struct arena *a = txn_arena(t);
    struct fact_list *f = ARENA_NEW(a, struct fact_list);
    char died[DATE_TEXT_MAX] = "", moved[DATE_TEXT_MAX] = "";
    if (row->died_on != DATE_NONE)
        date_text(row->died_on, died);
    if (row->moved_out_on != DATE_NONE)
        date_text(row->moved_out_on, moved);
    if (!f || !put(a, f, "户籍", row->hukou) || !put(a, f, "婚姻状况", row->marriage) || !put(a, f, "死亡日期", *died ? arena_dup(a, span_of(died)) : NULL) ||
        !put(a, f, "迁出本市日期", *moved ? arena_dup(a, span_of(moved)) : NULL))
        return arena_full(d);
    *ret = json_new_object(a, f->key, f->value, f->n);
    return *ret ? OK : arena_full(d);
}

static enum status dates_ok(struct txn *t, const struct population_row *row, date_t birth, struct diag *d) {
    bool death = row->died_on == DATE_NONE || (row->died_on >= birth && row->died_on <= txn_today(t));
    bool moved = row->moved_out_on == DATE_NONE || (row->moved_out_on >= birth && row->moved_out_on <= txn_today(t));
    return death && moved ? OK : diag_fail(d, E_INPUT, "import.death");
}

static enum status add(struct txn *t, const struct population_batch *b, const struct population_row *row, const struct citizen_number *n, const struct found *was, int64_t *ret, struct diag *d) {
    const struct json *facts = NULL;
    if (!row->division)
        return diag_fail(d, E_INPUT, "import.needed_division");
    if (!schema_writable(b->civil, b->schema, b->who, row->division))
        return diag_fail(d, E_FORBIDDEN, "register.write");
    enum status s = facts_of(t, row, &facts, d);
    if (s != OK)
        return s;
    struct person_new p = {.id_number = span_of(row->number), .name = row->name, .male = n->male, .birth = n->birth, .division = row->division, .hukou = row->hukou,
        .phone = row->phone, .facts = facts, .source = b->source, .address = row->address, .registered_division = row->registered_division,
        .registered_address = row->registered_address, .service_groups = row->service_groups, .batch = b->id};
    if ((s = person_check_new(b->civil->district, &p, d)) != OK || b->dry)
        return s;
    struct actor many = *b->who;
    many.keeps_later = true;
    *ret = was->person; /* taken back once, and here again */
    s = was->any ? person_record_add(t, b->who, b->civil->district, was->person, &p, row->at, p.birth, d) : person_add(b->civil, t, &many, b->civil->district, &p, ret, d);
    return s == OK ? ids_add(txn_arena(t), &b->touched->person, *ret, d) : s;
}

static enum status phone_same(const struct population_batch *b, struct txn *t, const struct found *was, const char *phone, bool *ret, struct diag *d) {
    struct span plain = {0};
    struct place where = place_of("phone", was->district, was->person);
    enum status s = was->phone.size ? vault_unseal(b->civil->vault, was->phone, span_of(where.text), txn_arena(t), &plain, d) : OK;
    *ret = plain.size && span_is(plain, phone);
    return s;
}

static enum status told_twice(struct txn *t, const struct population_batch *b, int64_t person, struct diag *d) {
    int64_t n = 0;
    enum status s = sql_int(t, &n, 0, d, "SELECT (SELECT count(*) FROM person_record r WHERE r.batch = ? AND r.person = ? AND r.superseded_at = 0) + "
        "(SELECT count(*) FROM household_member m WHERE m.batch = ? AND m.person = ? AND m.superseded_at = 0)", SQL_I(b->id), SQL_I(person), SQL_I(b->id), SQL_I(person));
    return s == OK && n ? diag_fail(d, E_CONFLICT, "import.twice") : s;
}

/* A row that is refused leaves nothing: what may refuse it is asked before the first write. */
static enum status may_join(struct txn *t, const struct population_batch *b, const struct population_row *row, int64_t person, const char *division, struct diag *d) {
    struct population_batch ask = *b;
    bool changed = false;
    ask.dry = true;
    return join(t, &ask, row, person, division, &changed, d);
}

static enum status change(struct txn *t, const struct population_batch *b, const struct population_row *row, const struct found *was, enum population_outcome *ret,
    const char **ret_remark, struct diag *d) {
    struct person_told told = {row->division, row->address, row->registered_division, row->registered_address, row->service_groups, NULL};
    bool record = false, home = false, same = true;
    if (!person_name_same(was->name, row->name))
        return diag_fail(d, E_CONFLICT, "import.name_differs");
    if (!schema_writable(b->civil, b->schema, b->who, was->division) || (row->division && !schema_writable(b->civil, b->schema, b->who, row->division)))
        return diag_fail(d, E_FORBIDDEN, "register.write");
    enum status s = facts_of(t, row, &told.facts, d);
    if (s == OK)
        s = told_twice(t, b, was->person, d);
    if (s == OK && row->division)
        s = person_place_check(was->district, row->division, d);
    if (s == OK)
        s = may_join(t, b, row, was->person, row->division ? row->division : was->division, d);
    if (s == OK)
        s = person_record_pend(t, b->who, was->district, was->person, b->id, row->at, b->valid_from, b->source, &told, b->dry, &record, d);
    if (s == OK && record && !b->dry)
        s = ids_add(txn_arena(t), &b->touched->person, was->person, d);
    if (s == OK)
        s = join(t, b, row, was->person, row->division ? row->division : was->division, &home, d);
    if (s == OK && row->phone)
        s = phone_same(b, t, was, row->phone, &same, d);
    if (s == OK && record && !b->dry)
        s = search_put(t, was->district, was->person, &(struct search_about){was->name, row->division ? row->division : was->division, row->address, was->birth}, d);
    *ret = record || home ? POPULATION_CHANGED : POPULATION_SAME;
    *ret_remark = same ? NULL : "import.phone_differs";
    return s;
}

static enum status guardian(struct txn *t, const struct population_batch *b, const struct population_row *row, int64_t person, struct diag *d) {
    if (!row->guardian_number || b->dry)
        return OK;
    struct hash h = vault_blind(b->civil->vault, "id_number", span_of(row->guardian_number));
    char hex[65];
    hash_hex(&h, hex);
    return sql_exec(t, d, "INSERT INTO import_guardian (district, batch, line, person, number_blind) VALUES (?, ?, ?, ?, ?)", SQL_I(b->civil->district), SQL_I(b->id),
        SQL_I(row->line), SQL_I(person), SQL_S(hex));
}

/* Now, or where a clock stands the moment after what was recorded last. */
static enum status behind(struct txn *t, const struct found *was, instant_t *ret, struct diag *d) {
    int64_t last = 0;
    enum status s = sql_int(t, &last, 0, d, "SELECT max(x.at) FROM (SELECT max(recorded_at) AS at FROM person_record r WHERE r.district = ? AND r.person = ? UNION ALL "
        "SELECT max(recorded_at) FROM household_member m WHERE m.district = ? AND m.person = ?) x", SQL_I(was->district), SQL_I(was->person), SQL_I(was->district), SQL_I(was->person));
    *ret = last >= txn_now(t) ? last + 1 : txn_now(t);
    return s;
}

enum status population_stage(struct txn *t, const struct population_batch *b, const struct population_row *row, enum population_outcome *ret, const char **ret_remark, struct diag *d) {
    struct citizen_number n;
    struct found was;
    int64_t person = 0;
    bool home = false;
    *ret_remark = NULL;
    if (!row->number)
        return possible(t, b, row, d);
    enum status s = citizen_number_parse(span_of(row->number), &n, d);
    if (s == OK)
        s = row->birth != DATE_NONE && row->birth != n.birth ? diag_fail(d, E_INPUT, "register.number_differs") : dates_ok(t, row, n.birth, d);
    if (s == OK && row->guardian_number && strcmp(row->guardian_number, row->number) == 0)
        s = diag_fail(d, E_INPUT, "import.own_guardian");
    if (s != OK)
        return s;
    struct hash blind = vault_blind(b->civil->vault, "id_number", span_of(n.text));
    if ((s = find(t, b, &blind, &was, d)) != OK)
        return s;
    if (was.any && was.district != b->civil->district)
        return diag_fail(d, E_CONFLICT, "import.other_district");
    struct population_row own = *row;
    if (was.any && (s = behind(t, &was, &own.at, d)) != OK)
        return s;
    if (!was.any)
        own.at = txn_now(t);
    row = &own;
    if (was.name && !was.believed)
        return diag_fail(d, E_CONFLICT, was.record_batch == b->id ? "import.twice" : "import.other_batch");
    if (was.believed) {
        person = was.person;
        s = change(t, b, row, &was, ret, ret_remark, d);
    } else {
        *ret = POPULATION_ADDED;
        s = may_join(t, b, row, was.any ? was.person : 0, row->division, d);
        if (s == OK)
            s = add(t, b, row, &n, &was, &person, d);
        if (s == OK)
            s = join(t, b, row, person, row->division, &home, d);
        if (s == OK && !b->dry && was.any)
            s = search_put(t, b->civil->district, person, &(struct search_about){row->name, row->division, row->address, n.birth}, d);
    }
    return s == OK ? guardian(t, b, row, person, d) : s;
}

/* ---- guardians ------------------------------------------------------------------------------------------ */

static int nibble(char c) { return c <= '9' ? c - '0' : c - 'a' + 10; }

enum { GUARDIANS_A_CHUNK = 300 };

enum status population_guardians(struct txn *t, const struct population_batch *b, int64_t after, int64_t *ret_last, population_guardian_fn *fn, void *arg, struct diag *d) {
    struct { int64_t line, person; struct hash blind; } list[GUARDIANS_A_CHUNK];
    struct id_list wards = {0};
    size_t n = 0;
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_query(t, &r, d, "SELECT line, person, number_blind FROM import_guardian WHERE district = ? AND batch = ? AND line > ? ORDER BY line LIMIT 300",
        SQL_I(b->civil->district), SQL_I(b->id), SQL_I(after));
    _Static_assert(GUARDIANS_A_CHUNK == 300, "the query's limit");
    for (bool more = true; s == OK;) {
        if ((s = rows_next(r, &more, d)) != OK || !more)
            break;
        struct span hex = rows_text(r, 2);
        list[n].line = rows_int(r, 0);
        list[n].person = rows_int(r, 1);
        for (size_t i = 0; i < HASH_BYTES && 2 * i + 1 < hex.size; i++)
            list[n].blind.byte[i] = (uint8_t)(nibble(hex.at[2 * i]) << 4 | nibble(hex.at[2 * i + 1]));
        n++;
    }
    rows_free(TAKE(r));
    for (size_t i = 0; s == OK && i < n; i++) {
        struct found who;
        s = find(t, b, &list[i].blind, &who, d);
        bool there = s == OK && who.any && who.name && who.district == b->civil->district && (who.believed || who.record_batch == b->id);
        if (s == OK && !there)
            s = fn(arg, t, (int)list[i].line, d);
        int64_t known = 0, last = 0;
        if (s == OK && there)
            s = sql_int(t, &known, 0, d, "SELECT count(*) FROM person_relation r WHERE district = ? AND person = ? AND other = ? AND superseded_at IS NULL AND valid_to IS NULL",
                SQL_I(b->civil->district), SQL_I(list[i].person), SQL_I(who.person));
        if (s == OK && there && !known) /* taken back once, perhaps this very moment */
            s = sql_int(t, &last, 0, d, "SELECT max(recorded_at) FROM person_relation r WHERE district = ? AND person = ? AND other = ?", SQL_I(b->civil->district), SQL_I(list[i].person), SQL_I(who.person));
        if (s == OK && there && !known)
            s = sql_exec(t, d, "INSERT INTO person_relation (district, person, other, kind, recorded_at, valid_from, valid_to, superseded_at, recorded_by, batch) "
                "VALUES (?, ?, ?, 'guardian', ?, ?, NULL, NULL, ?, ?)", SQL_I(b->civil->district), SQL_I(list[i].person), SQL_I(who.person),
                SQL_I(last >= txn_now(t) ? last + 1 : txn_now(t)), SQL_D(b->valid_from), SQL_I(b->who->account), SQL_I(b->id));
        if (s == OK && there && !known)
            s = ids_add(txn_arena(t), &wards, list[i].person, d);
    }
    if (s == OK)
        s = ids_keep(t, b, KEPT_RELATION, &wards, d);
    *ret_last = n == GUARDIANS_A_CHUNK ? list[n - 1].line : 0;
    return s;
}

/* ---- as a whole ------------------------------------------------------------------------------------------- */

enum status population_hide(struct txn *t, int64_t batch, struct diag *d) { return sql_exec(t, d, "INSERT INTO import_hidden (batch) VALUES (?)", SQL_I(batch)); }
enum status population_show(struct txn *t, int64_t batch, struct diag *d) { return sql_exec(t, d, "DELETE FROM import_hidden WHERE batch = ?", SQL_I(batch)); }
enum status population_hidden(struct txn *t, int64_t batch, bool *ret, struct diag *d) {
    int64_t n = 0;
    enum status s = sql_int(t, &n, 0, d, "SELECT count(*) FROM import_hidden WHERE batch = ?", SQL_I(batch));
    *ret = n > 0;
    return s;
}

struct table { const char *name, *waiting, *overtaken, *end, *show; };

/* A row that waits is overtaken when what it would end was written after it, or begins no earlier. */
#define WAITING(table) "batch = ? AND district = ? AND superseded_at = 0"
#define OVERTAKEN(table) "DELETE FROM " table " WHERE " WAITING(table) " AND EXISTS (SELECT 1 FROM " table " f WHERE f.district = " table ".district AND f.person = " table ".person " \
    "AND f.superseded_at IS NULL AND f.valid_to IS NULL AND (f.recorded_at >= " table ".recorded_at OR f.valid_from >= " table ".valid_from))"
#define END(table) "UPDATE " table " SET valid_to = ? WHERE district = ? AND superseded_at IS NULL AND valid_to IS NULL " \
    "AND person IN (SELECT w.person FROM " table " w WHERE w.batch = ? AND w.district = ? AND w.superseded_at = 0)"
#define SHOW(table) "UPDATE " table " SET superseded_at = NULL WHERE " WAITING(table)

enum status population_confirm(struct txn *t, const struct population_batch *b, int64_t *ret_overtaken, struct diag *d) {
    static const struct table both[] = {
        {KEPT_PERSON_RECORD, "SELECT person FROM person_record WHERE " WAITING("person_record"), OVERTAKEN("person_record"), END("person_record"), SHOW("person_record")},
        {KEPT_MEMBER, "SELECT person FROM household_member WHERE " WAITING("household_member"), OVERTAKEN("household_member"), END("household_member"), SHOW("household_member")},
    };
    struct sql_value batch = SQL_I(b->id), district = SQL_I(b->civil->district);
    enum status s = OK;
    *ret_overtaken = 0;
    for (size_t i = 0; s == OK && i < ARRAY_LEN(both); i++) {
        int64_t n = 0;
        struct id_list waiting = {0};
        s = ids_find(t, both[i].waiting, batch, district, &waiting, d);
        if (s == OK)
            s = sql_exec_count(t, &n, d, both[i].overtaken, batch, district);
        *ret_overtaken += n;
        if (s == OK)
            s = sql_exec(t, d, both[i].end, SQL_D(b->valid_from), district, batch, district);
        if (s == OK)
            s = sql_exec(t, d, both[i].show, batch, district);
        if (s == OK)
            s = ids_keep(t, b, both[i].name, &waiting, d);
        for (size_t k = 0; s == OK && k < waiting.size; k++)
            s = register_touched_person(t, b->civil->district, waiting.at[k], d);
    }
    if (s == OK)
        s = sql_exec(t, d, "INSERT INTO household_count (district, division, n) SELECT district, division, count(*) FROM household WHERE batch = ? AND district = ? GROUP BY district, division "
            "ON CONFLICT (district, division) DO UPDATE SET n = household_count.n + excluded.n", batch, district);
    return s == OK ? population_show(t, b->id, d) : s;
}

/* Whom somebody has worked with since stays, and is no longer the batch's. */
#define USED(column) "(SELECT person FROM case_party WHERE person_district = ? UNION SELECT person FROM account WHERE district = ? AND person IS NOT NULL " \
    "UNION SELECT n.person FROM person_record n WHERE n.district = ? AND n.superseded_at IS NULL AND n.valid_to IS NULL AND (n.batch IS NULL OR n.batch <> ?) AND EXISTS " \
    "(SELECT 1 FROM person_record o WHERE o.batch = ? AND o.district = n.district AND o.person = n.person))"

static enum status keep_used(struct txn *t, const struct population_batch *b, int64_t *ret_kept, struct diag *d) {
    struct sql_value batch = SQL_I(b->id), district = SQL_I(b->civil->district);
    enum status s = sql_exec(t, d, "UPDATE household_member SET batch = NULL WHERE batch = ? AND person IN " USED("person"), batch, district, district, district, batch, batch);
    if (s == OK)
        s = sql_exec(t, d, "UPDATE person_relation SET batch = NULL WHERE batch = ? AND (person IN " USED("person") " OR other IN " USED("person") ")", batch, district, district, district, batch, batch,
            district, district, district, batch, batch);
    if (s == OK)
        s = sql_exec_count(t, ret_kept, d, "UPDATE person_record SET batch = NULL WHERE batch = ? AND superseded_at IS NULL AND person IN " USED("person"), batch, district, district, district, batch, batch);
    if (s == OK) /* a household somebody lives in stays, too */
        s = sql_exec(t, d, "UPDATE household SET batch = NULL WHERE batch = ? AND district = ? AND EXISTS (SELECT 1 FROM household_member m WHERE m.district = household.district "
            "AND m.household = household.id AND m.superseded_at IS NULL AND (m.batch IS NULL OR m.batch <> ?))", batch, district, batch);
    return s;
}

/* The row that the batch ended, once more and open; the batch's own and the ended one are believed no longer. */
#define OF_BATCH(table) "SELECT b.person FROM " table " b WHERE b.batch = ? AND b.district = ? AND b.superseded_at IS NULL AND b.valid_to IS NULL"
#define AGAIN(table, columns) "INSERT INTO " table " (district, person, recorded_at, valid_from, valid_to, superseded_at, recorded_by, batch, " columns ") " \
    "SELECT f.district, f.person, CASE WHEN ? > (SELECT max(z.recorded_at) FROM " table " z WHERE z.district = f.district AND z.person = f.person) THEN ? " \
    "ELSE (SELECT max(z.recorded_at) + 1 FROM " table " z WHERE z.district = f.district AND z.person = f.person) END, f.valid_from, NULL, 0, ?, ?, " columns " FROM " table " f WHERE f.district = ? AND f.superseded_at IS NULL AND f.person IN (" OF_BATCH(table) ") AND f.valid_to = ?"
#define ENDED(table) "UPDATE " table " SET superseded_at = ? WHERE district = ? AND superseded_at IS NULL AND (valid_to = ? OR batch = ?) AND person IN (SELECT c.person FROM " table " c WHERE c.batch = ?)"
/* An earlier batch's row is that one's again, and goes with it when it is taken back too. */
#define OPENED(table) "UPDATE " table " SET superseded_at = NULL, batch = (SELECT f.batch FROM " table " f WHERE f.district = " table ".district AND f.person = " table ".person " \
    "AND f.superseded_at = ? AND f.valid_to = ? AND (f.batch IS NULL OR f.batch > 0) ORDER BY f.recorded_at DESC LIMIT 1) WHERE batch = ? AND district = ?"

#define COPIED(table) "SELECT person FROM " table " WHERE batch = ? AND district = ?"

static enum status restore(struct txn *t, const struct population_batch *b, const char *kept, const char *copied, const char *again, const char *ended, const char *opened, int64_t *ret, struct diag *d) {
    struct id_list people = {0};
    struct sql_value batch = SQL_I(b->id), district = SQL_I(b->civil->district), now = SQL_I(txn_now(t)), copies = SQL_I(-b->id), day = SQL_D(b->valid_from);
    enum status s = sql_exec_count(t, ret, d, again, now, now, SQL_I(b->who->account), copies, district, batch, district, day);
    if (s == OK)
        s = ids_find(t, copied, copies, district, &people, d);
    if (s == OK)
        s = sql_exec(t, d, ended, now, district, day, batch, copies);
    if (s == OK)
        s = sql_exec(t, d, opened, now, day, copies, district);
    for (size_t k = 0; s == OK && k < people.size; k++)
        s = register_touched_person(t, b->civil->district, people.at[k], d);
    return s == OK ? ids_keep(t, b, kept, &people, d) : s;
}

static enum status relations_end(struct txn *t, const struct population_batch *b, struct diag *d) {
    struct id_list wards = {0};
    struct sql_value batch = SQL_I(b->id), district = SQL_I(b->civil->district);
    enum status s = ids_find(t, "SELECT person FROM person_relation WHERE batch = ? AND district = ? AND superseded_at IS NULL", batch, district, &wards, d);
    if (s == OK)
        s = sql_exec(t, d, "UPDATE person_relation SET superseded_at = ? WHERE batch = ? AND district = ? AND superseded_at IS NULL", SQL_I(txn_now(t)), batch, district);
    return s == OK ? ids_keep(t, b, KEPT_RELATION, &wards, d) : s;
}

enum status population_take_back(struct txn *t, const struct population_batch *b, bool confirmed, int64_t *ret_undone, int64_t *ret_kept, struct diag *d) {
    struct sql_value batch = SQL_I(b->id), district = SQL_I(b->civil->district);
    int64_t members = 0;
    *ret_undone = *ret_kept = 0;
    if (!confirmed)
        return OK;
    enum status s = keep_used(t, b, ret_kept, d);
    if (s == OK)
        s = sql_exec(t, d, "UPDATE household_count SET n = n - (SELECT count(*) FROM household h WHERE h.batch = ? AND h.district = household_count.district AND h.division = household_count.division) "
            "WHERE district = ?", batch, district);
    if (s == OK)
        s = restore(t, b, KEPT_PERSON_RECORD, COPIED("person_record"), AGAIN("person_record", "source, name, division, " RESIDENCE_COLUMNS ", " RECORD_COLUMNS), ENDED("person_record"), OPENED("person_record"), ret_undone, d);
    if (s == OK)
        s = restore(t, b, KEPT_MEMBER, COPIED("household_member"), AGAIN("household_member", "household, relation"), ENDED("household_member"), OPENED("household_member"), &members, d);
    if (s == OK)
        s = relations_end(t, b, d);
    return s == OK ? population_hide(t, b->id, d) : s; /* for good: its empty households are nobody's */
}

enum { CLEANED_A_CHUNK = 400 }; /* people: some 20 ms */

enum status population_clean(struct txn *t, const struct population_batch *b, int64_t after, int64_t *ret_last, int64_t *ret_undone, struct diag *d) {
    struct sql_value batch = SQL_I(b->id), now = SQL_I(txn_now(t));
    int64_t last = 0;
    enum status s = sql_int(t, &last, INT64_MAX, d, "SELECT person FROM person_record WHERE batch = ? AND person > ? ORDER BY person LIMIT 1 OFFSET 400", batch, SQL_I(after));
    _Static_assert(CLEANED_A_CHUNK == 400, "the query's offset");
    struct id_list people = {0}, members = {0};
    if (s == OK)
        s = ids_between(t, "SELECT person FROM person_record WHERE batch = ? AND person > ? AND person <= ? AND (superseded_at IS NULL OR superseded_at = 0)", batch, after, last, &people, d);
    if (s == OK)
        s = ids_between(t, "SELECT person FROM household_member WHERE batch = ? AND person > ? AND person <= ? AND (superseded_at IS NULL OR superseded_at = 0)", batch, after, last, &members, d);
    if (s == OK)
        s = sql_exec_count(t, ret_undone, d, "UPDATE person_record SET superseded_at = ? WHERE batch = ? AND person > ? AND person <= ? AND (superseded_at IS NULL OR superseded_at = 0)", now, batch,
            SQL_I(after), SQL_I(last));
    if (s == OK)
        s = sql_exec(t, d, "UPDATE household_member SET superseded_at = ? WHERE batch = ? AND person > ? AND person <= ? AND (superseded_at IS NULL OR superseded_at = 0)", now, batch, SQL_I(after), SQL_I(last));
    if (s == OK && last == INT64_MAX)
        s = relations_end(t, b, d);
    if (s == OK)
        s = ids_keep(t, b, KEPT_PERSON_RECORD, &people, d);
    if (s == OK)
        s = ids_keep(t, b, KEPT_MEMBER, &members, d);
    *ret_last = last == INT64_MAX ? 0 : last;
    return s;
}
