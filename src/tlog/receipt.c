#include "tlog/receipt.h"

#include "tlog/trust.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/utf8.h"
#include "tlog/tile.h"

static const char proof_header[] = "c2sp.org/tlog-proof@v1\n";
static const char receipt_format[] = "minzheng-receipt/2";
static const char sm3_suffix[] = "/sm3";

/* ---- writing ---------------------------------------------------------- */

/* Without the extra line when `extra` is empty. */
static void write_proof(struct buf *out, struct span extra, const struct tlog_inclusion *in) {
    buf_adds(out, proof_header);
    if (extra.size) {
        buf_adds(out, "extra ");
        buf_base64(out, extra);
        buf_addc(out, '\n');
    }
    buf_addf(out, "index %" PRIu64 "\n", in->index);
    for (size_t i = 0; i < in->proof.count; i++) {
        buf_base64(out, span_bytes(in->proof.hash[i].byte, HASH_BYTES));
        buf_addc(out, '\n');
    }
    buf_addc(out, '\n');
    buf_add(out, in->checkpoint);
}

static const struct json *json_base64(struct arena *a, struct span s) {
    BUF_AUTO b;
    buf_init(&b, TLOG_RECEIPT_BYTES_MAX);
    buf_base64(&b, s);
    return buf_ok(&b) ? json_new_string(a, buf_span(&b)) : NULL;
}

static const struct json *openings_json(struct arena *a, const struct tlog_receipt *r) {
    static const struct span key[] = {{"salt", 4}, {"value", 5}};
    const struct json **item = ARENA_ARRAY(a, r->opening_count + 1, const struct json *);
    if (!item)
        return NULL;
    for (size_t i = 0; i < r->opening_count; i++) {
        const struct json **value = ARENA_ARRAY(a, ARRAY_LEN(key), const struct json *);
        if (!value || !(value[0] = json_base64(a, r->opening[i].salt)))
            return NULL;
        value[1] = r->opening[i].value;
        if (!(item[i] = json_new_object(a, key, value, ARRAY_LEN(key))))
            return NULL;
    }
    return json_new_array(a, item, r->opening_count);
}

static const struct json *texts_json(struct arena *a, const struct span *text, size_t count) {
    const struct json **item = ARENA_ARRAY(a, count + 1, const struct json *);
    if (!item)
        return NULL;
    for (size_t i = 0; i < count; i++)
        if (!(item[i] = json_new_string(a, text[i])))
            return NULL;
    return json_new_array(a, item, count);
}

static bool write_extra(struct arena *a, const struct tlog_receipt *r, struct buf *out) {
    static const struct span key[] = {{"entry", 5}, {"format", 6}, {"openings", 8}, {"opens", 5}, {"sm3", 3}, {"vkeys", 5}};
    BUF_AUTO sm3;
    buf_init(&sm3, TLOG_RECEIPT_BYTES_MAX);
    write_proof(&sm3, SPAN(""), &r->sm3);
    if (!buf_ok(&sm3))
        return false;
    const struct json *value[] = {
        json_base64(a, r->entry),
        json_new_string(a, span_of(receipt_format)),
        openings_json(a, r),
        texts_json(a, r->opens, r->opens_count),
        json_new_string(a, buf_span(&sm3)),
        texts_json(a, r->vkey, r->vkey_count),
    };
    for (size_t i = 0; i < ARRAY_LEN(value); i++)
        if (!value[i])
            return false;
    const struct json *extra = json_new_object(a, key, value, ARRAY_LEN(value));
    if (!extra)
        return false;
    json_canonical(out, extra);
    return buf_ok(out);
}

enum status tlog_receipt_write(const struct tlog_receipt *r, struct buf *out, struct diag *d) {
    AUTO(arena) struct arena *a = arena_new(8 * (size_t)TLOG_RECEIPT_BYTES_MAX);
    BUF_AUTO extra;
    buf_init(&extra, TLOG_RECEIPT_BYTES_MAX);
    size_t before = out->size;
    if (!a || !write_extra(a, r, &extra))
        return diag_fail(d, E_LIMIT, "base.memory");
    write_proof(out, buf_span(&extra), &r->sha256);
    if (!buf_ok(out) || out->size - before > TLOG_RECEIPT_BYTES_MAX)
        return diag_fail(d, E_LIMIT, "tlog.receipt_size", DIAG_N("limit", TLOG_RECEIPT_BYTES_MAX));
    return OK;
}

/* ---- reading ---------------------------------------------------------- */

static bool take(struct span *s, const char *prefix) {
    size_t n = strlen(prefix);
    if (s->size < n || memcmp(s->at, prefix, n) != 0)
        return false;
    *s = (struct span){s->at + n, s->size - n};
    return true;
}

