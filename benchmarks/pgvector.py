"""PostgreSQL as a gallery: what a search takes and misses, what a change takes, and how large all of it becomes.

The server is one of its own, from the development wheel, on this machine. People are random directions, the hardest to
search; with a data folder a second table has the people of Labeled Faces in the Wild, padded with synthetic ones that
lie between two of them. Whoever is looked for is somebody's template moved away as far as another day's photograph may
be, or with real people other photographs of him, or a stranger. Times are those of a processor, the client's and the
server's together, for others may be using the machine; the way between the two, and the disk, come on top.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import numpy as np
import psycopg
from numpy.typing import NDArray

from benchmarks import gallery
from benchmarks.gallery import _median_and_p95
from benchmarks.recognition import SEED
from frapi.apps.sealing import derive_key
from frapi.apps.templates.galleries import CANDIDATES
from frapi.gallery.base import GalleryKey
from frapi.gallery.pgvector import PgvectorGallery, SearchPolicy
from frapi.vision.embed import DIM
from tests.postgres import Cluster, why_absent

Matrix = NDArray[np.float32]

SIZES = (1_000, 10_000, 100_000, 1_000_000)
REAL_SIZE = 100_000
SEARCHES = 200
CHANGES = 50
# Of a probe and its template: about the least that is still a match.
MATED_COSINE = 0.7
KEY = GalleryKey("benchmark", "random")
EXACT, GRAPH = SearchPolicy(index_from=10**9), SearchPolicy(index_from=1)


def run(data: Path | None) -> None:
    """Print the tables; without ``data`` the one of random directions."""
    if why := why_absent():
        print(f"There is no PostgreSQL: {why}.")
        return
    print(
        f"CPU time in ms: medians (95th percentiles) of {SEARCHES} searches for {CANDIDATES} and {CHANGES} changes.\n"
    )
    print(
        "| templates | search | ms | recall@1 of mates | recall@8 of mates | recall@8 of strangers "
        "| enrol ms | erase ms | load s | table MB | graph MB |"
    )
    print("|---" * 11 + "|")
    cluster = Cluster(durable=True)
    try:
        cluster.start()
        for size in SIZES:
            _measure(cluster.url(), *_random_people(size))
        if data is not None:
            print("\nReal people, and synthetic ones:\n")
            _measure(cluster.url(), *_real_people(data, REAL_SIZE))
    finally:
        cluster.remove()


def _random_people(size: int) -> tuple[Matrix, Matrix, Matrix]:
    """Templates, and probes of the first people and of strangers."""
    people = _units(np.random.default_rng(size).standard_normal((size, DIM), np.float32))
    return people, _mates(people), _units(np.random.default_rng(1).standard_normal((SEARCHES, DIM), np.float32))


def _real_people(data: Path, size: int) -> tuple[Matrix, Matrix, Matrix]:
    """The same: a half of the archive's people enrolled and filled up, the other half strangers."""
    half, other = gallery._measured(data)
    rng = np.random.default_rng(SEED)
    several = [vectors for vectors in half.people if len(vectors) > 1]
    templates = [half.finished(vectors[: len(vectors) // 2].mean(axis=0)) for vectors in several]
    mates = [half.finished(vectors[len(vectors) // 2 :].mean(axis=0)) for vectors in several[:SEARCHES]]
    templates += [half.finished(vectors[0]) for vectors in half.people if len(vectors) == 1]
    strangers = [half.finished(vectors.mean(axis=0)) for vectors in other.people[:SEARCHES]]
    real, people = np.asarray(templates), [np.asarray(templates)]
    while (missing := size - sum(map(len, people))) > 0:
        made, _ = gallery._synthetic(_units(real), min(missing, gallery.STORED_AT_ONCE), rng)
        people.append(gallery._finished(made, half))
    return np.concatenate(people), np.asarray(mates), np.asarray(strangers)


def _measure(url: str, people: Matrix, mates: Matrix, strangers: Matrix) -> None:
    truth = [_nearest(people, probes) for probes in (mates, strangers)]
    _row(url, people, "exact", EXACT, [mates, strangers], truth)
    _row(url, people, "graph", GRAPH, [mates, strangers], truth)


def _row(
    url: str, people: Matrix, name: str, policy: SearchPolicy, probes: list[Matrix], truth: list[list[list[int]]]
) -> None:
    """Print what one kind of search takes."""
    size = len(people)
    # In one process, as it would be with as many searches at once as there are processors.
    parameters = {"conninfo": url, "options": "-c max_parallel_workers_per_gather=0"}
    parameters["options"] += " -c max_parallel_maintenance_workers=0"
    held = PgvectorGallery(parameters, partial(derive_key, bytes(32)), policy=policy)
    held.prepare()
    load_ms = _cpu_ms(held, lambda: held.load(KEY, _rows(people), revision=0))
    _settle(url)
    found, times_ms = zip(*(_searched(held, each) for each in probes), strict=True)
    recalls = [_recall(found[0], truth[0], 1), *map(partial(_recall, count=CANDIDATES), found, truth)]
    enrolments = [_cpu_ms(held, partial(_enroll, held, size, number, probes[1])) for number in range(CHANGES)]
    erasures = [_cpu_ms(held, partial(held.remove, KEY, size + 1 + number)) for number in range(CHANGES)]
    table_mb, graph_mb = _sizes_mb(url)
    held.close()
    cells = [
        name,
        _median_and_p95([*times_ms[0], *times_ms[1]]),
        *(f"{recall:.4f}" for recall in recalls),
        _median_and_p95(enrolments),
        _median_and_p95(erasures),
        f"{load_ms / 1000:.1f}",
        f"{table_mb:.0f}",
        f"{graph_mb:.0f}" if graph_mb else "",
    ]
    print(f"| {size:,} | {' | '.join(cells)} |", flush=True)


def _rows(people: Matrix) -> Iterator[tuple[int, Matrix]]:
    return ((entry, vector) for entry, vector in enumerate(people, 1))


def _mates(people: Matrix) -> Matrix:
    """Probes of the first people, each at the same angle to his template."""
    away = np.random.default_rng(2).standard_normal((SEARCHES, people.shape[1]), np.float32)
    towards = people[:SEARCHES]
    away = _units(away - (away * towards).sum(axis=1, keepdims=True) * towards)
    return _units(MATED_COSINE * towards + np.float32(np.sqrt(1 - MATED_COSINE**2)) * away)


def _nearest(people: Matrix, probes: Matrix) -> list[list[int]]:
    """Entries of the most similar, best first."""
    return [[int(row) + 1 for row in np.argsort(-(people @ probe))[:CANDIDATES]] for probe in probes]


def _searched(held: PgvectorGallery, probes: Matrix) -> tuple[list[list[int]], list[float]]:
    """Whom each probe found, and what it took in ms."""
    found: list[list[int]] = []

    def search(probe: Matrix) -> None:
        found.append([neighbor.entry for neighbor in held.search(KEY, probe, top_k=CANDIDATES)])

    return found, [_cpu_ms(held, partial(search, probe)) for probe in probes]


def _recall(found: list[list[int]], truth: list[list[int]], count: int) -> float:
    """Share of the truly nearest that were found, whatever their order."""
    hits = [len(set(each) & set(nearest[:count])) for each, nearest in zip(found, truth, strict=True)]
    return sum(hits) / (count * len(truth))


def _enroll(held: PgvectorGallery, size: int, number: int, vectors: Matrix) -> None:
    put = [(size + 1 + number, vectors[number])]
    assert held.apply(KEY, put=put, remove=(), since=number, revision=number + 1)  # noqa: S101


def _settle(url: str) -> None:
    """As autovacuum leaves it, and in the server's memory."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
        connection.execute("CHECKPOINT")


def _sizes_mb(url: str) -> tuple[float, float]:
    with psycopg.connect(url) as connection:
        row = connection.execute(
            "SELECT sum(pg_relation_size(oid)) FILTER (WHERE relkind = 'r') / 1e6,"
            " sum(pg_relation_size(oid)) FILTER (WHERE relname LIKE '%_graph') / 1e6"
            " FROM pg_class WHERE relname LIKE 'vectors_%'"
        ).fetchone()
    assert row is not None  # noqa: S101
    return float(row[0]), float(row[1] or 0)


def _cpu_ms(held: PgvectorGallery, work: Callable[[], object]) -> float:
    """Of this thread and of the server's process that serves it."""
    with held._connections.use() as connection:
        server = Path(f"/proc/{connection.info.backend_pid}/schedstat")
    start_ms = time.thread_time() * 1000 + _on_cpu_ms(server)
    work()
    return time.thread_time() * 1000 + _on_cpu_ms(server) - start_ms


def _on_cpu_ms(schedstat: Path) -> float:
    return int(schedstat.read_text(encoding="ascii").split()[0]) / 1e6


def _units(vectors: Matrix) -> Matrix:
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
