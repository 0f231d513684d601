"""The process environment, read once into a frozen :class:`Settings`.

Each setting is one field: its variable, parser, default and meaning stand together in :func:`setting`, and
``docs/settings.md`` is held to them by a test. Nothing else in the project reads ``os.environ``.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from pathlib import Path
from typing import Any, cast

from django.core.exceptions import ImproperlyConfigured

from config import parsers
from config.database import Database, parse_database
from config.parsers import IPNetwork, JwtKey
from frapi.liveness.types import DEFAULT_OBSTACLE_THRESHOLDS, SessionKind, SessionPolicy
from frapi.modelpack.index_settings import IndexSettings
from frapi.vision.equipment import BLAZEFACE, DETECTORS
from frapi.vision.recognizers import DLIB, RECOGNIZERS
from frapi.vision.types import AnalysisPolicy, Obstacle

PROJECT = Path(__file__).resolve().parent.parent

_SESSION = SessionPolicy(kind=SessionKind.ENROLLMENT)
_ANALYSIS = AnalysisPolicy()


class SettingError(ImproperlyConfigured):
    """A variable that can't be used; the message begins with its name and never repeats its value."""


class Environment(StrEnum):
    DEVELOPMENT = "development"
    PRODUCTION = "production"


class Inference(StrEnum):
    LOCAL = "local"
    FAKE = "fake"


class GalleryMode(StrEnum):
    MAPPED = "mapped"
    MEMORY = "memory"
    PGVECTOR = "pgvector"


class Duplicates(StrEnum):
    ALLOW = "allow"
    FLAG = "flag"
    REFUSE = "refuse"


class TemplateRefresh(StrEnum):
    OFF = "off"
    ON = "on"


class Console(StrEnum):
    AUTO = "auto"
    OFF = "off"
    API_KEY = "api_key"
    STAFF = "staff"
    BOTH = "both"


class LogLevel(StrEnum):
    DEBUG = "DEBUG"
    INFO = "INFO"
    WARNING = "WARNING"
    ERROR = "ERROR"


class LogFormat(StrEnum):
    JSON = "json"
    CONSOLE = "console"


@dataclass(frozen=True, slots=True)
class Option:
    """One row of the settings table.

    Attributes:
        variable: its name in the environment. With ``secret``, ``<variable>_FILE`` may name a file that holds it.
        parse: text -> value; raises ValueError saying what it expects.
        default: as text, in which ``{project}`` is the project's folder and ``{name}`` an earlier setting; None when
            an unset variable means None.
        about: one line for people.
        secret: never shown in a repr.
        demanded: refused to be missing in production.
    """

    variable: str
    parse: Callable[[str], Any]
    default: str | None
    about: str
    secret: bool = False
    demanded: bool = False