static bool take_line(struct span *s, struct span *ret) {
    const char *end = s->size ? memchr(s->at, '\n', s->size) : NULL;
    if (!end)
        return false;
    *ret = (struct span){s->at, (size_t)(end - s->at)};
    *s = (struct span){end + 1, s->size - ret->size - 1};
    return true;
}

/* Leading zeros are found when the whole is written again. */
static bool parse_number(struct span s, uint64_t *ret) {
    uint64_t v = 0;
    if (s.size == 0 || s.size > 19)
        return false;
    for (size_t i = 0; i < s.size; i++) {
        if (s.at[i] < '0' || s.at[i] > '9')
            return false;
        v = v * 10 + (uint64_t)(s.at[i] - '0');
    }
    *ret = v;
    return true;
}

/* The decoded text in the arena; NULL at: not base64, or memory ended. */
static struct span decode(struct arena *a, struct span text) {
    size_t n, room = text.size / 4 * 3;
    uint8_t *bytes = arena_alloc(a, room + 1);
    if (!bytes || !base64_decode(text, bytes, room, &n))
        return (struct span){0};
    return span_bytes(bytes, n);
}

static enum status bad(const char *code, struct diag *d) { return diag_fail(d, E_INPUT, code); }

/* *ret_extra is empty when there is no such line. */
static enum status read_proof(struct arena *a, struct span s, struct span *ret_extra, struct tlog_inclusion *ret,
    struct diag *d) {
    struct span line;
    *ret_extra = (struct span){0};
    *ret = (struct tlog_inclusion){0};
    if (!take(&s, proof_header))
        return bad("tlog.receipt_header", d);
    if (take(&s, "extra ")) {
        if (!take_line(&s, &line))
            return bad("tlog.receipt_extra", d);
        *ret_extra = decode(a, line);
        if (!ret_extra->size)
            return bad("tlog.receipt_extra", d);
    }
    if (!take(&s, "index ") || !take_line(&s, &line) || !parse_number(line, &ret->index))
        return bad("tlog.receipt_index", d);
    for (;;) {
        size_t n;
        if (!take_line(&s, &line))
            return bad("tlog.receipt_proof", d);
        if (line.size == 0)
            break;
        if (ret->proof.count == TLOG_PROOF_MAX ||
            !base64_decode(line, ret->proof.hash[ret->proof.count].byte, HASH_BYTES, &n) || n != HASH_BYTES)
            return bad("tlog.receipt_proof", d);
        ret->proof.count++;
    }
    ret->checkpoint = s;
    return OK;
}

static enum status read_openings(struct arena *a, const struct json *list, struct tlog_receipt *r, struct diag *d) {
    if (!list || list->type != JSON_ARRAY)
        return bad("tlog.receipt_extra", d);
    struct tlog_opening *o = ARENA_ARRAY(a, list->size + 1, struct tlog_opening);
    if (!o)
        return arena_full(d);
    for (size_t i = 0; i < list->size; i++) {
        o[i].salt = decode(a, span_of(json_str(list->item[i], "salt", "")));
        o[i].value = json_get(list->item[i], "value");
        if (o[i].salt.size != TLOG_SALT_BYTES || !o[i].value)
            return bad("tlog.receipt_extra", d);
    }
    r->opening = o;
    r->opening_count = list->size;
    return OK;
}

static enum status read_texts(struct arena *a, const struct json *list, const struct span **ret, size_t *ret_count, struct diag *d) {
    if (!list || list->type != JSON_ARRAY)
        return bad("tlog.receipt_extra", d);
    struct span *text = ARENA_ARRAY(a, list->size + 1, struct span);
    if (!text)
        return arena_full(d);
    for (size_t i = 0; i < list->size; i++) {
        if (list->item[i]->type != JSON_STRING)
            return bad("tlog.receipt_extra", d);
        text[i] = list->item[i]->text;
    }
    *ret = text;
    *ret_count = list->size;
    return OK;
}

