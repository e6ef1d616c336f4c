"""Photos and signatures of deliveries."""

from qibu.kernel import holdings

holdings.keep(
    "deliveries", "SELECT format('deliveries/%s/%s.%s', organisation_id, id, extension) FROM deliveries_deliveryfile"
)
