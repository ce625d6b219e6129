#include "civil/screening/store_snapshot.h"

#include "base/vec.h"
#include "civil/access/access.h"
#include "civil/entitlement/entitlement.h"
#include "civil/pack/pack.h"
#include "civil/register/bulk.h"
#include "civil/screening/rows_json.h"
#include "civil/screening/snapshot_files.h"
#include "store/store.h"
#include "tlog/log.h"

#include <stdio.h>

enum {
    BATCH_ROWS = 4096,
    /* A write that began before the base was read may have committed after it, with the
     * instant of its beginning: no write lasts as long as this. */
    OVERLAP_S = 600
};

struct paid { int64_t household, district; const char *benefit; date_t since; int64_t fen; };

struct taking {
    struct civil *civil;
    const struct store_snapshot *o;
    const struct schema *schema;
    struct snapshot_writer *writer;
    struct store_snapshot_result *ret;
    struct arena *a;
    struct batch batch;
    struct filling filling;
    struct cohort_snapshot about;
    VEC(struct paid) paid;
    size_t paid_at;
    uint64_t base_at;               /* row of the base not yet passed */
    size_t id, division, member, member_id, benefits, benefit, subject, since, amount;
};

/* ---- what is received --------------------------------------------------------------------- */

static const char *benefit_of(const struct civil *c, const char *scheme) {
    const struct matter *m = packs_matter(c->packs, scheme);
    return m ? json_str(json_get(m->json, "desk"), "benefit", NULL) : NULL;
}

/* As the desk tells a case what its household receives (civil/case/facts.c), with amount and beginning. */
static enum status read_paid(struct taking *x, struct txn *t, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_query(t, &r, d,
        "SELECT e.district, e.household, e.scheme, e.from_month, COALESCE(SUM(l.monthly_fen), 0) FROM entitlement e "
        "LEFT JOIN entitlement_line l ON l.district = e.district AND l.entitlement = e.id "
        "WHERE e.state = 'active' AND e.to_month IS NULL AND e.household IS NOT NULL "
        "GROUP BY e.district, e.household, e.id, e.scheme, e.from_month ORDER BY e.district, e.household, e.id");
    for (bool more = true; s == OK;) {
        if ((s = rows_next(r, &more, d)) != OK || !more)
            break;
        char *scheme = rows_dup(r, 2, x->a);
        const char *benefit = scheme ? benefit_of(x->civil, scheme) : NULL;
        struct paid *p = benefit ? vec_push_in(x->a, &x->paid) : NULL;
        if (!scheme || (benefit && !p))
            return arena_full(d);
        if (p)
            *p = (struct paid){rows_int(r, 1), rows_int(r, 0), benefit, month_first(rows_int(r, 3)), rows_int(r, 4)};
    }
    return s;
}

/* Both lists are in the order of district and household. */
static enum status put_paid(struct taking *x, int64_t district, int64_t household, struct diag *d) {
    enum status s = OK;
    batch_known(&x->batch, x->benefits);
    while (x->paid_at < x->paid.size && (x->paid.at[x->paid_at].district < district ||
                                            (x->paid.at[x->paid_at].district == district && x->paid.at[x->paid_at].household < household)))
        x->paid_at++;
    for (; s == OK && x->paid_at < x->paid.size && x->paid.at[x->paid_at].household == household; x->paid_at++) {
        const struct paid *p = &x->paid.at[x->paid_at];
        int64_t benefit = 0, subject = 0;
        if (!batch_row(&x->batch, x->benefits))
            return arena_full(d);
        s = snapshot_word(x->writer, x->benefit, span_of(p->benefit), &benefit, d);
        if (s == OK)
            s = snapshot_word(x->writer, x->subject, SPAN("户"), &subject, d);
        batch_set(&x->batch, x->benefit, benefit);
        batch_set(&x->batch, x->subject, subject);
        batch_set(&x->batch, x->since, p->since);
        batch_set(&x->batch, x->amount, p->fen);
    }
    return s;
}

/* ---- households ------------------------------------------------------------------------------- */

