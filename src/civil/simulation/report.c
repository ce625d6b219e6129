#include "civil/simulation/report.h"

#include "civil/screening/report.h"
#include "civil/decision/decision.h"
#include "crypto/hash.h"

#include <inttypes.h>
#include <stdio.h>

/* ---- JSON -------------------------------------------------------------------------------- */

static void number(struct json_writer *w, const char *key, double x) {
    char text[40];
    struct dec n;
    snprintf(text, sizeof text, "%.6f", x);
    json_key(w, key);
    if (dec_parse(span_of(text), &n, NULL) == OK)
        json_decimal(w, n);
    else
        json_nothing(w);
}

static void tally_json(struct json_writer *w, const char *key, const struct tally *t) {
    json_key(w, key);
    json_object(w);
    json_kint(w, "entitled", (int64_t)t->entitled);
    json_kint(w, "entitled_fen", t->entitled_fen);
    json_kint(w, "drawing", (int64_t)t->drawing);
    json_kint(w, "drawing_fen", t->drawing_fen);
    json_kint(w, "open", (int64_t)t->open);
    json_kint(w, "open_drawing", (int64_t)t->open_drawing);
    json_kint(w, "open_drawing_fen", t->open_drawing_fen);
    json_kint(w, "unsure", (int64_t)t->unsure);
    json_kint(w, "error", (int64_t)t->error);
    json_object_end(w);
}

static void both_json(struct json_writer *w, const struct both *b) {
    tally_json(w, "before", &b->before);
    tally_json(w, "after", &b->after);
}

static void scheme_json(struct json_writer *w, const struct simulation *s, const struct simulated_scheme *x) {
    json_object(w);
    json_kstring(w, "scheme", x->matter->scheme);
    json_kstring(w, "unit", x->of_person ? "person" : "household");
    json_kbool(w, "changed", x->changed);
    json_kbool(w, "undecidable", x->undecidable);
    json_kint(w, "fed", (int64_t)x->fed);
    both_json(w, &x->all);
    json_key(w, "divisions");
    json_array(w);
    for (size_t i = 0; i < s->people.divisions; i++) {
        json_object(w);
        json_kstring(w, "division", s->people.code[i]);
        both_json(w, &x->division[i]);
        json_object_end(w);
    }
    json_array_end(w);
    json_key(w, "types");
    json_array(w);
    for (int i = 0; i < HOUSEHOLD_TYPES; i++) {
        json_object(w);
        json_kstring(w, "type", household_type_name((enum household_type)i));
        both_json(w, &x->type[i]);
        json_object_end(w);
    }
    json_array_end(w);
    json_object_end(w);
}

static void bands_json(struct json_writer *w, const struct simulation *s) {
    json_key(w, "bands");
    json_array(w);
    for (int i = 0; i < SIMULATION_BANDS; i++) {
        const struct simulated_band *b = &s->band[i];
        json_object(w);
        json_key(w, "from_fen");
        if (i)
            json_int64(w, b->low_fen);
        else
            json_nothing(w);
        json_key(w, "below_fen");
        if (i < SIMULATION_BANDS - 1)
            json_int64(w, b->high_fen);
        else
            json_nothing(w);
        json_kint(w, "households", (int64_t)b->households);
        json_kint(w, "persons", (int64_t)b->persons);
        json_kint(w, "sum_fen", b->sum_fen);
        json_object_end(w);
    }
    json_array_end(w);
}

static void unsettled_json(struct json_writer *w, const struct simulated_band *b) {
    json_key(w, "unsettled");
    json_object(w);
    json_kint(w, "households", (int64_t)b->households);
    json_kint(w, "persons", (int64_t)b->persons);
    json_kint(w, "sum_fen", b->sum_fen);
    json_object_end(w);
}

/* So that a report says by itself what it is of. */
static void origin_json(struct json_writer *w, const struct simulation_report *r) {
    if (r->from) {
        json_key(w, "snapshot");
        screening_snapshot_json(w, r->from);
    }
    if (!r->text_count)
        return;
    json_key(w, "texts");
    json_array(w);
    for (size_t i = 0; i < r->text_count; i++) {
        char hex[2 * HASH_BYTES + 1];
        struct hash h = hash_one(HASH_SHA256, r->text[i].text);
        hash_hex(&h, hex);
        json_object(w);
        json_kstring(w, "name", r->text[i].name);
        json_kstring(w, "sha256", hex);
        json_object_end(w);
    }
    json_array_end(w);
}

