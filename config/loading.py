"""Reads a company from its files: one YAML document, and a folder ``flows`` beside it with one menu per file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import ValidationError

from config.company import Company
from config.part import FROM_YAML
from config.secrets import InitialSecrets
from config.yaml_source import SourceError, YamlSource

DEMO_COMPANY = Path(__file__).parent / "demo" / "aurora.yaml"
COMPANY_FILE = "company.yaml"
SECRETS_FILE = "secrets.yaml"
FLOWS_FOLDER = "flows"
MAX_FLOW_BYTES = 1 << 20
_NAMED_BY = {
    "people": "login",
    "numbers": "number",
    "queues": "name",
    "ring_groups": "name",
    "trunks": "name",
    "menus": "name",
}
_DEFINED_IN = {
    "login": ("people", "login"),
    "extension": ("people", "extension"),
    "number": ("numbers", "number"),
    "queue": ("queues", "name"),
    "menu": ("menus", "name"),
    "trunk": ("trunks", "name"),
}


class CompanyFileError(Exception):
    """The company's files cannot be used; ``faults`` holds one readable line (file:line) per fault."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


def load_company_file(file: Path = DEMO_COMPANY) -> Company:
    """Read a company and its flows. Raises CompanyFileError."""
    try:
        source = YamlSource(file)
        document = source.value
        if not isinstance(document, dict):
            raise SourceError(f"{file}:1: allowed: a document of names and values (name, people, numbers …)")
        document = {**document, "menus": [*_inline_menus(document), *_flows(file.parent / FLOWS_FOLDER)]}
    except SourceError as error:
        raise CompanyFileError([str(error)]) from None
    try:
        return Company.model_validate(document, context=FROM_YAML)
    except ValidationError as error:
        raise CompanyFileError(_faults(error, source)) from None


def load_secrets_file(file: Path) -> InitialSecrets:
    """Read the secrets that ``centralita init`` wrote. Raises CompanyFileError."""
    try:
        source = YamlSource(file)
        return InitialSecrets.model_validate(source.value)
    except SourceError as error:
        raise CompanyFileError([str(error)]) from None
    except ValidationError as error:
        # The values are secrets: the fault names the place and never what is there.
        raise CompanyFileError(
            [f"{file}:{source.line(fault['loc'])}: {_dotted(fault['loc'])}: {fault['msg']}" for fault in error.errors()]
        ) from None


def _inline_menus(document: dict[Any, Any]) -> list[Any]:
    menus = document.get("menus") or []
    return menus if isinstance(menus, list) else [menus]


def _flows(folder: Path) -> list[dict[str, str]]:
    menus = []
    for file in sorted(folder.glob("*.yaml")):
        try:
            if file.stat().st_size > MAX_FLOW_BYTES:
                raise SourceError(f"{file}: larger than {MAX_FLOW_BYTES >> 20} MiB")
            menus.append({"name": file.stem, "text": file.read_text(encoding="utf-8")})
        except (OSError, UnicodeDecodeError) as error:
            raise SourceError(f"{file}: cannot be read: {error}") from None
    return menus


def _faults(error: ValidationError, source: YamlSource) -> list[str]:
    faults = []
    for fault in error.errors():
        message = fault["msg"].removeprefix("Value error, ")
        if fault["type"] == "value_error" and not fault["loc"]:
            faults += [_cross_reference(part, source) for part in message.splitlines()]
            continue
        given = fault["input"]
        shown = f" (given: {given!r})" if isinstance(given, str | int | float | bool) else ""
        where = f"{source.file}:{source.line(fault['loc'])}"
        faults.append(f"{where}: {_dotted(fault['loc'])}: {message}{shown}")
    return sorted(faults, key=lambda fault: _line_of(fault, source))


def _cross_reference(message: str, source: YamlSource) -> str:
    """``numbers.+34…: no queue 'x'`` and ``login 'x' is defined twice``, with the line that they speak of."""
    where, found, _ = message.partition(": ")
    path: list[str | int] = []
    if found:
        kind, _, rest = where.partition(".")
        name, _, field = rest.partition(".") if not rest.startswith("+") else (rest, "", "")
        path = [kind, *_index(source, kind, _NAMED_BY.get(kind, "name"), name, 0), *([field] if field else [])]
        if field == "" and kind == "numbers":
            path.append("destination")
    else:
        kind, _, rest = message.partition(" ")
        listed, field = _DEFINED_IN.get(kind, ("", ""))
        path = [listed, *_index(source, listed, field, rest.split("'")[1] if "'" in rest else "", 1), field]
    return f"{source.file}:{source.line(path)}: {message}"


def _index(source: YamlSource, kind: str, field: str, name: str, which: int) -> list[str | int]:
    items = source.value.get(kind)
    if not name or not isinstance(items, list):
        return []
    found = [at for at, item in enumerate(items) if isinstance(item, dict) and str(item.get(field)) == name]
    return [found[min(which, len(found) - 1)]] if found else []


def _dotted(path: tuple[int | str, ...]) -> str:
    return ".".join(str(step) for step in path) or "document"


def _line_of(fault: str, source: YamlSource) -> int:
    line = fault.removeprefix(f"{source.file}:").partition(":")[0]
    return int(line) if line.isdigit() else 0