def setting(
    variable: str,
    parse: Callable[[str], Any],
    default: object,
    about: str,
    *,
    secret: bool = False,
    demanded: bool = False,
) -> Any:
    """Declare a field of :class:`Settings`."""
    shown = None if default is None else str(default)
    return field(metadata={"option": Option(variable, parse, shown, about, secret, demanded)}, repr=not secret)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that can be set from outside; ``django.conf.settings.FRAPI`` in the project's code."""

    environment: Environment = setting(
        "FRAPI_ENV",
        parsers.choice(Environment),
        Environment.DEVELOPMENT,
        "`production` refuses to start on secrets that this program made up itself.",
    )
    home: Path = setting("FRAPI_HOME", parsers.path, "{project}/var", "Data folder: database, secrets, models.")
    host: str = setting("FRAPI_HOST", parsers.text, "127.0.0.1", "Address to listen on.")
    port: int = setting("PORT", parsers.integer(1, 65535), 8000, "Port to listen on.")
    workers: int = setting(
        "FRAPI_WORKERS",
        parsers.integer(1, 64),
        1,
        "Server processes that share the address. With more than one, set `REDIS_URL` too.",
    )
    public_url: str | None = setting(
        "FRAPI_PUBLIC_URL",
        parsers.url,
        None,
        "Address that clients use, e.g. https://faces.example.com; without it `websocket_url` follows the request.",
    )
    allowed_hosts: tuple[str, ...] = setting(
        "FRAPI_ALLOWED_HOSTS",
        parsers.hosts,
        "*",
        "Comma-separated Host names that are answered; `*` is any. Production wants this or `FRAPI_PUBLIC_URL`.",
    )
    trusted_proxies: tuple[IPNetwork, ...] = setting(
        "FRAPI_TRUSTED_PROXIES",
        parsers.networks,
        "",
        "Comma-separated addresses or networks whose `X-Forwarded-For`, `-Proto` and `-Host` are believed.",
    )
    cors_origins: tuple[str, ...] = setting(
        "FRAPI_CORS_ORIGINS",
        parsers.origins,
        "*",
        "Comma-separated origins whose pages may call the REST API; `*` is any, for no cookie is an authority here.",
    )
    database: Database = setting(
        "DATABASE_URL",
        parse_database,
        "sqlite://{home}/db.sqlite3",
        "`sqlite://` followed by an absolute path, or `postgres://USER:PASSWORD@HOST:PORT/NAME`.",
    )
    redis_url: str | None = setting(
        "REDIS_URL",
        parsers.redis,
        None,
        "What several server processes share: `redis://[user:password@]host[:port][/database]`, `rediss://` for TLS.",
        secret=True,
    )
    secret_key: bytes | None = setting(
        "FRAPI_SECRET_KEY",
        parsers.secret,
        None,
        "Base64 of 32 or more random bytes: root of the look-up and signing keys. Made in `secrets/` when unset.",
        secret=True,
        demanded=True,
    )
    master_key: bytes | None = setting(
        "FRAPI_MASTER_KEY",
        parsers.master_key,
        None,
        "Base64 of 32 random bytes: seals templates and client keys. Made in `secrets/` when unset.",
        secret=True,
        demanded=True,
    )
    jwt_keys: tuple[JwtKey, ...] | None = setting(
        "FRAPI_JWT_KEYS",
        parsers.jwt_keys,
        None,
        "Comma-separated `kid:base64`: the first signs access tokens, all verify. Made in `secrets/` when unset.",
        secret=True,
        demanded=True,
    )
    token_ttl_s: int = setting(
        "FRAPI_TOKEN_TTL_S", parsers.integer(60, 86_400), 3600, "Lifetime of an access token in seconds."
    )
    auth_failures_per_minute_key: int = setting(
        "FRAPI_AUTH_FAILURES_PER_MINUTE_KEY",
        parsers.integer(1, 100_000),
        10,
        "Failed sign-ins per minute and API key before 429.",
    )
    auth_failures_per_minute_address: int = setting(
        "FRAPI_AUTH_FAILURES_PER_MINUTE_ADDRESS",
        parsers.integer(1, 100_000),
        30,
        "Failed sign-ins per minute and caller's address before 429.",
    )
    models_dir: Path = setting("FRAPI_MODELS_DIR", parsers.path, "{home}/models", "Cache of the converted models.")
    model_mirror_dir: Path | None = setting(
        "FRAPI_MODEL_MIRROR_DIR", parsers.path, None, "Folder to take model archives from instead of the network."
    )
    inference: Inference = setting(
        "FRAPI_INFERENCE", parsers.choice(Inference), Inference.LOCAL, "`local` threads, or `fake` for tests."
    )
    analyzer_threads: int = setting(
        "FRAPI_ANALYZER_THREADS",
        parsers.threads,
        "auto",
        "Frames that a process analyses at once; `auto` is one per CPU, shared among `FRAPI_WORKERS`.",
    )
    recognizer: str = setting(
        "FRAPI_RECOGNIZER",
        parsers.one_of(RECOGNIZERS),
        DLIB.name,
        "What tells people apart: `dlib`, `dlib-plain`, or a pack: `sface`, `mobilefacenet`, `arcface`.",
    )
    previous_recognizer: str | None = setting(
        "FRAPI_PREVIOUS_RECOGNIZER",
        parsers.one_of(RECOGNIZERS),
        None,
        "The one before it: its templates still count, and each is replaced when its owner next authenticates.",
    )
    detector: str = setting(
        "FRAPI_DETECTOR",
        parsers.one_of(DETECTORS),
        BLAZEFACE.name,
        "Which network finds faces: `blazeface`, or `yunet` once its pack is installed.",
    )
    session_ttl_s: int = setting(
        "FRAPI_SESSION_TTL_S", parsers.integer(10, 86_400), 600, "Lifetime of a session in seconds."
    )
    idle_timeout_s: int = setting(
        "FRAPI_IDLE_TIMEOUT_S", parsers.integer(1, 3600), 30, "Seconds without a message before a socket is closed."
    )
    max_fps: int = setting("FRAPI_MAX_FPS", parsers.integer(1, 1000), 15, "Sustained frames per second of a session.")
    burst: int = setting("FRAPI_BURST", parsers.integer(1, 1000), 10, "Frames a session may send at once beyond that.")
    max_frames: int = setting("FRAPI_MAX_FRAMES", parsers.integer(1, 1_000_000), 600, "Frames of one session.")
    max_image_bytes: int = setting(
        "FRAPI_MAX_IMAGE_BYTES",
        parsers.integer(10_000, 64 * 1024 * 1024),
        _ANALYSIS.max_image_bytes,
        "Encoded size of one image.",
    )
    max_image_pixels: int = setting(
        "FRAPI_MAX_IMAGE_PIXELS",
        parsers.integer(10_000, 100_000_000),
        _ANALYSIS.max_image_pixels,
        "Decoded size of one image.",
    )
    quality_threshold: float = setting(
        "FRAPI_QUALITY_THRESHOLD",
        parsers.score,
        _SESSION.quality_threshold,
        "Least `quality_score` of an accepted frame.",
    )
    glasses_threshold: float = setting(
        "FRAPI_GLASSES_THRESHOLD",
        parsers.score,
        DEFAULT_OBSTACLE_THRESHOLDS[Obstacle.GLASSES],
        "Glasses above this score reject a frame.",
    )
    mask_threshold: float = setting(
        "FRAPI_MASK_THRESHOLD",
        parsers.score,
        DEFAULT_OBSTACLE_THRESHOLDS[Obstacle.MASK],
        "A mask above this score rejects a frame.",
    )
    hat_threshold: float = setting(
        "FRAPI_HAT_THRESHOLD",
        parsers.score,
        DEFAULT_OBSTACLE_THRESHOLDS[Obstacle.HAT],
        "A hat above this score rejects a frame.",
    )
    hand_threshold: float = setting(
        "FRAPI_HAND_THRESHOLD",
        parsers.score,
        DEFAULT_OBSTACLE_THRESHOLDS[Obstacle.HAND_COVERING],
        "A hand above this score rejects a frame.",
    )
    match_threshold: float | None = setting(
        "FRAPI_MATCH_THRESHOLD",
        parsers.score,
        None,
        "Least similarity of a match; unset takes the calibration's (`calibrate`), else the recogniser's own.",
    )
    previous_match_threshold: float | None = setting(
        "FRAPI_PREVIOUS_MATCH_THRESHOLD",
        parsers.score,
        None,
        "The same under `FRAPI_PREVIOUS_RECOGNIZER`.",
    )
    target_fpir: float | None = setting(
        "FRAPI_TARGET_FPIR",
        parsers.rate,
        None,
        "Share of strangers whom an identification may take for somebody, however many are enrolled; unset takes the "
        "calibration's, else 0.001.",
    )
    gallery: GalleryMode = setting(
        "FRAPI_GALLERY",
        parsers.choice(GalleryMode),
        GalleryMode.MAPPED,
        "Where identification searches: `mapped` files that all processes share, `memory` of each alone, or "
        "`pgvector` in the PostgreSQL server, which all machines share.",
    )
    gallery_dir: Path = setting(
        "FRAPI_GALLERY_DIR", parsers.path, "{home}/gallery", "Folder of those files, which hold templates unsealed."
    )
    duplicates: Duplicates = setting(
        "FRAPI_DUPLICATES",
        parsers.choice(Duplicates),
        Duplicates.FLAG,
        "An enrolment of a face that another user has: `allow` it unlooked, `flag` it in the result, or `refuse` it.",
    )
    template_refresh: TemplateRefresh = setting(
        "FRAPI_TEMPLATE_REFRESH",
        parsers.choice(TemplateRefresh),
        TemplateRefresh.OFF,
        "`on`: a template follows its owner's face, a little with each confident authentication.",
    )
    console: Console = setting(
        "FRAPI_CONSOLE",
        parsers.choice(Console),
        Console.AUTO,
        "Who may sign in to the console at `/`: `api_key` (whoever has a client's key and secret), `staff` "
        "(`createsuperuser`), `both`, or nobody: `off`. `auto` is `api_key` in development and `off` in production.",
    )
    log_level: LogLevel = setting("FRAPI_LOG_LEVEL", parsers.choice(LogLevel), LogLevel.INFO, "Least level logged.")
    log_format: LogFormat = setting(
        "FRAPI_LOG_FORMAT", parsers.choice(LogFormat), LogFormat.JSON, "`json` lines, or `console` for people."
    )

    index_environ: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)

    @property
    def index(self) -> IndexSettings:
        """The user's package indexes, as pip and uv have been told them; read when asked for, for few ever ask.

        Raises:
            ModelPackError: pip's or uv's configuration can't be read.
        """
        return IndexSettings.from_pip_config(self.index_environ)

    @property
    def obstacle_thresholds(self) -> dict[Obstacle, float]:
        """Obstacle -> score above which it rejects a frame."""
        return {
            Obstacle.GLASSES: self.glasses_threshold,
            Obstacle.MASK: self.mask_threshold,
            Obstacle.HAT: self.hat_threshold,
            Obstacle.HAND_COVERING: self.hand_threshold,
        }

    @property
    def unknown_variables(self) -> tuple[str, ...]:
        """Variables that look like settings of ours but aren't: misspelt, most likely."""
        known = {option.variable for option in options().values()}
        known |= {f"{option.variable}_FILE" for option in options().values() if option.secret}
        return tuple(sorted(name for name in self.index_environ if name.startswith("FRAPI_") and name not in known))

    @property
    def secrets_dir(self) -> Path:
        """Where secrets are kept that no variable gives."""
        return self.home / "secrets"


