/* Private to src/form.
 *
 * load.c      the schema -> fields        property.c  our properties, fact paths
 * validate.c  a submission against fields value.c     one answer
 * settle.c    what conditions see          moment.c    dates and times
 * context.c   names for FEEL              pattern.c   regular expressions
 * tree.c      JSON that is being built    facts.c     clean data -> facts
 * known.c     facts -> answers */
#ifndef FORM_FORM_INTERNAL_H
#define FORM_FORM_INTERNAL_H

#include "base/vec.h"
#include "form/form.h"

/* ---- tree.c: objects and lists while they grow ---------------------------- */

struct tree {
    enum { TREE_EMPTY, TREE_LEAF, TREE_OBJECT, TREE_LIST } kind;
    const struct json *leaf;
    VEC(struct span) name;
    VEC(struct tree *) item;     /* NULL in a list: an entry not filled */
    const char *number_key;      /* list: key that numbers its entries; NULL */
    bool not_empty;              /* a list without entries here would be untrue */
};
struct tree *tree_new(struct arena *a);
/* Member or entry, made when missing; NULL: memory, or the place is already
 * something else. */
struct tree *tree_member(struct arena *a, struct tree *t, struct span name);
struct tree *tree_entry(struct arena *a, struct tree *t, size_t index);
struct tree *tree_path(struct arena *a, struct tree *t, const char *const *path, uint32_t n);
/* An empty place becomes the value; a filled one stays. */
void tree_set(struct tree *t, const struct json *value);
/* Empty members are left out, empty entries are null.  NULL: memory. */
const struct json *tree_json(struct arena *a, const struct tree *t);

/* ---- property.c ------------------------------------------------------------- */

NODISCARD enum status form_take_properties(struct arena *a, const struct json *component, struct form_field *f,
    struct diag *d);
/* Every "[]" of a fact needs a list around the field. */
NODISCARD enum status form_check_facts(const struct form *f, struct diag *d);
static inline bool form_any_entry(const char *segment) { return strcmp(segment, "[]") == 0; }
static inline bool form_fixed_entry(const char *segment) { return segment[0] == '[' && segment[1] != ']'; }
/* A yes or no that asks whether the list of its mz.register is empty. */
static inline bool form_asks_empty(const struct form_field *f) {
    return f->type != FORM_LIST && f->known_count > 0 && form_any_entry(f->known[f->known_count - 1]);
}

/* ---- pattern.c ---------------------------------------------------------------- */

/* ECMAScript's `new RegExp(pattern).test(text)` on ICU.  E_INPUT form.pattern:
 * not readable, or it took too long on this text. */
NODISCARD enum status form_pattern_check(const char *pattern, struct diag *d);
NODISCARD enum status form_pattern_test(const char *pattern, struct span text, bool *ret, struct diag *d);

/* ---- context.c ------------------------------------------------------------------ */

/* The whole form, or one entry of a list. */
struct form_scope {
    const struct form_scope *parent;
    const struct json *sent;      /* what was sent here; an object */
    const struct json *full;      /* with what was given and is computed: what FEEL sees */
    const struct json *given;     /* what the server had filled in here; may be NULL */
    size_t position;              /* in the list, from 0 */
    const struct json *names;     /* made when first needed */
    const char *where;            /* "成员[2]", "" */
};
struct checker {
    const struct form *f;
    const struct form_context *ctx;
    struct arena *a;
    const struct json *root; /* the `full` of the whole form */
    VEC(struct diag) error;
    VEC(const char *) hidden; /* places, when the caller asked */
    bool more, moved;         /* moved: a pass of form_settle changed something */
    struct diag *d;
};
const struct json *form_get(const struct json *o, const char *const *path, uint32_t n);
const struct json *form_overlay(struct arena *a, const struct json *given, const struct json *sent);
NODISCARD enum status form_names(struct checker *c, struct form_scope *s, const struct json **ret);
/* E_INPUT of the evaluator comes through. */
NODISCARD enum status form_feel(struct checker *c, struct form_scope *s, struct span text, const struct json **ret);
/* A condition: empty text, null and errors are false. */
NODISCARD enum status form_holds(struct checker *c, struct form_scope *s, struct span text, bool *ret);

/* ---- settle.c ---------------------------------------------------------------- */

/* How far a person may write a field: its own word and that of the groups around. */
enum form_lock { FORM_FREE, FORM_READONLY, FORM_DISABLED };
NODISCARD enum status form_lock(struct checker *c, struct form_scope *s, const struct form_field *f, enum form_lock around,
    enum form_lock *ret);
/* Makes `root` of everything given and sent what conditions see: answers as they
 * are read, computed fields, the server's values where a person may not write;
 * without what is hidden. */
NODISCARD enum status form_settle(struct checker *c);

/* ---- value.c ------------------------------------------------------------------------ */

struct span form_trimmed(struct span s);
/* Same as JSON, numbers by value, members in any order. */
bool form_same(const struct json *x, const struct json *y);
/* How an answer that is no mistake looks to an expression; NULL: there is none, or memory ended. */
const struct json *form_seen(struct arena *a, const struct form_field *f, const struct json *v);
static const char *const FORM_ITEMS_CODE[] = {"form.min_items", "form.max_items"};
/* Is `n` within the two bounds?  Otherwise code[0] or code[1] is noted. */
NODISCARD enum status form_check_size(struct checker *c, struct form_scope *s, const struct form_field *f,
    const struct form_count *bounds, long n, const char *const code[2], const char *where, bool *ret_good);
/* Empty as a person sees it: absent, null, blank text, no choice. */
bool form_blank(const struct form_field *f, const struct json *v);
/* The clean value of a non-empty answer; *ret NULL: a mistake was noted. */
NODISCARD enum status form_value(struct checker *c, struct form_scope *s, const struct form_field *f,
    const struct json *v, const char *where, const struct json **ret);
NODISCARD enum status form_mistake(struct checker *c, const char *where, const struct form_field *f, const char *code,
    const char *name, const char *value);

/* ---- moment.c ----------------------------------------------------------------------- */

NODISCARD enum status form_check_moment(struct checker *c, const struct form_field *f, const struct json *v,
    const char *where, const struct json **ret);
const struct json *form_moment_seen(struct arena *a, const struct form_field *f, const struct json *v);

#endif
