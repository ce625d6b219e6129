#include "sheet/sheet_internal.h"

#include <strings.h>

static bool begins(struct span s, const char *bytes, size_t n) { return s.size >= n && memcmp(s.at, bytes, n) == 0; }

/* A page of the web, or XML Spreadsheet 2003: what many systems of offices hand out under the name .xls. */
static bool is_markup(struct span s) {
    if (begins(s, "\xEF\xBB\xBF", 3))
        s = (struct span){s.at + 3, s.size - 3};
    while (s.size && (unsigned char)*s.at <= ' ')
        s = (struct span){s.at + 1, s.size - 1};
    static const char *const starts[] = {"<html", "<!doctype", "<table", "<?xml", "<head", "<meta", "<style", "<div"};
    for (size_t i = 0; i < ARRAY_LEN(starts); i++)
        if (s.size >= strlen(starts[i]) && strncasecmp(s.at, starts[i], strlen(starts[i])) == 0)
            return true;
    return false;
}

enum status sheet_read(struct span file, struct arena *a, sheet_row_fn *fn, void *arg, struct sheet_info *ret, struct diag *d) {
    *ret = (struct sheet_info){0};
    if (file.size == 0)
        return diag_fail(d, E_INPUT, "sheet.empty");
    if (begins(file, "PK\3\4", 4) || begins(file, "PK\5\6", 4))
        return sheet_read_xlsx(file, a, fn, arg, ret, d);
    if (begins(file, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8)) /* a compound file: XLS, or an XLSX under a password */
        return sheet_read_xls(file, a, fn, arg, ret, d);
    if (begins(file, "\x09\x08", 2) || begins(file, "\x09\x04", 2) || begins(file, "\x09\x02", 2) || begins(file, "\x09\x00", 2)) /* BIFF 2 to 5 without a compound file */
        return diag_fail(d, E_INPUT, "sheet.xls_old");
    if (is_markup(file))
        return diag_fail(d, E_INPUT, "sheet.markup");
    if (begins(file, "%PDF", 4) || begins(file, "\x89PNG", 4) || begins(file, "\xFF\xD8\xFF", 3) || begins(file, "Rar!", 4) || begins(file, "7z\xBC\xAF", 4))
        return diag_fail(d, E_INPUT, "sheet.format");
    return sheet_read_csv(file, a, fn, arg, ret, d);
}
