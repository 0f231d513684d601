"""The REST side against a real server; what it does in trouble is tested in ``clients/js/test``."""

from __future__ import annotations

import asyncio
import json
import subprocess
from pathlib import Path
from typing import Any

from frapi.simulation.script import LIVELY
from tests import samples
from tests.servers import Credentials, Stand

TIMEOUT_S = 120

SCRIPT = """
import {FrapiClient} from "@frapi/client";

const [url, apiKey, apiSecret] = process.argv.slice(2);
const client = new FrapiClient(url, {apiKey, apiSecret});
const fail = (promise) => promise.then(() => null, ({name, code, details}) => ({name, code, details}));

const told = {};
told.users = [];
for await (const user of client.users(1)) told.users.push(user.user_id);
told.user = await client.user("ada");
const ticket = await client.createAuthentication({user_id: "ada", metadata: {required_blinks: 2}});
told.cancelled = await client.cancel(ticket.session_token);
told.receipt = await client.erase("ada");
told.gone = await fail(client.user("ada"));
told.refused = await fail(client.createEnrollment({user_id: "", metadata: {}}));
told.impostor = await fail(new FrapiClient(url, {apiKey, apiSecret: "wrong"}).authenticate());
console.log(JSON.stringify(told));
"""


async def enrol(stand: Stand, credentials: Credentials) -> None:
    async with stand.client(credentials) as client:
        for name, portrait in (("ada", "obama.jpg"), ("grace", "biden.jpg")):
            # Drawn first: a busy machine would film too slowly for a blink to be seen.
            film = list(samples.living(portrait, LIVELY * 5))
            assert (await client.run(await client.create_enrollment(name), iter(film))).success


def test_all_calls(node: str, package: Path, stand: Stand):
    credentials = stand.new_api_client("rest")
    asyncio.run(enrol(stand, credentials))
    (package / "rest.mjs").write_text(SCRIPT)
    done = subprocess.run(
        [node, package / "rest.mjs", stand.url, credentials.api_key, credentials.api_secret],
        check=True,
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
    )
    told: dict[str, Any] = json.loads(done.stdout)
    assert told["users"] == ["ada", "grace"]
    assert told["user"]["user_id"] == "ada"
    assert told["user"]["sample_count"] >= 3
    assert told["cancelled"]["status"] == "cancelled"
    assert (told["receipt"]["templates"], told["receipt"]["user_id"]) == (1, "ada")
    assert (told["gone"]["name"], told["gone"]["code"]) == ("NotFound", 404)
    assert (told["refused"]["name"], told["refused"]["details"]["field"]) == ("ApiError", "user_id")
    assert (told["impostor"]["name"], told["impostor"]["code"]) == ("Unauthorized", 401)
