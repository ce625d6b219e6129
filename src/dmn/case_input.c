/* Facts to FEEL: what is known is checked against its domain, what is not
 * becomes a cell restricted to a box. */
#include "dmn/case_internal.h"

#include "feel/vm.h"

#include "base/buf.h"

/* group -1: a cell here is a fact of its own.  `any`: inside the element that
 * stands for all of a list of unknown length; the list's cell is `group`. */
enum { CHOICE = 48 }; /* corners from here on are choices; so many that corner % 3 is that of the choice */
struct place { struct spot *spot; int32_t group; bool any; };

static struct feel_value entity_value(struct search *s, const struct fact_entity *e,
    const struct json *j, struct place at, int depth);

/* ---- cells -------------------------------------------------------------------------- */

static const struct feel_value booleans[2] = {{.kind = FEEL_BOOLEAN}, {.kind = FEEL_BOOLEAN, .boolean = true}};

static const struct feel_value *codes(const struct fact *f) {
    return f->kind == FACT_BOOLEAN ? booleans : f->code;
}
size_t cell_code_count(const struct cell *c) {
    return c->length ? 0 : c->fact->kind == FACT_BOOLEAN ? 2 : c->fact->code_count;
}

enum status case_narrow(struct search *s) {
    const struct dmn_vocabulary *v = s->c->vocabulary;
    if (!(s->narrowed = ARENA_ARRAY(s->keep, s->c->code_list_count + 1, struct fact)))
        return E_LIMIT;
    for (size_t i = 0; i < s->c->code_list_count; i++)
        for (size_t e = 0; e < v->count; e++)
            for (size_t k = 0; k < v->entity[e].count; k++) {
                const struct fact *f = &v->entity[e].fact[k];
                if (!span_eq(f->label, s->c->codes[i].fact))
                    continue;
                s->narrowed[i] = *f;
                s->narrowed[i].code = s->c->codes[i].code;
                s->narrowed[i].code_count = s->c->codes[i].count;
            }
    return OK;
}

static const struct fact *narrowed(const struct search *s, const struct fact *f) {
    for (size_t i = 0; i < s->c->code_list_count; i++)
        if (s->narrowed[i].code && s->narrowed[i].id == f->id)
            return &s->narrowed[i];
    return f;
}

static struct domain fact_domain(const struct fact *f, size_t n) {
    struct domain d = {.set = true};
    d.codes = n ? (1ULL << n) - 1 : 0;
    if (f->kind == FACT_NUMBER)
        d.lo.value = feel_int(0); /* numbers are not negative */
    if (f->kind == FACT_DATE) {
        d.lo.value = feel_date(DATE_FIRST);
        d.hi.value = feel_date(DATE_LAST);
    }
    return d;
}

struct domain cell_domain(const struct search *s, const struct box *box, int32_t cell) {
    const struct cell *c = &s->cells.at[cell];
    if (box && (size_t)cell < box->count && box->domain[cell].set)
        return box->domain[cell];
    if (c->derived)
        return *c->natural;
    return c->length ? (struct domain){.set = true, .tail = true} : fact_domain(c->fact, cell_code_count(c));
}

/* -1: too many, or memory ended. */
static int32_t cell_at(struct search *s, const struct fact *f, bool length, struct place at) {
    if (at.spot->cell >= 0)
        return at.spot->cell;
    if (s->words && s->cells.size >= s->words * 64) {
        s->approximate = true;
        return -1;
    }
    struct cell *c = vec_push_in(s->keep, &s->cells);
    if (!c) {
        s->status = E_LIMIT;
        return -1;
    }
    int32_t index = (int32_t)s->cells.size - 1;
    *c = (struct cell){.fact = f, .length = length, .group = at.group < 0 ? index : at.group};
    at.spot->cell = index;
    return index;
}

/* ---- spots --------------------------------------------------------------------------- */

struct spot *case_spot(struct arena *a) {
    struct spot *x = ARENA_NEW(a, struct spot);
    if (x)
        x->cell = -1;
    return x;
}

