#!/usr/bin/env python3
"""tools/messages.py and check_messages.py on small made-up source trees."""
import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
HEADER = "code,zh,en\n"


def run(files, tool="tools/messages.py"):
    """Runs a tool on a tree of files; (exit, printed, table)."""
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        for name, text in files.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text, encoding="utf-8")
        output = root / "table.c"
        if tool == "tools/messages.py":
            args = ["--root", folder, "--depfile", str(root / "table.d"), str(output)]
        else:
            (root / "tools").mkdir()
            (root / "tools/messages.py").write_text((ROOT / "tools/messages.py").read_text(encoding="utf-8"), encoding="utf-8")
            args = [folder]
        done = subprocess.run([sys.executable, ROOT / tool, *args], capture_output=True, text=True, encoding="utf-8")
        table = output.read_text(encoding="utf-8") if output.exists() else None
        return done.returncode, done.stdout + done.stderr, table


class Table(unittest.TestCase):
    def refused(self, files, *words):
        code, printed, table = run(files)
        self.assertEqual(code, 1)
        self.assertIsNone(table)
        for word in words:
            self.assertIn(word, printed)

    def test_merges_and_sorts(self):
        code, printed, table = run({
            "src/b/messages.csv": HEADER + 'b.two,二 {x},"two, {x}"\nb.one,"一""引""",one\\\n',
            "src/civil/case/messages.csv": HEADER + "a.x,甲??=,x\n"})
        self.assertEqual((code, printed), (0, ""))
        self.assertLess(table.index('"a.x"'), table.index('"b.one"'))
        self.assertLess(table.index('"b.one"'), table.index('"b.two"'))
        self.assertIn('"一\\"引\\"", "one\\\\"', table)
        self.assertIn("message_table_size = 3", table)

    def test_duplicate(self):
        self.refused({"src/a/messages.csv": HEADER + "a.x,一,one\n", "src/b/messages.csv": HEADER + "a.x,二,two\n"},
                     "src/b/messages.csv:2", "a.x is already in", "src/a/messages.csv:2")

    def test_missing_language(self):
        self.refused({"src/a/messages.csv": HEADER + "a.x,,one\n"}, ":2", "no zh text")
        self.refused({"src/a/messages.csv": HEADER + "a.x,一, \n"}, ":2", "no en text")

    def test_placeholder_in_one_language(self):
        self.refused({"src/a/messages.csv": HEADER + "a.x,一 {count},one\n"}, ":2", "{count}", "one language only")
        self.refused({"src/a/messages.csv": HEADER + "a.x,一 {n},one {m}\n"}, "{m}, {n}")

    def test_shape(self):
        self.refused({"src/a/messages.csv": "code,en,zh\na.x,one,一\n"}, ":1", "header")
        self.refused({"src/a/messages.csv": ""}, ":1", "header")
        self.refused({"src/a/messages.csv": HEADER + "a.x,一,one, two\n"}, ":2", "4 columns")
        self.refused({"src/a/messages.csv": HEADER + "nodot,一,one\n"}, "no code")
        self.refused({"src/a/messages.csv": HEADER + "a." + "x" * 62 + ",一,one\n"}, "63 bytes")
        self.refused({"src/a/x.c": ""}, "no messages.csv")


class Check(unittest.TestCase):
    def check(self, c, csv="a.x,一,one\n"):
        return run({"src/a/messages.csv": HEADER + csv, "src/a/a.c": c}, "tests/unit/check_messages.py")[:2]

    def test_agreement(self):
        self.assertEqual(self.check('f() { return diag_fail(d, E_INPUT, "a.x"); }')[0], 0)

    def test_unknown_code(self):
        code, printed = self.check('char *s = "a.x";\nf() { return diag_fail(d, g(1, ","),\n"b.nope", DIAG_S("a", "b.arg")); }')
        self.assertEqual((code, printed), (1, "src/a/a.c:2: b.nope is in no messages.csv\n"))

    def test_unknown_code_in_a_choice_or_a_helper(self):
        self.assertIn("b.y is in no", self.check('diag_fail(d, E_INPUT, x ? "a.x" : "b.y");')[1])
        self.assertIn("a.nope is in no", self.check('wrong(r, "a.x"); wrong(r, "a.nope"); open("a.json");')[1])

    def test_text_compared_with_is_no_code(self):
        self.assertEqual(self.check('diag_fail(d, E_INPUT, strcmp(x, "[]") == 0 ? "a.x" : "a.x");')[0], 0)

    def test_action_in_the_log_is_no_code(self):
        self.assertEqual(self.check('e = {.action = "a.opened"}; diag_fail(d, E_INPUT, "a.x");')[0], 0)

    def test_composed_code(self):
        files = {"src/cli/messages.csv": HEADER + "usage.feel,一,one\n"}
        made = run(files | {"src/cli/cli.c": 'snprintf(code, sizeof code, "usage.%s", name);'}, "tests/unit/check_messages.py")
        self.assertEqual(made[0], 0)
        code, printed, _ = run(files | {"src/cli/cli.c": ""}, "tests/unit/check_messages.py")
        self.assertEqual(code, 1)
        self.assertIn("usage.%s is composed here no longer", printed)
        self.assertIn("usage.feel is not used", printed)

    def test_codes_are_no_words(self):
        use = 'diag_fail(d, E_INPUT, "a.x"%s);'
        self.assertIn("{role} is a code", self.check(use % "", "a.x,岗位 {role},role {role}\n")[1])
        self.assertIn("there is no b.role.CODE", self.check(use % "", "a.x,岗位 {role@b.role},{role@b.role}\n")[1])
        self.assertEqual(self.check(use % "", "a.x,岗位 {role@a.role},{role@a.role}\na.role.clerk,经办,Clerk\n")[0], 0)
        self.assertIn("a.c:1: state is a code", self.check(use % ', DIAG_S("text", b->state)', "a.x,{text},{text}\n")[1])

    def test_unused_code(self):
        code, printed = self.check('/* "a.x" */ // "a.x"\n')
        self.assertEqual((code, printed), (1, "src/a/messages.csv: a.x is not used in src\n"))


if __name__ == "__main__":
    unittest.main()
