/* Shorter programs, of instructions of a longer one, and what they cost. */
#include "cohort/sieve.h"

/* ---- a program of a truth --------------------------------------------------------------------- */

struct linking { struct op *op; struct frame *frame; size_t op_count; };

static void keep_frame(struct linking *l, uint16_t frame);

static void keep(struct linking *l, uint32_t r) {
    if (r == NONE || l->op[r].live)
        return;
    struct op *o = &l->op[r];
    o->live = true;
    if (o->code != OP_CONSTANT)
        keep_frame(l, o->frame);
    keep(l, o->a);
    keep(l, o->b);
    if (o->code >= OP_SUM)
        keep_frame(l, (uint16_t)o->c);
    else
        keep(l, o->c);
}

static void keep_frame(struct linking *l, uint16_t frame) {
    struct frame *f = &l->frame[frame];
    if (f->live)
        return;
    f->live = true;
    if (f->kind == FRAME_ROOT)
        return;
    keep_frame(l, (uint16_t)f->outer);
    if (f->kind == FRAME_PAIRS) {
        keep_frame(l, (uint16_t)f->of);
        keep_frame(l, (uint16_t)l->frame[f->of].outer);
        keep(l, f->expand);
    }
}

static void reads(struct linking *l, uint32_t r, uint32_t at) {
    if (r != NONE)
        l->op[r].last = at;
}

/* The program's instructions, with room for more; none is live. */
static bool copy(struct arena *a, const struct cohort_program *p, size_t more, struct linking *l) {
    *l = (struct linking){ARENA_ARRAY(a, p->op_count + more + 1, struct op), ARENA_ARRAY(a, p->frame_count + 1, struct frame), p->op_count};
    if (!l->op || !l->frame)
        return false;
    memcpy(l->op, p->op, p->op_count * sizeof *l->op);
    memcpy(l->frame, p->frame, p->frame_count * sizeof *l->frame);
    for (size_t i = 0; i < p->op_count; i++)
        l->op[i].live = false, l->op[i].last = 0;
    for (size_t i = 0; i < p->frame_count; i++)
        l->frame[i].live = false;
    return true;
}

static struct cohort_program *linked(struct arena *a, const struct cohort_program *p, struct linking *l, uint32_t truth, uint32_t fault) {
    struct cohort_program *part = ARENA_NEW(a, struct cohort_program);
    uint32_t *output = ARENA_ARRAY(a, 1, uint32_t);
    if (!part || !output)
        return NULL;
    keep(l, truth);
    keep(l, fault);
    keep_frame(l, 0);
    keep_frame(l, p->row_frame);
    for (uint32_t i = 0; i < l->op_count; i++) {
        if (!l->op[i].live)
            continue;
        reads(l, l->op[i].a, i);
        reads(l, l->op[i].b, i);
        if (l->op[i].code < OP_SUM)
            reads(l, l->op[i].c, i);
    }
    reads(l, truth, NONE);
    reads(l, fault, NONE);
    *output = truth;
    *part = *p;
    part->op = l->op;
    part->op_count = l->op_count;
    part->frame = l->frame;
    part->output = output;
    part->output_count = 1;
    part->fault = fault;
    part->bounded = NULL;
    part->sieve = NULL;
    part->sieve_count = 0;
    return part;
}

struct cohort_program *sieve_part(struct arena *a, const struct cohort_program *p, uint32_t truth, uint32_t fault) {
    struct linking l;
    return copy(a, p, 0, &l) ? linked(a, p, &l, truth, fault) : NULL;
}

/* ---- a program of a reason ----------------------------------------------------------------------- */

static uint32_t more(struct linking *l, enum op_code code, uint32_t frame, uint32_t a, uint32_t b, uint32_t c) {
    l->op[l->op_count] = (struct op){.code = (uint8_t)code, .kind = K_BOOLEAN, .width = 1, .may = STATE_NULL | STATE_UNKNOWN | STATE_ERROR,
        .frame = (uint16_t)frame, .a = a, .b = b, .c = c, .high = 1};
    return (uint32_t)l->op_count++;
}

static bool around(const struct cohort_program *p, uint32_t outer, uint32_t inner) {
    while (inner != outer && p->frame[inner].kind != FRAME_ROOT)
        inner = p->frame[inner].outer;
    return inner == outer;
}

