#!/usr/bin/env python3
"""Worked cases of the living allowance of children in difficulty, computed from the articles, not by the engine.

usage: children_cases.py [--check]
"""
import copy, itertools, json, pathlib, sys

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "packs/children/matters/children/cases"
HOME = [("2016-01-01", 1400), ("2016-05-31", 1800), ("2019-07-01", 2200), ("2025-07-01", 2850)]
INSTITUTION = [("2016-01-01", 1600), ("2016-05-31", 2000), ("2019-07-01", 2200), ("2025-07-01", 2850)]

def on_day(rows, day):
    return [v for d, v in rows if d <= day][-1]

def aged(m, years, day):
    return f"{int(m['出生日期'][:4]) + years:04d}{m['出生日期'][4:]}" <= day

def parent(state, months, day):
    if state in ("死亡", "失踪", "查找不到"):
        return "lost"
    if state == "重残":
        return "unable"
    if day >= "2019-07-01":  # 36号 一
        if state == "重病" or (state in ("服刑", "强制隔离戒毒", "被执行其他限制人身自由措施", "失联") and months >= 6):
            return "unable"
        return "revoked" if state == "撤销监护资格" else "able"
    if day >= "2016-05-31":  # 228号 四(二)
        return "unable" if state in ("服刑", "强制隔离戒毒") and months >= 12 else "able"
    return "unable" if state == "服刑" else "able"  # 173号 一(二)

def category(m, day):
    known = m["儿童类别"]
    if known in ("孤儿", "事实无人抚养"):
        return known
    if day >= "2025-07-01" and (known in ("被收养残疾孤儿", "艾滋病病毒感染") or (known in ("流浪", "打拐解救", "指定民政监护") and m.get("机构集体户口"))):  # 2号 三
        return "as orphan"
    a, b = (parent(s, t, day) for s, t in zip(m["父母状况"], m.get("父母状况期限月数") or [0, 0]))
    if a == b == "lost":
        return "孤儿"
    if {a, b} <= {"lost", "unable"} or (a == b == "revoked" and not m.get("有其他监护人抚养")) or (day >= "2019-07-01" and m.get("临时无人抚养认定")):
        return "事实无人抚养"
    return None

def amount(c):
    """fen a month"""
    day, who = c["日期"], c["申请"]["对象"]
    m = next(x for x in c["户"]["成员"] if x["编号"] == who)
    moved, died = m.get("迁出本市日期"), m.get("死亡日期")
    if (moved[:7] < day[:7] if moved else m["户籍"] != "本市") or (died and died[:7] < day[:7]):
        return 0
    held = any(b["待遇"] == "困境儿童生活费" and b["对象"] in ("户", who) for b in c["在享"])
    confirmed = m["儿童类别"] not in ("无", "低保家庭", "低收入家庭", "其他困境")
    schools = ("义务教育", "高中", "本科及以下") if day >= "2016-05-31" else ("义务教育", "高中")  # 228号 五(一)；173号 一
    if aged(m, 18, day) and not (m["在读"] in schools and (confirmed or held)):
        return 0
    facto = category(m, day) == "事实无人抚养"
    orphan_home = m["居住方式"] == "机构" and not (facto and "2016-05-31" <= day < "2019-07-01")  # 228号 五(一)1, 2
    rate = on_day(INSTITUTION if orphan_home else HOME, day) * 100
    dibao = [b for b in c["在享"] if b["待遇"] == "低保" and b["对象"] in ("户", who)]
    own = sum(b["月金额"] * 100 / (len(c["户"]["成员"]) if b["对象"] == "户" else 1) for b in dibao)
    full = {"孤儿": rate, "as orphan": rate, "事实无人抚养": rate if day < "2016-05-31" else max(0, rate - own)}.get(category(m, day), 0)
    severe = any(d["等级"] <= 2 or (d["类别"] in ("智力", "精神") and d["等级"] == 3) for d in m["残疾"])
    share = 0
    if dibao and day >= "2016-05-31" and (m["重大疾病"] or (severe and not aged(m, 16, day))):
        share = on_day(HOME, day) * 40
    return int(max(full, share) + 0.5)

