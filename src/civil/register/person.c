#include "civil/register/register.h"

#include "base/idnum.h"
#include "base/utf8.h"
#include "civil/access/access.h"
#include "civil/register/register_internal.h"
#include "crypto/vault.h"
#include "store/store.h"

#include <stdio.h>

/* Where a sealed value belongs: a value moved to another row does not open. */
struct span place_of(struct arena *a, const char *column, int64_t district, int64_t id) {
    char *s = arena_printf(a, "person.%s|%lld|%lld", column, (long long)district, (long long)id);
    return span_of(s);
}

static struct sql_value blind(const struct vault *v, struct arena *a, const char *what, struct span value) {
    struct hash h = vault_blind(v, what, value);
    return SQL_B(((struct span){arena_dup(a, span_bytes(h.byte, HASH_BYTES)), HASH_BYTES}));
}

static struct span date_span(struct arena *a, date_t day) {
    char text[DATE_TEXT_MAX];
    size_t n = date_text(day, text);
    return (struct span){arena_dup(a, (struct span){text, n}), n};
}

/* ---- adding ------------------------------------------------------------------ */

static enum status seal(struct civil *c, struct txn *t, const char *column, int64_t district, int64_t id, const char *plain, struct sql_value *ret, struct diag *d) {
    struct arena *a = txn_arena(t);
    struct span sealed;
    *ret = SQL_NIL;
    if (!plain || !*plain)
        return OK;
    enum status s = vault_seal(c->vault, span_of(plain), place_of(a, column, district, id), a, &sealed, d);
    if (s == OK)
        *ret = SQL_B(sealed);
    return s;
}

static enum status add_row(struct civil *c, struct txn *t, int64_t district, int64_t id, const struct person_new *p, const struct citizen_number *n, struct diag *d) {
    struct arena *a = txn_arena(t);
    struct sql_value number, phone, account;
    struct person_key key;
    struct span wrapped;
    enum status s = seal(c, t, "id_number", district, id, n->text, &number, d);
    if (s == OK)
        s = seal(c, t, "phone", district, id, p->phone, &phone, d);
    if (s == OK)
        s = seal(c, t, "bank_account", district, id, p->bank_account, &account, d);
    if (s == OK)
        s = vault_person_key_new(c->vault, place_of(a, "data_key", district, id), a, &key, &wrapped, d);
    if (s != OK)
        return s;
    memset(&key, 0, sizeof key);
    s = sql_exec(t, d,
        "INSERT INTO person (district, id, id_number, id_blind, last4_blind, birth_blind, data_key, phone, bank_account, bank_name, created_at, synthetic) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        SQL_I(district), SQL_I(id), number, blind(c->vault, a, "id_number", span_of(n->text)),
        blind(c->vault, a, "id_last4", (struct span){n->text + 14, 4}), blind(c->vault, a, "birth", date_span(a, p->birth)), SQL_B(wrapped), phone, account,
        SQL_S(p->bank_name), SQL_I(txn_now(t)), SQL_I(p->synthetic));
    if (s == E_CONFLICT)
        return diag_fail(d, E_CONFLICT, "register.number_taken");
    return s;
}

enum status person_add(struct civil *c, struct txn *t, const struct actor *who, int64_t district, const struct person_new *p, int64_t *ret_person, struct diag *d) {
    struct citizen_number n;
    size_t name_length = utf8_valid(span_of(p->name)) ? utf8_length(span_of(p->name)) : 0;
    if (name_length < 1 || name_length > 60)
        return diag_fail(d, E_INPUT, "register.name");
    enum status s = citizen_number_parse(p->id_number, &n, d);
    if (s == OK && (n.birth != p->birth || n.male != p->male))
        s = diag_fail(d, E_INPUT, "register.number_differs");
    int64_t id = txn_new_id(t);
    if (s == OK)
        s = add_row(c, t, district, id, p, &n, d);
    if (s == OK)
        s = person_record_add(t, who, district, id, p, txn_now(t), p->birth, d);
    if (s == OK)
        *ret_person = id;
    return s;
}

