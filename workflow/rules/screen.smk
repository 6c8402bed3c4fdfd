# Every record gets one outcome: include, exclude with a reason, or ask a human.
# In:  results/1_records/, results/2_linked/, config/screening.yaml, config/decisions.tsv
# Out: results/3_screened/screened.parquet


rule screen:
    """Judge each record by the criteria and by the reviewers' decisions."""
    input:
        records="results/1_records/records.parquet",
        links="results/2_linked/links.parquet",
        integrity="results/2_linked/integrity.parquet",
        criteria="config/screening.yaml",
        decisions="config/decisions.tsv",
        mesh="config/mesh.yaml",
        schema="workflow/schemas/screening.schema.json",
    output:
        "results/3_screened/screened.parquet",
    log:
        "logs/screen.log",
    benchmark:
        "logs/benchmarks/screen.tsv"
    conda:
        ENVIRONMENT
    params:
        code=code("screen"),
        as_of=AS_OF,
        linked=subpath(input.links, parent=True),
    shell:
        "perennial --log {log} screen {input.records} --linked {params.linked}"
        " --criteria {input.criteria} --decisions {input.decisions} --mesh {input.mesh}"
        " --as-of={params.as_of:q} -o {output}"
