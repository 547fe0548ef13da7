"""Settings of one installation: environment variables over the configuration file over defaults.

Every setting has the same name in the environment and in ``centralita.toml`` in the working directory
(``CENTRALITA_SIP_PORT`` in both). ``docs/settings.md`` lists them.
"""

from __future__ import annotations

import os
import tomllib
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_validator, model_validator

PREFIX = "CENTRALITA_"
CONFIGURATION_FILE = "centralita.toml"


class SettingsError(Exception):
    """The configuration cannot be used; ``faults`` holds one readable line per fault."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


def _port_range(value: object) -> object:
    if isinstance(value, str):
        first, _, last = value.partition("-")
        if not first.strip().isdigit() or not (last or first).strip().isdigit():
            raise ValueError("allowed: FIRST-LAST, for example 10000-10031")
        return int(first), int(last or first)
    return value


def _host_and_port(value: object) -> object:
    if isinstance(value, str):
        host, _, port = value.rpartition(":")
        if not host or not port.isdigit():
            raise ValueError("allowed: ADDRESS:PORT, for example 127.0.0.1:5090")
        return host.strip("[]"), int(port)
    return value


def _dns_servers(value: object) -> object:
    if not isinstance(value, str):
        return value
    servers = []
    for text in (part.strip() for part in value.split(",") if part.strip()):
        has_port = text.count(":") == 1 or "]:" in text
        host, port = text.rsplit(":", 1) if has_port else (text, "53")
        try:
            servers.append((str(ip_address(host.strip("[]"))), int(port)))
        except ValueError:
            raise ValueError("allowed: addresses separated by commas, for example 192.0.2.53,[2001:db8::53]:53") from (
                None
            )
    return tuple(servers)


def _turn_urls(value: object) -> object:
    urls = [url.strip() for url in value.split(",") if url.strip()] if isinstance(value, str) else value
    if not isinstance(urls, list | tuple) or not all(str(url).startswith(("turn:", "turns:", "stun:")) for url in urls):
        raise ValueError("allowed: turn:, turns: or stun: URLs separated by commas, for example turn:turn.example:3478")
    return tuple(urls)


def _host_names(value: object) -> object:
    names = [name.strip().lower() for name in value.split(",") if name.strip()] if isinstance(value, str) else value
    if not isinstance(names, list | tuple) or any(set(str(name)) & set("/:@[] ") for name in names):
        raise ValueError("allowed: host names separated by commas, without port, for example push.example.internal")
    return tuple(names)


Port = Annotated[int, Field(ge=0, le=65535)]
PortRange = Annotated[tuple[Port, Port], BeforeValidator(_port_range)]
HostPort = Annotated[tuple[str, Port], BeforeValidator(_host_and_port)]
DnsServers = Annotated[tuple[HostPort, ...], BeforeValidator(_dns_servers)]
HostNames = Annotated[tuple[str, ...], BeforeValidator(_host_names)]
TurnUrls = Annotated[tuple[str, ...], BeforeValidator(_turn_urls)]


class Settings(BaseModel):
    """Where things listen, where data lives, and what the world calls this machine."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    data_dir: Path = Path("var")
    bind: str = "127.0.0.1"
    bind_v6: str = ""
    sip_port: Port = 5060
    http_port: Port = 8080
    media_ports: PortRange = (10000, 10031)
    media_allocation: Literal["shared", "dedicated"] = "shared"
    media_timeout_s: Annotated[float, Field(ge=2, le=3600)] = 30.0
    media_workers: Annotated[int, Field(ge=1, le=256)] | None = None
    database_url: str = ""
    public_url: str = ""
    public_address: str = ""
    sip_domain: str = ""
    tls_cert: Path | None = None
    tls_key: Path | None = None
    tls_dir: Path | None = None
    smtp_url: str = Field(default="", repr=False)
    mail_from: str = ""
    transcriber: str = ""
    bitrix_url: str = Field(default="", repr=False)
    vosk_model_es: Path | None = None
    vosk_model_en: Path | None = None
    event_log_days: Annotated[int, Field(ge=1, le=36_500)] = 400
    turn_urls: TurnUrls = ()
    turn_secret: str = Field(default="", repr=False)
    push_hosts: HostNames = ()
    dns_servers: DnsServers = ()
    demo_carrier: HostPort = ("127.0.0.1", 5090)

    @field_validator("smtp_url")
    @classmethod
    def _is_mail_server(cls, value: str) -> str:
        if value and not value.startswith(("smtp://", "smtps://")):
            raise ValueError("allowed: smtp:// or smtps://, for example smtp://user:password@mail.example:587")
        return value

    @field_validator("bitrix_url")
    @classmethod
    def _is_incoming_webhook(cls, value: str) -> str:
        if value and not value.startswith(("https://", "http://")):
            raise ValueError("allowed: the address of an incoming webhook, https://PORTAL/rest/USER/TOKEN")
        return value

    @field_validator("transcriber")
    @classmethod
    def _reads_a_file(cls, value: str) -> str:
        if value and "{file}" not in value:
            raise ValueError(
                "allowed: a command with {file} in it, for example whisper-cli -l {language} -f {file} -nt"
            )
        return value

    @field_validator("bind", "public_address")
    @classmethod
    def _is_address(cls, value: str) -> str:
        if value:
            try:
                ip_address(value)
            except ValueError:
                raise ValueError("allowed: an IPv4 or IPv6 address, for example 0.0.0.0") from None
        return value

    @field_validator("bind_v6")
    @classmethod
    def _is_v6_address(cls, value: str) -> str:
        try:
            if value and ip_address(value).version != 6:
                raise ValueError
        except ValueError:
            raise ValueError("allowed: an IPv6 address, for example :: or 2001:db8::5") from None
        return value

    @model_validator(mode="after")
    def _fits_together(self) -> Settings:
        first, last = self.media_ports
        if first % 2 or last <= first:
            raise ValueError("media_ports: allowed: an even first port and at least one pair, for example 10000-10031")
        if (self.tls_cert is None) != (self.tls_key is None):
            raise ValueError("tls_cert, tls_key: allowed: both or none")
        if self.tls_dir is not None and self.tls_cert is None:
            raise ValueError(
                "tls_dir: allowed beside tls_cert and tls_key, which are shown to who asks for another name"
            )
        if self.bind_v6 and ":" in self.bind:
            raise ValueError("bind_v6: allowed beside an IPv4 address in bind; an IPv6 address alone goes into bind")
        if self.tls_cert is not None and self.sip_port == 65535:
            raise ValueError("sip_port: allowed with a certificate: at most 65534; TLS takes the next port")
        return self

    @property
    def workers(self) -> int:
        """Media workers to start: the setting, or one per spare core with at least four port pairs each."""
        pairs = (self.media_ports[1] - self.media_ports[0] + 1) // 2
        return self.media_workers or max(1, min((os.cpu_count() or 1) - 1, pairs // 4))

    @property
    def database(self) -> str:
        """SQLAlchemy URL of the database."""
        return self.database_url or f"sqlite+aiosqlite:///{(self.data_dir / 'centralita.sqlite3').resolve()}"

    @property
    def speech_models(self) -> dict[str, Path]:
        """The folders of vosk models by language; spoken input in Spanish needs one."""
        models = {"es": self.vosk_model_es, "en": self.vosk_model_en}
        return {language: model for language, model in models.items() if model is not None}

    @property
    def domain(self) -> str:
        """SIP domain and digest realm."""
        return self.sip_domain or "centralita"

    @property
    def advertised_address(self) -> str:
        """Address written into SDP and Contact; empty: the local address that the packet leaves from."""
        return self.public_address

    @property
    def journal_dir(self) -> Path:
        return self.data_dir / "journal"

    @property
    def live_calls_dir(self) -> Path:
        """What the next exchange has to know of each call that runs."""
        return self.data_dir / "run" / "calls"

    @property
    def spool_dir(self) -> Path:
        return self.data_dir / "spool"

    @property
    def recordings_dir(self) -> Path:
        return self.data_dir / "recordings"

    @property
    def voicemail_dir(self) -> Path:
        return self.data_dir / "voicemail"

    @property
    def prompts_dir(self) -> Path:
        return self.data_dir / "prompts"

    @property
    def exchange_socket(self) -> Path:
        """Unix socket on which the exchange takes commands and pushes events."""
        return self.data_dir / "run" / "exchange.sock"

    def media_socket(self, worker: int) -> Path:
        """Unix socket of media worker number ``worker``."""
        return self.data_dir / "run" / f"media-{worker}.sock"


def load_settings(file: Path | None = None, environment: dict[str, str] | None = None) -> Settings:
    """Read the configuration file (if there is one) and the environment.

    Raises SettingsError with one line per fault: file or environment, setting, what is wrong, what is allowed.
    """
    environment = dict(os.environ) if environment is None else environment
    values: dict[str, Any] = {}
    origin: dict[str, str] = {}
    source = file or Path(environment.get(f"{PREFIX}CONFIG", CONFIGURATION_FILE))
    faults: list[str] = []
    if source.is_file():
        try:
            document = tomllib.loads(source.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise SettingsError([f"{source}: not a TOML file: {error}"]) from None
        for name, value in document.items():
            _take(values, origin, name, value, str(source), faults)
    elif file is not None:
        raise SettingsError([f"{source}: there is no such file; write one with: centralita init"])
    for name, value in environment.items():
        if name.startswith(PREFIX) and name != f"{PREFIX}CONFIG" and value != "":
            _take(values, origin, name, value, "environment", faults)
    try:
        settings = Settings(**values)
    except ValidationError as error:
        for fault in error.errors():
            field = str(fault["loc"][0]) if fault["loc"] else ""
            where = origin.get(field, "settings")
            name = f": {PREFIX}{field.upper()}" if field else ""
            given = f" (given: {values[field]!r})" if field in values else ""
            faults.append(f"{where}{name}: {fault['msg'].removeprefix('Value error, ')}{given}")
    if faults:
        raise SettingsError(faults)
    return settings


def _take(
    values: dict[str, Any], origin: dict[str, str], name: str, value: object, where: str, faults: list[str]
) -> None:
    field = name.removeprefix(PREFIX).lower()
    if not name.startswith(PREFIX) or field not in Settings.model_fields:
        known = ", ".join(PREFIX + known.upper() for known in Settings.model_fields)
        faults.append(f"{where}: {name}: unknown setting; allowed: {known}")
        return
    values[field] = value
    origin[field] = where
