"""Looking somebody up among many: what it costs, and how often a stranger is taken for somebody.

Costs are measured through the sealed store and a database of its own, on random vectors: what a search takes doesn't
depend on whose they are.
"""

from __future__ import annotations

import resource
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from numpy.typing import NDArray
from rich.progress import track

from benchmarks import faces, recognition
from benchmarks.recognition import FUSED, SEED, Half
from frapi.apps.accounts.services import create_client
from frapi.apps.templates import galleries
from frapi.apps.templates.models import FaceTemplate, GalleryRevision
from frapi.apps.templates.sealing import seal_vector
from frapi.apps.templates.services import delete_templates, drop_from_gallery, store_template
from frapi.evaluation.statistics import wilson
from frapi.gallery.base import GalleryKey
from frapi.gallery.embedded import EmbeddedGallery
from frapi.liveness import scoring
from frapi.vision.cohort import LEAST_FAMILIARITY, NEAREST, POWER
from frapi.vision.embed import CONTRACT, DIM
from frapi.vision.similarity import paired_similarities, similarities
from frapi.vision.types import Embedding, Vector
from training import cohort

Matrix = NDArray[np.float32]

SIZES = (1_000, 10_000, 100_000, 1_000_000)
SEARCHES = 100
CHANGES = 50
STORED_AT_ONCE = 10_000
TARGET_FPIRS = (0.1, 0.01, 0.001)
# A synthetic person lies between a real one and one of so many who resemble him most. Fewer make the impostors' tail
# heavier than that of real people, a normal distribution makes it lighter.
RELATIVES = 50


def run(data: Path | None) -> None:
    """Print both tables; without ``data`` only what it costs."""
    _costs()
    if data is None:
        print("\nHow often a stranger is taken for somebody needs a data folder.")
        return
    _false_positives(data)


# What it costs


