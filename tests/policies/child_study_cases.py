#!/usr/bin/env python3
"""Worked cases of the study grants of children de facto without care (36号 二(三)), computed from the article, not by the engine.

usage: child_study_cases.py [--check]
"""
import copy, itertools, json, pathlib, sys

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "packs/children/matters/child_study/cases"
NURSERY, LIVING = 600000, 800000  # fen
DAY = "2026-09-18"

def aged(m, years, day):
    return f"{int(m['出生日期'][:4]) + years:04d}{m['出生日期'][4:]}" <= day

def grant(c):
    """(fen, item); (0, None) where nothing is paid"""
    day, who = c["日期"], c["申请"]["对象"]
    m = next(x for x in c["户"]["成员"] if x["编号"] == who)
    if day < "2019-11-18":  # before 36号 was issued
        return 0, None
    moved, died = m.get("迁出本市日期"), m.get("死亡日期")
    if (moved[:7] < day[:7] if moved else m["户籍"] != "本市") or (died and died[:7] < day[:7]) or m["儿童类别"] != "事实无人抚养":
        return 0, None
    if m["就读学校"] in ("公办幼儿园", "普惠性民办幼儿园"):
        return (NURSERY, "学前教育入园补贴") if aged(m, 3, day) and not m["已领入园补贴"] else (0, None)
    if m["就读学校"] in ("中等职业学校", "高等学校") and not m["本学年已领生活补贴"]:
        left = LIVING - round(m["学年助学金额"] * 100)
        return (left, "职业和高等教育生活补贴") if left > 0 else (0, None)
    return 0, None

DOMAIN = {
    "户籍": ["本市", "外埠"], "已领入园补贴": [False, True], "本学年已领生活补贴": [False, True], "学年助学金额": [0, 1, 3000, 7999.99, 8000, 8000.01],
    "就读学校": ["公办幼儿园", "普惠性民办幼儿园", "其他幼儿园", "中等职业学校", "高等学校", "其他学校"],
    "儿童类别": ["无", "孤儿", "事实无人抚养", "重残重病", "低保家庭", "低收入家庭", "流浪", "其他困境", "被收养残疾孤儿", "艾滋病病毒感染", "打拐解救", "指定民政监护"],
    "出生日期": [f"{y}-09-{d}" for y in (2008, 2022, 2023, 2024) for d in ("17", "18", "19")],
}

def decide(case, unknown):
    answers = {}
    for values in itertools.product(*(DOMAIN[f] for f in unknown)):
        c = copy.deepcopy(case)
        c["户"]["成员"][0].update(zip(unknown, values))
        answers[tuple(map(json.dumps, values))] = grant(c)
    missing = sorted({"成员." + f for a in answers for i, f in enumerate(unknown) for v in DOMAIN[f] if answers[a[:i] + (json.dumps(v),) + a[i + 1:]] != answers[a]})
    if missing:
        return "undecided", (0, None), missing
    fen, item = next(iter(answers.values()))
    return ("eligible" if fen else "not_eligible"), (fen, item), []

def child(school, **change):
    return {"编号": "1", "与申请人关系": "本人", "性别": "女", "出生日期": "2010-05-05", "户籍": "本市", "儿童类别": "事实无人抚养", "就读学校": school,
            "已领入园补贴": False, "本学年已领生活补贴": False, "学年助学金额": 0, **change}

