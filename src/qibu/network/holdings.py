"""Lists that were written as spreadsheets and wait to be fetched."""

from qibu.kernel import holdings

holdings.keep(
    "exports",
    "SELECT format('exports/%s/%s.xlsx', organisation_id, id) FROM network_export WHERE state = 'ready'",
)
