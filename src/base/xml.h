/* XML documents as an immutable tree in an arena (expat inside).
 *
 * Namespace-aware.  DTDs are refused altogether (xml.doctype), and with them
 * entity bombs and external entities.  Ceilings: XML_DEPTH_MAX levels, the
 * arena's memory. */
#ifndef BASE_XML_H
#define BASE_XML_H

#include "base/arena.h"

enum { XML_DEPTH_MAX = 256 }; /* BPMN and DMN files nest below 40 */

struct xml_attribute { struct span ns; struct span name; struct span value; };

struct xml {
    struct span ns;    /* namespace URI, "" when none */
    struct span name;  /* local name */
    struct span text;  /* all character data directly inside, concatenated */
    int line;
    size_t start, end; /* bytes of the text that was parsed, from '<' to past the last '>' */
    size_t attribute_count;
    const struct xml_attribute *attribute;
    const struct xml *parent, *child, *next; /* first child, next sibling */
    size_t ns_count;                         /* prefixes declared on this element */
    const struct xml_attribute *ns_decl;     /* name = prefix, value = URI */
};

/* E_INPUT: xml.syntax (line), xml.doctype, xml.depth; E_LIMIT */
NODISCARD enum status xml_parse(struct arena *a, struct span text, const struct xml **ret_root, struct diag *d);

/* First child / next sibling with this local name (any namespace). */
const struct xml *xml_child(const struct xml *e, const char *name);
const struct xml *xml_next(const struct xml *e, const char *name);
/* Attribute without namespace; {NULL,0} when absent. */
struct span xml_attr(const struct xml *e, const char *name);
/* URI a prefix stands for at `e`; {NULL,0} when undeclared. */
struct span xml_prefix(const struct xml *e, struct span prefix);

#endif
