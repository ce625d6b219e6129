/* minzheng search TEXT --as LOGIN [--purpose PURPOSE]: somebody in the population register, masked; the look is an entry of the log. */
#include "cli/cli.h"

#include "civil/access/access.h"
#include "civil/account/account.h"
#include "civil/register/search.h"
#include "store/store.h"

#include <stdio.h>

struct looking { struct cli *cli; const char *login, *purpose, *text; struct access *access; struct json_writer *w; };

static enum status look(struct txn *t, void *arg, struct diag *d) {
    static const char *const roles[] = {"community", "clerk", "reviewer", "district_clerk"}; /* as POST /api/persons/find */
    struct looking *x = arg;
    struct actor who;
    const char *role = NULL;
    enum status s = account_actor_in(t, x->login, &who, d);
    for (int i = 0; s == OK && !role && i < who.grant_count; i++)
        for (size_t k = 0; k < ARRAY_LEN(roles); k++)
            if (strcmp(who.grant[i].role, roles[k]) == 0)
                role = who.grant[i].role;
    if (s == OK && !role)
        s = diag_fail(d, E_FORBIDDEN, "register.read");
    if (s == OK)
        s = access_begin(x->cli->arena, &who, role, x->purpose, 0, 0, &x->access, d);
    if (s == OK)
        s = access_act_as(x->access, role, d);
    return s == OK ? search_json(&x->cli->civil, t, x->access, span_of(x->text), actor_division(&who, role), x->w, d) : s;
}

static void print(struct cli *c, const struct json *found) {
    const struct json *items = json_get(found, "items");
    for (size_t i = 0; items && i < items->size; i++) {
        const struct json *p = items->item[i];
        cli_say(c, "search.one", CLI_ARGS(DIAG_S("name", json_str(p, "name_masked", "")), DIAG_S("number", json_str(p, "id_masked", "")), DIAG_N("year", json_int(p, "birth_year", 0)),
            DIAG_S("division", json_str(p, "division_name", "")), DIAG_S("person", json_str(p, "person", ""))));
    }
    cli_say(c, json_bool(found, "more", false) ? "search.more" : "search.done", CLI_ARGS(DIAG_N("n", items ? (int64_t)items->size : 0)));
}

int cmd_search(struct cli *c, int argc, char **argv) {
    struct diag d = {0};
    struct looking x = {.cli = c, .login = cli_option(c, &argc, argv, "as"), .purpose = cli_option(c, &argc, argv, "purpose")};
    enum status s = cli_rest(c, argc, argv, 1, SEARCH_TERMS_MAX, &d);
    if (s != OK)
        return cli_fail(c, &d);
    if (!x.login)
        return cli_usage(c);
    BUF_AUTO text, out;
    struct json_writer w;
    buf_init(&text, 4096);
    buf_init(&out, 0);
    for (int i = 0; i < argc; i++)
        buf_addf(&text, "%s%s", i ? " " : "", argv[i]);
    x.text = buf_str(&text);
    x.w = &w;
    json_begin(&w, &out, false);
    s = cli_open(c, CLI_STORE | CLI_VAULT | CLI_PACKS, &d);
    if (s == OK)
        s = store_read(c->store, look, &x, &d);
    if (s == OK)
        s = access_commit(&c->civil, x.access, &d); /* before anybody sees it */
    const struct json *found = NULL;
    if (s == OK)
        s = json_parse(c->arena, buf_span(&out), &found, &d);
    if (s != OK)
        return cli_fail(c, &d);
    if (c->json)
        printf("%s\n", buf_str(&out));
    else
        print(c, found);
    const struct json *items = json_get(found, "items");
    return items && items->size ? EXIT_DONE : EXIT_NO;
}
