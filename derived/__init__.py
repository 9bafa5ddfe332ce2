"""What is worked out from all reports together."""
