"""The documentation of the API as one plain page, made from its OpenAPI description: nothing is fetched from elsewhere."""

from __future__ import annotations

import json
from collections.abc import Iterator
from html import escape
from typing import Any

_STYLE = """
:root { color-scheme: light dark; } body { max-width: 52rem; margin: 2rem auto; padding: 0 1rem; font: 1rem/1.55 system-ui, sans-serif; }
section { border-top: 1px solid #8886; padding: .6rem 0 1rem; } h2 { margin: .4rem 0; font-size: 1.05rem; }
code, pre { font: .88rem/1.5 ui-monospace, monospace; } pre { overflow-x: auto; background: #8881; padding: .6rem; border-radius: .4rem; }
b { display: inline-block; min-width: 3.2rem; color: #0e7490; } td, th { text-align: left; padding: .1rem 1rem .1rem 0; vertical-align: top; }
"""


def page(description: dict[str, Any]) -> str:
    """HTML for an OpenAPI description."""
    title = escape(description["info"]["title"])
    body = "".join(
        _operation(method, path, operation, description.get("components", {}).get("schemas", {}))
        for path, methods in description["paths"].items()
        for method, operation in methods.items()
    )
    return (
        f'<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n<title>{title}</title>\n<style>{_STYLE}</style>\n'
        f"<h1>{title}</h1>\n<p>{escape(description['info'].get('description', ''))}</p>\n"
        f'<p>As OpenAPI: <a href="openapi.json"><code>openapi.json</code></a></p>\n{body}</html>\n'
    )


def _operation(method: str, path: str, operation: dict[str, Any], schemas: dict[str, Any]) -> str:
    rows = "".join(_parameters(operation))
    table = f"<table>{rows}</table>" if rows else ""
    return (
        f"<section><h2><b>{method.upper()}</b> <code>{escape(path)}</code></h2>"
        f"<p>{escape(operation.get('description', ''))}</p>{table}{_body(operation, schemas)}</section>\n"
    )


def _parameters(operation: dict[str, Any]) -> Iterator[str]:
    for parameter in operation.get("parameters", ()):
        schema = parameter.get("schema", {})
        kind = schema.get("type", "")
        default = f" = {json.dumps(schema['default'])}" if schema.get("default") else ""
        about = parameter.get("description", "") + (" (required)" if parameter["required"] else "")
        yield (
            f"<tr><th><code>{escape(parameter['name'])}</code><td><code>{escape(str(kind) + default)}</code>"
            f"<td>{escape(about)}</tr>"
        )


def _body(operation: dict[str, Any], schemas: dict[str, Any]) -> str:
    content = operation.get("requestBody", {}).get("content", {})
    if not content:
        return ""
    kinds = " or ".join(f"<code>{escape(kind)}</code>" for kind in content)
    schema = next(iter(content.values()))["schema"]
    schema = schemas.get(schema.get("$ref", "").rpartition("/")[2], schema)
    shown = {
        name: value.get("default", value.get("type", "…"))
        for name, value in schema.get("properties", {}).items()
    }
    example = f"<pre>{escape(json.dumps(shown, indent=2))}</pre>" if shown else ""
    return f"<p>Body: {kinds}</p>{example}"
