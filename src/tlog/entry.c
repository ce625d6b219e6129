#include "tlog/entry.h"

#include "tlog/tile.h"

enum { ENTRY_VERSION = 1 };

/* ---- commitments ------------------------------------------------------ */

enum status tlog_entry_commit(struct span salt, const struct json *value, struct tlog_commitment *ret,
    struct diag *d) {
    assert(salt.size == TLOG_SALT_BYTES);
    BUF_AUTO text;
    buf_init(&text, 0);
    json_canonical(&text, value);
    if (!buf_ok(&text))
        return diag_fail(d, E_LIMIT, "base.memory");
    struct span part[] = {salt, buf_span(&text)};
    ret->sha256 = hash_of(HASH_SHA256, part, ARRAY_LEN(part));
    ret->sm3 = hash_of(HASH_SM3, part, ARRAY_LEN(part));
    return OK;
}

bool tlog_commitment_eq(const struct tlog_commitment *a, const struct tlog_commitment *b) {
    return hash_eq(&a->sha256, &b->sha256) && hash_eq(&a->sm3, &b->sm3);
}

/* ---- kinds ------------------------------------------------------------ */

enum part { PURPOSE = 1, FIELDS = 2, MATTER = 4, SUBJECT = 8, PAYLOAD = 16 };

static const struct kind {
    const char *name;
    unsigned must, may;
} kinds[] = {
    {TLOG_CASE_EVENT, MATTER | PAYLOAD, SUBJECT},
    {TLOG_DECISION, MATTER | SUBJECT | PAYLOAD, 0},
    {TLOG_PAYMENT, PAYLOAD, MATTER | SUBJECT},
    {TLOG_ACCESS, PURPOSE | FIELDS | SUBJECT, MATTER | PAYLOAD},
    {TLOG_VERIFICATION, SUBJECT | PAYLOAD, MATTER | PURPOSE | FIELDS},
    {TLOG_NOTICE, MATTER | PAYLOAD, SUBJECT},
    {TLOG_POLICY_PUBLISH, PAYLOAD, 0},
    {TLOG_ACCESS_QUESTION, SUBJECT | PAYLOAD, 0},
    {TLOG_ACCOUNT, SUBJECT, PAYLOAD},
    {TLOG_ARCHIVE, PAYLOAD, MATTER | SUBJECT},
    {TLOG_SECRECY, PAYLOAD, 0},
    {TLOG_INDICATOR, PAYLOAD, 0},
    {TLOG_PLAN, PAYLOAD, 0},
    {TLOG_RECORD, PAYLOAD, 0},
};

static const struct kind *kind_find(struct span name) {
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
        if (span_is(name, kinds[i].name))
            return &kinds[i];
    return NULL;
}

bool tlog_entry_kind_known(struct span kind) { return kind_find(kind) != NULL; }

/* ---- writing ---------------------------------------------------------- */

static bool filled(const char *s) { return s && *s; }

static enum status field_fail(const char *field, struct diag *d) {
    return diag_fail(d, E_USAGE, "tlog.entry_field", DIAG_S("field", field));
}

static enum status check(const struct tlog_entry *e, struct diag *d) {
    const struct kind *k = e->kind ? kind_find(span_of(e->kind)) : NULL;
    if (!k)
        return field_fail("kind", d);
    if (e->district < 100000 || e->district > 999999) /* GB/T 2260: six digits */
        return field_fail("district", d);
    if (!filled(e->office))
        return field_fail("actor.office", d);
    if (!filled(e->role))
        return field_fail("actor.role", d);
    if (!filled(e->action))
        return field_fail("action", d);
    for (size_t i = 0; i < e->field_count; i++)
        if (!filled(e->field[i]))
            return field_fail("fields", d);
    /* Commitments may stand for fewer or more people than there are of them,
     * but not for nobody. */
    if ((e->subjects > 0) != (e->subject_count > 0) || e->subjects < 0)
        return field_fail("subjects", d);

