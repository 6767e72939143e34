"""Long tables outside the workbook."""

import pandas as pd
import pytest

from sop_xl.domain.errors import SopError
from sop_xl.services.forecast_csv import forecast_csv
from sop_xl.services.long_file import read_long

YEAR = pd.DataFrame(
    {
        "unique_id": "A",
        "period": [f"2025-{month:02d}" for month in range(1, 13)],
        "y": [float(y) for y in (10, 12, 11, 13, 12, 14, 13, 15, 14, 16, 15, 17)],
    }
)


def test_parquet_and_csv_give_the_same_forecast(tmp_path):
    YEAR.to_parquet(tmp_path / "in.parquet")
    YEAR.to_csv(tmp_path / "in.csv", index=False)
    for ending in ("parquet", "csv"):
        made = forecast_csv(tmp_path / f"in.{ending}", tmp_path / f"{ending}.out", horizon=3, season=12, levels=(80,))
        assert made == 1
    assert (tmp_path / "parquet.out").read_bytes() == (tmp_path / "csv.out").read_bytes()


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("in.csv", None, "There is no file"),
        ("in.csv", b"", "not a CSV file"),
        ("in.csv", b"\xff\xfe\x00", "not a CSV file"),
        ("in.parquet", b"no", "not a Parquet file"),
    ],
)
def test_a_file_that_cannot_be_read_is_told(tmp_path, name, content, message):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(SopError, match=message):
        read_long(tmp_path / name)
