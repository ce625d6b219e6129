/* Case mode (internal): vocabulary, cells, boxes. */
#ifndef DMN_CASE_INTERNAL_H
#define DMN_CASE_INTERNAL_H

#include "base/map.h"
#include "base/vec.h"
#include "dmn/case.h"
#include "feel/unknown.h"

/* ---- vocabulary ------------------------------------------------------------------- */

enum fact_kind { FACT_DATE, FACT_NUMBER, FACT_BOOLEAN, FACT_STRING, FACT_CONTEXT, FACT_ENTITY };
struct fact {
    struct span name;                 /* of the field */
    struct span label;                /* entity.field; at the top level the field alone */
    enum fact_kind kind;
    bool list;
    const struct fact_entity *entity; /* of FACT_ENTITY; of a context when it has one */
    const struct feel_value *code;    /* domain of strings and small integer ranges */
    size_t code_count;
    size_t id;                        /* counted through the vocabulary */
};
struct fact_entity { struct span name; struct fact *fact; size_t count; };
struct dmn_vocabulary { const struct fact_entity *entity; size_t count; const struct fact_entity *root; size_t fact_count; };

/* ---- cells and boxes ---------------------------------------------------------------- */

/* Dates that a completion may give; the register holds nobody older, and
 * nothing is decided that far ahead. */
enum { DATE_FIRST = -62091, DATE_LAST = 120895 }; /* 1800-01-01 .. 2300-12-31 */
enum { LIST_TRIED = 3, CODES_MAX = 63, CELLS_SPARE = 256 };
enum { CASE_OPEN = 255, CASE_CHOICES = 48 }; /* of a fact: a multiple of the lengths of lists (3) and of the amounts (16) */

/* One unknown: a fact, or inside an unknown list the length or an element's field. */
struct cell {
    const struct fact *fact;
    bool length;     /* of a list */
    int32_t group;   /* the cell of the fact that stands in `missing` */
    bool derived;    /* a question asked of an unknown list; `natural` is all it may be */
    const struct domain *natural;
};

/* A place of the input.  What never changes from one evaluation to the next is
 * made there once. */
struct spot {
    const struct spot *up;
    struct span name;            /* of the field; empty: an element */
    size_t index;
    uint64_t hash;               /* of the path */
    int32_t cell;                /* -1: none */
    struct spot **child;         /* by field, or element */
    size_t room;
    const struct json **given;   /* entity: by fact */
    const struct feel_shape *shape;
    const struct feel_value *extra; /* entity: values of keys that the vocabulary does not know */
    size_t extra_count;
    struct feel_value made;      /* known, or unknown and unrestricted; null: not made */
};

/* What is still possible for a cell in a box. */
struct domain {
    bool set;        /* false: everything */
    uint64_t codes;  /* bit i: code i; booleans: bit 0 false, bit 1 true */
    struct feel_bound lo, hi;
    struct feel_value exactly; /* a free string fixed to this; FEEL_NULL: not */
    int length;      /* list; `tail`: this or longer */
    bool tail;
};

struct box {
    struct domain *domain;
    size_t count;        /* cells beyond are unrestricted */
    bool point;          /* everything but `free_group` takes one value */
    int corner;          /* which */
    int32_t free_group;  /* stays free, -1: none ... */
    int free_corner;     /* ... or takes this corner; -1: free */
    const uint8_t *choice, *choice_free; /* instead of corners: by fact, and those of free_group (case_memory.c) */
};

struct answer {
    uint64_t hash;
    bool known;          /* one value for the whole box */
    bool error;
    uint64_t *deps;      /* cells */
    const struct feel_hint *hint;
    size_t hint_count;
};

struct leaf { struct box box; struct answer answer; };

struct search {
    struct feel_env *env;
    const struct dmn_case *c;
    struct arena *keep, *scratch; /* scratch is emptied by every evaluation */
    struct map *questions; /* hash of a derived cell's value -> 1 + cell */
    struct spot *root;
    const struct feel_shape *input; /* keys of the facts and of what is known beside them */
    const struct feel_value *known_value; /* by slot of the model, with everything unknown ... */
    const uint8_t *known;                 /* ... and which of them are known all the same: so they are in every box */
    bool counting;       /* before the width of sets is known: nothing is kept */
    VEC(struct cell) cells;
    size_t words;
    bool approximate;    /* something has no cell, so nothing says what hangs on it */
    bool texts;          /* of a text without codes some were tried, not all there are */
    unsigned evaluations, budget;
    bool recalls, doubt; /* other cases are asked first; that left a doubt */
    unsigned pause;      /* evaluations at which what is being tried is given up */
    uint64_t steps_left; /* of all evaluations together */
    bool exhausted;      /* they are used up */
    struct diag why;     /* of the last answer that was a rule error: the first note */
    enum status status;
    struct diag *d;
    const struct box *building;
    struct feel_env *building_env;
    struct fact *narrowed; /* by list of c->codes: the fact with these codes */
    uint8_t *absent;     /* by fact: 0 not looked at, 1 absent it is unknown, 2 null */
    bool pinned;         /* along an unknown list only its last element is free */
    uint8_t *proven, *possible; /* by group (cell) */
    bool open;                  /* some fact is proven missing */
    uint8_t *tried;             /* lines and witnesses looked for */
    VEC(struct leaf) leaves;
    VEC(struct leaf) work;
};

