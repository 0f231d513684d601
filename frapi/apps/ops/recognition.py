"""Which recognisers this server runs, whether it can, and who is still enrolled under the one before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from frapi.apps import scales
from frapi.apps.templates.renewal import count_by_contract
from frapi.errors import ModelMissing
from frapi.inference.factory import configured_equipment
from frapi.vision.equipment import DETECTORS, Equipment
from frapi.vision.recognizers import RECOGNIZERS, Recognizer


class Standing(StrEnum):
    """How templates of one contract stand."""

    IN_USE = "in use"
    BEING_REPLACED = "replaced when their owners next authenticate"
    USELESS = "can't be compared: their owners must enrol again"


@dataclass(frozen=True, slots=True)
class EnrolledUnder:
    """Users of all tenants under one embedding contract."""

    contract: str
    users: int
    standing: Standing


def demand_usable() -> None:
    """Refuse to serve with a recogniser that isn't there, or whose similarities mean nothing to anybody.

    Raises:
        ImproperlyConfigured: the message begins with the setting and says what to do.
    """
    if settings.FRAPI.inference == "fake":
        return
    try:
        equipment = configured_equipment()
    except ModelMissing as error:
        raise ImproperlyConfigured(error.message) from None
    _demand_known("FRAPI_MATCH_THRESHOLD", equipment.recognizer, previous=False)
    if equipment.previous is not None:
        _demand_known("FRAPI_PREVIOUS_MATCH_THRESHOLD", equipment.previous, previous=True)


def roles() -> Mapping[str, str]:
    """Registry name -> what the settings use that network for, of those that settings choose."""
    chosen = [
        (RECOGNIZERS[settings.FRAPI.recognizer].model, "recognizer"),
        (DETECTORS[settings.FRAPI.detector].model, "detector"),
    ]
    if settings.FRAPI.previous_recognizer is not None:
        chosen.append((RECOGNIZERS[settings.FRAPI.previous_recognizer].model, "previous recognizer"))
    return {model: ", ".join(role for used, role in chosen if used == model) for model, _ in chosen}


def describe(equipment: Equipment) -> str:
    """One line for people."""
    window = "" if equipment.previous is None else f", replacing templates of {equipment.previous.name}"
    return f"{equipment.recognizer.name}{window}"


def enrolled(equipment: Equipment) -> list[EnrolledUnder]:
    """How many are enrolled under each contract, most first; what the settings name stands there in any case."""
    previous = None if equipment.previous is None else equipment.previous.contract
    standings = {equipment.recognizer.contract: Standing.IN_USE}
    if previous is not None:
        standings[previous] = Standing.BEING_REPLACED
    counted = {**dict.fromkeys(standings, 0), **count_by_contract()}
    rows = [
        EnrolledUnder(contract, users, standings.get(contract, Standing.USELESS)) for contract, users in counted.items()
    ]
    return sorted(rows, key=lambda row: (list(Standing).index(row.standing), -row.users, row.contract))


def _demand_known(variable: str, recognizer: Recognizer, *, previous: bool) -> None:
    if not scales.is_known(recognizer.contract, previous=previous):
        raise ImproperlyConfigured(
            f"{variable}: nothing is known about the similarities of {recognizer.name} ({recognizer.contract}); "
            "measure them with: python manage.py calibrate, or set this to the least similarity of a match"
        )