static struct spot *child_of(struct search *s, struct spot *up, struct span name, size_t index) {
    if (index >= up->room) {
        size_t room = index < 8 ? 8 : index * 2;
        struct spot **child = ARENA_ARRAY(s->keep, room, struct spot *);
        if (!child)
            return NULL;
        if (up->room)
            memcpy(child, up->child, up->room * sizeof(struct spot *));
        up->child = child;
        up->room = room;
    }
    struct spot *x = up->child[index];
    if (x || !(x = case_spot(s->keep)))
        return x;
    *x = (struct spot){.up = up, .name = name, .index = index, .cell = -1, .hash = hash_bytes(name, up->hash * 31 + index + 1)};
    return up->child[index] = x;
}

/* The place of field `index`, or of element `index` (no name), counted from 1;
 * 0 stands for all elements of an open list. */
static struct place under(struct search *s, struct place at, struct span name, size_t index) {
    struct spot *x = child_of(s, at.spot, name, index);
    if (!x)
        s->status = E_LIMIT;
    return (struct place){x ? x : at.spot, at.group, at.any};
}

static void write_path(struct buf *out, const struct spot *x) {
    if (!x->up)
        return;
    write_path(out, x->up);
    if (!x->name.size)
        buf_addf(out, "[%zu]", x->index);
    else
        buf_addf(out, "%s%.*s", x->up->up ? "." : "", SPAN_ARG(x->name));
}

/* Between `keeping` and `kept` values are made in the caller's arena: the answer
 * and its trace may hold them. */
static struct arena *keeping(struct search *s) {
    struct arena *usual = s->building_env->arena;
    if (!s->counting)
        s->building_env->arena = s->env->arena;
    return usual;
}

static struct feel_value kept(struct search *s, struct arena *usual, struct spot *x, struct feel_value v) {
    s->building_env->arena = usual;
    if (!s->counting && s->status == OK && s->building_env->status == OK)
        x->made = v;
    return v;
}

static int nth_code(uint64_t mask, int n) {
    for (int i = 0; i < 64; i++)
        if ((mask >> i & 1) && n-- == 0)
            return i;
    return -1;
}

static uint64_t scramble(uint64_t x) {
    x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9ULL;
    x = (x ^ x >> 27) * 0x94D049BB133111EBULL;
    return x ^ x >> 31;
}

/* One value of an interval: corner 0 its low end, 1 its high end, others inside. */
static struct feel_value interval_point(const struct domain *d, int corner, uint64_t dice) {
    bool date = d->lo.value.kind == FEEL_DATE;
    if (date) {
        int64_t lo = d->lo.value.day + d->lo.open, hi = d->hi.value.day - d->hi.open;
        if (corner == 0 || hi <= lo)
            return feel_date(lo);
        return corner == 1 ? feel_date(hi) : feel_date(lo + (int64_t)(dice % (uint64_t)(hi - lo + 1)));
    }
    struct dec lo = d->lo.value.number;
    bool bounded = !feel_is_null(d->hi.value);
    struct dec hi = bounded ? d->hi.value.number : dec_add(dec_mul(lo, dec_int(10)), dec_int(1000000));
    if (corner == 0 && !d->lo.open)
        return feel_number(lo);
    if (corner == 1 && !d->hi.open)
        return feel_number(hi);
    /* amounts lie closer to the low end of an interval without a high one */
    int64_t thousandths = corner == 0 || (corner == 2 && !bounded) ? 1 : corner == 1 ? 999 : 1 + (int64_t)(dice % 999);
    struct dec part = dec_div(dec_int(thousandths), dec_int(1000));
    return feel_number(dec_add(lo, dec_mul(dec_sub(hi, lo), part)));
}

static struct feel_value free_string(struct search *s, int32_t cell) {
    char *text = arena_printf(s->building_env->arena, "\x01%d", cell);
    return text ? feel_string(span_of(text)) : feel_stop(s->building_env);
}

/* The corner a cell is at in this box; -1: it is free. */
static int corner_of(const struct search *s, int32_t cell) {
    const struct box *b = s->building;
    if (!b->point)
        return -1;
    bool free = s->cells.at[cell].group == b->free_group;
    if (b->choice) {
        uint8_t choice = (free ? b->choice_free : b->choice)[s->cells.at[cell].fact->id];
        return choice == CASE_OPEN ? -1 : CHOICE + choice;
    }
    if (!free)
        return b->corner;
    return s->pinned && b->free_corner < 0 ? b->corner : b->free_corner;
}

