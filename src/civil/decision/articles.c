#include "civil/decision/articles.h"

static const char BETWEEN[] = "；";
enum { BETWEEN_SIZE = sizeof BETWEEN - 1 };

date_t article_document_from(const struct regulation *x) { return x->in_force_from == DATE_NONE ? x->issued_on : x->in_force_from; }

static struct span next_piece(const char **at) {
    const char *end = strstr(*at, BETWEEN);
    struct span piece = end ? (struct span){*at, (size_t)(end - *at)} : span_of(*at);
    *at = end ? end + BETWEEN_SIZE : NULL;
    return piece;
}

static bool of_document(struct span piece, const struct regulation *x) {
    size_t n = strlen(x->shortly);
    return piece.size >= n && memcmp(piece.at, x->shortly, n) == 0 && (piece.size == n || piece.at[n] == ' ');
}

bool articles_cite(const char *articles, const struct regulation *x) {
    for (const char *at = articles; at;)
        if (of_document(next_piece(&at), x))
            return true;
    return false;
}

static const struct regulation *document_of(const struct packs *packs, struct span piece) {
    for (size_t i = 0; i < packs_count(packs); i++)
        for (size_t k = 0; k < packs_at(packs, i)->document_count; k++)
            if (of_document(piece, &packs_at(packs, i)->document[k]))
                return &packs_at(packs, i)->document[k];
    return NULL;
}

const char *articles_on(struct arena *a, const struct packs *packs, const char *articles, date_t day) {
    BUF_AUTO kept;
    buf_init(&kept, 0);
    bool holds = true, all = true, sure = false;
    for (const char *at = articles; at;) {
        struct span piece = next_piece(&at);
        const struct regulation *x = document_of(packs, piece);
        date_t from = x ? article_document_from(x) : DATE_NONE;
        holds = x ? from <= day || from == DATE_NONE : holds;
        sure = sure || (from != DATE_NONE && from <= day);
        all = all && holds;
        if (holds && kept.size)
            buf_adds(&kept, BETWEEN);
        if (holds)
            buf_add(&kept, piece);
    }
    return all || !sure ? articles : arena_dup(a, buf_span(&kept));
}
