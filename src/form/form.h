/* A form-js schema (form-js 1.x JSON) as the server reads it: what a person
 * may send, and what it means as facts.
 *
 * The browser shows and hides; this decides.  Understood: textfield, textarea,
 * number, checkbox, radio, select, checklist, taglist, datetime, filepicker,
 * expression (computed here, never taken from the browser), group and
 * dynamiclist (with `path`), `conditional.hide`, `disabled`, `readonly`,
 * `validate`.  Skipped because they carry no data: text, html, image, separator,
 * spacer, button, iframe, table, documentPreview; layout.  Any other type of
 * component is refused on load.
 *
 * What a condition sees: answers as they are kept (a number is one, a text is
 * trimmed, an unticked checkbox is false, whatever else is blank is null), without
 * what other conditions hide.  Conditions that hang on each other are taken in the
 * form's order, again and again until nothing moves, at most eight times.
 * `readonly` and `disabled` of a group or list hold for what is in it.
 * A list without allowAddRemove keeps the rows that it was given, or its
 * defaultRepetitions.  validate.minItems and maxItems (ours) count the entries of
 * a dynamiclist, choices and files.  Times are kept as timeSerializingFormat says;
 * one without a zone is of Asia/Shanghai.
 *
 * Names in FEEL (conditions, valuesExpression, expression) are as in form-js: the
 * data of the whole form, and inside a list `this`, `parent`, `i` (list of
 * positions from 1) and the same with underscores (`_this_`).
 * A condition that is null or cannot be computed does not hide.
 * `validate.required` on a dynamiclist (ours: form-js ignores it) asks for at
 * least one entry.
 *
 * Our custom properties (`properties` of a component, strings as form-js
 * keeps them; "true" is true):
 *   mz.fact     the fact this field states, see form_facts
 *   mz.none     on a checkbox or radio with mz.fact of a list: true states that
 *               the list is empty ("no vehicle"); false that it is not, so that
 *               a list without entries beside it stays unknown
 *   mz.unknown  a choice that states nothing ("I don't know")
 *   mz.number   on a dynamiclist with mz.fact: key that numbers the entries
 *               "1", "2" ... (编号)
 *   mz.idnum    "true": a citizen number (GB 11643)
 *   mz.mask     "true": officers see its ends only (civil/case/mask.c)
 *   mz.register  what the register knows that answers this field: a path like
 *               mz.fact, which a radio or checkbox may end in "[]" (is the list
 *               empty?), see form_known
 *   mz.page, mz.why, mz.plain   for the portal; kept, not used here */
#ifndef FORM_FORM_H
#define FORM_FORM_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/date.h"
#include "base/evaluator.h"

enum {
    FORM_COMPONENTS_MAX = 2000, /* the longest application forms have 300 */
    FORM_ROWS_MAX = 500,        /* entries of one list */
    FORM_ROWS_ALL_MAX = 5000,   /* entries of all lists, lists in lists included */
    FORM_TEXT_MAX = 20000,      /* bytes of one answer */
    FORM_ERRORS_MAX = 200       /* a person reads no more */
};

enum form_type {
    FORM_TEXT,      /* textfield, textarea */
    FORM_NUMBER,
    FORM_CHECKBOX,
    FORM_CHOICE,    /* radio, select */
    FORM_CHOICES,   /* checklist, taglist */
    FORM_DATE,
    FORM_TIME,
    FORM_DATETIME,
    FORM_FILES,
    FORM_EXPRESSION,
    FORM_GROUP,
    FORM_LIST
};

struct form_property { const char *name, *value; };

/* A bound that counts: n (-1: none), or FEEL that gives it. */
struct form_count { long n; struct span feel; };

