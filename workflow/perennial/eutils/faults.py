"""A server that fails as it is told to: faults are data, a list of rules in YAML.

    seed: 1
    rules:
      - note: a proxy's page in place of the second and third answer
        utility: efetch
        nth: 2
        times: 2
        do: {answer: {status: 502, body: <html>Bad Gateway</html>}}

A rule counts the requests it is for (``utility``, ``db``) and meets the ``nth`` and every
``every``-th after it, ``times`` times in all; without ``times`` it never heals. What it does
changes what the server holds, the request as the server reads it, or the answer.
workflow/schemas/faults.schema.json lists everything that a rule can do.
"""

from __future__ import annotations

import gzip
import random
import re
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial, reduce
from pathlib import Path
from string import Template
from typing import Any

from perennial.config import Config, load
from perennial.errors import InputError
from perennial.eutils.answer import (
    EFETCH,
    EINFO,
    ELINK,
    EPOST,
    ESEARCH,
    HTML,
    Answer,
    Refusal,
    Request,
    refused,
)
from perennial.eutils.churn import changed, without
from perennial.eutils.corpus import Corpus
from perennial.eutils.history import History
from perennial.eutils.utilities import Respond, answer

_JSON = "application/json"
_BOMB = 10_000_000, 30  # bytes unpacked in each of so many members of 10 kB
_RESET = Answer(0, b"")
_ENVELOPES = {
    "einfo": EINFO,
    "esearch": ESEARCH,
    "epost": EPOST,
    "efetch": EFETCH,
    "elink": ELINK,
}


@dataclass(frozen=True, slots=True)
class Fault:
    """What a rule does, to any of the three."""

    corpus: Callable[[Corpus], Corpus] | None = None
    request: Callable[[Request], Request] | None = None
    answer: Callable[[Request, Answer], Answer] | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """When a fault happens; ``times`` 0 is for ever."""

    fault: Fault
    utility: str = ""
    db: str = ""
    nth: int = 1
    every: int = 1
    times: int = 0
    probability: float = 1.0

    def concerns(self, request: Request) -> bool:
        """Whether the rule counts this request."""
        db = request.value("dbfrom") or request.value("db")
        if request.utility not in _ENVELOPES:
            return False
        return self.utility in ("", request.utility) and self.db in ("", db)

    def due(self, count: int, met: int) -> bool:
        """Whether it may meet the ``count``-th of its requests, having met ``met``."""
        later = count - self.nth
        return later >= 0 and later % self.every == 0 and not (self.times and met >= self.times)


def script(path: str | Path) -> Config:
    """Read a file of faults; InputError with its line for what cannot be one."""
    return load(path, "faults")


def responder(corpus: Corpus, faults: Config) -> Respond:
    """As ``utilities.responder``, with the faults of ``script``. May be called from threads.

    Raises InputError for a rule about a record that the corpus does not hold.
    """
    rules = [_rule(corpus, faults, index) for index in range(len(faults["rules"]))]
    meeting = _meeting(rules, faults.get("seed", 0))
    corpora: dict[tuple[int, ...], Corpus] = {(): corpus}
    history, lock = History(), threading.Lock()

    def respond(request: Request) -> Answer:
        nonlocal history
        with lock:
            met = meeting(request)
            held = tuple(index for index in met if rules[index].fault.corpus)
            if held not in corpora:
                corpora[held] = reduce(_held, (rules[i].fault for i in held), corpus)
            read = reduce(_read, (rules[i].fault for i in met), request)
            result, history = answer(corpora[held], history, read)
        return reduce(partial(_sent, request), (rules[i].fault for i in met), result)

    return respond


def _held(corpus: Corpus, fault: Fault) -> Corpus:
    return fault.corpus(corpus) if fault.corpus else corpus


def _read(request: Request, fault: Fault) -> Request:
    return fault.request(request) if fault.request else request


def _sent(request: Request, result: Answer, fault: Fault) -> Answer:
    return fault.answer(request, result) if fault.answer else result


def _meeting(rules: Sequence[Rule], seed: int) -> Callable[[Request], tuple[int, ...]]:
    """A function that tells which rules meet the next request, by their index."""
    count, met = [0] * len(rules), [0] * len(rules)
    chances = [random.Random(f"{seed}:{index}") for index in range(len(rules))]  # noqa: S311

    def meeting(request: Request) -> Iterator[int]:
        for index, rule in enumerate(rules):
            if not rule.concerns(request):
                continue
            count[index] += 1
            if rule.due(count[index], met[index]) and chances[index].random() < rule.probability:
                met[index] += 1
                yield index

    return lambda request: tuple(meeting(request))


