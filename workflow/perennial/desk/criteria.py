"""Criteria: the protocol in an editor, with what it would change of the review beside it."""

from __future__ import annotations

import secrets
from dataclasses import asdict
from hashlib import sha256
from typing import Any, TypeAlias

from flask import Blueprint, abort, jsonify, render_template, request, session
from flask.typing import ResponseReturnValue

from perennial.config import LARGEST
from perennial.desk.consequences import AGAINST, Consequences
from perennial.desk.contrast import contrast
from perennial.desk.problems import Checked, checked, problem
from perennial.desk.review import Review
from perennial.desk.saving import Changed, replace_if
from perennial.desk.told import rendered
from perennial.desk.veil import unseen_by
from perennial.desk.words import headings, words
from perennial.errors import InputError, Place
from perennial.preview.protocol import Protocol
from perennial.swap import digest_of, held

BOM = "\ufeff"
Answer: TypeAlias = dict[str, Any]


def pages(review: Review) -> Blueprint:
    """The pages under /criteria."""
    of = Blueprint("criteria", __name__)
    editing = Editing(review)

    @of.get("/criteria")
    def show() -> str:
        nonce = secrets.token_urlsafe(16)
        request.style_nonce = nonce  # type: ignore[attr-defined]  # the guard lets it in
        editing.present()  # what cannot be shown is told in its place
        editing.begin()
        file, project = review.screening, editing.project
        return render_template("criteria.html.j2", nonce=nonce, file=file, project=project)

    @of.get("/criteria/text")
    def text() -> ResponseReturnValue:
        return jsonify(editing.present())

    @of.get("/criteria/digest")
    def digest() -> ResponseReturnValue:
        return jsonify({"present": editing.digest(), "stamp": editing.look()})

    @of.get("/criteria/words")
    def known() -> ResponseReturnValue:
        return jsonify(words())

    @of.get("/criteria/headings")
    def begun() -> ResponseReturnValue:
        return jsonify(headings(editing.consequences.mesh(), request.args.get("begun", "")))

    @of.post("/criteria/check")
    def check() -> ResponseReturnValue:
        return jsonify(editing.check(_asked(), _text()))

    @of.post("/criteria/difference")
    def difference() -> ResponseReturnValue:
        return jsonify(editing.difference(_text()))

    @of.post("/criteria/save")
    def save() -> ResponseReturnValue:
        return jsonify(editing.save(_text(), str(_asked().get("digest", ""))))

    return of


def _asked() -> Answer:
    try:
        asked = request.get_json(silent=True)
    except RecursionError:  # brackets in brackets, which no page sends
        asked = None
    if not isinstance(asked, dict):
        abort(400, "This is not what the page asks.")
    return asked


def _text() -> str:
    """The text that was sent, which has to be one that a file can hold."""
    text = _asked().get("text")
    if not isinstance(text, str):
        abort(400, "No text was sent.")
    try:
        text.encode()
    except UnicodeEncodeError:
        abort(400, "The text holds half a character, which no file can.")
    return text


class Editing:
    """What the page asks for: to read the file, to check a text, to save and to compare it."""

    def __init__(self, review: Review) -> None:
        self.review, self.consequences = review, Consequences(review)
        self.file = review.screening
        self._unseen = unseen_by(self.file)
        self.project = sha256(bytes(self.file.resolve())).hexdigest()[:12]

    def begin(self) -> None:
        """Have what is needed read by the time that somebody types."""
        self.look()
        self.consequences.begin(AGAINST[0], self.alone)

    @property
    def alone(self) -> str:
        """The reviewer whose decisions alone are told of; "" if all are."""
        return str(session["reviewer"]) if self._unseen() else ""

    def look(self) -> str:
        """What is another once anything compared with has changed."""
        return self.consequences.look(self.alone)

    def digest(self) -> str:
        """The digest of the file as it is now."""
        return digest_of(held(self.file))

    def present(self) -> Answer:
        """The file as it is now: its text, and the digest of its bytes."""
        content = held(self.file)
        if len(content) > LARGEST:
            raise InputError(f"larger than {LARGEST:,} bytes", Place(str(self.file)))
        try:
            return {"text": content.decode(), "digest": digest_of(content)}
        except UnicodeDecodeError:
            raise InputError("not UTF-8 text", Place(str(self.file)), "save it as UTF-8") from None

    def check(self, asked: Answer, text: str) -> Answer:
        """What is wrong with a text, and what it would change.

        ``state`` is ``told``, with the consequences as ``html``; ``cannot``, with the reason, which
        may pass; ``wrong``: an error stands in their way; ``reading``: ask again; ``late``: the
        page has sent another text since.
        """
        against = asked.get("against") if asked.get("against") in AGAINST else AGAINST[0]
        self.consequences.newest.note(*_sender(asked))
        found = self._checked(text)
        answer = {"present": self.digest(), "problems": list(map(asdict, found.problems))}
        if found.protocol is None:
            return {**answer, "state": "wrong", "html": ""}
        state, html = self._told(found.protocol, str(against), _sender(asked))
        return {**answer, "state": state, "html": html}

    def _checked(self, text: str) -> Checked:
        bare = text.removeprefix(BOM)
        try:
            mesh = self.consequences.mesh()
        except InputError as error:
            return Checked(None, (problem(error, bare, self.file),))
        return checked(bare, self.file, self.consequences.decided, mesh, self.alone)

    def _told(self, protocol: Protocol, against: str, sender: tuple[str, int]) -> tuple[str, str]:
        try:
            compared = self.consequences.compared(against, self.alone)
            if compared is None:
                return "reading", ""
            told = self.consequences.told(protocol, compared, sender)
        except InputError as refused:
            error = self.review.told(refused)
            return "cannot", render_template("criteria_cannot.html.j2", error=error)
        if told is None:
            return "late", ""
        return "told", rendered(told, compared.before, protocol, bool(compared.alone))

    def difference(self, text: str) -> Answer:
        """The file as it is now, and how a text differs from it."""
        present = self.present()
        lines = contrast(present["text"], text)
        return {**present, "html": render_template("criteria_difference.html.j2", lines=lines)}

    def save(self, text: str, digest: str) -> Answer:
        """Save a text in place of the one with ``digest``.

        ``state`` is ``saved``; ``changed`` if the file is another by now; or ``wrong`` if the
        text cannot be right. But for the first, nothing is written.
        """
        found = self._checked(text)
        if found.protocol is None:
            return {"state": "wrong", "problems": list(map(asdict, found.problems))}
        try:
            return {"state": "saved", "present": replace_if(self.file, digest, text.encode())}
        except Changed as changed:
            return {"state": "changed", "present": digest_of(changed.present)}


def _sender(asked: Answer) -> tuple[str, int]:
    """The page that asks, and the number that it gives to what it asks."""
    serial = asked.get("serial")
    return str(asked.get("page", ""))[:40], serial if isinstance(serial, int) else 0