/* Strings are terminated, "" when absent. */
struct form_field {
    const char *id, *key, *label;
    enum form_type type;
    uint32_t parent;                 /* index, FORM_NONE at the top */
    uint32_t first_child, next;      /* FORM_NONE */
    const char *const *path;         /* where the answer is, from the list around (or the top):
                                        paths of groups, then `key` or `path`, split at dots */
    uint32_t path_count;             /* 0: a group without a path */
    struct span hide;                /* FEEL, empty: always shown */
    struct span readonly, disabled;  /* FEEL; "true" for a plain true */
    struct span expression;          /* FORM_EXPRESSION, FEEL */
    bool required, multiple;
    bool has_min, has_max;
    struct dec min, max, step;       /* step: 0 = any */
    struct span min_feel, max_feel;  /* min and max may be expressions */
    struct form_count length[2];     /* of a text, in UTF-16 units: least, most */
    struct form_count items[2];      /* of a list, choices or files: least, most */
    long fixed_rows;                 /* of a list that nobody may lengthen; -1 */
    bool lines;                      /* textarea: line ends and tabs are no mistake */
    bool as_text;                    /* serializeToString */
    enum { FORM_ZONE_ANY, FORM_ZONE_NONE, FORM_ZONE_OFFSET, FORM_ZONE_UTC } zone; /* timeSerializingFormat */
    int decimals;                    /* -1: any */
    const char *pattern;
    enum { FORM_PLAIN, FORM_EMAIL, FORM_PHONE } validation;
    bool idnum, no_past, none_fact;
    const struct json *values;       /* array of values a person may choose; NULL: see next */
    const char *values_key;          /* data that holds the choices */
    struct span values_feel;
    const struct form_property *property;
    uint32_t property_count;
    const char *const *fact;         /* parsed mz.fact: "户", "成员", "[]", "出生日期" */
    uint32_t fact_count;
    const char *fact_unknown, *fact_number;
    const char *const *known;        /* parsed mz.register */
    uint32_t known_count;
    const struct json *default_value;/* NULL; a read-only field may send it back */
};
#define FORM_NONE UINT32_MAX

struct form {
    const char *id;
    struct form_field *field;
    uint32_t field_count;
    uint32_t first;
};

/* `feel` may be NULL; its check is asked about every expression.
 * E_INPUT: json.*, form.* with diag.where = id or key of the component. */
NODISCARD enum status form_load(struct arena *a, struct span schema, const struct evaluator *feel,
    const struct form **ret, struct diag *d);

/* Value of a custom property, "" when absent. */
const char *form_property(const struct form_field *f, const char *name);

/* What surrounds a submission. */
struct form_context {
    const struct evaluator *feel; /* NULL: only forms without expressions */
    const struct json *given;     /* what the server had filled in: read-only fields
                                     keep it, valuesKey reads it, conditions see it; NULL */
    date_t today;                 /* for "not in the past"; DATE_NONE: not checked */
    struct form_places *hidden;   /* NULL, or: filled with what conditions hide */
};
/* Places as in a mistake; a hidden list is one. */
struct form_places { const char *const *at; size_t size; };

/* One mistake: code in diag.code, place in diag.where ("成员[2].收入[0].月金额",
 * positions from 0 as in JSON), status E_INPUT, argument `label`.  The value
 * itself is never in it. */
struct form_errors {
    struct diag *at;
    size_t size;
    bool more; /* there were more than FORM_ERRORS_MAX */
};

/* Checks `data` (an object).  OK also when there are mistakes: then
 * errors->size > 0 and *ret_clean is NULL.  Otherwise *ret_clean is the data to
 * keep: hidden, disabled and empty answers dropped, computed fields filled
 * in, numbers as exact decimals, texts trimmed, citizen numbers in their
 * 18-digit form, in the order of the form.
 * Unknown keys are mistakes (form.unknown_key).
 * A computed field whose expression fails is absent, as in the browser.
 * E_INPUT form.not_object; form.expression (a valuesExpression failed: the
 * form's fault); E_USAGE form.no_evaluator; E_LIMIT. */
NODISCARD enum status form_validate(const struct form *f, const struct json *data,
    const struct form_context *ctx, struct arena *a, const struct json **ret_clean,
    struct form_errors *errors, struct diag *d);

/* The facts that clean data states, as one object in the vocabulary's shape.
 *
 * mz.fact is a path: names joined by ".", a list marked "[]" or with a fixed place
 * "[0]":  户.货币财产   户.成员[].出生日期   户.成员[0].性别   户.成员[].收入[].月金额
 *   - "[]" stands for the entry of the dynamiclist around the field, the
 *     outermost list for the first; entries of a list follow those with a fixed
 *     place (the applicant is 成员[0], other members come after).
 *   - mz.fact on the dynamiclist itself (户.成员[].残疾[]) states the list even
 *     when it has no entry; a list that was not asked (hidden) stays unknown.
 *   - What is absent in the data is absent in the facts: unknown.
 * Paths that cannot fit the form (more "[]" than lists around) are refused by
 * form_load (form.fact_path). */
NODISCARD enum status form_facts(const struct form *f, const struct json *clean, struct arena *a,
    const struct json **ret, struct diag *d);

/* The other way round: the answers that `known`, a document in the vocabulary's shape,
 * gives to the fields with mz.register, in the shape of the data.  What is known of a
 * list with fixed places ("[0]") fills those first, a dynamiclist gets the rest.  What
 * a person could not choose, or is no value of the field's kind, is left out: it is
 * asked.  Nothing is checked further: the answers are a proposal like a browser's. */
NODISCARD enum status form_known(const struct form *f, const struct json *known, struct arena *a,
    const struct json **ret, struct diag *d);

#endif
