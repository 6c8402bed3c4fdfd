# The flow is counted, and fails if it does not add up; then the review is written.
# In:  results/1_records/ to 6_synthesis/, config/, workflow/templates/
# Out: results/6_synthesis/flow.json, results/review/


report: "../report/workflow.rst"


from perennial.render.narrative import files

REVIEW = [
    "review.html",
    "review.docx",
    "review.pdf",
    "review.md",
    "flow.svg",
    "evidence-map.svg",
    "timeline.svg",
    "sites.svg",
    "evidence.csv",
    "evidence.parquet",
    "studies.csv",
    "studies.parquet",
    "screening.csv",
    "screening.parquet",
    "data.xlsx",
    "data-dictionary.md",
    "datapackage.json",
    "references.bib",
    "references.biblatex.bib",
    "references.json",
    "references.ris",
    "edition.json",
]
# What `snakemake --report` shows of it: file, what it is called there, its caption in
# workflow/report/, and under what.
SHOWN = {
    "review.html": ("The whole review", "review", "1. Review"),
    "review.pdf": ("The review to print", "review", "1. Review"),
    "flow.svg": ("Flow of records", "flow", "2. Pictures"),
    "evidence-map.svg": ("Evidence map", "evidence-map", "2. Pictures"),
    "timeline.svg": ("Studies by year", "timeline", "2. Pictures"),
    "sites.svg": ("Factors by site", "sites", "2. Pictures"),
    "evidence.csv": ("Statements", "tables", "3. Tables"),
    "studies.csv": ("Studies", "tables", "3. Tables"),
    "screening.csv": ("Screening", "tables", "3. Tables"),
    "data.xlsx": ("All tables, with their dictionary", "tables", "3. Tables"),
}

# What the crate tells of its software: of a checkout, or of a review beside an installed package.
SOFTWARE = [
    "pyproject.toml",
    "requirements.lock",
    "environment.yml",
    "requirements.txt",
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
    resources:
        **needs("flow"),
    params:
        code=code("flow"),
    shell:
        "perennial --log {log} flow results --criteria {input.criteria} -o {output}"


rule render:
    """Write the review: HTML, DOCX, PDF, Markdown and its tables."""
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
        "results/5_evidence/extraction.json",
        "results/5_evidence/studies.parquet",
        "results/6_synthesis/claims.json",
        "results/6_synthesis/flow.json",
        "config/config.yaml",
        "config/screening.yaml",
        "config/evidence.yaml",
        "config/appraisal.yaml",
        "config/baseline.yaml",
        editions=collect(
            "{file}", file=sorted(map(str, Path("editions").glob("*.json")))
        ),
        narrative=collect("{file}", file=map(str, files(Path("config/narrative")))),
        templates=collect(
            "{file}",
            file=sorted(
                str(file)
                for file in Path(TEMPLATES).rglob("*.*")
                if "desk" not in file.parts
            ),
        ),
    output:
        multiext("results/review/", *(name for name in REVIEW if name not in SHOWN)),
        [
            report(
                f"results/review/{name}",
                caption=f"../report/{caption}.rst",
                category=category,
                labels={"what": label},
            )
            for name, (label, caption, category) in SHOWN.items()
        ],
    log:
        "logs/render.log",
    benchmark:
        "logs/benchmarks/render.tsv"
    conda:
        ENVIRONMENT
    resources:
        **needs("render"),
    params:
        code=code("render"),
        folder=subpath(output[0], parent=True),
    shell:
        "perennial --log {log} render results --config config --editions editions -o {params.folder}"


# Asked for by name, `snakemake results/crate.zip`: the crate grows with the archive.
rule crate:
    """Pack the review, and all that it takes to make it again, as an RO-Crate."""
    input:
        collect("results/review/{name}", name=REVIEW),
        "results/1_records/ledger.json",
        ASKED,
        "archive/index/fulltext.json",
        software=[file for file in SOFTWARE if Path(file).exists()],
    output:
        "results/crate.zip",
    log:
        "logs/crate.log",
    benchmark:
        "logs/benchmarks/crate.tsv"
    conda:
        ENVIRONMENT
    resources:
        **needs("crate"),
    params:
        code=code("crate"),
    shell:
        "perennial --log {log} crate -o {output}"