static enum status read_extra(struct arena *a, struct span extra, struct tlog_receipt *r, struct diag *d) {
    const struct json *j;
    if (json_parse(a, extra, &j, NULL) != OK || strcmp(json_str(j, "format", ""), receipt_format) != 0)
        return bad("tlog.receipt_extra", d);
    const struct json *entry = json_get(j, "entry"), *sm3 = json_get(j, "sm3");
    if (!entry || entry->type != JSON_STRING || !sm3 || sm3->type != JSON_STRING)
        return bad("tlog.receipt_extra", d);
    r->entry = decode(a, entry->text);
    if (!r->entry.at || r->entry.size > TLOG_ENTRY_BYTES_MAX)
        return bad("tlog.receipt_extra", d);
    struct span none;
    enum status s = read_proof(a, sm3->text, &none, &r->sm3, d);
    if (s == OK && none.size)
        s = bad("tlog.receipt_extra", d);
    if (s == OK)
        s = read_openings(a, json_get(j, "openings"), r, d);
    if (s == OK)
        s = read_texts(a, json_get(j, "opens"), &r->opens, &r->opens_count, d);
    if (s == OK)
        s = read_texts(a, json_get(j, "vkeys"), &r->vkey, &r->vkey_count, d);
    return s;
}

enum status tlog_receipt_read(struct arena *a, struct span text, struct tlog_receipt *ret, struct diag *d) {
    if (text.size > TLOG_RECEIPT_BYTES_MAX)
        return diag_fail(d, E_LIMIT, "tlog.receipt_size", DIAG_N("limit", TLOG_RECEIPT_BYTES_MAX));
    struct tlog_receipt r = {0};
    struct span extra;
    enum status s = read_proof(a, text, &extra, &r.sha256, d);
    if (s == OK && extra.size == 0)
        s = bad("tlog.receipt_extra", d);
    if (s == OK)
        s = read_extra(a, extra, &r, d);
    if (s != OK)
        return s;

    /* Written again it must be the same file: no byte is free. */
    BUF_AUTO again;
    buf_init(&again, 2 * (size_t)TLOG_RECEIPT_BYTES_MAX);
    s = tlog_receipt_write(&r, &again, d);
    if (s != OK)
        return s;
    if (!span_eq(buf_span(&again), text))
        return bad("tlog.receipt_spelling", d);
    *ret = r;
    return OK;
}

/* ---- checking --------------------------------------------------------- */

/* One of the keys of `type` named like the origin must have signed. */
static enum status check_signed(const struct tlog_note *note, struct span origin, enum tlog_key_type type,
    const struct tlog_vkey *key, size_t keys, struct diag *d) {
    for (size_t i = 0; i < keys; i++) {
        if (key[i].type != type || !span_is(origin, key[i].name))
            continue;
        enum status s = tlog_note_check(note, &key[i], NULL, d);
        if (s != E_NOT_FOUND)
            return s;
    }
    return diag_fail(d, E_NOT_FOUND, "tlog.not_signed", DIAG_SPAN("key", origin));
}

static bool line_of(const struct tlog_signature *g, const struct tlog_vkey *k) { return g->id == k->id && span_is(g->name, k->name); }

/* Every line belongs to a key at hand and verifies: what nobody can check does
 * not stand in a receipt. */
static enum status check_lines(const struct tlog_note *note, const struct tlog_vkey *key, size_t keys, const struct tlog_vkey *own, size_t owns,
    struct diag *d) {
    for (size_t i = 0; i < note->count; i++) {
        const struct tlog_signature *g = &note->signature[i];
        const struct tlog_vkey *k = NULL;
        for (size_t j = 0; !k && j < keys + owns; j++)
            k = line_of(g, j < keys ? &key[j] : &own[j - keys]) ? (j < keys ? &key[j] : &own[j - keys]) : NULL;
        if (!k)
            return diag_fail(d, E_CORRUPT, "tlog.receipt_stranger", DIAG_SPAN("key", g->name));
        enum status s = tlog_note_check(note, k, NULL, d);
        if (s != OK)
            return s;
    }
    return OK;
}

/* The same public key under another name, or named twice, is the same signer. */
static bool counted_before(const struct tlog_note *note, const struct tlog_vkey *key, size_t i) {
    for (size_t j = 0; j < i; j++)
        if (key[j].type == key[i].type && key[j].key_size == key[i].key_size && memcmp(key[j].key, key[i].key, key[i].key_size) == 0 &&
            tlog_note_check(note, &key[j], NULL, NULL) == OK)
            return true;
    return false;
}

/* Witnesses among the keys that have cosigned; their lines verify. */
static unsigned cosigners(const struct tlog_note *note, const struct tlog_vkey *key, size_t keys, uint64_t *ret_time) {
    unsigned n = 0;
    for (size_t i = 0; i < keys; i++) {
        uint64_t time;
        if (key[i].type != TLOG_KEY_COSIGNATURE || tlog_note_check(note, &key[i], &time, NULL) != OK || counted_before(note, key, i))
            continue;
        n++;
        *ret_time = time > *ret_time ? time : *ret_time;
    }
    return n;
}

