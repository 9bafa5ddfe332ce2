"""Regions and agencies: whose name a printed name is."""
