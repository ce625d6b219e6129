#include "tlog/log_internal.h"

enum status tlog_append(struct txn *t, const char *kind, int64_t district, struct span entry, int64_t *ret_entry_id,
    struct diag *d) {
    assert(t && kind && ret_entry_id);
    if (entry.size > TLOG_ENTRY_BYTES_MAX)
        return diag_fail(d, E_LIMIT, "tlog.entry_size", DIAG_N("bytes", entry.size),
            DIAG_N("limit", TLOG_ENTRY_BYTES_MAX));
    int64_t id = txn_new_id(t);
    enum status s = sql_exec(t, d, "INSERT INTO log_pending (id, kind, district, bytes) VALUES (?, ?, ?, ?)",
        SQL_I(id), SQL_S(kind), SQL_I(district), SQL_B(entry));
    if (s == OK)
        *ret_entry_id = id;
    return s;
}

enum status tlog_record(struct txn *t, const struct tlog_entry *e, int64_t *ret_entry_id, struct diag *d) {
    BUF_AUTO text;
    buf_init(&text, 0);
    enum status s = tlog_entry_write(e, &text, d);
    return s == OK ? tlog_append(t, e->kind, e->district, buf_span(&text), ret_entry_id, d) : s;
}
