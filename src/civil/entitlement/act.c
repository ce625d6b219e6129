/* An act: what is due from a month on, with its evidence and what follows for months already paid. */
#include "civil/entitlement/life_internal.h"

#include "base/utf8.h"
#include "civil/case/case_internal.h"
#include "civil/evidence/evidence.h"
#include "civil/evidence/keep.h"
#include "civil/register/register.h"
#include "civil/salt.h"
#include "crypto/hash.h"
#include "crypto/vault.h"
#include "tlog/log.h"

/* ---- the row ----------------------------------------------------------------------- */

enum status entitlement_read(struct txn *t, const struct actor *who, int64_t id, struct entitlement_row *ret, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    struct arena *a = txn_arena(t);
    enum status s = sql_one(t, &r, d,
        "SELECT e.district, e.root, e.household, e.payee, e.case_id, e.decision, e.scheme, e.subdistrict, e.division, e.state, e.from_month, e.to_month, e.monthly_fen, f.compartment "
        "FROM entitlement e JOIN case_file f ON f.district = e.district AND f.id = e.case_id WHERE e.id = ?", SQL_I(id));
    if (s == E_NOT_FOUND)
        return diag_fail(d, E_NOT_FOUND, "entitlement.none");
    if (s != OK)
        return s;
    *ret = (struct entitlement_row){.district = rows_int(r, 0), .id = id, .root = rows_int(r, 1), .household = rows_int(r, 2), .payee = rows_int(r, 3),
        .case_id = rows_int(r, 4), .decision = rows_int(r, 5), .scheme = rows_dup(r, 6, a), .subdistrict = rows_dup(r, 7, a), .division = rows_dup(r, 8, a),
        .state = rows_dup(r, 9, a), .from = rows_int(r, 10), .to = rows_int(r, 11), .monthly_fen = rows_int(r, 12),
        .compartment = rows_null(r, 13) ? NULL : rows_dup(r, 13, a)};
    if (!ret->scheme || !ret->division || !ret->state)
        return arena_full(d);
    return actor_inside(who, ret->compartment) ? OK : diag_fail(d, E_NOT_FOUND, "entitlement.none");
}

enum status entitlement_role(const struct actor *who, const char *role, const struct entitlement_row *e, struct diag *d) {
    if (strcmp(who->kind, "system") == 0 || actor_may(who, role, e->division))
        return OK;
    return diag_fail(d, E_FORBIDDEN, "entitlement.role");
}

const char *const entitlement_readers[] = {"clerk", "decider", "leader", "auditor", NULL};
const char *const entitlement_money_readers[] = {"clerk", "decider", "cashier", "finance", "leader", "auditor", NULL};

static bool seen(const struct actor *who, const char *const *readers, const struct entitlement_row *e) {
    if (strcmp(who->kind, "resident") == 0)
        return who->district == e->district && who->person == e->payee;
    bool may = strcmp(who->kind, "system") == 0;
    for (size_t i = 0; !may && readers[i]; i++)
        may = actor_may(who, readers[i], e->division);
    return may;
}

enum status entitlement_opened(struct txn *t, const struct actor *who, const char *const *readers, const char *sql, const char *missing, int64_t id, struct rows **ret,
    struct entitlement_row *e, struct diag *d) {
    enum status s = sql_one(t, ret, d, sql, SQL_I(id));
    if (s == OK)
        s = entitlement_read(t, who, rows_int(*ret, 0), e, d);
    return s == E_NOT_FOUND || (s == OK && !seen(who, readers, e)) ? diag_fail(d, E_NOT_FOUND, missing) : s;
}

enum status entitlement_open(struct txn *t, const struct actor *who, int64_t id, struct entitlement_row *e, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    return entitlement_opened(t, who, entitlement_money_readers, "SELECT id FROM entitlement WHERE id = ?", "entitlement.none", id, &r, e, d);
}

enum status entitlement_unbiased(struct txn *t, const struct actor *who, const struct entitlement_row *e, struct diag *d) {
    bool recused = false;
    enum status s = strcmp(who->kind, "staff") == 0 ? task_recused(t, who, e->case_id, &recused, d) : OK;
    return s == OK && recused ? diag_fail(d, E_FORBIDDEN, "case.recused") : s;
}

/* ---- lines ----------------------------------------------------------------------------- */

enum status entitlement_lines_check(const struct entitlement_line_new *line, size_t n, int64_t *ret_fen, struct diag *d) {
    int64_t sum = 0;
    for (size_t i = 0; i < n; i++) {
        if (!line[i].item || !*line[i].item || line[i].monthly_fen < 0 || line[i].monthly_fen > INT64_C(100000000000))
            return diag_fail(d, E_INPUT, "entitlement.lines");
        sum += line[i].monthly_fen;
    }
    if (n == 0 || n > ENTITLEMENT_LINES_MAX || sum <= 0)
        return diag_fail(d, E_INPUT, "entitlement.lines");
    *ret_fen = sum;
    return OK;
}