/* Amounts that policies of our time turn on, and beyond. */
static const int64_t amounts[] = {0, 1, 2, 3, 100, 400, 800, 1200, 1600, 2000, 3000, 5000, 10000, 50000, 200000, 10000000};
/* From 2100-01-01 back to 1925. */
static const int64_t days[] = {47482, 20454, 18262, 16071, 13879, 11323, 8766, 7305, 3653, 0, -3653, -5479, -7305, -9131, -10958, -16436};

static struct feel_value chosen_value(struct search *s, int32_t cell, const struct domain *d, unsigned choice) {
    const struct fact *f = s->cells.at[cell].fact;
    if (f->list) /* of plain values; its length is choice % 3 */
        choice /= 3;
    if (d->codes)
        return codes(f)[nth_code(d->codes, (int)(choice % (unsigned)__builtin_popcountll(d->codes)))];
    if (f->kind == FACT_NUMBER)
        return feel_int(amounts[choice % ARRAY_LEN(amounts)]);
    if (f->kind == FACT_DATE)
        return feel_date(days[choice % ARRAY_LEN(days)]);
    const struct feel_value *text = case_memory_text(s->c->memory, f, choice);
    return text ? *text : free_string(s, cell);
}

static struct feel_value point_value(struct search *s, int32_t cell, const struct domain *d, int corner) {
    const struct fact *f = s->cells.at[cell].fact;
    uint64_t dice = scramble((uint64_t)cell * 1000003 + (uint64_t)corner);
    if (corner >= CHOICE)
        return chosen_value(s, cell, d, (unsigned)(corner - CHOICE));
    if (d->codes) {
        int n = __builtin_popcountll(d->codes);
        return codes(f)[nth_code(d->codes, corner == 0 ? 0 : corner == 1 ? n - 1 : (int)(dice % (uint64_t)n))];
    }
    if (f->kind == FACT_DATE || f->kind == FACT_NUMBER)
        return interval_point(d, corner, dice);
    return free_string(s, cell);
}

static uint8_t feel_kind(const struct fact *f) {
    static const uint8_t kinds[] = {FEEL_DATE, FEEL_NUMBER, FEEL_BOOLEAN, FEEL_STRING, FEEL_CONTEXT, FEEL_CONTEXT};
    return kinds[f->kind];
}

static size_t domain_codes(struct search *s, const struct fact *f, const struct domain *d, const struct feel_value **ret) {
    size_t n = 0, all = f->kind == FACT_BOOLEAN ? 0 : f->code_count;
    *ret = f->code;
    if (!d->codes || !all || d->codes == (1ULL << all) - 1)
        return d->codes ? all : 0;
    struct feel_value *some = feel_items(s->building_env, (size_t)__builtin_popcountll(d->codes));
    for (size_t i = 0; some && i < all; i++)
        if (d->codes >> i & 1)
            some[n++] = codes(f)[i];
    *ret = some;
    return n;
}

/* Some value of the fact's whole domain that depends on the list's cell. */
static struct feel_value any_scalar(struct search *s, const struct fact *f, struct place at) {
    if (!feel_is_null(at.spot->made))
        return at.spot->made;
    struct arena *usual = keeping(s);
    struct cell c = {.fact = f, .group = at.group};
    size_t n = cell_code_count(&c);
    struct domain d = fact_domain(f, n);
    const struct feel_value *code;
    n = domain_codes(s, f, &d, &code);
    struct feel_value v = feel_unknown_cell(s->building_env, feel_kind(f), at.group, d.lo, d.hi, code, n);
    if (feel_is_unknown(&v)) {
        struct feel_unknown *u = (struct feel_unknown *)(uintptr_t)v.unknown;
        u->cell = -1; /* no threshold of one element splits a list */
        u->hash ^= at.spot->hash * 7;
    }
    return kept(s, usual, at.spot, v);
}

static struct feel_value cell_value(struct search *s, int32_t cell) {
    const struct fact *f = s->cells.at[cell].fact;
    struct domain d = cell_domain(s, s->building, cell);
    if (!feel_is_null(d.exactly))
        return d.exactly;
    if (d.codes && __builtin_popcountll(d.codes) == 1)
        return codes(f)[nth_code(d.codes, 0)];
    bool pinned = !feel_is_null(d.lo.value) && !feel_is_null(d.hi.value) && feel_same(&d.lo.value, &d.hi.value);
    if (pinned)
        return d.lo.value;
    int corner = corner_of(s, cell);
    if (corner >= 0)
        return point_value(s, cell, &d, corner);
    const struct feel_value *code;
    size_t n = domain_codes(s, f, &d, &code);
    return feel_unknown_cell(s->building_env, feel_kind(f), cell, d.lo, d.hi, code, n);
}

