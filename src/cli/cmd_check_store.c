/* minzheng check-store: every invariant of the store. */
#include "cli/cli.h"

#include "base/message.h"
#include "civil/check/check.h"
#include "cli/log_place.h"
#include "server/anchor.h"

#include <stdio.h>

/* What was signed and stands outside the store. */
static enum status check_anchor(struct cli *c, struct buf *findings, int *count, struct diag *d) {
    const char *anchor = log_anchor(c);
    struct diag found = {0};
    enum status s = anchor ? anchor_check(c->store, anchor, &found) : arena_full(&found);
    if (s != E_CORRUPT && s != E_INPUT) {
        *d = found;
        return s;
    }
    message_render(findings, c->lang, &found);
    buf_addc(findings, '\n');
    ++*count;
    return OK;
}

int cmd_check_store(struct cli *c, int argc, char **argv) {
    struct diag d = {0};
    struct buf findings;
    int count = 0;
    if (cli_rest(c, argc, argv, 0, 0, &d) != OK)
        return cli_fail(c, &d);
    buf_init(&findings, 0);
    enum status s = cli_open(c, CLI_STORE | CLI_VAULT | CLI_PACKS | CLI_LOG_KEYS | CLI_CALENDAR, &d);
    if (s == OK)
        s = check_store(&c->civil, c->lang, &findings, &count, &d);
    if (s == OK)
        s = check_anchor(c, &findings, &count, &d);
    if (s != OK) {
        buf_release(&findings);
        return cli_fail(c, &d);
    }
    if (c->json)
        printf("{\"findings\": %d}\n", count);
    else
        printf("%s", buf_str(&findings));
    buf_release(&findings);
    if (!c->json)
        cli_say(c, count ? "check_store.found" : "check_store.fine", CLI_ARGS(DIAG_N("count", count)));
    return count ? EXIT_NO : EXIT_DONE;
}
