# The flow is counted, and fails if it does not add up; then the review is written.
# In:  results/1_records/ to 6_synthesis/, config/, workflow/templates/
# Out: results/6_synthesis/flow.json, results/review/

REVIEW = [
    "review.html",
    "review.docx",
    "review.md",
    "flow.svg",
    "evidence.csv",
    "studies.csv",
    "screening.csv",
    "references.bib",
    "references.ris",
]


rule flow:
    """Count the PRISMA flow; fail if it does not add up."""
    input:
        ledger="results/1_records/ledger.json",
        records="results/1_records/records.parquet",
        links="results/2_linked/links.parquet",
        assessed="results/4_fulltext/assessed.parquet",
        readings="results/4_fulltext/readings.parquet",
        statements="results/5_evidence/statements.parquet",
        criteria="config/screening.yaml",
    output:
        "results/6_synthesis/flow.json",
    log:
        "logs/flow.log",
    benchmark:
        "logs/benchmarks/flow.tsv"
    conda:
        ENVIRONMENT
    params:
        code=code("flow"),
    shell:
        "perennial --log {log} flow results --criteria {input.criteria} -o {output}"


rule render:
    """Write the review: HTML, DOCX, Markdown and its tables."""
    input:
        "results/1_records/ledger.json",
        "results/1_records/records.parquet",
        "results/2_linked/links.parquet",
        "results/2_linked/integrity.parquet",
        "results/3_screened/before.json",
        "results/3_screened/conduct.json",
        "results/4_fulltext/assessed.parquet",
        "results/4_fulltext/passages.parquet",
        "results/5_evidence/statements.parquet",
        "results/5_evidence/corrections.json",
        "results/5_evidence/studies.parquet",
        "results/6_synthesis/claims.json",
        "results/6_synthesis/flow.json",
        "config/config.yaml",
        "config/screening.yaml",
        "config/evidence.yaml",
        "config/appraisal.yaml",
        "config/baseline.yaml",
        templates=collect(
            "{file}", file=sorted(map(str, Path("workflow/templates").rglob("*.*")))
        ),
    output:
        multiext("results/review/", *REVIEW),
    log:
        "logs/render.log",
    benchmark:
        "logs/benchmarks/render.tsv"
    conda:
        ENVIRONMENT
    params:
        code=code("render"),
    shell:
        "perennial --log {log} render results --config config -o results/review"
