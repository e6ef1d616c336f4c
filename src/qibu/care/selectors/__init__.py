"""What is read for care: one door for pages, apart from the facts that the reckoning asks for."""
