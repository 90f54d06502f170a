"""The API described: as OpenAPI 3.1 for programs, and as a page for people. Both come from its declarations."""

import re
from collections.abc import Iterator
from pathlib import Path
from string import Template
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from dashboard import labels
from dashboard.doors import answers
from dashboard.doors.api import ENDPOINTS
from dashboard.doors.endpoints import ROOT, Endpoint
from dashboard.doors.parameters import Parameter
from dashboard.doors.shapes import AROUND
from dashboard.text import html

_PAGE = Path(__file__).with_name("api.html")

_LONGEST = 4_000

_PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "parameter": {"type": "string", "description": "the parameter it is about"},
        "value": {"type": "string", "description": "what it said"},
        "allowed": {"description": "what it takes"},
        "alike": {"type": "array", "items": {"type": "string"}, "description": "known names like it"},
    },
}  # fmt: skip


def description(request: Request) -> Response:
    """OpenAPI, for programs."""
    body = orjson.dumps(document(), option=orjson.OPT_INDENT_2)
    return answers.answer(request, body, "application/json")


def document() -> dict[str, Any]:
    """The whole API as OpenAPI 3.1."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Herdbook",
            "version": "1",
            "summary": "The public register of the fediverse's servers.",
            "description": "Numbers are what servers say of themselves, with their standing beside them; "
            "`null` is not said, never zero. `_at` is a moment in UTC, `_on` a day, `_ratio` a share from 0 to 1.",
        },
        "externalDocs": {"url": "/api", "description": "The same for people"},
        "servers": [{"url": ROOT}],
        "paths": {endpoint.path: {"get": _operation(endpoint)} for endpoint in ENDPOINTS},
        "components": {
            "schemas": {"Problem": _PROBLEM},
            "responses": {
                "Problem": {
                    "description": "What is wrong (RFC 9457)",
                    "content": {
                        "application/problem+json": {
                            "schema": {"$ref": "#/components/schemas/Problem"}
                        }
                    },
                }
            },
        },
    }


def answer_schema(endpoint: Endpoint) -> dict[str, Any]:
    """What an endpoint answers, as JSON Schema."""
    return {
        "type": "object",
        "required": [*AROUND, *endpoint.schema],
        "properties": {**AROUND, **endpoint.schema},
    }


def _operation(endpoint: Endpoint) -> dict[str, Any]:
    wrong = {"$ref": "#/components/responses/Problem"}
    codes = ["400", "503"]
    codes += ["404"] if "{hostname}" in endpoint.path else []
    codes += ["410"] if endpoint.is_paged else []
    return {
        "operationId": endpoint.name,
        "summary": endpoint.meaning,
        "parameters": [*_path(endpoint), *map(_parameter, endpoint.parameters)],
        "responses": {
            "200": {
                "description": "The answer",
                "headers": {"ETag": {"schema": {"type": "string"}}},
                "content": {"application/json": {"schema": answer_schema(endpoint)}},
            },
            "304": {"description": "Nothing changed since the `ETag` in `If-None-Match`"},
            **dict.fromkeys(sorted(codes), wrong),
        },
    }


def _path(endpoint: Endpoint) -> list[dict[str, Any]]:
    names = re.findall(r"\{(\w+)\}", endpoint.path)
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in names
    ]


def _parameter(parameter: Parameter) -> dict[str, Any]:
    lists = {"style": "form", "explode": False} if parameter.is_repeated else {}
    return {
        "name": parameter.name,
        "in": "query",
        "description": parameter.meaning,
        "schema": parameter.schema(),
        **lists,
    }


# --- for people ------------------------------------------------------------------------------------


def page(request: Request) -> Response:
    """The API as a page without scripts."""
    template = Template(_PAGE.read_text(encoding="utf-8"))
    text = template.substitute(
        contents="".join(
            f'<li><a href="#{e.name}"><code>{html(ROOT + e.path)}</code></a></li>'
            for e in ENDPOINTS
        ),
        endpoints="".join(map(_section, ENDPOINTS)),
        standings="".join(
            f"<dt>{html(word)}</dt><dd>{html(labels.STANDING_SENTENCE[code])}</dd>"
            for code, word in labels.STANDING.items()
        ),
    )
    return answers.answer(request, text.encode(), "text/html", headers={})


def _section(endpoint: Endpoint) -> str:
    shown = ROOT + endpoint.path
    tried = shown + endpoint.example
    link = (
        ""
        if "{" in shown
        else f'<p>Try <a href=".{html(tried)}"><code>{html(tried)}</code></a></p>'
    )
    rows = "".join(
        f"<tr><td><code>{html(p.name)}</code></td><td>{html(p.meaning)}</td><td>{_taken(p)}</td></tr>"
        for p in endpoint.parameters
    )
    table = (
        '<div class="wide"><table><thead><tr><th>Parameter</th><th>Meaning</th><th>Takes</th></tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
        if rows
        else ""
    )
    return (
        f'<section id="{endpoint.name}"><h2><code>GET {html(shown)}</code></h2>'
        f"<p>{html(endpoint.meaning, _LONGEST)}</p>{link}{table}"
        f"<details><summary>What it holds</summary>{''.join(_lists(endpoint.schema))}</details></section>"
    )


def _taken(parameter: Parameter) -> str:
    schema = parameter.schema()
    told = schema.get("items", schema)
    if "enum" in told:
        words = " ".join(f"<code>{html(word)}</code>" for word in told["enum"])
        return f"{words}{', several with commas' if 'items' in schema else ''}"
    if schema["type"] == "integer":
        return f"{schema['minimum']} to {schema['maximum']}; {schema['default']} if not said"
    if told.get("format") == "date":
        return "a date"
    several = (
        f"up to {schema['maxItems']}, with commas"
        if "items" in schema
        else f"up to {schema['maxLength']} characters"
        if "maxLength" in schema
        else "one"
    )
    return f"{several}{'; <code>' + html(schema['default']) + '</code> if not said' if schema.get('default') else ''}"


def _lists(properties: dict[str, Any]) -> Iterator[str]:
    for name, schema in properties.items():
        held = schema.get("items", schema)
        held = held.get("additionalProperties", held)
        columns = held.get("items", held).get("properties", {})
        if not columns:
            yield f"<p><code>{html(name)}</code> {html(schema.get('description', ''))}</p>"
            continue
        rows = "".join(
            f"<tr><td><code>{html(column)}</code></td><td>{html(told['description'])}</td></tr>"
            for column, told in columns.items()
        )
        yield f'<h3><code>{html(name)}</code></h3><div class="wide"><table><tbody>{rows}</tbody></table></div>'