/* A truth of the program's rows that is true where the given one is not as given. */
static uint32_t unlike(struct linking *l, const struct cohort_program *p, uint32_t truth, bool value) {
    uint32_t frame = l->op[truth].frame, r = value ? more(l, OP_NOT, frame, truth, NONE, NONE) : truth;
    for (; !around(p, frame, p->row_frame); frame = p->frame[frame].outer)
        r = more(l, OP_ANY, p->frame[frame].outer, r, NONE, frame);
    return frame == p->row_frame ? r : more(l, OP_GATHER, p->row_frame, r, p->frame[p->row_frame].left, NONE);
}

struct cohort_program *sieve_of_reason(struct arena *a, const struct cohort_program *p, const int8_t *given) {
    struct linking l;
    size_t n = 0;
    uint32_t all = NONE;
    for (size_t i = 0; i < p->op_count; i++)
        n += given[i] != UNGIVEN;
    if (!copy(a, p, n * (p->frame_count + 3), &l))
        return NULL;
    for (uint32_t i = 0; i < p->op_count; i++) {
        if (given[i] == UNGIVEN)
            continue;
        uint32_t r = unlike(&l, p, i, given[i]);
        all = all == NONE ? r : more(&l, OP_OR, p->row_frame, all, r, NONE);
    }
    return linked(a, p, &l, all, NONE);
}

/* ---- what it takes -------------------------------------------------------------------------------- */

/* About what a row of it takes, in bytes moved: measured on the packs. */
static uint64_t weight(const struct op *o) {
    switch ((enum op_code)o->code) {
    case OP_CONSTANT: return 0;
    case OP_COLUMN:
    case OP_RIGHT:
    case OP_LIST_KNOWN: return 1;
    case OP_DIVIDE:
    case OP_ROUND:
    case OP_ROUND_RATIO:
    case OP_COMPARE_RATIO: return 60;
    case OP_EXPAND: return 30;
    case OP_GATHER:
    case OP_LEFT:
    case OP_TRANSLATE: return 6u + o->width;
    case OP_LEAST:
    case OP_MOST:
    case OP_NTH: return 40;
    case OP_SUM: return 30;
    case OP_COUNT:
    case OP_ANY:
    case OP_ALL: return 10;
    case OP_SELECT:
    case OP_SAME: return (o->may ? 6 : 2) + o->width;
    default: return (o->may ? 3 : 1) + o->width;
    }
}

static uint64_t cost_of(const struct cohort_program *p, const struct op *o) {
    if (o->code == OP_CONSTANT)
        return 0;
    const struct frame *f = &p->frame[o->frame];
    uint64_t rows = f->kind == FRAME_ROOT ? 100 : f->table && p->root->count ? 100 * f->table->count / p->root->count : 600;
    return weight(o) * rows;
}

uint64_t sieve_cost(const struct cohort_program *p) {
    uint64_t sum = 1;
    for (size_t i = 0; i < p->op_count; i++)
        sum += p->op[i].live ? cost_of(p, &p->op[i]) : 0;
    return sum;
}

/* What an instruction reads stands before it, and so does what makes its frame. */
static void mark(uint8_t *marked, uint32_t r) {
    if (r != NONE)
        marked[r] = 1;
}

static void mark_frame(const struct cohort_program *p, uint8_t *marked, uint32_t frame) {
    for (; p->frame[frame].kind != FRAME_ROOT; frame = p->frame[frame].outer)
        if (p->frame[frame].kind == FRAME_PAIRS)
            mark(marked, p->frame[frame].expand);
}

uint64_t sieve_cost_of(const struct cohort_program *p, const int8_t *given, uint8_t *marked) {
    uint64_t sum = 1;
    for (size_t i = 0; i < p->op_count; i++)
        marked[i] = given[i] != UNGIVEN;
    for (size_t i = p->op_count; i-- > 0;) {
        const struct op *o = &p->op[i];
        if (!marked[i] || o->code == OP_CONSTANT)
            continue;
        sum += cost_of(p, o);
        mark(marked, o->a);
        mark(marked, o->b);
        mark_frame(p, marked, o->frame);
        if (o->code < OP_SUM)
            mark(marked, o->c);
        else
            mark_frame(p, marked, o->c);
    }
    return sum;
}