static inline bool has_bit(const uint64_t *set, size_t i) { return set[i / 64] >> (i % 64) & 1; }

/* case.c: one evaluation of a box. */
struct answer case_look(struct search *s, const struct box *box);
bool case_spent(const struct search *s);
/* Groups the answer may depend on that are not proven missing yet. */
size_t case_open_groups(const struct search *s, const uint64_t *deps, int32_t *ret);

/* case_split.c */
enum { PARTS_MAX = 64, CORNERS = 4 };
struct parts { struct box box[PARTS_MAX]; size_t count; int32_t cell; };
struct box case_box_copy(struct search *s, const struct box *b, int32_t cell);
struct box case_restricted(struct search *s, const struct box *b, int32_t cell, struct domain d);
/* Cuts an open box in two or more; `group` >= 0: along that group's cells only,
 * `not_group` >= 0: not along that one's. */
bool case_split(struct search *s, const struct box *b, const struct answer *a, int32_t group, int32_t not_group,
    struct parts *out);

/* case_prove.c */
/* Marks `group` proven when the answer changes along it, the rest at some point of the box. */
void case_prove(struct search *s, const struct box *b, int32_t group);
/* Looks for completions in `a` and `b`, boxes apart in `group` alone that answer
 * differently, but on conditions (derived cells) that may be none at all. */
void case_witness(struct search *s, const struct box *a, const struct box *b, const struct answer *ans_a,
    const struct answer *ans_b, int32_t group);
/* Marks every group of the same fact proven. */
void case_proven(struct search *s, int32_t group);
/* Has the box a condition that was made a cell of its own? */
bool case_derived(const struct search *s, const struct box *b);

/* case_memory.c */
enum case_recalled {
    CASE_PROVEN,    /* all that the answer may depend on is missing */
    CASE_LISTED,    /* ... or possible, and a search would say no more */
    CASE_IN_DOUBT
};
enum case_recalled case_recall(struct search *s, const struct answer *root);
/* What another case whose answer is the same function of the same facts lacks; it is exact.  NULL: none was. */
struct case_lacks { const struct span *name; size_t count; };
const struct case_lacks *case_memory_lacks(const struct search *s, const struct answer *root);
void case_memory_keep(const struct search *s, const struct answer *root, const struct span *name, size_t count);
/* A search of the case left in doubt named so many facts. */
void case_memory_searched(struct dmn_case_memory *m, size_t missing);
/* A text that policies ask for; NULL: another. */
const struct feel_value *case_memory_text(const struct dmn_case_memory *m, const struct fact *f, unsigned choice);

/* case_pairs.c */
/* The one group in whose cells two boxes are apart; -1: none or several. */
int32_t case_neighbours(const struct search *s, const struct box *a, const struct box *b);
/* case_sweep.c: does the answer change along `group` anywhere?  Marks it proven,
 * or possible when the evaluations (s->pause) end first. */
void dmn_case_sweep(struct search *s, int32_t group);

/* case_input.c: s->narrowed. */
enum status case_narrow(struct search *s);
static inline bool case_narrowed(const struct search *s, const struct fact *f) { return f >= s->narrowed && f < s->narrowed + s->c->code_list_count; }
/* case_input.c: feel_unknown_hints.question, with the search as `user`. */
struct feel_value case_question(void *user, struct feel_env *env, struct feel_value v);
struct spot *case_spot(struct arena *a); /* NULL: memory ended */
/* case_input.c: the input context for a box, in `env`'s arena. */
struct feel_value case_input(struct search *s, struct feel_env *env, const struct box *box);
/* Everything a cell may be, and the values a box leaves it. */
size_t cell_code_count(const struct cell *c);
struct domain cell_domain(const struct search *s, const struct box *box, int32_t cell);

#endif
