#include "civil/archive/rotate.h"

#include "base/json.h"
#include "civil/archive/act.h"
#include "civil/archive/sealed.h"
#include "crypto/vault.h"
#include "store/store.h"

#include <stdio.h>

struct pass {
    struct civil *c;
    const struct actor *who;
    struct arena *arena;
    const struct sealed_table *table, *at; /* at: the one in hand */
    size_t tables;
    struct renewal now, next; /* next: of a run that is not committed yet */
    const struct archive_rotation *done;
};

static enum status list(struct txn *t, void *arg, struct diag *d) {
    struct pass *p = arg;
    return sealed_tables(t, p->arena, &p->table, &p->tables, d);
}

static enum status step(struct txn *t, void *arg, struct diag *d) {
    struct pass *p = arg;
    p->next = p->now;
    return sealed_renew_in(p->c, t, p->at, &p->next, d);
}

/* One round over everything; the figures are of this round. */
static enum status round_of(struct pass *p, struct archive_rotation *x, struct diag *d) {
    enum status s = OK;
    x->persons = x->values = x->bank_files = x->renewed = 0;
    for (p->at = p->table; s == OK && p->at < p->table + p->tables; p->at++) {
        p->now = (struct renewal){0};
        while (s == OK && !p->now.end)
            if ((s = store_write(p->c->store, step, p, d)) == OK)
                p->now = p->next;
        x->renewed += p->now.renewed;
        *(p->at->large ? &x->bank_files : &x->values) += p->now.values;
        x->persons += strcmp(p->at->name, "person") == 0 ? p->now.rows : 0;
    }
    return s;
}

static enum status nothing_left(struct txn *t, void *arg, struct diag *d) {
    struct pass *p = arg;
    return sealed_left(p->c, t, d);
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

/* A store that is no district's own acts as the highest division it has, with the six digits of GB/T 2260. */
static enum status district_of(struct civil *c, struct txn *t, int64_t *ret, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    *ret = c->district;
    if (*ret)
        return OK;
    enum status s = sql_one(t, &r, d, "SELECT code FROM division ORDER BY level, code LIMIT 1");
    if (s == E_NOT_FOUND)
        return diag_fail(d, E_NOT_FOUND, "archive.no_division");
    struct span code = s == OK ? rows_text(r, 0) : (struct span){0};
    for (size_t i = 0; i < 6 && s == OK; i++)
        *ret = *ret * 10 + (i < code.size ? code.at[i] - '0' : 0);
    return s;
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
    int64_t district = 0;
    const struct json *body = body_of(txn_arena(t), p->done);
    s = body ? district_of(p->c, t, &district, d) : arena_full(d);
    if (s == OK)
        s = archive_act_in(p->c, t, p->who, district, "key.rotated", body, NULL, d);
    return s == OK ? sql_exec(t, d, "INSERT INTO setting (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value", SQL_S(setting),
                         SQL_S(p->done->to)) : s;
}

enum status archive_rotate(struct civil *c, const struct actor *who, const char *key_file, bool keep, struct archive_rotation *ret, struct diag *d) {
    AUTO(arena) struct arena *a = arena_new(0);
    struct pass p = {.c = c, .who = who, .arena = a, .done = ret};
    size_t keys = vault_key_count(c->vault);
    int64_t renewed = 0;
    *ret = (struct archive_rotation){0};
    vault_key_name(c->vault, keys - 1, ret->to);
    if (keys > 1)
        vault_key_name(c->vault, keys - 2, ret->from);
    enum status s = a ? store_read(c->store, list, &p, d) : arena_full(d);
    /* The second round finds what was written beside the first. */
    do {
        if (s == OK)
            s = round_of(&p, ret, d);
        renewed += ret->renewed;
    } while (s == OK && ret->renewed > 0);
    ret->renewed = renewed;
    if (s == OK && keys > 1)
        s = store_read(c->store, nothing_left, &p, d);
    if (s == OK && keys > 1)
        s = store_write(c->store, finish, &p, d);
    if (s == OK && keys > 1 && !keep && (s = vault_retire(key_file, d)) == OK)
        ret->retired = true;
    return s;
}
