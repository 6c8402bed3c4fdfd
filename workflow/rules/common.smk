# In: config/*.yaml, checked before anything runs. Out: what every rule may use.
#   SOURCE, AS_OF   whose answers, and as they stood on which day ("" is the newest)
#   IMPORTS, SPELLING   files that search.yaml and screening.yaml name
#   BASELINE        where PubMed's baseline files are, if they are the source; else None
#   RETRIEVAL       the rules that ask the source; "" where its files are gone, and the archive,
#                   which has all that the review needs of them, stands for itself; "" also
#   ALONE           where nobody is asked and imports alone bring records
#   ASKED           what the archive holds of the source, then nothing
#   PARTS, TABLE    whether large tables are folders, and what marks them so as an output
#   EXAMPLE, TODAY  the example's files and its day, if it is the source
#   code(stage)     a hash of the modules behind `perennial <stage>`, given to each pure rule as
#                   a parameter: Snakemake does not see edits to what a command imports.
#   SCHEMAS, TEMPLATES   what the results depend on beside code
#   ENVIRONMENT     what each rule needs, for `--sdm conda`; an installed package has none
#   needs(rule)     its memory and time, which a cluster holds it to (NEEDS)
# The network rules do not take it: new code does not make an old answer stale.

import os
from pathlib import Path

from snakemake.exceptions import WorkflowError
from snakemake.logging import logger

from perennial import places
from perennial.baseline.settings import settings
from perennial.config import at_the_door
from perennial.errors import InputError
from perennial.imports.load import alone, files
from perennial.sources import digest as code

try:
    configs = at_the_door("config", "config", "search", "screening")
    archived = Path("archive/index/records.json").exists()
    BASELINE = settings(configs["config"], archived)
    IMPORTS = list(map(str, files(configs["search"])))
    ALONE = alone(configs["config"], configs["search"])
    spelling = configs["screening"].get("spelling")
    SPELLING = [f"config/{spelling}"] if spelling else []
except InputError as error:
    raise WorkflowError(str(error)) from None


RETRIEVAL = "" if ALONE else "baseline.smk" if BASELINE else "search.smk"
ASKED = [] if ALONE else ["archive/index/search.json", "archive/index/records.json"]
if BASELINE and archived and not BASELINE.there(Path("archive")):
    RETRIEVAL = ""
    logger.warning(
        f"{BASELINE.files} is not there: the review is built from the archive alone."
    )


configfile: "config/config.yaml"


SOURCE = config["entrez"]["server"]
AS_OF = str(config.get("as_of") or "")
PARTS = "--parts" if config.get("parts") else ""
TABLE = directory if PARTS else str
# What was worked out before (docs/design.md); the commands are given it by the environment.
os.environ.setdefault("PERENNIAL_MEMO", ".perennial")
SCHEMAS, TEMPLATES = map(places.from_here, (places.SCHEMAS, places.TEMPLATES))
IN_CHECKOUT = (places.WORKFLOW.parent / "environment.yml").exists()
ENVIRONMENT = "../../environment.yml" if IN_CHECKOUT else None
EXAMPLE = config["entrez"]["example"]["files"] if SOURCE == "example" else []
TODAY = str(config["entrez"]["example"]["today"]) if SOURCE == "example" else ""


# Memory in MB, whatever is read, and for every 1,000 records that the archive holds; for `render`,
# studies in the review, and for `gather`, files that were sifted. Above what was measured:
# docs/clusters.md has the figures.
NEEDS = {
    "search": (200, 80),
    "fetch": (200, 60),
    "fetch_fulltext": (200, 80),
    "records": (200, 25),
    "link": (200, 15),
    "screen": (200, 25),
    "prioritise": (350, 60),
    "passages": (250, 20),
    "assess": (250, 20),
    "extract": (300, 20),
    "correct": (300, 20),
    "appraise": (300, 25),
    "synthesise": (200, 25),
    "flow": (200, 25),
    "render": (1500, 1200),
    "crate": (400, 50),
    "mirror": (300, 0),
    "sift": (500, 0),
    "gather": (500, 1500),
}
# What a job of a cluster carries beside the rule: two Snakemakes, one inside the other.
BESIDE = 400
# A line of archive/index/records.json: a PMID and the SHA-256 of the answer that holds it.
BYTES_OF_A_RECORD = 84
# An entry of an export, with its abstract.
BYTES_OF_AN_ENTRY = 2000


def held():
    """How many thousand records the archive and the exports hold, as far as is known yet."""
    index = Path("archive/index/records.json")
    fetched = index.stat().st_size / BYTES_OF_A_RECORD if index.exists() else 0
    brought = sum(Path(file).stat().st_size for file in IMPORTS) / BYTES_OF_AN_ENTRY
    return (fetched + brought) / 1000


def studies():
    """How many thousand studies are in the review; 0 before it is known."""
    from pyarrow.dataset import dataset

    readings = Path("results/4_fulltext/readings.parquet")
    return dataset(readings).count_rows() / 1000 if readings.exists() else 0


def sifted():
    """How many thousand files of the baseline were sifted; 0 before any were."""
    return BASELINE.group * len(list(Path("results/0_sifted").glob("*.parquet"))) / 1000


def needs(name):
    """Memory (MB) and time (minutes) of the rule called so, to be unpacked; each try asks for more.

    By files that are there when a job is sent off, not by the rule's inputs: in a group, those of
    the later rules are still to be made. Every rule has one thread.
    """
    base, each = NEEDS[name]
    thousands = {"render": studies, "gather": sifted}.get(name, held)

    def mem_mb(wildcards, attempt):
        return int(attempt * (BESIDE + base + each * thousands()))

    def runtime(wildcards, attempt):
        return int(attempt * (30 + 2 * thousands()))

    return {"mem_mb": mem_mb, "runtime": runtime}


# Rules that talk to a server are local too, in their files: one pace for all requests to it is
# kept on one machine, the one that submits, whatever the profile.
localrules:
    all,
