/* The plan in words: what runs row by row, and the instructions of the rest. */
#include "cohort/internal.h"

static const char *const names[] = {
#define OP(name) #name,
#include "cohort/ops.def"
#undef OP
};

static void frame_name(struct buf *out, const struct cohort_program *p, uint32_t frame) {
    const struct frame *f = &p->frame[frame];
    if (f->kind == FRAME_ROOT) {
        buf_addf(out, "%.*s", SPAN_ARG(f->table->name));
        return;
    }
    frame_name(out, p, f->outer);
    const struct frame *of = f->kind == FRAME_PAIRS ? &p->frame[f->of] : f;
    if (of->kind == FRAME_LIST)
        buf_addf(out, ".%.*s", SPAN_ARG(of->list->name));
    else
        buf_adds(out, ".*");
}

static void instruction(struct buf *out, const struct cohort_program *p, uint32_t i) {
    static const char *const kinds[] = {"boolean", "number", "date", "string", "row"};
    const struct op *o = &p->op[i];
    buf_addf(out, "%5u %-14s %s%u", i, names[o->code], kinds[o->kind], 8 * o->width);
    if (o->kind == K_NUMBER && o->scale)
        buf_addf(out, "e-%u", o->scale);
    const uint32_t operand[3] = {o->a, o->b, o->code >= OP_SUM ? NONE : o->c};
    for (int k = 0; k < 3; k++)
        if (operand[k] != NONE)
            buf_addf(out, " %%%u", operand[k]);
    if (o->code == OP_CONSTANT || o->code == OP_NTH || o->code == OP_ROUND)
        buf_addf(out, " %lld", (long long)o->k);
    if (o->code == OP_COLUMN)
        buf_addf(out, " %.*s", SPAN_ARG(((const struct cohort_column *)o->ref)->name));
    if (o->frame != FRAME_ANY) {
        buf_adds(out, "  for each ");
        frame_name(out, p, o->frame);
    }
    if (o->may)
        buf_addf(out, "  may be%s%s%s%s", o->may & STATE_NULL ? " null" : "", o->may & STATE_UNKNOWN ? " unknown" : "",
            o->may & STATE_ERROR ? " error" : "", o->may & STATE_DECIMAL ? " decimal" : "");
    buf_addc(out, '\n');
}

static size_t live_count(const struct cohort_program *p) {
    size_t live = 0;
    for (size_t i = 0; i < p->op_count; i++)
        live += p->op[i].live;
    return live;
}

void cohort_plan_text(struct buf *out, const struct cohort_program *p) {
    for (size_t i = 0; i < p->fallback_count; i++)
        buf_addf(out, "row by row: %.*s: %.*s\n", SPAN_ARG(p->fallback[i].where), SPAN_ARG(p->fallback[i].why));
    for (uint32_t i = 0; i < p->op_count; i++)
        if (p->op[i].live)
            instruction(out, p, i);
    for (size_t i = 0; i < p->output_count && !p->fallback_count; i++)
        buf_addf(out, "output %%%u: %.*s\n", p->output[i], SPAN_ARG(p->request->output[i].expression));
    for (size_t i = 0; i < p->sieve_count; i++)
        buf_addf(out, "%s %%%u alone, %zu instructions: where it is false, nothing else is computed\n", i ? "then" : "first", p->sieve[i]->output[0], live_count(p->sieve[i]));
    if (p->bounded)
        buf_addf(out, "%s with bounds of unknown numbers, %zu instructions\n",
            p->bounds_first ? "rows that are left: at once" : "rows that this leaves open: again", live_count(p->bounded));
}
