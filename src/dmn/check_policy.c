/* A pack's policy is law made executable: the article stands beside each rule, in
 * the annotation column 条款, which the reasons of a decision quote.  The last
 * resort of a table, a rule that tests nothing, needs none: it says what no
 * article gives. */
#include "dmn/check_internal.h"

#define ARTICLE "条款"

static bool blank(struct span s) {
    for (size_t i = 0; i < s.size; i++)
        if (!feel_blank(s.at[i]))
            return false;
    return true;
}

static bool tests_nothing(const struct xml *rule) {
    for (const struct xml *e = xml_child(rule, "inputEntry"); e; e = xml_next(e, "inputEntry")) {
        struct span text = dmn_child_text(e, "text");
        while (text.size && feel_blank(text.at[0]))
            text = (struct span){text.at + 1, text.size - 1};
        while (text.size && feel_blank(text.at[text.size - 1]))
            text.size--;
        if (text.size && !span_is(text, "-"))
            return false;
    }
    return true;
}

static void check_rules(struct checker *c, const struct xml *table, size_t column) {
    size_t number = 0;
    for (const struct xml *r = xml_child(table, "rule"); r; r = xml_next(r, "rule")) {
        size_t at = 0;
        const struct xml *a = xml_child(r, "annotationEntry");
        for (; a && at < column; at++)
            a = xml_next(a, "annotationEntry");
        number++;
        if (tests_nothing(r) || !blank(dmn_child_text(a, "text")))
            continue;
        struct dmn_finding *f = dmn_found(c, "dmn_check.no_article", DMN_WARNING, r);
        if (f)
            f->rule = number;
        dmn_found_arg(c, f, "column", SPAN(ARTICLE));
    }
}

static void check_table(struct checker *c, const struct xml *table) {
    size_t column = 0;
    for (const struct xml *a = xml_child(table, "annotation"); a; a = xml_next(a, "annotation"), column++)
        if (span_is(xml_attr(a, "name"), ARTICLE)) {
            check_rules(c, table, column);
            return;
        }
    dmn_found_arg(c, dmn_found(c, "dmn_check.no_article_column", DMN_WARNING, table), "column", SPAN(ARTICLE));
}

static void walk(struct checker *c, const struct xml *e) {
    if (span_is(e->name, "decisionTable"))
        check_table(c, e);
    for (const struct xml *k = e->child; k; k = k->next) /* XML_DEPTH_MAX bounds it */
        walk(c, k);
}

void dmn_check_articles(struct checker *c) { walk(c, c->root); }
