"""Whether an answer is what was asked for, and whole."""

from __future__ import annotations

import email.utils
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from lxml import etree

from perennial.entrez import faults
from perennial.entrez.transport import Received

# huge_tree would lift the parser's guard against documents that blow up; none needs it:
# 10 MB in one run of text is more than any record has.
PARSER = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)

# So many records at once are not withdrawn between search and fetch: the source has failed.
MANY = 10
_SETS = ("PubmedArticleSet", "pmc-articleset")


@dataclass(frozen=True, slots=True)
class Answer:
    """The body of one answer and the source's own time for it (ISO 8601 UTC)."""

    body: bytes
    when: str

    @property
    def tree(self) -> etree._Element:
        """The answer as XML; the checks have made sure that it is."""
        return etree.fromstring(self.body, PARSER)


def checked(received: Received, root: str, ids: Sequence[str] = ()) -> Answer:
    """The answer, once it is whole XML under ``root`` without an error in it; or Fault.

    XML is whole when its root element is closed, so that a body which merely ends when the
    connection does is known to be cut. ``ids`` are those that were asked about, if any were.
    """
    answer = Answer(received.body, _when(received))
    _check_type(received)
    try:
        tree = answer.tree
    except etree.XMLSyntaxError as error:
        said = f"the answer is not whole XML ({len(received.body):,} bytes): {error}"
        raise faults.unfit(said, received.headers, received.body) from None
    complaint = next(tree.iter("ERROR"), None)
    if complaint is not None:
        said = "".join(str(text) for text in complaint.itertext())
        raise faults.said(" ".join(said.split()), received.headers)
    if tree.tag != root:
        kind = f"the answer is a <{tree.tag}>, not a <{root}>"
        raise faults.unfit(kind, received.headers, received.body)
    _check_ids(tree, ids)
    return answer


def _check_ids(tree: etree._Element, ids: Sequence[str]) -> None:
    """Single records may be gone, which the caller sees; this is for what cannot be right."""
    if tree.tag in _SETS and len(ids) >= MANY and not len(tree):
        raise faults.Fault(f"the answer holds none of the {len(ids)} records asked for")
    told = {node.text or "" for node in tree.iterfind("LinkSet/IdList/Id")}
    if others := sorted(told - set(ids)):
        raise faults.Fault(f"the answer is about other ids than those asked about: {others[0]}")


def _check_type(received: Received) -> None:
    if not received.body.strip():
        raise faults.unfit("the answer is empty", received.headers, b"")
    kind = received.headers.get_content_type()
    if not (kind in ("text/xml", "application/xml") or kind.endswith("+xml")):
        raise faults.unfit(f"the answer is {kind}, not XML", received.headers, received.body)


def _when(received: Received) -> str:
    try:
        date = email.utils.parsedate_to_datetime(received.headers["Date"])
    except (ValueError, TypeError, IndexError):
        raise faults.Fault("the answer bears no date") from None
    aware: datetime = date if date.tzinfo else date.replace(tzinfo=UTC)
    return aware.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
