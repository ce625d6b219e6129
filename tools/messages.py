#!/usr/bin/env python3
"""Collects src/*/messages.csv and src/civil/*/messages.csv into one C table,
and the names of the roles in src/server/api.json as role.<id>.

    messages.py --root ROOT [--depfile FILE] OUTPUT.c

Each file has the columns code,zh,en.  Refused, with file and line: a code that
occurs twice, a missing language, a placeholder {x} in one language only.
"""
import argparse
import csv
import json
import pathlib
import re
import sys

CODE = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)+")
PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
COLUMNS = ["code", "zh", "en"]
CODE_BYTES_MAX = 63  # struct diag


def catalogue_files(root):
    src = pathlib.Path(root) / "src"
    return sorted(set(src.glob("*/messages.csv")) | set(src.glob("civil/*/messages.csv")))


def read_file(path, entries, errors):
    """Adds the rows of one file to entries: code -> (zh, en, place)."""
    with open(path, encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        header = next(rows, None)
        if header != COLUMNS:
            errors.append(f"{path}:1: the header must be {','.join(COLUMNS)}")
            return
        for row in rows:
            if not row:
                continue
            place = f"{path}:{rows.line_num}"
            if len(row) != len(COLUMNS):
                errors.append(f"{place}: {len(row)} columns, 3 expected (quote a text with a comma)")
                continue
            code, zh, en = row
            if not CODE.fullmatch(code) or len(code) > CODE_BYTES_MAX:
                errors.append(f"{place}: '{code}' is no code like folder.word, at most {CODE_BYTES_MAX} bytes")
            if code in entries:
                errors.append(f"{place}: {code} is already in {entries[code][2]}")
            for name, text in (("zh", zh), ("en", en)):
                if not text.strip():
                    errors.append(f"{place}: {code} has no {name} text")
            differing = set(PLACEHOLDER.findall(zh)) ^ set(PLACEHOLDER.findall(en))
            if zh and en and differing:
                names = ", ".join("{%s}" % name for name in sorted(differing))
                errors.append(f"{place}: {code}: {names} occurs in one language only")
            entries.setdefault(code, (zh, en, place))


def role_file(root):
    return pathlib.Path(root) / "src/server/api.json"


def load(root):
    """All entries and all errors of the catalogue below root."""
    entries, errors = {}, []
    for path in catalogue_files(root):
        read_file(path, entries, errors)
    if role_file(root).exists():
        for role, (zh, en) in json.loads(role_file(root).read_text(encoding="utf-8"))["roles"].items():
            entries[f"role.{role}"] = (zh, en, f"{role_file(root)}:1")
    return entries, errors


def c_string(text):
    plain = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "")
    return '"' + plain.replace("??", '?""?') + '"'


def write_table(output, entries):
    with open(output, "w", encoding="utf-8") as file:
        file.write('#include "base/message_internal.h"\n\n')
        file.write("const struct message_entry message_table[] = {\n")
        for code in sorted(entries, key=lambda c: c.encode()):
            zh, en, _ = entries[code]
            file.write(f"    {{{c_string(code)}, {{{c_string(zh)}, {c_string(en)}}}}},\n")
        file.write("};\n\n")
        file.write(f"const size_t message_table_size = {len(entries)};\n")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--root", required=True)
    parser.add_argument("--depfile")
    parser.add_argument("output")
    args = parser.parse_args()
    entries, errors = load(args.root)
    if not entries:
        errors.append(f"{args.root}: no messages.csv found")
    if errors:
        print("\n".join(errors), file=sys.stderr)
        return 1
    write_table(args.output, entries)
    if args.depfile:
        # The folders too: a new messages.csv changes its folder's time.
        found = catalogue_files(args.root)
        src = pathlib.Path(args.root) / "src"
        folders = [p for p in [src, *src.glob("*"), *src.glob("civil/*")] if p.is_dir()]
        names = [str(p).replace(" ", "\\ ") for p in [*found, *folders, role_file(args.root)] if p.exists()]
        with open(args.depfile, "w", encoding="utf-8") as file:
            file.write(f"{args.output}: {' '.join(names)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
