"""The same simulation by ASReview's own classes; run by run.py with ASReview's own Python.

Prints a JSON object: seed → labels in the order read, without the priors.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd
from asreview.learner import ActiveLearningCycle
from asreview.models.models import get_ai_config
from asreview.simulation.simulate import Simulate
from labelled import Labelled, batch, priors, read


def screened(data: Labelled, seed: int) -> list[bool]:
    """The labels in the order in which ASReview reads, as it is set up out of the box."""
    np.random.seed(seed)  # ELAS u4 leaves the classifier's random state to numpy's
    cycle = ActiveLearningCycle.from_meta(get_ai_config("elas_u4")["value"])
    cycle.n_query = lambda results: batch(len(results))
    texts = pd.DataFrame({"title": data.titles, "abstract": data.abstracts})
    labels = pd.Series([int(label) for label in data.included])
    simulation = Simulate(texts, labels, cycle, print_progress=False)
    begun = priors(data.included, seed)
    simulation.label(begun)
    simulation.review()
    order = [int(row) for row in simulation._results["record_id"]]
    read_on = [row for row in order if row not in begun]
    unread = sorted(set(range(len(labels))) - set(order))  # it stops at the last inclusion
    return [data.included[row] for row in read_on + unread]


if __name__ == "__main__":
    data = read(Path(sys.argv[1]))
    print(json.dumps({seed: screened(data, int(seed)) for seed in sys.argv[2:]}))
