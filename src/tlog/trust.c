#include "tlog/trust.h"

struct reader {
    struct tlog_trust_file *f;
    struct diag *d;
    int line;
    uint64_t used;    /* bit a member: listed in a group or as the quorum */
    bool quorum_seen;
};

static bool white(char c) { return c == ' ' || c == '\t'; }

static bool take_word(struct span *s, struct span *ret) {
    while (s->size && white(s->at[0]))
        s->at++, s->size--;
    size_t n = 0;
    while (n < s->size && !white(s->at[n]))
        n++;
    *ret = (struct span){s->at, n};
    s->at += n;
    s->size -= n;
    return n > 0;
}

static enum status bad(struct reader *r, const char *reason) {
    enum status s = diag_fail(r->d, E_INPUT, "tlog.trust_line", DIAG_N("line", r->line), DIAG_S("reason", reason));
    diag_line(r->d, r->line);
    return s;
}

static enum status full(struct reader *r, int limit) {
    enum status s = diag_fail(r->d, E_LIMIT, "tlog.trust_limit", DIAG_N("line", r->line), DIAG_N("limit", limit));
    diag_line(r->d, r->line);
    return s;
}

/* -1: nobody of that name. */
static int find(const struct tlog_trust_file *f, struct span name) {
    for (size_t i = 0; i < f->witnesses; i++)
        if (span_eq(f->witness[i].name, name))
            return (int)i;
    for (size_t i = 0; i < f->groups; i++)
        if (span_eq(f->group[i].name, name))
            return TLOG_TRUST_WITNESSES_MAX + (int)i;
    return -1;
}

static bool name_free(const struct tlog_trust_file *f, struct span name) { return !span_is(name, "none") && find(f, name) < 0; }

/* The same public key under another name is the same signer. */
static bool key_known(const struct tlog_trusted *list, size_t n, const struct tlog_vkey *k) {
    for (size_t i = 0; i < n; i++)
        if (list[i].vkey.key_size == k->key_size && memcmp(list[i].vkey.key, k->key, k->key_size) == 0)
            return true;
    return false;
}

/* "<vkey> [<url>]" and nothing behind it. */
static enum status read_key(struct reader *r, struct span rest, struct tlog_trusted *ret) {
    struct span word, more;
    if (!take_word(&rest, &word) || tlog_vkey_parse(word, &ret->vkey, NULL) != OK)
        return bad(r, "vkey");
    (void)take_word(&rest, &ret->url);
    return take_word(&rest, &more) ? bad(r, "end") : OK;
}

static enum status read_log(struct reader *r, struct span rest) {
    struct tlog_trust_file *f = r->f;
    struct tlog_trusted x = {0};
    enum status s = read_key(r, rest, &x);
    if (s != OK)
        return s;
    if (x.vkey.type == TLOG_KEY_COSIGNATURE || key_known(f->log, f->logs, &x.vkey))
        return bad(r, "vkey");
    if (f->logs == TLOG_TRUST_LOGS_MAX)
        return full(r, TLOG_TRUST_LOGS_MAX);
    f->log[f->logs] = x;
    f->log[f->logs].name = span_of(f->log[f->logs].vkey.name);
    f->logs++;
    return OK;
}

static enum status read_witness(struct reader *r, struct span rest) {
    struct tlog_trust_file *f = r->f;
    struct tlog_trusted x = {0};
    if (!take_word(&rest, &x.name) || !name_free(f, x.name))
        return bad(r, "name");
    enum status s = read_key(r, rest, &x);
    if (s != OK)
        return s;
    if (x.vkey.type != TLOG_KEY_COSIGNATURE || key_known(f->witness, f->witnesses, &x.vkey))
        return bad(r, "vkey");
    if (f->witnesses == TLOG_TRUST_WITNESSES_MAX)
        return full(r, TLOG_TRUST_WITNESSES_MAX);
    f->witness[f->witnesses++] = x;
    return OK;
}

/* Each name is a member of one group at most, so a witness counts once. */
static bool use(struct reader *r, int member) {
    uint64_t bit = member < 0 ? 0 : (uint64_t)1 << member;
    if (!bit || (r->used & bit))
        return false;
    r->used |= bit;
    return true;
}

static unsigned number(struct span s) {
    unsigned v = 0;
    if (s.size == 0 || s.size > 2 || s.at[0] == '0')
        return 0;
    for (size_t i = 0; i < s.size; i++) {
        if (s.at[i] < '0' || s.at[i] > '9')
            return 0;
        v = v * 10 + (unsigned)(s.at[i] - '0');
    }
    return v;
}