enum status person_set_account(struct civil *c, struct txn *t, const struct actor *who, int64_t district, int64_t person, const char *bank_account, const char *bank_name, struct diag *d) {
    struct sql_value sealed;
    size_t n = strlen(bank_account);
    if (n < 8 || n > 32 || strspn(bank_account, "0123456789") != n)
        return diag_fail(d, E_INPUT, "register.bank_account");
    int64_t changed = 0;
    enum status s = seal(c, t, "bank_account", district, person, bank_account, &sealed, d);
    if (s == OK)
        s = sql_exec_count(t, &changed, d, "UPDATE person SET bank_account = ?, bank_name = ? WHERE district = ? AND id = ?", sealed, SQL_S(bank_name), SQL_I(district), SQL_I(person));
    if (s == OK && changed == 0)
        s = diag_fail(d, E_NOT_FOUND, "register.person");
    return s;
}

/* ---- reading ------------------------------------------------------------------- */

static const char person_columns[] =
    "SELECT p.id, r.name, r.sex, r.birth, r.hukou, r.division, p.phone, p.bank_account, p.bank_name, p.id_number "
    "FROM person p JOIN person_record r ON r.district = p.district AND r.person = p.id AND r.superseded_at IS NULL AND r.valid_to IS NULL ";

static enum status unseal(struct civil *c, struct arena *a, const char *column, int64_t district, int64_t id, struct span sealed, struct span *ret, struct diag *d) {
    return vault_unseal(c->vault, sealed, place_of(a, column, district, id), a, ret, d);
}

static enum status person_fill(struct civil *c, struct arena *a, struct access *x, struct rows *r, int64_t district, struct person *ret, struct diag *d) {
    *ret = (struct person){.district = district, .id = rows_int(r, 0), .name = rows_dup(r, 1, a), .male = span_is(rows_text(r, 2), "男"),
        .birth = rows_date(r, 3), .hukou = rows_dup(r, 4, a), .division = rows_dup(r, 5, a), .has_phone = !rows_null(r, 6), .has_account = !rows_null(r, 7),
        .bank_name = rows_dup(r, 8, a)};
    struct span number;
    enum status s = unseal(c, a, "id_number", district, ret->id, rows_blob(r, 9), &number, d);
    if (s != OK)
        return s;
    char plain[19];
    snprintf(plain, sizeof plain, "%.*s", SPAN_ARG(number));
    citizen_mask(plain, ret->id_masked);
    memset(plain, 0, sizeof plain);
    return access_add(x, district, ret->id, ACCESS_NAME, d);
}

enum status person_read(struct civil *c, struct txn *t, struct access *x, struct arena *a, int64_t district, int64_t person, struct person *ret, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    char *sql = arena_printf(txn_arena(t), "%s WHERE p.district = ? AND p.id = ?", person_columns);
    enum status s = sql ? sql_one(t, &r, d, sql, SQL_I(district), SQL_I(person)) : arena_full(d);
    if (s == E_NOT_FOUND)
        return diag_fail(d, E_NOT_FOUND, "register.person");
    return s == OK ? person_fill(c, a, x, r, district, ret, d) : s;
}

void person_name_masked(struct buf *out, const char *name) {
    struct span first = utf8_take(span_of(name), 1);
    size_t n = utf8_length(span_of(name));
    buf_add(out, first);
    for (size_t i = 1; i < n || i < 2; i++)
        buf_adds(out, "＊");
}

enum status person_by_number(struct civil *c, struct txn *t, struct access *x, struct span id_number, int64_t *ret_district, int64_t *ret_person, struct diag *d) {
    struct citizen_number n;
    enum status s = citizen_number_parse(id_number, &n, d);
    if (s != OK)
        return s;
    AUTO(rows) struct rows *r = NULL;
    s = sql_one(t, &r, d, "SELECT district, id FROM person WHERE id_blind = ?", blind(c->vault, txn_arena(t), "id_number", span_of(n.text)));
    if (s == E_NOT_FOUND)
        return diag_fail(d, E_NOT_FOUND, "register.person");
    if (s != OK)
        return s;
    *ret_district = rows_int(r, 0);
    *ret_person = rows_int(r, 1);
    return access_add(x, *ret_district, *ret_person, ACCESS_NUMBER, d);
}

