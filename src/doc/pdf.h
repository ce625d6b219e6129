/* A written document: a list of blocks, laid out on A4 and written as PDF.
 *
 * The engine knows nothing of what the document is about.  It breaks lines and
 * pages, repeats a table's header, numbers the pages, tags the structure
 * (title, paragraphs, tables, lists) and sets title and language, so that a
 * screen reader can read it and its text can be taken out again.  The same
 * document gives the same bytes on the same machine: the only time in it is
 * `made_at`.
 *
 * Two languages stand together: `main` in full size, `second` small below it.
 *
 * Refused: text that is not UTF-8 (E_INPUT doc.utf8), control characters and
 * characters that turn the direction of writing (doc.control), tables whose
 * rows do not fit (assertion, a bug of the caller), more pages than
 * DOC_PAGES_MAX (E_LIMIT doc.pages).  Characters no installed font has are
 * drawn as a box with their number and counted in doc_pdf_facts.
 *
 * All functions may be called from several threads at once. */
#ifndef DOC_PDF_H
#define DOC_PDF_H

#include "base/arena.h"
#include "base/date.h"
#include "base/json.h"

/* A decision of a household of forty with every reason takes nine. */
enum { DOC_PAGES_MAX = 50 };
enum { DOC_COLUMNS_MAX = 12 };

enum doc_type {
    DOC_LETTERHEAD, /* title: who writes, in red over a red line */
    DOC_TITLE,      /* title */
    DOC_NUMBER,     /* text: the document's number */
    DOC_ADDRESSEE,  /* text, without indent */
    DOC_PARAGRAPH,  /* text; a line feed begins another paragraph */
    DOC_PAIRS,      /* item: title and text side by side */
    DOC_LIST,       /* title (may be empty), item: text, numbered */
    DOC_TABLE,      /* column, cell, rows */
    DOC_BARS,       /* title, item: title and text beside a bar; bar: how long each is; note: what the stroke says */
    DOC_REASONS,    /* title, item: text and source (the article) */
    DOC_REMEDIES,   /* title, text, source: in a frame */
    DOC_SIGNATURE,  /* title: organ, text: date, seal, note */
    DOC_CODE        /* text: what the QR code holds; title, note: beside it */
};

/* NULL or "" where there is none. */
struct doc_text { const char *main, *second; };

struct doc_item { struct doc_text title, text; const char *source; };
/* Shares of the longest bar, 0 to 1; mark: where a stroke crosses it, negative for none. */
struct doc_bar { double share, mark; };
struct doc_column {
    struct doc_text title;
    bool right;             /* amounts stand right-aligned */
};
/* There is no image of a real seal in here: it is drawn where one belongs. */
enum doc_seal {
    DOC_SEAL_NONE,
    DOC_SEAL_PLACE,         /* a dashed ring: stamp here */
    DOC_SEAL_SAMPLE         /* a red ring that says in its middle that it is a sample */
};

struct doc_block {
    enum doc_type type;
    struct doc_text title, text, note;
    const char *source;
    const struct doc_item *item; size_t item_count;
    const struct doc_bar *bar; /* one an item; NULL: none are drawn. What they show stands in the texts */
    const struct doc_column *column; size_t column_count;
    const struct doc_text *cell; size_t row_count; /* row by row */
    bool total;             /* the last row is the sum */
    enum doc_seal seal;
    const char *seal_organ, *seal_name; /* around and below the ring's middle */
};

struct document {
    const char *title, *author, *subject; /* metadata */
    const char *language;   /* "zh-CN" */
    struct doc_text footer; /* small, above the page number; may be empty */
    instant_t made_at;
    const struct doc_block *block; size_t block_count;
};

struct doc_pdf_facts { unsigned pages, unknown_characters; };

/* Appends the PDF to `out`, whose ceiling bounds it.  ret_facts may be NULL.
 * E_INPUT doc.utf8, doc.control, doc.empty (no block), doc.code (does not fit
 * into a QR code), with the block's place; E_LIMIT doc.pages, base.memory;
 * E_SYSTEM doc.render: the fonts or the renderer failed. */
NODISCARD enum status doc_pdf(const struct document *doc, struct buf *out, struct doc_pdf_facts *ret_facts, struct diag *d);

/* What doc_pdf would refuse, found without drawing: its texts; and that it surely
 * has no more than DOC_PAGES_MAX pages, reckoned generously (E_LIMIT doc.pages
 * from some thirty pages on).  For a writer who draws later. */
NODISCARD enum status doc_check(const struct document *doc, struct diag *d);
NODISCARD enum status doc_fits(const struct document *doc, struct diag *d);

/* Loads the fonts and shapes a page of common characters, so that the first
 * document of a program costs what the others do (1.2 s against 10 ms).  For the
 * start of a server; a failure shows again at the first document. */
void doc_warm(void);

/* What the document says, for digests: every text of every block except
 * DOC_CODE, which speaks of the digest itself. */
void doc_json(const struct document *doc, struct json_writer *w);
/* The document that doc_json wrote, with `code` as its last block (NULL: none).
 * Columns of numbers stand right-aligned, as doc_align says.  Everything is in
 * `a` or belongs to `j` and `code`.  E_CORRUPT doc.json. */
NODISCARD enum status doc_read(const struct json *j, const struct doc_block *code, struct arena *a, struct document *ret, struct diag *d);
/* Right-aligns the columns of a table that hold nothing but numbers. */
void doc_align(const struct doc_block *b, struct doc_column *column);

/* The modules of the QR code of a text (error correction M, bytes in UTF-8),
 * row by row, 1 dark; *ret_size modules a side.  E_INPUT doc.code. */
NODISCARD enum status doc_code(const char *text, struct arena *a, uint8_t **ret_module, int *ret_size, struct diag *d);

#endif
