"""The part of every suite that the table contract says already: no empty key, closed vocabularies, one row per key.

What does not belong here: judgement about values; that stands in ``suites/<table>.py``.
"""

from __future__ import annotations

from expectations.suite import Expectation
from sources.tables import Table


def contract_expectations(table: Table) -> tuple[Expectation, ...]:
    """Return the expectations that follow from `table` alone, in the order of its columns."""
    found: list[Expectation] = []
    for field in table.fields:
        if not field.nullable:
            found.append(
                Expectation(
                    f"{field.name}_present",
                    "expect_column_values_to_not_be_null",
                    {"column": field.name},
                    "quarantine",
                    f"{field.name} must not be empty: {field.description}",
                )
            )
        if field.allowed:
            found.append(
                Expectation(
                    f"{field.name}_in_vocabulary",
                    "expect_column_values_to_be_in_set",
                    {"column": field.name, "value_set": list(field.allowed)},
                    "quarantine",
                    f"{field.name} must be one of {', '.join(field.allowed)}",
                )
            )
    found.append(
        Expectation(
            "key_unique",
            "expect_compound_columns_to_be_unique" if len(table.key) > 1 else "expect_column_values_to_be_unique",
            {"column_list": list(table.key)} if len(table.key) > 1 else {"column": table.key[0]},
            "critical",
            f"two rows have the same {', '.join(table.key)}: the writer is at fault, not the source",
        )
    )
    return tuple(found)


def holds(name: str, column: str, severity: str, reason: str) -> Expectation:
    """Return the expectation that the helper column `column` (of booleans, empty = not applicable) is true."""
    return Expectation(
        name,
        "expect_column_values_to_be_in_set",
        {"column": column, "value_set": [True]},
        severity,  # type: ignore[arg-type]
        reason,
    )


def between(name: str, column: str, low: float, high: float, severity: str, reason: str) -> Expectation:
    """Return the expectation that `column` lies in [low, high]; empty values are not judged."""
    return Expectation(
        name,
        "expect_column_values_to_be_between",
        {"column": column, "min_value": low, "max_value": high},
        severity,  # type: ignore[arg-type]
        reason,
    )
