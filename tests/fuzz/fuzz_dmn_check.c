/* Any bytes as a DMN file that the checker reads: as a policy, with a vocabulary
 * of facts, findings as sentences and as JSON. */
#include "dmn/case.h"
#include "dmn/check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define FACTS "entity,name,type,codes_or_unit\n输入,户,户,\n输入,日期,date,\n户,成员,list<成员>,\n户,房租,number,元\n" \
    "成员,户籍,string,本市|外埠\n成员,身份,list<string>,离休|归侨\n成员,等级,number,1..4\n成员,配偶,成员,\n"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    AUTO(arena) struct arena *a = arena_new(64 << 20);
    struct dmn_check_options o = {.policy = true, .steps = 2000};
    const struct dmn_findings *f;
    struct diag d = {0};
    if (size > 16384 || dmn_vocabulary_load(a, SPAN(FACTS), SPAN("输入"), &o.vocabulary, &d) != OK ||
        dmn_check(a, span_bytes(data, size), &o, &f, &d) != OK)
        return 0;
    struct buf b;
    buf_init(&b, 8 << 20);
    struct json_writer w;
    json_begin(&w, &b, false);
    dmn_findings_json(&w, LANG_EN, f);
    for (size_t i = 0; i < f->count; i++)
        dmn_finding_place(&b, LANG_ZH, &f->at[i]);
    buf_release(&b);
    return 0;
}
