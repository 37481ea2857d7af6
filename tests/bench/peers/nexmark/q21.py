# SPDX-License-Identifier: Apache-2.0
from nexmark.query import in_duckdb

duckdb = in_duckdb(__name__)