static void measures_json(struct json_writer *w, const char *key, const struct measures *m) {
    json_key(w, key);
    json_object(w);
    json_kint(w, "persons", (int64_t)m->persons);
    json_kint(w, "poor", (int64_t)m->poor);
    number(w, "fgt0", m->fgt[0]);
    number(w, "fgt1", m->fgt[1]);
    number(w, "fgt2", m->fgt[2]);
    number(w, "gini", m->gini);
    json_kint(w, "mean_fen", m->mean_fen);
    json_object_end(w);
}

static void margin_json(struct json_writer *w, const char *key, const struct simulated_margin *m) {
    json_key(w, key);
    json_object(w);
    json_kint(w, "households", (int64_t)m->households);
    json_kint(w, "cliff", (int64_t)m->cliff);
    json_kint(w, "above_80", (int64_t)m->above_80);
    json_kint(w, "above_50", (int64_t)m->above_50);
    json_object_end(w);
}

static void cliff_json(struct json_writer *w, const char *key, const struct cliff *c) {
    json_key(w, key);
    json_array(w);
    for (size_t i = 0; i < c->count; i++) {
        const struct cliff_point *p = &c->point[i];
        json_object(w);
        json_kint(w, "earned_fen", p->earned_fen);
        json_kint(w, "benefit_fen", p->benefit_fen);
        json_kint(w, "in_hand_fen", p->in_hand_fen);
        json_kint(w, "marginal_permille", cliff_marginal_rate(c, i));
        json_kbool(w, "falls", p->falls);
        json_object_end(w);
    }
    json_array_end(w);
}

static void cliffs_json(struct json_writer *w, const struct simulation_report *r) {
    json_key(w, "cliffs");
    json_array(w);
    for (size_t i = 0; i < r->cliffs; i++) {
        json_object(w);
        json_kstring(w, "id", json_str(r->before[i].household, "id", ""));
        json_kstring(w, "zh", json_str(r->before[i].household, "zh", ""));
        json_kstring(w, "en", json_str(r->before[i].household, "en", ""));
        json_kint(w, "worst_before_fen", r->before[i].worst_fen);
        json_kint(w, "worst_after_fen", r->after[i].worst_fen);
        cliff_json(w, "before", &r->before[i]);
        cliff_json(w, "after", &r->after[i]);
        json_object_end(w);
    }
    json_array_end(w);
}

static void result_json(struct json_writer *w, const struct simulation_report *r) {
    const struct simulation *s = r->result;
    if (r->of_some) {
        json_key(w, "only");
        json_array(w);
        for (size_t i = 0; i < s->scheme_count; i++)
            json_string(w, s->scheme[i].matter->scheme);
        json_array_end(w);
    }
    json_kint(w, "households", (int64_t)s->people.count);
    json_kint(w, "income_unknown", (int64_t)s->people.income_unknown);
    json_kint(w, "line_fen", r->request->line_fen);
    json_key(w, "schemes");
    json_array(w);
    for (size_t i = 0; i < s->scheme_count; i++)
        scheme_json(w, s, &s->scheme[i]);
    json_array_end(w);
    bands_json(w, s);
    unsettled_json(w, &s->unsettled);
    json_key(w, "measures");
    json_object(w);
    measures_json(w, "without", &s->none);
    measures_json(w, "before", &s->before);
    measures_json(w, "after", &s->after);
    json_object_end(w);
    if (r->request->margin_fen > 0) {
        json_key(w, "margin");
        json_object(w);
        json_kint(w, "more_fen", r->request->margin_fen);
        margin_json(w, "before", &s->margin_before);
        margin_json(w, "after", &s->margin_after);
        json_object_end(w);
    }
}

void simulation_json(struct json_writer *w, const struct simulation_report *r) {
    json_object(w);
    json_kdate(w, "date", r->date);
    origin_json(w, r);
    json_key(w, "set");
    json_object(w);
    for (size_t i = 0; i < r->set_count; i++) {
        json_key_span(w, r->set[i].name);
        json_decimal(w, r->set[i].value);
    }
    json_object_end(w);
    if (r->result)
        result_json(w, r);
    cliffs_json(w, r);
    json_object_end(w);
}

/* ---- CSV ------------------------------------------------------------------------------------ */

const char *simulation_table_name(int table) {
    static const char *const NAME[SIMULATION_TABLES] = {"schemes", "divisions", "types", "bands", "measures", "unsettled", "cliff"};
    return NAME[table];
}

#define TALLY_NAMES "entitled_before,entitled_after,fen_before,fen_after,drawing_before,drawing_after,drawing_fen_before,drawing_fen_after,open_before,open_after,error_before,error_after,unsure_before,unsure_after,open_drawing_before,open_drawing_after,open_drawing_fen_before,open_drawing_fen_after\n"

