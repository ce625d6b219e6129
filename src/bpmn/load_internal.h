/* Private to the loader: load.c (the graph), load_node.c (one element),
 * load_data.c (its loop and mappings), load_text.c (references, warnings,
 * expressions), vendor.c (expressions of other makers). */
#ifndef BPMN_LOAD_INTERNAL_H
#define BPMN_LOAD_INTERNAL_H

#include "base/buf.h"
#include "base/map.h"
#include "base/vec.h"
#include "base/xml.h"
#include "bpmn/model.h"

struct loader {
    struct arena *a;
    const struct xml *root;
    const struct evaluator *feel;
    struct bpmn_model *m;
    struct map *ids;      /* id -> xml element of nodes and flows */
    struct map *drawn;    /* ids that the diagram shows */
    VEC(struct bpmn_node) node;
    VEC(const struct xml *) source;      /* element of each node */
    VEC(struct bpmn_flow) flow;
    VEC(const struct xml *) flow_source;
    VEC(struct bpmn_warning) warning;
    struct diag *d;
};

/* Refuses element `e`: diag.where its id, diag.line its line. */
#define refuse(l, e, code, ...)                                                \
    refuse_at((l), (e), diag_fail((l)->d, E_INPUT, (code), ##__VA_ARGS__))
enum status refuse_at(struct loader *l, const struct xml *e, enum status s);

bool is_bpmn(const struct xml *e);
struct span attr(const struct xml *e, const char *name);     /* "" when absent */
bool attr_is(const struct xml *e, const char *name, const char *value);
struct span mz_attr(const struct xml *e, const char *name);  /* "" when absent */
const char *keep(struct loader *l, struct span s);           /* NULL: memory */
struct span trimmed(struct span s);
bool ends_with(struct span s, const char *tail);

/* Adds to the list, or counts up the same warning. */
NODISCARD enum status bpmn_warn(struct loader *l, const struct xml *e, const char *code, struct span what);
/* An element that is not run: what it is, and how to draw it instead. */
enum status refuse_element(struct loader *l, const struct xml *e, struct span name);
/* Warns of foreign attributes and elements of `e`; refuses unknown mz: ones
 * and BPMN children that change what the element means. */
NODISCARD enum status scan_foreign(struct loader *l, const struct xml *e);

/* FEEL text of an element or attribute: '=' removed, expressions of other makers
 * translated with a warning or refused. */
NODISCARD enum status take_feel(struct loader *l, const struct xml *e, struct span text, struct span *ret);
/* A script: FEEL or refused. */
NODISCARD enum status take_script(struct loader *l, const struct xml *e, struct span text, struct span *ret);
/* The root element <name id="..."> a QName points to. */
const struct xml *root_element(struct loader *l, const char *name, struct span qname);

/* Fills the node from its element; references to other nodes come later. */
NODISCARD enum status load_node(struct loader *l, const struct xml *e, struct bpmn_node *n);
/* Event definition among the children or by reference. */
NODISCARD enum status load_trigger(struct loader *l, const struct xml *e, struct bpmn_node *n);
/* Loop and data mappings. */
NODISCARD enum status load_data(struct loader *l, const struct xml *e, struct bpmn_node *n);
/* One of those extension elements that load_data reads. */
bool mapping_element(const struct xml *e);
NODISCARD enum status load_message(struct loader *l, const struct xml *e, const struct xml *ref, struct bpmn_node *n);

/* vendor.c: appends FEEL that means the same; false: it has no such meaning. */
bool vendor_to_feel(struct span text, struct buf *out);
bool vendor_braced(struct span text); /* holds ${ or #{ */

#endif
