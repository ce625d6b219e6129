#include "civil/access/access.h"
#include "civil/salt.h"

#include "base/json.h"
#include "base/vec.h"
#include "crypto/hash.h"
#include "store/store.h"

#include <stdio.h>

enum { ACCESS_SUBJECTS_MAX = 2000 }; /* a page of a list has at most 200 people with their households */

struct subject { int64_t district, person; unsigned fields; };

struct access {
    struct arena *arena;
    struct actor actor;
    const char *role;
    const char *purpose;
    bool stated; /* the purpose, by the officer; else it is the role's own */
    int64_t case_district, case_id;
    unsigned fields;
    VEC(struct subject) subject;
};

static const char *const purposes[] = {
    "case_handling", "verification", "review", "decision", "payment", "self", "counter_application",
    "enquiry", "audit", "home_visit", "supervision", "statistics", "screening",
    "protection_check", "fraud_check", "secrecy_order", "exchange", "duplicate_check", "family_finding", "data_quality",
};

/* secrecy_order belongs to no role: only civil/secrecy looks for it, never a
 * request that states it, since such looks are kept while the order lasts. */

/* What each role may look at people for; the first is meant when none is
 * stated.  Who oversees does not handle: a resident reads the difference. */
enum { PURPOSES_MAX = 12 }; /* the longest list and its end */
static const struct { const char *role, *purpose[PURPOSES_MAX]; } of_role[] = {
    {"resident", {"self"}},
    {"community", {"case_handling", "counter_application", "home_visit", "enquiry"}},
    {"clerk", {"case_handling", "verification", "review", "counter_application", "home_visit", "enquiry", "protection_check", "fraud_check", "duplicate_check", "family_finding", "data_quality"}},
    {"reviewer", {"case_handling", "verification", "review", "home_visit", "enquiry", "protection_check", "fraud_check", "duplicate_check", "data_quality"}},
    {"decider", {"case_handling", "decision", "review"}},
    {"district_clerk", {"case_handling", "verification", "review", "home_visit", "enquiry", "protection_check", "fraud_check", "duplicate_check", "family_finding", "data_quality"}},
    {"district_decider", {"case_handling", "decision", "review"}},
    {"cashier", {"payment"}},
    {"finance", {"payment"}},
    {"leader", {"supervision"}},
    {"auditor", {"audit"}},
    {"city", {"statistics"}},
    {"policy", {"statistics"}},
    {"consumer", {"exchange"}}, /* another department, by its token (civil/exchange) */
};

const char *const *access_purposes(const char *role) {
    for (size_t i = 0; role && i < ARRAY_LEN(of_role); i++)
        if (strcmp(of_role[i].role, role) == 0)
            return of_role[i].purpose;
    return NULL;
}

/* Names of the fields in the log and in the catalogue (access.field.<name>). */
static const char *const field_names[] = {
    "name", "number", "phone", "account", "family", "income", "property", "health", "case",
    "verification", "decision", "payment", "papers",
};

enum status access_begin(struct arena *a, const struct actor *who, const char *role, const char *purpose,
    int64_t case_district, int64_t case_id, struct access **ret, struct diag *d) {
    bool known = false, stated = purpose != NULL;
    const char *const *own = access_purposes(role);
    if (!stated)
        purpose = own ? own[0] : NULL;
    for (size_t i = 0; purpose && i < ARRAY_LEN(purposes); i++)
        known |= strcmp(purposes[i], purpose) == 0;
    if (!known)
        {
        (void)diag_fail(d, E_INPUT, "access.purpose");
        return diag_at(d, "purpose");
    }
    struct access *x = ARENA_NEW(a, struct access);
    if (!x)
        return arena_full(d);
    *x = (struct access){.arena = a, .actor = *who, .role = arena_dup(a, span_of(role && *role ? role : who->kind)),
        .purpose = arena_dup(a, span_of(purpose)), .stated = stated, .case_district = case_district, .case_id = case_id};
    if (!x->role || !x->purpose)
        return arena_full(d);
    *ret = x;
    return OK;
}

enum status access_act_as(struct access *x, const char *role, struct diag *d) {
    const char *const *own = access_purposes(role);
    bool may = false;
    for (size_t i = 0; own && i < PURPOSES_MAX && own[i]; i++)
        may |= !x->stated || strcmp(own[i], x->purpose) == 0;
    if (!may)
        return diag_fail(d, E_FORBIDDEN, "access.purpose_role", DIAG_S("role", role ? role : ""), DIAG_S("purpose", x->purpose));
    if (!(x->role = arena_dup(x->arena, span_of(role))))
        return arena_full(d);
    if (!x->stated)
        x->purpose = own[0];
    return OK;
}

