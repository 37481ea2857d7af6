# SPDX-License-Identifier: Apache-2.0
"""Whether two systems gave the same rows: as multisets, whole numbers exactly, others within a relative
1e-9."""

import json
import math


def rows_of(path):
    if not path.exists():
        return []
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def plain(value, nulls=False):
    """Keys sorted, nulls kept only if asked for; numbers as floats, so that 13 and 13.0 agree."""
    if isinstance(value, dict):
        return {key: plain(value[key], nulls) for key in sorted(value) if nulls or value[key] is not None}
    if isinstance(value, list):
        return [plain(item, nulls) for item in value]
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value)
    return value


def rough(value, whole=False):
    """A key under which rows that agree within the tolerance sort alike. `whole`: whole numbers count
    with all of their digits, so that times and keys tell rows apart."""
    if isinstance(value, dict):
        return tuple((key, rough(item, whole)) for key, item in value.items())
    if isinstance(value, list):
        return tuple(rough(item, whole) for item in value)
    if isinstance(value, float):
        return str(int(value)) if whole and value.is_integer() else f"{value:.6e}"
    return str(value)


def agree(left, right):
    if isinstance(left, float) and isinstance(right, float):
        if left.is_integer() and right.is_integer():
            return left == right  # keys and times are large, and wrong by one is wrong
        return math.isclose(left, right, rel_tol=1e-9, abs_tol=1e-9)
    if type(left) is not type(right):
        return False
    if isinstance(left, dict):
        return left.keys() == right.keys() and all(agree(left[key], right[key]) for key in left)
    if isinstance(left, list):
        return len(left) == len(right) and all(map(agree, left, right))
    return left == right


def difference(expected, actual, nulls=False):
    """What differs first, as text; None if nothing does. `nulls`: a field that is null and one that is
    missing differ, as all rows have the same fields."""
    if len(expected) != len(actual):
        return f"{len(expected)} rows expected, {len(actual)} came"
    ordered = [
        sorted((plain(row, nulls) for row in rows), key=lambda row: (rough(row), rough(row, whole=True)))
        for rows in (expected, actual)
    ]
    for left, right in zip(*ordered):
        if not agree(left, right):
            return f"expected {left}\n  came     {right}"
    return None
