"""Options and arguments that several commands share."""

from __future__ import annotations

from pathlib import Path

import click

file = click.Path(exists=True, dir_okay=False, path_type=Path)
folder = click.Path(file_okay=False, path_type=Path)
new_file = click.Path(dir_okay=False, path_type=Path)

config = click.option("--config", type=file, default=Path("config/config.yaml"), show_default=True)
archive = click.option("--archive", type=folder, default=Path("archive"), show_default=True)
output = click.option("-o", "--output", type=new_file, required=True, help="File to write.")
output_folder = click.option("-o", "--output", type=folder, required=True, help="Folder to write.")
criteria = click.option("--criteria", type=file, required=True, help="screening.yaml")
decisions = click.option("--decisions", type=file, required=True, help="decisions.tsv")
mesh = click.option("--mesh", type=file, help="MeSH branches, for explosion.")
as_of = click.option("--as-of", default="", help="Count only decisions made up to this day.")
