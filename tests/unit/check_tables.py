"""Reading personal data takes a purpose by construction: the tables that hold it
are named in SQL only by civil/register, whose reading functions ask for a
struct access, and by the few places listed here with their reason.

Usage: check_tables.py SOURCE_ROOT | --self-test"""
import pathlib
import re
import sys

PERSONAL = re.compile(r"\b(person|person_record|household_member|reg_[a-z%][a-z0-9_%]*)\b")
# Words that bring a table's name into a statement.
SQL = re.compile(r"\b(?:FROM|JOIN|INTO|UPDATE|TABLE|REFERENCES)\s+([a-z_%][a-z0-9_%]*)", re.IGNORECASE)

ALLOWED = {
    "src/civil/register": None,  # the one door
    "src/civil/demo": None,      # makes synthetic people and picks among them
    "src/civil/payment/prepare.c": {"person"},  # only whether an account is known (bank_account IS NULL)
    "src/civil/case/counted.c": {"household_member"},  # whose cases are of one household: a join, reads nobody
    "src/civil/secrecy/confine.c": {"household_member"},  # whom an order concerns: a join, reads nobody
    "src/civil/check/check.c": {"person", "person_record"},  # counts rows that lack another, reads nobody
}


def strings(text):
    """C string literals; neighbours are joined, as the compiler does."""
    text = re.sub(r"/\*.*?\*/", " ", text, flags=re.S)
    text = re.sub(r"^\s*//.*$", " ", text, flags=re.M)
    for m in re.finditer(r'(?:"(?:[^"\\]|\\.)*"\s*)+', text):
        yield m.start(), "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', m.group(0)))


def allowed(path, table):
    for place, tables in ALLOWED.items():
        if path == place or path.startswith(place + "/"):
            return tables is None or table in tables
    return False


def tables_in(text):
    for at, s in strings(text):
        for m in SQL.finditer(s):
            if PERSONAL.fullmatch(m.group(1)):
                yield at, m.group(1)


def findings(root):
    for file in sorted(root.glob("src/**/*.c")):
        path = file.relative_to(root).as_posix()
        text = file.read_text(encoding="utf-8")
        for at, table in tables_in(text):
            if not allowed(path, table):
                yield f"{path}:{text.count(chr(10), 0, at) + 1}: SQL names {table}; read it through civil/register with a struct access"


def self_test():
    bad = ['x = "SELECT name FROM person_record";', 'x = "SELECT 1 FROM a "\n  "JOIN person p";', 'x = "update PERSON_ set"; y = "INSERT INTO reg_income";',
           'x = "SELECT * FROM reg_%s";']
    good = ['/* "FROM person" */', 'x = "SELECT person FROM case_party";', 'x = "from person to person";'.replace("from person", "of person")]
    for t in bad:
        assert list(tables_in(t)), t
    for t in good:
        assert not list(tables_in(t)), t


def main():
    self_test()
    if sys.argv[1] == "--self-test":
        return 0
    found = list(findings(pathlib.Path(sys.argv[1])))
    print("\n".join(found) if found else "personal tables are read through the registers alone")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
