"""New rows of a table in place of its old ones: what is the user's follows its key, in files and in Excel alike."""
