#!/usr/bin/env python3
"""From src/server/api.json, the one route table:

    api.py header FILE    the enum of routes and their handlers' prototypes (C)
    api.py table FILE     the dispatch table and the OpenAPI document's bytes (C)
    api.py openapi FILE   the OpenAPI 3.1 document

A wrong table stops the build with the place that is wrong.
"""
import json
import pathlib
import re
import sys

SCALARS = {
    "string": {"type": "string"},
    "id": {"type": "string", "pattern": "^[0-9]{1,19}$", "description": "64-bit id"},
    "int": {"type": "integer"},
    "division": {"type": "string", "pattern": "^([0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{9}|[0-9]{12})$", "description": "statistical code of a division, or its beginning"},
    "month": {"type": "string", "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])$"},
    "fen": {"type": "integer", "description": "money in fen (1/100 yuan)"},
    "bool": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
    "instant": {"type": "string", "format": "date-time"},
    "json": {},
    "binary": {"type": "string", "format": "binary"},
}


def fail(text):
    sys.exit(f"api.json: {text}")


def int_range(core):
    """The bounds of int(MIN..MAX), or nothing."""
    found = re.fullmatch(r"int\((-?\d{1,15})\.\.(-?\d{1,15})\)", core)
    return tuple(map(int, found.groups())) if found else None


def schema(api, text, where):
    optional = text.endswith("?")
    core = text[:-1] if optional else text
    if core.endswith("[]"):
        out = {"type": "array", "items": schema(api, core[:-2], where)}
    elif "|" in core:
        out = {"type": "string", "enum": core.split("|")}
    elif core in SCALARS:
        out = dict(SCALARS[core])
    elif int_range(core):
        out = {"type": "integer", "minimum": int_range(core)[0], "maximum": int_range(core)[1]}
    elif core in api["types"]:
        out = {"$ref": f"#/components/schemas/{core}"}
    else:
        fail(f"{where}: unknown type {core!r}")
    if optional and out:
        out = {"anyOf": [out, {"type": "null"}]}
    return out


def object_schema(api, name, fields):
    props = {k: schema(api, v, f"types.{name}.{k}") for k, v in fields.items() if k != "comment"}
    out = {"type": "object", "properties": props,
           "required": [k for k, v in fields.items() if k != "comment" and not v.endswith("?")]}
    if "comment" in fields:
        out["description"] = fields["comment"]
    return out


def content(api, text, where):
    if text == "binary":
        return {"application/octet-stream": {"schema": SCALARS["binary"]}}
    return {"application/json": {"schema": schema(api, text, where)}}


