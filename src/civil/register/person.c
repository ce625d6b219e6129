#include "civil/register/register.h"

#include "base/idnum.h"
#include "base/utf8.h"
#include "civil/access/access.h"
#include "civil/evidence/keep.h"
#include "civil/register/merge.h"
#include "civil/register/register_internal.h"
#include "civil/register/search.h"
#include "crypto/vault.h"
#include "store/store.h"

#include <stdio.h>

struct place place_of(const char *column, int64_t district, int64_t id) {
    struct place p;
    snprintf(p.text, sizeof p.text, "person.%s|%lld|%lld", column, (long long)district, (long long)id);
    return p;
}

struct blind { struct hash hash; };
static struct blind blind(const struct vault *v, const char *what, struct span value) { return (struct blind){vault_blind(v, what, value)}; }
static struct sql_value blind_value(const struct blind *b) { return SQL_B(span_bytes(b->hash.byte, HASH_BYTES)); }


struct hash person_number_blind(const struct civil *c, struct span id_number) { return vault_blind(c->vault, "id_number", id_number); }

struct date_plain { char text[DATE_TEXT_MAX]; size_t size; };
static struct date_plain date_plain(date_t day) {
    struct date_plain p;
    p.size = date_text(day, p.text);
    return p;
}

/* ---- adding ------------------------------------------------------------------ */

static enum status seal(struct civil *c, struct txn *t, const char *column, int64_t district, int64_t id, const char *plain, struct sql_value *ret, struct diag *d) {
    struct span sealed;
    *ret = SQL_NIL;
    if (!plain || !*plain)
        return OK;
    struct place where = place_of(column, district, id);
    enum status s = vault_seal(c->vault, span_of(plain), span_of(where.text), txn_arena(t), &sealed, d);
    if (s == OK)
        *ret = SQL_B(sealed);
    return s;
}

static enum status add_row(struct civil *c, struct txn *t, int64_t district, int64_t id, const struct person_new *p, const struct citizen_number *n, struct diag *d) {
    struct sql_value number, phone, account;
    struct person_key key;
    struct span wrapped;
    struct place where = place_of("data_key", district, id);
    struct date_plain birth = date_plain(p->birth);
    struct blind whole = {person_number_blind(c, span_of(n->text))}, last4 = blind(c->vault, "id_last4", (struct span){n->text + 14, 4}),
                 born = blind(c->vault, "birth", (struct span){birth.text, birth.size});
    enum status s = seal(c, t, "id_number", district, id, n->text, &number, d);
    if (s == OK)
        s = seal(c, t, "phone", district, id, p->phone, &phone, d);
    if (s == OK)
        s = seal(c, t, "bank_account", district, id, p->bank_account, &account, d);
    if (s == OK)
        s = vault_person_key_new(c->vault, span_of(where.text), txn_arena(t), &key, &wrapped, d);
    if (s != OK)
        return s;
    explicit_bzero(&key, sizeof key);
    s = sql_exec(t, d,
        "INSERT INTO person (district, id, id_number, id_blind, last4_blind, birth_blind, data_key, phone, bank_account, bank_name, created_at, synthetic) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        SQL_I(district), SQL_I(id), number, blind_value(&whole), blind_value(&last4), blind_value(&born), SQL_B(wrapped), phone, account,
        SQL_S(p->bank_name), SQL_I(txn_now(t)), SQL_I(p->synthetic));
    return s == E_CONFLICT && sql_broke(d, "person_number") ? diag_fail(d, E_CONFLICT, "register.number_taken") : s;
}

/* A person's name as it may stand in a notice and in the bank's file. */
static bool name_ok(const char *name) {
    size_t length = utf8_valid(span_of(name)) ? utf8_length(span_of(name)) : 0;
    for (const char *p = name; *p; p++)
        if ((unsigned char)*p < ' ' || *p == 0x7f)
            return false;
    return length >= 1 && length <= 60 && name[0] != ' ';
}

static bool account_ok(const char *text) {
    size_t n = strlen(text);
    return n >= 8 && n <= 32 && strspn(text, "0123456789") == n;
}

/* As it may stand in the bank's file, which spreadsheets open: letters, digits, Han, and inside it spaces, brackets, middle dots. */
static bool bank_name_ok(const char *text) {
    static const char *const inner[] = {" ", "(", ")", "（", "）", "·", "•", "・"};
    struct span all = span_of(text);
    bool first = true;
    if (!utf8_valid(all))
        return false;
    for (const char *p = all.at, *end = span_end(all); p < end; first = false) {
        const char *at = p;
        int32_t c = utf8_next(&p, end);
        bool word = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == 0x3007 || (c >= 0x3400 && c <= 0x9FFF) || (c >= 0x20000 && c <= 0x3FFFD);
        for (size_t i = 0; !word && !first && i < ARRAY_LEN(inner); i++)
            word = span_is((struct span){at, (size_t)(p - at)}, inner[i]);
        if (!word)
            return false;
    }
    return true;
}

