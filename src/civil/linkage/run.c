/* One comparison of the whole register with itself. */
#include "civil/linkage/linkage_internal.h"

#include "base/buf.h"
#include "base/csv.h"
#include "civil/access/access.h"
#include "civil/evidence/keep.h"
#include "civil/pack/pack.h"
#include "civil/register/linkable.h"
#include "civil/register/merge.h"
#include "link/link.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { CHUNK = 200 /* pairs a transaction: some 20 ms */, VERDICTS_MAX = 20000, PERSON_BYTES = 400 };
static const size_t MEMORY = (size_t)8 << 30; /* a ceiling against mistakes, as cmd_link.c's */
static const double LEAST = 0.1;              /* probability from which a pair is worth somebody's look */

/* ---- what people said --------------------------------------------------------------------------- */

int64_t linkage_shift(const int64_t *weight_milli, const bool *same, size_t n) {
    const double ln2 = 0.69314718055994531, spread = 2;
    double b = 0;
    for (int round = 0; n && round < 50; round++) {
        double slope = -b / (spread * spread), bend = -1 / (spread * spread);
        for (size_t i = 0; i < n; i++) {
            double w = (double)weight_milli[i] / 1000 + b, p = w > 60 ? 1 : 1 / (1 + exp2(-w));
            slope += ln2 * (same[i] - p);
            bend -= ln2 * ln2 * p * (1 - p);
        }
        double step = slope / bend;
        step = step > 2 ? 2 : step < -2 ? -2 : step; /* far from the answer a whole step of Newton's may overshoot */
        b -= step;
        if (fabs(step) < 1e-6)
            break;
    }
    return llround(b * 1000);
}

/* ---- the register as a table ----------------------------------------------------------------------- */

struct person { int64_t id; char division[13]; };
struct found { int64_t one, other, weight_milli; const char *why; };

struct linking {
    struct civil *c;
    const struct actor *who;
    const struct link_crew *crew;
    int64_t people_max;
    struct arena *arena;
    struct buf csv;
    struct person *person;
    size_t people, room;
    struct found *found;
    size_t founds, done;   /* done: chunks behind us */
    int64_t run;
    struct linkage_report report;
    int64_t fresh;         /* of the chunk: the last run of its closure */
};

static void cell(struct buf *b, struct span s) {
    buf_addc(b, ',');
    for (size_t i = 0; i < s.size; i++)
        if ((unsigned char)s.at[i] < ' ') { /* a line break would be a row of its own */
            buf_addc(b, ' ');
            return;
        }
    csv_write(b, s);
}

static enum status add_person(void *arg, const struct person_linkable *p, struct diag *d) {
    struct linking *x = arg;
    char day[DATE_TEXT_MAX];
    if (x->people == x->room)
        return diag_fail(d, E_CONFLICT, "linkage.changed"); /* counted in the same snapshot */
    struct person *at = &x->person[x->people++];
    at->id = p->person;
    snprintf(at->division, sizeof at->division, "%.*s", SPAN_ARG(p->division));
    size_t n = date_text(p->birth, day);
    buf_addf(&x->csv, "%lld", (long long)p->person);
    cell(&x->csv, p->name);
    cell(&x->csv, p->male ? SPAN("男") : SPAN("女"));
    cell(&x->csv, (struct span){day, n});
    cell(&x->csv, p->number);
    cell(&x->csv, p->phone);
    cell(&x->csv, p->address);
    buf_addc(&x->csv, '\n');
    return buf_ok(&x->csv) ? OK : arena_full(d);
}

static enum status read_people(struct txn *t, void *arg, struct diag *d) {
    struct linking *x = arg;
    int64_t n = 0;
    enum status s = people_count(x->c, t, &n, d);
    if (s == OK && x->people_max && n > x->people_max)
        return diag_fail(d, E_LIMIT, "linkage.people", DIAG_N("n", n), DIAG_N("max", x->people_max));
    x->people = 0;
    x->room = (size_t)n;
    x->person = arena_alloc_raw(x->arena, ((size_t)n + 1) * sizeof *x->person);
    buf_release(&x->csv);
    buf_init(&x->csv, ((size_t)n + 1) * PERSON_BYTES + 4096);
    buf_adds(&x->csv, "id,name,sex,birth,number,phone,address\n");
    if (s != OK || !x->person)
        return s != OK ? s : arena_full(d);
    return people_linkable(x->c, t, true, add_person, x, d);
}

