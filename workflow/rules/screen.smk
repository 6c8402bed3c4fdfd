# Every record gets one outcome: include, exclude with a reason, or ask a human; and whatever
# waits for a human gets a place in a queue.
# In:  results/1_records/, results/2_linked/, config/screening.yaml, config/decisions.tsv
# Out: results/3_screened/{screened,queue}.parquet, results/3_screened/conduct.json


rule screen:
    """Judge each record by the criteria and by the reviewers' decisions."""
    input:
        "results/1_records/records.parquet",
        "results/1_records/former.parquet",
        "results/1_records/ledger.json",
        "results/2_linked/links.parquet",
        "results/2_linked/integrity.parquet",
        criteria="config/screening.yaml",
        decisions="config/decisions.tsv",
        mesh="config/mesh.yaml",
        spelling=SPELLING,
        schema=f"{SCHEMAS}/screening.schema.json",
    output:
        screened=TABLE("results/3_screened/screened.parquet"),
        before="results/3_screened/before.json",
    log:
        "logs/screen.log",
    benchmark:
        "logs/benchmarks/screen.tsv"
    conda:
        ENVIRONMENT
    resources:
        **needs("screen"),
    params:
        code=code("screen"),
        as_of=AS_OF,
        parts=PARTS,
        folder=subpath(output.screened, parent=True),
    shell:
        "perennial --log {log} screen results"
        " --criteria {input.criteria} --decisions {input.decisions} --mesh {input.mesh}"
        " --as-of={params.as_of:q} {params.parts} -o {params.folder}"


rule prioritise:
    """Queue what waits for a person, likeliest inclusion first; say how far screening has come."""
    input:
        records="results/1_records/records.parquet",
        integrity="results/2_linked/integrity.parquet",
        screened="results/3_screened/screened.parquet",
        criteria="config/screening.yaml",
        decisions="config/decisions.tsv",
        mesh="config/mesh.yaml",
        spelling=SPELLING,
        schema=f"{SCHEMAS}/screening.schema.json",
    output:
        queue="results/3_screened/queue.parquet",
        conduct="results/3_screened/conduct.json",
    log:
        "logs/prioritise.log",
    benchmark:
        "logs/benchmarks/prioritise.tsv"
    conda:
        ENVIRONMENT
    resources:
        **needs("prioritise"),
    params:
        code=code("prioritise"),
        as_of=AS_OF,
        folder=subpath(output.queue, parent=True),
    shell:
        "perennial --log {log} prioritise results"
        " --criteria {input.criteria} --decisions {input.decisions} --mesh {input.mesh}"
        " --as-of={params.as_of:q} -o {params.folder}"
