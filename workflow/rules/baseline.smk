# All of PubMed as files, in place of search and fetch: every record is asked every strategy.
# In:  config/search.yaml, config/mesh.yaml, the files that `entrez.baseline` names
# Out: archive/ (append-only), archive/index/*.json, results/0_sifted/ (what the files leave)
# A group of files is sifted again only if one of them, a query or the hierarchy has changed: a
# label or a comment in search.yaml is no reason to read forty million records.

from pathlib import Path

from perennial.baseline.settings import (
    Mirror,
    check_headings,
    groups,
    listing,
    question,
)
from perennial.canonical import from_json
from perennial.query import Mesh

try:  # before hours are spent on a search that would miss records without a word
    check_headings(configs["search"], Mesh.load("config/mesh.yaml"))
except InputError as error:
    raise WorkflowError(str(error)) from None


def sifting():
    """The files by their group, as the last mirroring found them."""
    with checkpoints.mirror.get().output[0].open("rb") as found:
        return groups(from_json(found.read(), Mirror).files, BASELINE.group)


localrules:
    mirror,


checkpoint mirror:
    """List the files in their order; from a server, copy what is new."""
    output:
        "archive/index/mirror.json",
    log:
        "logs/mirror.log",
    benchmark:
        "logs/benchmarks/mirror.tsv"
    conda:
        ENVIRONMENT
    resources:
        **needs("mirror"),
        entrez=1,
    params:
        files=BASELINE.files,
        there="" if BASELINE.remote else listing(BASELINE.files),
    shell:
        "perennial --log {log} mirror -o {output}"


rule sift:
    """Go through a group of files for the records that the strategies find."""
    input:
        files=lambda wildcards: [file.path for file in sifting()[wildcards.group]],
        sidecars=lambda wildcards: [
            f"{file.path}.md5" for file in sifting()[wildcards.group]
        ],
        strategies=ancient("config/search.yaml"),
        mesh=ancient("config/mesh.yaml"),
    output:
        "results/0_sifted/{group}.parquet",
    log:
        "logs/sift/{group}.log",
    benchmark:
        "logs/benchmarks/sift/{group}.tsv"
    wildcard_constraints:
        group=r"\d{4}",
    conda:
        ENVIRONMENT
    resources:
        **needs("sift"),
    params:
        code=code("sift"),
        question=question(configs["search"], Path("config/mesh.yaml")),
    shell:
        "perennial --log {log} sift {input.files}"
        " --strategies {input.strategies} --mesh {input.mesh} -o {output}"


rule gather:
    """Join what the groups leave, and archive what is new in it."""
    input:
        sifted=lambda wildcards: [
            f"results/0_sifted/{group}.parquet" for group in sifting()
        ],
        strategies="config/search.yaml",
        mesh="config/mesh.yaml",
    output:
        search="archive/index/search.json",
        records="archive/index/records.json",
    log:
        "logs/gather.log",
    benchmark:
        "logs/benchmarks/gather.tsv"
    conda:
        ENVIRONMENT
    resources:
        **needs("gather"),
    params:
        source=SOURCE,
        folder=subpath(output.search, parent=True),
    shell:
        "perennial --log {log} gather {input.sifted}"
        " --strategies {input.strategies} --mesh {input.mesh} -o {params.folder}"
