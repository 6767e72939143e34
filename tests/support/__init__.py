"""What several tests use: a headless LibreOffice, small cases, sample files."""
