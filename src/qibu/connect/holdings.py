"""Sheets as they came, with what is needed to go on with them."""

from qibu.kernel import holdings

holdings.keep("imports", "SELECT format('imports/%s/%s', organisation_id, id) FROM connect_import")
