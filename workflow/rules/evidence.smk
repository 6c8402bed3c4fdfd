# From included records to what their full text says of them, to statements with their quotes,
# and from statements to studies and claims.
# In:  results/1_records/ to 3_screened/, archive/, config/evidence.yaml,
#      config/appraisal.yaml, config/corrections.tsv, config/baseline.yaml
# Out: results/4_fulltext/ (passages), 5_evidence/ (what was drawn,
#      statements as they stand, studies, corrections), 6_synthesis/claims.json


rule passages:
    """Cut what can be read of each study into addressable passages."""
    input:
        records="results/1_records/records.parquet",
        screened="results/3_screened/screened.parquet",
        fulltext="archive/index/fulltext.json",
    output:
        passages="results/4_fulltext/passages.parquet",
        readings="results/4_fulltext/readings.parquet",
    log:
        "logs/passages.log",
    benchmark:
        "logs/benchmarks/passages.tsv"
    conda:
        ENVIRONMENT
    resources:
        **needs("passages"),
    params:
        code=code("passages"),
        source=SOURCE,
        as_of=AS_OF,
        folder=subpath(output.passages, parent=True),
    shell:
        "perennial --log {log} passages {input.records} {input.screened}"
        " --source {params.source:q} --as-of={params.as_of:q} -o {params.folder}"


rule assess:
    """Judge the studies by the criteria and decisions of the full-text stage."""
    input:
        "results/1_records/records.parquet",
        "results/3_screened/screened.parquet",
        "results/4_fulltext/passages.parquet",
        criteria="config/screening.yaml",
        decisions="config/decisions.tsv",
        mesh="config/mesh.yaml",
        spelling=SPELLING,
        schema=f"{SCHEMAS}/screening.schema.json",
    output:
        "results/4_fulltext/assessed.parquet",
    log:
        "logs/assess.log",
    benchmark:
        "logs/benchmarks/assess.tsv"
    conda:
        ENVIRONMENT
    resources:
        **needs("assess"),
    params:
        code=code("assess"),
        as_of=AS_OF,
    shell:
        "perennial --log {log} assess results"
        " --criteria {input.criteria} --decisions {input.decisions} --mesh {input.mesh}"
        " --as-of={params.as_of:q} -o {output}"


rule extract:
    """Draw statements from the passages, each with its quote."""
    input:
        records="results/1_records/records.parquet",
        assessed="results/4_fulltext/assessed.parquet",
        passages="results/4_fulltext/passages.parquet",
        readings="results/4_fulltext/readings.parquet",
        vocabulary="config/evidence.yaml",
        schema=f"{SCHEMAS}/evidence.schema.json",
    output:
        drawn="results/5_evidence/drawn.parquet",
        account="results/5_evidence/extraction.json",
    log:
        "logs/extract.log",
    benchmark:
        "logs/benchmarks/extract.tsv"
    conda:
        ENVIRONMENT
    resources:
        **needs("extract"),
    params:
        code=code("extract"),
    shell:
        "perennial --log {log} extract {input.records} {input.passages}"
        " --assessed {input.assessed} --vocabulary {input.vocabulary}"
        " --account {output.account} -o {output.drawn}"


rule correct:
    """Apply what reviewers say of single statements; tell what became of each correction."""
    input:
        "results/1_records/records.parquet",
        "results/4_fulltext/assessed.parquet",
        "results/4_fulltext/passages.parquet",
        "results/5_evidence/drawn.parquet",
        corrections="config/corrections.tsv",
        vocabulary="config/evidence.yaml",
        schema=f"{SCHEMAS}/evidence.schema.json",
    output:
        statements="results/5_evidence/statements.parquet",
        corrections="results/5_evidence/corrections.json",
    log:
        "logs/correct.log",
    benchmark:
        "logs/benchmarks/correct.tsv"
    conda:
        ENVIRONMENT
    resources:
        **needs("correct"),
    params:
        code=code("correct"),
        as_of=AS_OF,
        folder=subpath(output.statements, parent=True),
    shell:
        "perennial --log {log} correct results --corrections {input.corrections}"
        " --vocabulary {input.vocabulary} --as-of={params.as_of:q} -o {params.folder}"


rule appraise:
    """Describe each study by its text and by the statements that stand."""
    input:
        "results/1_records/records.parquet",
        "results/2_linked/integrity.parquet",
        "results/4_fulltext/assessed.parquet",
        "results/4_fulltext/passages.parquet",
        "results/5_evidence/statements.parquet",
        vocabulary="config/evidence.yaml",
        appraisal="config/appraisal.yaml",
        schema=f"{SCHEMAS}/evidence.schema.json",
        shape=f"{SCHEMAS}/appraisal.schema.json",
    output:
        "results/5_evidence/studies.parquet",
    log:
        "logs/appraise.log",
    benchmark:
        "logs/benchmarks/appraise.tsv"
    conda:
        ENVIRONMENT
    resources:
        **needs("appraise"),
    params:
        code=code("appraise"),
    shell:
        "perennial --log {log} appraise results --vocabulary {input.vocabulary}"
        " --appraisal {input.appraisal} -o {output}"


rule synthesise:
    """Audit the baseline review's claims against the statements."""
    input:
        "results/3_screened/before.json",
        "results/4_fulltext/assessed.parquet",
        "results/5_evidence/statements.parquet",
        "results/5_evidence/studies.parquet",
        claims="config/baseline.yaml",
        vocabulary="config/evidence.yaml",
        schema=f"{SCHEMAS}/baseline.schema.json",
    output:
        "results/6_synthesis/claims.json",
    log:
        "logs/synthesise.log",
    benchmark:
        "logs/benchmarks/synthesise.tsv"
    conda:
        ENVIRONMENT
    resources:
        **needs("synthesise"),
    params:
        code=code("synthesise"),
    shell:
        "perennial --log {log} synthesise results"
        " --claims {input.claims} --vocabulary {input.vocabulary} -o {output}"
