# The network side: what the strategies find is written down, and what they find is fetched.
# In:  config/search.yaml, the source
# Out: archive/ (append-only), archive/index/*.json (derived: what the archive holds now)
# `perennial refresh` writes search.json and records.json too, if they changed, and then runs
# Snakemake: both are then newer than what they are made from, so only what follows is due.
# (It touches their benchmark files, which Snakemake counts among the outputs.)


localrules:
    search,
    fetch,


rule search:
    """Ask the source for every strategy and every named record."""
    input:
        strategies="config/search.yaml",
        corpus=EXAMPLE,
    output:
        "archive/index/search.json",
    log:
        "logs/search.log",
    benchmark:
        "logs/benchmarks/search.tsv"
    conda:
        ENVIRONMENT
    resources:
        **needs("search"),
        entrez=1,
    params:
        source=SOURCE,
        today=TODAY,
    shell:
        "perennial --log {log} search {input.strategies} -o {output}"


rule fetch:
    """Fetch the records found that the archive does not hold yet."""
    input:
        search="archive/index/search.json",
    output:
        "archive/index/records.json",
    log:
        "logs/fetch.log",
    benchmark:
        "logs/benchmarks/fetch.tsv"
    conda:
        ENVIRONMENT
    resources:
        **needs("fetch"),
        entrez=1,
    params:
        source=SOURCE,
    shell:
        "perennial --log {log} fetch {input.search} -o {output}"