STATES = ["健在", "死亡", "失踪", "服刑", "重残", "重病", "失联", "撤销监护资格", "查找不到"]
DOMAIN = {
    "成员.父母状况": [list(p) for p in itertools.product(STATES, repeat=2)],
    "成员.父母状况期限月数": [[a, b] for a in (0, 5, 6, 12, 120) for b in (0, 5, 6, 12, 120)],
    "成员.有其他监护人抚养": [False, True], "成员.户籍": ["本市", "外埠"], "成员.重大疾病": [False, True], "成员.机构集体户口": [False, True],
    "成员.在读": ["无", "学前", "义务教育", "高中", "本科及以下", "研究生"], "成员.居住方式": ["家庭", "机构", "寄养"],
    "成员.儿童类别": ["无", "孤儿", "事实无人抚养", "重残重病", "低保家庭", "低收入家庭", "流浪", "其他困境", "被收养残疾孤儿", "艾滋病病毒感染", "打拐解救", "指定民政监护"],
    "成员.残疾": [[]] + [[{"类别": k, "等级": g}] for k in ("肢体", "智力") for g in (1, 2, 3, 4)],
    "成员.出生日期": [f"{y}-{r}" for y in (2007, 2008, 2009, 2010, 2020) for r in ("03-17", "03-18", "03-19")],
    "在享": [[], [{"待遇": "低保", "对象": "1", "月金额": 1000}], [{"待遇": "低保", "对象": "1", "月金额": 5000}], [{"待遇": "困境儿童生活费", "对象": "1"}]],
}

def put(case, fact, value):
    entity, _, name = fact.partition(".")
    (case["户"]["成员"][0] if name else case)[name or entity] = value

def drop(case, fact):
    entity, _, name = fact.partition(".")
    (case["户"]["成员"][0] if name else case).pop(name or entity, None)

def decide(case, unknown):
    answers = {}
    for values in itertools.product(*(DOMAIN[f] for f in unknown)):
        c = copy.deepcopy(case)
        for f, v in zip(unknown, values):
            put(c, f, v)
        answers[tuple(json.dumps(v) for v in values)] = amount(c)
    missing = {f for a in answers for i, f in enumerate(unknown) for v in DOMAIN[f] if answers[a[:i] + (json.dumps(v),) + a[i + 1:]] != answers[a]}
    if missing:
        return "undecided", 0, sorted(missing)
    fen = next(iter(answers.values()))
    return ("eligible" if fen else "not_eligible"), fen, []

DAY = "2026-03-18"
def child(parents, **change):
    m = {"编号": "1", "与申请人关系": "本人", "性别": "女", "出生日期": "2014-05-05", "户籍": "本市", "就业状态": "学生", "残疾": [], "重大疾病": False,
         "在读": "义务教育", "儿童类别": "无", "父母状况": parents, "居住方式": "家庭", "机构集体户口": False, "有其他监护人抚养": False, "不计入事由": "无"}
    m.update(change)
    return m

def d(kind, grade):
    return [{"类别": kind, "等级": grade}]

def b(name, who="户", fen=None):
    return {"待遇": name, "对象": who, "起": "2020-01-01", **({"月金额": fen} if fen is not None else {})}

