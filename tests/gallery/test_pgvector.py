from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import numpy as np
import psycopg
import pytest
from psycopg import sql

from frapi.apps.sealing import derive_key
from frapi.errors import GalleryMisconfigured, Unavailable
from frapi.gallery import pgvector
from frapi.gallery.base import Gallery, GalleryKey
from frapi.gallery.pgvector import PgvectorGallery, SearchPolicy
from frapi.gallery.postgres import as_text
from frapi.gallery.rotation import secret_rotation
from tests.gallery.contract import DIMENSION, KEY, GalleryContract, change, face, faces, nearest, similarity
from tests.postgres import Cluster, why_absent

pytestmark = pytest.mark.skipif(why_absent() is not None, reason=f"no PostgreSQL: {why_absent()}")

MASTER_KEY = bytes(range(32))
INTERRUPTED = "CREATE INDEX {table}_graph ON frapi_gallery.{table} USING hnsw ((vector::halfvec(128)) halfvec_ip_ops)"
INVALID = "UPDATE pg_index SET indisvalid = false FROM pg_class WHERE oid = indexrelid AND relname LIKE '%_graph'"
# The smallest gallery has a graph, built before anybody goes on.
GRAPHS: dict[str, Any] = {"policy": SearchPolicy(index_from=1), "run": lambda work: work()}


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    made = Cluster()
    made.start()
    yield made
    made.remove()


@pytest.fixture
def url(cluster: Cluster) -> str:
    cluster.execute("DROP SCHEMA IF EXISTS frapi_gallery CASCADE")
    return cluster.url()


def open_gallery(url: str, master_key: bytes = MASTER_KEY, **options: Any) -> PgvectorGallery:
    return PgvectorGallery({"conninfo": url}, lambda label: derive_key(master_key, label), **options)


def tables(url: str) -> list[str]:
    with psycopg.connect(url) as connection:
        rows = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'frapi_gallery' ORDER BY 1")
        return [name for (name,) in rows if name != "galleries"]


def execute(url: str, *statements: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)  # type: ignore[call-overload]


def stored(url: str) -> np.ndarray[Any, np.dtype[np.float32]]:
    (table,) = tables(url)
    with psycopg.connect(url) as connection:
        statement = sql.SQL("SELECT vector::text FROM {} ORDER BY entry").format(sql.Identifier("frapi_gallery", table))
        rows = connection.execute(statement).fetchall()
    return np.array([[float(number) for number in text.strip("[]").split(",")] for (text,) in rows], np.float32)


class TestExact(GalleryContract):
    @pytest.fixture
    def gallery(self, url: str) -> Iterator[Gallery]:
        with closing(open_gallery(url)) as gallery:
            yield gallery


class TestGraph(GalleryContract):
    @pytest.fixture
    def gallery(self, url: str) -> Iterator[Gallery]:
        with closing(open_gallery(url, **GRAPHS)) as gallery:
            yield gallery


@pytest.fixture
def gallery(url: str) -> Iterator[PgvectorGallery]:
    with closing(open_gallery(url)) as gallery:
        yield gallery


class TestRotation:
    def test_keeps_inner_products(self) -> None:
        rotation = secret_rotation(MASTER_KEY, DIMENSION)
        vectors = np.stack([vector for _, vector in faces(50)]) * 1.7
        assert np.allclose(rotation @ rotation.T, np.eye(DIMENSION), atol=1e-5)
        assert np.allclose((vectors @ rotation) @ (vectors @ rotation).T, vectors @ vectors.T, atol=1e-5)

    def test_is_the_key_s_alone(self) -> None:
        same, other = secret_rotation(MASTER_KEY, 16), secret_rotation(bytes(32), 16)
        assert np.array_equal(same, secret_rotation(MASTER_KEY, 16))
        assert abs(np.trace(same @ other.T)) < 8

    def test_never_changes(self) -> None:
        """A gallery is searched by the next release too."""
        assert np.allclose(secret_rotation(MASTER_KEY, 3), GOLDEN, atol=1e-4)

    def test_no_vector_lies_in_the_table_as_it_is(self, gallery: PgvectorGallery, url: str) -> None:
        gallery.load(KEY, faces(20), revision=1)
        cosines = stored(url) @ np.stack([vector for _, vector in faces(20)]).T
        assert np.abs(cosines).max() < 0.5

    def test_is_another_one_for_each_gallery(self, gallery: PgvectorGallery, url: str) -> None:
        gallery.load(KEY, faces(20), revision=1)
        ours = stored(url)
        execute(url, "DROP SCHEMA frapi_gallery CASCADE")
        with closing(open_gallery(url)) as theirs:
            theirs.load(GalleryKey("tenant-b", KEY.contract), faces(20), revision=1)
            assert np.abs((stored(url) * ours).sum(axis=1)).max() < 0.5

    def test_is_renewed_by_each_load(self, gallery: PgvectorGallery, url: str) -> None:
        gallery.load(KEY, faces(20), revision=1)
        before = stored(url)
        gallery.load(KEY, faces(20), revision=1)
        assert np.abs((stored(url) * before).sum(axis=1)).max() < 0.5
        assert nearest(gallery, 7) == 7

    def test_without_the_master_key_nobody_is_found(self, gallery: PgvectorGallery, url: str) -> None:
        gallery.load(KEY, faces(20), revision=1)
        with closing(open_gallery(url, bytes(32))) as robbed:
            assert similarity(robbed, 7) < 0.6


