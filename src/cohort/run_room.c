/* Blocks for registers, and what a register holds. */
#include "cohort/run.h"

/* ---- room ------------------------------------------------------------------------- */

static unsigned pool_of(unsigned width) { return width == 1 ? 0 : width == 2 ? 1 : width == 4 ? 2 : width == 8 ? 3 : 4; }

void *run_block(struct run *r, unsigned width) {
    struct pool *p = &r->pool[pool_of(width)];
    if (p->size)
        return p->at[--p->size];
    char *block = arena_alloc_raw(r->arena, (r->room + SPARE) * width + SPARE);
    if (!block) {
        r->full = true;
        return NULL;
    }
    return block + (SPARE - (uintptr_t)block % SPARE) % SPARE;
}

void run_release(struct run *r, void *block, unsigned width) {
    struct pool *p = &r->pool[pool_of(width)];
    if (block && p->size < p->room) /* else it waits for the arena's end */
        p->at[p->size++] = block;
}

void *run_values(struct run *r, struct vec *v, unsigned width) {
    if (!v->v) {
        v->v = run_block(r, width);
        v->own_v = true;
    }
    return v->v;
}

uint8_t *run_states(struct run *r, struct vec *v, const struct op *o) {
    if (!v->s) {
        v->s = run_block(r, 1);
        v->own_s = true;
        if (v->s)
            memset(v->s, 0, run_rows(r, o));
    }
    return v->s;
}

struct dec *run_decimals(struct run *r, struct vec *v) {
    if (!v->d) {
        v->d = run_block(r, 16);
        v->own_d = true;
    }
    return v->d;
}

void run_done(struct run *r, struct vec *v, unsigned width) {
    if (v->own_v)
        run_release(r, v->v, width);
    if (v->own_s)
        run_release(r, v->s, 1);
    if (v->own_d)
        run_release(r, v->d, 16);
    *v = (struct vec){0};
}

/* ---- values ------------------------------------------------------------------------- */

struct dec vec_decimal(const struct vec *v, const struct op *o, uint32_t i) {
    if (vec_state(v, i) & STATE_DECIMAL)
        return v->d[i];
    return number_decimal(vec_stored(v, o->width, i), o->scale);
}

#define CLEAR(bytes, type)                                                               \
    WIDE static void clear_##bytes(type *restrict v, const uint8_t *restrict s, uint32_t n) { \
        for (uint32_t i = 0; i < n; i++) {                                               \
            const type k = v[i];                                                         \
            v[i] = s[i] ? 0 : k;                                                         \
        }                                                                                \
    }
EACH_WIDTH(CLEAR)

void kernel_clear(void *v, unsigned width, const uint8_t *s, uint32_t n) {
    switch (width) {
    case 1: clear_1(v, s, n); break;
    case 2: clear_2(v, s, n); break;
    case 4: clear_4(v, s, n); break;
    default: clear_8(v, s, n); break;
    }
}

const uint8_t *kernel_states(const struct run *r, const struct vec *v) { return v->s ? v->s : r->zeros; }

static bool all_zero(const uint8_t *s, uint32_t n) {
    uint8_t any = 0;
    for (uint32_t i = 0; i < n; i++)
        any |= s[i];
    return !any;
}

void kernel_settle(struct run *r, struct vec *ret, uint32_t n) {
    if (!ret->s || !ret->own_s || !all_zero(ret->s, n))
        return;
    run_release(r, ret->s, 1);
    ret->s = NULL;
    ret->own_s = false;
}

void run_strict(struct run *r, const struct op *o, struct vec *ret, const struct vec *a, const struct vec *b, uint32_t n) {
    if (!a->s && !(b && b->s))
        return;
    const uint8_t *restrict x = kernel_states(r, a), *restrict y = b ? kernel_states(r, b) : r->zeros;
    uint8_t *restrict s = run_states(r, ret, o);
    for (uint32_t i = 0; s && i < n; i++) {
        uint8_t both = (uint8_t)((x[i] | y[i]) & 7);
        s[i] = (uint8_t)((both & ~STATE_NULL) | (both & STATE_NULL) << 2);
    }
    kernel_settle(r, ret, n);
}

const struct vec *kernel_spread(struct run *r, const struct op *o, const struct vec *v, struct vec *room, uint32_t n) {
    if (!v->one)
        return v;
    *room = (struct vec){.v = run_block(r, o->width), .own_v = true, .spread = o->width};
    if (room->v && o->width == 1)
        memset(room->v, (int)vec_stored(v, 1, 0), n);
    for (uint32_t i = 0; room->v && o->width > 1 && i < n; i++)
        vec_store(room->v, o->width, i, vec_stored(v, o->width, 0));
    return room->v ? room : NULL;
}

void kernel_unspread(struct run *r, struct vec *room) {
    if (room->own_v)
        run_release(r, room->v, room->spread);
}