enum status access_add(struct access *x, int64_t district, int64_t person, unsigned fields, struct diag *d) {
    assert(x && person);
    x->fields |= fields;
    for (size_t i = 0; i < x->subject.size; i++)
        if (x->subject.at[i].person == person && x->subject.at[i].district == district) {
            x->subject.at[i].fields |= fields;
            return OK;
        }
    if (x->subject.size >= ACCESS_SUBJECTS_MAX)
        return diag_fail(d, E_LIMIT, "access.subjects", DIAG_N("limit", ACCESS_SUBJECTS_MAX));
    struct subject *s = vec_push_in(x->arena, &x->subject);
    if (!s)
        return arena_full(d);
    *s = (struct subject){district, person, fields};
    return OK;
}

const struct actor *access_actor(const struct access *x) { return &x->actor; }

size_t access_count(const struct access *x) { return x->subject.size; }

bool access_empty(const struct access *x) { return !x || x->subject.size == 0; }

/* ---- writing the entry ----------------------------------------------------- */

static void field_list(unsigned fields, const char *out[ARRAY_LEN(field_names)], size_t *ret_n, char text[256]) {
    size_t n = 0, at = 0;
    text[0] = 0;
    for (size_t i = 0; i < ARRAY_LEN(field_names); i++)
        if (fields & (1u << i)) {
            out[n++] = field_names[i];
            at += (size_t)snprintf(text + at, 256 - at, "%s%s", at ? "|" : "", field_names[i]);
        }
    *ret_n = n;
}

static int by_subject(const void *a, const void *b) {
    const struct subject *x = a, *y = b;
    if (x->district != y->district)
        return x->district < y->district ? -1 : 1;
    return x->person < y->person ? -1 : x->person > y->person;
}

/* Subjects of one district.  A look across districts is an entry in each, so
 * that every row lives with its person. */
struct share { const struct subject *at; size_t size; };

/* Who looked, as what, and at whom: {"account", "kind", "people"}. */
const struct json *access_look_value(struct arena *a, int64_t account, const char *kind, const struct json *people) {
    char *who = arena_printf(a, "%lld", (long long)account);
    struct span keys[] = {SPAN("account"), SPAN("kind"), SPAN("people")};
    const struct json *values[] = {who ? json_new_string(a, span_of(who)) : NULL, json_new_string(a, span_of(kind)), people};
    return values[0] && values[1] && people ? json_new_object(a, keys, values, ARRAY_LEN(keys)) : NULL;
}

static const char *kind_of(const struct access *x) { return strcmp(x->purpose, "self") == 0 ? "self" : x->actor.kind; }

/* The subjects as the commitment sees them: ["110102:123", ...], sorted. */
static enum status commit_subjects(struct arena *a, const struct access *look, struct share x, struct span salt, struct tlog_commitment *ret, struct diag *d) {
    const struct json **item = ARENA_ARRAY(a, x.size, const struct json *);
    if (!item)
        return arena_full(d);
    for (size_t i = 0; i < x.size; i++) {
        char *text = arena_printf(a, "%lld:%lld", (long long)x.at[i].district, (long long)x.at[i].person);
        if (!text || !(item[i] = json_new_string(a, span_of(text))))
            return arena_full(d);
    }
    const struct json *people = json_new_array(a, item, x.size), *list = access_look_value(a, look->actor.account, kind_of(look), people);
    struct civil_salt own = civil_salt(salt, "subject");
    return list ? tlog_entry_commit(span_bytes(own.byte, sizeof own.byte), list, ret, d) : arena_full(d);
}

static enum status commit_case(struct arena *a, int64_t district, int64_t case_id, struct span salt, struct tlog_commitment *ret, struct diag *d) {
    char *text = arena_printf(a, "%lld:%lld", (long long)district, (long long)case_id);
    const struct json *j = text ? json_new_string(a, span_of(text)) : NULL;
    struct civil_salt own = civil_salt(salt, "matter");
    return j ? tlog_entry_commit(span_bytes(own.byte, sizeof own.byte), j, ret, d) : arena_full(d);
}

static const char *office_of(const struct actor *who, const char *role) {
    if (strcmp(who->kind, "consumer") == 0)
        return who->login; /* the department's short name */
    if (strcmp(who->kind, "staff") != 0)
        return who->kind;
    const char *division = actor_division(who, role);
    return *division ? division : "staff";
}

static enum status write_rows(struct txn *t, const struct access *x, struct share part, int64_t entry, const char *fields, struct span salt, struct diag *d) {
    int64_t id = txn_new_id(t), district = part.at[0].district;
    enum status s = sql_exec(t, d,
        "INSERT INTO access_entry (district, id, at, account, role, office, kind, purpose, case_id, fields, subjects, salt, entry) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        SQL_I(district), SQL_I(id), SQL_I(txn_now(t)), SQL_I(x->actor.account), SQL_S(x->role), SQL_S(office_of(&x->actor, x->role)),
        SQL_S(kind_of(x)), SQL_S(x->purpose),
        x->case_id ? SQL_I(x->case_id) : SQL_NIL, SQL_S(fields), SQL_I((int64_t)part.size), SQL_B(salt), SQL_I(entry));
    for (size_t i = 0; s == OK && i < part.size; i++)
        s = sql_exec(t, d, "INSERT INTO access_subject (district, person, access_id) VALUES (?, ?, ?)", SQL_I(district), SQL_I(part.at[i].person), SQL_I(id));
    return s;
}