static bool phone_ok(const char *text) {
    size_t n = strlen(text);
    return n >= 5 && n <= 20 && strspn(text, "0123456789-+ ") == n;
}

/* Community or subdistrict, of the district the row is kept in. */
static bool division_ok(int64_t district, const char *code) {
    char prefix[24];
    size_t n = strlen(code), m = (size_t)snprintf(prefix, sizeof prefix, "%lld", (long long)district);
    return (n == 9 || n == 12) && strspn(code, "0123456789") == n && strncmp(code, prefix, m) == 0;
}

enum status person_place_check(int64_t district, const char *code, struct diag *d) { return division_ok(district, code) ? OK : diag_fail(d, E_INPUT, "register.place"); }

static enum status check_new(int64_t district, const struct person_new *p, struct citizen_number *n, struct diag *d) {
    if (!name_ok(p->name))
        return diag_fail(d, E_INPUT, "register.name");
    if (!division_ok(district, p->division))
        return diag_fail(d, E_INPUT, "register.place");
    if (p->bank_account && *p->bank_account && !account_ok(p->bank_account))
        return diag_fail(d, E_INPUT, "register.bank_account");
    if (p->bank_name && !bank_name_ok(p->bank_name))
        return diag_fail(d, E_INPUT, "register.bank_name");
    if (p->phone && *p->phone && !phone_ok(p->phone))
        return diag_fail(d, E_INPUT, "register.phone");
    enum status s = citizen_number_parse(p->id_number, n, d);
    return s == OK && (n->birth != p->birth || n->male != p->male) ? diag_fail(d, E_INPUT, "register.number_differs") : s;
}

enum status person_check_new(int64_t district, const struct person_new *p, struct diag *d) {
    struct citizen_number n;
    return check_new(district, p, &n, d);
}

enum status person_add(struct civil *c, struct txn *t, const struct actor *who, int64_t district, const struct person_new *p, int64_t *ret_person, struct diag *d) {
    struct citizen_number n;
    int64_t id = txn_new_id(t);
    enum status s = check_new(district, p, &n, d);
    if (s == OK)
        s = add_row(c, t, district, id, p, &n, d);
    if (s == OK)
        s = person_record_add(t, who, district, id, p, txn_now(t), p->birth, d);
    if (s == OK)
        s = search_put(t, district, id, &(struct search_about){p->name, p->division, p->address, p->birth}, d);
    if (s == OK && p->bank_account && !who->keeps_later)
        s = evidence_keep_one(c, t, who, KEPT_PERSON_ACCOUNT, district, id, d);
    if (s == OK && !who->keeps_later)
        s = evidence_keep_one(c, t, who, KEPT_PERSON_RECORD, district, id, d);
    if (s == OK)
        *ret_person = id;
    return s;
}

enum status person_set_account(struct civil *c, struct txn *t, const struct actor *who, int64_t district, int64_t person, const char *bank_account, const char *bank_name, struct diag *d) {
    struct sql_value sealed;
    if (!account_ok(bank_account))
        return diag_fail(d, E_INPUT, "register.bank_account");
    if (bank_name && !bank_name_ok(bank_name))
        return diag_fail(d, E_INPUT, "register.bank_name");
    int64_t changed = 0;
    enum status s = seal(c, t, "bank_account", district, person, bank_account, &sealed, d);
    if (s == OK)
        s = sql_exec_count(t, &changed, d, "UPDATE person SET bank_account = ?, bank_name = ? WHERE district = ? AND id = ?", sealed, SQL_S(bank_name), SQL_I(district), SQL_I(person));
    if (s == OK && changed == 0)
        s = diag_fail(d, E_NOT_FOUND, "register.person");
    return s == OK ? evidence_keep_in(c, t, who, KEPT_PERSON_ACCOUNT, district, &person, 1, d) : s;
}

/* ---- reading ------------------------------------------------------------------- */

static const char person_columns[] =
    "SELECT p.id, r.name, r.sex, r.birth, r.hukou, r.division, p.phone, p.bank_account, p.bank_name, p.id_number, p.district, r.registered_division "
    "FROM person p JOIN person_record r ON r.district = p.district AND r.person = p.id AND r.superseded_at IS NULL AND r.valid_to IS NULL AND " REGISTER_SHOWN("r") " ";

