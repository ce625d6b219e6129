/* minzheng log verify [RECEIPT] | prove ENTRY | export DIR | publish | cosign | restart | adopt | witness ...
 *
 * Checking a receipt needs no store and no network: the receipt, and for
 * certainty the log's verifier keys from somewhere else (--trust).  The other
 * verbs sequence and sign what waits, so that a machine without a server
 * running has evidence too. */
#include "cli/cli.h"
#include "cli/out_file.h"
#include "cli/log_place.h"

#include "civil/evidence/evidence.h"
#include "server/anchor.h"
#include "server/cosigning.h"
#include "tlog/log.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

enum { TRUST_BYTES_MAX = 1 << 20 }; /* some thousand verifier keys */

struct log_command {
    const char *trust_file, *policy_file;
    const struct tlog_trust_file *policy;
    struct tlog_vkey *key; /* of the trust file */
    size_t keys;
    int64_t quorum;
    bool no_quorum; /* said so */
};

static enum status options(struct cli *c, int *argc, char **argv, struct log_command *o, struct diag *d) {
    o->trust_file = cli_option(c, argc, argv, "trust");
    o->policy_file = cli_option(c, argc, argv, "policy");
    const char *quorum = cli_option(c, argc, argv, "quorum");
    enum status s = OK;
    if (quorum && strcmp(quorum, "none") == 0) /* as a trust file says it: nobody by accident */
        o->no_quorum = true;
    else if (quorum && cli_number(quorum, 1, TLOG_NOTE_SIGNATURES_MAX, "quorum", &o->quorum, NULL) != OK)
        s = diag_fail(d, E_USAGE, "log.quorum", DIAG_S("quorum", quorum), DIAG_N("max", TLOG_NOTE_SIGNATURES_MAX));
    if (s == OK && quorum && !o->trust_file)
        s = diag_fail(d, E_USAGE, "log.quorum_needs_trust");
    if (s == OK && o->policy_file && o->trust_file)
        s = diag_fail(d, E_USAGE, "log.policy_or_trust");
    return s;
}

static enum status read_trust(struct cli *c, struct log_command *o, struct diag *d) {
    struct span text;
    if (o->policy_file)
        return log_trust(c, o->policy_file, &o->policy, d);
    if (!o->trust_file)
        return OK;
    enum status s = cli_read_file(c, o->trust_file, TRUST_BYTES_MAX, &text, d);
    if (s == OK)
        s = tlog_vkeys_parse(c->arena, text, &o->key, &o->keys, d);
    if (s == OK && o->keys == 0)
        s = diag_fail(d, E_INPUT, "log.trust_empty", DIAG_S("file", o->trust_file));
    return s;
}

static void print_buf(const struct buf *b) { fwrite(buf_str(b), 1, b->size, stdout); }

/* ---- verify RECEIPT ---------------------------------------------------------- */

/* What proves a receipt wrong is an answer (1); what cannot be read is bad
 * input (3). */
static bool disproved(enum status s) { return s == E_CORRUPT || s == E_NOT_FOUND; }

static void verdict_json(struct json_writer *w, const struct tlog_verdict *v, bool good, const struct diag *d) {
    json_object(w);
    json_kbool(w, "valid", good);
    if (!good)
        json_kstring(w, "code", d->code);
    if (good) {
        json_kstring(w, "origin", v->origin);
        json_kint(w, "index", (int64_t)v->index);
        json_kint(w, "size", (int64_t)v->size);
        json_kint(w, "cosignatures", v->cosignatures);
        json_kint(w, "sm3_cosignatures", v->sm3_cosignatures);
        json_kbool(w, "own_keys", v->own_keys);
        json_kint(w, "openings", (int64_t)v->openings);
        json_key(w, "closed");
        json_object(w);
        json_kbool(w, "matter", v->matter_closed);
        json_kbool(w, "payload", v->payload_closed);
        json_kint(w, "subjects", (int64_t)v->subjects_closed);
        json_object_end(w);
        if (v->entry_known) {
            json_kstring(w, "kind", v->entry.kind);
            json_kinstant(w, "time", v->entry.time);
            json_kint(w, "district", v->entry.district);
            json_kstring(w, "office", v->entry.office);
            json_kstring(w, "role", v->entry.role);
            json_kstring(w, "action", v->entry.action);
        }
    }
    json_object_end(w);
}

static void print_json_verdict(const struct tlog_verdict *v, bool good, const struct diag *d) {
    BUF_AUTO b;
    struct json_writer w;
    buf_init(&b, 0);
    json_begin(&w, &b, true);
    verdict_json(&w, v, good, d);
    buf_addc(&b, '\n');
    print_buf(&b);
}

