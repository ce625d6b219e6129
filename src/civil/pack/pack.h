/* The packs, loaded: business lines as data.
 *
 *   packs/vocabulary.csv                  the facts (entity,name,type,codes_or_unit,meaning_zh,meaning_en,absent,asked_after,entries)
 *   packs/labels.csv, packs/<pack>/labels.csv   English names, units, what a person can change (dmn/labels.h); may be absent
 *   packs/<pack>/pack.json                id, name, registers, matters
 *   packs/<pack>/parameters.csv           dated values with citations
 *   packs/<pack>/between.csv              what schemes are to each other (civil/decision/between.h); may be absent
 *   packs/<pack>/typical.json             households along whose earnings a cliff is looked for (civil/simulation/cliff.h); may be absent
 *   packs/<pack>/funding.csv              which level bears what share of a scheme (civil/budget/funding.h); may be absent
 *   packs/<pack>/bank_formats.json        what banks take and answer (civil/payment/bank_format.h); may be absent
 *   packs/<pack>/exchange.json            what is exchanged with other departments (civil/exchange/catalogue.h); may be absent
 *   packs/<pack>/linkage.json             how likely fields agree, for finding duplicates (civil/linkage); may be absent
 *   packs/<pack>/quality.json             what rows of registers should be like (civil/quality); may be absent
 *   packs/<pack>/documents.csv            what articles belong to: short names, titles, dates; may be absent
 *   packs/<pack>/plans.json               plans, with indicators.csv, definitions.csv, measures.csv, status.dmn, tasks.csv, tasks.dmn, indexes.csv (civil/indicator/indicator.h); may be absent
 *   packs/<pack>/organs.csv               who decides, by date
 *   packs/<pack>/secrecy.csv              why and how long something may be kept from whom (civil/secrecy); may be absent
 *   packs/<pack>/registers/<name>.json    record types
 *   packs/<pack>/models/                  decision models that policies import
 *   packs/<pack>/matters/<matter>/        matter.json, *.dmn, cases/, tests/; form.json, *.bpmn, notices/, tasks/ once it is open
 *
 * Everything is read at start and immutable; texts live as long as the packs.
 * Engines' models are compiled by their users (civil/decision, civil/case) and
 * cached there.  A file that is missing or wrong stops the start with its
 * path (E_INPUT pack.*). */
#ifndef CIVIL_PACK_PACK_H
#define CIVIL_PACK_PACK_H

#include "base/json.h"
#include "base/date.h"

struct packs;
struct pack;

/* A file of a matter that holds from a date on. */
struct pack_file {
    int64_t version;        /* from 1 in the order of their dates; those published in a store go on from there */
    const char *name;       /* "process-2019.bpmn" */
    date_t valid_from;
    struct span text;
    char sha256[65];
};
struct pack_notice { const char *kind; const struct json *template_json; };
/* The form of a step (tasks/<name>.json, form-js) and its English words by path (tasks/<name>.en.json). */
struct pack_task { const char *name; const struct json *form, *form_en; struct span text; };

struct matter {
    const struct pack *pack;
    const char *id;          /* "dibao" */
    const char *scheme;      /* "dibao" */
    const struct json *json; /* matter.json: names, summary, life events, steps ... */
    date_t city_wide_from;   /* from then on any counter of the city takes an application in (matter.json "city_wide"); DATE_NONE: none */
    bool city_wide_clock;    /* and its days run from that counter on ("clock": "counter"), not from the acceptance where it is decided */
    bool open;               /* can be applied for here; else it only decides, and has no form and no process */
    const struct json *form, *form_en;
    struct span form_text;
    const struct pack_file *decision; size_t decision_count; /* by valid_from */
    const struct pack_file *process; size_t process_count;
    const struct pack_notice *notice; size_t notice_count;
    const struct pack_task *task; size_t task_count;
    const struct pack_file *test; size_t test_count;        /* xml files of tests/: cases in TCK format; no dates */
    const struct json *const *example; size_t example_count; /* json files of cases/: worked by hand */
};

/* A decision model shared by policies, by its files' dates. */
struct pack_model {
    const char *id;
    const struct json *json; /* entry of pack.json "models": id, name, files */
    const struct pack_file *file; size_t file_count;
};

