#!/usr/bin/env python3
"""The subsistence allowance (京民社救发〔2018〕445号) once more in plain Python, from the text and the readings in choices.md.

For one household of which everything is known.  Nothing here looks at the decision model or asks the engine.

usage: subsistence.py [--check]      computes every worked case of packs/assistance/matters/dibao/cases whose facts are
                                     complete and compares with what the case, worked by hand, expects
"""
import datetime, json, pathlib, sys
from decimal import Decimal as D, ROUND_HALF_UP

CASES = pathlib.Path(__file__).resolve().parents[2] / "packs/assistance/matters/dibao/cases"

# ---- figures ---------------------------------------------------------------------------------

DIBAO = [("2016-01-01", 800), ("2017-01-01", 900), ("2018-01-01", 1000), ("2019-01-01", 1100), ("2020-07-01", 1170), ("2021-07-01", 1245),
         ("2022-07-01", 1320), ("2023-07-01", 1395), ("2024-07-01", 1450)]
WAGE = [("2016-01-01", 1720), ("2016-09-01", 1890), ("2017-09-01", 2000), ("2018-09-01", 2120), ("2019-07-01", 2200), ("2021-08-01", 2320), ("2023-09-01", 2420), ("2025-09-01", 2540)]
LOW = [("2016-01-01", 1050), ("2017-01-01", 1410), ("2018-01-01", 2000), ("2019-01-01", 2120)] + WAGE[4:]
AREA = [("2016-01-01", "31.69"), ("2017-01-01", "32.38"), ("2019-01-01", "33.08"), ("2020-01-01", "32.54")]
SPENDING = [("2016-01-01", 33803), ("2017-01-01", 35416), ("2018-01-01", 37425), ("2019-01-01", 39843), ("2020-01-01", 43038), ("2021-01-01", 38903),
            ("2022-01-01", 43640), ("2023-01-01", 42683), ("2024-01-01", 47586), ("2025-01-01", 49748)]
COUNTED = ("工资性", "经营净", "财产净", "养老金", "失业金", "赡养抚养扶养费", "其他转移")
WORKING = ("在职职工", "灵活就业", "自主创业")

def on_day(rows, day):
    return D([v for d, v in rows if d <= day][-1])

def cents(x):
    return int((x * 100).quantize(D(1), ROUND_HALF_UP))

def earlier(day, months):
    """The same day so many months before, or the last of a month that has no such day."""
    y, m = divmod(int(day[:4]) * 12 + int(day[5:7]) - 1 - months, 12)
    last = (datetime.date(y + (m == 11), (m + 1) % 12 + 1, 1) - datetime.timedelta(days=1)).day
    return f"{y:04d}-{m + 1:02d}-{min(int(day[8:]), last):02d}"

def aged(m, years, day):
    return m["出生日期"] <= earlier(day, 12 * years)

