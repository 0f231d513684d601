"""The documents and their pages, as a client asks for them."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
import yaml
from django.test import Client
from pytest_django import Settings

from frapi.apps.reference.asyncapi import asyncapi_document
from frapi.apps.reference.page import page_of


@pytest.fixture
def http() -> Client:
    return Client()


@pytest.mark.parametrize(
    ("path", "headers", "media_type"),
    [
        ("/api/asyncapi/", {}, "application/asyncapi+json"),
        ("/api/asyncapi/", {"Accept": "text/html,*/*;q=0.8"}, "application/asyncapi+json"),
        ("/api/asyncapi/", {"Accept": "application/json"}, "application/json"),
        ("/api/asyncapi/?format=json", {}, "application/asyncapi+json"),
        ("/api/asyncapi/?format=yaml", {}, "application/asyncapi+yaml"),
        ("/api/asyncapi/", {"Accept": "application/yaml"}, "application/yaml"),
        ("/api/asyncapi/", {"Accept": "application/asyncapi+yaml"}, "application/asyncapi+yaml"),
    ],
)
def test_the_document_in_the_form_that_was_asked_for(
    http: Client, path: str, headers: dict[str, str], media_type: str
) -> None:
    response = http.get(path, headers=headers)
    assert response.status_code == 200
    assert response["Content-Type"].partition(";")[0] == media_type
    read = yaml.safe_load if "yaml" in media_type else json.loads
    assert read(response.content) == asyncapi_document("ws://testserver")


def test_a_form_that_there_is_not(http: Client) -> None:
    assert http.get("/api/asyncapi/?format=xml").status_code == 404
    refused = http.get("/api/asyncapi/", headers={"Accept": "image/png"})
    assert (refused.status_code, refused.json()["type"]) == (406, "error")


def test_the_document_names_the_public_address(http: Client, settings: Settings) -> None:
    settings.FRAPI = replace(settings.FRAPI, public_url="https://faces.example.com")
    (server,) = http.get("/api/asyncapi/").json()["servers"].values()
    assert server == {"protocol": "wss", "host": "faces.example.com"}


class Markup(HTMLParser):
    """What a page refers to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.addresses: list[str] = []
        self.tags: set[str] = set()
        self.inline = 0
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.add(tag)
        self.ids += [value for name, value in attrs if name == "id" and value]
        self.addresses += [value for name, value in attrs if name in {"href", "src"} and value]
        self.inline += "style" in given or any(name.startswith("on") for name in given)


def test_the_page_shows_every_message_and_field(http: Client) -> None:
    response = http.get("/docs/websocket/")
    assert response.status_code == 200
    text = response.content.decode()
    document = asyncapi_document("ws://testserver")
    markup = Markup(text)
    assert set(document["channels"]["session"]["messages"]) <= set(markup.ids)
    for schema in document["components"]["schemas"].values():
        for name in schema.get("properties", {}):
            assert re.search(rf"<code>(?:[a-z_]+\.)*{name}</code>", text), name
        for word in schema.get("enum", ()):
            assert f"<code>{word}</code>" in text
    for close in document["channels"]["session"]["x-close-codes"]:
        assert f"close-{close['code']}" in markup.ids
    assert "ws://testserver/ws/auth/process-image/{session_token}/" in text


def test_the_page_is_all_ours(http: Client) -> None:
    response = http.get("/docs/websocket/")
    markup = Markup(response.content.decode())
    assert markup.inline == 0
    assert not {"script", "style", "iframe"} & markup.tags
    assert len(markup.ids) == len(set(markup.ids))
    assert all(each.startswith(("/", "#")) for each in markup.addresses)
    anchors = {each[1:] for each in markup.addresses if each.startswith("#")}
    assert anchors <= set(markup.ids)
    for each in {each for each in markup.addresses if each.startswith("/") and each != "/"}:
        assert http.get(each).status_code == 200, each
    policy = response["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy


def test_both_pages_lead_to_each_other(http: Client) -> None:
    for page, other in (("/docs/", "/docs/websocket/"), ("/docs/websocket/", "/docs/")):
        assert other in Markup(http.get(page).content.decode()).addresses
    assert http.get("/docs/websocket").headers["Location"] == "/docs/websocket/"


def test_the_page_only_shows(http: Client) -> None:
    assert http.head("/docs/websocket/").status_code == 200
    assert http.post("/docs/websocket/").status_code == 405


def test_nothing_of_the_document_becomes_markup(http: Client, settings: Settings) -> None:
    """The host comes from the request."""
    document = asyncapi_document("ws://testserver")
    document["info"]["description"] = "<script>alert(1)</script> `<b>`"
    page = page_of(document)
    from django.template.loader import render_to_string

    text = render_to_string("reference/websocket.html", page)
    assert "<script>" not in text
    assert "&lt;script&gt;" in text
    assert "<code>&lt;b&gt;</code>" in text
