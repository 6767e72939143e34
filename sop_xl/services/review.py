"""The Demand review: its rows for the grid, and the way back of what is typed there."""

from sop_xl.services.review_edits import fold_edits, with_shown
from sop_xl.services.review_grid import review_rows

__all__ = ["fold_edits", "review_rows", "with_shown"]
