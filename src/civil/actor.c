#include "civil/civil.h"

#include <stdio.h>

static bool covers(const char *division, const char *code) {
    return strncmp(code, division, strlen(division)) == 0;
}

bool actor_may(const struct actor *a, const char *role, const char *code) {
    for (int i = 0; i < a->grant_count; i++)
        if ((!role || strcmp(a->grant[i].role, role) == 0) && (!code || covers(a->grant[i].division, code)))
            return true;
    return false;
}

const char *actor_division(const struct actor *a, const char *role) {
    for (int i = 0; i < a->grant_count; i++)
        if (!role || strcmp(a->grant[i].role, role) == 0)
            return a->grant[i].division;
    return "";
}

const struct grant *actor_deputises(const struct actor *a, const char *role, const char *code) {
    const struct grant *found = NULL;
    for (int i = 0; i < a->grant_count; i++) {
        const struct grant *g = &a->grant[i];
        if (strcmp(g->role, role) != 0 || !covers(g->division, code))
            continue;
        if (!g->deputy_for)
            return NULL;
        found = found ? found : g;
    }
    return found;
}

bool actor_stands_in(const struct actor *a, int64_t account) {
    for (int i = 0; i < a->grant_count; i++)
        if (account && a->grant[i].deputy_for == account)
            return true;
    return false;
}

bool actor_inside(const struct actor *a, const char *compartment) {
    if (!compartment || !*compartment || strcmp(a->kind, "staff") != 0)
        return true;
    for (int i = 0; i < a->compartment_count; i++)
        if (strcmp(a->compartment[i], compartment) == 0)
            return true;
    return false;
}

struct actor actor_system(void) {
    struct actor a = {.account = 0, .lang = LANG_ZH};
    snprintf(a.login, sizeof a.login, "system");
    snprintf(a.name, sizeof a.name, "system");
    snprintf(a.kind, sizeof a.kind, "system");
    return a;
}