def retires(born):
    """The age, in months, of a woman whose age was 55: one month later for every four months of births from 1970-01, three years at most."""
    months = (int(born[:4]) - 1970) * 12 + int(born[5:7]) - 1
    return 660 if months < 0 else 660 + min(36, months // 4 + 1)

# ---- who counts: 二 ------------------------------------------------------------------------------

def local_person(m, day):
    moved = m.get("迁出本市日期")
    return m["户籍"] == "本市" and not (moved and moved <= day)

def alive(m, day):
    return not (m.get("死亡日期") and m["死亡日期"] <= day)

def couple(people, m):
    """Who this member is married to: the applicant and the spouse, or the applicant's parents."""
    if m["与申请人关系"] == "父母" and m["婚姻状况"] != "有配偶":
        return []
    other = {"本人": "配偶", "配偶": "本人", "父母": "父母"}.get(m["与申请人关系"])
    return [x for x in people if x is not m and x["与申请人关系"] == other]

def counted(c):
    day, people = c["日期"], c["户"]["成员"]
    def belongs(m):
        if not alive(m, day) or m["不计入事由"] != "无" or m["就学迁入集体户"]:  # 二(六), 二(四)1
            return False
        married_in = m.get("居住证") is True and any(alive(x, day) and local_person(x, day) for x in couple(people, m))
        return local_person(m, day) or married_in  # 二(一)
    me = next(m for m in people if m["与申请人关系"] == "本人")
    if (c["申请"] or {}).get("单独申请"):  # 四(四)
        if me["不计入事由"] == "宗教教职三年以上":
            return [me] if alive(me, day) and local_person(me, day) else []
        if me["婚姻状况"] in ("离婚", "丧偶") and any(m["与申请人关系"] == "父母" for m in people):
            people = [m for m in people if m["与申请人关系"] in ("本人", "子女", "孙子女")]
    return [m for m in people if belongs(m)]

def receives(c, m, name):
    return any(b["待遇"] == name and b["对象"] in ("户", m["编号"]) for b in c["在享"] or [])

def orphan(c, m):
    """With the orphan's allowance, which ends at 18 or when school does: 173号 二(二), 四(四)2; until 2016-05-30 also who counts as one: 一(二)."""
    kinds = ("孤儿", "事实无人抚养") if c["日期"] < "2016-05-31" else ("孤儿",)
    if m.get("儿童类别") not in kinds or not receives(c, m, "困境儿童生活费"):
        return False
    return not aged(m, 18, c["日期"]) or m["在读"] in ("义务教育", "高中", "本科及以下")

def destitute(c, m):
    """In the household, but no longer under this policy: 24号 第二十八条, 173号 二(二)."""
    return receives(c, m, "特困") or orphan(c, m)

# ---- income: 十(一)(三), 十二 ---------------------------------------------------------------------

def of_kinds(m, kinds):
    return sum((D(str(i["月金额"])) for i in m["收入"] if i["类别"] in kinds), D(0))

def raw(people):
    return sum((of_kinds(m, COUNTED) for m in people), D(0))

def rewarded(m, day):  # 十(三)
    s, earned = on_day(DIBAO, day), of_kinds(m, COUNTED[:2])
    if m["就业状态"] == "在职职工":
        earned = max(D(0), earned - s * D("0.8"))
    elif m["就业状态"] in WORKING[1:]:
        earned = earned - s * D("0.8") if earned >= s * D("1.8") else min(earned, s)
    return earned + of_kinds(m, COUNTED[2:])

def severe(m):  # 二(二)1
    return any((d["类别"] in ("视力", "听力", "言语", "肢体") and d["等级"] <= 2) or (d["类别"] in ("智力", "精神") and d["等级"] <= 3) for d in m["残疾"])

def hard(m):
    return m["重大疾病"] or severe(m)

RAISED_BY = {"本人": ("父母", "祖父母"), "兄弟姐妹": ("父母", "祖父母"), "子女": ("本人", "配偶"), "孙子女": ("本人", "配偶", "子女"), "父母": ("祖父母",)}

def deduction(c, people, everybody):  # 十(一)
    day = c["日期"]
    s, first, second = on_day(DIBAO, day), D(0), D(0)
    if any(hard(m) for m in people):
        first = s
        if any(aged(x, 60, day) for m in people if hard(m) for x in everybody if x["与申请人关系"] in RAISED_BY.get(m["与申请人关系"], ())):
            first = s * D("1.5")
    brought_up = [m for m in c["户"]["成员"] if alive(m, day) and (not aged(m, 17, day) or m["在读"] not in ("无", "学前"))]  # counted or not
    if any(m["单独抚养"] and x is not m for m in everybody for x in brought_up):
        second = s
    return max(first, second)

def support(c):
    """What supporters owe or pay, and whether one of them is fully able to support an older person who counts: 十二."""
    day, total, able = c["日期"], D(0), False
    s = on_day(DIBAO, day)
    for x in c["户"]["赡养人家庭"]:
        owed = D(0)
        if D(str(x["文书金额"])) > 0:
            owed = D(str(x["文书金额"]))
        elif not x["在享救助"]:
            rich = (x["住房套数"] >= 2 and D(str(x["人均住房面积"])) >= on_day(AREA, day)) or D(str(x["人均财产"])) > 3 * on_day(SPENDING, day)
            able = able or (x["关系"] == "赡养" and rich and not x["有重病重残成员"])
            income = D(str(x["月收入"]))
            owed = income / 5 if x["关系"] == "抚养" else max(D(0), income - s * 3 / 2 * D(str(x["人数"]))) / 5 / max(1, D(str(x["应赡养家庭数"])))
        total += max(owed, D(str(x["实付金额"])))
    return total, able and any(aged(m, 60, day) for m in counted(c))

# ---- property -------------------------------------------------------------------------------------

def property_ok(h, n, day):
    money = D(str(h["货币财产"])) + sum((D(str(b["认缴资本"])) for b in h["工商登记"] if b["存续"]), D(0))
    homes = len(h["住房"]) >= 2 and sum((D(str(x["建筑面积"])) for x in h["住房"]), D(0)) >= n * on_day(AREA, day)
    return money <= 24 * on_day(DIBAO, day) * n and all(v["用途"] == "残疾代步" for v in h["机动车"]) and not homes

# ---- amounts: 九, 十(二)(四) -------------------------------------------------------------------------

ALWAYS = ("精减退职老职工", "因公致残返城知青", "起义投诚人员")      # 十三(二)1: their means are not examined
IN_FULL = ALWAYS + ("老归侨", "优抚孤老烈属")                        # 九(二)1, 2
QUARTER = IN_FULL + ("归侨侨眷",)                                    # 十(二)2

def more(m, day):  # 十(二)
    if hard(m):
        return D("0.35")
    student = aged(m, 17, day) and m["在读"] in ("义务教育", "高中", "本科及以下")
    retired = m["就业状态"] == "退休" or (m["性别"] == "女" and m["出生日期"] <= earlier(day, retires(m["出生日期"])))
    unable = m["劳动能力"] in ("完全丧失", "大部分丧失")
    special = any(x in QUARTER for x in m["特殊身份"])
    return D("0.25") if special or aged(m, 60, day) or not aged(m, 17, day) or student or retired or unable else D(0)

def line(item, amount, who=None):
    return {"member": who, "item": item, "monthly_fen": cents(amount)}

def with_more(lines, people, day):
    s = on_day(DIBAO, day)
    return lines + [line("分类救助增发", s * more(m, day), m["编号"]) for m in people if more(m, day)]

def as_household(people, income, day):
    s, n = on_day(DIBAO, day), len(people)
    full = [m for m in people if severe(m) or any(x in IN_FULL for x in m["特殊身份"])]
    rest = n - len(full)
    lines = [line("低保金", s * rest - income * rest / n)] if rest else []
    lines += [line("低保金", s, m["编号"]) for m in full]
    return with_more(lines, people, day)

def alone(c, people, low, means, able):
    """Who is taken in without the household: 二(二), 二(三).  An able child bars the old, not the brother or sister: 十二(一)2."""
    day, taken = c["日期"], []
    for m in people:
        kept = means and m["依靠兄弟姐妹或老人扶养"] and aged(m, 18, day) and m["就业状态"] in ("失业", "无业") and severe(m) and not (able and aged(m, 60, day))
        if local_person(m, day) and ((low and severe(m)) or kept or any(x in ALWAYS for x in m["特殊身份"])):
            taken.append(m)
    return with_more([line("低保金", on_day(DIBAO, day), m["编号"]) for m in taken], taken, day)

def tapered(c, people):  # 十(四)
    day = c["日期"]
    paid = sum((D(str(b["月金额"])) for b in c["在享"] if b["待遇"] == "低保"), D(0))  # of the household and of its members
    reports = [m["就业申报日期"] for m in people if m["就业状态"] in WORKING and m.get("就业申报日期") and m["就业申报日期"] <= day]
    share = max([D(1) if r > earlier(day, 3) else D("0.5") if r > earlier(day, 6) else D(0) for r in reports], default=D(0))
    return [line("渐退低保金", paid * share)] if paid and share else []

def total(lines):
    return sum(x["monthly_fen"] for x in lines)

def parts(c):
    """Those who are counted and not under destitute support, their income after rewards and deductions, and what else the tests need."""
    day, everybody = c["日期"], counted(c)
    people = [m for m in everybody if not destitute(c, m)]
    fee, able = support(c)
    n = len(people)
    income = max(D(0), sum((rewarded(m, day) for m in people), D(0)) + fee - deduction(c, people, everybody))
    means = n > 0 and property_ok(c["户"], n, day)
    local = any(local_person(m, day) for m in everybody)
    return people, income, fee, able, means, local

def eligible(c):
    people, income, _, able, means, local = parts(c)
    return local and means and not able and income < on_day(DIBAO, c["日期"]) * len(people)

def dibao(c):
    day, everybody = c["日期"], counted(c)
    people, income, fee, able, means, local = parts(c)
    if not people:
        return None
    if eligible(c):
        return as_household(people, income, day)
    low = local and property_ok(c["户"], len(everybody), day) and not able and raw(everybody) + fee < on_day(LOW, day) * len(everybody)
    taken = alone(c, people, low, means, able)
    over = local and means and not able and income >= on_day(DIBAO, day) * len(people)
    taper = tapered(c, everybody) if over else []
    return (taper if taper and total(taper) >= total(taken) else taken) or None

# ---- the cases worked by hand ------------------------------------------------------------------------

def main():
    wrong = tried = 0
    for path in sorted(CASES.glob("own-*.json")):
        case = json.loads(path.read_text(encoding="utf-8"))
        if case["expected"]["outcome"] == "undecided":
            continue
        try:
            lines = dibao(case["input"]) or []
        except KeyError:  # a fact that is not stated and does not matter
            continue
        tried += 1
        key = lambda x: (str(x["member"]), x["item"], x["monthly_fen"])
        if sorted(map(key, lines)) != sorted(map(key, case["expected"]["lines"])):
            wrong += 1
            print(f"{case['id']}: {lines} instead of {case['expected']['lines']}", file=sys.stderr)
    if wrong or tried < 50:
        sys.exit(f"{wrong} of {tried} worked cases differ from what {sys.argv[0]} computes")

if __name__ == "__main__":
    main()
