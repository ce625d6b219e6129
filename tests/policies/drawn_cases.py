#!/usr/bin/env python3
"""Worked cases drawn at random for what no other case notices (minzheng dmn mutate), computed from the articles.

A case is a household drawn with a seed at the boundaries of its scheme's texts, and what the independent scripts beside
this one compute for it.  The seeds in drawn_cases.csv are those whose case notices a mutation that none written by hand
does; the engine's answer is never looked at.

usage: drawn_cases.py [--check]          writes packs/*/matters/*/cases/drawn-*.json; --check compares only
       drawn_cases.py --pool DIR N       N cases of every scheme, to choose from
       drawn_cases.py --against MINZHENG N [SEED]      N fresh households of every scheme, decided by that command too:
                                                       what differs is told, and the exit is 1
"""
import csv, datetime, json, pathlib, random, subprocess, sys, tempfile

import children_cases as children
import household_schemes as household
import person_schemes as person
import subsistence

HERE = pathlib.Path(__file__).resolve().parent
PERSON = ("disability_living", "disability_care", "elderly_living", "elderly_care", "elderly_age")
DAYS = ("2016-01-01", "2016-05-30", "2016-05-31", "2016-09-01", "2017-02-28", "2018-08-31", "2018-09-01", "2018-12-31", "2019-01-01", "2019-06-30", "2019-07-01",
        "2019-09-30", "2019-10-01", "2020-02-29", "2020-06-30", "2020-07-01", "2021-06-30", "2021-07-01", "2021-08-01", "2022-07-01", "2023-07-01", "2023-09-01",
        "2024-06-30", "2024-07-01", "2025-06-30", "2025-07-01", "2025-09-01", "2026-03-18")

def shifted(day, years, by):
    y, rest = int(day[:4]) - years, "02-28" if day[5:] == "02-29" else day[5:]
    return str(datetime.date.fromisoformat(f"{y:04d}-{rest}") + datetime.timedelta(days=by))

def born(r, day, ages):
    return min(day, shifted(day, r.choice(ages), r.choice((-1, 0, 0, 1, 400))))

def left(r, day):
    """Nothing, or a day of this month or the one before."""
    return r.choice((None,) * 12 + (day[:8] + "01", str(datetime.date.fromisoformat(day[:8] + "01") - datetime.timedelta(days=1))))

def disabilities(r, most=2):
    """At most one grade of a kind: the more severe of two."""
    drawn = [{"类别": r.choice(("视力", "听力", "言语", "肢体", "智力", "精神")), "等级": r.choice((1, 2, 3, 4))} for _ in range(r.choice(range(most + 1)))]
    return [d for d in drawn if not any(o["类别"] == d["类别"] and o["等级"] < d["等级"] for o in drawn)]

def benefits(r, names, whos, likely=0.5, **more):
    return [{"待遇": r.choice(names), "对象": r.choice(whos), "起": "2015-01-01", **more} for _ in range(r.choice((1, 1, 2)))] if r.random() < likely else []

# ---- households by scheme -------------------------------------------------------------------

def of_age(m, day):
    """Nobody works before 16, and nobody has retired: such a household is refused at the door."""
    if m["就业状态"] in subsistence.WORKING + ("退休",) and not subsistence.aged(m, 16, day):
        m["就业状态"] = "学生"
    return m

