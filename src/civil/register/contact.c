#include "civil/register/contact.h"

#include "base/utf8.h"
#include "civil/evidence/keep.h"
#include "store/store.h"

#include <string.h>

static enum status fits(const char *name, const char *text, size_t most, bool needed, struct diag *d) {
    size_t n = text ? strlen(text) : 0;
    if ((needed && n == 0) || n > most || (n && utf8_has_hidden((struct span){text, n}, false))) {
        enum status s = diag_fail(d, E_INPUT, "contact.text", DIAG_N("most", (int64_t)most));
        diag_at(d, "%s", name);
        return s;
    }
    return OK;
}

static enum status dials(const char *text, struct diag *d) {
    size_t digits = 0, n = strlen(text);
    for (size_t i = 0; i < n; i++)
        digits += text[i] >= '0' && text[i] <= '9';
    if (digits >= 3 && n <= 40 && strspn(text, "0123456789+-() ") == n)
        return OK;
    diag_fail(d, E_INPUT, "contact.telephone");
    diag_at(d, "telephone");
    return E_INPUT;
}

static struct sql_value or_null(const char *text) { return text && *text ? SQL_S(text) : SQL_NIL; }

static enum status exists(struct txn *t, const char *division, struct diag *d) {
    int64_t there = 0;
    enum status s = sql_int(t, &there, 0, d, "SELECT COUNT(*) FROM division WHERE code = ?", SQL_S(division));
    return s != OK || there ? s : diag_fail(d, E_NOT_FOUND, "outline.unknown", DIAG_S("code", division));
}

enum status contact_put_in(struct civil *c, struct txn *t, const struct actor *who, const struct contact *k, struct diag *d) {
    int64_t id = 0;
    enum status s = exists(t, k->division, d);
    if (s == OK)
        s = sql_int(t, &id, 0, d, "SELECT id FROM division_contact WHERE division = ?", SQL_S(k->division));
    if (s == OK && !id)
        id = txn_new_id(t);
    if (s == OK)
        s = sql_exec(t, d,
            "INSERT INTO division_contact (id, division, office, office_en, telephone, address, address_en, hours, hours_en, written_by, written_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
            "ON CONFLICT (id) DO UPDATE SET office = excluded.office, office_en = excluded.office_en, telephone = excluded.telephone, address = excluded.address, "
            "address_en = excluded.address_en, hours = excluded.hours, hours_en = excluded.hours_en, written_by = excluded.written_by, written_at = excluded.written_at",
            SQL_I(id), SQL_S(k->division), SQL_S(k->office), or_null(k->office_en), SQL_S(k->telephone), SQL_S(k->address), or_null(k->address_en), SQL_S(k->hours), or_null(k->hours_en),
            SQL_I(who->account), SQL_I(txn_now(t)));
    return s == OK ? evidence_keep_one(c, t, who, KEPT_CONTACT, 0, id, d) : s;
}

struct putting { struct civil *c; const struct actor *who; const struct contact *k; };

static enum status put_closure(struct txn *t, void *arg, struct diag *d) {
    struct putting *x = arg;
    enum status s = exists(t, x->k->division, d);
    if (s == OK && !actor_may(x->who, "leader", x->k->division))
        s = diag_fail(d, E_FORBIDDEN, "contact.who");
    return s == OK ? contact_put_in(x->c, t, x->who, x->k, d) : s;
}

enum status contact_put(struct civil *c, const struct actor *who, const struct contact *k, struct diag *d) {
    const struct { const char *name, *text; size_t most; bool needed; } list[] = {
        {"office", k->office, 120, true}, {"office_en", k->office_en, 120, false}, {"address", k->address, 300, true},
        {"address_en", k->address_en, 300, false}, {"hours", k->hours, 200, true}, {"hours_en", k->hours_en, 200, false},
    };
    enum status s = OK;
    for (size_t i = 0; s == OK && i < ARRAY_LEN(list); i++)
        s = fits(list[i].name, list[i].text, list[i].most, list[i].needed, d);
    if (s == OK)
        s = dials(k->telephone, d);
    return s == OK ? store_write(c->store, put_closure, &(struct putting){c, who, k}, d) : s;
}

/* The column after `column` is its English. */
static void in_two(struct json_writer *w, const char *key, struct rows *r, int column) {
    json_key(w, key);
    json_object(w);
    json_kspan(w, "zh", rows_text(r, column));
    json_kspan(w, "en", rows_text(r, rows_null(r, column + 1) ? column : column + 1));
    json_object_end(w);
}

static enum status nearest(struct txn *t, const char *division, struct rows **r, struct diag *d) {
    return sql_one(t, r, d,
        "SELECT k.division, v.name, k.telephone, k.office, k.office_en, k.address, k.address_en, k.hours, k.hours_en FROM division_contact k JOIN division v ON v.code = k.division "
        "WHERE k.division = substr(?, 1, length(k.division)) ORDER BY length(k.division) DESC LIMIT 1", SQL_S(division));
}

enum status contact_json(struct txn *t, const char *division, struct json_writer *w, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    enum status s = exists(t, division, d);
    if (s == OK && (s = nearest(t, division, &r, d)) == E_NOT_FOUND)
        return diag_fail(d, E_NOT_FOUND, "contact.none");
    if (s != OK)
        return s;
    json_object(w);
    json_kspan(w, "division", rows_text(r, 0));
    json_kspan(w, "division_name", rows_text(r, 1));
    json_kspan(w, "telephone", rows_text(r, 2));
    in_two(w, "office", r, 3);
    in_two(w, "address", r, 5);
    in_two(w, "hours", r, 7);
    json_object_end(w);
    return OK;
}

static enum status name_alone(struct txn *t, const char *division, struct json_writer *w, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_one(t, &r, d, "SELECT name FROM division WHERE code = ?", SQL_S(division));
    if (s == OK)
        json_span(w, rows_text(r, 0));
    return s;
}

enum status contact_line(struct txn *t, const char *division, struct json_writer *w, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    enum status s = nearest(t, division, &r, d);
    if (s == E_NOT_FOUND) {
        diag_clear(d);
        return name_alone(t, division, w, d);
    }
    if (s != OK)
        return s;
    BUF_AUTO b;
    buf_init(&b, 4096); /* the columns hold 660 bytes of each language at most */
    json_object(w);
    for (int en = 0; en < 2; en++) {
        struct span part[3]; /* office, address, hours: the English where there is one */
        for (int i = 0; i < 3; i++)
            part[i] = rows_text(r, 3 + 2 * i + (en && !rows_null(r, 4 + 2 * i)));
        buf_clear(&b);
        buf_addf(&b, en ? "%.*s, telephone %.*s, %.*s (%.*s)" : "%.*s，电话%.*s，%.*s（%.*s）",
            SPAN_ARG(part[0]), SPAN_ARG(rows_text(r, 2)), SPAN_ARG(part[1]), SPAN_ARG(part[2]));
        json_kspan(w, en ? "en" : "zh", buf_span(&b));
    }
    json_object_end(w);
    return buf_ok(&b) ? OK : arena_full(d);
}
