#include "sheet/sheet_internal.h"

static bool begins(struct span s, const char *bytes, size_t n) { return s.size >= n && memcmp(s.at, bytes, n) == 0; }

enum status sheet_read(struct span file, struct arena *a, sheet_row_fn *fn, void *arg, struct sheet_info *ret, struct diag *d) {
    *ret = (struct sheet_info){0};
    if (file.size == 0)
        return diag_fail(d, E_INPUT, "sheet.empty");
    if (begins(file, "PK\3\4", 4) || begins(file, "PK\5\6", 4))
        return sheet_read_xlsx(file, a, fn, arg, ret, d);
    if (begins(file, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8)) /* a compound file: XLS, or an XLSX under a password */
        return diag_fail(d, E_INPUT, "sheet.xls");
    if (begins(file, "%PDF", 4) || begins(file, "\x89PNG", 4) || begins(file, "\xFF\xD8\xFF", 3) || begins(file, "Rar!", 4) || begins(file, "7z\xBC\xAF", 4))
        return diag_fail(d, E_INPUT, "sheet.format");
    return sheet_read_csv(file, a, fn, arg, ret, d);
}