def of_person(r, scheme, day):
    m = person.member(性别=r.choice("男女"), 户籍="本市" if r.random() < 0.9 else "外埠", 就业状态=r.choice(("在职职工", "灵活就业", "失业", "无业", "无业", "退休", "学生")),
        出生日期=born(r, day, (10, 16, 30, 55, 58, 60, 60, 65, 80, 90, 100)), 个人稳定性收入=r.choice((0, 0, 0, 1, 500, person.standard(day) - 1, person.standard(day), 9000)),
        残疾=disabilities(r), 能力等级=r.choice(("能力完好",) * 3 + ("轻度失能", "中度失能", "重度失能", "完全失能")), 在读=r.choice(("无",) * 5 + ("学前", "义务教育", "高中", "本科及以下", "研究生")),
        特殊身份=r.choice(([],) * 6 + (["离休"], ["因公致残"], ["计划生育特殊家庭"], ["精减退职老职工"], ["因公致残返城知青"], ["归侨侨眷", "离休"])),
        不计入事由=r.choice(("无",) * 12 + ("服刑", "宣告失踪", "义务兵")),
        **{k: r.random() < 0.06 for k in ("领取工伤生活护理费", "享受托养补贴", "享受困境家庭入住机构补贴", "见义勇为致残护理补贴")})
    for name, when in (("迁出本市日期", left(r, day)), ("死亡日期", left(r, day))):
        if when and when >= m["出生日期"]:
            m[name] = when
    of_age(m, day)
    names = [person.LIVING, person.CARE, person.HARDSHIP, person.NURSING]
    chosen = [x for x in names if r.random() < 0.35] + (["高龄津贴"] if r.random() < 0.1 else [])
    held = benefits(r, ("低保", "困补", "低收入", "特困", "困境儿童生活费", "临时救助"), ("户", "户", "1"))
    c = {"日期": day, "户": {"成员": [m]}, "在享": held, "申请": {"对象": "1", "选择": chosen}}
    fen = round(person.amount(scheme, c) * 100)
    return c, [{"member": "1", "item": person.ITEM[scheme], "monthly_fen": fen}] if fen else None

def of_child(r, scheme, day):
    state = lambda: r.choice(("健在", "死亡", "死亡", "失踪", "服刑", "服刑", "重残", "重病", "失联", "强制隔离戒毒", "被执行其他限制人身自由措施", "撤销监护资格", "查找不到", "遣送出境"))
    m = children.child([state(), state()], 出生日期=born(r, day, (3, 10, 15, 16, 18, 18, 20)), 户籍="本市" if r.random() < 0.93 else "外埠", 居住方式=r.choice(("家庭", "机构", "寄养")),
        残疾=disabilities(r, 1), 重大疾病=r.random() < 0.2, 在读=r.choice(("无", "学前", "义务教育", "高中", "本科及以下", "研究生")), 机构集体户口=r.random() < 0.3, 有其他监护人抚养=r.random() < 0.3,
        父母状况期限月数=[r.choice((0, 5, 6, 7, 11, 12, 13, 60)) for _ in "ab"],
        儿童类别=r.choice(("无",) * 8 + ("孤儿", "事实无人抚养", "重残重病", "低保家庭", "低收入家庭", "流浪", "其他困境", "被收养残疾孤儿", "艾滋病病毒感染", "打拐解救", "指定民政监护")))
    if r.random() < 0.1:
        m["临时无人抚养认定"] = True
    for name, when in (("迁出本市日期", left(r, day)), ("死亡日期", left(r, day))):
        if when and when >= m["出生日期"]:
            m[name] = when
    held = [{"待遇": "低保", "对象": r.choice(("户", "1", "2")), "起": "2015-01-01", "月金额": r.choice((800, 1000.01, 1450, 2850, 2900.33, 6000))}] if r.random() < 0.4 else []
    held += benefits(r, ("困境儿童生活费", "低收入"), ("1", "2"), 0.2)
    people = [m, {"编号": "2", "与申请人关系": "祖父母"}] + ([{"编号": "3", "与申请人关系": "兄弟姐妹"}] if r.random() < 0.3 else [])
    c = {"日期": day, "户": {"成员": people}, "在享": held, "申请": {"对象": "1"}}
    fen = children.amount(c)
    return c, [{"member": "1", "item": "困境儿童生活费", "monthly_fen": fen}] if fen else None

KINDS = household.COUNTED + ("优待抚恤", "残疾补贴", "养老补贴津贴", "奖助学金", "一次性")

def near(r, base):
    return float(base + r.choice((-1, 0, 0, 1, -500, 700, -0.01, 0.01)))

def house(r, members, day):
    n, s = len(members), int(household.on_day(household.DIBAO, day))
    areas = lambda: [{"建筑面积": r.choice((30, 50, 60, 97.62, 120)), "性质": r.choice(("自有", "公有承租", "公租房", "其他")), "用途": r.choice(("自住", "出租", "闲置"))} for _ in range(r.choice((0, 1, 1, 1, 2, 3)))]
    return household.home(members, 货币财产=r.choice((0, 3000, 3000, 24 * s * n, 24 * s * n + 1)), 住房=areas(),
        机动车=[{"用途": r.choice(("残疾代步", "残疾代步", "生活", "经营")), "价值": 9000}] if r.random() < 0.12 else [],
        工商登记=[{"认缴资本": r.choice((1, 1000, 200000)), "存续": r.random() < 0.5}] if r.random() < 0.12 else [])

