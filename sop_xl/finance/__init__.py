"""Finance: standard cost, revenue, cost of goods sold, margin and stock value, tied to the cent."""
