"""The pictures of pieces."""

from qibu.kernel import holdings

holdings.keep(
    "nurturing",
    "SELECT format('nurturing/%s/%s.%s', organisation_id, id, extension) FROM nurturing_illustration",
)