    const struct { enum part part; bool there; const char *name; } part[] = {
        {PURPOSE, filled(e->purpose), "purpose"},
        {FIELDS, e->field_count > 0, "fields"},
        {MATTER, e->matter != NULL, "matter"},
        {SUBJECT, e->subject_count > 0, "subject"},
        {PAYLOAD, e->payload != NULL, "payload"},
    };
    for (size_t i = 0; i < ARRAY_LEN(part); i++)
        if (part[i].there ? !((k->must | k->may) & part[i].part) : k->must & part[i].part)
            return field_fail(part[i].name, d);
    return OK;
}

static void write_hash(struct json_writer *w, const char *key, const struct hash *h) {
    BUF_AUTO text;
    buf_init(&text, 64);
    buf_base64(&text, span_bytes(h->byte, HASH_BYTES));
    json_kspan(w, key, buf_span(&text));
    w->out->failed |= text.failed;
}

static void write_commitment(struct json_writer *w, const struct tlog_commitment *c) {
    json_object(w);
    write_hash(w, "sha256", &c->sha256);
    write_hash(w, "sm3", &c->sm3);
    json_object_end(w);
}

/* The keys stand in code point order, so the text is canonical as written. */
static void write_entry(struct json_writer *w, const struct tlog_entry *e) {
    json_object(w);
    json_kstring(w, "action", e->action);
    json_key(w, "actor");
    json_object(w);
    json_kstring(w, "office", e->office);
    json_kstring(w, "role", e->role);
    json_object_end(w);
    json_kint(w, "district", e->district);
    if (e->field_count) {
        json_key(w, "fields");
        json_array(w);
        for (size_t i = 0; i < e->field_count; i++)
            json_string(w, e->field[i]);
        json_array_end(w);
    }
    json_kstring(w, "kind", e->kind);
    if (e->matter) {
        json_key(w, "matter");
        write_commitment(w, e->matter);
    }
    if (e->payload) {
        json_key(w, "payload");
        write_commitment(w, e->payload);
    }
    if (filled(e->purpose))
        json_kstring(w, "purpose", e->purpose);
    if (e->subject_count) {
        json_key(w, "subject");
        json_array(w);
        for (size_t i = 0; i < e->subject_count; i++)
            write_commitment(w, &e->subject[i]);
        json_array_end(w);
        json_kint(w, "subjects", e->subjects);
    }
    json_kinstant(w, "time", e->time);
    json_kint(w, "v", ENTRY_VERSION);
    json_object_end(w);
}

enum status tlog_entry_write(const struct tlog_entry *e, struct buf *out, struct diag *d) {
    enum status s = check(e, d);
    if (s != OK)
        return s;
    size_t before = out->size;
    struct json_writer w;
    json_begin(&w, out, false);
    write_entry(&w, e);
    if (!buf_ok(out))
        return diag_fail(d, E_LIMIT, "base.memory");
    if (out->size - before > TLOG_ENTRY_BYTES_MAX)
        return diag_fail(d, E_LIMIT, "tlog.entry_size", DIAG_N("bytes", out->size - before),
            DIAG_N("limit", TLOG_ENTRY_BYTES_MAX));
    return OK;
}

/* ---- reading ---------------------------------------------------------- */

static bool read_hash(const struct json *j, const char *key, struct hash *ret) {
    const struct json *text = json_get(j, key);
    size_t n;
    return text && text->type == JSON_STRING && base64_decode(text->text, ret->byte, HASH_BYTES, &n) &&
           n == HASH_BYTES;
}

static bool read_commitment(const struct json *j, struct tlog_commitment *ret) {
    return j && read_hash(j, "sha256", &ret->sha256) && read_hash(j, "sm3", &ret->sm3);
}

/* NULL when absent; *good turns false when it is there and wrong. */
static const struct tlog_commitment *optional_commitment(struct arena *a, const struct json *j, bool *good,
    bool *memory) {
    if (!j)
        return NULL;
    struct tlog_commitment *c = ARENA_NEW(a, struct tlog_commitment);
    *memory &= c != NULL;
    *good &= c && read_commitment(j, c);
    return c;
}

