/* A snapshot of any bytes: the text up to the first NUL is the manifest, what follows
 * fills the arrays of its files one after the other.  What is accepted is read as a
 * program would read it, without looking twice; its manifest, written again, is the same. */
#include "fuzz.h"

#include "base/arena.h"
#include "base/buf.h"
#include "cohort/snapshot.h"

#include <stdlib.h>
#include <string.h>

enum { MEMORY_MAX = 1 << 24, FILES_MAX = 1 << 20 };

static void must(bool good) {
    if (!good)
        abort();
}

static void read_column(const struct cohort_table *t, const struct cohort_column *c) {
    for (uint64_t r = 0; r < t->count; r++) {
        int64_t v = cohort_stored(c, r);
        bool known = !cohort_bit(c->unknown, r) && !cohort_bit(c->null, r);
        must(known ? v >= c->low && v <= c->high : v == 0);
        if (known && c->kind == COHORT_STRING)
            must(c->word[v].at != NULL);
    }
}

static void read_table(const struct cohort_table *t) {
    for (size_t i = 0; i < t->column_count; i++)
        read_column(t, &t->column[i]);
    for (size_t i = 0; i < t->list_count; i++) {
        const struct cohort_list *l = &t->list[i];
        uint64_t at = 0;
        for (uint64_t r = 0; r < t->count; r++) {
            must(l->offset[r] == at && l->offset[r + 1] >= at && l->offset[r + 1] <= l->of->count);
            must(!cohort_bit(l->unknown, r) || l->offset[r + 1] == at);
            at = l->offset[r + 1];
        }
        must(at == l->of->count);
        read_table(l->of);
    }
}

static void again(const struct cohort_snapshot *s) {
    struct arena *a = arena_new(MEMORY_MAX);
    struct buf first, second;
    struct cohort_snapshot copy;
    buf_init(&first, MEMORY_MAX);
    buf_init(&second, MEMORY_MAX);
    cohort_snapshot_manifest(&first, s);
    if (a && buf_ok(&first) && first.size <= SNAPSHOT_MANIFEST_MAX) {
        enum status r = cohort_snapshot_parse(a, buf_span(&first), &copy, NULL);
        must(r == OK || r == E_LIMIT);
        if (r == OK) {
            cohort_snapshot_manifest(&second, &copy);
            must(first.size == second.size && memcmp(first.at, second.at, first.size) == 0);
        }
    }
    buf_release(&first);
    buf_release(&second);
    arena_free(a);
}

static void link_files(struct cohort_snapshot *s, const uint8_t *data, size_t size) {
    uint64_t total = 0;
    for (size_t i = 0; i < s->file_count; i++) {
        total += s->file[i].bytes;
        if (total > FILES_MAX)
            return;
    }
    struct span *mapped = calloc(s->file_count + 1, sizeof *mapped);
    size_t at = 0;
    for (size_t i = 0; mapped && i < s->file_count; i++) { /* each apart, so that reading behind one is seen */
        uint8_t *p = aligned_alloc(64, s->file[i].bytes);
        must(p != NULL);
        memset(p, 0, s->file[i].bytes);
        cohort_snapshot_header(&s->file[i], p);
        uint64_t rows = s->file[i].width ? s->file[i].rows * s->file[i].width : (s->file[i].rows + 7) / 8;
        for (uint64_t k = 0; k < rows && at < size; k++)
            p[SNAPSHOT_HEADER_BYTES + k] = data[at++];
        mapped[i] = (struct span){(const char *)p, s->file[i].bytes};
    }
    struct diag d = {0};
    if (mapped && cohort_snapshot_link(s, mapped, &d) == OK)
        read_table(&s->table[0]);
    for (size_t i = 0; mapped && i < s->file_count; i++)
        free((void *)(uintptr_t)mapped[i].at);
    free(mapped);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    const uint8_t *nul = memchr(data, 0, size);
    size_t manifest = nul ? (size_t)(nul - data) : size;
    struct arena *a = arena_new(MEMORY_MAX);
    struct cohort_snapshot s;
    struct diag d = {0};
    if (a && cohort_snapshot_parse(a, (struct span){(const char *)data, manifest}, &s, &d) == OK) {
        again(&s);
        link_files(&s, data + manifest + (nul != NULL), size - manifest - (nul != NULL));
    }
    arena_free(a);
    return 0;
}
