# In: config/*.yaml, checked before anything runs. Out: what every rule may use.
#   SOURCE, AS_OF   whose answers, and as they stood on which day ("" is the newest)
#   IMPORTS, SPELLING   files that search.yaml and screening.yaml name
#   EXAMPLE, TODAY  the example's files and its day, if it is the source
#   code(stage)     a hash of the modules behind `perennial <stage>`, given to each pure rule as
#                   a parameter: Snakemake does not see edits to what a command imports.
#   ENVIRONMENT     what each rule needs, for `--sdm conda`
# The three network rules do not take it: new code does not make an old answer stale.

from pathlib import Path

from snakemake.exceptions import WorkflowError

from perennial.config import at_the_door
from perennial.errors import InputError
from perennial.imports.load import files
from perennial.sources import digest as code

try:
    configs = at_the_door("config", "search", "screening")
    IMPORTS = list(map(str, files(configs["search"])))
    spelling = configs["screening"].get("spelling")
    SPELLING = [f"config/{spelling}"] if spelling else []
except InputError as error:
    raise WorkflowError(str(error)) from None


configfile: "config/config.yaml"


SOURCE = config["entrez"]["server"]
AS_OF = str(config["as_of"] or "")
ENVIRONMENT = "../../environment.yml"
EXAMPLE = config["entrez"]["example"]["files"] if SOURCE == "example" else []
TODAY = str(config["entrez"]["example"]["today"]) if SOURCE == "example" else ""


localrules:
    all,