static bool read_fields(struct arena *a, const struct json *j, struct tlog_entry *e, bool *memory) {
    if (!j)
        return true;
    if (j->type != JSON_ARRAY)
        return false;
    const char **field = ARENA_ARRAY(a, j->size + 1, const char *);
    if (!field)
        return *memory = false;
    for (size_t i = 0; i < j->size; i++) {
        if (j->item[i]->type != JSON_STRING)
            return false;
        field[i] = j->item[i]->text.at;
    }
    e->field = field;
    e->field_count = j->size;
    return true;
}

static bool read_subjects(struct arena *a, const struct json *j, struct tlog_entry *e, bool *memory) {
    if (!j)
        return true;
    if (j->type != JSON_ARRAY)
        return false;
    struct tlog_commitment *c = ARENA_ARRAY(a, j->size + 1, struct tlog_commitment);
    if (!c)
        return *memory = false;
    for (size_t i = 0; i < j->size; i++)
        if (!read_commitment(j->item[i], &c[i]))
            return false;
    e->subject = c;
    e->subject_count = j->size;
    return true;
}

static enum status bad(const char *field, struct diag *d) {
    return diag_fail(d, E_INPUT, "tlog.entry_bad", DIAG_S("field", field));
}

static enum status read_parts(struct arena *a, const struct json *j, struct tlog_entry *e, struct diag *d) {
    const struct json *actor = json_get(j, "actor");
    *e = (struct tlog_entry){
        .kind = json_str(j, "kind", ""),
        .district = json_int(j, "district", 0),
        .office = json_str(actor, "office", ""),
        .role = json_str(actor, "role", ""),
        .action = json_str(j, "action", ""),
        .purpose = json_get(j, "purpose") ? json_str(j, "purpose", "") : NULL,
        .subjects = json_int(j, "subjects", 0),
    };
    if (json_int(j, "v", 0) != ENTRY_VERSION)
        return bad("v", d);
    if (instant_parse(span_of(json_str(j, "time", "")), &e->time, NULL) != OK)
        return bad("time", d);
    bool good = true, memory = true;
    e->matter = optional_commitment(a, json_get(j, "matter"), &good, &memory);
    e->payload = optional_commitment(a, json_get(j, "payload"), &good, &memory);
    good = good && read_fields(a, json_get(j, "fields"), e, &memory);
    good = good && read_subjects(a, json_get(j, "subject"), e, &memory);
    if (!memory)
        return arena_full(d);
    return good ? OK : bad("matter, payload, fields, subject", d);
}

enum status tlog_entry_read(struct arena *a, struct span text, struct tlog_entry *ret, struct diag *d) {
    if (text.size > TLOG_ENTRY_BYTES_MAX)
        return diag_fail(d, E_LIMIT, "tlog.entry_size", DIAG_N("bytes", text.size),
            DIAG_N("limit", TLOG_ENTRY_BYTES_MAX));
    const struct json *j;
    struct tlog_entry e;
    enum status s = json_parse(a, text, &j, d);
    if (s == OK)
        s = j->type == JSON_OBJECT ? read_parts(a, j, &e, d) : bad("object", d);
    if (s != OK)
        return s;

    /* Written again it must be the same text: so unknown keys, another order,
     * white space and other spellings of numbers and times are all refused. */
    BUF_AUTO again;
    buf_init(&again, 0);
    struct diag why = {0};
    s = tlog_entry_write(&e, &again, &why);
    if (s == E_USAGE)
        return bad(why.arg[0].value, d);
    if (s != OK)
        return diag_fail(d, s, why.code);
    if (!span_eq(buf_span(&again), text))
        return diag_fail(d, E_INPUT, "tlog.entry_spelling");
    *ret = e;
    return OK;
}
