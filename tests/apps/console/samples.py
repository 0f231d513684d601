"""The samples of the page on integration, as a reader copies them."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping

import requests

from tests.servers import Credentials, Stand


def signed_in(stand: Stand, credentials: Credentials) -> requests.Session:
    """A browser without scripts, signed in to the console of a real server."""
    browser = requests.Session()
    address = f"{stand.url}/console/sign-in/"
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', browser.get(address, timeout=10).text)
    assert token is not None
    answer = browser.post(
        address,
        {"csrfmiddlewaretoken": token[1], "api_key": credentials.api_key, "api_secret": credentials.api_secret},
        headers={"Origin": stand.url},
        timeout=10,
    )
    assert answer.url == f"{stand.url}/console/", answer.text
    return browser


def shown_samples(stand: Stand, credentials: Credentials) -> Mapping[str, str]:
    """File name -> text of every sample."""
    page = signed_in(stand, credentials).get(f"{stand.url}/console/integrate/", timeout=10).text
    found = re.findall(r'<code data-sample="([^"]+)">(.*?)</code>', page, flags=re.DOTALL)
    return {name: html.unescape(text) for name, text in found}
