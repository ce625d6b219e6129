#include "geo/siting.h"

#include <glpk.h>
#include <math.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#define EARTH_M 6371008.8
#define DEGREE (3.14159265358979323846 / 180)
#define PEOPLE_MAX INT64_C(1000000000) /* sums stay exact in the solver's doubles */
#define EPSILON 1e-6

double geo_metres(struct geo_point a, struct geo_point b) {
    double up = sin((b.latitude - a.latitude) * DEGREE / 2), across = sin((b.longitude - a.longitude) * DEGREE / 2);
    double h = up * up + cos(a.latitude * DEGREE) * cos(b.latitude * DEGREE) * across * across;
    return 2 * EARTH_M * asin(sqrt(fmin(1, h)));
}

struct pair { size_t demand, site; };
struct work { struct siting *x; struct arena *a; struct pair *pair; size_t pairs; };

static bool point_good(struct geo_point p) { return p.longitude >= -180 && p.longitude <= 180 && p.latitude >= -90 && p.latitude <= 90; }

static enum status input_good(const struct siting *x, struct diag *d) {
    bool good = x->radius_m > 0 && x->radius_m <= 1e7 && x->add >= 0;
    if (x->demands > SITING_DEMANDS_MAX || x->sites > SITING_SITES_MAX)
        return diag_fail(d, E_LIMIT, "siting.many", DIAG_N("most", SITING_PAIRS_MAX));
    for (size_t i = 0; i < x->demands; i++)
        good = good && point_good(x->demand[i].at) && x->demand[i].people >= 0 && x->demand[i].people <= PEOPLE_MAX;
    for (size_t i = 0; i < x->sites; i++)
        good = good && point_good(x->site[i].at) && x->site[i].capacity >= 0 && x->site[i].capacity <= PEOPLE_MAX;
    return good ? OK : diag_fail(d, E_INPUT, "siting.point");
}

static enum status pairs_find(struct work *w, struct diag *d) {
    struct siting *x = w->x;
    w->pair = arena_array(w->a, SITING_PAIRS_MAX, sizeof *w->pair);
    if (!w->pair)
        return arena_full(d);
    for (size_t i = 0; i < x->demands; i++)
        for (size_t j = 0; j < x->sites; j++) {
            /* a degree of latitude is 111 km: most pairs are told apart without a sine */
            if (!x->demand[i].people || !x->site[j].capacity)
                continue;
            if (x->metres) {
                double m = x->metres(x->metres_arg, i, j);
                if (m < 0 || m > x->radius_m)
                    continue;
            } else if (fabs(x->demand[i].at.latitude - x->site[j].at.latitude) * 111000 > x->radius_m || geo_metres(x->demand[i].at, x->site[j].at) > x->radius_m) {
                continue;
            }
            if (w->pairs == SITING_PAIRS_MAX)
                return diag_fail(d, E_LIMIT, "siting.many", DIAG_N("most", SITING_PAIRS_MAX));
            w->pair[w->pairs++] = (struct pair){i, j};
        }
    return OK;
}

/* ---- the programme ------------------------------------------------------------------------- */

/* Columns: 1..sites open, then people a pair.  Rows: 1..demands, then a site's capacity, then the count. */
static void rows_add(glp_prob *p, const struct work *w) {
    const struct siting *x = w->x;
    glp_add_rows(p, (int)(x->demands + x->sites) + 1);
    for (size_t i = 0; i < x->demands; i++)
        glp_set_row_bnds(p, (int)i + 1, GLP_UP, 0, (double)x->demand[i].people);
    for (size_t j = 0; j < x->sites; j++)
        glp_set_row_bnds(p, (int)(x->demands + j) + 1, GLP_UP, 0, 0);
    glp_set_row_bnds(p, (int)(x->demands + x->sites) + 1, GLP_UP, 0, x->add);
    glp_add_cols(p, (int)(x->sites + w->pairs));
}

