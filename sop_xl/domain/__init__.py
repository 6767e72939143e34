"""Things with rules: months, settings, issues, changes, the valid input of one planning run."""
