"""Where calls come in: the command line."""
