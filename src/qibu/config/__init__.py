"""Settings, addresses, command line and the process group."""
