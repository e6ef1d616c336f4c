"""Loading checked rows into the store, set by set.

Rows are staged by `COPY` into temporary tables of the session (`staging`), then applied in one transaction
under an advisory lock per store (`owners`, `visits`): a kill leaves everything or nothing.
"""
