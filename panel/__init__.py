"""What is worked out from all reports together: copies, years compared, text reuse, panels, coverage."""
