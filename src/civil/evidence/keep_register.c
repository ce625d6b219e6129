/* The names of what is kept: those of keep_list.c, and one for each register of the packs. */
#include "civil/evidence/keep_internal.h"

#include "base/buf.h"
#include "base/json.h"
#include "civil/civil.h"
#include "civil/pack/pack.h"

#include <string.h>

static const char PREFIX[] = "reg_";

static bool is_sealed(const char *type) { return strcmp(type, "id_number") == 0 || strcmp(type, "phone") == 0; }

static char type_of(const char *type, bool self) {
    if (self && is_sealed(type))
        return 's';
    bool text = self ? strcmp(type, "text") == 0 || strcmp(type, "code") == 0 || strcmp(type, "division") == 0 || strcmp(type, "credit_code") == 0
                     : strcmp(type, "text") == 0 || strcmp(type, "number") == 0;
    return text ? 't' : 'i';
}

/* The columns that every register has, then its own.  A column that comes later is empty in the rows of before, and what is empty is left out of
 * what is committed to: a table may grow under its evidence. */
static const struct kept *of_register(struct arena *a, const struct json *reg) {
    const struct json *fields = json_get(reg, "fields");
    const char *name = json_str(reg, "name", "");
    bool self = strcmp(json_str(reg, "owner", ""), "self") == 0;
    struct kept *k = arena_alloc(a, sizeof *k);
    BUF_AUTO b;
    buf_init(&b, 0);
    buf_adds(&b, self ? "i:version i:recorded_at i:valid_from i:valid_to i:superseded_at i:superseded_by i:recorded_by t:source t:reason i:batch"
                      : "i:id i:recorded_at i:valid_from i:valid_to i:superseded_at i:recorded_by t:source");
    for (size_t i = 0; fields && i < fields->size; i++) {
        const char *column = json_str(fields->item[i], "column", ""), *type = json_str(fields->item[i], "type", "");
        buf_addf(&b, " %c:%s", type_of(type, self), column);
        if (self && is_sealed(type))
            buf_addf(&b, " b:%s_blind", column);
    }
    char *table = arena_printf(a, "%s%s", PREFIX, name), *columns = buf_ok(&b) ? arena_dup(a, buf_span(&b)) : NULL;
    if (!k || !table || !columns)
        return NULL;
    *k = (struct kept){.name = table, .table = table, .district = "k.district", .id = self ? "k.id" : "k.owner", .which = "1 = 1", .columns = columns, .order = self ? "k.version" : "k.id", .grows = true};
    /* Rows of a file that nobody has confirmed yet are not believed, and dropped without a trace. */
    if (self)
        k->which = "(k.batch IS NULL OR k.batch NOT IN (SELECT batch FROM import_hidden))";
    return k;
}

bool kept_is_register(const struct kept *k) { return strncmp(k->name, PREFIX, sizeof PREFIX - 1) == 0; }

size_t kept_count(const struct civil *c) {
    size_t n = evidence_kept_count;
    for (size_t i = 0; c->packs && i < packs_count(c->packs); i++)
        n += packs_at(c->packs, i)->reg_count;
    return n;
}

const struct kept *kept_at(const struct civil *c, struct arena *a, size_t i) {
    if (i < evidence_kept_count)
        return &evidence_kept[i];
    i -= evidence_kept_count;
    for (size_t p = 0; p < packs_count(c->packs); p++) {
        const struct pack *pack = packs_at(c->packs, p);
        if (i < pack->reg_count)
            return of_register(a, pack->reg[i]);
        i -= pack->reg_count;
    }
    return NULL;
}

const struct kept *kept_named(const struct civil *c, struct arena *a, const char *name) {
    for (size_t i = 0; i < evidence_kept_count; i++)
        if (strcmp(evidence_kept[i].name, name) == 0)
            return &evidence_kept[i];
    if (strncmp(name, PREFIX, sizeof PREFIX - 1) != 0)
        return NULL;
    for (size_t p = 0; c->packs && p < packs_count(c->packs); p++)
        for (size_t k = 0; k < packs_at(c->packs, p)->reg_count; k++)
            if (strcmp(json_str(packs_at(c->packs, p)->reg[k], "name", ""), name + sizeof PREFIX - 1) == 0)
                return of_register(a, packs_at(c->packs, p)->reg[k]);
    return NULL;
}
