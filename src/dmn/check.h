/* What is wrong with a decision model before it decides anything.
 *
 * dmn_check reads a file as dmn_load does and looks at it without running a
 * case: structure (ids, names, requirements, cycles), names and types inside
 * every expression, and decision tables (gaps, overlaps, rules that can never
 * fire).  DMN 1.5 chapters 6 to 8 and 10.
 *
 * What a finding claims of a table is proved, not guessed.  A gap and an
 * overlap come with an example, one value a column, that was evaluated with the
 * cells' own programs: no rule held, or both did.  A rule is called dead when
 * the regions of its cells are empty or covered by the rules before it, which
 * is decided exactly for unary tests on numbers, dates, times, durations,
 * strings and booleans; a cell may repeat its column (年龄 < 18) as well as leave it out.
 * Cells that compare columns and names with sums of them (> 月标准 * 1.5, [b..b + 100], < 到期日 - duration("P30D"))
 * are decided exactly as well, all columns together, whatever values the names have within their types.
 * Cells that are other expressions are sampled around
 * their constants: an overlap or gap found there is as real, but others may be
 * missed, and a finding of severity DMN_INFO says so.  A table too large for the
 * budget gets a finding dmn_check.budget, one with a condition that cannot be read dmn_check.unread.
 *
 * Columns are taken to be independent, except that columns with the same
 * expression have the same value, that sums of numbers are what their names make
 * them, and that a column has the values its expression can give: whole numbers for
 * count(a) and a.year, 1 to 12 for a.month, the branches of an if.  Null is a value
 * of a column only where a cell or the allowed values of the column name it.  The
 * names inside other cells (thresholds) take sample values, which the example shows.
 *
 * No person-readable text is here: codes with arguments, sentences in
 * messages.csv. */
#ifndef DMN_CHECK_H
#define DMN_CHECK_H

#include "base/message.h"
#include "dmn/dmn.h"

enum {
    DMN_CHECK_FINDINGS_MAX = 500, /* more help nobody; the rest are counted */
    DMN_CHECK_STEPS = 400000      /* nodes searched for one question about one table: some 50 ms */
};

enum dmn_severity {
    DMN_INFO,    /* said for completeness: what was not examined */
    DMN_WARNING, /* probably not meant */
    DMN_ERROR    /* gives null, refuses, or never does what it says */
};

/* An input of an example: the column's label (or a name that cells use) and its
 * value written in FEEL; "-": any value. */
struct dmn_check_value { struct span name, text; };
struct dmn_check_arg { const char *name; struct span value; };

struct dmn_finding {
    const char *code;        /* catalogue key, "dmn_check.gap"; static */
    enum dmn_severity severity;
    struct span element_id, element_name; /* decision, knowledge, input data, definition; "" the file */
    struct span at;          /* XML id of what an editor should mark: table, rule, cell, requirement; "" */
    int line;                /* of the XML, 0: does not apply */
    size_t rule, other_rule; /* numbers of rules from 1; 0: none */
    size_t column;           /* from 1 among inputs (or outputs); 0: none */
    bool output;             /* `column` counts outputs */
    struct span text;        /* the expression concerned, "" */
    const struct dmn_check_value *example;
    size_t example_count;
    const struct dmn_check_arg *arg; /* what the sentence names */
    size_t arg_count;
};

struct dmn_findings {
    const struct dmn_finding *at; /* by element in file order, then as found */
    size_t count;
    size_t lost;             /* beyond DMN_CHECK_FINDINGS_MAX */
};

struct dmn_vocabulary;
struct dmn_check_options {
    bool policy;                       /* a pack's policy: every rule that concludes names its article */
    const struct dmn_imports *imports; /* may be NULL */
    const struct dmn_vocabulary *vocabulary; /* dmn/case.h: types of inputs that declare none; may be NULL */
    uint64_t steps;                    /* 0: DMN_CHECK_STEPS */
};

/* `options` may be NULL.  Findings live in `a`, and refer to `xml`'s text as
 * parsed into `a`.  OK whatever is found, cycles included.
 * E_INPUT: the file cannot be read at all (xml.*, dmn.no_definitions, dmn.not_dmn); E_LIMIT. */
NODISCARD enum status dmn_check(struct arena *a, struct span xml, const struct dmn_check_options *options,
    const struct dmn_findings **ret, struct diag *d);

/* How many are more than information: what makes a check fail. */
size_t dmn_findings_counted(const struct dmn_findings *f);

const char *dmn_severity_name(enum dmn_severity s); /* "info", "warning", "error" */
/* FEEL's name of a type (of a value's kind) in the language; another text as it is.  `room` is empty and keeps the word. */
struct span dmn_type_word(enum lang l, struct span name, struct buf *room);
/* What is wrong, with the example and what to do; not the place. */
void dmn_finding_text(struct buf *out, enum lang l, const struct dmn_finding *f);
/* The place: element, rule, column. "" for the whole file. */
void dmn_finding_place(struct buf *out, enum lang l, const struct dmn_finding *f);
/* {"code","severity","element":{"id","name"},"at","line","rule","other_rule","column","output","text",
 *  "example":[{"name","value"}],"arguments":{…},"message"}; numbers that do not apply are left out. */
void dmn_finding_json(struct json_writer *w, enum lang l, const struct dmn_finding *f);
/* {"findings":[…],"counted":N,"lost":N} */
void dmn_findings_json(struct json_writer *w, enum lang l, const struct dmn_findings *f);

#endif
