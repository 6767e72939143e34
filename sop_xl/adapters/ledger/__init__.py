"""The ledger: an append-only database beside the workbook, in SQLite or PostgreSQL.

From the outside in:

    place, opening         where it is; made and opened
    restore, upgrade       damaged: the last good backup; older: migrated on a copy
    ledger                 what the services ask of it
    commit, reverse        a batch goes in; a batch is taken back
    staging                rows on their way in
    queries, log           facts at any batch, histories; runs, changes and whole tables
    digest                 hashes that prove what was recorded
    migrations, tables     the schema, version by version; as queries see it
    store, faults          the two databases; what they say when they fail
    backup, frames         copies of a file; tables and pastes as they are kept
"""