/* A tree's half: signed checkpoint, then the proof from the entry to its root. */
static enum status check_half(struct arena *a, enum hash_kind kind, struct span entry, const struct tlog_inclusion *in,
    const struct tlog_vkey *key, size_t keys, struct tlog_note *ret_note, struct tlog_checkpoint *ret, struct diag *d) {
    enum status s = tlog_note_parse(a, in->checkpoint, ret_note, d);
    if (s == OK)
        s = tlog_checkpoint_parse(ret_note->text, ret, d);
    if (s == OK)
        s = check_signed(ret_note, ret->origin, kind == HASH_SM3 ? TLOG_KEY_SM2 : TLOG_KEY_ED25519, key, keys, d);
    if (s != OK)
        return s;
    struct hash leaf = tlog_leaf_hash(kind, entry);
    if (!tlog_check_inclusion(kind, &leaf, in->index, ret->size, &in->proof, &ret->root))
        return diag_fail(d, E_CORRUPT, "tlog.receipt_root", DIAG_S("tree", kind == HASH_SM3 ? "sm3" : "sha256"),
            DIAG_N("index", in->index), DIAG_N("size", ret->size));
    return OK;
}

/* The second log's origin is the first one's and "/sm3". */
static bool origins_fit(struct span origin, struct span twin) {
    size_t n = strlen(sm3_suffix);
    return twin.size == origin.size + n && memcmp(twin.at, origin.at, origin.size) == 0 &&
           memcmp(twin.at + origin.size, sm3_suffix, n) == 0;
}

/* ---- openings ---- */

/* The commitment of that name; NULL: the entry has none. */
static const struct tlog_commitment *named(const struct tlog_entry *e, struct span name) {
    uint64_t n;
    if (span_is(name, "matter"))
        return e->matter;
    if (span_is(name, "payload"))
        return e->payload;
    if (!take(&name, "subject.") || !parse_number(name, &n) || name.at[0] == '0' || n > e->subject_count)
        return NULL;
    return &e->subject[n - 1];
}

/* The name of what `c` is in the entry, in `a`; no bytes: it is nothing of it, or memory ended. */
static struct span name_of(struct arena *a, const struct tlog_entry *e, const struct tlog_commitment *c) {
    if (e->matter && tlog_commitment_eq(e->matter, c))
        return SPAN("matter");
    if (e->payload && tlog_commitment_eq(e->payload, c))
        return SPAN("payload");
    for (size_t i = 0; i < e->subject_count; i++)
        if (tlog_commitment_eq(&e->subject[i], c)) {
            char *text = arena_printf(a, "subject.%zu", i + 1);
            return text ? span_of(text) : (struct span){0};
        }
    return (struct span){0};
}

enum status tlog_receipt_name_openings(struct arena *a, struct tlog_receipt *r, struct diag *d) {
    struct tlog_entry e;
    struct span *name = ARENA_ARRAY(a, r->opening_count + 1, struct span);
    if (!name)
        return arena_full(d);
    enum status s = r->opening_count ? tlog_entry_read(a, r->entry, &e, d) : OK;
    for (size_t i = 0; s == OK && i < r->opening_count; i++) {
        struct tlog_commitment c;
        s = tlog_entry_commit(r->opening[i].salt, r->opening[i].value, &c, d);
        if (s != OK)
            break;
        name[i] = name_of(a, &e, &c);
        if (!name[i].size)
            s = diag_fail(d, E_CORRUPT, "tlog.receipt_opening", DIAG_N("number", i + 1));
    }
    r->opens = name;
    r->opens_count = r->opening_count;
    return s;
}

/* As many openings as the receipt names, each of what it names, none twice. */
static enum status check_openings(const struct tlog_receipt *r, struct tlog_verdict *v, struct diag *d) {
    const struct tlog_entry *e = &v->entry;
    if (r->opens_count != r->opening_count)
        return diag_fail(d, E_CORRUPT, "tlog.receipt_opening_missing", DIAG_N("want", r->opens_count), DIAG_N("found", r->opening_count));
    v->matter_closed = v->entry_known && e->matter;
    v->payload_closed = v->entry_known && e->payload;
    v->subjects_closed = v->entry_known ? e->subject_count : 0;
    for (size_t i = 0; i < r->opening_count; i++) {
        const struct tlog_commitment *of = v->entry_known ? named(e, r->opens[i]) : NULL;
        struct tlog_commitment c;
        enum status s = tlog_entry_commit(r->opening[i].salt, r->opening[i].value, &c, d);
        if (s != OK)
            return s;
        bool twice = false;
        for (size_t j = 0; j < i; j++)
            twice = twice || span_eq(r->opens[i], r->opens[j]);
        if (!of || twice || !tlog_commitment_eq(of, &c))
            return diag_fail(d, E_CORRUPT, "tlog.receipt_opening", DIAG_N("number", i + 1));
        if (of == e->matter)
            v->matter_closed = false;
        else if (of == e->payload)
            v->payload_closed = false;
        else
            v->subjects_closed--;
        v->openings++;
    }
    return OK;
}