char *entitlement_lines_text(struct arena *a, const struct entitlement_line_new *line, size_t n) {
    BUF_AUTO b;
    struct json_writer w;
    buf_init(&b, 1 << 20);
    json_begin(&w, &b, false);
    json_array(&w);
    for (size_t i = 0; i < n; i++) {
        json_object(&w);
        json_kid(&w, "member", line[i].member);
        json_kstring(&w, "item", line[i].item);
        json_kint(&w, "monthly_fen", line[i].monthly_fen);
        json_object_end(&w);
    }
    json_array_end(&w);
    return buf_ok(&b) ? arena_dup(a, buf_span(&b)) : NULL;
}

enum status entitlement_lines_parse(struct arena *a, struct span text, struct entitlement_lines *ret, struct diag *d) {
    const struct json *list = NULL;
    enum status s = json_parse(a, text, &list, d);
    if (s != OK)
        return s;
    *ret = (struct entitlement_lines){.line = ARENA_ARRAY(a, list->size + 1, struct entitlement_line_new), .count = list->size};
    if (!ret->line)
        return arena_full(d);
    for (size_t i = 0; i < list->size; i++) {
        const struct json *j = list->item[i];
        ret->line[i] = (struct entitlement_line_new){strtoll(json_str(j, "member", "0"), NULL, 10), json_str(j, "item", ""), json_int(j, "monthly_fen", 0)};
        ret->fen += ret->line[i].monthly_fen;
    }
    return OK;
}

static enum status opening_lines(struct txn *t, int64_t district, int64_t id, month_t m, struct entitlement_lines *ret, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    struct arena *a = txn_arena(t);
    *ret = (struct entitlement_lines){.line = ARENA_ARRAY(a, ENTITLEMENT_LINES_MAX, struct entitlement_line_new)};
    if (!ret->line)
        return arena_full(d);
    enum status s = sql_query(t, &r, d, "SELECT l.member, l.item, l.monthly_fen FROM entitlement_line l JOIN entitlement e ON e.district = l.district AND e.id = l.entitlement "
        "WHERE l.district = ? AND l.entitlement = ? AND e.from_month <= ? ORDER BY l.line", SQL_I(district), SQL_I(id), SQL_I(m));
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row && ret->count < ENTITLEMENT_LINES_MAX) {
        ret->line[ret->count++] = (struct entitlement_line_new){rows_int(r, 0), rows_dup(r, 1, a), rows_int(r, 2)};
        ret->fen += rows_int(r, 2);
    }
    return s;
}

enum status entitlement_lines_at(struct txn *t, int64_t district, int64_t id, month_t m, int64_t before, struct entitlement_lines *ret, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    enum status s = sql_query(t, &r, d,
        "SELECT lines FROM entitlement_act WHERE district = ? AND entitlement = ? AND month <= ? AND (until IS NULL OR until > ?) AND seq < ? ORDER BY seq DESC LIMIT 1",
        SQL_I(district), SQL_I(id), SQL_I(m), SQL_I(m), SQL_I(before ? before : INT64_MAX));
    if (s == OK)
        s = rows_next(r, &row, d);
    if (s != OK || !row)
        return s == OK ? opening_lines(t, district, id, m, ret, d) : s;
    char *text = rows_dup(r, 0, txn_arena(t));
    return text ? entitlement_lines_parse(txn_arena(t), span_of(text), ret, d) : arena_full(d);
}

enum status entitlement_due_in(struct txn *t, int64_t district, int64_t entitlement, month_t m, int64_t *ret, struct diag *d) {
    struct entitlement_lines l;
    enum status s = entitlement_lines_at(t, district, entitlement, m, 0, &l, d);
    if (s == OK)
        *ret = l.fen;
    return s;
}

/* ---- evidence --------------------------------------------------------------------------- */

const struct json *act_value(struct arena *a, const struct entitlement_row *e, int64_t id, const char *kind, month_t month, month_t until, struct span lines, const char *cause) {
    BUF_AUTO b;
    struct json_writer w;
    char text[8];
    const struct json *list = NULL, *j = NULL;
    buf_init(&b, 1 << 20);
    if (json_parse(a, lines, &list, NULL) != OK)
        return NULL;
    json_begin(&w, &b, false);
    json_object(&w);
    json_kid(&w, "act", id);
    json_kid(&w, "entitlement", e->id);
    json_kstring(&w, "kind", kind);
    month_text(month, text);
    json_kstring(&w, "month", text);
    month_text(until, text);
    json_kstring(&w, "until", until ? text : "");
    json_kstring(&w, "cause", cause);
    json_key(&w, "lines");
    json_value(&w, list);
    json_object_end(&w);
    return buf_ok(&b) && json_parse(a, buf_span(&b), &j, NULL) == OK ? j : NULL;
}

