# From raw answers to one tidy table of linked records.
# In:  archive/, the exports that config/search.yaml names
# Out: results/1_records/ (records, ledger), results/2_linked/ (links, integrity notices)


rule records:
    """Read the archive, as of a date, into one tidy table."""
    input:
        ASKED,
        IMPORTS,
    output:
        table=TABLE("results/1_records/records.parquet"),
        former="results/1_records/former.parquet",
        readable=[] if PARTS else "results/1_records/records.csv",
        ledger="results/1_records/ledger.json",
    log:
        "logs/records.log",
    benchmark:
        "logs/benchmarks/records.tsv"
    conda:
        ENVIRONMENT
    resources:
        **needs("records"),
    params:
        code=code("records"),
        source=SOURCE,
        as_of=AS_OF,
        imports="--imports config/search.yaml" if IMPORTS else "",
        parts=PARTS,
        folder=subpath(output.table, parent=True),
    shell:
        "perennial --log {log} records --source {params.source:q} --as-of={params.as_of:q}"
        " {params.imports} {params.parts} -o {params.folder}"


rule link:
    """Link duplicates, and mark retractions, concerns and corrections."""
    input:
        "results/1_records/records.parquet",
    output:
        links="results/2_linked/links.parquet",
        integrity="results/2_linked/integrity.parquet",
    log:
        "logs/link.log",
    benchmark:
        "logs/benchmarks/link.tsv"
    conda:
        ENVIRONMENT
    resources:
        **needs("link"),
    params:
        code=code("link"),
        folder=subpath(output.links, parent=True),
    shell:
        "perennial --log {log} link {input} -o {params.folder}"
