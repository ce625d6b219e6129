#include "civil/archive/rotate.h"

#include "base/json.h"
#include "civil/archive/act.h"
#include "civil/payment/payment.h"
#include "civil/register/renew.h"
#include "crypto/vault.h"
#include "store/store.h"

#include <stdio.h>

enum { PEOPLE_A_WRITE = 400 }; /* four values each: some 20 ms, so that the writer is not held */

struct pass {
    struct civil *c;
    const struct actor *who;
    struct renewal now, next; /* next: of a run that is not committed yet */
    const struct archive_rotation *done;
    bool files;
};

static enum status step(struct txn *t, void *arg, struct diag *d) {
    struct pass *p = arg;
    p->next = p->now;
    return p->files ? payment_file_renew_in(p->c, t, &p->next, d) : person_renew_in(p->c, t, PEOPLE_A_WRITE, &p->next, d);
}

static enum status run(struct pass *p, bool files, struct renewal *ret, struct diag *d) {
    enum status s = OK;
    p->files = files;
    p->now = (struct renewal){0};
    while (s == OK && !p->now.end)
        if ((s = store_write(p->c->store, step, p, d)) == OK)
            p->now = p->next;
    *ret = p->now;
    return s;
}

/* The name of the key that the log heard of last. */
static const char setting[] = "master_key";

static const struct json *body_of(struct arena *a, const struct archive_rotation *x) {
    BUF_AUTO text;
    struct json_writer w;
    const struct json *j = NULL;
    buf_init(&text, 0);
    json_begin(&w, &text, false);
    json_object(&w);
    json_kint(&w, "bank_files", x->bank_files);
    json_kstring(&w, "from", x->from);
    json_kint(&w, "persons", x->persons);
    json_kstring(&w, "to", x->to);
    json_kint(&w, "values", x->values);
    json_object_end(&w);
    return buf_ok(&text) && json_parse(a, buf_span(&text), &j, NULL) == OK ? j : NULL;
}

static enum status finish(struct txn *t, void *arg, struct diag *d) {
    struct pass *p = arg;
    AUTO(rows) struct rows *r = NULL;
    bool told = false;
    enum status s = sql_query(t, &r, d, "SELECT 1 FROM setting WHERE name = ? AND value = ?", SQL_S(setting), SQL_S(p->done->to));
    if (s == OK)
        s = rows_next(r, &told, d);
    if (s != OK || told)
        return s;
    const struct json *body = body_of(txn_arena(t), p->done);
    s = body ? archive_act_in(t, p->who, p->c->district ? p->c->district : 110000, "key.rotated", body, NULL, d) : arena_full(d);
    return s == OK ? sql_exec(t, d, "INSERT INTO setting (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value", SQL_S(setting),
                         SQL_S(p->done->to)) : s;
}

enum status archive_rotate(struct civil *c, const struct actor *who, const char *key_file, bool keep, struct archive_rotation *ret, struct diag *d) {
    struct pass p = {.c = c, .who = who, .done = ret};
    struct renewal people = {0}, files = {0};
    size_t keys = vault_key_count(c->vault);
    *ret = (struct archive_rotation){0};
    vault_key_name(c->vault, keys - 1, ret->to);
    if (keys > 1)
        vault_key_name(c->vault, keys - 2, ret->from);
    /* The second round finds what was written beside the first. */
    enum status s = OK;
    do {
        s = run(&p, false, &people, d);
        if (s == OK)
            s = run(&p, true, &files, d);
        ret->renewed += people.renewed + files.renewed;
    } while (s == OK && people.renewed + files.renewed > 0);
    if (s != OK)
        return s;
    ret->persons = people.rows;
    ret->values = people.values;
    ret->bank_files = files.rows;
    if (keys > 1)
        s = store_write(c->store, finish, &p, d);
    if (s == OK && keys > 1 && !keep && (s = vault_retire(key_file, d)) == OK)
        ret->retired = true;
    return s;
}
