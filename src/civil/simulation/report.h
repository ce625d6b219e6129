/* A simulation as files and as JSON.  Amounts are fen a month, rates fractions of one. */
#ifndef CIVIL_SIMULATION_REPORT_H
#define CIVIL_SIMULATION_REPORT_H

#include "base/buf.h"
#include "civil/simulation/cliff.h"
#include "civil/simulation/simulation.h"

struct simulation_report {
    const struct simulation_request *request; /* NULL: cliffs alone */
    const struct simulation *result;
    const struct cliff *before, *after;       /* the same households; `after` as the reform has it */
    size_t cliffs;
    date_t date;
    const struct figure_set *set;
    size_t set_count;
    const struct policy_text *text;           /* decision files in place of the packs' */
    size_t text_count;
    bool of_some;                             /* schemes were chosen: benefits of others are nobody's income here */
    const struct snapshot *from;              /* what it was reckoned from; NULL: not said here */
};

/* {"date","snapshot":{…}?,"set":{…},"texts":[{"name","sha256"}]?,"only":[scheme]? (schemes were chosen),"line_fen","schemes":[…],"bands":[…],"unsettled":{…},"measures":{…},"margin":{…},"cliffs":[…]} */
void simulation_json(struct json_writer *w, const struct simulation_report *r);

/* The tables, as CSV: schemes, divisions, types, bands, measures, unsettled, cliff.  Each is given its name without ".csv". */
enum { SIMULATION_TABLES = 7 };
const char *simulation_table_name(int table);
void simulation_table(struct buf *out, const struct simulation_report *r, int table);

#endif