static struct feel_value scalar_cell(struct search *s, const struct fact *f, struct place at) {
    f = narrowed(s, f);
    if (at.any)
        return any_scalar(s, f, at);
    int32_t cell = cell_at(s, f, false, at);
    if (cell < 0)
        return feel_null();
    bool free = ((size_t)cell >= s->building->count || !s->building->domain[cell].set) && corner_of(s, cell) < 0;
    if (!free)
        return cell_value(s, cell);
    if (!feel_is_null(at.spot->made))
        return at.spot->made;
    struct arena *usual = keeping(s);
    return kept(s, usual, at.spot, cell_value(s, cell));
}

/* ---- questions ------------------------------------------------------------------------ */

/* The group of an unknown list that alone decides `u`; -1: more than that does,
 * other questions among it (they will be cut themselves). */
static int32_t list_of(const struct search *s, const struct feel_unknown *u) {
    int32_t group = -1;
    for (size_t i = 0; i < s->cells.size; i++) {
        const struct cell *c = &s->cells.at[i];
        if (!has_bit(u->deps, i))
            continue;
        if (!c->length || (group >= 0 && c->group != group))
            return -1;
        group = c->group;
    }
    return group;
}

/* A condition on facts that are all proven missing says nothing of the others:
 * either way it goes is looked at by itself.  -1: not such. */
static int32_t proven_of(const struct search *s, const struct feel_unknown *u) {
    int32_t group = -1;
    for (size_t i = 0; s->proven && i < s->cells.size; i++)
        if (has_bit(u->deps, i)) {
            group = s->cells.at[i].group;
            if (!s->proven[group])
                return -1;
        }
    return group;
}

static int32_t derived_cell(struct search *s, const struct feel_unknown *u) {
    static const struct fact of_kind[2] = {{.kind = FACT_BOOLEAN}, {.kind = FACT_NUMBER}};
    struct span key = {(const char *)&u->hash, sizeof u->hash};
    uintptr_t known = (uintptr_t)map_get(s->questions, key);
    if (known)
        return (int32_t)(known - 1);
    int32_t group = list_of(s, u);
    if (group < 0 && u->kind == FEEL_BOOLEAN)
        group = proven_of(s, u);
    if (group < 0 || s->cells.size >= s->words * 64)
        return -1;
    struct domain *d = ARENA_NEW(s->keep, struct domain);
    struct cell *c = d ? vec_push_in(s->keep, &s->cells) : NULL;
    if (!c || !map_put(s->questions, key, (void *)(uintptr_t)s->cells.size)) {
        s->status = E_LIMIT;
        return -1;
    }
    bool number = u->kind == FEEL_NUMBER;
    *d = (struct domain){.set = true, .codes = number ? 0 : 3, .lo = u->lo, .hi = u->hi};
    *c = (struct cell){.fact = &of_kind[number], .group = group, .derived = true, .natural = d};
    return (int32_t)s->cells.size - 1;
}

/* Answers of a list count as independent of each other, which allows more than
 * there is: good for showing that nothing changes, no proof that something does. */
struct feel_value case_question(void *user, struct feel_env *env, struct feel_value v) {
    struct search *s = user;
    int32_t cell = s->building->point || s->status != OK ? -1 : derived_cell(s, v.unknown);
    return cell < 0 ? v : cell_value(s, cell);
}

static struct feel_value element_value(struct search *s, const struct fact *f, const struct json *j,
    struct place at, int depth);

/* A list nobody gave: its length is a cell, its elements belong to the same fact. */
static struct feel_value open_list(struct search *s, const struct fact *f, struct place at, size_t count_min, int depth) {
    if (count_min == 0 && !feel_is_null(at.spot->made))
        return at.spot->made;
    struct arena *usual = count_min ? s->building_env->arena : keeping(s);
    at.any = true;
    struct feel_value mark = feel_unknown_cell(s->building_env, FEEL_LIST, at.group, (struct feel_bound){0},
        (struct feel_bound){0}, NULL, 0);
    struct feel_value element = depth > 6 ? feel_null()
        : element_value(s, f, NULL, under(s, at, (struct span){0}, 0), depth + 1);
    if (depth > 6)
        s->approximate = true;
    struct feel_value v = s->building_env->status == OK
        ? feel_unknown_list(s->building_env, at.spot->hash * 8, &mark, 1, &element, count_min, false, NULL)
        : feel_null();
    return count_min ? v : kept(s, usual, at.spot, v);
}