static enum status unseal(struct civil *c, struct arena *a, const char *column, int64_t district, int64_t id, struct span sealed, struct span *ret, struct diag *d) {
    struct place where = place_of(column, district, id);
    return vault_unseal(c->vault, sealed, span_of(where.text), a, ret, d);
}

static enum status person_fill(struct civil *c, struct arena *a, struct access *x, struct rows *r, struct person *ret, struct diag *d) {
    int64_t district = rows_int(r, 10);
    *ret = (struct person){.district = district, .id = rows_int(r, 0), .name = rows_dup(r, 1, a), .male = span_is(rows_text(r, 2), "男"),
        .birth = rows_date(r, 3), .hukou = rows_dup(r, 4, a), .division = rows_dup(r, 5, a), .has_phone = !rows_null(r, 6), .has_account = !rows_null(r, 7),
        .bank_name = rows_dup(r, 8, a), .registered_division = rows_null(r, 11) ? NULL : rows_dup(r, 11, a)};
    if (!ret->name || !ret->hukou || !ret->division || !ret->bank_name || (!ret->registered_division && !rows_null(r, 11)))
        return arena_full(d);
    struct span number;
    enum status s = unseal(c, a, "id_number", district, ret->id, rows_blob(r, 9), &number, d);
    if (s != OK)
        return s;
    char plain[19];
    snprintf(plain, sizeof plain, "%.*s", SPAN_ARG(number));
    citizen_mask(plain, ret->id_masked);
    explicit_bzero(plain, sizeof plain);
    return access_add(x, district, ret->id, ACCESS_NAME, d);
}

enum status person_read(struct civil *c, struct txn *t, struct access *x, struct arena *a, int64_t district, int64_t person, struct person *ret, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    char *sql = arena_printf(txn_arena(t), "%s WHERE p.district = ? AND p.id = ?", person_columns);
    enum status s = sql ? sql_one(t, &r, d, sql, SQL_I(district), SQL_I(person)) : arena_full(d);
    if (s == E_NOT_FOUND)
        return diag_fail(d, E_NOT_FOUND, "register.person");
    return s == OK ? person_fill(c, a, x, r, ret, d) : s;
}

/* The next character that counts; 0 at the end. Dots between the parts of a name: ‧ • ・ ． for ·. */
static int32_t name_next(const char **at, const char *end) {
    while (*at < end) {
        int32_t c = utf8_next(at, end);
        if (c == ' ' || c == 0x3000 || c == 0xa0)
            continue;
        return c == 0x2027 || c == 0x2022 || c == 0x30fb || c == 0xff0e || c == '.' ? 0xb7 : c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c;
    }
    return 0;
}

bool person_name_same(const char *a, const char *b) {
    const char *end_a = a + strlen(a), *end_b = b + strlen(b);
    int32_t x, y;
    do {
        x = name_next(&a, end_a);
        y = name_next(&b, end_b);
    } while (x == y && x != 0);
    return x == y;
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
    struct blind whole = {person_number_blind(c, span_of(n.text))};
    s = sql_one(t, &r, d, "SELECT p.district, p.id FROM person p WHERE p.id_blind = ? AND EXISTS (SELECT 1 FROM person_record r WHERE r.district = p.district AND r.person = p.id "
        "AND r.superseded_at IS NULL AND r.valid_to IS NULL AND " REGISTER_SHOWN("r") ")", blind_value(&whole));
    if (s == E_NOT_FOUND)
        return diag_fail(d, E_NOT_FOUND, "register.person");
    if (s != OK)
        return s;
    *ret_district = rows_int(r, 0);
    s = person_kept(t, *ret_district, rows_int(r, 1), ret_person, d);
    return s == OK ? access_add(x, *ret_district, *ret_person, ACCESS_NUMBER, d) : s;
}

enum status person_identify(struct txn *t, struct person_identity *io, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    if (!io->district && !io->blind_known)
        return OK;
    enum status s = io->district ? sql_query(t, &r, d, "SELECT district, id, id_blind FROM person WHERE district = ? AND id = ?", SQL_I(io->district), SQL_I(io->person))
                                 : sql_query(t, &r, d, "SELECT p.district, p.id, p.id_blind FROM person q JOIN person p ON p.district = q.district AND p.id = COALESCE((SELECT g.kept FROM person_merge g "
                                                  "WHERE g.district = q.district AND g.merged = q.id AND g.undone_at IS NULL), q.id) WHERE q.id_blind = ?", SQL_B(span_bytes(io->blind.byte, HASH_BYTES)));
    if (s == OK)
        s = rows_next(r, &row, d);
    if (s != OK || !row)
        return s;
    io->district = rows_int(r, 0);
    io->person = rows_int(r, 1);
    memcpy(io->blind.byte, rows_blob(r, 2).at, HASH_BYTES);
    io->blind_known = true;
    return OK;
}