def cases():
    """title, article, child, benefits, unknown, day"""
    yield from (
        ("父母双亡", "173号 一(一)", child(["死亡", "死亡"]), [], (), DAY),
        ("一方死亡一方失踪", "173号 一(一)", child(["死亡", "失踪"]), [], (), DAY),
        ("查找不到生父母", "173号 一(一)", child(["查找不到", "查找不到"], 居住方式="机构"), [], (), DAY),
        ("双方重残", "36号 一1", child(["重残", "重残"]), [], (), DAY),
        ("一方死亡一方重病", "36号 一2", child(["死亡", "重病"]), [], (), DAY),
        ("一方健在", "36号 一", child(["健在", "重病"]), [], (), DAY),
        ("服刑满六个月", "36号 一", child(["服刑", "死亡"], 父母状况期限月数=[6, 0]), [], (), DAY),
        ("服刑五个月", "36号 一", child(["服刑", "死亡"], 父母状况期限月数=[5, 0]), [], (), DAY),
        ("服刑五个月，已认定临时无人抚养", "36号 二(一)", child(["服刑", "死亡"], 父母状况期限月数=[5, 0], 临时无人抚养认定=True), [], (), DAY),
        ("双方戒毒和失联", "36号 一1", child(["强制隔离戒毒", "失联"], 父母状况期限月数=[24, 6]), [], (), DAY),
        ("其他限制人身自由满六个月", "36号 一1", child(["被执行其他限制人身自由措施", "重残"], 父母状况期限月数=[6, 0]), [], (), DAY),
        ("双方撤销监护资格，无其他监护人", "36号 一3", child(["撤销监护资格", "撤销监护资格"]), [], (), DAY),
        ("双方撤销监护资格，祖母抚养", "36号 一3", child(["撤销监护资格", "撤销监护资格"], 有其他监护人抚养=True), [], (), DAY),
        ("一方撤销一方死亡", "36号 一", child(["撤销监护资格", "死亡"]), [], (), DAY),
        ("遣送出境不在列", "36号 一", child(["遣送出境", "死亡"]), [], (), DAY),
        ("两年前不足一年的刑期", "228号 四(二)", child(["服刑", "死亡"], 父母状况期限月数=[11, 0]), [], (), "2018-06-01"),
        ("228号，剩余刑期一年", "228号 四(二)", child(["服刑", "死亡"], 父母状况期限月数=[12, 0]), [], (), "2018-06-01"),
        ("228号没有失联", "228号 四(二)", child(["失联", "死亡"], 父母状况期限月数=[60, 0]), [], (), "2018-06-01"),
        ("228号没有重病", "228号 四(二)", child(["重病", "死亡"]), [], (), "2019-06-30"),
        ("36号首日有重病", "36号 一2", child(["重病", "死亡"]), [], (), "2019-07-01"),
        ("173号，双方服刑，不问期限", "173号 一(二)", child(["服刑", "服刑"], 父母状况期限月数=[1, 1]), [], (), "2016-05-30"),
        ("228号首日", "228号 五(一)2", child(["重残", "重残"]), [], (), "2016-05-31"),
        ("机构孤儿，2016年", "228号 五(一)1", child(["死亡", "死亡"], 居住方式="机构", 儿童类别="孤儿"), [], (), "2016-12-31"),
        ("寄养孤儿", "2号 二1", child(["死亡", "死亡"], 居住方式="寄养", 儿童类别="孤儿"), [], (), DAY),
        ("标准调整前一日", "2号 三", child(["死亡", "死亡"], 儿童类别="孤儿"), [], (), "2025-06-30"),
        ("被收养的残疾孤儿", "2号 一3", child(["健在", "健在"], 儿童类别="被收养残疾孤儿", 残疾=d("肢体", 2)), [], (), DAY),
        ("艾滋病病毒感染", "2号 一4", child(["健在", "健在"], 儿童类别="艾滋病病毒感染"), [], (), DAY),
        ("打拐解救，机构集体户口", "2号 一5", child(["查找不到", "健在"], 儿童类别="打拐解救", 居住方式="机构", 机构集体户口=True), [], (), DAY),
        ("流浪，没有集体户口", "2号 一5", child(["健在", "健在"], 儿童类别="流浪", 居住方式="机构"), [], (), DAY),
        ("低保家庭重病", "2号 二4", child(["健在", "健在"], 重大疾病=True), [b("低保", "户", 3000)], (), DAY),
        ("重病但不是低保家庭", "228号 四(三)", child(["健在", "健在"], 重大疾病=True), [b("低收入")], (), DAY),
        ("低保家庭听力二级", "228号 四(三)", child(["健在", "健在"], 残疾=d("听力", 2)), [b("低保", "户", 3000)], (), DAY),
        ("低保家庭肢体三级", "228号 四(三)", child(["健在", "健在"], 残疾=d("肢体", 3)), [b("低保", "户", 3000)], (), DAY),
        ("低保家庭精神三级，差一日16周岁", "228号 四(三)", child(["健在", "健在"], 残疾=d("精神", 3), 出生日期="2010-03-19"), [b("低保", "户", 3000)], (), DAY),
        ("低保家庭精神三级，满16周岁", "228号 四(三)", child(["健在", "健在"], 残疾=d("精神", 3), 出生日期="2010-03-18", 在读="高中"), [b("低保", "户", 3000)], (), DAY),
        ("低保家庭重病，十七岁", "228号 四(三)", child(["健在", "健在"], 重大疾病=True, 出生日期="2008-04-01", 在读="高中"), [b("低保", "户", 3000)], (), DAY),
        ("事实无人抚养，低保整户二人按人均补齐", "36号 二(一)", [child(["重残", "死亡"]), {"编号": "2", "与申请人关系": "祖父母"}], [b("低保", "户", 2900)], (), DAY),
        ("事实无人抚养，本人低保高，重病择高", "228号 五(一)", child(["重残", "死亡"], 重大疾病=True), [b("低保", "1", 1957.5)], (), DAY),
        ("事实无人抚养，本人低保低，补齐更高", "228号 五(一)", child(["重残", "死亡"], 重大疾病=True), [b("低保", "1", 1450)], (), DAY),
        ("孤儿不补齐", "173号 二(二)", child(["死亡", "死亡"]), [b("低保", "1", 1450)], (), DAY),
        ("本人低保已不低于标准", "36号 二(一)", child(["重残", "死亡"]), [b("低保", "1", 2850)], (), DAY),
        ("满18周岁当日，高中，已确认", "36号 二(一)", child(["死亡", "服刑"], 儿童类别="事实无人抚养", 出生日期="2008-03-18", 在读="高中"), [], (), DAY),
        ("满18周岁，研究生", "36号 二(一)", child(["死亡", "死亡"], 儿童类别="孤儿", 出生日期="2002-03-18", 在读="研究生"), [b("困境儿童生活费", "1")], (), DAY),
        ("二十岁第一次申请", "36号 一", child(["死亡", "死亡"], 出生日期="2005-03-18", 在读="本科及以下"), [], (), DAY),
        ("二十岁正在领取，本科", "36号 二(一)", child(["死亡", "死亡"], 出生日期="2005-03-18", 在读="本科及以下"), [b("困境儿童生活费", "1")], (), DAY),
        ("差一日18周岁，不在读", "36号 一", child(["死亡", "死亡"], 出生日期="2008-03-19", 在读="无"), [], (), DAY),
        ("外埠户籍", "2号 一", child(["死亡", "死亡"], 户籍="外埠"), [], (), DAY),
        ("上月迁出", "2号 一", child(["死亡", "死亡"], 户籍="外埠", 迁出本市日期="2026-02-28"), [], (), DAY),
        ("本月去世", "36号 四(四)", child(["死亡", "死亡"], 死亡日期="2026-03-01"), [], (), DAY),
        ("上月去世", "36号 四(四)", child(["死亡", "死亡"], 死亡日期="2026-02-28"), [], (), DAY),
        ("刑期未知", "36号 一", child(["服刑", "死亡"]), [], ("成员.父母状况期限月数",), DAY),
        ("刑期未知，另一方健在，不影响", "36号 一", child(["服刑", "健在"]), [], ("成员.父母状况期限月数",), DAY),
        ("双方撤销，其他监护人未知", "36号 一3", child(["撤销监护资格", "撤销监护资格"]), [], ("成员.有其他监护人抚养",), DAY),
        ("户籍未知", "2号 一", child(["死亡", "死亡"]), [], ("成员.户籍",), DAY),
        ("十九岁，在读未知", "36号 二(一)", child(["死亡", "死亡"], 儿童类别="孤儿", 出生日期="2007-03-01"), [], ("成员.在读",), DAY),
        ("重大疾病未知，低保家庭", "228号 四(三)", child(["健在", "健在"]), [b("低保", "户", 3000)], ("成员.重大疾病",), DAY),
        ("居住方式未知，两个标准已经相同，不影响", "2号 二", child(["死亡", "死亡"]), [], ("成员.居住方式",), DAY),
        ("居住方式未知，2017年标准不同", "228号 五(一)", child(["死亡", "死亡"]), [], ("成员.居住方式",), "2017-03-18"),
        ("孤儿，残疾和疾病未知，不影响", "2号 二1", child(["死亡", "死亡"], 儿童类别="孤儿"), [], ("成员.残疾", "成员.重大疾病"), DAY),
        ("228号首日，服刑不足一年", "228号 四(二)", child(["服刑", "死亡"], 父母状况期限月数=[11, 0]), [], (), "2016-05-31"),
        ("173号没有强制隔离戒毒", "173号 一(二)", child(["强制隔离戒毒", "死亡"], 父母状况期限月数=[12, 0]), [], (), "2016-05-30"),
        ("228号没有撤销监护资格", "228号 四(二)", child(["撤销监护资格", "撤销监护资格"]), [], (), "2018-06-01"),
        *((f"{kind}，机构集体户口", "2号 一5", child(["健在", "健在"], 儿童类别=kind, 居住方式="机构", 机构集体户口=True), [], (), DAY) for kind in ("流浪", "指定民政监护", "无")),
        *((f"低保家庭{kind}三级", "228号 四(三)", child(["健在", "健在"], 残疾=d(kind, 3)), [b("低保", "户", 3000)], (), DAY) for kind in ("智力", "视力")),
        ("本人低保比标准少五角", "36号 二(一)", child(["重残", "死亡"]), [b("低保", "1", 2849.5)], (), DAY),
        ("哪一类都不是的理由", "2号 一", child(["健在", "健在"]), [], (), DAY, "京民发〔2026〕2号 一；36号 一；173号 一"),
        ("本人低保高于标准的理由", "36号 二(一)", child(["重残", "死亡"]), [b("低保", "1", 3000)], (), DAY, "36号 二(一)"),
        *((f"二十岁的孤儿，正在领取，{school}，{day}", article, child(["死亡", "死亡"], 儿童类别="孤儿", 出生日期="1996-02-01", 在读=school), [b("困境儿童生活费", "1")], (), day)
          for school, article, day in (("本科及以下", "173号 一", "2016-05-30"), ("本科及以下", "228号 五(一)", "2016-05-31"), ("高中", "173号 一", "2016-05-30"), ("义务教育", "173号 一", "2016-05-30"), ("本科及以下", "228号 五(一)", "2019-06-30"))),
        *((f"已认定临时无人抚养，一方服刑五个月，{day}", article, child(["服刑", "死亡"], 父母状况期限月数=[5, 0], 临时无人抚养认定=True), [], (), day)
          for article, day in (("228号 四(二)", "2018-09-10"), ("228号 四(二)", "2019-06-30"), ("36号 二(一)", "2019-07-01"))),
        ("已认定临时无人抚养，一方健在，173号", "173号 一(二)", child(["健在", "死亡"], 临时无人抚养认定=True), [], (), "2016-05-01"),
        *((f"{kind}，{day}", "2号 三", child(["健在", "健在"], 儿童类别=kind, 居住方式="机构", 机构集体户口=True), [], (), day)
          for kind in ("被收养残疾孤儿", "艾滋病病毒感染", "打拐解救", "流浪", "指定民政监护") for day in ("2025-06-30", "2025-07-01")),
        ("艾滋病病毒感染，2016年", "2号 三", child(["健在", "健在"], 儿童类别="艾滋病病毒感染", 居住方式="机构"), [], (), "2016-05-01"),
        ("机构孤儿，2022年", "173号 二(一)", child(["死亡", "死亡"], 居住方式="机构", 儿童类别="孤儿"), [], (), "2022-03-18"),
        *((f"事实无人抚养，在机构，{day}", "228号 五(一)1、2", child(["死亡", "重残"], 居住方式="机构"), [], (), day) for day in ("2016-05-30", "2016-05-31", "2019-06-30", "2019-07-01")),
        *((f"视同孤儿不补齐，{day}", "173号 一(二)、二(二)", child(["死亡", "重残"]), [b("低保", "1", 500)], (), day) for day in ("2016-05-30", "2019-07-01")),
        ("低保家庭重病儿童，228号之前", "228号 四(三)", child(["健在", "健在"], 重大疾病=True), [b("低保", "1", 500)], (), "2016-05-30"),
    )

def build():
    files = {}
    for n, (title, article, members, held, unknown, day, *articles) in enumerate(cases(), 1):
        c = {"日期": day, "户": {"成员": members if isinstance(members, list) else [members]}, "在享": held, "申请": {"对象": "1"}}
        c = copy.deepcopy(c)
        outcome, fen, missing = decide(c, unknown)
        for f in unknown:
            drop(c, f)
        what = f"{fen / 100:.2f}" if outcome == "eligible" else {"not_eligible": "nothing", "undecided": "depends on " + ", ".join(missing)}[outcome]
        lines = [{"member": "1", "item": "困境儿童生活费", "monthly_fen": fen}] if outcome == "eligible" else []
        files[f"own-{n:03d}.json"] = {"id": f"children-own-{n:03d}", "scheme": "children", "title_zh": title, "input": c,
            "expected": {"outcome": outcome, "monthly_fen": fen, "once_fen": 0, "lines": lines, "missing": missing, **({"articles": articles} if articles else {})},
            "why": f"{article}: {what}", "confidence": "computed by tests/policies/children_cases.py from the article"}
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