def operation(api, r):
    where = f"routes.{r['id']}"
    params = [{"name": p, "in": "path", "required": True, "schema": {"type": "string"}}
              for p in re.findall(r"\{(\w+)\}", r["path"])]
    for name, kind in r.get("query", {}).items():
        params.append({"name": name, "in": "query", "required": not kind.endswith("?"),
                       "schema": schema(api, kind.rstrip("?"), where)})
    if r.get("write") and r["who"] != "public":
        params.append({"name": "X-CSRF-Token", "in": "header", "required": True, "schema": {"type": "string"}})
    if r.get("write") and r.get("etag"):
        params.append({"name": "If-Match", "in": "header", "required": True, "schema": {"type": "string"}})
    op = {"operationId": r["id"], "summary": r["text"][0], "description": r["text"][1],
          "parameters": params,
          "responses": {str(r.get("status", 200)): {"description": "OK", "content": content(api, r["reply"], where)},
                        "default": {"description": "Problem (RFC 9457)", "content": {
                            "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}}},
          "x-who": r["who"]}
    if "body" in r:
        op["requestBody"] = {"required": True, "content": content(api, r["body"], where)}
    if r["who"] != "public":
        op["security"] = [{"consumer" if r["who"] == "token" else "session": []}]
    return op


def openapi(api):
    paths = {}
    for r in api["routes"]:
        paths.setdefault(r["path"], {})[r["method"].lower()] = operation(api, r)
    return {"openapi": "3.1.0",
            "info": {"title": "Minzheng", "version": "1", "description": "民政业务平台接口。The portals use this and nothing else.",
                     "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"}},
            "paths": paths,
            "components": {
                "securitySchemes": {"session": {"type": "apiKey", "in": "cookie", "name": "mz_session"}, "consumer": {"type": "http", "scheme": "bearer"}},
                "schemas": {n: object_schema(api, n, f) for n, f in api["types"].items()}}}


def check(api):
    seen = set()
    for r in api["routes"]:
        key = (r["method"], r["path"])
        if key in seen or r["id"] in seen:
            fail(f"route twice: {r['id']} {key}")
        seen |= {key, r["id"]}
        for role in r["who"].split(","):
            if role not in api["roles"] and role not in ("public", "signed", "token"):
                fail(f"routes.{r['id']}: unknown role {role!r}")
        if r["method"] != "GET" and not r.get("write") and r["who"] != "public":
            fail(f"routes.{r['id']}: a {r['method']} is a write")
        if len(r["text"]) != 2 or not all(r["text"]):
            fail(f"routes.{r['id']}: text in two languages is missing")


def c_string(s):
    return '"' + s.replace("\\", "\\\\").replace('"', '\\"') + '"'


def header(api):
    out = ["/* Generated by tools/api.py from src/server/api.json. */", "#ifndef ROUTES_GEN_H", "#define ROUTES_GEN_H", "",
           "enum route_id {"]
    out += [f"    ROUTE_{r['id'].upper()}," for r in api["routes"]]
    out += ["    ROUTE_COUNT", "};", "", "struct call;", ""]
    out += [f"void api_{r['id']}(struct call *c);" for r in api["routes"]]
    out += ["", "#endif", ""]
    return "\n".join(out)


KINDS = {"string": "API_STRING", "id": "API_ID", "int": "API_INT", "fen": "API_INT", "bool": "API_BOOL", "date": "API_DATE",
         "division": "API_DIVISION", "month": "API_MONTH", "instant": "API_INSTANT", "json": "API_JSON"}


def field_list(name, fields):
    out = [f"static const struct api_field {name}[] = {{"]
    for key, text in fields.items():
        if key == "comment":
            continue
        core = text.rstrip("?")
        low, high = int_range(core) or (-(10**18) + 1, 10**18 - 1)
        kind = "API_CODE" if "|" in core else "API_INT" if int_range(core) else KINDS.get(core) or fail(f"{name}.{key}: a body holds no {core!r}")
        out.append("    {%s, %s, %s, %s, INT64_C(%d), INT64_C(%d)}," % (
            c_string(key), kind, "true" if text.endswith("?") else "false", c_string(core) if kind == "API_CODE" else "NULL", low, high))
    return out + ["    {NULL, API_STRING, false, NULL, 0, 0},", "};"]


def table(api):
    out = ["/* Generated by tools/api.py from src/server/api.json. */", '#include "server/api.h"', "",
           ""]
    bodies = sorted({r["body"] for r in api["routes"] if r.get("body", "binary") != "binary"})
    for name in bodies:
        out += field_list(f"body_{name}", api["types"][name])
    for r in api["routes"]:
        if "query" in r:
            out += field_list(f"query_{r['id']}", r["query"])
    out += ["", "const struct api_route api_routes[ROUTE_COUNT] = {"]
    for r in api["routes"]:
        body = r.get("body", "")
        limit = "HTTP_UPLOAD_MAX" if body == "binary" else "HTTP_BODY_MAX" if body else "0"
        out.append("    {{%s, %s}, %s, %s, %s, %s, %s, %d, %s, %s, api_%s}," % (
            c_string(r["method"]), c_string(r["path"]), c_string(r["id"]), c_string(r["who"]),
            "true" if r.get("write") else "false", "true" if r.get("etag") else "false", limit,
            r.get("status", 200), f"body_{body}" if body and body != "binary" else "NULL",
            f"query_{r['id']}" if "query" in r else "NULL", r["id"]))
    out += ["};", ""]
    text = json.dumps(openapi(api), ensure_ascii=False, separators=(",", ":"))
    data = text.encode()
    out.append("static const unsigned char openapi_bytes[] = {")
    for i in range(0, len(data), 24):
        out.append("    " + ",".join(str(b) for b in data[i:i + 24]) + ",")
    out += ["};", f"const struct span api_openapi_text = {{(const char *)openapi_bytes, {len(data)}}};", ""]
    return "\n".join(out)


def main():
    if len(sys.argv) != 3 or sys.argv[1] not in ("header", "table", "openapi"):
        sys.exit(__doc__)
    path = pathlib.Path(__file__).resolve().parent.parent / "src/server/api.json"
    api = json.loads(path.read_text(encoding="utf-8"))
    check(api)
    text = {"header": header, "table": table}.get(sys.argv[1], lambda a: json.dumps(openapi(a), ensure_ascii=False, indent=1) + "\n")(api)
    pathlib.Path(sys.argv[2]).write_text(text, encoding="utf-8")


main()