GOLDEN = [[-0.2523, 0.6606, -0.7071], [0.8128, -0.2518, -0.5253], [0.5251, 0.7072, 0.4734]]


class TestProcesses:
    def test_see_each_others_changes_at_once(self, url: str) -> None:
        with closing(open_gallery(url)) as ours, closing(open_gallery(url)) as theirs:
            ours.load(KEY, faces(3), revision=1)
            assert change(theirs, 1, put=[(4, face(4))])
            assert not change(ours, 1, put=[(4, face(5))])
            assert nearest(ours, 4) == 4
            assert theirs.remove(KEY, 1)
            assert ours.size(KEY) == 3
            assert 1 not in {each.entry for each in ours.search(KEY, face(1), top_k=9)}

    def test_write_by_turns_whatever_they_do_at_once(self, url: str) -> None:
        """Three real processes race for 150 revisions of one gallery: each is made once."""
        with closing(open_gallery(url)) as gallery:
            gallery.load(KEY, [], revision=0)
            script = (
                "import sys\n"
                "from tests.gallery.contract import KEY, face\n"
                "from tests.gallery.test_pgvector import open_gallery\n"
                "gallery, won = open_gallery(sys.argv[1]), 0\n"
                "while (since := gallery.revision(KEY)) < 150:\n"
                "    put = [(since + 1, face(since + 1))]\n"
                "    won += gallery.apply(KEY, put=put, remove=(), since=since, revision=since + 1)\n"
                "print(won)\n"
            )
            command = [sys.executable, "-c", script, url]
            racers = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
            won = [int(racer.communicate(timeout=120)[0]) for racer in racers]
            assert sum(won) == 150
            assert gallery.size(KEY) == 150
            assert all(nearest(gallery, entry) == entry for entry in range(1, 151))

    def test_of_many_one_builds(self, url: str) -> None:
        with closing(open_gallery(url)) as ours, closing(open_gallery(url)) as theirs:
            waited: list[int | None] = []

            def wait() -> None:
                with theirs.building(KEY):
                    waited.append(theirs.revision(KEY))

            with ours.building(KEY):
                thread = threading.Thread(target=wait)
                thread.start()
                ours.load(KEY, faces(3), revision=5)
            thread.join(timeout=30)
            assert waited == [5]

    def test_search_goes_on_while_another_one_loads_anew(self, url: str) -> None:
        """A load takes the old gallery's place in one moment, whoever is searching."""
        with closing(open_gallery(url)) as ours, closing(open_gallery(url)) as theirs:
            ours.load(KEY, faces(30), revision=1)
            over = threading.Event()

            def load_again() -> None:
                for _ in range(10):
                    theirs.load(KEY, faces(30), revision=1)
                over.set()

            thread = threading.Thread(target=load_again)
            thread.start()
            found = []
            while not over.is_set():
                found.append(nearest(ours, 7))
            thread.join()
            assert set(found) == {7}
            assert len(tables(url)) == 1


class TestGraphs:
    def test_a_gallery_that_grows_gets_one(self, url: str) -> None:
        policy = SearchPolicy(index_from=50)
        with closing(open_gallery(url, policy=policy, run=lambda work: work())) as gallery:
            gallery.load(KEY, faces(49), revision=0)
            assert not indexes(url)
            assert change(gallery, 0, put=[(50, face(50))])
            assert [valid for _, valid in indexes(url)] == [True]
            assert all(nearest(gallery, entry) == entry for entry in range(1, 51))
            assert not gallery.index(KEY)

    def test_one_that_was_interrupted_is_built_again(self, url: str) -> None:
        policy = SearchPolicy(index_from=50)
        with closing(open_gallery(url, policy=policy, run=lambda work: None)) as gallery:
            gallery.load(KEY, faces(49), revision=0)
            change(gallery, 0, put=[(50, face(50))])
            (table,) = tables(url)
            execute(url, INTERRUPTED.format(table=table), INVALID)
            assert gallery.index(KEY)
            assert [valid for _, valid in indexes(url)] == [True]

    def test_is_what_a_search_asks(self, url: str) -> None:
        with closing(open_gallery(url, **GRAPHS)) as gallery:
            gallery.load(KEY, faces(3000), revision=0)
            graph = pgvector._GRAPH.format(table=sql.Identifier("frapi_gallery", tables(url)[0]), dim=sql.Literal(128))
            probe = as_text(face(1))
            with psycopg.connect(url) as connection:
                asked = {"probe": probe, "halves": probe, "wide": 32, "top_k": 8}
                plan = connection.execute(sql.SQL("EXPLAIN ") + graph, asked).fetchall()
            assert any("Index Scan using vectors" in line for (line,) in plan)

    def test_whoever_was_erased_does_not_take_the_place_of_others(self, url: str) -> None:
        """The graph still leads to them; more are erased than a search looks at."""
        policy = SearchPolicy(index_from=1, breadth=10, reranked=1)
        with closing(open_gallery(url, policy=policy)) as gallery:
            crowd = [(entry, face(1) + face(entry) * np.float32(0.1)) for entry in range(1, 301)]
            gallery.load(KEY, [*crowd, (400, face(400))], revision=0)
            for entry in range(1, 300):
                assert gallery.remove(KEY, entry)
            assert {each.entry for each in gallery.search(KEY, face(1), top_k=2)} == {300, 400}


