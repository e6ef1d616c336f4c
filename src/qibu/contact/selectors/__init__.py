"""What is read of accounts and messages."""