static enum status read_group(struct reader *r, struct span rest) {
    struct tlog_trust_file *f = r->f;
    struct tlog_trust_group g = {0};
    struct span how, member;
    if (!take_word(&rest, &g.name) || !name_free(f, g.name))
        return bad(r, "name");
    if (!take_word(&rest, &how))
        return bad(r, "threshold");
    while (take_word(&rest, &member)) {
        int m = find(f, member);
        if (!use(r, m))
            return bad(r, "member");
        g.member[g.members++] = (uint16_t)m; /* each of at most 64 names once: there is room */
    }
    g.needed = span_is(how, "all") ? g.members : span_is(how, "any") ? 1 : number(how);
    if (g.members == 0 || g.needed < 1 || g.needed > g.members)
        return bad(r, "threshold");
    if (f->groups == TLOG_TRUST_GROUPS_MAX)
        return full(r, TLOG_TRUST_GROUPS_MAX);
    f->group[f->groups++] = g;
    return OK;
}

static enum status read_quorum(struct reader *r, struct span rest) {
    struct span name, more;
    if (r->quorum_seen)
        return bad(r, "quorum");
    if (!take_word(&rest, &name) || take_word(&rest, &more))
        return bad(r, "quorum");
    r->quorum_seen = true;
    r->f->quorum = span_is(name, "none") ? -1 : find(r->f, name);
    return r->f->quorum >= 0 || span_is(name, "none") ? OK : bad(r, "name");
}

static enum status read_line(struct reader *r, struct span line) {
    static const struct { const char *word; enum status (*read)(struct reader *r, struct span rest); } kinds[] = {
        {"log", read_log}, {"witness", read_witness}, {"group", read_group}, {"quorum", read_quorum},
    };
    struct span word;
    for (size_t i = 0; i < line.size; i++)
        if (((uint8_t)line.at[i] < 0x20 && line.at[i] != '\t') || line.at[i] == 0x7f)
            return bad(r, "character");
    if (!take_word(&line, &word) || word.at[0] == '#')
        return OK;
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
        if (span_is(word, kinds[i].word))
            return kinds[i].read(r, line);
    return bad(r, "word");
}

enum status tlog_trust_parse(struct arena *a, struct span text, const struct tlog_trust_file **ret, struct diag *d) {
    if (text.size > TLOG_TRUST_BYTES_MAX)
        return diag_fail(d, E_LIMIT, "tlog.trust_limit", DIAG_N("line", 0), DIAG_N("limit", TLOG_TRUST_BYTES_MAX));
    struct tlog_trust_file *f = ARENA_NEW(a, struct tlog_trust_file);
    if (!f)
        return arena_full(d);
    f->quorum = -1;
    struct reader r = {.f = f, .d = d};
    while (text.size) {
        const char *end = memchr(text.at, '\n', text.size);
        struct span line = {text.at, end ? (size_t)(end - text.at) : text.size};
        r.line++;
        enum status s = read_line(&r, line);
        if (s != OK)
            return s;
        size_t n = line.size + (end != NULL);
        text = (struct span){text.at + n, text.size - n};
    }
    if (!r.quorum_seen)
        return diag_fail(d, E_INPUT, "tlog.trust_quorum");
    *ret = f;
    return OK;
}

/* A member stands behind what it names, so this ends. */
static bool met(const struct tlog_trust_file *f, int member, uint32_t cosigned) {
    if (member < TLOG_TRUST_WITNESSES_MAX)
        return cosigned >> member & 1;
    const struct tlog_trust_group *g = &f->group[member - TLOG_TRUST_WITNESSES_MAX];
    unsigned have = 0;
    for (unsigned i = 0; i < g->members; i++)
        have += met(f, g->member[i], cosigned);
    return have >= g->needed;
}

bool tlog_trust_met(const struct tlog_trust_file *f, uint32_t cosigned) { return f->quorum < 0 || met(f, f->quorum, cosigned); }

uint32_t tlog_trust_cosigned(const struct tlog_trust_file *f, const struct tlog_note *n, uint64_t *ret_time) {
    uint32_t bits = 0;
    uint64_t latest = 0;
    for (size_t i = 0; i < f->witnesses; i++) {
        uint64_t time = 0;
        if (tlog_note_check(n, &f->witness[i].vkey, &time, NULL) != OK)
            continue;
        bits |= (uint32_t)1 << i;
        latest = time > latest ? time : latest;
    }
    if (ret_time)
        *ret_time = latest;
    return bits;
}