class TestTrouble:
    def test_vectors_of_another_dimension_are_refused(self, gallery: PgvectorGallery) -> None:
        gallery.load(KEY, faces(2), revision=0)
        with pytest.raises(ValueError, match="vectors of dimension 128 are needed"):
            change(gallery, 0, put=[(3, np.ones(64, np.float32))])
        with pytest.raises(ValueError, match="vectors of dimension 128 are needed"):
            gallery.search(KEY, np.ones(64, np.float32), top_k=1)
        assert (gallery.revision(KEY), nearest(gallery, 1)) == (0, 1)

    def test_a_load_that_breaks_off_changes_nothing(self, gallery: PgvectorGallery, url: str) -> None:
        gallery.load(KEY, faces(5), revision=1)

        def breaking() -> Iterator[Any]:
            yield from faces(3)
            raise OSError("disk full")

        with pytest.raises(OSError, match="disk full"):
            gallery.load(KEY, breaking(), revision=2)
        assert (gallery.revision(KEY), gallery.size(KEY)) == (1, 5)
        assert len(tables(url)) == 1

    def test_a_table_dropped_by_hand_is_loaded_anew(self, gallery: PgvectorGallery, url: str) -> None:
        gallery.load(KEY, faces(5), revision=1)
        execute(url, f"DROP TABLE frapi_gallery.{tables(url)[0]}")
        assert list(gallery.search(KEY, face(1), top_k=1)) == []
        assert gallery.revision(KEY) is None

    def test_a_schema_dropped_by_hand_is_made_anew(self, gallery: PgvectorGallery, url: str) -> None:
        gallery.load(KEY, faces(5), revision=1)
        execute(url, "DROP SCHEMA frapi_gallery CASCADE")
        with pytest.raises(Unavailable):
            gallery.revision(KEY)
        assert gallery.revision(KEY) is None

    def test_a_server_that_is_away_is_told(self) -> None:
        with pytest.raises(Unavailable, match="doesn't answer"):
            open_gallery("postgres://nobody@127.0.0.1:1/nothing").search(KEY, face(1), top_k=1)

    def test_a_server_without_pgvector_is_told(self, cluster: Cluster, url: str) -> None:
        told = pytest.raises(GalleryMisconfigured, match=r"^FRAPI_GALLERY: the PostgreSQL server has no pgvector")
        with cluster.without_pgvector(), closing(open_gallery(url)) as gallery, told:
            gallery.prepare()

    def test_who_may_not_create_the_extension_is_told_who_can(self, cluster: Cluster) -> None:
        cluster.execute("DROP DATABASE IF EXISTS poor", "DROP ROLE IF EXISTS poor", "CREATE ROLE poor LOGIN")
        cluster.execute("CREATE DATABASE poor")
        poor = cluster.url("poor").replace("://frapi@", "://poor@")
        with pytest.raises(GalleryMisconfigured, match=r"^FRAPI_GALLERY: have an administrator run CREATE EXTENSION"):
            open_gallery(poor).prepare()

    def test_who_may_not_create_the_schema_is_told_who_can(self, cluster: Cluster) -> None:
        cluster.execute("DROP DATABASE IF EXISTS poor", "DROP ROLE IF EXISTS poor", "CREATE ROLE poor LOGIN")
        cluster.execute("CREATE DATABASE poor")
        cluster.execute("CREATE EXTENSION vector", database="poor")
        with closing(open_gallery(cluster.url("poor").replace("://frapi@", "://poor@"))) as gallery:
            with pytest.raises(GalleryMisconfigured, match=r"CREATE SCHEMA frapi_gallery AUTHORIZATION poor$"):
                gallery.prepare()
            cluster.execute("CREATE SCHEMA frapi_gallery AUTHORIZATION poor", database="poor")
            gallery.load(KEY, faces(3), revision=1)
            assert nearest(gallery, 2) == 2

    def test_outlives_a_restart_of_the_server(self, cluster: Cluster, gallery: PgvectorGallery) -> None:
        gallery.load(KEY, faces(5), revision=1)
        cluster.kill()
        with pytest.raises(Unavailable):
            nearest(gallery, 3)
        cluster.start()
        assert nearest(gallery, 3) == 3


def indexes(url: str) -> list[tuple[str, bool]]:
    with psycopg.connect(url) as connection:
        return connection.execute(
            "SELECT relname, indisvalid FROM pg_index JOIN pg_class ON oid = indexrelid WHERE relname LIKE '%_graph'"
        ).fetchall()