def supporter(r, day):
    s = int(household.on_day(household.DIBAO, day))
    return household.supporter(月收入=r.choice((3 * s, 3000, 6000, 9000)), 关系=r.choice(("赡养", "扶养", "抚养")), 应赡养家庭数=max(1, r.choice((0, 1, 2))), 在享救助=r.random() < 0.2,
        文书金额=r.choice((0, 0, 0, 600)), 实付金额=r.choice((0, 0, 0, 940)))

def of_low_income(r, scheme, day):
    low, s = int(household.on_day(household.LOW, day)), int(household.on_day(household.DIBAO, day))
    n = r.choice((1, 2, 3, 3))
    target = near(r, r.choice((low, low, s, (low + s) // 2)) * n)
    earner = household.man(就业状态="退休", 收入=household.pay(max(0, target), r.choice(("养老金", "养老金", "其他转移", "财产净", "失业金"))), 户籍="本市" if r.random() < 0.95 else "外埠", 重大疾病=r.random() < 0.1)
    if r.random() < 0.3:
        earner["收入"].append({"类别": r.choice(KINDS), "月金额": r.choice((1, 500, 2000))})
    if n > 1:
        earner["户籍"] = "本市"  # whether a non-local spouse counts is another scheme's case
    others = [household.wife(户籍="本市"), household.kid(出生日期=born(r, day, (1, 10, 16, 17, 17, 20)), 在读=r.choice(("无", "学前", "义务教育", "高中", "本科及以下", "研究生")))]
    h = house(r, ([earner] + others)[:n], day)
    if r.random() < 0.2:
        h["赡养人家庭"] = [supporter(r, day)]
    c = {"日期": day, "户": h, "在享": benefits(r, ("低保", "低收入", "临时救助"), ("户", "1", "3")[: 2 if n < 3 else 3], 0.3), "申请": {}}
    return c, household.low_income(c)

WORKING = 10000  # seeds from here on draw households that work, for the rewards and the kinds of income

def of_working(r, scheme, day):
    low, s = int(household.on_day(household.LOW, day)), int(household.on_day(household.DIBAO, day))
    n = r.choice((1, 2, 3))
    threshold = r.choice((s * 4 // 5, s, s * 9 // 5, s * n, low * n, s * n + s * 4 // 5, low * n - s))
    earner = household.man(就业状态=r.choice(("在职职工", "灵活就业", "自主创业", "失业", "退休")), 收入=household.pay(max(0, near(r, threshold)), r.choice(("工资性", "经营净"))))
    for _ in range(r.choice((0, 1, 1, 2))):
        earner["收入"].append({"类别": r.choice(KINDS), "月金额": r.choice((1, s // 2, s, 2 * s, low * n))})
    partner = household.wife(收入=household.pay(r.choice((s, s * 9 // 5, near(r, low))), r.choice(KINDS)) if r.random() < 0.4 else [])
    h = house(r, [earner, partner, household.kid()][:n], day)
    if r.random() < 0.25:
        h["赡养人家庭"] = [supporter(r, day) for _ in range(r.choice((1, 1, 2)))]
    c = {"日期": day, "户": h, "在享": [], "申请": {}}
    return c, household.low_income(c)

def of_tekun(r, scheme, day):
    s = int(household.on_day(household.DIBAO, day))
    m = household.old(出生日期=born(r, day, (10, 16, 30, 60, 60, 70)), 在读=r.choice(("无",) * 4 + ("义务教育", "高中", "本科及以下", "学前")), 户籍="本市" if r.random() < 0.93 else "外埠",
        残疾=disabilities(r, 1), 劳动能力=r.choice(("有", "部分丧失", "大部分丧失", "完全丧失")), 自理能力=r.choice(("全自理", "半自理", "不能自理")),
        有法定赡养抚养扶养人=r.random() < 0.4, 法定义务人有履行能力=r.random() < 0.3, 儿童类别=r.choice(("无",) * 8 + ("孤儿", "事实无人抚养")), 不计入事由=r.choice(("无",) * 9 + ("服刑", "无")))
    if r.random() < 0.4:
        m["收入"] = household.pay(max(0, near(r, r.choice((s, s - 940, 600)))), r.choice(KINDS[:7]))
    for name, when in (("迁出本市日期", left(r, day)), ("死亡日期", left(r, day))):
        if when and when >= m["出生日期"]:
            m[name] = when
    h = house(r, [m], day)
    if m["有法定赡养抚养扶养人"] and r.random() < 0.5:
        h["赡养人家庭"] = [supporter(r, day)]
    c = {"日期": day, "户": h, "在享": benefits(r, ("特困", "困境儿童生活费", "低保"), ("1",), 0.3), "申请": {"对象": "1"}}
    return c, household.tekun(c)

def of_temporary(r, scheme, day):
    s, low, n = int(household.on_day(household.DIBAO, day)), int(household.on_day(household.LOW, day)), r.choice((1, 2, 3))
    earner = household.man(就业状态="退休", 户籍="本市" if r.random() < 0.8 else "外埠", 收入=household.pay(r.choice((0, 800, low * n // 2, low * n)), "养老金"), 重大疾病=r.random() < 0.15, 残疾=disabilities(r, 1))
    if n > 1:
        earner["户籍"] = "本市"
    h = house(r, [earner, household.wife(), household.kid()][:n], day)
    spent = r.choice((0, 1999, 2000, 2001, 4999, 5000, 5001, 20000, 30000, 30001, 60000, 95000))
    h["医疗自付"], h["教育支出"] = r.choice(((spent, 0), (0, spent), (spent, 1000), (spent / 2, spent / 2)))
    last = household.year_before(day)
    held = benefits(r, ("低保", "低收入", "特困", "临时救助"), ("户", "户", "1") + (("2",) if n > 1 else ()), 0.6)
    for b in held:
        if b["待遇"] == "临时救助":
            b.update(起=r.choice((last, shifted(last, 0, 1), shifted(last, 0, -1), day)), 事由=r.choice(("火灾", "医疗", "教育", "重病")))
    cause = r.choice(("火灾", "交通事故", "溺水", "重病", "其他意外", "生活陷入困境"))
    c = {"日期": day, "户": h, "在享": held, "申请": {"类型": r.choice(("急难型", "支出型", "支出型")), "急难事由": cause, "达到急难程度": r.random() < 0.85,
         "所需金额": r.choice((0, 0.01, 1, 8000, 3 * s * n, 3 * s * n + 1, 99999)), "需立即救助": r.random() < 0.7, "事发地": r.choice(("本市", "本市", "外埠"))}}
    return c, household.temporary(c)

SPECIAL = ("精减退职老职工", "因公致残返城知青", "起义投诚人员", "老归侨", "归侨侨眷", "优抚孤老烈属", "计划生育特殊家庭", "离休", "因公致残")

def relative(r, day, number, kin, income):
    ages = {"本人": (30, 45, 54, 55, 60, 61), "配偶": (30, 45, 55, 60), "子女": (1, 12, 16, 17, 18, 20, 30), "父母": (55, 60, 61, 80), "祖父母": (60, 80),
            "孙子女": (1, 10, 17), "兄弟姐妹": (17, 18, 30, 60), "其他": (30, 60)}[kin]
    m = household.man(编号=str(number), 与申请人关系=kin, 性别=r.choice("男女"), 出生日期=born(r, day, ages), 婚姻状况=r.choice(("未婚", "有配偶", "离婚", "丧偶")),
        就业状态=r.choice(("在职职工", "灵活就业", "自主创业", "失业", "失业", "无业", "无业", "退休", "学生")), 残疾=disabilities(r) if r.random() < 0.25 else [],
        重大疾病=r.random() < 0.08, 劳动能力=r.choice(("有",) * 6 + ("部分丧失", "大部分丧失", "完全丧失")), 单独抚养=r.random() < 0.15, 依靠兄弟姐妹或老人扶养=r.random() < 0.15,
        在读=r.choice(("无",) * 6 + ("学前", "义务教育", "高中", "本科及以下", "研究生")), 特殊身份=[r.choice(SPECIAL)] if r.random() < 0.08 else [],
        不计入事由=r.choice(("无",) * 25 + ("义务兵", "服刑", "宣告失踪", "宗教教职三年以上", "其他")), 就学迁入集体户=r.random() < 0.02)
    m.update(户籍=r.choice(("本市",) * 8 + ("外埠",)), 居住证=r.random() < 0.6)
    of_age(m, day)
    for _ in range(r.choice((0, 1, 1, 2))):
        m["收入"].append({"类别": r.choice(KINDS), "月金额": max(0, near(r, r.choice(income)))})
    for name, when in (("迁出本市日期", left(r, day)), ("死亡日期", left(r, day))):
        if when and when >= m["出生日期"] and r.random() < 0.3:
            m[name] = when
    return m

def generations(people):
    """A parent is born before the child, at the least."""
    own = people[0]["出生日期"]
    for m in people[1:]:
        if m["与申请人关系"] in ("父母", "祖父母") and m["出生日期"] >= own:
            m["出生日期"] = shifted(own, 0, -1)
        if m["与申请人关系"] in ("子女", "孙子女") and m["出生日期"] <= own:
            m["出生日期"] = shifted(own, 0, 1)
    return people

def able(r, day):
    """A supporter at the edges of 十二(一)2."""
    x, rich = supporter(r, day), int(3 * household.on_day(subsistence.SPENDING, day))
    x.update(住房套数=r.choice((1, 1, 2, 3)), 人均住房面积=float(household.on_day(household.AREA, day)) + r.choice((-0.01, 0, 5)), 人均财产=r.choice((0, 0, rich, rich + 1)), 有重病重残成员=r.random() < 0.3,
             人数=r.choice((1, 2, 3)))
    return x

def of_dibao(r, scheme, day):
    s, low = int(household.on_day(household.DIBAO, day)), int(household.on_day(household.LOW, day))
    kin = ["本人"] + r.sample(("配偶", "子女", "子女", "父母", "父母", "祖父母", "孙子女", "兄弟姐妹", "其他"), r.choice((0, 0, 1, 1, 2, 3)))
    n = len(kin)
    h = house(r, generations([relative(r, day, i + 1, k, (s // 2, s * 4 // 5, s, s * 9 // 5, low, 600)) for i, k in enumerate(kin)]), day)
    if r.random() < 0.25:
        h["赡养人家庭"] = [able(r, day) for _ in range(r.choice((1, 1, 2)))]
    c = {"日期": day, "户": h, "在享": [], "申请": {"单独申请": r.random() < 0.15}}
    if r.random() < 0.25:
        c["在享"] = benefits(r, ("低保", "低保", "低保", "低收入"), ("户", "户", "1"), 1, 月金额=r.choice((0, 333.33, 1000.01, 2 * s, 4 * s)))
        for m in h["成员"]:
            if m["就业状态"] in subsistence.WORKING:  # a date is never "none": who has not reported is who reported long ago
                m["就业申报日期"] = max(m["出生日期"], min(day, shifted(subsistence.earlier(day, r.choice((0, 1, 3, 6, 24))), 0, r.choice((-1, 0, 1)))))
    if r.random() < 0.5:
        at_the_line(r, c, day)
    return c, subsistence.dibao(c)

def at_the_line(r, c, day):
    """Brings the household's income to the line, or just beside it, by what one member receives."""
    people, income, *_ = subsistence.parts(c)
    line = household.on_day(r.choice((household.DIBAO, household.DIBAO, household.LOW)), day) * len(people)
    if people and line > income:
        people[0]["收入"].append({"类别": "财产净", "月金额": max(0, round(float(line - income) + r.choice((-1, -0.01, 0, 0.01)), 2))})

DRAW = {"dibao": of_dibao, **dict.fromkeys(PERSON, of_person), "children": of_child, "low_income": of_low_income, "tekun": of_tekun, "temporary": of_temporary}

def case(scheme, seed):
    r = random.Random(f"{scheme} {seed}")
    day = r.choice(DAYS)
    draw = of_working if scheme == "low_income" and seed >= WORKING else DRAW[scheme]
    c, lines = draw(r, scheme, day)
    monthly, once = (sum(l.get(k, 0) for l in lines or []) for k in ("monthly_fen", "once_fen"))
    outcome = "not_eligible" if lines is None else "eligible"
    return {"id": f"{scheme}-drawn-{seed:05d}", "scheme": scheme, "title_zh": f"边界上随机抽取的第{seed}例", "input": c,
            "expected": {"outcome": outcome, "monthly_fen": monthly, "once_fen": once, "lines": lines or [], "missing": []},
            "why": f"drawn with seed {seed}: {f'{(monthly or once) / 100:.2f}' if lines else 'nothing'}", "confidence": "computed by tests/policies/drawn_cases.py and the scripts beside it from the articles"}

def text_of(x):
    return json.dumps(x, ensure_ascii=False, indent=1) + "\n"

def pool(folder, n):
    for scheme in DRAW:
        for seed in [*range(n), *(range(WORKING, WORKING + n) if scheme == "low_income" else ())]:
            (pathlib.Path(folder) / f"{scheme}-{seed:05d}.json").write_text(text_of(case(scheme, seed)), encoding="utf-8")

# ---- against the command ------------------------------------------------------------------------

COMPUTE = {"dibao": subsistence.dibao, "low_income": household.low_income}

def with_orphans(r, c):
    """Children with and without the allowance, orphans and others: 173号 二(二)."""
    for m in c["户"]["成员"]:
        m["儿童类别"] = "无"
        if m["与申请人关系"] in ("本人", "子女", "孙子女", "兄弟姐妹", "其他") and r.random() < 0.5:
            m["儿童类别"] = r.choice(("孤儿", "孤儿", "事实无人抚养", "重残重病"))
            c["在享"] += benefits(r, ("困境儿童生活费", "困境儿童生活费", "特困", "高龄津贴"), (m["编号"], m["编号"], "户"))
    return c

def fresh(scheme, seed):
    x, r = case(scheme, seed), random.Random(f"orphans {scheme} {seed}")
    lines = x["expected"]["lines"] if x["expected"]["outcome"] == "eligible" else None
    if scheme in COMPUTE and r.random() < 0.5:
        with_orphans(r, x["input"])
        lines = COMPUTE[scheme](x["input"])
    return x["input"], lines

def answers(command, scheme, inputs):
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as f:
        f.write("\n".join(json.dumps(c, ensure_ascii=False) for c in inputs))
        f.flush()
        run = subprocess.run([command, "decide", scheme, "--lines", "--input", f.name], capture_output=True, encoding="utf-8")
    return [json.loads(line) for line in run.stdout.splitlines()]

def against(command, n, seed):
    key = lambda x: (str(x["member"]), x["item"], x.get("monthly_fen", 0), x.get("once_fen", 0))
    wrong = tried = 0
    for scheme in DRAW:
        drawn = [fresh(scheme, seed + i) for i in range(n)]
        told = answers(command, scheme, [c for c, _ in drawn])
        if len(told) != n:
            sys.exit(f"{scheme}: {len(told)} answers to {n} households")
        for i, ((_, lines), got) in enumerate(zip(drawn, told)):
            want = ("not_eligible" if lines is None else "eligible", sorted(map(key, lines or [])))
            tried += 1
            if (got.get("outcome"), sorted(map(key, got.get("lines", [])))) != want:
                wrong += 1
                print(f"{scheme} seed {seed + i}: {got.get('outcome', got.get('problem'))} {got.get('lines')} instead of {want}", file=sys.stderr)
    print(f"{tried} households, {wrong} decided otherwise than the articles compute")
    return wrong > 0

def main():
    if sys.argv[1:2] == ["--against"]:
        sys.exit(against(sys.argv[2], int(sys.argv[3]), int((sys.argv[4:] or ["1000000"])[0])))
    if sys.argv[1:2] == ["--pool"]:
        return pool(sys.argv[2], int(sys.argv[3]))
    wrong = 0
    with open(HERE / "drawn_cases.csv", encoding="utf-8") as rows:
        for row in csv.DictReader(rows):
            path = person.folder(row["scheme"]) / f"drawn-{int(row['seed']):05d}.json"
            text = text_of(case(row["scheme"], int(row["seed"])))
            if "--check" in sys.argv:
                wrong += not path.exists() or path.read_text(encoding="utf-8") != text
            else:
                path.write_text(text, encoding="utf-8")
    if wrong:
        sys.exit(f"{wrong} worked cases differ from what {sys.argv[0]} computes; run it without --check")

if __name__ == "__main__":
    main()
