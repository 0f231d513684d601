"""A real server on PostgreSQL, with the gallery in it, whose database dies in the middle of a session."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import httpx
import pytest

from frapi.simulation.script import LIVELY, rest, turn
from tests import samples
from tests.postgres import Cluster, why_absent
from tests.servers import Credentials, Stand, running

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(why_absent() is not None, reason=f"no PostgreSQL: {why_absent()}"),
]

TURNED = rest(1.0) + turn(22) + rest(0.5) + turn(-22) + rest(0.5)


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    made = Cluster(durable=True)
    made.start()
    yield made
    made.remove()


@pytest.fixture(scope="module")
def stand(tmp_path_factory: pytest.TempPathFactory, cluster: Cluster) -> Iterator[Stand]:
    home: Path = tmp_path_factory.mktemp("postgres")
    with running(home, DATABASE_URL=cluster.url(), FRAPI_GALLERY="pgvector") as started:
        yield started


@pytest.fixture(scope="module")
def credentials(stand: Stand) -> Credentials:
    return stand.new_api_client("e2e")


async def test_the_session_goes_on_when_the_database_is_back(
    stand: Stand, credentials: Credentials, cluster: Cluster
) -> None:
    """Killed after a turn was counted; back before the blink. One socket throughout, and he is found afterwards."""
    told: list[int] = []

    def kill_in_between() -> Iterator[bytes]:
        """Runs between two frames, in the client's reading thread."""
        cluster.kill()
        told.append(httpx.get(f"{stand.url}/health/").status_code)
        cluster.start()
        told.append(httpx.get(f"{stand.url}/health/").status_code)
        yield from ()

    frames = chain(
        samples.living("obama.jpg", TURNED),
        kill_in_between(),
        *(samples.living("obama.jpg", LIVELY, seed=seed) for seed in range(2, 8)),  # the session ends long before them
    )
    async with stand.client(credentials) as client:
        # Turns are seen however slow the machine is, blinks aren't.
        ticket = await client.create_enrollment("survivor", metadata={"required_blinks": 0})
        enrolled = await client.run(ticket, frames)
        assert enrolled.success
        assert enrolled.connections == 1
        if not told:
            pytest.skip("here the first film was enough: the session was over before the database was killed")
        assert told == [503, 200]
        ticket = await client.create_authentication()
        found = await client.run(ticket, samples.living("obama.jpg", LIVELY * 4, seed=9))
        assert (found.success, found.user_id) == (True, "survivor")


def test_health_names_what_is_in_use(stand: Stand) -> None:
    checks = httpx.get(f"{stand.url}/health/").json()["checks"]
    assert checks["database"]["using"].startswith("PostgreSQL 1")
    assert checks["gallery"]["using"].startswith("pgvector 0.")


def test_a_server_that_is_away_is_told_before_anything_starts(stand: Stand, tmp_path: Path) -> None:
    away = Stand(tmp_path, DATABASE_URL="postgres://frapi:hush-hush@127.0.0.1:1/frapi")
    with pytest.raises(AssertionError, match="frapi can't start: DATABASE_URL: the database can't be used: ") as caught:
        away.manage("start", "--prepare-only")
    assert "hush-hush" not in str(caught.value)
    assert "Traceback" not in str(caught.value)