static struct feel_value list_cell(struct search *s, const struct fact *f, struct place at, int depth) {
    if (at.any)
        return open_list(s, f, at, 0, depth);
    int32_t cell = cell_at(s, f, true, at);
    if (cell < 0)
        return feel_null();
    struct domain d = cell_domain(s, s->building, cell);
    int32_t group = s->cells.at[cell].group;
    int length = d.length, corner = corner_of(s, cell);
    if (d.tail && corner < 0) {
        at.group = cell; /* its bit, so that splitting finds it */
        return open_list(s, f, at, (size_t)length, depth);
    }
    if (d.tail)
        length += corner % 3 == 2 ? 2 : corner % 3;
    if (depth > 6)
        length = 0;
    struct feel_value *item = feel_items(s->building_env, (size_t)length);
    at.group = group;
    bool pinned = s->pinned;
    for (int i = 0; item && i < length; i++) {
        s->pinned = pinned || i + 1 < length;
        item[i] = element_value(s, f, NULL, under(s, at, (struct span){0}, (size_t)i + 1), depth + 1);
    }
    s->pinned = pinned;
    return item ? feel_new_list(s->building_env, item, (size_t)length) : feel_null();
}

/* ---- known facts -------------------------------------------------------------------- */

static struct feel_value wrong(struct search *s, const char *code, struct place at) {
    if (s->status == OK) {
        s->status = diag_fail(s->d, E_INPUT, code);
        BUF_AUTO path;
        buf_init(&path, 4096);
        write_path(&path, at.spot);
        diag_at(s->d, "%s", buf_str(&path));
    }
    return feel_null();
}

static struct feel_value known_scalar(struct search *s, const struct fact *f, const struct json *j, struct place at) {
    struct feel_value v = at.spot->made;
    if (!feel_is_null(v))
        return v;
    switch (f->kind) {
    case FACT_DATE:
        return j->type == JSON_STRING && feel_parse_date(j->text, &v) ? v : wrong(s, "case.fact_type", at);
    case FACT_NUMBER:
        if (j->type != JSON_NUMBER)
            return wrong(s, "case.fact_type", at);
        if (dec_sign(j->number) < 0)
            return wrong(s, "case.fact_negative", at);
        v = feel_number(j->number);
        break;
    case FACT_BOOLEAN:
        return j->type == JSON_TRUE || j->type == JSON_FALSE ? feel_bool(j->type == JSON_TRUE) : wrong(s, "case.fact_type", at);
    default:
        if (j->type != JSON_STRING)
            return wrong(s, "case.fact_type", at);
        v = feel_string(j->text);
    }
    for (size_t i = 0; i < f->code_count; i++)
        if (feel_same(&f->code[i], &v))
            return at.spot->made = v;
    return f->code_count ? wrong(s, "case.fact_code", at) : (at.spot->made = v);
}

static struct feel_value element_value(struct search *s, const struct fact *f, const struct json *j,
    struct place at, int depth) {
    if (depth > 12) {
        s->approximate = true;
        return feel_null();
    }
    if (f->entity)
        return entity_value(s, f->entity, j, at, depth + 1);
    if (json_is_null(j))
        return f->kind == FACT_CONTEXT ? feel_null() : scalar_cell(s, f, at);
    if (f->kind == FACT_CONTEXT) {
        struct feel_value v = feel_null();
        if (feel_from_json(s->building_env->arena, j, &v, s->d) != OK)
            s->status = E_LIMIT;
        return v;
    }
    return known_scalar(s, f, j, at);
}

static bool absent_is_null(const struct search *s, const struct fact *f) {
    uint8_t *known = &s->absent[f->id];
    if (*known)
        return *known == 2;
    *known = 1;
    for (size_t i = 0; i < s->c->null_fact_count; i++)
        if (span_eq(s->c->null_facts[i], f->label))
            *known = 2;
    return *known == 2;
}

