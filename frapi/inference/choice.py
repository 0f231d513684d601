"""From the names in the settings to the networks that look at frames."""

from __future__ import annotations

from frapi.errors import ModelMissing
from frapi.modelpack import registry
from frapi.modelpack.spec import BuiltFrom, Supplied
from frapi.modelpack.store import ModelStore
from frapi.vision.equipment import DETECTORS, Equipment
from frapi.vision.recognizers import RECOGNIZERS, Recognizer, with_file


def choose_equipment(
    store: ModelStore, *, recognizer: str, previous: str | None = None, detector: str = "blazeface"
) -> Equipment:
    """The networks of an installation, by the names in its settings.

    Only what every installation builds may be missing: a server says so when it is asked for its health.

    Raises:
        ModelMissing: the pack of one of them isn't installed; the message begins with the setting and says what to do.
    """
    _demand("FRAPI_DETECTOR", DETECTORS[detector].model, store)
    return Equipment(
        _installed("FRAPI_RECOGNIZER", recognizer, store),
        None if previous is None else _installed("FRAPI_PREVIOUS_RECOGNIZER", previous, store),
        DETECTORS[detector],
    )


def find_recognizer(name: str, store: ModelStore) -> Recognizer:
    """A recogniser with the contract that it has in this installation.

    Raises:
        ModelMissing: its network is the operator's own, and isn't installed.
    """
    recognizer = RECOGNIZERS[name]
    if isinstance(registry.model(recognizer.model).source, Supplied):
        return with_file(recognizer, store.digest(recognizer.model))
    return recognizer


def installed_recognizers(store: ModelStore) -> list[Recognizer]:
    """Those whose networks are there."""
    return [find_recognizer(each.name, store) for each in RECOGNIZERS.values() if store.has(each.model)]


def _installed(variable: str, name: str, store: ModelStore) -> Recognizer:
    _demand(variable, RECOGNIZERS[name].model, store)
    return find_recognizer(name, store)


def _demand(variable: str, model: str, store: ModelStore) -> None:
    if isinstance(registry.model(model).source, BuiltFrom):
        return
    try:
        store.path(model)
    except ModelMissing as error:
        raise ModelMissing(f"{variable}: {error.message}") from None