static void load(glp_prob *p, const struct work *w) {
    const struct siting *x = w->x;
    int index[4];
    double value[4];
    rows_add(p, w);
    glp_set_obj_dir(p, GLP_MAX);
    for (size_t j = 0; j < x->sites; j++) {
        int column = (int)j + 1, n = 1;
        index[1] = (int)(x->demands + j) + 1;
        value[1] = -(double)x->site[j].capacity;
        if (!x->site[j].open)
            index[++n] = (int)(x->demands + x->sites) + 1, value[n] = 1;
        glp_set_mat_col(p, column, n, index, value);
        if (x->site[j].open) {
            glp_set_col_bnds(p, column, GLP_FX, 1, 1);
        } else {
            glp_set_col_kind(p, column, GLP_BV);
        }
    }
    for (size_t k = 0; k < w->pairs; k++) {
        int column = (int)(x->sites + k) + 1;
        index[1] = (int)w->pair[k].demand + 1, value[1] = 1;
        index[2] = (int)(x->demands + w->pair[k].site) + 1, value[2] = 1;
        glp_set_mat_col(p, column, 2, index, value);
        glp_set_col_bnds(p, column, GLP_DB, 0, (double)x->demand[w->pair[k].demand].people);
        glp_set_obj_coef(p, column, 1);
    }
}

/* Nobody of a point is served at a place that is not open: tighter than the capacity where that exceeds the point's people. */
static void tighten(glp_prob *p, const struct work *w) {
    const struct siting *x = w->x;
    for (size_t k = 0; k < w->pairs; k++) {
        const struct siting_site *s = &x->site[w->pair[k].site];
        double people = (double)x->demand[w->pair[k].demand].people;
        if (s->open || (double)s->capacity <= people)
            continue;
        int row = glp_add_rows(p, 1), index[3] = {0, (int)(x->sites + k) + 1, (int)w->pair[k].site + 1};
        double value[3] = {0, 1, -people};
        glp_set_mat_row(p, row, 2, index, value);
        glp_set_row_bnds(p, row, GLP_UP, 0, 0);
    }
}

struct tree { int nodes, most; double bound; };

static void watch(glp_tree *t, void *arg) {
    struct tree *x = arg;
    int best = glp_ios_best_node(t);
    if (best)
        x->bound = glp_ios_node_bound(t, best);
    if (glp_ios_reason(t) == GLP_ISELECT && x->nodes++ >= x->most)
        glp_ios_terminate(t);
}

/* Who is served when just these are open: the linear programme with every place fixed.  Fills served and load. */
static bool serve(glp_prob *p, const struct work *w) {
    struct siting *x = w->x;
    glp_smcp how;
    for (size_t j = 0; j < x->sites; j++) {
        double open = x->site[j].open || x->site[j].chosen;
        glp_set_col_bnds(p, (int)j + 1, GLP_FX, open, open);
        x->site[j].load = 0;
    }
    for (size_t i = 0; i < x->demands; i++)
        x->demand[i].served = 0;
    glp_init_smcp(&how);
    how.msg_lev = GLP_MSG_OFF;
    glp_std_basis(p);
    if (glp_simplex(p, &how) != 0 || glp_get_status(p) != GLP_OPT)
        return false;
    x->served_after = 0;
    for (size_t k = 0; k < w->pairs; k++) {
        /* a vertex of a transport problem with whole bounds is whole */
        int64_t n = llround(glp_get_col_prim(p, (int)(x->sites + k) + 1));
        x->demand[w->pair[k].demand].served += n;
        x->site[w->pair[k].site].load += n;
        x->served_after += n;
    }
    return true;
}

/* Opens, one by one, the candidate that serves most of those whom nobody serves yet. */
static void greedy(struct work *w, int64_t *left) {
    struct siting *x = w->x;
    for (size_t i = 0; i < x->demands; i++)
        left[i] = x->demand[i].people - x->demand[i].served;
    for (int n = 0; n < x->add; n++) {
        int64_t most = 0;
        size_t best = 0;
        for (size_t j = 0; j < x->sites; j++)
            x->site[j].load = 0;
        for (size_t k = 0; k < w->pairs; k++)
            x->site[w->pair[k].site].load += left[w->pair[k].demand];
        for (size_t j = 0; j < x->sites; j++) {
            int64_t gain = x->site[j].load < x->site[j].capacity ? x->site[j].load : x->site[j].capacity;
            if (!x->site[j].open && !x->site[j].chosen && gain > most)
                most = gain, best = j;
        }
        if (!most)
            return;
        x->site[best].chosen = true;
        for (size_t k = 0; k < w->pairs && most; k++) {
            int64_t *one = &left[w->pair[k].demand], take = *one < most ? *one : most;
            if (w->pair[k].site == best)
                *one -= take, most -= take;
        }
    }
}

