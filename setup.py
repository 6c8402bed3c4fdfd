"""What pyproject.toml cannot say: the package carries the workflow that lies around it."""

from setuptools import find_packages, setup

FILES = {
    "workflow": [
        "Snakefile",
        *(f"{part}/**/*" for part in ("rules", "schemas", "templates", "report", "init")),
    ],
    "profiles": ["*/*"],
}
CARRIED = {"workflow": "perennial.workflow", "profiles": "perennial.workflow.profiles"}

setup(
    packages=[*find_packages("workflow", include=["perennial*"]), *CARRIED.values()],
    package_dir={"": "workflow", **{name: folder for folder, name in CARRIED.items()}},
    include_package_data=False,  # or what setuptools itself leaves in the folder goes with it
    package_data={CARRIED[folder]: files for folder, files in FILES.items()},
)
