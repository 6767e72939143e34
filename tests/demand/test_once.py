"""What is counted once for the tables it reads, and again where one of them is another."""

import pandas as pd

from sop_xl.domain.plan_data import Watched, once
from tests.demand.companies import company


def test_a_function_is_computed_once_and_again_where_a_table_it_reads_is_another():
    asked = []

    @once
    def count(data):
        asked.append(1)
        return len(data["items"]) + len(data["markets"])

    data = company(items=[{"item": "A"}, {"item": "B"}])
    first = count(data)
    assert count(data) == first
    assert count(data.with_tables(stock=pd.DataFrame())) == first
    assert len(asked) == 1
    assert count(data.with_tables(items=data["items"].iloc[:0])) == first - len(data["items"])
    assert len(asked) == 2


def test_whoever_is_told_what_was_read_hears_it_though_it_was_known():
    @once
    def count(data):
        return len(data["items"])

    data = company(items=[{"item": "A"}, {"item": "B"}])
    count(data)
    watched = Watched(data.tables)
    count(type(data)(data.settings, data.calendar, watched, data.known))
    assert set(watched.read) == {"items"}
