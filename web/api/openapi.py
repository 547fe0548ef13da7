"""The OpenAPI 3.1 document, made from the same operations and models that answer."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from functools import cache
from http import HTTPStatus
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from web.api.authentication import CSRF_HEADER, SESSION_COOKIE
from web.api.model import Shown
from web.api.operation import BASE, JSON, Operation
from web.api.problems import MEDIA_TYPE

REFERENCE = "#/components/schemas/{model}"
_PLACE = re.compile(r"{(\w+)}")


class Fault(Shown):
    """A field at fault; or ``part``, which names in ``part_field`` what cannot go: ``queues/sales``, ``company``."""

    field: str
    message: str
    part: str | None = None
    part_field: str | None = None


class Problem(Shown):
    """RFC 9457."""

    type: str
    title: str
    status: int
    detail: str | None = None
    errors: list[Fault] | None = None


@cache
def described(operations: tuple[Operation, ...], version: str) -> bytes:
    """The whole document as JSON. Takes a third of a second the first time: not for an event loop."""
    return json.dumps(document(operations, version)).encode()


def document(operations: Iterable[Operation], version: str) -> dict[str, Any]:
    """The whole document."""
    operations = tuple(operations)
    schemas, components = _schemas(operations)
    paths: dict[str, dict[str, Any]] = {}
    for operation in operations:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(operation, schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Centralita",
            "version": version,
            "description": "Times are RFC 3339 in UTC, numbers E.164. Lists are newest first.",
        },
        "servers": [{"url": BASE}],
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "cookie": {
                    "type": "apiKey",
                    "in": "cookie",
                    "name": SESSION_COOKIE,
                    "description": f"The page's own; writes need the header {CSRF_HEADER} as well.",
                },
            },
        },
        "security": [{"bearer": []}, {"cookie": []}],
    }


Schemas = dict[Any, dict[str, Any]]


def _schemas(operations: tuple[Operation, ...]) -> tuple[Schemas, dict[str, Any]]:
    wanted: dict[tuple[type[BaseModel], JsonSchemaMode], None] = {(Problem, "serialization"): None}
    for operation in operations:
        if operation.answer is not None:
            wanted[operation.answer, "serialization"] = None
        if operation.body is not None:
            wanted[operation.body, "validation"] = None
    references, definitions = models_json_schema(list(wanted), ref_template=REFERENCE)
    return {**references}, definitions.get("$defs", {})


def _operation(operation: Operation, schemas: Schemas) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": operation.name,
        "summary": operation.summary,
        "tags": [operation.name.partition(".")[0]],
        "parameters": _path_parameters(operation) + _query_parameters(operation),
        "responses": _responses(operation, schemas),
    }
    if operation.is_public:
        described["security"] = []
    if operation.body is not None:
        schema = {"type": "string"} if operation.body_media != JSON else schemas[operation.body, "validation"]
        described["requestBody"] = {
            "required": not operation.is_body_optional,
            "content": {operation.body_media: {"schema": schema}},
        }
    return described


def _path_parameters(operation: Operation) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1, "maxLength": 64}}
        for name in _PLACE.findall(operation.path)
    ]


def _query_parameters(operation: Operation) -> list[dict[str, Any]]:
    if operation.query is None:
        return []
    schema = operation.query.model_json_schema()
    required = schema.get("required", [])
    parameters = []
    for name, field in schema["properties"].items():
        field = _without_null(_inlined(field, schema.get("$defs", {})))
        described = {"name": name, "in": "query", "required": name in required, "schema": field}
        if "description" in field:
            described["description"] = field.pop("description")
        parameters.append(described)
    return parameters


def _inlined(field: dict[str, Any], definitions: dict[str, Any]) -> dict[str, Any]:
    name = field.get("$ref", "").rpartition("/")[2]
    return definitions[name] if name else field


def _without_null(field: dict[str, Any]) -> dict[str, Any]:
    """A parameter that may be left out is not null: in a query string there is no null."""
    kinds = [kind for kind in field.get("anyOf", []) if kind.get("type") != "null"]
    if len(kinds) == 1:
        field = {**{key: value for key, value in field.items() if key not in ("anyOf", "default")}, **kinds[0]}
    return {key: value for key, value in field.items() if key != "title"}


def _responses(operation: Operation, schemas: Schemas) -> dict[str, Any]:
    responses: dict[str, Any] = {}
    content = {media: {"schema": _binary(media)} for media in operation.media}
    if operation.answer is not None:
        content[JSON] = {"schema": schemas[operation.answer, "serialization"]}
    status = operation.status if content or operation.status != HTTPStatus.OK else HTTPStatus.NO_CONTENT
    success: dict[str, Any] = {"description": HTTPStatus(status).phrase}
    if content:
        success["content"] = content
    responses[str(int(status))] = success
    if operation.has_ranges:
        responses["206"] = {**success, "description": HTTPStatus.PARTIAL_CONTENT.phrase}
    for error in sorted(_errors(operation)):
        responses[str(error)] = {
            "description": HTTPStatus(error).phrase,
            "content": {MEDIA_TYPE: {"schema": schemas[Problem, "serialization"]}},
        }
    return responses


def _binary(media: str) -> dict[str, Any]:
    return {"type": "string"} if media.startswith("text/") else {"type": "string", "format": "binary"}


def _errors(operation: Operation) -> set[int]:
    errors = {*operation.errors, 400, 422, 431}
    if not operation.is_public:
        errors |= {401, 403}
    if operation.body is not None:
        errors |= {408, 413, 415}
    if _PLACE.search(operation.path):
        errors.add(404)
    if operation.has_ranges:
        errors.add(416)
    return errors