static void say_verdict(struct cli *c, const struct log_command *o, const struct tlog_verdict *v) {
    char time[INSTANT_TEXT_MAX];
    cli_say(c, "log.receipt_good", CLI_ARGS(DIAG_S("origin", v->origin), DIAG_N("index", v->index), DIAG_N("size", v->size)));
    if (v->entry_known) {
        instant_text(v->entry.time, time);
        cli_say(c, "log.receipt_entry", CLI_ARGS(DIAG_S("kind", v->entry.kind), DIAG_S("action", v->entry.action),
            DIAG_S("time", time), DIAG_S("office", v->entry.office), DIAG_S("role", v->entry.role)));
    }
    if (v->openings)
        cli_say(c, "log.receipt_openings", CLI_ARGS(DIAG_N("count", v->openings)));
    if (v->matter_closed)
        cli_say(c, "log.receipt_closed_matter", CLI_ARGS());
    if (v->payload_closed)
        cli_say(c, "log.receipt_closed_payload", CLI_ARGS());
    if (v->subjects_closed)
        cli_say(c, "log.receipt_closed_subjects", CLI_ARGS(DIAG_N("count", v->subjects_closed)));
    cli_say(c, "log.receipt_cosigned", CLI_ARGS(DIAG_N("count", v->cosignatures)));
    if (v->own_keys)
        cli_note(c, "log.own_keys", CLI_ARGS());
    else if (!o->quorum && !o->no_quorum && !o->policy)
        cli_note(c, "log.no_quorum", CLI_ARGS());
}

/* A receipt as the API gives it is JSON with the file's text inside; a list of
 * them is what a case's page asks for.  Anything else is left as it is. */
static enum status receipt_text(struct cli *c, struct span *text, struct diag *d) {
    const struct json *j = NULL;
    size_t i = 0;
    while (i < text->size && strchr(" \t\r\n", text->at[i]))
        i++;
    if (i == text->size || (text->at[i] != '{' && text->at[i] != '['))
        return OK;
    enum status s = json_parse(c->arena, *text, &j, d);
    if (s == OK && j->type == JSON_ARRAY && j->size != 1)
        s = diag_fail(d, E_INPUT, "log.receipt_list", DIAG_N("count", j->size));
    if (s != OK)
        return s;
    const struct json *inside = json_get(j->type == JSON_ARRAY ? j->item[0] : j, "text");
    if (!inside || inside->type != JSON_STRING)
        return diag_fail(d, E_INPUT, "log.receipt_json");
    if (inside->text.size == 0)
        return diag_fail(d, E_INPUT, "log.receipt_waits");
    *text = inside->text;
    return OK;
}

static int verify_receipt(struct cli *c, struct log_command *o, const char *file) {
    struct diag d = {0};
    struct span text;
    struct tlog_receipt r;
    struct tlog_verdict v = {0};
    enum status s = read_trust(c, o, &d);
    if (s == OK)
        s = cli_read_file(c, file, 2 * TLOG_RECEIPT_BYTES_MAX, &text, &d); /* JSON escapes its lines */
    if (s == OK)
        s = receipt_text(c, &text, &d);
    if (s == OK)
        s = tlog_receipt_read(c->arena, text, &r, &d);
    if (s != OK)
        return d.status = s, cli_fail(c, &d);
    s = tlog_receipt_verify(c->arena, &r, &(struct tlog_trust){o->key, o->keys, (unsigned)o->quorum, o->policy}, &v, &d);
    if (s != OK && !disproved(s))
        return d.status = s, cli_fail(c, &d);
    if (c->json)
        print_json_verdict(&v, s == OK, &d);
    else if (s == OK)
        say_verdict(c, o, &v);
    else
        cli_note(c, "log.receipt_bad", CLI_ARGS()), (void)cli_fail(c, &d);
    return s == OK ? EXIT_DONE : EXIT_NO;
}

/* ---- verify the store --------------------------------------------------------- */

struct report {
    struct cli *cli;
    struct buf text; /* --json: the list of findings */
    struct json_writer json;
};

static void finding(void *arg, const struct diag *d) {
    struct report *r = arg;
    BUF_AUTO b;
    buf_init(&b, 0);
    message_render(&b, r->cli->lang, d);
    if (!r->cli->json) {
        printf("%s\n", buf_str(&b));
        return;
    }
    json_object(&r->json);
    json_kstring(&r->json, "code", d->code);
    json_kspan(&r->json, "message", buf_span(&b));
    for (int i = 0; i < d->arg_count; i++)
        json_kstring(&r->json, d->arg[i].name, d->arg[i].value);
    json_object_end(&r->json);
}

static enum status check_evidence(struct txn *t, void *arg, struct diag *d) {
    struct evidence_check *x = arg;
    x->txn = t;
    return evidence_check_in(x, d);
}