static bool tree_search(glp_prob *p, const struct work *w, struct tree *t, bool *ret_best, bool *chosen) {
    glp_smcp how;
    glp_iocp tree;
    glp_init_smcp(&how);
    how.msg_lev = GLP_MSG_OFF;
    if (glp_simplex(p, &how) != 0 || glp_get_status(p) != GLP_OPT)
        return false;
    t->bound = glp_get_obj_val(p); /* of the linear relaxation */
    glp_init_iocp(&tree);
    tree.msg_lev = GLP_MSG_OFF;
    tree.cb_func = watch;
    tree.cb_info = t;
    tree.fp_heur = GLP_ON;
    int e = glp_intopt(p, &tree), status = glp_mip_status(p);
    if (e == 0 && status == GLP_OPT) {
        *ret_best = true;
        t->bound = glp_mip_obj_val(p);
    }
    for (size_t j = 0; j < w->x->sites; j++)
        chosen[j] = (status == GLP_OPT || status == GLP_FEAS) && !w->x->site[j].open && glp_mip_col_val(p, (int)j + 1) > 0.5;
    return e == 0 || e == GLP_ESTOP;
}

static void choose(struct siting *x, const bool *chosen) {
    for (size_t j = 0; j < x->sites; j++)
        x->site[j].chosen = chosen && chosen[j];
}

static enum status solve(glp_prob *p, struct work *w, struct diag *d) {
    struct siting *x = w->x;
    bool *tree_chosen = arena_array(w->a, x->sites + 1, sizeof *tree_chosen), *greedy_chosen = arena_array(w->a, x->sites + 1, sizeof *greedy_chosen);
    int64_t *left = arena_array(w->a, x->demands + 1, sizeof *left);
    struct tree t = {.most = x->nodes ? x->nodes : SITING_NODES};
    if (!tree_chosen || !greedy_chosen || !left)
        return arena_full(d);
    load(p, w);
    tighten(p, w);
    if (!tree_search(p, w, &t, &x->best, tree_chosen))
        return diag_fail(d, E_LIMIT, "siting.solver");
    choose(x, NULL);
    if (!serve(p, w))
        return diag_fail(d, E_LIMIT, "siting.solver");
    x->served_before = x->served_after;
    greedy(w, left);
    for (size_t j = 0; j < x->sites; j++)
        greedy_chosen[j] = x->site[j].chosen;
    if (!serve(p, w))
        return diag_fail(d, E_LIMIT, "siting.solver");
    int64_t by_greedy = x->served_after;
    choose(x, tree_chosen);
    if (!serve(p, w))
        return diag_fail(d, E_LIMIT, "siting.solver");
    if (by_greedy > x->served_after) {
        choose(x, greedy_chosen);
        if (!serve(p, w))
            return diag_fail(d, E_LIMIT, "siting.solver");
    }
    x->bound = (int64_t)floor(t.bound + EPSILON * fmax(1, fabs(t.bound)));
    x->best = x->best || x->bound <= x->served_after;
    if (x->best)
        x->bound = x->served_after;
    return OK;
}

static int unsaid(void *arg, const char *text) {
    return 1; /* GLPK says its error aloud, even with its output off */
}

static void leave(void *place) {
    longjmp(*(jmp_buf *)place, 1);
}

/* GLPK tells that memory ended by its error hook, which may not return; its own state is the thread's. */
enum status siting_solve(struct arena *a, struct siting *x, struct diag *d) {
    struct work w = {x, a, NULL, 0};
    jmp_buf place;
    x->people = x->served_before = x->served_after = x->bound = 0;
    x->best = false;
    enum status s = input_good(x, d);
    for (size_t i = 0; s == OK && i < x->demands; i++) {
        x->people += x->demand[i].people;
        x->demand[i].served = 0;
    }
    choose(x, NULL);
    if (s == OK)
        s = pairs_find(&w, d);
    if (s != OK || !w.pairs)
        return x->best = s == OK, s;
    if (setjmp(place)) {
        glp_free_env();
        return diag_fail(d, E_LIMIT, "siting.solver");
    }
    glp_term_out(GLP_OFF);
    glp_term_hook(unsaid, NULL);
    glp_error_hook(leave, &place);
    glp_prob *p = glp_create_prob();
    s = solve(p, &w, d);
    glp_delete_prob(p);
    glp_error_hook(NULL, NULL);
    glp_term_hook(NULL, NULL);
    return s;
}
