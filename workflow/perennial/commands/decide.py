"""``perennial decide``."""

from __future__ import annotations

import sys
import termios
from functools import partial
from pathlib import Path

import click
from rich.console import Console
from rich.text import Text

from perennial.commands import _behind, _options
from perennial.decisions.card import card
from perennial.decisions.decision import STAGES, Decision
from perennial.decisions.desk import load_desk
from perennial.decisions.grown import grown
from perennial.decisions.sitting import Sitting
from perennial.decisions.table import append
from perennial.desk.fresh import Fresh
from perennial.errors import InputError
from perennial.printable import printable
from perennial.queue.behind import as_of

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
    desk, file = load_desk(results, config, stage), config / "decisions.tsv"
    # How many decisions were added since tells a blinded reviewer that others have been there.
    compared = None if desk.blind and not adjudicate else file
    said = _behind.warn("the queue", results, config / "screening.yaml", compared)
    until = as_of(config / "config.yaml")
    decisions = Fresh(lambda: grown(file, desk, as_of=until).counted, file)
    sitting = Sitting(lambda: desk, decisions, partial(append, file), reviewer, adjudicate)
    walk = _Walk(sitting, file, day)
    walk.clean = not said  # a screen wiped at once would take the warning with it
    walk.go()
    for sentence in said:  # by now it has left the screen
        click.echo(sentence, err=True)


class _Walk:
    """A sitting in the terminal: what it shows, and which keys it takes."""

    def __init__(self, sitting: Sitting, file: Path, day: str) -> None:
        self.sitting, self.file, self.day = sitting, file, day
        self.note = ""
        self.clean = True  # whether the screen may be wiped
        width = min(Console().width, WIDEST)
        self.console = Console(width=width, highlight=False, markup=False, emoji=False)

    def go(self) -> None:
        """Show and ask until the queue ends or the reviewer does."""
        try:
            while self.show() and self.answer():
                pass
        except _AT_EXIT:
            self.console.print()
        steps, left = self.sitting.steps, len(self.sitting.ahead())
        if not steps and not left:
            self.console.print(f"nothing waits for {printable(self.sitting.reviewer)}")
            return
        answered = sum(step.row is not None for step in steps)
        left += len(steps) - answered
        self.console.print(f"{answered} answered, {left} left; all answers are in {self.file}")

    def show(self) -> bool:
        """The record that is next, or that the queue ends; False if it was empty."""
        if self.clean:
            self.console.clear()
        self.clean = True
        sitting, ahead = self.sitting, self.sitting.ahead()
        if not ahead:
            self.console.rule("the end of the queue")
            return bool(sitting.steps)
        at, desk, pmid = len(sitting.steps), sitting.desk, ahead[0].pmid
        self.console.rule(f"{at + 1} of {at + len(ahead)} · {desk.stage}")
        record, ruled, why = desk.records[pmid], desk.ruled(pmid), ahead[0].why
        notices, heard = desk.notices_on(pmid), sitting.heard(pmid)
        self.console.print(card(record, ruled, desk.criteria, notices, why, heard))
        self.shown = pmid
        return True

    def answer(self) -> bool:
        """Take keys until one leads on; False if it leads out."""
        ended = not self.sitting.ahead()
        while True:
            self.console.print(Text("b back  q quit" if ended else KEYS, "bold"))
            key = _key()
            if key == "q":
                return False
            if ended and key != "b":
                continue
            if key == "n":
                self.note = click.prompt("note", default="", show_default=False)
            elif self.moved(key):
                self.note = ""
                return True

    def moved(self, key: str) -> bool:
        """Do what a key says; whether it led to another record."""
        said = self.day, self.note
        match key:
            case "i":
                return self.wrote(self.sitting.include(self.shown, *said))
            case "e" if criterion := self.criterion():
                return self.wrote(self.sitting.exclude(self.shown, criterion, *said))
            case "u":
                return self.wrote(self.sitting.unsure(self.shown, *said))
            case "s":
                self.sitting.skip(self.shown)
                return True
            case "b":
                return self.back()
        return False

    def wrote(self, row: Decision | None) -> bool:
        """Leads on in any case; what waits no more is said, so that nobody thinks it was kept."""
        if row is None:
            self.console.print(f"{self.shown} waits no more: nothing was written")
            self.clean = False
        return True

    def back(self) -> bool:
        """To the record before."""
        if self.sitting.back(self.day) is None:
            self.console.print("this is the first record")
            return False
        return True

    def criterion(self) -> str:
        """The criterion of an exclusion, by its number or its id; "" to think again."""
        reasons = self.sitting.desk.reasons
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
