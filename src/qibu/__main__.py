"""`python -m qibu`: the command line."""

import sys

from qibu.config.commands import main

sys.exit(main(sys.argv[1:]))
