"""What files that go out are made of: forms to fill, the executive workbook, the page as PDF."""