static struct feel_value fact_value(struct search *s, const struct fact *f, const struct json *j,
    struct place at, int depth) {
    if (json_is_null(j) && absent_is_null(s, f))
        return feel_null();
    if (!f->list)
        return element_value(s, f, j, at, depth);
    if (json_is_null(j))
        return list_cell(s, f, at, depth);
    if (j->type != JSON_ARRAY)
        return wrong(s, "case.fact_type", at);
    struct feel_value *item = feel_items(s->building_env, j->size);
    for (size_t i = 0; item && i < j->size && s->status == OK; i++)
        item[i] = element_value(s, f, json_at(j, i), under(s, at, (struct span){0}, i + 1), depth + 1);
    return item ? feel_new_list(s->building_env, item, j->size) : feel_null();
}

static bool has_fact(const struct fact_entity *e, struct span key) {
    for (size_t i = 0; i < e->count; i++)
        if (span_eq(e->fact[i].name, key))
            return true;
    return false;
}

/* What the input says of an entity, looked up once. */
static bool survey(struct search *s, const struct fact_entity *e, const struct json *j, struct spot *x) {
    struct arena *a = s->env->arena; /* as for `kept` */
    size_t size = json_is_null(j) ? 0 : j->size, n = e->count;
    struct span *key = ARENA_ARRAY(a, e->count + size + 1, struct span);
    struct feel_value *value = ARENA_ARRAY(a, e->count + size + 1, struct feel_value);
    const struct json **given = ARENA_ARRAY(a, e->count + 1, const struct json *);
    if (!key || !value || !given)
        return false;
    for (size_t i = 0; i < e->count; i++) {
        key[i] = e->fact[i].name;
        given[i] = json_get_span(j, e->fact[i].name);
    }
    for (size_t i = 0; i < size; i++) {
        if (has_fact(e, j->key[i]))
            continue;
        key[n] = j->key[i];
        if (feel_from_json(a, j->item[i], &value[n], s->d) != OK)
            return false;
        n++;
    }
    struct feel_value v = feel_context(a, key, value, n);
    if (v.kind != FEEL_CONTEXT)
        return false;
    x->given = given;
    x->extra = v.value + e->count;
    x->extra_count = n - e->count;
    x->shape = v.shape;
    return true;
}

static struct feel_value entity_value(struct search *s, const struct fact_entity *e,
    const struct json *j, struct place at, int depth) {
    struct spot *x = at.spot;
    if (!json_is_null(j) && j->type != JSON_OBJECT)
        return wrong(s, "case.fact_type", at);
    struct feel_value *value = x->shape || survey(s, e, j, x) ? feel_items(s->building_env, x->shape->count) : NULL;
    if (!value) {
        s->status = E_LIMIT;
        return feel_null();
    }
    for (size_t i = 0; i < e->count && s->status == OK; i++)
        value[i] = fact_value(s, &e->fact[i], x->given[i], under(s, at, e->fact[i].name, i), depth + 1);
    if (s->status != OK)
        return feel_null();
    if (x->extra_count)
        memcpy(value + e->count, x->extra, x->extra_count * sizeof *value);
    return feel_new_context(s->building_env, x->shape, value);
}

/* The facts, and what is known beside them. */
struct feel_value case_input(struct search *s, struct feel_env *env, const struct box *box) {
    s->building = box;
    s->building_env = env;
    struct feel_value facts = entity_value(s, s->c->vocabulary->root, s->c->facts, (struct place){s->root, -1, false}, 0);
    const struct feel_value *extra = &s->c->extra;
    if (s->status != OK || env->status != OK || extra->kind != FEEL_CONTEXT)
        return facts;
    size_t a = facts.shape->count, b = extra->shape->count;
    struct feel_value *value = feel_items(env, a + b);
    if (!value)
        return feel_stop(env);
    memcpy(value, facts.value, a * sizeof *value);
    if (b)
        memcpy(value + a, extra->value, b * sizeof *value);
    if (!s->input) {
        struct span *key = ARENA_ARRAY(s->env->arena, a + b + 1, struct span);
        for (size_t i = 0; key && i < a + b; i++)
            key[i] = i < a ? facts.shape->key[i].text : extra->shape->key[i - a].text;
        struct feel_value all = key ? feel_context(s->env->arena, key, value, a + b) : feel_null();
        if (all.kind != FEEL_CONTEXT)
            return feel_stop(env);
        s->input = all.shape;
    }
    return feel_new_context(env, s->input, value);
}
