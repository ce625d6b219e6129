#include "base/csv.h"
#include "civil/pack/pack.h"

/* Rows of one labels.csv that have English; what is wrong with it was said when the packs were loaded. */
static enum status file_json(struct arena *a, struct span csv, struct json_writer *w, struct diag *d) {
    struct csv c;
    bool row = false;
    if (!csv.size)
        return OK;
    enum status s = csv_open(&c, a, csv, NULL, d);
    int name = s == OK ? csv_column(&c, "name") : -1, en = s == OK ? csv_column(&c, "en") : -1;
    while (s == OK && name >= 0 && en >= 0 && (s = csv_next(&c, &row, d)) == OK && row) {
        if (!c.field[en].size)
            continue;
        json_object(w);
        json_kspan(w, "name", c.field[name]);
        json_kspan(w, "en", c.field[en]);
        json_object_end(w);
    }
    return s;
}

enum status packs_words_json(const struct packs *p, struct arena *a, struct json_writer *w, struct diag *d) {
    json_object(w);
    json_key(w, "items");
    json_array(w);
    enum status s = file_json(a, packs_labels(p), w, d);
    for (size_t i = 0; s == OK && i < packs_count(p); i++)
        s = file_json(a, packs_at(p, i)->labels, w, d);
    json_array_end(w);
    json_object_end(w);
    return s;
}