const struct json *note_value(struct arena *a, int64_t id, int64_t about, const char *kind, const char *words) {
    char *text = arena_printf(a, "%lld|%lld|%s|%s", (long long)id, (long long)about, kind, words);
    return text ? json_new_string(a, span_of(text)) : NULL;
}

enum status entry_in(struct txn *t, const struct actor *who, const char *role, const struct entitlement_row *e, const char *action, const struct json *value, struct entry_made *ret, struct diag *d) {
    struct arena *a = txn_arena(t);
    uint8_t bytes[TLOG_SALT_BYTES];
    random_bytes(bytes, sizeof bytes);
    char *kept = arena_dup(a, span_bytes(bytes, sizeof bytes));
    char *text = arena_printf(a, "%lld:%lld", (long long)e->district, (long long)e->case_id);
    const struct json *m = text ? json_new_string(a, span_of(text)) : NULL;
    struct tlog_commitment matter, payload;
    if (!kept || !m || !value)
        return arena_full(d);
    ret->salt = (struct span){kept, sizeof bytes};
    struct civil_salt of_matter = civil_salt(ret->salt, "matter"), of_payload = civil_salt(ret->salt, "payload");
    enum status s = tlog_entry_commit(span_bytes(of_matter.byte, sizeof of_matter.byte), m, &matter, d);
    if (s == OK)
        s = tlog_entry_commit(span_bytes(of_payload.byte, sizeof of_payload.byte), value, &payload, d);
    const char *office = strcmp(who->kind, "staff") == 0 ? actor_division(who, role) : *who->kind ? who->kind : "system";
    struct tlog_entry x = {.kind = TLOG_CASE_EVENT, .time = txn_now(t), .district = e->district, .office = *office ? office : "staff", .role = role, .action = action,
        .matter = &matter, .payload = &payload};
    return s == OK ? tlog_record(t, &x, &ret->entry, d) : s;
}

/* ---- words ------------------------------------------------------------------------------- */

enum status entitlement_words_check(const char *words, struct diag *d) {
    size_t length = words && utf8_valid(span_of(words)) ? utf8_length(span_of(words)) : 0;
    if (!words || utf8_written(span_of(words)) < ENTITLEMENT_WORDS_MIN || length > ENTITLEMENT_WORDS_MAX)
        return diag_fail(d, E_INPUT, "entitlement.words", DIAG_N("min", ENTITLEMENT_WORDS_MIN), DIAG_N("max", ENTITLEMENT_WORDS_MAX));
    return OK;
}

enum status how_check(const char *how, struct diag *d) {
    static const char *const known[] = {"in_person", "post", "left", "electronic", "publication"};
    for (size_t i = 0; how && i < ARRAY_LEN(known); i++)
        if (strcmp(how, known[i]) == 0)
            return OK;
    return diag_fail(d, E_INPUT, "entitlement.how");
}

static struct span note_place(struct arena *a, int64_t district, int64_t id) {
    char *s = arena_printf(a, "entitlement_note.body|%lld|%lld", (long long)district, (long long)id);
    return s ? span_of(s) : (struct span){0};
}