/* ---- comparing ---------------------------------------------------------------------------------------- */

static const struct json *settings(const struct civil *c) {
    for (size_t i = 0; c->packs && i < packs_count(c->packs); i++)
        if (packs_at(c->packs, i)->linkage)
            return packs_at(c->packs, i)->linkage;
    return NULL;
}

static double share(const struct json *j, const char *key) {
    const struct json *v = json_get(j, key);
    return v && v->type == JSON_NUMBER ? dec_to_double(v->number) : 0;
}

/* The rates are the pack's; how many pairs of a register are one person or kin follows from its size. */
static enum status model_for(const struct linking *x, struct link_job *job, const struct link_table *table, struct diag *d) {
    const struct json *j = settings(x->c);
    double doubles = share(j, "doubles"), household = share(j, "household"), n = (double)x->people + 1;
    if (!j || doubles <= 0 || doubles > 0.5 || household <= 0 || household > 20)
        return diag_fail(d, E_INPUT, "linkage.model");
    enum status s = link_model_read(json_get(j, "model"), table, table, SPAN("id"), &job->schema, &job->model, d);
    if (s != OK)
        return s;
    double prior = 2 * doubles / n, kin = household / n;
    job->model.prior = prior < 0.01 ? prior : 0.01;
    job->model.kin = kin < 0.1 ? kin : 0.1;
    link_model_weights(&job->model);
    return OK;
}