/* Twelve digits; a place known less exactly ends in noughts. */
static bool number_of(const char *code, int64_t *ret) {
    size_t n = strlen(code);
    *ret = 0;
    for (size_t i = 0; i < 12; i++) {
        char c = i < n ? code[i] : '0';
        if (c < '0' || c > '9')
            return false;
        *ret = *ret * 10 + (c - '0');
    }
    return n >= 2 && n <= 12;
}

static enum status put_read(struct taking *x, const struct household_bulk *h, struct diag *d) {
    size_t first = x->batch.table[x->member].rows;
    int64_t division;
    batch_set(&x->batch, x->id, h->id);
    if (!number_of(h->division, &division)) /* a household is somewhere */
        return diag_fail(d, E_CORRUPT, "snapshot.household_division", DIAG_S("code", h->division));
    batch_set(&x->batch, x->division, division);
    enum status s = filling_object(&x->filling, 0, h->facts, d);
    for (size_t i = 0; s == OK && i < h->people; i++) {
        x->batch.column[x->member_id].value[first + i] = h->person[i];
        x->batch.column[x->member_id].cell[first + i] = CELL_KNOWN;
    }
    x->ret->read++;
    return s;
}

/* The base has the same order, so that it is walked once; what was changed or is gone is passed. */
static enum status put_copied(struct taking *x, const struct household_bulk *h, struct diag *d) {
    const struct cohort_table *base = snapshot_household(x->o->base);
    const int64_t *ids = snapshot_ids(x->o->base);
    while (x->base_at < base->count && ids[x->base_at] != h->id)
        x->base_at++;
    if (x->base_at == base->count)
        return diag_fail(d, E_INPUT, "snapshot.base");
    return filling_copy(&x->filling, 0, base, x->base_at, "在享", d);
}

static enum status flush(struct taking *x, struct diag *d) {
    enum status s = snapshot_append(x->writer, &x->batch, d);
    x->ret->households += x->batch.table[0].rows;
    x->ret->people += x->batch.table[x->member].rows;
    batch_clear(&x->batch);
    if (s == OK && x->o->progress && x->o->progress(x->o->arg, x->ret->households))
        s = diag_fail(d, E_SYSTEM, "snapshot.interrupted");
    return s;
}

static enum status take_household(void *arg, const struct household_bulk *h, struct diag *d) {
    struct taking *x = arg;
    if (!batch_row(&x->batch, 0))
        return arena_full(d);
    enum status s = h->facts ? put_read(x, h, d) : put_copied(x, h, d);
    if (s == OK)
        s = put_paid(x, h->district, h->id, d);
    return s == OK && x->batch.table[0].rows >= BATCH_ROWS ? flush(x, d) : s;
}

/* ---- the head, the base, the entry ------------------------------------------------------------------ */

static enum status read_head(struct taking *x, struct txn *t, struct diag *d) {
    struct tlog_head head = {0};
    struct diag none = {0};
    enum status s = tlog_head_get(t, HASH_SHA256, 0, x->a, &head, &none);
    if (s != OK && s != E_NOT_FOUND) {
        *d = none;
        return s;
    }
    char *hex = arena_alloc(x->a, 2 * HASH_BYTES + 1);
    if (!hex)
        return arena_full(d);
    if (s == E_NOT_FOUND) /* nothing was ever signed: the empty tree (RFC 6962 section 2.1) */
        head.root = hash_one(HASH_SHA256, (struct span){"", 0});
    hash_hex(&head.root, hex);
    x->about.log_origin = span_of(x->civil->log_origin ? x->civil->log_origin : "");
    x->about.log_size = head.size;
    x->about.log_root = span_of(hex);
    return OK;
}