static enum status own_keys(struct arena *a, const struct tlog_receipt *r, struct tlog_vkey **ret, struct diag *d) {
    struct tlog_vkey *key = ARENA_ARRAY(a, r->vkey_count + 1, struct tlog_vkey);
    if (!key)
        return arena_full(d);
    for (size_t i = 0; i < r->vkey_count; i++) {
        enum status s = tlog_vkey_parse(r->vkey[i], &key[i], d);
        if (s != OK)
            return s;
    }
    *ret = key;
    return OK;
}

/* The keys that the policy names, logs first. */
static enum status policy_keys(struct arena *a, const struct tlog_trust_file *f, struct tlog_trust *ret, struct diag *d) {
    struct tlog_vkey *key = ARENA_ARRAY(a, f->logs + f->witnesses + 1, struct tlog_vkey);
    if (!key)
        return arena_full(d);
    if (f->logs == 0)
        return diag_fail(d, E_INPUT, "tlog.trust_no_log");
    for (size_t i = 0; i < f->logs; i++)
        key[i] = f->log[i].vkey;
    for (size_t i = 0; i < f->witnesses; i++)
        key[f->logs + i] = f->witness[i].vkey;
    *ret = (struct tlog_trust){.key = key, .count = f->logs + f->witnesses, .policy = f};
    return OK;
}

static enum status check_policy(const struct tlog_note *n, const struct tlog_trust_file *f, struct diag *d) {
    return !f || tlog_trust_met(f, tlog_trust_cosigned(f, n, NULL)) ? OK : diag_fail(d, E_NOT_FOUND, "tlog.trust_unmet");
}

enum status tlog_receipt_verify(struct arena *a, const struct tlog_receipt *r, const struct tlog_trust *asked,
    struct tlog_verdict *ret, struct diag *d) {
    struct tlog_trust of_policy;
    if (asked->policy) {
        enum status p = policy_keys(a, asked->policy, &of_policy, d);
        if (p != OK)
            return p;
    }
    const struct tlog_trust *trust = asked->policy ? &of_policy : asked;
    struct tlog_verdict v = {.own_keys = trust->count == 0, .index = r->sha256.index};
    struct tlog_vkey *own = NULL;
    enum status s = own_keys(a, r, &own, d);
    if (s != OK)
        return s;
    const struct tlog_vkey *key = v.own_keys ? own : trust->key;
    size_t keys = v.own_keys ? r->vkey_count : trust->count;

    struct tlog_note note, note_sm3;
    struct tlog_checkpoint head, head_sm3;
    uint64_t twin_time = 0;
    s = check_half(a, HASH_SHA256, r->entry, &r->sha256, key, keys, &note, &head, d);
    if (s == OK)
        s = check_half(a, HASH_SM3, r->entry, &r->sm3, key, keys, &note_sm3, &head_sm3, d);
    if (s == OK)
        s = check_lines(&note, key, keys, own, r->vkey_count, d);
    if (s == OK)
        s = check_lines(&note_sm3, key, keys, own, r->vkey_count, d);
    if (s != OK)
        return s;
    v.cosignatures = cosigners(&note, key, keys, &v.cosigned_at_s);
    v.sm3_cosignatures = cosigners(&note_sm3, key, keys, &twin_time);
    s = v.cosignatures < trust->quorum ? diag_fail(d, E_NOT_FOUND, "tlog.quorum", DIAG_N("have", v.cosignatures), DIAG_N("need", trust->quorum))
                                       : check_policy(&note, trust->policy, d);
    if (s != OK)
        return s;
    if (!origins_fit(head.origin, head_sm3.origin) || r->sha256.index != r->sm3.index)
        return diag_fail(d, E_CORRUPT, "tlog.receipt_origin", DIAG_SPAN("origin", head.origin));

    v.size = head.size;
    v.sm3_size = head_sm3.size;
    size_t n = utf8_cut(head.origin, TLOG_NAME_MAX);
    memcpy(v.origin, head.origin.at, n);
    v.entry_known = tlog_entry_read(a, r->entry, &v.entry, NULL) == OK;
    s = check_openings(r, &v, d);
    if (s == OK)
        *ret = v;
    return s;
}
