/* Gateways that ask what a person chose:
 *
 *     outcomes.review = "同意"      outcomes.review = "退回" or outcomes.review = "不同意"
 *
 * are the usual case in our processes, and there it can be seen from the text
 * whether every choice has a way.  Any other condition is left alone. */
#include "bpmn/check_internal.h"

static bool take(struct span *s, const char *word) {
    while (s->size > 0 && (*s->at == ' ' || *s->at == '\n' || *s->at == '\t' || *s->at == '\r')) {
        s->at++;
        s->size--;
    }
    size_t n = strlen(word);
    if (s->size < n || memcmp(s->at, word, n) != 0)
        return false;
    s->at += n;
    s->size -= n;
    return true;
}

static bool until(struct span *s, const char *stops, struct span *ret) {
    size_t n = 0;
    while (n < s->size && !strchr(stops, s->at[n]))
        n++;
    *ret = (struct span){s->at, n};
    s->at += n;
    s->size -= n;
    return n > 0;
}

/* One `outcomes.task = "choice"`, and whether `or` follows. */
static bool comparison(struct span *s, struct span *task, struct span *choice, bool *more) {
    if (!take(s, "outcomes.") || !until(s, " =\n\t\r", task) || !take(s, "=") || !take(s, "\"") ||
        !until(s, "\"", choice) || !take(s, "\""))
        return false;
    *more = take(s, "or"); /* and the white space, when it is the last */
    return *more || s->size == 0;
}

struct asked {
    uint32_t task; /* BPMN_NONE: none yet */
    bool *covered; /* by outcome */
    bool other;    /* a condition of another kind */
};

static enum status take_condition(struct checker *c, uint32_t gateway, struct span condition, struct asked *q) {
    bool more = true;
    while (more) {
        struct span task, choice;
        if (!comparison(&condition, &task, &choice, &more)) {
            q->other = true;
            return OK;
        }
        uint32_t i = bpmn_node_find(c->m, task);
        if (i == BPMN_NONE || c->m->node[i].outcome_count == 0) {
            q->other = true;
            const char *name = arena_dup(c->a, task);
            return name ? report_node(c, BPMN_ERROR_FINDING, "bpmn.check_outcome_task", gateway, name)
                        : arena_full(c->d);
        }
        const struct bpmn_node *n = &c->m->node[i];
        if (q->task == BPMN_NONE) {
            q->task = i;
            q->covered = ARENA_ARRAY(c->a, n->outcome_count, bool);
            if (!q->covered)
                return arena_full(c->d);
        }
        q->other |= q->task != i;
        bool known = false;
        for (uint32_t k = 0; k < n->outcome_count; k++)
            if (span_is(choice, n->outcome[k])) {
                known = true;
                q->covered[k] |= !q->other;
            }
        if (!known) {
            const char *name = arena_dup(c->a, choice);
            enum status s = name ? report_node(c, BPMN_ERROR_FINDING, "bpmn.check_outcome_unknown", gateway, name)
                                 : arena_full(c->d);
            if (s != OK)
                return s;
        }
        if (q->other)
            return OK;
    }
    return OK;
}

enum status check_outcomes(struct checker *c, uint32_t gateway, bool *ret_total) {
    const struct bpmn_node *n = &c->m->node[gateway];
    struct asked q = {.task = BPMN_NONE};
    enum status s = OK;
    *ret_total = false;
    for (uint32_t k = 0; s == OK && k < n->out_count; k++) {
        const struct bpmn_flow *f = bpmn_out(c->m, gateway, k);
        if (c->m->out[n->out + k] == n->default_flow)
            continue;
        if (f->condition.size == 0)
            q.other = true;
        else
            s = take_condition(c, gateway, f->condition, &q);
    }
    if (s != OK || q.other || q.task == BPMN_NONE || n->default_flow != BPMN_NONE)
        return s;
    *ret_total = true;
    const struct bpmn_node *task = &c->m->node[q.task];
    for (uint32_t k = 0; s == OK && k < task->outcome_count; k++)
        if (!q.covered[k])
            s = report_node(c, BPMN_ERROR_FINDING, "bpmn.check_outcome_uncovered", gateway, task->outcome[k]);
    return s;
}
