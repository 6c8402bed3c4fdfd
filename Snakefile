# The review in this folder: config/ makes it, by the rules of workflow/Snakefile.
include: "workflow/Snakefile"
