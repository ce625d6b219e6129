#!/usr/bin/env python3
"""Every code that C gives to diag_fail is in some messages.csv, and every code
of a messages.csv is used by C.

    check_messages.py [ROOT]

A literal that is the prefix of codes ("access.purpose" of
access.purpose.audit, whose last word is data) uses all of them; so does a
format of COMPOSED, whose last word is made at run time.  A code chosen at run
time (a ? b : c, a table, a helper that calls diag_fail) counts as used when it
is a string literal in src; a literal that begins like the codes of its own
folder (json.xyz in src/base) must be one, except the name of an action in the
log (.action = "...").

A code of the program (a role, a state) is never a word for people: the places of
CODED stand in a sentence with the family of their names, {role@role}.  And a
member of that name (k->role) goes to such a place only.

Prints what is wrong and exits 1, else exits 0.
"""
import pathlib
import re
import sys

sys.dont_write_bytecode = True
ROOT = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parents[2])
sys.path.insert(0, str(ROOT / "tools"))
import messages  # noqa: E402

COMMENT = re.compile(r'"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\'|//[^\n]*|/\*.*?\*/', re.S)
LITERAL = re.compile(r'"((?:[^"\\\n]|\\.)*)"')
FILE_ENDINGS = {"c", "h", "json", "jsonl", "csv", "xml", "dmn", "bpmn", "xsd", "txt", "db", "pdf"}
CALL = re.compile(r"\bdiag_fail\s*\(")
ACTION = re.compile(r"\.action\s*=\s*$")
COMPARISON = re.compile(r"\b(?:strcmp|strncmp|strcasecmp|span_is)\s*\([^()]*\)")
# Formats of codes: the file that composes them.  Each must occur in it.
COMPOSED = {
    "payment.blocked.%s": "src/civil/payment/payment_json.c",  # why a payment waits
    "usage.%s": "src/cli/cli.c",  # a command's name
}


# Places of a sentence that C fills with codes.
CODED = {"role", "state", "status", "office", "channel", "purpose"}
CODE_GIVEN = re.compile(r'DIAG_S\("(\w+)",\s*[^()]*?(?:->|\.)(' + "|".join(sorted(CODED)) + r')\)')


def check_words(root, entries, errors):
    """No sentence has a bare code; returns the families in use."""
    families = set()
    for code, (zh, _, place) in entries.items():
        place = pathlib.Path(place.rsplit(":", 1)[0]).relative_to(root)
        for hole in messages.PLACEHOLDER.findall(zh):
            name, _, family = hole.partition("@")
            families |= {family} - {""}
            if family and not any(other.startswith(family + ".") for other in entries):
                errors.append(f"{place}: {code}: there is no {family}.CODE for {{{hole}}}")
            if name in CODED and not family:
                errors.append(f"{place}: {code}: {{{name}}} is a code; write {{{name}@family of its names}}")
    for path in sorted((root / "src").rglob("*.c")):
        text = without_comments(path.read_text(encoding="utf-8"))
        for given in CODE_GIVEN.finditer(text):
            if given.group(1) not in CODED:
                line = text.count("\n", 0, given.start()) + 1
                errors.append(f"{path.relative_to(root)}:{line}: {given.group(2)} is a code and {{{given.group(1)}}} no place for one")
    return families


def without_comments(text):
    """Comments become spaces; strings and line numbers stay."""
    def blank(match):
        s = match.group(0)
        return s if s[0] in "\"'" else re.sub(r"[^\n]", " ", s)
    return COMMENT.sub(blank, text)


def arguments(text, at):
    """The arguments of the call whose bracket opened before `at`."""
    depth, start, found, i = 0, at, [], at
    while i < len(text):
        c = text[i]
        if c in "\"'":
            i += 1
            while i < len(text) and text[i] != c:
                i += 2 if text[i] == "\\" else 1
        elif c in "([{":
            depth += 1
        elif c in ")]}":
            if depth == 0:
                return found + [text[start:i]]
            depth -= 1
        elif c == "," and depth == 0:
            found.append(text[start:i])
            start = i + 1
        i += 1
    return found


def composed(root, errors):
    """The beginnings of the codes that COMPOSED makes in this tree."""
    found = []
    for form, place in COMPOSED.items():
        path = root / place
        if not path.exists():
            continue
        if f'"{form}"' in without_comments(path.read_text(encoding="utf-8")):
            found.append(form.removesuffix("%s"))
        else:
            errors.append(f"{place}: {form} is composed here no longer: take it out of check_messages.py")
    return tuple(found)


def own_prefixes(entries):
    """folder -> the words before the first point of its codes."""
    prefixes = {}
    for code, (_, _, place) in entries.items():
        folder = pathlib.Path(place.rsplit(":", 1)[0]).parent
        prefixes.setdefault(folder, set()).add(code.split(".")[0])
    return prefixes


def main():
    entries, errors = messages.load(ROOT)
    prefixes = own_prefixes(entries)
    stems = {code[:i] for code in entries for i, c in enumerate(code) if c == "."}
    used = set()
    for path in sorted((ROOT / "src").rglob("*.[ch]")):
        text = without_comments(path.read_text(encoding="utf-8"))
        used.update(LITERAL.findall(text))
        for literal in LITERAL.finditer(text):
            code = literal.group(1)
            head, _, tail = code.partition(".")
            if code in stems or ACTION.search(text, max(0, literal.start() - 40), literal.start()):
                continue
            if (head in prefixes.get(path.parent, ()) and messages.CODE.fullmatch(code)
                    and tail not in FILE_ENDINGS and code not in entries):
                line = text.count("\n", 0, literal.start()) + 1
                errors.append(f"{path.relative_to(ROOT)}:{line}: {code} is in no messages.csv")
        for call in CALL.finditer(text):
            args = arguments(text, call.end())
            for code in LITERAL.findall(COMPARISON.sub("", args[2])) if len(args) > 2 else []:
                if code not in entries:
                    line = text.count("\n", 0, call.start()) + 1
                    errors.append(f"{path.relative_to(ROOT)}:{line}: {code} is in no messages.csv")
    made = composed(ROOT, errors) + tuple(family + "." for family in check_words(ROOT, entries, errors))
    for code in sorted(set(entries) - used):
        if entries[code][2].endswith("api.json:1") or code.startswith(made) or any(code[:i] in used for i, c in enumerate(code) if c == "." and "." in code[:i]):
            continue
        place = pathlib.Path(entries[code][2].rsplit(":", 1)[0]).relative_to(ROOT)
        errors.append(f"{place}: {code} is not used in src")
    errors = list(dict.fromkeys(errors))
    print("\n".join(errors) if errors else f"{len(entries)} codes, all used and in two languages")
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