def cases():
    """title, child, facts unknown, day, articles of the reasons (where they matter)"""
    C, W = "36号 一", "36号 二(三)"
    small = dict(出生日期="2022-05-05")
    yield from (
        ("公办幼儿园，满3周岁", child("公办幼儿园", **small), (), DAY, [C, W]),
        ("普惠性民办幼儿园", child("普惠性民办幼儿园", **small), (), DAY),
        ("其他幼儿园不在列", child("其他幼儿园", **small), (), DAY, [W]),
        ("满3周岁当日", child("公办幼儿园", 出生日期="2023-09-18"), (), DAY),
        ("差一日满3周岁", child("公办幼儿园", 出生日期="2023-09-19"), (), DAY, [W]),
        ("普惠性民办幼儿园，差一日满3周岁", child("普惠性民办幼儿园", 出生日期="2023-09-19"), (), DAY),
        ("入园补贴已经领过", child("公办幼儿园", 已领入园补贴=True, **small), (), DAY, [W]),
        ("普惠性民办幼儿园，入园补贴已经领过", child("普惠性民办幼儿园", 已领入园补贴=True, **small), (), DAY),
        ("入园补贴不减助学金", child("公办幼儿园", 学年助学金额=9000, **small), (), DAY),
        ("入园补贴不看本学年的生活补贴", child("公办幼儿园", 本学年已领生活补贴=True, **small), (), DAY),
        ("中等职业学校", child("中等职业学校"), (), DAY, [C, W]),
        ("高等学校，年满18周岁", child("高等学校", 出生日期="2006-05-05"), (), DAY),
        ("高等学校，以前领过入园补贴", child("高等学校", 出生日期="2007-05-05", 已领入园补贴=True), (), DAY),
        ("其他学校不在列", child("其他学校"), (), DAY, [W]),
        ("本学年已经领过", child("中等职业学校", 本学年已领生活补贴=True), (), DAY, [W]),
        ("高等学校，本学年已经领过", child("高等学校", 本学年已领生活补贴=True), (), DAY),
        ("已享受国家助学金3300元，补齐", child("高等学校", 学年助学金额=3300), (), DAY),
        ("已享受助学金2000.5元，补齐", child("中等职业学校", 学年助学金额=2000.5), (), DAY),
        ("助学金比标准少一分", child("高等学校", 学年助学金额=7999.99), (), DAY),
        ("助学金等于标准", child("高等学校", 学年助学金额=8000), (), DAY, [W, W]),
        ("助学金高于标准", child("中等职业学校", 学年助学金额=9600), (), DAY),
        ("孤儿另有资助", child("高等学校", 儿童类别="孤儿"), (), DAY, [C]),
        ("没有确认为事实无人抚养", child("公办幼儿园", 儿童类别="无", **small), (), DAY, [C]),
        ("外埠户籍", child("高等学校", 户籍="外埠"), (), DAY, [C]),
        ("上月迁出", child("高等学校", 户籍="外埠", 迁出本市日期="2026-08-31"), (), DAY),
        ("本月迁出", child("高等学校", 户籍="外埠", 迁出本市日期="2026-09-01"), (), DAY),
        ("上月去世", child("高等学校", 死亡日期="2026-08-31"), (), DAY, ["36号 四(四)"]),
        ("本月去世", child("高等学校", 死亡日期="2026-09-01"), (), DAY),
        ("36号印发前一日，幼儿园", child("公办幼儿园", 出生日期="2016-05-05"), (), "2019-11-17", [W]),
        ("36号印发当日，幼儿园", child("公办幼儿园", 出生日期="2016-05-05"), (), "2019-11-18"),
        ("36号印发当日", child("高等学校"), (), "2019-11-18"),
        ("学校未知", child("高等学校"), ("就读学校",), DAY),
        ("助学金未知，高等学校", child("高等学校"), ("学年助学金额",), DAY),
        ("助学金未知，幼儿园，不影响", child("公办幼儿园", **small), ("学年助学金额",), DAY),
        ("领没领过入园补贴未知，幼儿园", child("公办幼儿园", **small), ("已领入园补贴",), DAY),
        ("领没领过入园补贴未知，中职，不影响", child("中等职业学校"), ("已领入园补贴",), DAY),
        ("领没领过生活补贴未知", child("高等学校"), ("本学年已领生活补贴",), DAY),
        ("领没领过都未知，其他学校，不影响", child("其他学校"), ("已领入园补贴", "本学年已领生活补贴", "学年助学金额"), DAY),
        ("类别未知", child("高等学校"), ("儿童类别",), DAY),
        ("户籍未知，类别不符，不影响", child("高等学校", 儿童类别="无"), ("户籍",), DAY),
        ("户籍未知", child("高等学校"), ("户籍",), DAY),
        ("出生日期未知，幼儿园", child("公办幼儿园"), ("出生日期",), DAY),
        ("出生日期未知，高等学校，不影响", child("高等学校"), ("出生日期",), DAY),
    )

def build():
    files = {}
    for n, (title, m, unknown, day, *articles) in enumerate(cases(), 1):
        c = copy.deepcopy({"日期": day, "户": {"成员": [m]}, "在享": [], "申请": {"对象": "1"}})
        outcome, (fen, item), missing = decide(c, unknown)
        for f in unknown:
            c["户"]["成员"][0].pop(f)
        lines = [{"member": "1", "item": item, "once_fen": fen}] if outcome == "eligible" else []
        what = {"eligible": f"{fen / 100:.2f} once", "not_eligible": "nothing", "undecided": "depends on " + ", ".join(missing)}[outcome]
        files[f"own-{n:03d}.json"] = {"id": f"child-study-own-{n:03d}", "scheme": "child_study", "title_zh": title, "input": c,
            "expected": {"outcome": outcome, "monthly_fen": 0, "once_fen": fen, "lines": lines, "missing": missing, **({"articles": articles[0]} if articles else {})},
            "why": f"36号 二(三): {what}", "confidence": "computed by tests/policies/child_study_cases.py from the article"}
    return files

def main():
    wrong = 0
    for name, case in build().items():
        text = json.dumps(case, ensure_ascii=False, indent=1) + "\n"
        if "--check" in sys.argv:
            wrong += not (FOLDER / name).exists() or (FOLDER / name).read_text(encoding="utf-8") != text
        else:
            FOLDER.mkdir(exist_ok=True)
            (FOLDER / name).write_text(text, encoding="utf-8")
    if wrong:
        sys.exit(f"{wrong} worked cases differ from what {sys.argv[0]} computes; run it without --check")

if __name__ == "__main__":
    main()