/* The head that stands outside the store must be in it. */
static enum status check_anchor(struct cli *c, struct report *r, struct evidence_check *e, struct diag *d) {
    const char *anchor = log_anchor(c);
    struct diag found = {0};
    enum status s = anchor ? anchor_check(c->store, anchor, &found) : arena_full(d);
    if (s != E_CORRUPT && s != E_INPUT) {
        if (s != OK && d->status == OK)
            *d = found;
        return s;
    }
    found.status = s;
    e->findings++;
    finding(r, &found);
    return OK;
}

static void report_end(struct report *r, const struct tlog_audit *a, const struct evidence_check *e) {
    struct cli *c = r->cli;
    if (!c->json) {
        cli_say(c, e->findings ? "evidence.bad" : "evidence.good",
            CLI_ARGS(DIAG_N("rows", e->rows), DIAG_N("sealed", e->sealed), DIAG_N("ended", e->ended), DIAG_N("findings", e->findings)));
        cli_say(c, a->findings ? "log.audit_bad" : "log.audit_good",
            CLI_ARGS(DIAG_N("entries", a->entries), DIAG_N("tiles", a->tiles), DIAG_N("heads", a->heads),
                DIAG_N("cosignatures", a->cosignatures), DIAG_N("findings", a->findings)));
        return;
    }
    json_array_end(&r->json);
    json_kint(&r->json, "entries", a->entries);
    json_kint(&r->json, "tiles", a->tiles);
    json_kint(&r->json, "heads", a->heads);
    json_kint(&r->json, "cosignatures", a->cosignatures);
    json_kint(&r->json, "rows", e->rows);
    json_kint(&r->json, "ended", e->ended);
    json_kint(&r->json, "sealed", e->sealed);
    json_object_end(&r->json);
    buf_addc(&r->text, '\n');
    print_buf(&r->text);
}

static int verify_all(struct cli *c, struct log_command *o) {
    struct diag d = {0};
    struct tlog_audit a = {0};
    struct report r = {.cli = c};
    buf_init(&r.text, 0);
    json_begin(&r.json, &r.text, true);
    json_object(&r.json);
    json_key(&r.json, "findings");
    json_array(&r.json);
    enum status s = read_trust(c, o, &d);
    if (s == OK)
        s = cli_open(c, CLI_STORE | CLI_READ_ONLY | CLI_VAULT_IF | CLI_PACKS, &d);
    if (s == OK)
        s = tlog_verify_store(c->store, o->key, o->keys, finding, &r, &a, &d);
    struct evidence_check e = {.civil = &c->civil, .finding = finding, .arg = &r};
    if (s == OK)
        s = store_read(c->store, check_evidence, &e, &d);
    if (s == OK)
        s = check_anchor(c, &r, &e, &d);
    if (s == OK)
        report_end(&r, &a, &e);
    buf_release(&r.text);
    if (s != OK)
        return d.status = s, cli_fail(c, &d);
    return a.findings + e.findings ? EXIT_NO : EXIT_DONE;
}

static int cmd_verify(struct cli *c, int argc, char **argv) {
    struct diag d = {0};
    struct log_command o = {0};
    enum status s = options(c, &argc, argv, &o, &d);
    if (s == OK)
        s = cli_rest(c, argc, argv, 0, 1, &d);
    if (s != OK)
        return d.status = s, cli_fail(c, &d);
    return argc == 1 ? verify_receipt(c, &o, argv[0]) : verify_all(c, &o);
}

/* ---- publish, prove, export ------------------------------------------------------ */

static enum status state(struct txn *t, void *arg, struct diag *d) { return tlog_state_get(t, arg, d); }

/* Who signs asks the witnesses first: one of them may know that an old backup was
 * restored.  What they answer is in the store; one that is away is no hindrance. */
static enum status ask_first(struct cli *c, const struct tlog_trust_file *trust, struct diag *d) {
    struct tlog_state have;
    struct cosigning_config config = {.store = c->store, .trust = trust};
    enum status s = store_read(c->store, state, &have, d);
    for (size_t i = 0; s == OK && trust && have.signed_size && have.sequenced > have.signed_size && i < trust->witnesses; i++) {
        int cosigned;
        if (trust->witness[i].url.size && (s = cosigning_round(&config, i, true, &cosigned, d)) == E_NOT_FOUND) /* no head under the present name */
            s = OK, diag_clear(d);
    }
    return s;
}

enum status log_publish(struct cli *c, const char *witnesses, int64_t *ret_count, struct diag *d) {
    const struct tlog_trust_file *trust = NULL;
    enum status s = cli_open(c, CLI_STORE | CLI_LOG_KEYS, d);
    if (s == OK)
        s = log_trust(c, witnesses, &trust, d);
    if (s == OK)
        s = tlog_sequence(c->store, ret_count, d);
    if (s == OK)
        s = ask_first(c, trust, d);
    const char *anchor = s == OK ? log_anchor(c) : NULL;
    if (s == OK)
        s = anchor ? anchor_check(c->store, anchor, d) : arena_full(d);
    struct tlog_keys k = {c->civil.log_origin, c->ed25519, c->sm2};
    bool made = false;
    if (s == OK)
        s = tlog_checkpoint_make(c->store, &k, &made, d);
    return s == OK && made ? anchor_write(c->store, anchor, d) : s;
}

