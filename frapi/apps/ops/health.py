"""Whether the server can do its work: one function per thing that it needs."""

from __future__ import annotations

import logging
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError

from frapi.apps import drain
from frapi.apps.database import describe_database
from frapi.apps.ops.recognition import describe
from frapi.errors import ModelMissing, Unavailable
from frapi.gallery.factory import describe_gallery
from frapi.inference.factory import configured_equipment, get_analyzer
from frapi.modelpack import registry
from frapi.modelpack.store import ModelState, ModelStore
from frapi.vision import spoof
from frapi.vision.obstacles import MODEL

logger = logging.getLogger(__name__)

MIN_FREE_BYTES = 64 * 1024 * 1024  # SQLite's write-ahead log grows to some megabytes before it is folded back


class Status(StrEnum):
    OK = "ok"
    ABSENT = "absent"  # optional, and not installed
    DEGRADED = "degraded"  # away, and sessions go on without it
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Check:
    """The outcome of one check.

    Attributes:
        reason: for people, free of paths and addresses: anybody may read it.
        using: what is in use, where there is a choice.
    """

    status: Status
    reason: str = ""
    using: str = ""


OK = Check(Status.OK)


def examine() -> dict[str, Check]:
    """Run every check; one that raises has failed."""
    return {name: _run(name, check) for name, check in _CHECKS.items()}


def summary(checks: Mapping[str, Check]) -> Status:
    """The worst of them; what is optional and absent ails nobody."""
    found = {check.status for check in checks.values()}
    return next((each for each in (Status.ERROR, Status.DEGRADED) if each in found), Status.OK)


def database() -> Check:
    try:
        return Check(Status.OK, using=describe_database())
    except DatabaseError:
        return Check(Status.ERROR, "the database doesn't answer")


def storage() -> Check:
    try:
        with tempfile.TemporaryFile(dir=settings.FRAPI.home) as file:
            file.write(b"\0")
        free_bytes = shutil.disk_usage(settings.FRAPI.home).free
    except OSError:
        return Check(Status.ERROR, "the data folder can't be written")
    return OK if free_bytes >= MIN_FREE_BYTES else Check(Status.ERROR, "the disk is full")


def redis() -> Check:
    """Without it sessions go on and may be made, but nobody is signed in, and processes tell each other nothing."""
    if settings.FRAPI.redis_url is None:
        return Check(Status.ABSENT, "REDIS_URL is unset: each server process counts sign-ins for itself")
    from frapi.apps.shared import link  # where REDIS_URL is unset its package may be absent

    try:
        reachable = link.is_reachable(settings.FRAPI.redis_url)
    except ImproperlyConfigured:
        return Check(Status.DEGRADED, "Redis refuses what REDIS_URL says")
    return OK if reachable else Check(Status.DEGRADED, "Redis doesn't answer: sign-ins get 503")


def gallery() -> Check:
    """Where identification searches."""
    try:
        return Check(Status.OK, using=describe_gallery())
    except Unavailable as error:
        return Check(Status.ERROR, error.message)


def models() -> Check:
    """The models that every session needs; the server starts without them, so that this can be said."""
    state = ModelStore(settings.FRAPI.models_dir).status()
    wanting = [spec.name for spec, _ in registry.built_models() if state[spec.name] is not ModelState.READY]
    if wanting:
        return Check(Status.ERROR, f"not built: {', '.join(wanting)}; run: python manage.py models build")
    return OK


def analyzer() -> Check:
    """What looks at frames, once a session has asked for it."""
    if not get_analyzer.cache_info().currsize:
        return Check(Status.ABSENT, "not loaded until the first session needs it")
    wanting = [name for name, ready in get_analyzer().info().models.items() if not ready]
    return Check(Status.ERROR, f"can't find: {', '.join(wanting)}") if wanting else OK


def recognizer() -> Check:
    """Which network tells people apart."""
    try:
        return Check(Status.OK, using=describe(configured_equipment()))
    except ModelMissing as error:
        return Check(Status.ERROR, error.message)


def obstacles() -> Check:
    """The network that finds glasses, masks, hats and hands. Sessions work without it, and reject nothing for one."""
    state = ModelStore(settings.FRAPI.models_dir).status().get(MODEL)
    return OK if state is ModelState.READY else Check(Status.ABSENT, "no obstacle network is installed")


def presentation_attacks() -> Check:
    """The networks that tell a face from a picture of one. Without them blinks, motion and the rest stand alone."""
    state = ModelStore(settings.FRAPI.models_dir).status()
    ready = all(state.get(network.model) is ModelState.READY for network in spoof.NETWORKS)
    return OK if ready else Check(Status.ABSENT, "the pack minifasnet is not installed")


def not_draining() -> Check:
    return Check(Status.ERROR, "the server is going away") if drain.registry.draining else OK


def _run(name: str, check: Callable[[], Check]) -> Check:
    try:
        return check()
    except Exception:
        logger.exception("health_check_failed", extra={"check": name})
        return Check(Status.ERROR, "the check failed")


_CHECKS: Mapping[str, Callable[[], Check]] = {
    "database": database,
    "storage": storage,
    "redis": redis,
    "gallery": gallery,
    "models": models,
    "analyzer": analyzer,
    "recognizer": recognizer,
    "obstacles": obstacles,
    "presentation_attacks": presentation_attacks,
}