static void tally_row(struct buf *out, const struct both *b) {
    const struct tally *x = &b->before, *y = &b->after;
    buf_addf(out, "%" PRIu64 ",%" PRIu64 ",%" PRId64 ",%" PRId64 ",%" PRIu64 ",%" PRIu64 ",%" PRId64 ",%" PRId64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRId64 ",%" PRId64 "\n",
        x->entitled, y->entitled, x->entitled_fen, y->entitled_fen, x->drawing, y->drawing, x->drawing_fen, y->drawing_fen,
        x->open, y->open, x->error, y->error, x->unsure, y->unsure, x->open_drawing, y->open_drawing, x->open_drawing_fen, y->open_drawing_fen);
}

static void schemes_table(struct buf *out, const struct simulation *s) {
    buf_adds(out, "scheme,changed," TALLY_NAMES);
    for (size_t i = 0; i < s->scheme_count; i++) {
        buf_addf(out, "%s,%d,", s->scheme[i].matter->scheme, s->scheme[i].changed);
        tally_row(out, &s->scheme[i].all);
    }
}

static void divisions_table(struct buf *out, const struct simulation *s) {
    buf_adds(out, "scheme,division," TALLY_NAMES);
    for (size_t i = 0; i < s->scheme_count; i++)
        for (size_t k = 0; k < s->people.divisions; k++) {
            buf_addf(out, "%s,%s,", s->scheme[i].matter->scheme, s->people.code[k]);
            tally_row(out, &s->scheme[i].division[k]);
        }
}

static void types_table(struct buf *out, const struct simulation *s) {
    buf_adds(out, "scheme,type," TALLY_NAMES);
    for (size_t i = 0; i < s->scheme_count; i++)
        for (int k = 0; k < HOUSEHOLD_TYPES; k++) {
            buf_addf(out, "%s,%s,", s->scheme[i].matter->scheme, household_type_name((enum household_type)k));
            tally_row(out, &s->scheme[i].type[k]);
        }
}

static void bands_table(struct buf *out, const struct simulation *s) {
    buf_adds(out, "from_fen,below_fen,households,persons,sum_fen\n");
    for (int i = 0; i < SIMULATION_BANDS; i++) {
        const struct simulated_band *b = &s->band[i];
        if (i)
            buf_addf(out, "%" PRId64, b->low_fen);
        buf_addc(out, ',');
        if (i < SIMULATION_BANDS - 1)
            buf_addf(out, "%" PRId64, b->high_fen);
        buf_addf(out, ",%" PRIu64 ",%" PRIu64 ",%" PRId64 "\n", b->households, b->persons, b->sum_fen);
    }
}

static void unsettled_table(struct buf *out, const struct simulation *s) {
    buf_addf(out, "households,persons,sum_fen\n%" PRIu64 ",%" PRIu64 ",%" PRId64 "\n", s->unsettled.households, s->unsettled.persons, s->unsettled.sum_fen);
}

static void measures_row(struct buf *out, const char *name, const struct measures *m) {
    buf_addf(out, "%s,%" PRIu64 ",%" PRIu64 ",%.6f,%.6f,%.6f,%.6f,%" PRId64 "\n", name, m->persons, m->poor, m->fgt[0], m->fgt[1], m->fgt[2], m->gini, m->mean_fen);
}

static void measures_table(struct buf *out, const struct simulation *s) {
    buf_adds(out, "side,persons,poor,fgt0,fgt1,fgt2,gini,mean_fen\n");
    measures_row(out, "without", &s->none);
    measures_row(out, "before", &s->before);
    measures_row(out, "after", &s->after);
}

static void cliff_table(struct buf *out, const struct simulation_report *r) {
    buf_adds(out, "household,earned_fen,benefit_before_fen,in_hand_before_fen,marginal_before_permille,benefit_after_fen,in_hand_after_fen,marginal_after_permille\n");
    for (size_t i = 0; i < r->cliffs; i++)
        for (size_t k = 0; k < r->before[i].count; k++) {
            const struct cliff_point *p = &r->before[i].point[k], *q = &r->after[i].point[k];
            buf_addf(out, "%s,%" PRId64 ",%" PRId64 ",%" PRId64 ",%d,%" PRId64 ",%" PRId64 ",%d\n", json_str(r->before[i].household, "id", ""), p->earned_fen,
                p->benefit_fen, p->in_hand_fen, cliff_marginal_rate(&r->before[i], k), q->benefit_fen, q->in_hand_fen, cliff_marginal_rate(&r->after[i], k));
        }
}

void simulation_table(struct buf *out, const struct simulation_report *r, int table) {
    static void (*const TABLE[])(struct buf *, const struct simulation *) = {schemes_table, divisions_table, types_table, bands_table, measures_table, unsettled_table};
    if (table == SIMULATION_TABLES - 1)
        cliff_table(out, r);
    else if (r->result)
        TABLE[table](out, r->result);
}