enum status note_in(struct civil *c, struct txn *t, const struct actor *who, const char *role, const struct entitlement_row *e, int64_t about, const char *kind, const char *words, struct diag *d) {
    struct person_key key;
    struct entry_made made;
    struct span sealed = {0};
    int64_t id = txn_new_id(t);
    struct arena *a = txn_arena(t);
    enum status s = person_data_key(c, t, e->district, e->payee, &key, d);
    if (s == OK)
        s = person_seal(&key, span_of(words), note_place(a, e->district, id), a, &sealed, d);
    char *action = arena_printf(a, "entitlement.%s", kind);
    if (s == OK)
        s = action ? entry_in(t, who, role, e, action, note_value(a, id, about, kind, words), &made, d) : arena_full(d);
    if (s == OK)
        s = sql_exec(t, d, "INSERT INTO entitlement_note (district, id, entitlement, about, kind, at, account, body, salt, entry) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            SQL_I(e->district), SQL_I(id), SQL_I(e->id), SQL_I(about), SQL_S(kind), SQL_I(txn_now(t)), SQL_I(who->account), SQL_B(sealed), SQL_B(made.salt), SQL_I(made.entry));
    return s == OK ? evidence_keep_one(c, t, who, KEPT_NOTE, e->district, id, d) : s;
}

enum status note_read(struct civil *c, struct txn *t, int64_t district, int64_t payee, int64_t id, struct span sealed, const char **ret, struct diag *d) {
    struct person_key key;
    struct span plain = {0};
    struct arena *a = txn_arena(t);
    enum status s = person_data_key(c, t, district, payee, &key, d);
    if (s == OK)
        s = person_unseal(&key, sealed, note_place(a, district, id), a, &plain, d);
    if (s != OK)
        return s;
    *ret = arena_dup(a, plain);
    return *ret ? OK : arena_full(d);
}

/* ---- the act ---------------------------------------------------------------------------------- */

/* An approval under way has part of the money in the books: it is finished first. */
static enum status not_approving(struct txn *t, const struct entitlement_row *e, month_t from, struct diag *d) {
    int64_t n = 0;
    enum status s = sql_int(t, &n, 0, d,
        "SELECT count(*) FROM payment p JOIN payment_batch b ON b.district = p.district AND b.id = p.batch WHERE p.root = ? AND p.month >= ? AND p.district = ? "
        "AND p.state = 'prepared' AND (b.approved_by IS NOT NULL OR b.complete = 0)", SQL_I(e->root), SQL_I(from), SQL_I(e->district));
    return s == OK && n ? diag_fail(d, E_CONFLICT, "entitlement.approving") : s;
}

static enum status after_act(struct txn *t, struct entitlement_row *e, const struct act_new *x, int64_t fen, struct diag *d) {
    bool ended = strcmp(x->state, "ended") == 0, open = x->until == 0;
    month_t to = ended ? (x->month > e->from ? x->month : e->from + 1) : 0;
    int64_t monthly = open ? fen : e->monthly_fen;
    enum status s = sql_exec(t, d, "UPDATE entitlement SET state = ?, to_month = ?, monthly_fen = ?, next_review = COALESCE(?, next_review) WHERE district = ? AND id = ?",
        SQL_S(x->state), ended ? SQL_I(to) : SQL_NIL, SQL_I(monthly), SQL_D(x->next_review), SQL_I(e->district), SQL_I(e->id));
    if (s == E_CONFLICT && (sql_broke(d, "entitlement_one") || sql_broke(d, "entitlement_one_person")))
        return diag_fail(d, E_CONFLICT, "entitlement.exists");
    e->to = to;
    e->monthly_fen = monthly;
    e->state = arena_dup(txn_arena(t), span_of(x->state));
    return s != OK ? s : e->state ? OK : arena_full(d);
}

enum status act_in(struct civil *c, struct txn *t, const struct actor *who, const char *role, struct entitlement_row *e, const struct act_new *x, int64_t *ret, struct diag *d) {
    struct arena *a = txn_arena(t);
    struct entry_made made;
    int64_t id = txn_new_id(t), seq = 0, fen = 0;
    char *lines = entitlement_lines_text(a, x->line, x->line_count), *action = arena_printf(a, "entitlement.%s", x->kind);
    if (!lines || !action)
        return arena_full(d);
    for (size_t i = 0; i < x->line_count; i++)
        fen += x->line[i].monthly_fen;
    enum status s = not_approving(t, e, x->month, d);
    if (s == OK)
        s = sql_int(t, &seq, 0, d, "SELECT max(seq) FROM entitlement_act WHERE district = ? AND entitlement = ?", SQL_I(e->district), SQL_I(e->id));
    if (s == OK)
        s = entry_in(t, who, role, e, action, act_value(a, e, id, x->kind, x->month, x->until, span_of(lines), x->cause), &made, d);
    if (s == OK)
        s = sql_exec(t, d,
            "INSERT INTO entitlement_act (district, id, entitlement, seq, kind, at, account, month, until, monthly_fen, lines, cause, event_on, proposal, decision, undoes, salt, entry) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            SQL_I(e->district), SQL_I(id), SQL_I(e->id), SQL_I(seq + 1), SQL_S(x->kind), SQL_I(txn_now(t)), SQL_I(who->account), SQL_I(x->month),
            x->until ? SQL_I(x->until) : SQL_NIL, SQL_I(fen), SQL_S(lines), SQL_S(x->cause), SQL_D(x->event), x->proposal ? SQL_I(x->proposal) : SQL_NIL,
            x->decision ? SQL_I(x->decision) : SQL_NIL, x->undoes ? SQL_I(x->undoes) : SQL_NIL, SQL_B(made.salt), SQL_I(made.entry));
    if (s == OK)
        s = after_act(t, e, x, fen, d);
    if (s == OK)
        s = evidence_keep_one(c, t, who, KEPT_ACT, e->district, id, d);
    if (s == OK)
        s = evidence_keep_one(c, t, who, KEPT_TERMS, e->district, e->id, d);
    if (s == OK)
        s = settle_in(c, t, who, e, id, x->month, x->until, d);
    if (s == OK && ret)
        *ret = id;
    return s;
}
