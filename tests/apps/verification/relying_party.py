"""A relying party's backend, as the REST tests play it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.test import Client

from frapi.apps.accounts import jwt
from frapi.apps.accounts.models import ApiClient
from frapi.apps.accounts.services import create_client
from frapi.apps.templates.services import store_template
from frapi.vision.embed import CONTRACT, unit
from frapi.vision.types import Embedding


@dataclass
class Backend:
    """A relying party's backend: REST with its access token."""

    client: ApiClient
    access_token: str

    def call(self, method: str, path: str, body: Any = None, *, status: int = 200, **headers: str) -> dict[str, Any]:
        http = Client(headers={"authorization": f"JWT {self.access_token}"} | headers)
        data = body if isinstance(body, str) else json.dumps(body)
        response = http.generic(method, path, data, content_type="application/json")
        assert response.status_code == status, response.content
        answer: dict[str, Any] = response.json()
        if status >= 400:
            assert set(answer) == {"type", "error", "code", "details"}
            assert (answer["type"], answer["code"]) == ("error", status)
        return answer

    def enroll(self, status: int = 201, **body: Any) -> dict[str, Any]:
        return self.call("POST", "/api/auth/enrollment/", {"user_id": "ada"} | body, status=status)

    def authenticate(self, status: int = 201, **body: Any) -> dict[str, Any]:
        return self.call("POST", "/api/auth/authentication/", body, status=status)


def enrolled(client: ApiClient, user_id: str = "ada", axis: int = 0) -> None:
    vector = np.zeros(128, np.float32)
    vector[axis] = 1
    embedding = Embedding(unit(vector), CONTRACT)
    store_template(client.id, user_id, embedding, sample_count=3, quality_score=0.876, enrollment_id=client.id)


def make_backend(**options: Any) -> Backend:
    client = create_client("relying party", **options).client
    return Backend(client, jwt.issue(client))
