"""``perennial decide``."""

from __future__ import annotations

import sys
import termios
from collections.abc import Sequence
from pathlib import Path

import click
from rich.console import Console
from rich.text import Text

from perennial.commands import _behind, _options
from perennial.decisions.card import card, reason_to_wait
from perennial.decisions.decision import STAGES, Decision
from perennial.decisions.desk import (
    Desk,
    Waiting,
    decisions_of,
    heard_on,
    load_desk,
    own,
    role_of,
    taken_back,
    to_adjudicate,
    waiting_for,
)
from perennial.decisions.table import append
from perennial.errors import InputError
from perennial.printable import printable

KEYS = "i include  e exclude  u unsure  s skip  n note  b back  q quit"
WIDEST = 100  # columns; longer lines are hard to read
_AT_EXIT = (KeyboardInterrupt, EOFError, click.Abort)


@click.command
@click.option("--reviewer", required=True, help="Who decides; written into every row.")
@_options.results
@_options.config_folder
@click.option("--stage", type=click.Choice(STAGES), default=STAGES[0], show_default=True)
@click.option("--adjudicate", is_flag=True, help="Settle what the reviewers could not.")
@_options.dated("The day of the decisions; today if left out.")
def command(
    reviewer: str, results: Path, config: Path, stage: str, adjudicate: bool, day: str
) -> None:
    """Walk through the queue: one record, one key; every answer is on disk before the next."""
    if not reviewer.strip():
        raise InputError("the reviewer has no name", None, "--reviewer NAME")
    said = _behind.warn("the queue", results, config / "screening.yaml", config / "decisions.tsv")
    desk = load_desk(results, config, stage)
    decisions = decisions_of(desk, config / "decisions.tsv")
    found = to_adjudicate(desk, decisions) if adjudicate else waiting_for(desk, decisions, reviewer)
    walk = _Walk(desk, config / "decisions.tsv", decisions, found, reviewer, adjudicate, day)
    walk.clean = not said  # a screen wiped at once would take the warning with it
    walk.go()
    for sentence in said:  # by now it has left the screen
        click.echo(sentence, err=True)


class _Walk:
    """One sitting: where it stands in the queue, and what it wrote, so that it can go back."""

    def __init__(
        self,
        desk: Desk,
        file: Path,
        decisions: Sequence[Decision],
        queue: Sequence[Waiting],
        reviewer: str,
        adjudicate: bool,
        day: str,
    ) -> None:
        self.desk, self.file, self.decisions = desk, file, list(decisions)
        self.queue, self.at = queue, 0
        self.reviewer, self.adjudicate, self.day = reviewer, adjudicate, day
        self.note = ""
        self.clean = True  # whether the screen may be wiped
        self.steps: list[tuple[Decision, Decision | None] | None] = []  # None: skipped
        width = min(Console().width, WIDEST)
        self.console = Console(width=width, highlight=False, markup=False, emoji=False)

    def go(self) -> None:
        """Show and ask until the queue ends or the reviewer does."""
        try:
            while self.show() and self.answer():
                pass
        except _AT_EXIT:
            self.console.print()
        if not self.queue:
            self.console.print(f"nothing waits for {printable(self.reviewer)}")
            return
        answered = len({step[0].pmid for step in self.steps if step})
        left = len(self.queue) - answered
        self.console.print(f"{answered} answered, {left} left; all answers are in {self.file}")

    def show(self) -> bool:
        """The record that is next, or that the queue ends; False if it was empty."""
        if self.clean:
            self.console.clear()
        self.clean = True
        if self.at == len(self.queue):
            self.console.rule("the end of the queue")
            return bool(self.steps)
        waiting = self.queue[self.at]
        blind = self.desk.blind and not self.adjudicate
        heard = [] if blind else heard_on(self.desk, self.decisions, waiting.pmid)
        why = reason_to_wait(waiting.why, blind)
        self.console.rule(f"{self.at + 1} of {len(self.queue)} · {self.desk.stage}")
        record, ruled = self.desk.records[waiting.pmid], self.desk.ruled(waiting.pmid)
        notices = self.desk.notices_on(waiting.pmid)
        self.console.print(card(record, ruled, self.desk.criteria, notices, why, heard))
        return True

    def answer(self) -> bool:
        """Take keys until one leads on; False if it leads out."""
        while True:
            ended = self.at == len(self.queue)
            self.console.print(Text("b back  q quit" if ended else KEYS, "bold"))
            key = _key()
            if key == "q":
                return False
            if ended and key != "b":
                continue
            if key == "n":
                self.note = printable(click.prompt("note", default="", show_default=False)).strip()
            elif self.moved(key):
                self.note = ""
                return True

    def moved(self, key: str) -> bool:
        """Do what a key says; whether it led to another record."""
        match key:
            case "i":
                return self.write("include", self.desk.struck(self.queue[self.at].pmid))
            case "e":
                criterion = self.criterion()
                return bool(criterion) and self.write("exclude", criterion)
            case "u":
                return self.write("human", "")
            case "s":
                self.steps.append(None)
                self.at += 1
                return True
            case "b":
                return self.back()
        return False

    def write(self, outcome: str, criterion: str) -> bool:
        """Append the answer; the next record is shown only once it is on disk."""
        pmid, role = self.queue[self.at].pmid, role_of(self.adjudicate)
        before = own(self.decisions, self.desk.stage, self.reviewer, role).get(pmid)
        decision = self.desk.decision(
            pmid, outcome, criterion, self.reviewer, self.day, self.note, role
        )
        self.keep(decision)
        self.steps.append((decision, before))
        self.at += 1
        return True

    def back(self) -> bool:
        """To the record before; an answer to it is taken back by one more row."""
        if not self.steps:
            self.console.print("this is the first record")
            return False
        step = self.steps.pop()
        if step:
            self.keep(taken_back(self.desk, *step, self.day))
        self.at -= 1
        return True

    def keep(self, decision: Decision) -> None:
        """On disk and in mind."""
        append(self.file, decision)
        self.decisions.append(decision)

    def criterion(self) -> str:
        """The criterion of an exclusion, by its number or its id; "" to think again."""
        reasons = self.desk.reasons
        for number, criterion in enumerate(reasons, 1):
            self.console.print(f"{number:>3}  {criterion.id:<5} {printable(criterion.reason)}")
        chosen = click.prompt("criterion (Enter: none)", default="", show_default=False).strip()
        by_name = {c.id.casefold(): c.id for c in reasons}
        by_name |= {str(number): c.id for number, c in enumerate(reasons, 1)}
        if chosen and chosen.casefold() not in by_name:
            self.console.print(f"there is no criterion {printable(chosen)!r}")
        return by_name.get(chosen.casefold(), "")


def _key() -> str:
    """One key. What was typed before the record was on the screen is no answer to it."""
    try:
        if sys.stdin.isatty():
            termios.tcflush(sys.stdin, termios.TCIFLUSH)
        typed = click.getchar()
    except OSError:
        raise InputError("there is no terminal to ask in") from None
    if not typed:
        raise EOFError
    return typed.lower()
