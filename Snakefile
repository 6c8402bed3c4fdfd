# Perennial: search, fetch, records, link, screen, prioritise, fetch_fulltext, passages, assess,
# extract, correct, appraise, synthesise, flow, render.
# (With all of PubMed as files: mirror, sift and gather in place of search and fetch.)
# `snakemake` builds the review from the archive, and asks the source only for what is missing.

from snakemake.utils import min_version

min_version("9.0")


include: "workflow/rules/common.smk"


if RETRIEVAL:

    include: f"workflow/rules/{RETRIEVAL}"


include: "workflow/rules/fulltext.smk"
include: "workflow/rules/records.smk"
include: "workflow/rules/screen.smk"
include: "workflow/rules/evidence.smk"
include: "workflow/rules/report.smk"


rule all:
    default_target: True
    input:
        "results/review/review.html",
