/* Who has cosigned the log's heads, and when. */
#include "server/server_internal.h"

#include "base/message.h"
#include "store/store.h"
#include "tlog/cosign.h"

static enum status tree_json(struct call *c, struct txn *t, enum hash_kind tree, struct diag *d) {
    struct tlog_head head;
    struct tlog_final final;
    enum status s = tlog_head_get(t, tree, 0, txn_arena(t), &head, d);
    if (s == OK)
        s = tlog_final_get(t, tree, &final, d);
    if (s != OK)
        return s;
    json_object(&c->w);
    json_kstring(&c->w, "tree", tree == HASH_SM3 ? "sm3" : "sha256");
    json_kint(&c->w, "size", (int64_t)head.size);
    json_kinstant(&c->w, "signed_at", head.at);
    json_kint(&c->w, "final_size", (int64_t)final.size);
    json_key(&c->w, "final_at");
    if (final.size)
        json_instant(&c->w, final.at);
    else
        json_nothing(&c->w);
    json_object_end(&c->w);
    return OK;
}

static void moment(struct json_writer *w, const char *key, instant_t at) {
    json_key(w, key);
    if (at)
        json_instant(w, at);
    else
        json_nothing(w);
}

static enum status witness_json(struct call *c, struct txn *t, const struct tlog_trusted *x, enum hash_kind tree, struct diag *d) {
    struct tlog_cosign_state state;
    char vkey[TLOG_VKEY_MAX];
    enum status s = tlog_cosign_state_get(t, tree, &x->vkey, txn_arena(t), &state, d);
    if (s != OK)
        return s;
    tlog_vkey_text(&x->vkey, vkey);
    json_object(&c->w);
    json_kspan(&c->w, "name", x->name);
    json_kstring(&c->w, "vkey", vkey);
    json_kstring(&c->w, "tree", tree == HASH_SM3 ? "sm3" : "sha256");
    json_kint(&c->w, "size", (int64_t)state.size);
    json_kstring(&c->w, "state", state.state);
    json_kstring(&c->w, "detail", state.detail);
    moment(&c->w, "cosigned_at", state.cosigned_at);
    moment(&c->w, "asked_at", state.asked_at);
    json_object_end(&c->w);
    return OK;
}

/* Why no head is signed, in both languages. */
static void stopped_json(struct call *c) {
    struct diag why = server_unsigned(c->server);
    json_key(&c->w, "stopped");
    if (why.status == OK) {
        json_nothing(&c->w);
        return;
    }
    json_object(&c->w);
    for (int l = 0; l < 2; l++) {
        BUF_AUTO b;
        buf_init(&b, 0);
        message_render(&b, l ? LANG_EN : LANG_ZH, &why);
        json_kspan(&c->w, l ? "en" : "zh", buf_span(&b));
    }
    json_object_end(&c->w);
}

static enum status witnesses(struct txn *t, void *arg, struct diag *d) {
    struct call *c = arg;
    const struct tlog_trust_file *f = c->server->config.trust;
    enum status s = OK;
    json_object(&c->w);
    struct span own[TLOG_TREES];
    struct tlog_vkey vkey;
    bool named = tlog_own_vkeys(t, txn_arena(t), own, NULL) == OK && tlog_vkey_parse(own[HASH_SHA256], &vkey, NULL) == OK;
    json_kstring(&c->w, "origin", named ? vkey.name : c->civil->log_origin); /* after a restart of the log another */
    stopped_json(c);
    json_kbool(&c->w, "quorum", f && f->quorum >= 0);
    json_key(&c->w, "trees");
    json_array(&c->w);
    for (int tree = 0; s == OK && tree < TLOG_TREES; tree++)
        s = tree_json(c, t, (enum hash_kind)tree, d);
    json_array_end(&c->w);
    json_key(&c->w, "witnesses");
    json_array(&c->w);
    for (size_t i = 0; s == OK && f && i < f->witnesses; i++)
        for (int tree = 0; s == OK && tree < TLOG_TREES; tree++)
            s = witness_json(c, t, &f->witness[i], (enum hash_kind)tree, d);
    json_array_end(&c->w);
    json_object_end(&c->w);
    return s;
}

void api_log_witnesses(struct call *c) { call_show(c, OK, witnesses); }
