"""Printed pages to documents: PDF, scans and pictures."""