def options() -> Mapping[str, Option]:
    """The settings table: field name -> option, in order."""
    return {each.name: cast(Option, each.metadata["option"]) for each in fields(Settings) if "option" in each.metadata}


def load(environ: Mapping[str, str]) -> Settings:
    """Read and validate all settings.

    Raises:
        SettingError: a variable has a value that can't be used; the message begins with its name.
    """
    if "FRAPI_DATABASE_URL" in environ:  # passed over, it would mean another, empty database
        raise SettingError("FRAPI_DATABASE_URL: it is called DATABASE_URL now")
    values: dict[str, Any] = {}
    for name, option in options().items():
        given = _given(option, environ)
        if given is None and option.default is not None:
            given = option.default.format_map({"project": PROJECT, **values})
        try:
            values[name] = None if given is None else option.parse(given)
        except ValueError as error:
            raise SettingError(f"{option.variable}: {error}") from None
    if values["console"] is Console.AUTO:
        in_production = values["environment"] is Environment.PRODUCTION
        values["console"] = Console.OFF if in_production else Console.API_KEY
    values["analyzer_threads"] = values["analyzer_threads"] or max(1, parsers.available_cpus() // values["workers"])
    loaded = Settings(**values, index_environ=environ)
    if loaded.previous_recognizer == loaded.recognizer:
        raise SettingError("FRAPI_PREVIOUS_RECOGNIZER: it is the one in use; unset it, or name the one before")
    if loaded.environment is Environment.PRODUCTION:
        _demand_production_settings(loaded)
    return loaded


def load_from_process() -> Settings:
    """:func:`load` from this process's environment."""
    return load(dict(os.environ))


def markdown_table() -> str:
    """The settings table as it stands in ``docs/settings.md``."""
    rows = ["| Variable | Default | Meaning |", "|---|---|---|"]
    for option in options().values():
        default = f"`{option.default}`" if option.default else "unset"
        rows.append(f"| `{option.variable}` | {default} | {option.about} |")
    return "\n".join(rows)


def _given(option: Option, environ: Mapping[str, str]) -> str | None:
    """What the environment says of ``option``; an empty variable counts as unset."""
    value = environ.get(option.variable, "").strip()
    if value or not option.secret:
        return value or None
    file = environ.get(f"{option.variable}_FILE")
    if not file:
        return None
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingError(f"{option.variable}_FILE: can't be read ({type(error).__name__})") from None


def _demand_production_settings(loaded: Settings) -> None:
    for name, option in options().items():
        if option.demanded and getattr(loaded, name) is None:
            raise SettingError(f"{option.variable}: must be set in production (or {option.variable}_FILE)")
    if loaded.public_url is None and "*" in loaded.allowed_hosts:
        raise SettingError("FRAPI_PUBLIC_URL: must be set in production, or FRAPI_ALLOWED_HOSTS must name the hosts")
    if loaded.inference is Inference.FAKE:
        raise SettingError("FRAPI_INFERENCE: fake is for tests, never for production")