struct parameter {
    const char *pack, *name, *value, *unit, *citation, *confidence, *owner, *note_zh, *note_en;
    date_t valid_from, valid_to /* last day; DATE_NONE open */, review_by;
    bool to_confirm;         /* confidence general-knowledge-to-confirm */
};

struct organ {
    const char *matter, *level /* subdistrict, district */, *power /* statutory, entrusted */;
    const char *name, *name_en, *in_name_of, *in_name_of_en, *seal, *seal_en, *citation, *confidence;
    date_t valid_from, valid_to; /* last day; DATE_NONE open */
};

/* A regulation that articles name by its short name: "445号 二(三)". */
struct regulation {
    const char *shortly, *number, *title, *title_en, *issuer, *issuer_en;
    const char *text;        /* file in the bureau's own folder of texts, without its ending; the product carries none */
    date_t issued_on, in_force_from; /* DATE_NONE: not stated in it */
};

/* Why something may be kept from somebody, and for how long at most. */
struct secrecy_ground {
    const char *kind /* delay, seal, compartment */, *id, *purpose /* delay: of the looks */, *unit /* days; seal: years of age */;
    const char *citation, *confidence, *zh, *en, *note_zh, *note_en;
    int64_t limit;
    bool to_confirm;         /* confidence general-knowledge-to-confirm */
    date_t valid_from, valid_to; /* last day; DATE_NONE open */
};
/* Texts of a pack that holds plans.json (civil/indicator/indicator.h). */
struct pack_plans { struct span plans, indicators, definitions, measures, status, tasks, tasks_rule, indexes; };

struct pack {
    const char *id;
    const struct json *json;
    struct parameter *parameter; size_t parameter_count;
    struct organ *organ; size_t organ_count;
    struct regulation *document; size_t document_count;
    struct secrecy_ground *secrecy; size_t secrecy_count;
    const struct json **reg; const char **reg_name; const char **reg_text; size_t reg_count;
    const struct json *population; /* the register with "owner": "population": how files of people are read, no table of its own; NULL: none */
    struct pack_model *model; size_t model_count;
    struct span labels;      /* labels.csv, "": none */
    struct span between;     /* between.csv, "": none */
    struct span typical;     /* typical.json, "": none */
    struct span funding;     /* funding.csv (civil/budget/funding.h), "": none */
    const struct json *bank_formats; /* bank_formats.json (civil/payment/bank_format.h); NULL: none */
    const struct json *quality;  /* quality.json (civil/quality/quality.h); NULL: none */
    const struct json *linkage;  /* linkage.json (civil/linkage/linkage.h); NULL: none */
    const struct json *exchange; /* exchange.json (civil/exchange/catalogue.h); NULL: none */
    const struct pack_plans *plans; /* NULL: none */
    struct matter *matter; size_t matter_count;
};

NODISCARD enum status packs_load(const char *dir, struct packs **ret, struct diag *d);
struct packs *packs_free(struct packs *p);
DEFINE_AUTO(packs)

size_t packs_count(const struct packs *p);
const struct pack *packs_at(const struct packs *p, size_t i);
struct span packs_vocabulary(const struct packs *p);
struct span packs_labels(const struct packs *p); /* of the vocabulary; "": none */
/* API WordList: the English of names and codes of the vocabulary, then of each pack; of a name that comes twice the first counts. */
NODISCARD enum status packs_words_json(const struct packs *p, struct arena *a, struct json_writer *w, struct diag *d);
const struct matter *packs_matter(const struct packs *p, const char *id); /* NULL: none */
const struct matter *packs_scheme(const struct packs *p, const char *scheme); /* the first matter that decides it; NULL: none */
bool packs_scheme_known(const struct packs *p, const char *scheme); /* does a matter decide it? */
/* The file in force on a day; NULL before the first. */
const struct pack_file *pack_file_on(const struct pack_file *list, size_t n, date_t day);
const struct pack_file *pack_file_named(const struct pack_file *list, size_t n, const char *name);
/* The row in force on a day by name; NULL when none. */
const struct parameter *packs_parameter(const struct packs *p, const char *name, date_t day);
/* Who decides this matter on a day; NULL when none. */
const struct organ *packs_organ(const struct packs *p, const char *matter, date_t day);
const struct json *matter_notice(const struct matter *m, const char *kind); /* NULL: none */
const struct pack_task *matter_task(const struct matter *m, const char *name); /* NULL: none */

#endif
