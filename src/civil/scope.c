#include "civil/scope.h"

#include <string.h>

void scope_under(struct buf *sql, struct sql_value *v, size_t *n, struct arena *a, const char *column, const char *division) {
    char *end = arena_printf(a, "%s:", division); /* ':' follows '9' */
    buf_addf(sql, "(%s >= ? AND %s < ?)", column, column);
    v[(*n)++] = SQL_S(division);
    v[(*n)++] = SQL_S(end ? end : "");
}

static bool among(const char *const *roles, const char *role) {
    for (; roles && *roles; roles++)
        if (strcmp(*roles, role) == 0)
            return true;
    return !roles;
}

void scope_of(struct buf *sql, struct sql_value *v, size_t *n, struct arena *a, const struct actor *who, const char *column, const char *const *roles, const char *also) {
    size_t first = *n;
    buf_addc(sql, '(');
    for (int i = 0; i < who->grant_count; i++)
        if (among(roles, who->grant[i].role)) {
            buf_addf(sql, "%s%s%s%s", *n > first ? " OR " : "", also ? "(" : "", also ? also : "", also ? " AND " : "");
            scope_under(sql, v, n, a, column, who->grant[i].division);
            buf_adds(sql, also ? ")" : "");
        }
    buf_adds(sql, *n > first ? ")" : "1 = 0)");
}
