/* Any bytes as two registers, from the first line to the pairs; and as a model's JSON for them. The bytes are
 * divided at \x1e into left, right and model; without it there is one register. */
#include "link/cluster.h"
#include "link/link.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct span part(struct span *rest) {
    const char *end = rest->size ? memchr(rest->at, 0x1e, rest->size) : NULL;
    struct span s = {rest->at, end ? (size_t)(end - rest->at) : rest->size};
    *rest = end ? (struct span){end + 1, rest->size - s.size - 1} : (struct span){0};
    return s;
}

static void link_them(struct link_job *job, struct arena *a, bool trained) {
    struct link_options o = {.trained = trained, .sample = 200, .pairs_per_right = 20};
    struct link_pairs pairs = {0};
    struct link_clusters clusters;
    struct diag d = {0};
    if (link_prepare(job, &o, &d) != OK)
        return;
    if (link_stream(job, &o, &pairs, &d) == OK) {
        for (size_t i = 0; i < pairs.count; i++) {
            assert(pairs.at[i].left < job->left->rows_max && job->left_at[pairs.at[i].left] < job->left->text.size);
            assert(pairs.at[i].right < job->right->text.size);
        }
        (void)!link_clusters(&pairs, 0.5, job->left == job->right ? job->left_at : NULL, job->left->rows_max, a, &clusters, &d);
        (void)!link_one_to_one(&pairs, job->left->rows_max, a, &d);
    }
    link_pairs_release(&pairs);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size > 1 << 16)
        return 0;
    struct span rest = span_bytes(data, size), left = part(&rest), right = part(&rest), model = part(&rest);
    struct diag d = {0};
    struct link_table table[2];
    AUTO(arena) struct arena *a = arena_new(256 << 20);
    if (link_table_open(&table[0], a, left, NULL, &d) != OK)
        return 0;
    bool two = right.size && link_table_open(&table[1], a, right, NULL, &d) == OK;
    struct link_job job = {.left = &table[0], .right = two ? &table[1] : &table[0], .arena = a};
    const struct json *j;
    if (model.size && json_parse(a, model, &j, &d) == OK && link_model_read(j, job.left, job.right, table[0].header[0], &job.schema, &job.model, &d) == OK)
        link_them(&job, a, true);
    else if (link_guess(&job.schema, a, job.left, job.right, table[0].header[0], NULL, 0, &d) == OK)
        link_them(&job, a, false);
    return 0;
}
