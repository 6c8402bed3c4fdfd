# Full text of the records that screening included, where PMC gives it.
# In:  results/1_records/, results/3_screened/, PMC
# Out: archive/ (append-only), archive/index/fulltext.json
# The files of PubMed's baseline hold no full text: with them, nothing is asked and the index is
# empty.


localrules:
    fetch_fulltext,


rule fetch_fulltext:
    """Fetch the full text of included records where PMC gives it."""
    input:
        records="results/1_records/records.parquet",
        screened="results/3_screened/screened.parquet",
    output:
        "archive/index/fulltext.json",
    log:
        "logs/fetch_fulltext.log",
    benchmark:
        "logs/benchmarks/fetch_fulltext.tsv"
    conda:
        ENVIRONMENT
    resources:
        **needs("fetch_fulltext"),
        entrez=1,
    params:
        source=SOURCE,
    shell:
        "perennial --log {log} fetch-fulltext {input.records} {input.screened} -o {output}"
