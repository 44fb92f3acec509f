"""The graph of models as committed: a reviewer sees each change of models, edges and tests in the diff.

After a wanted change run pytest with BAOGAO_UPDATE_SNAPSHOTS=1.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path
from typing import Any

from dbt_harness import Warehouse

SNAPSHOT = Path(__file__).with_name("graph.json")


def graph(built: Warehouse) -> dict[str, dict[str, Any]]:
    """Return model or seed → its schema, what it reads, and how many tests of dbt's hang on it."""
    nodes = [built.nodes[result["unique_id"]] for result in built.results.values()]
    tests = Counter(
        (node.get("attached_node") or "").split(".")[-1] for node in nodes if node["resource_type"] == "test"
    )
    return {
        node["name"]: {
            "schema": node["schema"],
            "needs": sorted(unique_id.split(".", 2)[2] for unique_id in node["depends_on"]["nodes"])
            if node["resource_type"] == "model"
            else [],
            "tests": tests[node["name"]],
        }
        for node in sorted(nodes, key=lambda node: str(node["name"]))
        if node["resource_type"] in ("model", "seed")
    }


def test_graph_is_the_committed_one(built: Warehouse) -> None:
    now = graph(built)
    if os.environ.get("BAOGAO_UPDATE_SNAPSHOTS"):
        SNAPSHOT.write_text(json.dumps(now, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    assert json.loads(SNAPSHOT.read_text(encoding="utf-8")) == now
