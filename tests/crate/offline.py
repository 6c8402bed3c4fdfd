"""Fill the validator's HTTP cache, so that it validates without a network.

Run by the validator's own Python, with the cache's path: the one thing that the validator would
fetch is the JSON-LD context of RO-Crate 1.1, and context.json has those of its terms that a crate
of ours uses. A term that is not there means nothing to the validator, and it complains.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

import requests
from requests.adapters import BaseAdapter
from requests_cache import CachedSession
from urllib3 import HTTPResponse

URL = "https://w3id.org/ro/crate/1.1/context"


class Here(BaseAdapter):
    """Answers every request with context.json."""

    def send(self, request, **_):
        body = (Path(__file__).parent / "context.json").read_bytes()
        answer = requests.Response()
        answer.status_code, answer.url, answer.request = 200, request.url, request
        answer.headers["Content-Type"] = "application/ld+json"
        answer.raw = HTTPResponse(io.BytesIO(body), status=200, preload_content=False)
        return answer

    def close(self) -> None:
        pass


if __name__ == "__main__":
    with CachedSession(cache_name=sys.argv[1], backend="sqlite", expire_after=-1) as session:
        session.mount("https://", Here())
        print(session.get(URL).status_code)
