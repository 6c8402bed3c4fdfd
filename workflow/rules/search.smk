# The network side: what the strategies find is written down, and what they find is fetched.
# In:  config/search.yaml, the source
# Out: archive/ (append-only), archive/index/*.json (derived: what the archive holds now)
# `perennial refresh` writes search.json and records.json too, if they changed, and then runs
# Snakemake: both are then newer than what they are made from, so only what follows is due.
# (It touches their benchmark files, which Snakemake counts among the outputs.)


rule search:
    """Ask the source for every strategy and every named record."""
    input:
        strategies="config/search.yaml",
        corpus=EXAMPLE,
    output:
        ensure("archive/index/search.json", non_empty=True),
    log:
        "logs/search.log",
    benchmark:
        "logs/benchmarks/search.tsv"
    conda:
        ENVIRONMENT
    resources:
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
        ensure("archive/index/records.json", non_empty=True),
    log:
        "logs/fetch.log",
    benchmark:
        "logs/benchmarks/fetch.tsv"
    conda:
        ENVIRONMENT
    resources:
        entrez=1,
    params:
        source=SOURCE,
    shell:
        "perennial --log {log} fetch {input.search} -o {output}"


rule fetch_fulltext:
    """Fetch the full text of included records where PMC gives it."""
    input:
        records="results/1_records/records.parquet",
        screened="results/3_screened/screened.parquet",
    output:
        ensure("archive/index/fulltext.json", non_empty=True),
    log:
        "logs/fetch_fulltext.log",
    benchmark:
        "logs/benchmarks/fetch_fulltext.tsv"
    conda:
        ENVIRONMENT
    resources:
        entrez=1,
    params:
        source=SOURCE,
    shell:
        "perennial --log {log} fetch-fulltext {input.records} {input.screened} -o {output}"