static size_t row_at(const struct link_job *job, uint64_t offset) {
    size_t low = 0, high = job->left->rows_max;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (job->left_at[mid] < offset)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

/* [{"field","level","milli"}]; a field that says nothing is left out. */
static const char *why(const struct link_job *job, struct arena *a, size_t left, size_t right) {
    const char *x = link_record(&job->index, left), *y = link_record(&job->index, right);
    uint64_t levels = link_levels(&job->layout, x, y);
    const struct link_model *m = &job->model;
    struct json_writer w;
    BUF_AUTO b;
    buf_init(&b, 4096);
    json_begin(&w, &b, false);
    json_array(&w);
    for (int f = 0; f < m->count; f++) {
        int level = link_pattern_level(levels, f);
        bool implied = level == LINK_LEVELS - 1 && link_implied(m, levels, f); /* the number says it already */
        if (!level)
            continue;
        double bits = implied ? 0 : (double)m->weight[f][level] + (level == LINK_LEVELS - 1 && m->by_rarity[f] ? (uint8_t)x[job->layout.rarity + f] * 0.125 : 0);
        json_object(&w);
        json_kstring(&w, "field", job->schema.field[f].name);
        json_kint(&w, "level", level);
        json_kint(&w, "milli", llround(bits * 1000));
        json_object_end(&w);
    }
    json_array_end(&w);
    return buf_ok(&b) ? arena_dup(a, buf_span(&b)) : NULL;
}

static int heaviest(const void *a, const void *b) {
    const struct link_pair *x = a, *y = b;
    if (x->weight != y->weight)
        return x->weight < y->weight ? 1 : -1;
    return x->left != y->left ? (x->left < y->left ? -1 : 1) : (x->right > y->right) - (x->right < y->right);
}

static int64_t id_at(const struct link_job *job, uint64_t offset, char *scratch) {
    struct span id = link_field_at(job->left, offset, job->schema.id[0], scratch);
    char text[24];
    snprintf(text, sizeof text, "%.*s", SPAN_ARG(id));
    return strtoll(text, NULL, 10);
}

static enum status take_pairs(struct linking *x, const struct link_job *job, struct link_pairs *pairs, struct diag *d) {
    char *scratch = arena_alloc_raw(x->arena, LINK_UNQUOTE);
    qsort(pairs->at, pairs->count, sizeof *pairs->at, heaviest);
    x->report.cut = pairs->count > LINKAGE_PAIRS_MAX;
    x->founds = x->report.cut ? LINKAGE_PAIRS_MAX : pairs->count;
    x->found = ARENA_ARRAY(x->arena, x->founds + 1, struct found);
    if (!scratch || !x->found)
        return arena_full(d);
    for (size_t i = 0; i < x->founds; i++) {
        const struct link_pair *p = &pairs->at[i];
        int64_t left = id_at(job, job->left_at[p->left], scratch), right = id_at(job, p->right, scratch);
        x->found[i] = (struct found){left < right ? left : right, left < right ? right : left, llround((double)p->weight * 1000), why(job, x->arena, p->left, row_at(job, p->right))};
        if (!x->found[i].why)
            return arena_full(d);
    }
    return OK;
}

static enum status compare(struct linking *x, struct diag *d) {
    struct link_table table;
    struct link_job job = {.crew = x->crew, .arena = x->arena, .left = &table, .right = &table};
    struct link_options o = {.trained = true, .least_probability = LEAST};
    struct link_pairs pairs = {0};
    x->founds = 0;
    if (x->people < 2)
        return OK;
    enum status s = link_table_open(&table, x->arena, buf_span(&x->csv), x->crew, d);
    if (s == OK)
        s = model_for(x, &job, &table, d);
    if (s == OK)
        s = link_prepare(&job, &o, d);
    if (s == OK)
        s = link_stream(&job, &o, &pairs, d);
    if (s == OK)
        s = take_pairs(x, &job, &pairs, d);
    x->report.candidates = (int64_t)job.candidates;
    link_pairs_release(&pairs);
    return s;
}

/* ---- keeping ---------------------------------------------------------------------------------------------- */

static enum status learn(struct linking *x, struct txn *t, struct diag *d) {
    int64_t *weight = ARENA_ARRAY(txn_arena(t), VERDICTS_MAX, int64_t);
    bool *same = ARENA_ARRAY(txn_arena(t), VERDICTS_MAX, bool), row = true;
    size_t n = 0;
    AUTO(rows) struct rows *r = NULL;
    if (!weight || !same)
        return arena_full(d);
    enum status s = sql_query(t, &r, d, "SELECT weight_milli, CASE state WHEN 'merged' THEN 1 ELSE 0 END FROM linkage_pair WHERE district = ? AND state IN ('merged', 'different') ORDER BY said_at DESC, id LIMIT ?",
        SQL_I(x->c->district), SQL_I(VERDICTS_MAX));
    for (; s == OK && n < VERDICTS_MAX && (s = rows_next(r, &row, d)) == OK && row; n++) {
        weight[n] = rows_int(r, 0);
        same[n] = rows_int(r, 1) != 0;
    }
    x->report.verdicts = (int64_t)n;
    x->report.shift_milli = linkage_shift(weight, same, n);
    return s;
}

/* The look at everybody is in the log before anybody is told of what it found. */
static enum status begin(struct txn *t, void *arg, struct diag *d) {
    struct linking *x = arg;
    int64_t entry = 0;
    x->run = txn_new_id(t);
    enum status s = learn(x, t, d);
    if (s == OK)
        s = access_bulk_in(x->c, t, x->who, "district_clerk", "duplicate_check", "duplicates of the population register", (int64_t)x->people, &entry, d);
    if (s == OK)
        s = sql_exec(t, d, "INSERT INTO linkage_run (district, id, at, account, people, candidates, found, fresh, gone, verdicts, shift_milli, cut, complete, entry) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, 0, 0, ?, ?, ?, 0, ?)", SQL_I(x->c->district), SQL_I(x->run), SQL_I(txn_now(t)), SQL_I(x->who->account), SQL_I(x->people), SQL_I(x->report.candidates),
            SQL_I(x->founds), SQL_I(x->report.verdicts), SQL_I(x->report.shift_milli), SQL_I(x->report.cut), entry ? SQL_I(entry) : SQL_NIL);
    return s == OK ? evidence_keep_one(x->c, t, x->who, KEPT_LINKAGE_RUN, x->c->district, x->run, d) : s;
}

static int by_person(const void *a, const void *b) {
    const struct person *x = a, *y = b;
    return (x->id > y->id) - (x->id < y->id);
}

static const char *division_of(const struct linking *x, int64_t person) {
    const struct person key = {.id = person}, *p = bsearch(&key, x->person, x->people, sizeof key, by_person);
    return p ? p->division : "";
}

static int64_t probability_of(const struct linking *x, int64_t weight_milli) {
    return llround(1000 * link_probability((double)(weight_milli + x->report.shift_milli) / 1000));
}

/* *ret_id 0: people have said something of it, or it is merged; it stays as it is. */
static enum status keep_pair(struct linking *x, struct txn *t, const struct found *f, int64_t *ret_id, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    struct sql_value weight = SQL_I(f->weight_milli), probability = SQL_I(probability_of(x, f->weight_milli)), run = SQL_I(x->run);
    const char *one = division_of(x, f->one), *other = division_of(x, f->other);
    *ret_id = 0;
    enum status s = sql_query(t, &r, d, "SELECT id, state FROM linkage_pair WHERE district = ? AND one = ? AND other = ?", SQL_I(x->c->district), SQL_I(f->one), SQL_I(f->other));
    if (s == OK)
        s = rows_next(r, &row, d);
    if (s != OK)
        return s;
    if (!row) {
        *ret_id = txn_new_id(t);
        x->fresh++;
        return sql_exec(t, d, "INSERT INTO linkage_pair (district, id, one, other, division_one, division_other, weight_milli, probability_milli, why, run, found_at, state, version) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'open', 1)", SQL_I(x->c->district), SQL_I(*ret_id), SQL_I(f->one), SQL_I(f->other), SQL_S(one), SQL_S(other), weight, probability,
            SQL_S(f->why), run, SQL_I(txn_now(t)));
    }
    bool listed = span_is(rows_text(r, 1), "open") || span_is(rows_text(r, 1), "undecided") || span_is(rows_text(r, 1), "gone");
    int64_t id = rows_int(r, 0);
    rows_free(TAKE(r));
    if (!listed)
        return OK;
    *ret_id = id;
    return sql_exec(t, d, "UPDATE linkage_pair SET weight_milli = ?, probability_milli = ?, why = ?, run = ?, division_one = ?, division_other = ?, "
        "state = CASE state WHEN 'gone' THEN 'open' ELSE state END, version = version + 1 WHERE district = ? AND id = ?",
        weight, probability, SQL_S(f->why), run, SQL_S(one), SQL_S(other), SQL_I(x->c->district), SQL_I(id));
}

static enum status keep_chunk(struct txn *t, void *arg, struct diag *d) {
    struct linking *x = arg;
    int64_t kept[CHUNK];
    size_t n = 0;
    enum status s = OK;
    x->fresh = 0;
    for (size_t i = x->done; s == OK && i < x->founds && i < x->done + CHUNK; i++) {
        int64_t id = 0;
        s = keep_pair(x, t, &x->found[i], &id, d);
        if (id)
            kept[n++] = id;
    }
    return s == OK ? evidence_keep_in(x->c, t, x->who, KEPT_LINKAGE_PAIR, x->c->district, kept, n, d) : s;
}

/* Open pairs that the run did not find: a row was corrected, or one of the two is gone. */
static enum status forget_chunk(struct txn *t, void *arg, bool *done, struct diag *d) {
    struct linking *x = arg;
    int64_t gone[CHUNK];
    size_t n = 0;
    AUTO(rows) struct rows *r = NULL;
    bool row = true;
    enum status s = sql_query(t, &r, d, "SELECT id FROM linkage_pair WHERE district = ? AND state = 'open' AND run <> ? ORDER BY id LIMIT ?", SQL_I(x->c->district), SQL_I(x->run), SQL_I(CHUNK));
    for (; s == OK && n < CHUNK && (s = rows_next(r, &row, d)) == OK && row; n++)
        gone[n] = rows_int(r, 0);
    rows_free(TAKE(r));
    for (size_t i = 0; s == OK && i < n; i++)
        s = sql_exec(t, d, "UPDATE linkage_pair SET state = 'gone', version = version + 1 WHERE district = ? AND id = ?", SQL_I(x->c->district), SQL_I(gone[i]));
    if (s == OK)
        s = evidence_keep_in(x->c, t, x->who, KEPT_LINKAGE_PAIR, x->c->district, gone, n, d);
    if (s == OK && n)
        s = sql_exec(t, d, "UPDATE linkage_run SET gone = gone + ? WHERE district = ? AND id = ?", SQL_I(n), SQL_I(x->c->district), SQL_I(x->run));
    if (s == OK && n)
        s = evidence_keep_one(x->c, t, x->who, KEPT_LINKAGE_RUN, x->c->district, x->run, d);
    *done = n < CHUNK;
    return s;
}

static enum status finish(struct txn *t, void *arg, struct diag *d) {
    struct linking *x = arg;
    enum status s = sql_exec(t, d, "UPDATE linkage_run SET complete = 1, fresh = ? WHERE district = ? AND id = ?", SQL_I(x->report.fresh), SQL_I(x->c->district), SQL_I(x->run));
    if (s == OK)
        s = evidence_keep_one(x->c, t, x->who, KEPT_LINKAGE_RUN, x->c->district, x->run, d);
    return s == OK ? sql_int(t, &x->report.gone, 0, d, "SELECT gone FROM linkage_run WHERE district = ? AND id = ?", SQL_I(x->c->district), SQL_I(x->run)) : s;
}

static enum status keep(struct linking *x, struct diag *d) {
    enum status s = store_write(x->c->store, begin, x, d);
    for (x->done = 0; s == OK && x->done < x->founds; x->done += CHUNK) {
        s = store_write(x->c->store, keep_chunk, x, d);
        x->report.fresh += x->fresh;
    }
    if (s == OK && !x->report.cut)
        s = store_write_chunks(x->c->store, forget_chunk, x, d);
    return s == OK ? store_write(x->c->store, finish, x, d) : s;
}

enum status linkage_run(struct civil *c, const struct actor *who, const struct link_crew *crew, int64_t people_max, struct linkage_report *ret, struct diag *d) {
    char district[24];
    snprintf(district, sizeof district, "%lld", (long long)c->district);
    if (strcmp(who->kind, "system") != 0 && !actor_may(who, "district_clerk", district))
        return diag_fail(d, E_FORBIDDEN, "linkage.role");
    AUTO(arena) struct arena *a = arena_new(MEMORY);
    struct linking x = {.c = c, .who = who, .crew = crew, .people_max = people_max, .arena = a};
    if (!a)
        return arena_full(d);
    buf_init(&x.csv, 4096);
    enum status s = store_read(c->store, read_people, &x, d);
    if (s == OK)
        s = compare(&x, d);
    if (x.csv.size)
        explicit_bzero(x.csv.at, x.csv.size); /* numbers and telephones in the clear */
    buf_release(&x.csv);
    if (s == OK)
        s = keep(&x, d);
    x.report.run = x.run;
    x.report.people = (int64_t)x.people;
    x.report.found = (int64_t)x.founds;
    if (s == OK && ret)
        *ret = x.report;
    return s;
}

void linkage_report_json(const struct linkage_report *r, struct json_writer *w) {
    json_object(w);
    json_kid(w, "id", r->run);
    json_kint(w, "people", r->people);
    json_kint(w, "candidates", r->candidates);
    json_kint(w, "found", r->found);
    json_kint(w, "fresh", r->fresh);
    json_kint(w, "gone", r->gone);
    json_kint(w, "verdicts", r->verdicts);
    json_kint(w, "shift_milli", r->shift_milli);
    json_kbool(w, "cut", r->cut);
    json_object_end(w);
}