def _rule(corpus: Corpus, faults: Config, index: int) -> Rule:
    row = faults["rules"][index]
    ((kind, told),) = row["do"].items()
    settings = {key: value for key, value in row.items() if key not in ("note", "do")}
    try:
        fault = _KINDS[kind](told)
        _held(corpus, fault)
    except (KeyError, re.error) as error:
        what = f"no record {error}" if isinstance(error, KeyError) else str(error)
        place = faults.place("rules", index, "do", kind)
        raise InputError(f"rules.{index}.do.{kind}: {what}", place) from None
    return Rule(fault, **settings)


# One function for each thing that a rule can do: what is told of it -> Fault.


def _answer(told: Mapping[str, Any]) -> Fault:
    template = Template(told.get("body", ""))
    headers = tuple(told.get("headers", {}).items())

    def spoilt(request: Request, _: Answer) -> Answer:
        given = {name: request.value(name) for name in request.parameters}
        body = template.safe_substitute(given).encode()
        return Answer(told.get("status", 200), body, told.get("type", HTML), headers)

    return Fault(answer=spoilt)


def _error(told: str) -> Fault:
    refusal = Refusal(told)
    return Fault(answer=lambda request, _: refused(_ENVELOPES[request.utility], refusal))


def _too_many(told: Mapping[str, Any]) -> Fault:
    """The body that NCBI sends: the key, or the caller's address where there is none."""
    wait = {"Retry-After": told["retry_after"]} if "retry_after" in told else {}
    body = '{"error":"API rate limit exceeded","api-key":"$api_key","count":"11","limit":"10"}'
    headers = {"X-RateLimit-Limit": "10", "X-RateLimit-Remaining": "0", **wait}
    status = told.get("status", 429)
    return _answer({"status": status, "type": _JSON, "headers": headers, "body": body})


def _cut(told: Mapping[str, Any]) -> Fault:
    def spoilt(_: Request, whole: Answer) -> Answer:
        length = str(len(whole.body)) if told.get("announced", True) else ""
        headers = (*whole.headers, ("Content-Length", length))
        return replace(whole, body=whole.body[: told["after"]], headers=headers)

    return Fault(answer=spoilt)


def _delay(told: float) -> Fault:
    def late(_: Request, result: Answer) -> Answer:
        time.sleep(told)
        return result

    return Fault(answer=late)


def _type(told: str) -> Fault:
    return Fault(answer=lambda _, right: replace(right, content_type=told))


def _raw_deflate(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(body) + packer.flush()


_PACKED: Mapping[str, tuple[str, Callable[[bytes], bytes]]] = {
    "gzip": ("gzip", lambda body: gzip.compress(body, mtime=0)),
    "deflate": ("deflate", zlib.compress),
    "raw deflate": ("deflate", _raw_deflate),
    "broken gzip": ("gzip", lambda body: gzip.compress(body, mtime=0)[:-9]),
    "bomb": ("gzip", lambda _: gzip.compress(bytes(_BOMB[0]), mtime=0) * _BOMB[1]),
}


def _pack(told: str) -> Fault:
    coding, packed = _PACKED[told]
    added = (("Content-Encoding", coding),)
    return Fault(
        answer=lambda _, plain: replace(
            plain, body=packed(plain.body), headers=plain.headers + added
        )
    )


def _redirect(told: str) -> Fault:
    return _answer({"status": 302, "headers": {"Location": told}})


def _forget(_: bool) -> Fault:
    def forgotten(request: Request) -> Request:
        gone = {"webenv": ("MCID_expired",)} if "webenv" in request.parameters else {}
        return replace(request, parameters={**request.parameters, **gone})

    return Fault(request=forgotten)


def _rewrite(told: Mapping[str, str]) -> Fault:
    pattern = re.compile(told["pattern"])

    def rewritten(request: Request) -> Request:
        terms = tuple(pattern.sub(told["to"], term) for term in request.parameters.get("term", ()))
        return replace(request, parameters={**request.parameters, "term": terms})

    return Fault(request=rewritten)


def _cap(told: int) -> Fault:
    def capped(request: Request) -> Request:
        most = str(min(request.number("retmax", 20), told))
        return replace(request, parameters={**request.parameters, "retmax": (most,)})

    return Fault(request=capped)


_KINDS: Mapping[str, Callable[[Any], Fault]] = {
    "answer": _answer,
    "error": _error,
    "too_many": _too_many,
    "cut": _cut,
    "close": lambda _: Fault(answer=lambda request, result: _RESET),
    "delay": _delay,
    "type": _type,
    "pack": _pack,
    "redirect": _redirect,
    "forget": _forget,
    "rewrite": _rewrite,
    "cap": _cap,
    "hide": lambda told: Fault(corpus=lambda corpus: without(corpus, told)),
    "churn": lambda told: Fault(corpus=lambda corpus: changed(corpus, **told)),
}