static int cmd_publish(struct cli *c, int argc, char **argv) {
    struct diag d = {0};
    int64_t count = 0;
    enum status s = cli_rest(c, argc, argv, 0, 0, &d);
    if (s == OK)
        s = log_publish(c, NULL, &count, &d);
    if (s != OK)
        return d.status = s, cli_fail(c, &d);
    cli_say(c, "log.published", CLI_ARGS(DIAG_N("count", count)));
    return EXIT_DONE;
}

struct prove {
    int64_t id;
    struct cli *cli;
    struct span receipt;
};
static enum status prove(struct txn *t, void *arg, struct diag *d) {
    struct prove *p = arg;
    return tlog_prove(t, p->id, NULL, 0, p->cli->arena, &p->receipt, d);
}

static int cmd_prove(struct cli *c, int argc, char **argv) {
    struct diag d = {0};
    struct prove p = {.cli = c};
    int64_t count;
    const char *out = cli_option(c, &argc, argv, "out");
    enum status s = cli_rest(c, argc, argv, 1, 1, &d);
    if (s == OK)
        s = cli_number(argv[0], 1, INT64_MAX, "ENTRY", &p.id, &d);
    if (s == OK)
        s = log_publish(c, NULL, &count, &d);
    if (s == OK)
        s = store_read(c->store, prove, &p, &d);
    if (s == OK)
        s = out_file_whole(out ? out : "-", OUT_OVER, p.receipt, &d);
    return s == OK ? EXIT_DONE : (d.status = s, cli_fail(c, &d));
}

static int export_log(struct cli *c, int argc, char **argv) {
    struct diag d = {0};
    struct log_command o = {0};
    int64_t count;
    o.trust_file = cli_option(c, &argc, argv, "witnesses");
    enum status s = cli_rest(c, argc, argv, 1, 1, &d);
    if (s == OK)
        s = read_trust(c, &o, &d);
    if (s == OK)
        s = log_publish(c, NULL, &count, &d);
    if (s == OK)
        s = tlog_export(c->store, argv[0], o.key, o.keys, &d);
    if (s != OK)
        return d.status = s, cli_fail(c, &d);
    cli_say(c, "log.exported", CLI_ARGS(DIAG_S("dir", argv[0])));
    return EXIT_DONE;
}

/* ---- cosign --------------------------------------------------------------------------- */

static int cmd_cosign(struct cli *c, int argc, char **argv) {
    struct diag d = {0};
    const struct tlog_trust_file *trust = NULL;
    int64_t count;
    int missing = 0;
    const char *file = cli_option(c, &argc, argv, "witnesses");
    enum status s = cli_rest(c, argc, argv, 0, 0, &d);
    if (s == OK)
        s = log_publish(c, file, &count, &d);
    if (s == OK)
        s = log_trust(c, file, &trust, &d);
    if (s == OK && !trust)
        s = diag_fail(&d, E_USAGE, "log.no_witnesses");
    struct cosigning_config config = {.store = c->store, .trust = trust};
    for (size_t i = 0; s == OK && i < trust->witnesses; i++) {
        int cosigned = 0;
        if (trust->witness[i].url.size == 0)
            continue;
        s = cosigning_round(&config, i, true, &cosigned, &d);
        missing += cosigned < TLOG_TREES;
        if (s == OK)
            cli_say(c, cosigned == TLOG_TREES ? "log.witness_cosigned" : cosigned ? "log.witness_half" : "log.witness_silent",
                CLI_ARGS(DIAG_SPAN("name", trust->witness[i].name)));
    }
    return s == OK ? (missing ? EXIT_NO : EXIT_DONE) : (d.status = s, cli_fail(c, &d));
}

int cmd_log(struct cli *c, int argc, char **argv) {
    static const struct { const char *verb; command_fn *run; } verbs[] = {
        {"verify", cmd_verify}, {"prove", cmd_prove}, {"export", export_log}, {"publish", cmd_publish},
        {"cosign", cmd_cosign}, {"witness", cmd_log_witness}, {"restart", cmd_log_restart}, {"adopt", cmd_log_adopt},
    };
    for (size_t i = 0; argc > 0 && i < ARRAY_LEN(verbs); i++)
        if (strcmp(argv[0], verbs[i].verb) == 0)
            return verbs[i].run(c, argc - 1, argv + 1);
    return cli_usage(c);
}