/* A condition only for what was given: a condition that is always there in
 * another form (? = 0 OR ...) would keep the index from being used. */
struct search { struct buf sql; struct sql_value v[8]; size_t n; };

static void also(struct search *q, const char *condition, struct sql_value v) {
    buf_addf(&q->sql, " %s %s", q->n ? "AND" : "WHERE", condition);
    q->v[q->n++] = v;
}

static enum status search_query(struct txn *t, const struct vault *vault, const struct person_query *q, size_t max, struct rows **ret, struct diag *d) {
    bool last4 = q->last4 && *q->last4, name = q->name && *q->name, birth = q->birth != DATE_NONE;
    const char *division = q->division ? q->division : "";
    struct date_plain day = date_plain(birth ? q->birth : 0);
    struct blind last4_blind = blind(vault, "id_last4", span_of(last4 ? q->last4 : "")), birth_blind = blind(vault, "birth", (struct span){day.text, day.size});
    char prefix[24], district[8];
    if (strspn(division, "0123456789") != strlen(division) || snprintf(prefix, sizeof prefix, "%s%%", division) >= (int)sizeof prefix)
        return diag_fail(d, E_INPUT, "register.query");
    struct search s = {.n = 0};
    buf_init(&s.sql, 4096);
    buf_adds(&s.sql, person_columns);
    if (strlen(division) >= 6) {
        snprintf(district, sizeof district, "%.6s", division);
        also(&s, "p.district = ?", SQL_I(strtoll(district, NULL, 10)));
    }
    also(&s, REGISTER_ONE("p", "id") " AND r.division LIKE ?", SQL_S(prefix));
    if (last4)
        also(&s, "p.last4_blind = ?", blind_value(&last4_blind));
    if (birth)
        also(&s, "p.birth_blind = ?", blind_value(&birth_blind));
    if (name)
        also(&s, "r.name = ?", SQL_S(q->name));
    buf_adds(&s.sql, " ORDER BY p.id LIMIT ?");
    s.v[s.n++] = SQL_I((int64_t)max + 1);
    enum status st = buf_ok(&s.sql) ? sql_query_(t, ret, d, buf_str(&s.sql), s.v, s.n) : arena_full(d);
    buf_release(&s.sql);
    return st;
}

enum status person_search(struct civil *c, struct txn *t, struct access *x, struct arena *a, const struct person_query *q, size_t max,
    struct person **ret, size_t *ret_count, bool *ret_more, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    struct person *list = ARENA_ARRAY(a, max ? max : 1, struct person);
    if (!list)
        return arena_full(d);
    enum status s = search_query(t, c->vault, q, max, &r, d);
    size_t n = 0;
    *ret_more = false;
    for (bool more = true; s == OK;) {
        if ((s = rows_next(r, &more, d)) != OK || !more)
            break;
        if (n == max) {
            *ret_more = true;
            break;
        }
        s = person_fill(c, a, x, r, &list[n++], d);
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
    struct place where = place_of("data_key", district, person);
    return vault_person_key_unwrap(c->vault, rows_blob(r, 0), span_of(where.text), ret, d);
}

enum status person_erase_key(struct civil *c, struct txn *t, int64_t district, int64_t person, struct diag *d) {
    int64_t changed = 0;
    enum status s = sql_exec_count(t, &changed, d, "UPDATE person SET data_key = NULL WHERE district = ? AND id = ? AND data_key IS NOT NULL", SQL_I(district), SQL_I(person));
    if (s == OK && changed == 0)
        return diag_fail(d, E_NOT_FOUND, "register.erased");
    return s == OK ? evidence_forget_in(t, KEPT_PERSON_ACCOUNT, district, person, d) : s;
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

enum status person_died(struct txn *t, struct access *x, int64_t district, int64_t person, date_t *ret, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    enum status s = access_add(x, district, person, ACCESS_FAMILY, d);
    if (s == OK)
        s = sql_query(t, &r, d, "SELECT died_on FROM person_record WHERE district = ? AND person = ? AND superseded_at IS NULL AND valid_to IS NULL", SQL_I(district), SQL_I(person));
    if (s == OK)
        s = rows_next(r, &row, d);
    *ret = s == OK && row ? rows_date(r, 0) : DATE_NONE;
    return s;
}