/* Vocabulary and registers: what another program or pack would read otherwise is no base. */
static enum status read_columns(struct taking *x, struct diag *d) {
    VEC(struct span) text = {0};
    struct span *first = vec_push_in(x->a, &text);
    char *hex = arena_alloc(x->a, 2 * HASH_BYTES + 1);
    if (!first || !hex)
        return arena_full(d);
    *first = packs_vocabulary(x->civil->packs);
    for (size_t i = 0; i < packs_count(x->civil->packs); i++) {
        const struct pack *p = packs_at(x->civil->packs, i);
        for (size_t k = 0; k < p->reg_count; k++) {
            if (strcmp(json_str(p->reg[k], "owner", ""), "self") == 0)
                continue; /* holds no facts of people */
            struct span *slot = vec_push_in(x->a, &text);
            if (!slot)
                return arena_full(d);
            *slot = span_of(p->reg_text[k]);
        }
    }
    struct hash h = hash_of(HASH_SHA256, text.at, text.size);
    hash_hex(&h, hex);
    x->about.columns = span_of(hex);
    return OK;
}

static enum status check_base(const struct taking *x, struct diag *d) {
    const struct cohort_snapshot *b = snapshot_content(x->o->base);
    bool ok = !b->source.synthetic && span_eq(b->columns, x->about.columns) && b->date <= x->o->date && b->taken_at <= x->about.taken_at && span_eq(b->log_origin, x->about.log_origin);
    return ok ? OK : diag_fail(d, E_INPUT, "snapshot.base");
}

static enum status read_all(struct txn *t, void *arg, struct diag *d) {
    struct taking *x = arg;
    struct household_since since = {0, DATE_NONE};
    x->about.taken_at = txn_now(t);
    enum status s = read_head(x, t, d);
    if (s == OK)
        s = read_columns(x, d);
    if (s == OK && x->o->base)
        s = check_base(x, d);
    if (s == OK && x->o->base)
        since = (struct household_since){snapshot_content(x->o->base)->taken_at - (instant_t)OVERLAP_S * 1000000, snapshot_content(x->o->base)->date};
    if (s == OK)
        s = read_paid(x, t, d);
    if (s == OK)
        s = households_read_all(x->civil, t, x->o->date, &since, take_household, x, d);
    return s == OK ? flush(x, d) : s;
}

static enum status write_entry(struct txn *t, void *arg, struct diag *d) {
    struct taking *x = arg;
    char query[512], date[DATE_TEXT_MAX];
    date_text(x->o->date, date);
    snprintf(query, sizeof query, "snapshot date=%s log=%.*s size=%llu root=%.*s", date, SPAN_ARG(x->about.log_origin), (unsigned long long)x->about.log_size, SPAN_ARG(x->about.log_root));
    struct actor who = actor_system();
    return access_bulk_in(x->civil, t, &who, NULL, "screening", query, (int64_t)x->ret->people, NULL, d);
}

static void find_columns(struct taking *x) {
    const struct schema *s = x->schema;
    x->id = schema_column(s, 0, "_id");
    x->division = schema_column(s, 0, "_division");
    x->member = schema_table(s, "成员");
    x->member_id = schema_column(s, x->member, "_id");
    x->benefits = schema_table(s, "在享");
    x->benefit = schema_column(s, x->benefits, "待遇");
    x->subject = schema_column(s, x->benefits, "对象");
    x->since = schema_column(s, x->benefits, "起");
    x->amount = schema_column(s, x->benefits, "月金额");
}

enum status store_snapshot_write(struct civil *c, const struct store_snapshot *o, const struct schema *schema, struct snapshot_writer *w,
    struct store_snapshot_result *ret, struct diag *d) {
    AUTO(arena) struct arena *a = arena_new(0);
    struct taking x = {.civil = c, .o = o, .schema = schema, .writer = w, .ret = ret, .a = a, .about = {.date = o->date}};
    *ret = (struct store_snapshot_result){0};
    if (!a)
        return arena_full(d);
    find_columns(&x);
    enum status s = batch_init(&x.batch, schema, d);
    if (s != OK)
        return s;
    x.filling = (struct filling){&x.batch, w, 0};
    s = store_read(c->store, read_all, &x, d);
    if (s == OK)
        s = store_write(c->store, write_entry, &x, d);
    if (s == OK)
        s = snapshot_finish(w, &x.about, d);
    ret->left_out = x.filling.left_out;
    batch_release(&x.batch);
    return s;
}
