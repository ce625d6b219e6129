/* What kind of file the bytes are, and whether they are all there.
 *
 * By content alone: a name says nothing.  The outer structure is walked, no
 * picture is decoded and nothing inside a PDF is interpreted: what was cut off
 * on its way is found, what a viewer repairs by itself is let pass, bytes after
 * the end included (telephones append films to their pictures).  No memory is
 * taken, no byte beyond `s` is read, time is linear. */
#ifndef DOC_MEDIA_H
#define DOC_MEDIA_H

#include "base/base.h"

enum doc_media_state {
    DOC_MEDIA_WHOLE,
    DOC_MEDIA_CUT,     /* begins as the kind and does not reach its end */
    DOC_MEDIA_DAMAGED, /* its parts do not fit each other */
    DOC_MEDIA_UNKNOWN  /* neither PDF (ISO 32000-1) nor PNG (ISO/IEC 15948) nor JPEG (ITU-T T.81) */
};

/* `*ret_type`: the media type, "" when unknown. */
enum doc_media_state doc_media(struct span s, const char **ret_type);

#endif