static enum status commit_share(struct txn *t, const struct access *x, struct share part, int64_t *ret_entry, struct diag *d) {
    struct arena *a = txn_arena(t);
    uint8_t salt_bytes[TLOG_SALT_BYTES];
    random_bytes(salt_bytes, sizeof salt_bytes);
    struct span salt = span_bytes(salt_bytes, sizeof salt_bytes);
    struct tlog_commitment subjects, matter;
    const char *names[ARRAY_LEN(field_names)];
    char text[256];
    size_t n = 0;
    unsigned fields = 0;
    for (size_t i = 0; i < part.size; i++)
        fields |= part.at[i].fields;
    field_list(fields, names, &n, text);
    int64_t case_district = x->case_district;
    enum status s = commit_subjects(a, x, part, salt, &subjects, d);
    if (s == OK && x->case_id) /* its own: who looks from another district may have named his */
        s = sql_int(t, &case_district, x->case_district, d, "SELECT district FROM case_file WHERE id = ?", SQL_I(x->case_id));
    if (s == OK && x->case_id)
        s = commit_case(a, case_district, x->case_id, salt, &matter, d);
    struct tlog_entry e = {.kind = TLOG_ACCESS, .time = txn_now(t), .district = part.at[0].district,
        .office = office_of(&x->actor, x->role), .role = x->role, .action = "read", .purpose = x->purpose,
        .field = names, .field_count = n, .matter = x->case_id ? &matter : NULL,
        .subject = &subjects, .subject_count = 1, .subjects = (int64_t)part.size};
    if (s == OK)
        s = tlog_record(t, &e, ret_entry, d);
    return s == OK ? write_rows(t, x, part, *ret_entry, text, salt, d) : s;
}

enum status access_commit_in(struct civil *c, struct txn *t, struct access *x, int64_t *ret_entry, struct diag *d) {
    enum status s = OK;
    int64_t entry = 0, first = 0;
    if (!access_empty(x))
        qsort(x->subject.at, x->subject.size, sizeof *x->subject.at, by_subject);
    for (size_t i = 0; s == OK && !access_empty(x) && i < x->subject.size;) {
        size_t k = i;
        while (k < x->subject.size && x->subject.at[k].district == x->subject.at[i].district)
            k++;
        s = commit_share(t, x, (struct share){x->subject.at + i, k - i}, &entry, d);
        if (!first)
            first = entry;
        i = k;
    }
    if (s == OK && ret_entry)
        *ret_entry = first;
    return s;
}

struct commit { struct civil *civil; struct access *access; };

static enum status commit_closure(struct txn *t, void *arg, struct diag *d) {
    struct commit *x = arg;
    return access_commit_in(x->civil, t, x->access, NULL, d);
}

enum status access_commit(struct civil *c, struct access *x, struct diag *d) {
    if (access_empty(x))
        return OK;
    struct commit arg = {c, x};
    return store_write(c->store, commit_closure, &arg, d);
}

enum status access_bulk_in(struct civil *c, struct txn *t, const struct actor *who, const char *role, const char *purpose,
    const char *query, int64_t rows, int64_t *ret_entry, struct diag *d) {
    if (ret_entry)
        *ret_entry = 0;
    if (rows <= 0) /* nobody was read */
        return OK;
    uint8_t salt_bytes[TLOG_SALT_BYTES];
    random_bytes(salt_bytes, sizeof salt_bytes);
    struct span salt = span_bytes(salt_bytes, sizeof salt_bytes);
    struct tlog_commitment subject;
    const struct json *q = access_look_value(txn_arena(t), who->account, "system", json_new_string(txn_arena(t), span_of(query)));
    enum status s = q ? tlog_entry_commit(salt, q, &subject, d) : arena_full(d);
    const char *field = "bulk";
    struct tlog_entry e = {.kind = TLOG_ACCESS, .time = txn_now(t), .district = c->district, .office = office_of(who, role),
        .role = role && *role ? role : who->kind, .action = "bulk", .purpose = purpose, .field = &field, .field_count = 1,
        .subject = &subject, .subject_count = 1, .subjects = rows};
    int64_t entry = 0;
    if (s == OK)
        s = tlog_record(t, &e, &entry, d);
    if (s == OK)
        s = sql_exec(t, d,
            "INSERT INTO access_entry (district, id, at, account, role, office, kind, purpose, case_id, fields, subjects, salt, entry) "
            "VALUES (?, ?, ?, ?, ?, ?, 'system', ?, NULL, ?, ?, ?, ?)",
            SQL_I(c->district), SQL_I(txn_new_id(t)), SQL_I(txn_now(t)), SQL_I(who->account), SQL_S(e.role), SQL_S(e.office),
            SQL_S(purpose), SQL_S(query), SQL_I(rows), SQL_B(salt), SQL_I(entry));
    if (s == OK && ret_entry)
        *ret_entry = entry;
    return s;
}
