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