def _costs() -> None:
    print(f"CPU time: of loading and opening in s, else medians (95th percentiles) of {SEARCHES} or {CHANGES} in ms.\n")
    print("| templates | load | open | search | identify | enrol | erase | file MB | memory at loading MB |")
    print("|---|---|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder, _scratch_database(Path(folder)):
        client_id = create_client("benchmark").client.id
        stored = 0
        for size in SIZES:
            _store(client_id, stored, size)
            stored = size
            print(_cost_of(client_id, size, Path(folder) / f"gallery{size}"))


@contextmanager
def _scratch_database(folder: Path) -> Iterator[None]:
    name = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = folder / "db.sqlite3"
    try:
        call_command("migrate", verbosity=0)
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = name


def _store(client_id: uuid.UUID, first: int, last: int) -> None:
    """Fill the sealed store up to ``last`` templates."""
    rng = np.random.default_rng(first)
    for start in track(range(first, last, STORED_AT_ONCE), f"storing templates, up to {last:,}"):
        vectors = _units(rng.standard_normal((min(last, start + STORED_AT_ONCE) - start, DIM)))
        FaceTemplate.objects.bulk_create(
            FaceTemplate(
                client_id=client_id,
                user_id=f"user{number}",
                contract=CONTRACT,
                sealed_vector=seal_vector(client_id, f"user{number}", vector),
                sample_count=1,
                quality_score=1.0,
                enrollment_id=client_id,
                created_at=timezone.now(),
                revision=number + 1,
            )
            for number, vector in enumerate(vectors, start)
        )
    GalleryRevision.objects.update_or_create(
        client_id=client_id, contract=CONTRACT, defaults={"revision": last + 1_000_000}
    )


def _cost_of(client_id: uuid.UUID, size: int, folder: Path) -> str:
    key = galleries.gallery_key(client_id, CONTRACT)
    gallery = _become(EmbeddedGallery(folder))
    _forget_peak()
    before_mb = _peak_mb()
    load_s = _seconds(lambda: galleries.catch_up(key))
    loading_mb = _peak_mb() - before_mb
    gallery = _become(EmbeddedGallery(folder))
    open_s = _seconds(lambda: gallery.revision(key))
    probes = _units(np.random.default_rng(1).standard_normal((SEARCHES, DIM)))
    searches = _each_ms(lambda number: gallery.search(key, probes[number], top_k=galleries.CANDIDATES), SEARCHES)
    identifications = _each_ms(
        lambda number: galleries.find_nearest(client_id, Embedding(probes[number], CONTRACT)), SEARCHES
    )
    enrolments = _each_ms(lambda number: _enroll(client_id, key, number, probes[number]), CHANGES)
    erasures = _each_ms(lambda number: _erase(client_id, f"new{number}"), CHANGES)
    file_mb = sum(file.stat().st_blocks * 512 for file in folder.glob("*.map")) / 1e6
    shown = [searches, identifications, enrolments, erasures]
    cells = [f"{load_s:.2f}", f"{open_s:.3f}", *map(_median_and_p95, shown), f"{file_mb:.0f}", f"{loading_mb:.0f}"]
    return f"| {size:,} | {' | '.join(cells)} |"


def _become(gallery: EmbeddedGallery) -> EmbeddedGallery:
    """Let the services search ``gallery``."""
    galleries.get_gallery = lambda: gallery  # type: ignore[assignment]
    return gallery


def _enroll(client_id: uuid.UUID, key: GalleryKey, number: int, vector: Vector) -> None:
    """From the store to where the next search finds it."""
    embedding = Embedding(vector, CONTRACT)
    store_template(client_id, f"new{number}", embedding, sample_count=1, quality_score=1.0, enrollment_id=client_id)
    galleries.catch_up(key)


def _erase(client_id: uuid.UUID, user_id: str) -> None:
    for deleted in delete_templates(client_id, user_id):
        drop_from_gallery(deleted)


def _seconds(work: Callable[[], object]) -> float:
    """Of this thread's CPU time: nothing here waits for anything but the disk, and others may be using the machine."""
    start = time.thread_time()
    work()
    return time.thread_time() - start


def _each_ms(work: Callable[[int], object], count: int) -> list[float]:
    return [1000 * _seconds(lambda number=number: work(number)) for number in range(count)]  # type: ignore[misc]


def _median_and_p95(times_ms: list[float]) -> str:
    return f"{np.median(times_ms):.2f} ({np.percentile(times_ms, 95):.2f})"


def _forget_peak() -> None:
    """Linux keeps the most memory that this process ever had; start to count anew."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def _peak_mb() -> float:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    fields = dict(line.split(":", 1) for line in status.splitlines())
    return int(fields["VmHWM"].split()[0]) * resource.getpagesize() / 4096 / 1000


# How often a stranger is taken for somebody


def _false_positives(data: Path) -> None:
    """Everybody is a stranger to a gallery of all others of his half, padded with synthetic people."""
    halves = _measured(data)
    tables = [_means(half, FUSED, disjoint=False) for half in halves]
    nearest = [_nearest_impostors(half, *table) for half, table in zip(halves, tables, strict=True)]
    for fmr in (1e-3, 1e-4, 1e-5):
        real, made = (np.mean(each) for each in zip(*(_at_fmr(*table, fmr) for table in tables), strict=True))
        print(f"FMR {fmr:.0e}: {real:.4f} among real people, {made:.4f} among synthetic ones, cosine.")
    strangers = {size: np.concatenate([each[size] for each in nearest]) for size in SIZES}
    mates = {count: np.concatenate([_mated(half, count) for half in halves]) for count in (2, FUSED)}
    people = sum(len(probes) for probes, _ in tables)
    print(f"\n{people} strangers; each gallery has the {people // 2} others of his half and synthetic people.\n")
    asked = " | ".join(f"FPIR at {target:g}" for target in TARGET_FPIRS)
    missed = " | ".join(f"FNIR, {count} photographs" for count in mates)
    print(f"| templates | {asked} | at the threshold of 1:1 | threshold at {TARGET_FPIRS[-1]:g} | {missed} |")
    print("|---" * (len(TARGET_FPIRS) + 3 + len(mates)) + "|")
    for size, scores in strangers.items():
        thresholds = [scoring.identification_threshold(CONTRACT, size, target_fpir=fpir) for fpir in TARGET_FPIRS]
        cells = [_rate(scores >= threshold) for threshold in [*thresholds, scoring.match_threshold(CONTRACT)]]
        misses = [_rate(genuine < thresholds[-1]) for genuine in mates.values()]
        print(f"| {size:,} | {' | '.join(cells)} | {thresholds[-1]:.4f} | {' | '.join(misses)} |", flush=True)


def _measured(data: Path) -> list[Half]:
    """The people of both halves, each with a cohort of the other: nobody is a typical face to himself."""
    people, others = (recognition._halves(archive(data)) for archive in (faces.embeddings, faces.close_ups))
    return [Half(people[half], cohort.build([*people[1 - half], *others[1 - half]])) for half in range(2)]


def _nearest_impostors(half: Half, probes: Matrix, templates: Matrix) -> dict[int, NDArray[np.float32]]:
    """Gallery size -> each stranger's similarity to the nearest of so many."""
    rng = np.random.default_rng(SEED)
    scores = similarities(probes, templates)
    np.fill_diagonal(scores, -np.inf)
    best, filled, found = scores.max(axis=1), len(templates) - 1, {}
    for size in SIZES:
        for start in track(range(filled, size, STORED_AT_ONCE), f"searching for strangers among {size:,}"):
            people, parents = _synthetic(_units(templates), min(size - start, STORED_AT_ONCE), rng)
            scores = similarities(probes, _finished(people, half))
            for each in parents:
                scores[each, np.arange(len(people))] = -np.inf  # made from the stranger himself
            best = np.maximum(best, scores.max(axis=1))
        filled = size
        found[size] = best
    return found


def _at_fmr(probes: Matrix, templates: Matrix, fmr: float) -> tuple[float, float]:
    """Cosine that real and synthetic impostors reach with the probability ``fmr``."""
    probes, templates = _units(probes), _units(templates)
    people, parents = _synthetic(templates, STORED_AT_ONCE, np.random.default_rng(SEED))
    real, made = probes @ templates.T, probes @ people.T
    np.fill_diagonal(real, -1)
    for each in parents:
        made[each, np.arange(len(people))] = -1
    return float(np.quantile(real, 1 - fmr)), float(np.quantile(made, 1 - fmr))


def _synthetic(people: Matrix, count: int, rng: np.random.Generator) -> tuple[Matrix, NDArray[np.int64]]:
    """People who don't exist, and the two rows of ``people`` between whom each lies."""
    relatives = np.argsort(-people @ people.T, axis=1)[:, 1 : RELATIVES + 1]
    first = rng.integers(0, len(people), count)
    second = relatives[first, rng.integers(0, RELATIVES, count)]
    share = rng.uniform(0.2, 0.8, (count, 1)).astype(np.float32)
    mean = people.mean(axis=0)
    apart = people[first] * share + people[second] * (1 - share) - mean
    spread = np.square(people - mean).sum(axis=1).mean() / np.square(apart).sum(axis=1).mean()
    return _units(mean + apart * np.sqrt(spread)), np.stack([first, second])


def _finished(vectors: Matrix, half: Half) -> Matrix:
    """Many vectors as :meth:`Half.finished` makes one."""
    if half.cohort is None:
        return vectors
    familiar = np.partition(vectors @ half.cohort.T, -NEAREST, axis=1)[:, -NEAREST:].mean(axis=1)
    return vectors * ((LEAST_FAMILIARITY / np.maximum(familiar, LEAST_FAMILIARITY)) ** POWER)[:, None]


def _mated(half: Half, count: int) -> NDArray[np.float32]:
    """Similarities of ``count`` photographs of somebody to as many others of him."""
    probes, templates = _means(half, count, disjoint=True)
    return paired_similarities(probes, templates)


def _means(half: Half, count: int, *, disjoint: bool) -> tuple[Matrix, Matrix]:
    """Two fused vectors of everybody with enough photographs; ``disjoint``: made from different ones."""
    rng = np.random.default_rng(SEED)
    pairs = []
    for vectors in half.people:
        if len(vectors) < (2 * count if disjoint else count):
            continue
        first = rng.permutation(len(vectors))
        second = first[count:] if disjoint else rng.permutation(len(vectors))
        pairs.append([half.finished(vectors[order[:count]].mean(axis=0)) for order in (first, second)])
    probes, templates = np.asarray(pairs).transpose(1, 0, 2)
    return probes, templates


def _rate(found: NDArray[np.bool_]) -> str:
    low, high = wilson(float(found.mean()), len(found))
    return f"{found.mean():.3f} ({low:.3f} to {high:.3f})"


def _units(vectors: NDArray[np.float64] | Matrix) -> Matrix:
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