enum status person_search(struct civil *c, struct txn *t, struct access *x, struct arena *a, const struct person_query *q, size_t max,
    struct person **ret, size_t *ret_count, bool *ret_more, struct diag *d) {
    struct arena *ta = txn_arena(t);
    bool last4 = q->last4 && *q->last4, name = q->name && *q->name, birth = q->birth != DATE_NONE;
    char *prefix = arena_printf(ta, "%s%%", q->division ? q->division : "");
    AUTO(rows) struct rows *r = NULL;
    char *sql = arena_printf(ta, "%s WHERE p.district = ? AND r.division LIKE ? AND (? = 0 OR p.last4_blind = ?) AND (? = 0 OR p.birth_blind = ?) AND (? = 0 OR r.name = ?) ORDER BY p.id LIMIT ?",
        person_columns);
    struct person *list = ARENA_ARRAY(a, max ? max : 1, struct person);
    if (!prefix || !sql || !list)
        return arena_full(d);
    struct span last4_text = last4 ? span_of(q->last4) : SPAN("");
    struct span birth_text = birth ? date_span(ta, q->birth) : SPAN("");
    enum status s = sql_query(t, &r, d, sql, SQL_I(c->district), SQL_S(prefix), SQL_I(last4), blind(c->vault, ta, "id_last4", last4_text), SQL_I(birth),
        blind(c->vault, ta, "birth", birth_text), SQL_I(name), SQL_S(name ? q->name : ""), SQL_I((int64_t)max + 1));
    size_t n = 0;
    *ret_more = false;
    for (bool more = true; s == OK;) {
        if ((s = rows_next(r, &more, d)) != OK || !more)
            break;
        if (n == max) {
            *ret_more = true;
            break;
        }
        s = person_fill(c, a, x, r, c->district, &list[n++], d);
    }
    *ret = list;
    *ret_count = n;
    return s;
}

enum status person_reveal(struct civil *c, struct txn *t, struct access *x, struct arena *a, int64_t district, int64_t person, unsigned field, struct span *ret, struct diag *d) {
    const char *column = field == ACCESS_NUMBER ? "id_number" : field == ACCESS_PHONE ? "phone" : "bank_account";
    assert(field == ACCESS_NUMBER || field == ACCESS_PHONE || field == ACCESS_ACCOUNT);
    AUTO(rows) struct rows *r = NULL;
    char *sql = arena_printf(txn_arena(t), "SELECT %s FROM person WHERE district = ? AND id = ?", column);
    enum status s = sql ? sql_one(t, &r, d, sql, SQL_I(district), SQL_I(person)) : arena_full(d);
    if (s == E_NOT_FOUND)
        return diag_fail(d, E_NOT_FOUND, "register.person");
    if (s == OK && rows_null(r, 0))
        return diag_fail(d, E_NOT_FOUND, "register.no_value");
    if (s == OK)
        s = unseal(c, a, column, district, person, rows_blob(r, 0), ret, d);
    return s == OK ? access_add(x, district, person, field, d) : s;
}

/* ---- the data key ------------------------------------------------------------------ */

enum status person_data_key(struct civil *c, struct txn *t, int64_t district, int64_t person, struct person_key *ret, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_one(t, &r, d, "SELECT data_key FROM person WHERE district = ? AND id = ?", SQL_I(district), SQL_I(person));
    if (s == E_NOT_FOUND)
        return diag_fail(d, E_NOT_FOUND, "register.person");
    if (s == OK && rows_null(r, 0))
        return diag_fail(d, E_NOT_FOUND, "register.erased");
    if (s != OK)
        return s;
    return vault_person_key_unwrap(c->vault, rows_blob(r, 0), place_of(txn_arena(t), "data_key", district, person), ret, d);
}

enum status person_erase_key(struct civil *c, struct txn *t, int64_t district, int64_t person, struct diag *d) {
    int64_t changed = 0;
    enum status s = sql_exec_count(t, &changed, d, "UPDATE person SET data_key = NULL WHERE district = ? AND id = ? AND data_key IS NOT NULL", SQL_I(district), SQL_I(person));
    return s == OK && changed == 0 ? diag_fail(d, E_NOT_FOUND, "register.erased") : s;
}

enum status person_is_synthetic(struct txn *t, int64_t district, int64_t person, bool *ret, struct diag *d) {
    int64_t synthetic = 0;
    enum status s = sql_int(t, &synthetic, -1, d, "SELECT synthetic FROM person WHERE district = ? AND id = ?", SQL_I(district), SQL_I(person));
    if (s == OK && synthetic < 0)
        return diag_fail(d, E_NOT_FOUND, "register.person");
    if (s == OK)
        *ret = synthetic != 0;
    return s;
}
